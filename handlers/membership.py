"""Somebody blocked the bot, or let it back in."""

from telegram import ChatMember, Update

from handlers.context import Context


async def changed(update: Update, context: Context) -> None:
    """Note whether a person can be written to."""
    change = update.my_chat_member
    if change is None or change.chat.type != change.chat.PRIVATE:
        return
    people = context.services.people
    if change.new_chat_member.status == ChatMember.BANNED:
        await people.blocked(change.chat.id)
    else:
        await people.back(change.chat.id)
