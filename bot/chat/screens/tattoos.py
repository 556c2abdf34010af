"""The way to a tattoo: the photo, the design, the card, and what can follow a picture."""

from dataclasses import dataclass

from bot.chat.codes import Verb
from bot.chat.screen import Button, Illustration, Screen
from bot.chat.screens.parts import (
    Row,
    button,
    help_button,
    in_rows,
    photo_told,
    price_lines,
    stop_button,
    took_only_one,
    try_button,
)
from bot.chat.screens.tattoo_names import design_name, place_name, style_name
from bot.texts import Translator


@dataclass(frozen=True, slots=True)
class DesignFacts:
    """A page of the starter set, counted from 1; ``can_swap`` when the photo may be the design."""

    names: tuple[str, ...]
    page: int
    pages: int
    can_swap: bool


@dataclass(frozen=True, slots=True)
class TattooFacts:
    """What the card tells; ``design`` is the name of a starter design, None for the person's own."""

    confirmation_id: str
    design: str | None
    words: str | None
    is_pointed: bool
    style: str | None
    price: int
    available: int | None
    on_saved_photo: bool
    photos_left_out: bool
    took_only_one: bool = False
    on_picture: bool = False


def ask_body(t: Translator, *, has_look: bool, again: bool) -> Screen:
    """Ask for the photo of the place where the tattoo goes."""
    text = (
        t("Send me another photo: bare skin, in good light.")
        if again
        else t(
            "<b>Send me a photo of the place for the tattoo.</b>\n"
            "An arm, a back, a leg, or all of you: bare skin, in good light."
        )
    )
    rows = ((button(t("🖼 Use my saved photo"), Verb.LOOK),),) if has_look else ()
    return Screen(text, (*rows, (stop_button(t),)))


def ask_design(t: Translator, facts: DesignFacts, sheet: Illustration | None) -> Screen:
    """Offer the starter set, and invite a design of one's own."""
    text = t(
        "<b>Which design?</b>\nTap one, or send me a picture of your own: a drawing or a photo of it on paper."
    )
    named = [
        button(f"{number}. {design_name(t, name)}", Verb.DESIGN, name)
        for number, name in enumerate(facts.names, start=1)
    ]
    pages: tuple[Row, ...] = ()
    if facts.pages > 1:
        label = t("➡️ More designs") if facts.page < facts.pages else t("⬅️ First designs")
        pages = ((button(label, Verb.DESIGNS, facts.page % facts.pages + 1),),)
    swap = ((button(t("🔁 That was the design"), Verb.SWAP),),) if facts.can_swap else ()
    return Screen(text, (*in_rows(named, 3), *pages, *swap, (stop_button(t),)), sheet)


def card(t: Translator, facts: TattooFacts) -> Screen:
    """Show what will be made, for how much, and let the person decide."""
    lines = [t("<b>Ready to see it on your skin?</b>")]
    lines += photo_told(t, on_picture=facts.on_picture, on_saved_photo=facts.on_saved_photo)
    if facts.took_only_one:
        lines.append(took_only_one(t))
    elif facts.photos_left_out:
        lines.append(t("I took the first two photos: you, then the design."))
    design = design_name(t, facts.design) if facts.design else t("your own")
    lines.append(t("Design: {design}", design=design))
    lines.append(t("Place: {place}", place=_place(t, facts)))
    if facts.style:
        lines.append(t("Style: {style}", style=style_name(t, facts.style)))
    lines += price_lines(t, facts.price, facts.available)
    rows = (
        (button(t("📍 Change place"), Verb.PLACES), button(t("🎨 Style"), Verb.STYLES)),
        (
            button(t("🌹 Another design"), Verb.REPLACE, "design"),
            button(t("🤳 Another photo"), Verb.REPLACE, "person"),
        ),
        (stop_button(t),),
        (button(t("✨ Try it on"), Verb.GO, facts.confirmation_id, facts.price),),
    )
    return Screen("\n".join(lines), rows)


def again_rows(t: Translator, *, job_id: int) -> tuple[Row, ...]:
    """Return the buttons that begin another try-on like this one, with something else in it."""
    # A button alone in its row: under an upright photo two such labels would be cut off.
    place = button(t("📍 Another place"), Verb.OTHER_PLACE, job_id)
    return ((place,), (_other_design(t, job_id),), (_other_photo(t, job_id),))


def failure(t: Translator, cause: str, role: str | None) -> str | None:
    """Say why no picture of a tattoo came, where that is told in other words than of clothes."""
    if role == "design":
        return {
            "photo_gone": t(
                "😕 <b>Telegram no longer has the picture of the design.</b> Please send it again."
            ),
            "photo_unreadable": t(
                "😕 <b>The picture of the design could not be read.</b> Please send another one."
            ),
        }.get(cause)
    if cause == "provider_failed":
        return t(
            "😕 <b>The picture did not work out.</b> It often helps to use a photo with bare skin in good "
            "light, a clearer design, or another place."
        )
    return None


def failure_rows(
    t: Translator, retry: Row, *, job_id: int, failure: str, role: str | None
) -> tuple[Row, ...]:
    """Return what can be done after no picture of a tattoo came."""
    if failure in {"photo_gone", "photo_unreadable"}:
        other = _other_design(t, job_id) if role == "design" else _other_photo(t, job_id)
        return ((other,), (help_button(t),))
    return (retry, *again_rows(t, job_id=job_id))


def not_offered(t: Translator) -> Screen:
    """Say that there are no tattoos here, and what there is."""
    return Screen(t("There are no tattoos to try on here, but I do have clothes."), ((try_button(t),),))


def _place(t: Translator, facts: TattooFacts) -> str:
    if facts.is_pointed:
        return t("where you pointed")
    if facts.words is None:
        return t("the artist decides")
    return place_name(t, facts.words)


def _other_design(t: Translator, job_id: int) -> Button:
    return button(t("🌹 Another design"), Verb.OTHER_DESIGN, job_id)


def _other_photo(t: Translator, job_id: int) -> Button:
    return button(t("🤳 Another photo"), Verb.OTHER_PERSON, job_id)
