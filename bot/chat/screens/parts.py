"""Pieces that several screens share."""

from collections.abc import Collection, Sequence

from bot.chat.codes import Verb, code
from bot.chat.screen import Button
from bot.providers.base import Ability
from bot.texts import Translator

Row = tuple[Button, ...]

# Characters of a label that a narrow phone shows, by how many share the row.
_ROOM = {2: 19, 3: 11}
_UNSEEN = dict.fromkeys(map(ord, "\u2068\u2069\ufe0f\u0651"))


def button(label: str, verb: Verb, *arguments: object) -> Button:
    """Return a button that carries a code."""
    return Button(label, code(verb, *arguments))


def in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    """Return buttons in rows of at most that many: fewer where a label would be cut off beside others."""
    rows: list[Row] = []
    while left := tuple(buttons[sum(map(len, rows)) :]):
        counts = range(min(width, len(left)), 0, -1)
        rows.append(next(left[:n] for n in counts if n == 1 or _have_room(left[:n])))
    return tuple(rows)


def _have_room(row: Row) -> bool:
    longest = max(len(one.label.translate(_UNSEEN)) for one in row)
    return longest <= _ROOM.get(len(row), 0)


def stop_button(t: Translator) -> Button:
    """Return the button that ends a try-on before it began."""
    return button(t("✖️ Stop"), Verb.DISCARD)


def credits_text(t: Translator, n: int) -> str:
    """Return a number of credits in words, such as "3 credits"."""
    return t.plural("{n} credit", "{n} credits", n)


def back_text(t: Translator, n: int) -> str:
    """Say in one sentence that something cost nothing, and what came back."""
    if n == 0:
        return t("It cost nothing.")
    return t.plural(
        "It cost nothing: {n} credit is back in your account.",
        "It cost nothing: {n} credits are back in your account.",
        n,
    )


def price_lines(t: Translator, price: int, available: int | None) -> list[str]:
    """Tell the price, and what the person has, unless others read along."""
    if available is None:
        return [t("Price: {price}.", price=credits_text(t, price))]
    balance = credits_text(t, available)
    lines = [t("Price: {price}. You have {balance}.", price=credits_text(t, price), balance=balance)]
    if available < price:
        lines.append(
            t("That is not enough yet. I keep your photos here; once credits are added, tap the button.")
        )
    return lines


def photo_told(t: Translator, *, on_picture: bool, on_saved_photo: bool) -> list[str]:
    """Say which photo of the person is used, where it is not one just sent; a picture goes before."""
    if on_picture:
        return [t("I go on from the picture I made.")]
    return [t("I use your saved photo.")] if on_saved_photo else []


def try_button(t: Translator) -> Button:
    """Return the button that starts a try-on."""
    return button(t("👕 Try on clothes"), Verb.TRY)


def ability_button(t: Translator, ability: Ability, verb: Verb = Verb.TRY, *arguments: object) -> Button:
    """Return the button for one thing to try on; the ability is the last argument of its code."""
    labels = {
        Ability.CLOTHES: t("👕 Clothes"),
        Ability.OUTFIT: t("👔 Whole outfit"),
        Ability.HAIRSTYLE: t("💇 Hairstyle"),
        Ability.TATTOO: t("🖋 Tattoo"),
    }
    return button(labels[ability], verb, *arguments, ability.value)


def entry_rows(t: Translator, abilities: Collection[Ability]) -> tuple[Row, ...]:
    """Return the buttons that start a try-on, one for each thing that can be had here, two in a row."""
    others = [ability_button(t, one) for one in Ability if one in abilities and one is not Ability.CLOTHES]
    buttons = [try_button(t), *others]
    return in_rows(buttons, 2)


def help_button(t: Translator) -> Button:
    """Return the button that explains how it works."""
    return button(t("💡 How it works"), Verb.HELP)


def took_only_one(t: Translator) -> str:
    """Say that several photos came where one was asked for."""
    return t("Of the photos that came together I took the first one.")


def page_row(
    t: Translator, ways: Sequence[tuple[Verb, tuple[object, ...]] | None]
) -> tuple[tuple[Button, ...], ...]:
    """Return the row that leads to the page before and the page after, as far as there are any."""
    # The arrows of a catalogue point the way its language is read.
    labels = (t("◀️ Newer"), t("Older ▶️"))
    row = tuple(
        button(label, way[0], *way[1]) for label, way in zip(labels, ways, strict=True) if way is not None
    )
    return (as_read(t, row),) if row else ()


def arrows(t: Translator) -> tuple[str, str]:
    """Return the signs that lead back and on, pointing the way the language is read."""
    return ("▶️", "◀️") if t.is_right_to_left else ("◀️", "▶️")


def as_read(t: Translator, row: Row) -> Row:
    """Return buttons that lead back and on in the order in which the language is read."""
    return row[::-1] if t.is_right_to_left else row
