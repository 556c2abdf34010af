"""Welcome, help, credits, language, consent and the small answers."""

from collections.abc import Collection

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, credits_text, entry_rows, help_button, try_button
from bot.providers.base import Ability
from bot.texts import LANGUAGES, Translator
from bot.texts.catalogues import language_name


def welcome(t: Translator, *, available: int, abilities: Collection[Ability] = ()) -> Screen:
    """Say what the bot does, of what can be had here; shown under the sample picture."""
    text = _welcome_text(t, available, abilities)
    return Screen(text, (*entry_rows(t, abilities), (help_button(t), _languages_button(t))))


def _welcome_text(t: Translator, available: int, abilities: Collection[Ability]) -> str:
    credits_left = credits_text(t, available)
    has_hair, has_tattoos = Ability.HAIRSTYLE in abilities, Ability.TATTOO in abilities
    if not has_hair and not has_tattoos:
        return t(
            "<b>See clothes on yourself before you buy them.</b>\n\n"
            "Send me a photo of you and a photo of a garment. In about ten seconds you get a picture of you "
            "wearing it.\n\nYou have <b>{credits}</b>. A picture that does not work out costs nothing.",
            credits=credits_left,
        )
    if has_hair and has_tattoos:
        title = t("<b>See clothes, hair and tattoos on yourself before you decide.</b>")
    elif has_hair:
        title = t("<b>See clothes and hair on yourself before you decide.</b>")
    else:
        title = t("<b>See clothes and tattoos on yourself before you decide.</b>")
    how = t("Tap what you want to try on, or just send me a photo of you. A picture takes about ten seconds.")
    cost = t(
        "You have <b>{credits}</b>. A picture that does not work out costs nothing.", credits=credits_left
    )
    return f"{title}\n\n{how}\n\n{cost}"


def help_screen(t: Translator, *, price: int, retention_days: int, abilities: Collection[Ability]) -> Screen:
    """Explain the way to a picture, good photos, and what happens with them."""
    text = "\n\n".join(
        (
            t("<b>How it works</b>"),
            t(
                "1. Send a photo of yourself: one person, facing the camera, good light.\n"
                "2. Send a photo of the garment: from a shop, a hanger, or worn by somebody.\n"
                "3. Check the card and tap the button. I show you how far I am."
            ),
            t(
                "You can also send both photos together as an album (you first), as files, or send the garment "
                "as a reply to your photo."
            ),
            t(
                "A picture of clothes costs {credits}; every card shows its price first. You pay only for a "
                "picture you get; if anything goes wrong, the credits come back by themselves.",
                credits=credits_text(t, price),
            ),
            t.plural(
                "Your photos go only to the services that check them and make the picture. I keep a link to "
                "them for {n} day, then I forget it.",
                "Your photos go only to the services that check them and make the picture. I keep a link to "
                "them for {n} days, then I forget it.",
                retention_days,
            ),
            "\n".join(
                (
                    *_ways(t, abilities),
                    t("/looks – your saved photos\n/wardrobe – garments you tried on lately"),
                )
            ),
            t("/credits – what you have left\n/language – another language\n/cancel – stop what you began"),
        )
    )
    own = (button(t("🖼 My photos"), Verb.LOOKS), button(t("🧥 My wardrobe"), Verb.WARDROBE))
    return Screen(text, ((try_button(t),), own, (_credits_button(t), _languages_button(t))))


def _ways(t: Translator, abilities: Collection[Ability]) -> list[str]:
    ways = {
        Ability.OUTFIT: t("/outfit – two garments at once"),
        Ability.HAIRSTYLE: t("/hair – another haircut or colour"),
        Ability.TATTOO: t("/tattoo – a tattoo on your own skin"),
    }
    return [text for ability, text in ways.items() if ability in abilities]


def credits_screen(t: Translator, *, available: int, held: int, price: int) -> Screen:
    """Tell the balance, and what is set aside for pictures on their way."""
    lines = [t("You have <b>{credits}</b>.", credits=credits_text(t, available))]
    if held:
        lines.append(
            t.plural(
                "{n} more is set aside for what is being made right now.",
                "{n} more are set aside for what is being made right now.",
                held,
            )
        )
    lines.append(t("A picture of clothes costs {credits}.", credits=credits_text(t, price)))
    if available < price:
        lines.append(
            t("That is not enough for a new picture. As soon as credits are added, I tell you here.")
        )
    row = try_button(t) if available >= price else help_button(t)
    return Screen("\n".join(lines), ((row,),))


