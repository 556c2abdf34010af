"""The way from the first photo to the confirmation card."""

from dataclasses import dataclass

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.outfits import another_look, hd_switch, swap_garments
from bot.chat.screens.parts import (
    button,
    credits_text,
    help_button,
    photo_told,
    price_lines,
    stop_button,
    took_only_one,
    try_button,
)
from bot.images.errors import Reason
from bot.providers.base import GarmentKind, PhotoProblem
from bot.texts import Translator


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the confirmation card tells; ``available`` None where others read along."""

    confirmation_id: str
    kind: GarmentKind
    kinds: tuple[GarmentKind, ...]
    price: int
    available: int | None
    on_saved_photo: bool
    photos_left_out: bool
    suits: bool = True
    is_outfit: bool = False
    on_picture: bool = False
    photos_at_hand: int = 0
    can_extend: bool = False
    hd: bool | None = None
    hd_price: int = 0
    took_only_one: bool = False
    can_swap: bool = True


def ask_person(t: Translator, *, has_look: bool, again: bool, several: bool = False) -> Screen:
    """Ask for the photo of the person."""
    text = (
        t("Send me another photo of yourself.")
        if again
        else t(
            "<b>Send me a photo of yourself.</b>\nOne person, facing the camera, in good light. Whole body is best."
        )
    )
    rows = ((button(t("🖼 Use my saved photo"), Verb.LOOK),),) if has_look else ()
    others = ((another_look(t),),) if several else ()
    return Screen(text, (*rows, *others, (stop_button(t),)))


def ask_garment(t: Translator, *, has_person_photo: bool) -> Screen:
    """Ask for the photo of the garment."""
    text = t(
        "<b>Now send me the garment.</b>\nA photo from a shop, on a hanger, or worn by somebody: all fine."
    )
    swap = ((button(t("🔁 That was the garment"), Verb.SWAP),),) if has_person_photo else ()
    return Screen(text, (*swap, (stop_button(t),)))


def for_saved_photo(t: Translator, asked: Screen, *, several: bool) -> Screen:
    """Return the question for a garment that goes on the saved photo, with ways to another photo."""
    text = "\n".join((asked.text, *photo_told(t, on_picture=False, on_saved_photo=True)))
    other = (button(t("🤳 Another photo of me"), Verb.REPLACE, "person"),)
    others = ((another_look(t),),) if several else ()
    return Screen(text, (other, *others, (stop_button(t),)))


def card(t: Translator, facts: CardFacts) -> Screen:
    """Show what will be made, for how much, and let the person decide."""
    lines = [t("<b>Ready to try it on?</b>"), *_photos_told(t, facts)]
    lines += price_lines(t, facts.price, facts.available)
    is_decided = facts.is_outfit or facts.kind in facts.kinds
    lines += _kind_told(t, facts, is_decided=is_decided)
    swap = _other_way_round(t, on_saved_photo=facts.on_saved_photo) if facts.can_swap else ()
    others = ((another_look(t),),) if facts.on_saved_photo and facts.photos_at_hand > 1 else ()
    go = ((button(t("✨ Try it on"), Verb.GO, facts.confirmation_id, facts.price),),) if is_decided else ()
    choices = ((swap_garments(t),),) if facts.is_outfit else _kind_rows(t, facts)
    hd = ((hd_switch(t, on=facts.hd, price=facts.hd_price),),) if facts.hd is not None else ()
    stop = (*swap, stop_button(t))
    return Screen("\n".join(lines), (*choices, *_more_rows(t, facts), *hd, *others, stop, *go))


def _photos_told(t: Translator, facts: CardFacts) -> list[str]:
    lines = photo_told(t, on_picture=facts.on_picture, on_saved_photo=facts.on_saved_photo)
    if facts.is_outfit:
        lines.append(t("Top and bottom together, in one picture."))
    if facts.took_only_one:
        lines.append(took_only_one(t))
    elif facts.photos_left_out and facts.is_outfit:
        lines.append(t("I took the first three photos: you, the top, then the bottom half."))
    elif facts.photos_left_out:
        lines.append(t("I took the first two photos: you, then the garment."))
    return lines


def _kind_told(t: Translator, facts: CardFacts, *, is_decided: bool) -> list[str]:
    lines = []
    if not facts.suits:
        lines.append(t("⚠️ Your photo may not suit this kind of garment; one with the whole body works best."))
    if not facts.is_outfit:
        lines.append(t("What is it?") if is_decided else t("What is it? Tap it, then we can begin."))
    elif facts.kind is GarmentKind.BOTTOM:
        lines.append(t("⚠️ The top looks more like a bottom half. If so, let the two change places."))
    return lines


def _kind_rows(t: Translator, facts: CardFacts) -> tuple[tuple[Button, ...], ...]:
    kinds = [
        button(("● " if kind is facts.kind else "") + label, Verb.KIND, kind.value)
        for kind, label in kind_names(t)
        if kind in facts.kinds
    ]
    return tuple(tuple(kinds[start : start + 2]) for start in range(0, len(kinds), 2))


def _more_rows(t: Translator, facts: CardFacts) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that make a whole outfit of the garment, as far as what it is allows it."""
    if not facts.can_extend or facts.is_outfit:
        return ()
    trousers = button(t("➕ Add trousers"), Verb.ADD, "lower")
    top = button(t("➕ Add a top"), Verb.ADD, "garment")
    rows = {
        GarmentKind.AUTO: ((trousers, top),),
        GarmentKind.TOP: ((trousers,),),
        GarmentKind.BOTTOM: ((top,),),
    }
    return rows.get(facts.kind, ())


