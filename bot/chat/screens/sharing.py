"""Pictures shown in other chats, and the links of a shop."""

from collections.abc import Sequence
from html import escape

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, help_button, page_row, try_button
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


def link_made(t: Translator, *, url: str, name: str, token: str, is_doubtful: bool) -> Screen:
    """Show the operator a link that was made; of a doubtful photo, say so."""
    lines = [
        t("🔗 <b>Your link is ready.</b>"),
        escape(name, quote=False),
        f"<code>{escape(url, quote=False)}</code>",
        t("Whoever opens it finds this in their chat with me, and needs only a photo of themselves."),
    ]
    rows: tuple[tuple[Button, ...], ...] = ((Button(t("Open it"), url=url),),)
    if is_doubtful:
        lines.append(
            t(
                "⚠️ I can't make out a garment in that photo, and whoever opens the link is told so. "
                "One piece on a plain background works best."
            )
        )
        rows += ((_end_button(t, token, name),),)
    return Screen("\n".join(lines), rows)


def link_opened(t: Translator, title: str | None) -> Screen:
    """Show somebody what the link that they followed is about."""
    if title is None:
        return Screen(t("<b>Let's see this on you.</b>"))
    return Screen(t("<b>{title}</b>\nLet's see it on you.", title=escape(title, quote=False)))


def link_to_nothing(t: Translator) -> Screen:
    """Tell the operator that nobody could do anything with this link."""
    text = t("No key in the settings can make haircuts, so nobody could use this link.")
    return Screen(text, ((help_button(t),),))


def link_help(t: Translator) -> Screen:
    """Tell the operator how links are made."""
    text = t(
        "Send <code>/link a title</code> under a photo of a garment, or as a reply to one. For a haircut write "
        "<code>/link Bob cut</code>. /links shows the links you have."
    )
    return Screen(text, ((help_button(t),),))


def links(
    t: Translator, listed: Sequence[tuple[str, str, int]], *, page: int = 0, has_more: bool = False
) -> Screen:
    """List an operator's links, each as token, name and how often it was opened, with a button that ends it."""
    if not listed:
        return link_help(t)
    lines = [t("🔗 <b>Your links</b>")]
    lines += [_line(t, escape(name, quote=False), n) for _, name, n in listed]
    rows = tuple((_end_button(t, token, name, page),) for token, name, _ in listed)
    newer = (Verb.LINKS, (page - 1,)) if page else None
    older = (Verb.LINKS, (page + 1,)) if has_more else None
    return Screen("\n".join(lines), rows + page_row(t, (newer, older)))


def garment_name(t: Translator) -> str:
    """Return what a link to a garment is called that was given no title."""
    return t("A garment")


def link_gone(t: Translator) -> Screen:
    """Say that a link leads nowhere any more."""
    return Screen(
        t("That link is not active any more. You can still try on anything you like."), ((try_button(t),),)
    )


def _line(t: Translator, name: str, opened: int) -> str:
    if not opened:
        return t("• {name}: not opened yet", name=name)
    return t.plural("• {name}: opened {n} time", "• {name}: opened {n} times", opened, name=name)


def _end_button(t: Translator, token: str, name: str, page: int = 0) -> Button:
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return button(t("✖️ End {name}", name=shown), Verb.LINK_END, token, page)