def language_screen(t: Translator) -> Screen:
    """Offer the languages, each in its own name."""
    rows = tuple((Button(_mark(tag, t) + language_name(tag), f"{Verb.LANGUAGE}:{tag}"),) for tag in LANGUAGES)
    return Screen(t("Which language do you prefer?"), rows)


def language_set(t: Translator) -> Screen:
    """Confirm a language, in that language."""
    text = t("Done, I speak English with you now.")
    return Screen(text, ((try_button(t),), (help_button(t),)))


def consent(t: Translator, *, retention_days: int) -> Screen:
    """Ask once before the first photo."""
    text = t.plural(
        "<b>Before the first photo</b>\n\n"
        "• Send photos of yourself, or of an adult who agreed to it.\n"
        "• No nudity, and no children.\n"
        "• To check them and make the picture, your photos are sent to image services and to nobody else.\n"
        "• I keep a link to your photos for {n} day. The delete button under a picture removes it at once.\n\n"
        "Is that all right with you?",
        "<b>Before the first photo</b>\n\n"
        "• Send photos of yourself, or of an adult who agreed to it.\n"
        "• No nudity, and no children.\n"
        "• To check them and make the picture, your photos are sent to image services and to nobody else.\n"
        "• I keep a link to your photos for {n} days. The delete button under a picture removes it at once.\n\n"
        "Is that all right with you?",
        retention_days,
    )
    yes = button(t("✅ Yes, I agree"), Verb.AGREE)
    return Screen(text, ((yes,), (button(t("No, thanks"), Verb.DECLINE),)))


def declined(t: Translator) -> Screen:
    """Accept a no."""
    text = t(
        "No problem. I have not looked at any photo, and what you sent is forgotten. Come back whenever you like."
    )
    return Screen(text, ((try_button(t),), (help_button(t),)))


def nothing_to_cancel(t: Translator) -> Screen:
    """Answer /cancel when nothing is under way."""
    return Screen(t("There is nothing to cancel."), ((try_button(t),),))


def cancelled(t: Translator, *, jobs: int, still_running: int, had_draft: bool) -> Screen:
    """Answer /cancel: what was stopped, and what can't be any more."""
    lines = []
    if jobs:
        lines.append(
            t.plural(
                "{n} waiting picture is cancelled, and you have its credits back.",
                "{n} waiting pictures are cancelled, and you have their credits back.",
                jobs,
            )
        )
    elif had_draft:
        lines.append(t("Stopped. Nothing was charged."))
    if still_running:
        lines.append(
            t.plural(
                "{n} picture is already being made and comes in a moment.",
                "{n} pictures are already being made and come in a moment.",
                still_running,
            )
        )
    return Screen("\n".join(lines), ((try_button(t),),))


def not_understood(t: Translator, *, abilities: Collection[Ability] = ()) -> Screen:
    """Answer anything that is neither a command nor a photo."""
    text = t("I work with photos. Send me a photo of yourself to begin, or tap a button.")
    return Screen(text, (*entry_rows(t, abilities), (help_button(t), _credits_button(t))))


def only_pictures(t: Translator) -> Screen:
    """Answer a file, video or sticker that is no picture."""
    text = t("I can't use that as a picture. A photo works best; JPEG, PNG, WebP and HEIC files work too.")
    return Screen(text, ((help_button(t),),))


def something_broke(t: Translator) -> Screen:
    """Apologise for a fault of ours."""
    text = t("Something went wrong on my side. Nothing was charged. Please try that once more.")
    return Screen(text, ((try_button(t),), (help_button(t),)))


def _mark(tag: str, t: Translator) -> str:
    return "✓ " if tag == t.language else ""


def _credits_button(t: Translator) -> Button:
    return button(t("💳 My credits"), Verb.CREDITS)


def _languages_button(t: Translator) -> Button:
    return button(t("🌐 Language"), Verb.LANGUAGES)
