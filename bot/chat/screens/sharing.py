"""Pictures shown in other chats, and the links of a shop."""

from collections.abc import Sequence
from html import escape

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, help_button, try_button
from bot.providers.base import Ability
from bot.texts import Translator

# On a button, where little room is left beside the words.
LONGEST_NAME = 18


def inline_caption(t: Translator, ability: Ability, bot_username: str) -> str:
    """Caption a picture that somebody shows in another chat, so that others want to try."""
    return {
        Ability.CLOTHES: t(
            "How does it look on me? Try something on yourself with @{bot}.", bot=bot_username
        ),
        Ability.OUTFIT: t(
            "How does this outfit look on me? Try one on yourself with @{bot}.", bot=bot_username
        ),
        Ability.HAIRSTYLE: t("Would you know me with this hair? Try yours with @{bot}.", bot=bot_username),
        Ability.TATTOO: t("Should I get this tattoo? Try one on yourself with @{bot}.", bot=bot_username),
    }[ability]


def inline_title(t: Translator, ability: Ability) -> str:
    """Name a picture in the list of those to choose from."""
    return {
        Ability.CLOTHES: t("Clothes"),
        Ability.OUTFIT: t("Outfit"),
        Ability.HAIRSTYLE: t("Hair"),
        Ability.TATTOO: t("Tattoo"),
    }[ability]


def inline_rows(t: Translator, bot_username: str) -> tuple[tuple[Button, ...], ...]:
    """Return the button under a picture that was shown in another chat."""
    return ((Button(t("✨ Try it yourself"), url=f"https://t.me/{bot_username}?start=inline"),),)


def inline_empty(t: Translator) -> str:
    """Label the way into the private chat for somebody without pictures."""
    return t("You have no pictures yet. Make one")


def inline_more(t: Translator) -> str:
    """Label the way into the private chat above somebody's pictures."""
    return t("Make a new picture")


def link_made(t: Translator, *, url: str, title: str | None) -> Screen:
    """Show the operator a link that was made."""
    lines = [t("🔗 <b>Your link is ready.</b>")]
    if title:
        lines.append(escape(title, quote=False))
    lines += [
        f"<code>{escape(url, quote=False)}</code>",
        t("Who opens it finds this in their chat with me, and needs only a photo of themselves."),
    ]
    return Screen("\n".join(lines), ((Button(t("Open it"), url=url),),))


def link_help(t: Translator) -> Screen:
    """Tell the operator how links are made."""
    text = t(
        "Send <code>/link a title</code> under a photo of a garment, or as a reply to one. For a haircut write "
        "<code>/link BobCut</code>. /links shows the links you have."
    )
    return Screen(text, ((help_button(t),),))


def links(t: Translator, listed: Sequence[tuple[str, str, int]]) -> Screen:
    """List an operator's links, each as token, name and how often it was opened, with a button that ends it."""
    if not listed:
        return link_help(t)
    lines = [t("🔗 <b>Your links</b>")]
    lines += [
        t.plural("• {name}: opened {n} time", "• {name}: opened {n} times", n, name=escape(name, quote=False))
        for _, name, n in listed
    ]
    rows = tuple(
        (button(t("✖️ End {name}", name=name[:LONGEST_NAME]), Verb.LINK_END, token),)
        for token, name, _ in listed
    )
    return Screen("\n".join(lines), rows)


def link_name(t: Translator, kind: str, title: str | None) -> str:
    """Return what a link is called in the list."""
    return title or (t("A garment") if kind == "garment" else t("A haircut"))


def link_gone(t: Translator) -> Screen:
    """Say that a link leads nowhere any more."""
    return Screen(
        t("That link is not active any more. You can still try on anything you like."), ((try_button(t),),)
    )
