"""What can be done with a delivered picture behind its button "More", and the answers to it."""

from dataclasses import dataclass

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, credits_text, try_button
from bot.providers.base import Ability
from bot.texts import Translator

# Stands for the sheet of a comparison, where a button names a picture.
SHEET = 0
NUMBERS_A_ROW = 5

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class PictureMenu:
    """What can be done with a picture now.

    ``n`` is ``SHEET`` for several ``pictures`` on one sheet. ``thumb`` is up or down (True, False) or neither;
    ``doubtful`` are the numbers of the pictures for which credits may still come back.
    """

    job_id: int
    n: int
    has_before: bool
    thumb: bool | None
    doubtful: tuple[int, ...]
    pictures: tuple[int, ...]
    ability: str = Ability.CLOTHES.value


def more_button(t: Translator, *, job_id: int, n: int) -> Button:
    """Return the button that opens the menu of a picture."""
    return button(t("⋯ More"), Verb.MORE, job_id, n)


def menu_rows(t: Translator, menu: PictureMenu) -> Rows:
    """Return the menu; it takes the place of the buttons under the picture."""
    job_id, n = menu.job_id, menu.n
    rows: list[tuple[Button, ...]] = []
    if menu.has_before:
        rows.append((button(t("🌗 Before and after"), Verb.BEFORE_AFTER, job_id, n),))
    rows.append((button(t("💌 A card to share"), Verb.SHARE_CARD, job_id, n),))
    if n != SHEET:
        up, down = ("● " if menu.thumb is chosen else "" for chosen in (True, False))
        rows.append(
            (
                button(f"{up}👍", Verb.THUMB_UP, job_id, n),
                button(f"{down}👎", Verb.THUMB_DOWN, job_id, n),
            )
        )
    if menu.doubtful:
        rows.append((button(t("😕 Not me, or a bad picture"), Verb.NO_GOOD, job_id, n),))
    rows.append((button(t("🗑 Delete"), Verb.DELETE, job_id, n), _back(t, menu)))
    return tuple(rows)


def sure_no_good_rows(t: Translator, menu: PictureMenu) -> Rows:
    """Return the buttons that ask once before credits come back, and of a sheet for which picture."""
    if menu.n != SHEET:
        yes = button(t("Yes, give my credits back"), Verb.NO_GOOD_SURE, menu.job_id, menu.n)
        return ((yes,), (_back(t, menu),))
    # Numbers as they stand on the sheet, which leaves out the pictures that never came.
    numbers = [
        button(f"😕 {place}", Verb.NO_GOOD_SURE, menu.job_id, n)
        for place, n in enumerate(menu.pictures, start=1)
        if n in menu.doubtful
    ]
    rows = [tuple(numbers[start : start + NUMBERS_A_ROW]) for start in range(0, len(numbers), NUMBERS_A_ROW)]
    return (*rows, (_back(t, menu),))


def thanks(t: Translator, *, good: bool) -> str:
    """Thank for a thumb."""
    return t("Thank you, glad you like it!") if good else t("Thank you, I have noted it.")


def credit_back(t: Translator, *, job_id: int, credits_: int, balance: int, left: int) -> Screen:
    """Say that the credits of a picture that was no good are back."""
    lines = [
        t(
            "I am sorry about that picture. {credits} came back; you have {balance} now.",
            credits=credits_text(t, credits_),
            balance=credits_text(t, balance),
        ),
        t("Another photo often helps: one person, facing the camera, in good light."),
    ]
    if left == 0:
        lines.append(t("That was the last time for now that I can do this by myself."))
    person = (button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id),)
    return Screen("\n".join(lines), (person, (try_button(t),)))


def noted(t: Translator) -> str:
    """Acknowledge a complaint whose credits are back."""
    return t("Noted. The credits are back.")


def back_before(t: Translator) -> str:
    """Say that the credits of this picture came back earlier."""
    return t("You have the credits for this picture back already.")


def too_late(t: Translator, *, hours: int) -> str:
    """Say that a complaint came too late to give anything back."""
    return t.plural(
        "Thank you, I have noted it. I can give credits back for {n} hour after a picture, and that is over.",
        "Thank you, I have noted it. I can give credits back for {n} hours after a picture, and those are over.",
        hours,
    )


def too_often(t: Translator, *, pictures: int, days: int) -> str:
    """Say that the limit of one person is reached."""
    period = t.plural("{n} day", "{n} days", days)
    return t.plural(
        "Thank you, I have noted it. I can give credits back for {n} picture in {period}, and you have had that.",
        "Thank you, I have noted it. I can give credits back for {n} pictures in {period}, and you have had those.",
        pictures,
        period=period,
    )


def was_free(t: Translator) -> str:
    """Acknowledge a complaint about a picture that cost nothing."""
    return t("Thank you, I have noted it. This picture cost you nothing.")


def before_after_caption(t: Translator) -> str:
    """Caption a photo and its picture side by side."""
    return t("Before and after.")


def share_caption(t: Translator, *, bot_username: str) -> str:
    """Caption the card; it is read by those to whom it is forwarded."""
    return t("Tried on with @{bot}", bot=bot_username)


def before_gone(t: Translator) -> str:
    """Say that the photo from before can't be had any more."""
    return t("I no longer have your photo from before, so I can't put the two side by side.")


def compose_later(t: Translator) -> str:
    """Say that a picture could not be put together just now."""
    return t("That did not work just now. Nothing was charged; please tap again in a minute.")


def limit_reached(t: Translator, *, user_id: int, pictures: int, days: int) -> Screen:
    """Tell the operator that a person got as many pictures' credits back as allowed."""
    return Screen(
        t(
            "ℹ️ <b>Person {user} said of {pictures} pictures within {days} days that they were no good.</b>\n"
            "Each time their credits came back. That was the last time for now; more is up to you.",
            user=user_id,
            pictures=pictures,
            days=days,
        )
    )


def _back(t: Translator, menu: PictureMenu) -> Button:
    return button(t("‹ Back"), Verb.KEEP, menu.job_id, menu.n)
