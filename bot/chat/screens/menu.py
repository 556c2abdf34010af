"""The words of Telegram's command menu."""

from bot.texts import Translator


def command_descriptions(t: Translator) -> dict[str, str]:
    """Return each command with what it does, in the order of the menu."""
    return {
        "start": t("Begin: try on clothes"),
        "outfit": t("Try on a whole outfit"),
        "looks": t("Your saved photos"),
        "wardrobe": t("Garments you tried on lately"),
        "credits": t("What you have left"),
        "language": t("Choose a language"),
        "cancel": t("Stop what you began"),
        "help": t("How it works"),
    }
