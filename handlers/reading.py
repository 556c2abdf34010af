"""Read an update: who, where, which photo. Nothing is decided here."""

import re

from telegram import Document, Message, MessageEntity, PhotoSize, Update

from bot.chat.outcomes import MessageRef, Place
from bot.conversation import Slot
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef

LANGUAGE_TAG = re.compile(r"[A-Za-z0-9_-]{1,16}")
PICTURE_ENDINGS = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".heic",
    ".heif",
    ".avif",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
)


def visit_of(update: Update) -> Visit | None:
    """Return the visit of an update, or None where there is no person (channels, anonymous admins)."""
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    if user is None or chat is None or user.is_bot or _is_automatic(update):
        return None
    return Visit(
        user_id=user.id,
        chat_id=chat.id,
        thread_id=message.message_thread_id if message and message.is_topic_message else None,
        message_id=message.message_id if message else None,
        telegram_language=_language(user.language_code),
        update=UpdateRef(update.get_bot().id, update.update_id),
        name=None if chat.type == chat.PRIVATE else user.full_name,
    )


def _is_automatic(update: Update) -> bool:
    """Return whether it is a channel's post in the channel's group: nobody wrote it there."""
    return update.message is not None and bool(update.message.is_automatic_forward)


def _language(code: str | None) -> str | None:
    """Return a language tag as it can be stored; the person's app may send anything."""
    return code if code and LANGUAGE_TAG.fullmatch(code) else None


def place_of(visit: Visit, *, reply: bool = False) -> Place:
    """Return where an answer goes."""
    return Place(visit.chat_id, visit.thread_id, visit.message_id if reply else None)


def tapped(update: Update) -> MessageRef | None:
    """Return the message whose button was tapped."""
    query = update.callback_query
    if query is None or query.message is None:
        return None
    return MessageRef(query.message.chat.id, query.message.message_id)


def slot_of(message: Message) -> Slot | None:
    """Return the photo of a message, sent as a photo or as an image file."""
    photo = _photo(message)
    return Slot(photo, message.message_id, message.media_group_id) if photo else None


def replied_slot(message: Message) -> Slot | None:
    """Return the photo of the message that this one answers."""
    replied = message.reply_to_message
    if replied is None or (replied.from_user and replied.from_user.is_bot):
        return None
    return slot_of(replied)


def shown_slot(message: Message) -> Slot | None:
    """Return the photo of the message that this one answers, whoever sent it."""
    return slot_of(message.reply_to_message) if message.reply_to_message else None


def command_of(message: Message) -> str | None:
    """Return the command that a text or a caption begins with, if it is for us or for nobody by name."""
    entities = message.entities or message.caption_entities
    text = message.text or message.caption or ""
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset:
        return None
    name, _, addressee = text[1 : entities[0].length].partition("@")
    ours = message.get_bot().username
    return name.lower() if addressee.lower() in {"", ours.lower()} else None


def _photo(message: Message) -> PhotoRef | None:
    if message.photo:
        return _of_size(max(message.photo, key=lambda size: size.width * size.height))
    if message.document and is_picture(message.document):
        document = message.document
        return PhotoRef(document.file_id, document.file_unique_id, size=document.file_size)
    return None


def _of_size(size: PhotoSize) -> PhotoRef:
    return PhotoRef(size.file_id, size.file_unique_id, size.width, size.height, size.file_size)


def is_picture(document: Document) -> bool:
    """Return whether a file says that it is a picture, by type or by name."""
    by_type = (document.mime_type or "").startswith("image/") and document.mime_type != "image/svg+xml"
    return by_type or (document.file_name or "").lower().endswith(PICTURE_ENDINGS)