def _other_way_round(t: Translator, *, on_saved_photo: bool) -> tuple[Button]:
    """Return the button for photos in the wrong roles; a saved photo is never the garment."""
    if on_saved_photo:
        return (button(t("👤 That is me"), Verb.PHOTO_IS_ME),)
    return (button(t("🔁 Swap photos"), Verb.SWAP),)


def person_advice(
    t: Translator,
    problems: tuple[PhotoProblem, ...],
    *,
    can_be_used: bool,
    has_garment: bool,
    on_saved_photo: bool = False,
    can_swap: bool = True,
) -> Screen:
    """Say what a check found on the photo of the person, before anything is paid."""
    lines = [t("<b>A word about your photo</b>"), *(_problem(t, problem) for problem in problems)]
    if can_be_used:
        lines.append(t("You can use it all the same, or send me another photo."))
        rows: tuple[tuple[Button], ...] = ((button(t("👍 Use it anyway"), Verb.USE_ANYWAY),),)
    else:
        lines.append(t("Please send me another photo of you. Nothing was charged."))
        if not has_garment:
            rows = ((button(t("🔁 That was the garment"), Verb.SWAP),),)
        else:
            rows = (_other_way_round(t, on_saved_photo=on_saved_photo),) if can_swap else ()
    return Screen("\n".join(lines), (*rows, (stop_button(t),)))


def garment_advice(
    t: Translator,
    accessories: tuple[GarmentKind, ...] = (),
    *,
    on_saved_photo: bool = False,
    can_swap: bool = True,
) -> Screen:
    """Say that a check found no garment on the photo of the garment; it may be one of the accessories."""
    text = t(
        "<b>A word about the garment</b>\nI can't make out a garment in that photo. One piece on a plain "
        "background works best. You can use it all the same, or send me another photo."
    )
    kinds = tuple(
        button(label, Verb.KIND, kind.value) for kind, label in kind_names(t) if kind in accessories
    )
    if kinds:
        text += "\n\n" + t("Or is it one of these? Tap it.")
    use = button(t("👍 Use it anyway"), Verb.USE_ANYWAY)
    swap = _other_way_round(t, on_saved_photo=on_saved_photo) if can_swap else ()
    last = (*swap, stop_button(t))
    return Screen(text, (kinds, (use,), last) if kinds else ((use,), last))


def kind_missing(t: Translator) -> str:
    """Say in one alert that the kind of garment is still to be chosen."""
    return t("Tap what it is first: a top, trousers or a skirt, a dress or a suit.")


