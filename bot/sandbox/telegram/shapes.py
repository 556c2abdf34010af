"""Objects of the world in the Bot API's JSON (core.telegram.org/bots/api#available-types)."""

from typing import Any

from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.model import (
    Button,
    Chat,
    Document,
    Entity,
    ForwardOrigin,
    Keyboard,
    Message,
    Payment,
    PhotoSize,
    Status,
)
from bot.sandbox.telegram.state import WorldState

Json = dict[str, Any]
TOPIC_ICON_COLOR = 7322096
# Whom bots see as the sender where a chat speaks ("for backward compatibility", api#message).
ANONYMOUS_ADMINISTRATOR: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def present(**fields: Any) -> Json:  # noqa: ANN401 - any JSON value
    """Return the fields that are there: neither None nor False nor empty."""
    return {name: value for name, value in fields.items() if value not in (None, False, [], {}, "")}


def user_json(world: WorldState, user_id: int) -> Json:
    """Return a User."""
    bot = world.bots.get(user_id)
    if bot is not None:
        return {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username}
    person = world.people[user_id]
    return {
        "id": person.id,
        "is_bot": False,
        "first_name": person.first_name,
        **present(
            last_name=person.last_name,
            username=person.username,
            language_code=person.language_code,
            is_premium=person.is_premium,
        ),
    }


