"""Outfits: two garments at once; and the switches that a card has for clothes."""

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, credits_text, try_button
from bot.texts import Translator

# An outfit's photos by their roles in a job.
ROLES = ("upper", "lower", "person")


def other_photo(t: Translator, role: str | None, *, job_id: int) -> Button:
    """Return the button that replaces one photo of an earlier outfit, and keeps the others."""
    if role == "upper":
        return button(t("👕 Another top"), Verb.OTHER_GARMENT, job_id)
    if role == "lower":
        return button(t("👖 Another bottom half"), Verb.OTHER_LOWER, job_id)
    return button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id)


def ask_upper(t: Translator, *, has_person_photo: bool, has_lower: bool = False) -> Screen:
    """Ask for the upper garment of an outfit, whose lower one may be there already."""
    if has_lower:
        text = t("<b>And now the top.</b>\nA shirt, a pullover or a jacket that goes with it.")
    else:
        text = t(
            "<b>Now send me the top.</b>\nA shirt, a pullover, a jacket: from a shop, on a hanger, or "
            "worn by somebody. The trousers or the skirt come after it."
        )
    swap = ((button(t("🔁 That was the garment"), Verb.SWAP),),) if has_person_photo else ()
    return Screen(text, (*swap, _stop(t)))


def ask_lower(t: Translator) -> Screen:
    """Ask for the lower garment of an outfit."""
    text = t("<b>And now the bottom half.</b>\nTrousers, a skirt or shorts that go with it.")
    return Screen(text, ((button(t("🔁 That was the bottom half"), Verb.SWAP_GARMENTS),), _stop(t)))


def lower_advice(t: Translator) -> Screen:
    """Say that a check found no garment on the photo of the lower one."""
    text = t(
        "<b>A word about the bottom half</b>\nI can't make out a garment in that photo. One piece on a plain "
        "background works best. You can use it all the same, or send me another photo."
    )
    use = button(t("👍 Use it anyway"), Verb.USE_ANYWAY)
    return Screen(text, ((use,), (swap_garments(t),), _stop(t)))


def not_offered(t: Translator) -> Screen:
    """Say that this can't be tried on here."""
    return Screen(only_clothes(t), ((try_button(t),),))


def only_clothes(t: Translator) -> str:
    """Say the same in one alert."""
    return t("I can't do that here for now. Clothes work, though.")


def swap_garments(t: Translator) -> Button:
    """Return the button for two garments in the wrong places."""
    return button(t("🔁 Swap top and bottom"), Verb.SWAP_GARMENTS)


def hd_switch(t: Translator, *, on: bool, price: int) -> Button:
    """Return the button that turns the larger picture on or off, with what it costs on top."""
    costs = credits_text(t, price)
    label = t("✅ HD (+{costs})", costs=costs) if on else t("HD (+{costs})", costs=costs)
    return button(label, Verb.HD, 0 if on else 1)


def another_look(t: Translator) -> Button:
    """Return the button that lets the person choose among the saved photos."""
    return button(t("🖼 Another of my photos"), Verb.LOOKS)


def _stop(t: Translator) -> tuple[Button, ...]:
    return (button(t("✖️ Stop"), Verb.DISCARD),)
