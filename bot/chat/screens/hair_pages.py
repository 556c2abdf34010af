"""The way to a haircut: the browser, the colours, the card, and what can follow a picture."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from bot.chat.codes import Verb
from bot.chat.screen import Button, Illustration, Screen
from bot.chat.screens import hair
from bot.chat.screens.parts import (
    Row,
    arrows,
    as_read,
    button,
    credits_text,
    in_rows,
    photo_told,
    price_lines,
    stop_button,
    try_button,
)
from bot.hairstyles import BOLD, GROUPS, NATURAL
from bot.texts import Translator
from bot.wish import MOST_COMPARED, MOST_VARIANTS, HairStyle

# In codes: further ones beside what is there, or in its place.
ADDING, INSTEAD = "a", "i"
# The page of favourites; further ones of it are "fav2" and so on.
FAVOURITES = "fav"
ON_A_SHEET = 9


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page of the browser: its haircuts, numbered as on the sheet, and what is chosen so far."""

    page: str
    haircuts: tuple[str, ...]
    styles: tuple[HairStyle, ...] = ()
    adding: bool = False
    favourites: Collection[str] = ()
    query: str = ""
    price: int = 0

    @property
    def mode(self) -> str:
        """Return how a tap is meant, as it stands in the codes."""
        return ADDING if self.adding else INSTEAD


@dataclass(frozen=True, slots=True)
class HairCard:
    """What the confirmation card for hair tells; ``price`` is for all pictures together."""

    confirmation_id: str
    styles: tuple[HairStyle, ...]
    variants: int
    price: int
    price_of_one: int
    available: int | None
    on_saved_photo: bool
    is_favourite: bool
    on_picture: bool = False


def ask_selfie(t: Translator, *, has_look: bool, again: bool) -> Screen:
    """Ask for the photo whose hair is to change."""
    if again:
        text = t("Send me another photo of yourself.")
    else:
        text = t(
            "<b>Send me a photo of your face.</b>\nYou alone, facing the camera, in good light, with all of "
            "your hair on it."
        )
    rows = ((button(t("🖼 Use my saved photo"), Verb.LOOK),),) if has_look else ()
    return Screen(text, (*rows, (stop_button(t),)))


def browser(t: Translator, facts: PageFacts, sheet: Illustration | None) -> Screen:
    """Show one page of haircuts: a sheet of icons, and a button for each."""
    chosen = {style.haircut for style in facts.styles}
    names = [
        button(
            _numbered(t, n, haircut, facts, chosen),
            Verb.HAIRCUT,
            haircut,
            facts.page,
            *_meaning(facts.adding, is_in=haircut in chosen),
        )
        for n, haircut in enumerate(facts.haircuts, start=1)
    ]
    rows = (*in_rows(names, 2), *_ways(t, facts), _ends(t, facts))
    return Screen("\n".join((_title(t, facts), *_told(t, facts))), rows, sheet)


def colors(
    t: Translator, styles: Sequence[HairStyle], *, adding: bool, price: int, sheet: Illustration | None
) -> Screen:
    """Ask for the colour, or for several to compare."""
    chosen = {style.color for style in styles}
    lines = [t("<b>Which colours shall I compare?</b>") if adding else t("<b>Which colour?</b>")]
    lines.append(t("Tap one, or write it in your own words, such as “honey blonde with pink tips”."))
    if adding:
        lines += _chosen(t, hair.told_apart(t, styles), price)

    def shade(words: str, key: str, color: str | None) -> Button:
        is_in = color in chosen
        return button(("✅ " if is_in else "") + words, Verb.HAIR_COLOR, key, *_meaning(adding, is_in=is_in))

    def shades(told: dict[str, str]) -> tuple[Row, ...]:
        return in_rows(
            [shade(hair.color_label(t, key), key, color) for key, color in told.items()],
            3,
        )

    own = shade(t("🧑 My own colour"), "own", None)
    done = t("✅ Done") if adding else t("⬅️ Back")
    last = (button(done, Verb.HAIR_DONE), stop_button(t))
    return Screen("\n".join(lines), (*shades(NATURAL), *shades(BOLD), (own,), last), sheet)


