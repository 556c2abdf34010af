"""Photos of oneself, the garments of earlier pictures, and going on from a picture or to it again."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.drafting import kind_names
from bot.chat.screens.parts import ability_button, button, page_row, try_button
from bot.providers.base import Ability, GarmentKind
from bot.texts import Translator

Rows = tuple[tuple[Button, ...], ...]


def no_looks(t: Translator, *, has_consent: bool) -> Screen:
    """Say that there is no saved photo, and how there will be one."""
    if has_consent:
        text = t(
            "<b>You have no saved photos yet.</b>\nSend me one of yourself now, and I keep it for your try-ons."
        )
    else:
        text = t("<b>You have no saved photos yet.</b>\nThe photo of your first try-on is saved by itself.")
    return Screen(text, ((try_button(t),),))


def look_page(
    t: Translator, *, look_id: int, name: str | None, n: int, of: int, newer: int | None, older: int | None
) -> Screen:
    """Caption a saved photo, one of several."""
    lines = [_named(t, name)]
    if of > 1:
        lines.append(t("Photo {n} of {of}, the most recently used first.", n=n, of=of))
    lines.append(t("Send me another photo of yourself now, and I keep it as well."))
    use = (button(t("✨ Use this one"), Verb.LOOK_USE, look_id),)
    change = (
        _name_button(t, look_id, name),
        button(t("🗑 Delete"), Verb.LOOK_DELETE, look_id),
    )
    turning = [(Verb.LOOKS, (to,)) if to else None for to in (newer, older)]
    return Screen("\n".join(lines), (*page_row(t, turning), use, change))


def look_saved(t: Translator, *, look_id: int, name: str | None) -> Screen:
    """Say that a photo is kept."""
    text = t("Saved. Give it a name if you like, use it now, or send me the next one.")
    use = (button(t("✨ Use this one"), Verb.LOOK_USE, look_id),)
    return Screen(text, (use, (_name_button(t, look_id, name), button(t("🖼 My photos"), Verb.LOOKS))))


def ask_name(t: Translator, *, look_id: int) -> Screen:
    """Ask for the name of a photo."""
    text = t("What shall I call it? Write me a few words, such as “beach” or “office”.")
    return Screen(text, ((button(t("✖️ No name"), Verb.LOOKS, look_id),),))


def sure_to_delete_look(t: Translator, *, look_id: int) -> Rows:
    """Return the buttons that ask once before a saved photo is deleted."""
    yes = button(t("🗑 Yes, delete it"), Verb.LOOK_DELETE_SURE, look_id)
    return ((yes,), (button(t("Keep it"), Verb.LOOKS, look_id),))


def look_gone(t: Translator) -> str:
    """Say in one alert that a saved photo is not there any more."""
    return t("I no longer have that photo. Send me another one.")


def what_on_it(t: Translator, *, look_id: int, abilities: Sequence[Ability]) -> Screen:
    """Ask what a saved photo is to be used for."""
    rows = _pairs([ability_button(t, one, Verb.LOOK_USE, look_id) for one in abilities])
    return Screen(t("<b>What shall we try on with it?</b>"), rows)


def wardrobe_empty(t: Translator) -> Screen:
    """Say that no garment was tried on yet."""
    text = t(
        "<b>Your wardrobe is empty.</b>\nGarments you try on hang here for a while, to be tried on again."
    )
    return Screen(text, ((try_button(t),),))


def garment_page(
    t: Translator,
    *,
    this: tuple[int, str],
    kind: GarmentKind,
    n: int,
    of: int,
    newer: tuple[int, str] | None,
    older: tuple[int, str] | None,
) -> Screen:
    """Caption a garment of an earlier try-on, one of several; each is named by its picture and its role."""
    lines = [t("<b>Your wardrobe</b>"), t("Garment {n} of {of}, the latest first.", n=n, of=of)]
    if kind is not GarmentKind.AUTO:
        lines.append(dict(kind_names(t))[kind])
    wear = (button(t("👕 Try it on again"), Verb.WEAR, *this),)
    turning = [(Verb.WARDROBE, to) if to else None for to in (newer, older)]
    return Screen("\n".join(lines), (*page_row(t, turning), wear))


def garment_gone(t: Translator) -> str:
    """Say in one alert that a garment is forgotten."""
    return t("I no longer have that garment. Send me a photo of it.")


def what_next(t: Translator, *, job_id: int, n: int, abilities: Sequence[Ability]) -> Screen:
    """Ask what is to be tried on upon a picture."""
    rows = _pairs([ability_button(t, one, Verb.GO_ON, job_id, n) for one in abilities])
    return Screen(t("<b>Let us go on with this picture.</b>\nWhat comes next?"), rows)


def picture_gone(t: Translator) -> str:
    """Say in one alert that there is nothing to go on from."""
    return t("I no longer have that picture. Send me a photo, and we make a new one.")


def photo_before_gone(t: Translator) -> str:
    """Say in one alert that there is no way back."""
    return t("I no longer have the photo from before. You can send it to me again.")


def with_step_back(t: Translator, screen: Screen) -> Screen:
    """Add the way back to the photo that the picture was made of; what goes on stays last."""
    back = (button(t("↩️ Back to the photo before"), Verb.STEP_BACK),)
    return replace(screen, rows=(*screen.rows[:-1], back, *screen.rows[-1:]))


def with_repeat(t: Translator, screen: Screen, *, confirmation_id: str) -> Screen:
    """Say on a card that the person has this very picture, which is shown again for nothing."""
    text = t("🎁 You have this very picture already. I can show it again for free; a new one costs as usual.")
    again = (button(t("🎁 Show it again, for free"), Verb.SHOW_AGAIN, confirmation_id),)
    return replace(screen, text=f"{text}\n\n{screen.text}", rows=(*screen.rows, again))


def repeated(t: Translator, *, rows: Rows) -> Screen:
    """Caption a picture that is shown again."""
    return Screen(t("You had this picture already, so it cost nothing."), rows)


def anew_row(t: Translator, *, job_id: int) -> tuple[Button, ...]:
    """Return the row under a picture that is shown again: to make another one of the same."""
    return (button(t("✨ Make a new one"), Verb.ANEW, job_id),)


def show_later(t: Translator) -> str:
    """Say in one alert that Telegram takes no picture just now."""
    return t("Telegram is slow just now. Please tap once more in a moment; nothing was charged.")


def _named(t: Translator, name: str | None) -> str:
    return f"<b>{escape(name, quote=False)}</b>" if name else t("<b>A photo of you</b>")


def _name_button(t: Translator, look_id: int, name: str | None) -> Button:
    return button(t("✏️ Another name") if name else t("✏️ Name it"), Verb.LOOK_NAME, look_id)


def _pairs(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
