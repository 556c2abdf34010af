"""The one list of handlers. The order matters: the first that fits an update handles it, and no other."""

from typing import Any

from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from handlers import commands, faults, groups, inline, links, looks, membership, photos, taps
from handlers.context import Context

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
EDITED = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
PHOTO = filters.PHOTO | filters.Document.ALL

HANDLERS: tuple[BaseHandler[Any, Context, Any], ...] = (
    CallbackQueryHandler(taps.handle),
    InlineQueryHandler(inline.pictures),
    *(CommandHandler(one.name, one.handle, PRIVATE) for one in commands.COMMANDS),
    CommandHandler("link", links.make, PRIVATE),
    MessageHandler(PRIVATE & PHOTO & filters.CaptionRegex(r"^/link(@\w+)?(\s|$)"), links.make),
    CommandHandler("links", links.show, PRIVATE),
    CommandHandler("looks", looks.looks, PRIVATE),
    CommandHandler("wardrobe", looks.wardrobe, PRIVATE),
    MessageHandler(GROUP & groups.Called(*groups.ABILITIES), groups.try_on),
    MessageHandler(GROUP & groups.Called("start", "help"), groups.help_),
    MessageHandler(GROUP & groups.Called(*groups.PRIVATE_MATTERS), groups.private_matter),
    MessageHandler(GROUP & groups.Called("cancel"), groups.cancel),
    MessageHandler(GROUP & filters.REPLY & (PHOTO | filters.TEXT), groups.answered),
    MessageHandler(GROUP & filters.StatusUpdate.MIGRATE, groups.moved),
    MessageHandler(
        GROUP & (filters.StatusUpdate.NEW_CHAT_MEMBERS | filters.StatusUpdate.CHAT_CREATED), groups.hello
    ),
    MessageHandler(PRIVATE & PHOTO, photos.photo),
    MessageHandler(EDITED & PHOTO, photos.edited),
    MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, photos.anything_else),
    ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
)


def register(application: Application[Any, Context, Any, Any, Any, Any]) -> None:
    """Put every handler into an application, in order."""
    application.add_handlers(HANDLERS)
    application.add_error_handler(faults.remember)