def _problem(t: Translator, problem: PhotoProblem) -> str:
    words = {
        PhotoProblem.SLIGHTLY_SMALL: t("• You are a little small in it. Come closer, or crop it."),
        PhotoProblem.POSE_UNCLEAR: t("• I can't quite see how you stand. Standing straight works best."),
        PhotoProblem.POSE_UNSUPPORTED: t("• That pose may not work. Standing straight works best."),
        PhotoProblem.NOBODY: t("• I can't find a person in it."),
        PhotoProblem.SEVERAL_PEOPLE: t("• There are two or more people in it. It has to be you alone."),
        PhotoProblem.NOT_FACING_FORWARD: t("• You are looking to the side. Please face the camera."),
        PhotoProblem.TOO_SMALL: t("• You are too small in it. Come closer, or crop it."),
        PhotoProblem.OTHER_WARNING: t("• The picture may not turn out well."),
    }
    return words.get(problem, t("• The picture service can't work with it."))


def kind_names(t: Translator) -> tuple[tuple[GarmentKind, str], ...]:
    """Return the kinds of garments with their names, in the order of the card."""
    return (
        (GarmentKind.AUTO, t("Not sure")),
        (GarmentKind.TOP, t("Top")),
        (GarmentKind.BOTTOM, t("Trousers or skirt")),
        (GarmentKind.ONE_PIECE, t("Dress or suit")),
        (GarmentKind.EYEWEAR, t("Glasses")),
        (GarmentKind.FOOTWEAR, t("Shoes")),
        (GarmentKind.HEADWEAR, t("Hat")),
    )


def discarded(t: Translator) -> Screen:
    """Confirm that the draft is gone."""
    return Screen(t("Stopped. Nothing was charged."), ((try_button(t),),))


def not_enough(t: Translator, *, available: int, price: int) -> str:
    """Say in one alert that the credits do not reach."""
    return t(
        "This costs {price}, you have {balance}. Nothing was charged.",
        price=credits_text(t, price),
        balance=credits_text(t, available),
    )


def too_many_open(t: Translator, *, limit: int) -> str:
    """Say in one alert that enough is under way."""
    return t.plural(
        "{n} picture of yours is still on its way. Wait for it, then tap again.",
        "{n} pictures of yours are still on their way. Wait for one of them, then tap again.",
        limit,
    )


def price_changed(t: Translator) -> str:
    """Say in one alert that the card was about another price."""
    return t("The price has changed since. Have a look at it, then tap again. Nothing was charged.")


def out_of_date(t: Translator) -> str:
    """Say in one alert that the button is old."""
    return t("This button is from an earlier try-on. Send a photo to begin a new one.")


def already_going(t: Translator) -> str:
    """Say in one line that the second tap changed nothing."""
    return t("It is already on its way.")


def photo_problem(t: Translator, problem: Reason | None) -> Screen:
    """Say what is wrong with a photo (None: Telegram has lost it) and what to send instead."""
    if problem is Reason.BUSY:
        text = t(
            "I have my hands full just now. Please send the photo once more in a moment; nothing was charged."
        )
        return Screen(text, ((help_button(t),),))
    words = {
        None: t("Telegram no longer has that photo."),
        Reason.NOT_A_PICTURE: t("That file is not a picture."),
        Reason.TRUNCATED: t("That picture arrived damaged."),
        Reason.TOO_MANY_PIXELS: t("That picture has too many pixels for me."),
        Reason.TOO_SMALL: t("That picture is too small to work with."),
        Reason.TOO_LARGE_FILE: t("That file is larger than 20 MB."),
        Reason.EXTREME_RATIO: t("That picture is too long and narrow."),
    }
    what = words.get(problem, t("I can't read that kind of picture."))
    text = t("{problem} Please send another photo; nothing was charged.", problem=what)
    return Screen(text, ((help_button(t),),))


def words_too_long(t: Translator, *, most: int) -> Screen:
    """Ask for fewer words."""
    text = t.plural(
        "That is a little long. Please say it in at most {n} character.",
        "That is a little long. Please say it in at most {n} characters.",
        most,
    )
    return Screen(text, ((stop_button(t),),))


def telegram_slow(t: Translator) -> Screen:
    """Say that the photo could not be fetched just now."""
    text = t("Telegram did not hand me the photo just now. Please send it once more; nothing was charged.")
    return Screen(text, ((help_button(t),),))
