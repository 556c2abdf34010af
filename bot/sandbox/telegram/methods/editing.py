"""Methods that change messages or take them away."""

from dataclasses import replace

from bot.sandbox.telegram.calls import Call, Method, is_admin, named_chat, open_chat, own_message
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.keyboards import edited_keyboard
from bot.sandbox.telegram.model import Chat, Message
from bot.sandbox.telegram.outgoing import named_document, named_photo
from bot.sandbox.telegram.shapes import Json, message_json
from bot.sandbox.telegram.styling import caption, message_text

MAX_BATCH = 100
DELETE_WITHIN = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(call: Call) -> Json | bool:
    """Change a text and its buttons."""
    styled = message_text(call.params)
    chat, old = own_message(call)
    if old.has_media or old.text is None:
        raise bad_request("there is no text in the message to edit")
    preview = call.params.object("link_preview_options", "link preview options") or {}
    new = replace(
        old,
        text=styled.text,
        entities=styled.entities,
        keyboard=edited_keyboard(call.params),
        link_preview_disabled=bool(preview.get("is_disabled")),
    )
    return _show(call, chat, old, new)


async def edit_message_caption(call: Call) -> Json | bool:
    """Change a caption and its buttons."""
    styled = caption(call.params)
    chat, old = own_message(call)
    if not old.has_media:
        raise bad_request("there is no caption in the message to edit")
    new = replace(
        old,
        text=styled.text or None,
        entities=styled.entities,
        keyboard=edited_keyboard(call.params),
        caption_above=call.params.flag("show_caption_above_media"),
    )
    return _show(call, chat, old, new)


async def edit_message_media(call: Call) -> Json | bool:
    """Put another photo or file into a message, or the first one into a text."""
    shape = call.params.object("media", "InputMedia")
    if not shape:
        raise bad_request("media is empty")
    given = call.params.within(shape)
    kind = given.text("type")
    if kind not in {"photo", "document"}:
        raise bad_request(f"type {kind!r} of the media is not supported here")
    chat, old = own_message(call)
    if call.params.has("inline_message_id") and given.upload("media") is not None:
        # By its page, "when an inline message is edited, a new file can't be uploaded".
        raise bad_request("wrong file identifier/HTTP URL specified")
    if old.media_group_id and (kind == "photo") != (old.photo is not None):
        raise bad_request("message media can't be changed to the type in an album")
    styled = caption(given)
    # Uploading is work outside the loop: take the message as it is afterwards.
    photo, document, fresh = None, None, False
    if kind == "photo":
        photo, fresh = await named_photo(call, given, "media")
    else:
        document, fresh = await named_document(call, given, "media")
    chat, old = own_message(call)
    new = replace(
        old,
        photo=photo,
        document=document,
        text=styled.text or None,
        entities=styled.entities,
        keyboard=edited_keyboard(call.params),
        has_spoiler=given.flag("has_spoiler"),
        caption_above=given.flag("show_caption_above_media"),
        link_preview_disabled=False,
    )
    return _show(call, chat, old, new, fresh=fresh)


async def edit_message_reply_markup(call: Call) -> Json | bool:
    """Change or remove the buttons only."""
    chat, old = own_message(call)
    return _show(call, chat, old, replace(old, keyboard=edited_keyboard(call.params)))


async def delete_message(call: Call) -> bool:
    """Delete one message for everybody."""
    chat = open_chat(call)
    message = call.world.message(chat, call.params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(call, chat, message):
        raise bad_request("message can't be deleted")
    call.world.remove_messages(chat, [message.id])
    return True


async def delete_messages(call: Call) -> bool:
    """Delete several messages; those that are gone or not the bot's to delete are skipped."""
    ids = call.params.integers("message_ids", "message identifiers")
    if not 1 <= len(ids) <= MAX_BATCH:
        raise bad_request("message identifiers are not specified" if not ids else "too many messages")
    chat = open_chat(call)
    found = [message for one in ids if (message := call.world.message(chat, one))]
    call.world.remove_messages(chat, [one.id for one in found if _may_delete(call, chat, one)])
    return True


async def set_message_reaction(call: Call) -> bool:
    """Put the bot's reaction under a message or take it away."""
    chat = named_chat(call)
    message = call.world.message(chat, call.params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    wanted = call.params.array("reaction", "reaction types") or []
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = [str(one.get("emoji", "")) for one in wanted if isinstance(one, dict)]
    if any(not one for one in emoji):
        raise bad_request("REACTION_INVALID")
    others = tuple(one for one in message.reactions if one[0] != call.bot.id)
    mine = tuple((call.bot.id, one) for one in emoji)
    call.world.replace_message(chat, replace(message, reactions=others + mine))
    return True


def _show(call: Call, chat: Chat, old: Message, new: Message, *, fresh: bool = False) -> Json | bool:
    """Show an edit unless it changes nothing; `fresh` media count as a change even with the same bytes."""
    if new == old and not fresh:
        raise bad_request(NOT_MODIFIED)
    call.flood.count(call.bot.id, chat)
    only_buttons = replace(new, keyboard=old.keyboard) == old and not fresh
    edit_date = old.edit_date if only_buttons else call.world.unix_now()
    shown = call.world.replace_message(chat, replace(new, edit_date=edit_date))
    return True if call.params.text("inline_message_id") else message_json(call.world, chat, shown)


def _may_delete(call: Call, chat: Chat, message: Message) -> bool:
    if message.note is not None and message.note.kind in {"migrate_to_chat_id", "migrate_from_chat_id"}:
        return False
    recent = call.world.unix_now() - message.date < DELETE_WITHIN
    return recent and (message.sender_id == call.bot.id or is_admin(chat, call.bot.id))


METHODS: dict[str, Method] = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "setmessagereaction": set_message_reaction,
}