def me_json(bot: BotAccount) -> Json:
    """Return the User of getMe."""
    return {
        "id": bot.id,
        "is_bot": True,
        "first_name": bot.name,
        "username": bot.username,
        "can_join_groups": bot.can_join_groups,
        "can_read_all_group_messages": not bot.privacy_mode,
        "supports_inline_queries": bot.inline_enabled,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(world: WorldState, chat: Chat) -> Json:
    """Return a Chat."""
    if chat.is_private:
        person = world.people[chat.id]
        names = present(last_name=person.last_name, username=person.username)
        return {"id": chat.id, "first_name": person.first_name, **names, "type": "private"}
    shape = {"id": chat.id, "title": chat.title, **present(username=chat.username, is_forum=chat.is_forum)}
    return {**shape, "type": chat.kind.value}


def entity_json(world: WorldState, entity: Entity) -> Json:
    """Return a MessageEntity."""
    user = user_json(world, entity.user_id) if entity.user_id is not None else None
    return {
        "offset": entity.offset,
        "length": entity.length,
        "type": entity.type,
        **present(
            url=entity.url, user=user, language=entity.language, custom_emoji_id=entity.custom_emoji_id
        ),
    }


def _entities_json(world: WorldState, entities: tuple[Entity, ...]) -> list[Json]:
    # A mention of somebody Telegram does not know is left as plain text.
    known = {None, *world.people, *world.bots}
    return [entity_json(world, entity) for entity in entities if entity.user_id in known]


def photo_size_json(size: PhotoSize) -> Json:
    """Return a PhotoSize."""
    return {
        "file_id": size.file_id,
        "file_unique_id": size.file_unique_id,
        "file_size": size.file_size,
        "width": size.width,
        "height": size.height,
    }


def document_json(document: Document) -> Json:
    """Return a Document."""
    thumbnail = photo_size_json(document.thumbnail) if document.thumbnail else None
    return {
        **present(file_name=document.file_name, mime_type=document.mime_type, thumbnail=thumbnail),
        "file_id": document.file_id,
        "file_unique_id": document.file_unique_id,
        "file_size": document.file_size,
    }


def button_json(button: Button) -> Json:
    """Return an InlineKeyboardButton."""
    shape: Json = {"text": button.text}
    plain = {
        "callback_data": button.callback_data,
        "url": button.url,
        "switch_inline_query": button.switch_inline_query,
        "switch_inline_query_current_chat": button.switch_inline_query_current_chat,
    }
    shape |= {name: value for name, value in plain.items() if value is not None}
    if button.switch_inline_query_chosen_chat is not None:
        shape["switch_inline_query_chosen_chat"] = dict(button.switch_inline_query_chosen_chat)
    if button.web_app_url is not None:
        shape["web_app"] = {"url": button.web_app_url}
    if button.copy_text is not None:
        shape["copy_text"] = {"text": button.copy_text}
    return shape | present(pay=button.pay, style=button.style)


def keyboard_json(keyboard: Keyboard) -> Json:
    """Return an InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button_json(button) for button in row] for row in keyboard.rows]}


def message_json(world: WorldState, chat: Chat, message: Message, *, with_reply: bool = True) -> Json:
    """Return a Message; the message replied to is inside, but without its own reply."""
    in_thread = present(message_thread_id=message.thread_id, is_topic_message=message.is_topic_message)
    return {
        "message_id": message.id,
        **in_thread,
        **_sender_json(world, chat, message),
        "chat": chat_json(world, chat),
        "date": message.date,
        **present(
            edit_date=message.edit_date,
            is_automatic_forward=message.is_automatic_forward,
            forward_origin=_origin_json(world, message.forward_origin) if message.forward_origin else None,
            reply_to_message=_reply_json(world, chat, message) if with_reply else None,
            quote=_quote_json(world, chat, message),
            via_bot=user_json(world, message.via_bot_id) if message.via_bot_id else None,
            has_protected_content=message.protected,
            media_group_id=message.media_group_id,
            effect_id=message.effect_id,
        ),
        **_content_json(world, message),
        **_note_json(world, message),
        **present(reply_markup=keyboard_json(message.keyboard) if message.keyboard else None),
    }


def _sender_json(world: WorldState, chat: Chat, message: Message) -> Json:
    """Return who a message is from: a user, a chat, or a chat with the user that stands for it."""
    if message.sender_chat_id is None and not chat.is_channel:
        return {"from": user_json(world, message.sender_id)}
    speaker = world.groups[message.sender_chat_id or chat.id]
    as_chat = {"sender_chat": chat_json(world, speaker)}
    if chat.is_channel:
        return as_chat
    if message.is_automatic_forward:
        return {"from": TELEGRAM, **as_chat}
    return {"from": ANONYMOUS_ADMINISTRATOR if speaker is chat else CHANNEL_BOT, **as_chat}


def member_json(world: WorldState, chat: Chat, user_id: int) -> Json:
    """Return a ChatMember."""
    status = chat.members.get(user_id, Status.LEFT)
    shape: Json = {"user": user_json(world, user_id), "status": status.value}
    if status is Status.CREATOR:
        shape["is_anonymous"] = chat.is_anonymous(user_id)
    if status is Status.KICKED:
        shape["until_date"] = 0
    if status is Status.ADMINISTRATOR:
        shape |= dict.fromkeys(_ADMIN_RIGHTS, True) | {
            "is_anonymous": chat.is_anonymous(user_id),
            "can_be_edited": False,
        }
    return shape


_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def _content_json(world: WorldState, message: Message) -> Json:
    entities = _entities_json(world, message.entities)
    shape: Json = dict(message.attachment.content) if message.attachment else {}
    if message.photo is not None:
        shape["photo"] = [photo_size_json(size) for size in message.photo.sizes]
    if message.document is not None:
        shape["document"] = document_json(message.document)
    if message.has_media:
        return shape | present(
            caption=message.text,
            caption_entities=entities,
            show_caption_above_media=message.caption_above,
            has_media_spoiler=message.has_spoiler,
        )
    if message.invoice is not None:
        bill = message.invoice
        shape["invoice"] = {
            "title": bill.title,
            "description": bill.description,
            "start_parameter": "",
            "currency": bill.currency,
            "total_amount": bill.amount,
        }
    if message.text is not None:
        preview = {"is_disabled": True} if message.link_preview_disabled else None
        shape |= {"text": message.text, **present(entities=entities, link_preview_options=preview)}
    if message.payment is not None:
        shape |= _payment_json(message.payment)
    return shape


def _payment_json(payment: Payment) -> Json:
    shape = {
        "currency": payment.currency,
        "total_amount": payment.amount,
        "invoice_payload": payment.payload,
        "telegram_payment_charge_id": payment.charge_id,
        "provider_payment_charge_id": "" if payment.refunded else payment.payload,
    }
    return {"refunded_payment" if payment.refunded else "successful_payment": shape}


def _note_json(world: WorldState, message: Message) -> Json:
    note = message.note
    if note is None:
        return {}
    users = [user_json(world, user_id) for user_id in note.user_ids]
    values: Json = {
        "new_chat_members": users,
        "left_chat_member": users[0] if users else None,
        "migrate_to_chat_id": note.chat_id,
        "migrate_from_chat_id": note.chat_id,
        "group_chat_created": True,
        "new_chat_title": note.title,
        "forum_topic_created": {"name": note.title, "icon_color": TOPIC_ICON_COLOR},
        "forum_topic_closed": {},
        "forum_topic_reopened": {},
    }
    return {note.kind: values[note.kind]}


def _origin_json(world: WorldState, origin: ForwardOrigin) -> Json:
    if origin.chat_id is not None:
        return _chat_origin_json(world, origin)
    if origin.user_id is None:
        return {"type": "hidden_user", "sender_user_name": origin.hidden_name, "date": origin.date}
    return {"type": "user", "sender_user": user_json(world, origin.user_id), "date": origin.date}


def _chat_origin_json(world: WorldState, origin: ForwardOrigin) -> Json:
    chat = chat_json(world, world.groups[origin.chat_id or 0])
    if origin.post_id is None:
        return {"type": "chat", "sender_chat": chat, "date": origin.date}
    return {"type": "channel", "chat": chat, "message_id": origin.post_id, "date": origin.date}


def _reply_json(world: WorldState, chat: Chat, message: Message) -> Json | None:
    # In a topic even a message that answers nothing points at the message that opened the topic.
    opened_by = message.thread_id if message.is_topic_message else None
    original = world.message(chat, message.reply_to_id or opened_by)
    return message_json(world, chat, original, with_reply=False) if original else None


def _quote_json(world: WorldState, chat: Chat, message: Message) -> Json | None:
    if message.quote is None:
        return None
    original = world.message(chat, message.reply_to_id)
    before, found, _ = (original.text or "" if original else "").partition(message.quote.text)
    position = len(before.encode("utf-16-le")) // 2 if found else 0
    entities = _entities_json(world, message.quote.entities)
    return {"text": message.quote.text, **present(entities=entities), "position": position, "is_manual": True}
