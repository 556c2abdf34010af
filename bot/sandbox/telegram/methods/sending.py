"""Methods that put messages into chats."""

from dataclasses import replace
from typing import Any

from bot.sandbox.telegram.calls import Call, Method, check_right, named_chat, open_chat
from bot.sandbox.telegram.changes import ChatActionShown
from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.keyboards import reply_markup
from bot.sandbox.telegram.model import Chat, ForwardOrigin, Message
from bot.sandbox.telegram.outgoing import named_document, named_photo, new_message, post
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.shapes import Json, message_json
from bot.sandbox.telegram.styling import caption, message_text

MAX_ALBUM = 10
MAX_BATCH = 100
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(call: Call) -> Json:
    """Send a text."""
    chat, draft = new_message(call, "text messages")
    styled = message_text(call.params)
    preview = call.params.object("link_preview_options", "link preview options") or {}
    off = bool(preview.get("is_disabled")) or call.params.flag("disable_web_page_preview")
    markup = reply_markup(call.params)
    call.flood.count(call.bot.id, chat)
    message = replace(draft, text=styled.text, entities=styled.entities, link_preview_disabled=off)
    return message_json(call.world, chat, post(call, chat, message, markup))


async def send_photo(call: Call) -> Json:
    """Send a photo by upload or file id."""
    chat, draft = new_message(call, "photos")
    styled, markup = caption(call.params), reply_markup(call.params)
    photo, _ = await named_photo(call, call.params, "photo")
    call.flood.count(call.bot.id, chat)
    message = replace(
        draft,
        photo=photo,
        text=styled.text or None,
        entities=styled.entities,
        has_spoiler=call.params.flag("has_spoiler"),
        caption_above=call.params.flag("show_caption_above_media"),
    )
    return message_json(call.world, chat, post(call, chat, message, markup))


async def send_document(call: Call) -> Json:
    """Send a file by upload or file id."""
    chat, draft = new_message(call, "documents")
    styled, markup = caption(call.params), reply_markup(call.params)
    document, _ = await named_document(call, call.params, "document")
    call.flood.count(call.bot.id, chat)
    message = replace(draft, document=document, text=styled.text or None, entities=styled.entities)
    return message_json(call.world, chat, post(call, chat, message, markup))


async def send_media_group(call: Call) -> list[Json]:
    """Send an album of photos or of documents."""
    items = call.params.array("media", "media") or []
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = {str(item.get("type")) if isinstance(item, dict) else "" for item in items}
    if not kinds <= {"photo", "document"}:
        raise bad_request("wrong InputMedia type specified")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat, draft = new_message(call, "photos" if "photo" in kinds else "documents")
    parts = [await _album_part(call, draft, number, item) for number, item in enumerate(items, 1)]
    call.flood.count(call.bot.id, chat, len(parts))
    album = str(call.world.rng.randrange(10**16, 10**17)) if len(parts) > 1 else None
    sent = [post(call, chat, replace(part, media_group_id=album)) for part in parts]
    return [message_json(call.world, chat, message) for message in sent]


async def send_chat_action(call: Call) -> bool:
    """Show "typing" or the like for a moment."""
    chat = open_chat(call)
    action = call.params.text("action").lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread_id = call.params.optional_integer("message_thread_id")
    call.world.publish(ChatActionShown(chat, call.bot.id, action, thread_id))
    return True


async def forward_message(call: Call) -> Json:
    """Forward one message."""
    chat, original, draft = _original(call, "message to forward not found")
    origin = original.forward_origin or ForwardOrigin(date=original.date, user_id=original.sender_id)
    message = replace(draft.with_content_of(original), forward_origin=origin)
    call.flood.count(call.bot.id, chat)
    return message_json(call.world, chat, post(call, chat, message))


async def copy_message(call: Call) -> Json:
    """Send the same content anew, with another caption if one is given."""
    chat, original, draft = _original(call, "message to copy not found")
    if original.invoice or original.payment or original.note:
        raise bad_request("the message can't be copied")
    message = draft.with_content_of(original)
    if original.has_media and call.params.has("caption"):
        styled = caption(call.params)
        message = replace(message, text=styled.text or None, entities=styled.entities)
    markup = reply_markup(call.params)
    call.flood.count(call.bot.id, chat)
    return {"message_id": post(call, chat, message, markup).id}


async def forward_messages(call: Call) -> list[Json]:
    """Forward several messages; those that are gone are left out."""
    return await _several(call, forward_message)


async def copy_messages(call: Call) -> list[Json]:
    """Copy several messages; those that are gone are left out."""
    return await _several(call, copy_message)


async def _several(call: Call, one: Method) -> list[Json]:
    ids = call.params.integers("message_ids", "message identifiers")
    if not 1 <= len(ids) <= MAX_BATCH:
        raise bad_request("message identifiers are not specified" if not ids else "too many messages")
    source = named_chat(call, "from_chat_id")
    done: list[Json] = []
    for message_id in ids:
        if call.world.message(source, message_id) is not None:
            values = {**call.params.values, "message_id": message_id}
            single = replace(call, params=call.params.within(values))
            done.append({"message_id": (await one(single))["message_id"]})
    return done


def _original(call: Call, missing: str) -> tuple[Chat, Message, Message]:
    source = named_chat(call, "from_chat_id")
    original = call.world.message(source, call.params.integer("message_id"))
    if original is None:
        raise bad_request(missing)
    if original.protected:
        raise bad_request("the message can't be forwarded")
    chat, draft = new_message(call, "text messages")
    if original.photo is not None:
        check_right(call, chat, "photos")
    return chat, original, draft


async def _album_part(call: Call, draft: Message, number: int, item: dict[str, Any]) -> Message:
    params: Params = call.params.within(item)
    try:
        styled = caption(params)
        filled = replace(
            draft,
            text=styled.text or None,
            entities=styled.entities,
            has_spoiler=params.flag("has_spoiler"),
            caption_above=params.flag("show_caption_above_media"),
        )
        if item["type"] == "photo":
            return replace(filled, photo=(await named_photo(call, params, "media"))[0])
        return replace(filled, document=(await named_document(call, params, "media"))[0])
    except ApiError as problem:
        reason = problem.description.removeprefix("Bad Request: ")
        raise bad_request(f'failed to send message #{number} with the error message "{reason}"') from problem


METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendmediagroup": send_media_group,
    "sendchataction": send_chat_action,
    "forwardmessage": forward_message,
    "forwardmessages": forward_messages,
    "copymessage": copy_message,
    "copymessages": copy_messages,
}