def card(t: Translator, facts: HairCard, sheet: Illustration | None) -> Screen:
    """Show what will be made, for how much, and let the person decide."""
    is_comparison = len(facts.styles) > 1
    pictures = len(facts.styles) * facts.variants
    lines = _comparison_told(t, facts) if is_comparison else _haircut_told(t, facts)
    lines += photo_told(t, on_picture=facts.on_picture, on_saved_photo=facts.on_saved_photo)
    price, *more = price_lines(t, facts.price, facts.available)
    lines.append(price)
    if pictures > 1:
        each = credits_text(t, facts.price_of_one)
        lines.append(t("That is {each} a picture, and you pay only for the ones that come.", each=each))
    lines += more
    if not is_comparison:
        lines.append(t("How many pictures? Each one turns out a little different."))
    choices = _comparison_rows(t, facts) if is_comparison else _haircut_rows(t, facts)
    photo = (button(t("🤳 Another photo"), Verb.REPLACE, "person"), stop_button(t))
    go = (button(t("✨ Try it on"), Verb.GO, facts.confirmation_id, facts.price),)
    return Screen("\n".join(lines), (*choices, photo, go), sheet)


def again_rows(t: Translator, *, job_id: int) -> tuple[Row, ...]:
    """Return what can follow a picture with other hair, as buttons."""
    # Each alone in its row: under an upright photo two such labels would be cut off.
    return (
        (button(t("✂️ Another haircut"), Verb.OTHER_HAIRCUT, job_id),),
        (button(t("🎨 Another colour"), Verb.OTHER_COLOR, job_id),),
        (button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id),),
    )


def failure(t: Translator, cause: str) -> str | None:
    """Say why no picture with other hair came, where that is not said as of clothes."""
    return {
        "provider_failed": t(
            "😕 <b>The picture did not work out.</b> It often helps to use a photo in which the face and all "
            "of the hair are clear, facing the camera."
        ),
        "provider_refused": t(
            "😕 <b>The picture service did not accept this photo.</b> Please try another one."
        ),
    }.get(cause)


def not_offered(t: Translator) -> Screen:
    """Say that there are no haircuts here, and what there is."""
    return Screen(t("There are no haircuts to try on here, but I do have clothes."), ((try_button(t),),))


def too_few_or_many(t: Translator) -> str:
    """Say in one alert how many can be compared."""
    return t("Choose between one and {n} of them.", n=MOST_COMPARED)


def _meaning(adding: bool, *, is_in: bool) -> tuple[object, ...]:  # noqa: FBT001 - as in the facts
    """Return how a tap is meant, for its code: instead of what is there, or in or out beside the others."""
    return (ADDING, 0 if is_in else 1) if adding else (INSTEAD,)


def _title(t: Translator, facts: PageFacts) -> str:
    if facts.adding:
        return t("<b>Which haircuts shall I compare?</b>")
    return t("<b>Which haircut?</b>")


def _told(t: Translator, facts: PageFacts) -> list[str]:
    lines = [_where(t, facts)]
    if facts.adding:
        lines += _chosen(t, [hair.style_name(t, style) for style in facts.styles], facts.price)
    elif facts.haircuts:
        lines.append(t("Tap one, or write what you are looking for, such as “bob”."))
    return lines


def _where(t: Translator, facts: PageFacts) -> str:
    groups = tuple(GROUPS)
    if facts.page in groups:
        name = hair.group_name(t, facts.page)
        return t("{group}: page {n} of {of}.", group=name, n=groups.index(facts.page) + 1, of=len(groups))
    if not facts.query:
        return t("Your favourites.")
    query = escape(facts.query, quote=False)
    if not facts.haircuts:
        return t(
            "I don't know a haircut called “{query}”. Look through them, or write another word.", query=query
        )
    return t("Found for “{query}”:", query=query)


def _chosen(t: Translator, names: Sequence[str], price: int) -> list[str]:
    if not names:
        return [t("Tap two or more, at most {n}; you get them side by side.", n=MOST_COMPARED)]
    listed = "; ".join(escape(name, quote=False) for name in names)
    told = t("Chosen, {n} of {of}: {names}.", n=len(names), of=MOST_COMPARED, names=listed)
    return [told, t("Together: {price}.", price=credits_text(t, price))]


def _numbered(t: Translator, n: int, haircut: str, facts: PageFacts, chosen: Collection[str]) -> str:
    mark = "✅ " if haircut in chosen else "⭐ " if haircut in facts.favourites else ""
    return f"{mark}{n}. {hair.haircut_name(t, haircut)}"


