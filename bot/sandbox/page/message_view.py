"""One message as the page draws it, in JSON."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from bot.sandbox.telegram.model import (
    Button,
    Chat,
    Document,
    Entity,
    ForwardOrigin,
    Invoice,
    Message,
    Payment,
    Photo,
    ServiceNote,
)
from bot.sandbox.telegram.world import World

Json = dict[str, Any]
FILES = "/page/api/files/"
STARS = "XTR"
CHOSEN_CHATS = {"allow_bot_chats": "private", "allow_group_chats": "group", "allow_channel_chats": "channel"}


def message_view(world: World, chat: Chat, message: Message, paid: AbstractSet[int]) -> Json:
    """Return a message; `paid` holds the ids of the bills that were paid in this chat."""
    return {
        "id": message.id,
        "topic": message.thread_id if message.is_topic_message else 0,
        "from": speaker_view(world, message),
        "author": message.sender_id,
        "via": world.bots[message.via_bot_id].username if message.via_bot_id in world.bots else None,
        "date": message.date,
        "edited": message.edit_date,
        "text": message.text,
        "entities": [_entity(one) for one in message.entities],
        "media": media_view(message),
        "album": message.media_group_id,
        "caption_above": message.caption_above,
        "reply_to": _reply(world, chat, message),
        "forwarded": None if message.is_automatic_forward else _origin(world, message.forward_origin),
        "keyboard": _keyboard(message, paid=message.id in paid),
        "invoice": _invoice(message.invoice, paid=message.id in paid) if message.invoice else None,
        "service": service_text(world, message),
        "reactions": [
            {"emoji": emoji, "count": count}
            for emoji, count in Counter(emoji for _, emoji in message.reactions).items()
        ],
    }


def paid_bills(messages: Sequence[Message]) -> frozenset[int]:
    """Return the ids of the bills paid in a chat: a receipt belongs to the last bill like it before."""
    open_bills: dict[str, int] = {}
    paid = set()
    for message in messages:
        if message.invoice is not None:
            open_bills[message.invoice.payload] = message.id
        elif message.payment is not None and message.payment.payload in open_bills:
            paid.add(open_bills[message.payment.payload])
    return frozenset(paid)


def user_view(world: World, user_id: int) -> Json:
    """Return who wrote something."""
    full, bot = name_of(world, user_id), world.is_bot(user_id)
    first_name = full if bot else full.split(" ")[0]
    return {"id": user_id, "name": full, "first_name": first_name, "bot": bot}


def speaker_view(world: World, message: Message) -> Json:
    """Return who a message seems to be from: a chat where somebody speaks as one, else the person or bot."""
    speaker = world.groups.get(message.sender_chat_id or message.chat_id)
    if speaker is None or not (message.sender_chat_id or speaker.is_channel):
        return user_view(world, message.sender_id)
    title = speaker.title or ""
    return {"id": speaker.id, "name": title, "first_name": title, "bot": False}


def name_of(world: World, user_id: int) -> str:
    """Return the name of a person or bot; one that is gone is a "Deleted account"."""
    if user_id in world.bots:
        return world.bots[user_id].name
    person = world.people.get(user_id)
    if person is None:
        return "Deleted account"
    return " ".join(part for part in (person.first_name, person.last_name) if part)


def summary(world: World, message: Message, person_id: int) -> Json:
    """Return what the list of chats says of a message."""
    media = media_view(message)
    service = service_text(world, message)
    text = service or message.text or (media or {}).get("label")
    return {
        "id": message.id,
        "date": message.date,
        "own": message.sender_id == person_id and not service,
        "name": "" if service else speaker_view(world, message)["first_name"],
        "text": text or (message.invoice.title if message.invoice else "Message"),
        "thumb": (media or {}).get("thumb"),
    }


def media_view(message: Message) -> Json | None:
    """Return the photo or file of a message."""
    if message.photo is not None:
        return _photo(message.photo, spoiler=message.has_spoiler)
    return _document(message.document) if message.document else None


def _photo(photo: Photo, *, spoiler: bool) -> Json:
    small = next((one for one in photo.sizes if one.type == "m"), photo.largest)
    return {
        "kind": "photo",
        "label": "Photo",
        "url": FILES + photo.largest.file_id,
        "thumb": FILES + small.file_id,
        "width": photo.largest.width,
        "height": photo.largest.height,
        "name": "photo.jpg",
        "spoiler": spoiler,
    }


def _document(document: Document) -> Json:
    name = document.file_name or "file"
    return {
        "kind": "document",
        "label": name,
        "url": FILES + document.file_id,
        "thumb": FILES + document.thumbnail.file_id if document.thumbnail else None,
        "name": name,
        "size": document.file_size,
        "mime": document.mime_type,
    }


def _entity(entity: Entity) -> Json:
    shape = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    return {**shape, "url": entity.url} if entity.url else shape


def _reply(world: World, chat: Chat, message: Message) -> Json | None:
    if message.reply_to_id is None:
        return None
    original = world.message(chat, message.reply_to_id)
    if original is None:
        gone = {"id": message.reply_to_id, "name": "Deleted message", "text": "", "thumb": None}
        return {**gone, "from": {"id": 0, "bot": False}}
    about = summary(world, original, 0)
    return {
        "id": original.id,
        "from": speaker_view(world, original),
        "name": speaker_view(world, original)["name"],
        "text": message.quote.text if message.quote else about["text"],
        "thumb": about["thumb"],
    }


def _origin(world: World, origin: ForwardOrigin | None) -> str | None:
    if origin is None:
        return None
    if origin.chat_id is not None:
        return world.groups[origin.chat_id].title
    return name_of(world, origin.user_id) if origin.user_id is not None else origin.hidden_name


def _keyboard(message: Message, *, paid: bool) -> list[list[Json]] | None:
    if message.keyboard is None:
        return None
    return [[_button(one, paid=paid) for one in row] for row in message.keyboard.rows]


def _button(button: Button, *, paid: bool) -> Json:
    shape = _action(button, paid=paid)
    return {**shape, "style": button.style} if button.style else shape


def _action(button: Button, *, paid: bool) -> Json:
    if button.pay:
        return {"text": "Receipt" if paid else button.text, "kind": "receipt" if paid else "pay"}
    if button.url is not None or button.web_app_url is not None:
        return {"text": button.text, "kind": "url", "url": button.url or button.web_app_url}
    if button.copy_text is not None:
        return {"text": button.text, "kind": "copy", "value": button.copy_text}
    return _switch(button) or {"text": button.text, "kind": "callback"}


def _switch(button: Button) -> Json | None:
    """Return a button that begins an inline query, here or in a chat that the person picks from `kinds`."""
    shape = {"text": button.text, "kind": "switch"}
    if button.switch_inline_query_current_chat is not None:
        return {**shape, "query": button.switch_inline_query_current_chat, "kinds": None}
    if button.switch_inline_query is not None:
        return {**shape, "query": button.switch_inline_query, "kinds": list(CHOSEN_CHATS.values())}
    chosen = button.switch_inline_query_chosen_chat
    if chosen is None:
        return None
    kinds = [kind for name, kind in CHOSEN_CHATS.items() if chosen.get(name)]
    return {**shape, "query": str(chosen.get("query") or ""), "kinds": kinds}


def _invoice(invoice: Invoice, *, paid: bool) -> Json:
    return {
        "title": invoice.title,
        "description": invoice.description,
        "currency": invoice.currency,
        "total": invoice.amount,
        "paid": paid,
    }


def service_text(world: World, message: Message) -> str | None:
    """Return the small line about something that happened, None for an ordinary message."""
    actor = name_of(world, message.sender_id)
    if message.payment is not None:
        return _payment(message.payment)
    return _note(world, actor, message.note) if message.note is not None else None


def _payment(payment: Payment) -> str:
    sign = "⭐" if payment.currency == STARS else payment.currency
    done = "Refunded" if payment.refunded else "Paid"
    return f"{done}: {sign} {payment.amount}"


def _note(world: World, actor: str, note: ServiceNote) -> str:
    others = ", ".join(name_of(world, one) for one in note.user_ids)
    itself = others == actor
    texts = {
        "new_chat_members": f"{actor} joined the group" if itself else f"{actor} added {others}",
        "left_chat_member": f"{actor} left the group" if itself else f"{actor} removed {others}",
        "forum_topic_created": f"{actor} opened the topic “{note.title}”",
        "forum_topic_closed": f"{actor} closed the topic",
        "forum_topic_reopened": f"{actor} opened the topic again",
        "migrate_to_chat_id": "This group became a supergroup",
        "migrate_from_chat_id": "The group became a supergroup",
        "pinned_message": f"{actor} pinned a message",
    }
    return texts.get(note.kind, f"{actor}: {note.kind.replace('_', ' ')}")
