"""From a call's parameters to a message in a chat."""

from dataclasses import replace

from bot.sandbox.telegram.calls import Call, check_right, open_chat
from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.keyboards import Markup
from bot.sandbox.telegram.model import Chat, Document, Keyboard, Message, Photo, StyledText, Upload
from bot.sandbox.telegram.params import ATTACH, Params
from bot.sandbox.telegram.pictures import MAX_PHOTO_BYTES, PictureRefusedError
from bot.sandbox.telegram.styling import styled_text

MAX_UPLOAD_BYTES = 50 * 1024 * 1024


def new_message(call: Call, what: str) -> tuple[Chat, Message]:
    """Return the chat and an empty message with everything but content; it has no id yet."""
    chat = open_chat(call)
    check_right(call, chat, what)
    original, quote = _replied(call, chat)
    thread_id, in_topic = _thread(call, chat, original)
    params = call.params
    message = Message(
        chat_id=chat.id,
        id=0,
        date=call.world.unix_now(),
        sender_id=call.bot.id,
        reply_to_id=original.id if original else None,
        quote=quote,
        thread_id=thread_id,
        is_topic_message=in_topic,
        protected=params.flag("protect_content"),
        silent=params.flag("disable_notification"),
        effect_id=params.text("message_effect_id") or None,
    )
    return chat, message


def post(call: Call, chat: Chat, message: Message, markup: Markup = None) -> Message:
    """Show a bot's message with its keyboard."""
    keyboard = markup if isinstance(markup, Keyboard) else None
    message_id = call.world.next_message_id(chat)
    shown = call.world.add_message(chat, replace(message, id=message_id, keyboard=keyboard))
    if markup is not None and not isinstance(markup, Keyboard):
        chat.reply_keyboard = markup if markup.rows else None
        call.world.publish(ChatChanged(chat))
    return shown


async def named_photo(call: Call, params: Params, name: str) -> tuple[Photo, bool]:
    """Return a photo given by upload or file id, and whether it was uploaded now."""
    upload = _given(params, name, "photo")
    if upload is None:
        photo = call.world.files.photo(params.text(name))
        if photo is None:
            raise _bad_reference(params.text(name))
        return photo, False
    if len(upload.data) > MAX_PHOTO_BYTES:
        size = len(upload.data)
        limit = f"the maximum size is {MAX_PHOTO_BYTES} bytes"
        raise bad_request(f"file of size {size} bytes is too big for a photo; {limit}")
    try:
        return await call.world.files.add_photo(upload.data), True
    except PictureRefusedError as refusal:
        raise bad_request(str(refusal)) from refusal


async def named_document(call: Call, params: Params, name: str) -> tuple[Document, bool]:
    """Return a document given by upload or file id, and whether it was uploaded now."""
    upload = _given(params, name, "document")
    if upload is None:
        document = call.world.files.document(params.text(name))
        if document is None:
            raise _bad_reference(params.text(name))
        return document, False
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    small = params.upload("thumbnail")
    stored = await call.world.files.add_document(
        upload.data,
        name=upload.name,
        mime_type=upload.mime_type,
        thumbnail=small.data if small else None,
    )
    return stored, True


def _given(params: Params, name: str, what: str) -> Upload | None:
    """Return the upload of a parameter, None when it is a file id."""
    upload = params.upload(name)
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        return upload
    if not params.text(name) or params.text(name).startswith(ATTACH):
        raise bad_request(f"there is no {what} in the request")
    return None


def _bad_reference(reference: str) -> ApiError:
    # The sandbox fetches nothing from elsewhere, so every address fails like one that is out of reach.
    if reference.startswith(("http://", "https://")):
        return bad_request("failed to get HTTP URL content")
    return bad_request("wrong file identifier/HTTP URL specified")


def _replied(call: Call, chat: Chat) -> tuple[Message | None, StyledText | None]:
    shape = call.params.object("reply_parameters", "reply parameters")
    given = call.params.within(shape) if shape else call.params
    message_id = given.integer("message_id" if shape else "reply_to_message_id")
    if not message_id:
        return None, None
    original = call.world.message(chat, message_id)
    elsewhere = shape is not None and given.has("chat_id") and given.integer("chat_id") != chat.id
    if original is None or elsewhere:
        if given.flag("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    if shape is None or not given.has("quote"):
        return original, None
    quote = styled_text(given, "quote", "quote_entities", "quote_parse_mode")
    if quote.text not in (original.text or ""):
        raise bad_request("QUOTE_TEXT_INVALID")
    return original, quote


def _thread(call: Call, chat: Chat, original: Message | None) -> tuple[int | None, bool]:
    asked = call.params.integer("message_thread_id")
    if asked and asked not in chat.topics:
        raise bad_request("message thread not found")
    thread_id, in_topic = call.world.thread_of(chat, asked or None, original)
    if in_topic and chat.is_closed_for(call.bot.id, thread_id):
        raise bad_request("TOPIC_CLOSED")
    return thread_id, in_topic