def _ways(t: Translator, facts: PageFacts) -> tuple[Row, ...]:
    groups = tuple(GROUPS)
    if facts.page in groups:
        here = groups.index(facts.page)
        before, after = groups[here - 1], groups[(here + 1) % len(groups)]
        back, on = arrows(t)
        row = (
            button(f"{back} {hair.group_name(t, before)}", Verb.HAIR_PAGE, before),
            button(f"{hair.group_name(t, after)} {on}", Verb.HAIR_PAGE, after),
        )
        turning: tuple[Row, ...] = (as_read(t, row),)
    else:
        turning = in_rows([button(hair.group_name(t, group), Verb.HAIR_PAGE, group) for group in groups], 3)
    surprise = button(t("🎲 Surprise me"), Verb.HAIR_SURPRISE, facts.mode)
    shows_all = facts.page == FAVOURITES and len(facts.favourites) <= ON_A_SHEET
    if not facts.favourites or shows_all:
        return (*turning, (surprise,))
    label = t("⭐ Favourites ({n})", n=len(facts.favourites))
    return (*turning, (button(label, Verb.HAIR_PAGE, _next_favourites(facts)), surprise))


def _next_favourites(facts: PageFacts) -> str:
    """Return the page of favourites that comes next; after the last one the first."""
    if not facts.page.startswith(FAVOURITES):
        return FAVOURITES
    pages = -(-len(facts.favourites) // ON_A_SHEET)
    following = int(facts.page.removeprefix(FAVOURITES) or 1) % pages + 1
    return f"{FAVOURITES}{following}" if following > 1 else FAVOURITES


def _ends(t: Translator, facts: PageFacts) -> Row:
    if facts.styles:
        return (button(t("✅ Done") if facts.adding else t("⬅️ Back"), Verb.HAIR_DONE), stop_button(t))
    if facts.adding:
        return (button(t("Only one"), Verb.HAIR_ASK, "haircut", INSTEAD), stop_button(t))
    return (button(t("⚖️ Compare several"), Verb.HAIR_ASK, "haircut", ADDING), stop_button(t))


def _haircut_told(t: Translator, facts: HairCard) -> list[str]:
    (style,) = facts.styles
    lines = [
        t("<b>{haircut}</b>", haircut=escape(hair.haircut_name(t, style.haircut), quote=False)),
        t("Colour: {color}.", color=escape(hair.color_name(t, style.color), quote=False)),
    ]
    if facts.variants > 1:
        lines.append(t.plural("{n} picture to choose from.", "{n} pictures to choose from.", facts.variants))
    return lines


def _comparison_told(t: Translator, facts: HairCard) -> list[str]:
    names = (escape(hair.style_name(t, style), quote=False) for style in facts.styles)
    listed = [f"{n}. {name}" for n, name in enumerate(names, start=1)]
    return [t("<b>Side by side on one sheet</b>"), *listed]


def _haircut_rows(t: Translator, facts: HairCard) -> tuple[Row, ...]:
    (style,) = facts.styles
    star = t("⭐ Favourite") if facts.is_favourite else t("☆ Keep as favourite")
    variants = tuple(
        button(f"● {n} ×" if n == facts.variants else f"{n} ×", Verb.HAIR_VARIANTS, n)
        for n in range(1, MOST_VARIANTS + 1)
    )
    return (
        (
            button(t("✂️ Another haircut"), Verb.HAIR_ASK, "haircut", INSTEAD),
            button(t("🎨 Colour"), Verb.HAIR_ASK, "color", INSTEAD),
        ),
        variants,
        (
            button(t("⚖️ Compare haircuts"), Verb.HAIR_ASK, "haircut", ADDING),
            button(t("⚖️ Compare colours"), Verb.HAIR_ASK, "color", ADDING),
        ),
        (button(star, Verb.HAIR_STAR, style.haircut, 0 if facts.is_favourite else 1),),
    )


def _comparison_rows(t: Translator, facts: HairCard) -> tuple[Row, ...]:
    count = len(facts.styles)
    drop = tuple(button(f"✖️ {n}", Verb.HAIR_DROP, n, count) for n in range(1, count + 1))
    has_one_cut = len({style.haircut for style in facts.styles}) == 1
    haircuts = button(t("⚖️ Other haircuts"), Verb.HAIR_ASK, "haircut", ADDING)
    if has_one_cut:
        color = button(t("⚖️ Other colours"), Verb.HAIR_ASK, "color", ADDING)
    else:
        color = button(t("🎨 One colour for all"), Verb.HAIR_ASK, "color", INSTEAD)
    return (drop, (color,) if has_one_cut else (haircuts, color))
