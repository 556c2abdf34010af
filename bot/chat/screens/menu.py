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


def group_command_descriptions(t: Translator, abilities: Collection[Ability]) -> dict[str, str]:
    """Return the commands of groups with what each does, in the order of the menu."""
    commands = {
        "tryon": (Ability.CLOTHES, t("Try on the garment you answer")),
        "hair": (Ability.HAIRSTYLE, t("See yourself with another haircut")),
        "tattoo": (Ability.TATTOO, t("Try on the tattoo you answer")),
    }
    return {
        **{name: text for name, (ability, text) in commands.items() if ability in abilities},
        "cancel": t("Stop what you began"),
        "help": t("How it works"),
    }
