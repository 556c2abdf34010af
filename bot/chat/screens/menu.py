"""The words of Telegram's command menu."""

from collections.abc import Collection

from bot.providers.base import Ability
from bot.texts import Translator


def command_descriptions(t: Translator, abilities: Collection[Ability]) -> dict[str, str]:
    """Return each command with what it does, in the order of the menu; only of what can be tried on here."""
    begin = t("Begin: try on clothes")
    if not {Ability.HAIRSTYLE, Ability.TATTOO}.isdisjoint(abilities):
        begin = t("Begin: see what you can try on")
    ways = (
        (Ability.OUTFIT, "outfit", t("Try on a whole outfit")),
        (Ability.HAIRSTYLE, "hair", t("Try on a haircut or a colour")),
        (Ability.TATTOO, "tattoo", t("Try on a tattoo")),
    )
    return {
        "start": begin,
        **{command: text for ability, command, text in ways if ability in abilities},
        "looks": t("Your saved photos"),
        "wardrobe": t("Garments you tried on lately"),
        "credits": t("What you have left"),
        "language": t("Choose a language"),
        "cancel": t("Stop what you began"),
        "help": t("How it works"),
    }


def operator_command_descriptions(t: Translator) -> dict[str, str]:
    """Return the commands that operators have beside everybody's."""
    return {"link": t("Make a link to a garment or a haircut"), "links": t("Your links")}


def bot_description(t: Translator, abilities: Collection[Ability]) -> str:
    """Say in an empty chat what the bot does, before anybody pressed Start; plain text."""
    first = {
        (False, False): t("See clothes on yourself before you buy them."),
        (True, False): t("See clothes and hair on yourself before you decide."),
        (False, True): t("See clothes and tattoos on yourself before you decide."),
        (True, True): t("See clothes, hair and tattoos on yourself before you decide."),
    }[Ability.HAIRSTYLE in abilities, Ability.TATTOO in abilities]
    how = t(
        "Send me a photo of yourself, choose what to try on, and in about ten seconds you have the picture."
    )
    return f"{first}\n\n{how}"


def bot_short_description(t: Translator) -> str:
    """Say in one line, on the bot's profile, what it does; plain text."""
    return t("Try things on in your own photo: a picture takes about ten seconds.")


def group_command_descriptions(t: Translator, abilities: Collection[Ability]) -> dict[str, str]:
    """Return the commands of groups with what each does, in the order of the menu."""
    commands = {
        "tryon": (Ability.CLOTHES, t("Try on the garment you reply to")),
        "outfit": (Ability.OUTFIT, t("Try on a whole outfit")),
        "hair": (Ability.HAIRSTYLE, t("See yourself with another haircut")),
        "tattoo": (Ability.TATTOO, t("Try on the tattoo you reply to")),
    }
    return {
        **{name: text for name, (ability, text) in commands.items() if ability in abilities},
        "cancel": t("Stop what you began"),
        "help": t("How it works"),
    }
