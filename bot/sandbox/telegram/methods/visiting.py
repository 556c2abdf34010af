"""Methods about chats and who is in them."""

from bot.sandbox.telegram.calls import Call, Method, named_chat, named_user, open_chat
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.model import ChatKind, Status
from bot.sandbox.telegram.shapes import Json, chat_json, member_json

REACTIONS_MAX = 11


async def get_chat(call: Call) -> Json:
    """Describe a chat in full."""
    chat = named_chat(call)
    shape = chat_json(call.world, chat) | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": REACTIONS_MAX,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if not chat.is_private:
        shape["permissions"] = {
            "can_send_messages": chat.can_send_messages,
            "can_send_photos": chat.can_send_photos,
            "can_send_documents": chat.can_send_documents,
        }
    return shape


async def get_chat_member(call: Call) -> Json:
    """Describe somebody in a chat."""
    chat = open_chat(call)
    user_id = named_user(call)
    if chat.is_private and user_id not in chat.members:
        raise bad_request("user not found")
    return member_json(call.world, chat, user_id)


async def get_chat_administrators(call: Call) -> list[Json]:
    """List the people who run a group; other bots are left out."""
    chat = open_chat(call)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    admins = [
        user_id
        for user_id, status in chat.members.items()
        if status in {Status.CREATOR, Status.ADMINISTRATOR}
        and (user_id == call.bot.id or not call.world.is_bot(user_id))
    ]
    return [member_json(call.world, chat, user_id) for user_id in admins]


async def get_chat_member_count(call: Call) -> int:
    """Count who is in a chat."""
    chat = open_chat(call)
    return sum(chat.has_member(user_id) for user_id in chat.members)


async def leave_chat(call: Call) -> bool:
    """Leave a group."""
    chat = open_chat(call)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    call.world.bot_leaves(chat, call.bot.id)
    return True


METHODS: dict[str, Method] = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
}
