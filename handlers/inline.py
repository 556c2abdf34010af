"""Inline queries: the caller's own pictures, offered in any chat."""

from telegram import Update

from bot.chat.inline import Doorway, Offered
from bot.chat.screens import sharing
from handlers.context import Context


async def pictures(update: Update, context: Context) -> None:
    """Offer a page of the caller's pictures, and a way to new ones."""
    query = update.inline_query
    if query is None:
        return
    services = context.services
    t = await services.people.translator(query.from_user.id, query.from_user.language_code)
    page = await services.gallery.page(query.from_user.id, query.offset)
    name = services.bot_username
    offered = [
        Offered(
            f"{one.job_id}.{one.n}",
            one.file_id,
            sharing.inline_title(t, one.ability),
            sharing.inline_caption(t, one.ability, name),
            sharing.inline_rows(t, name),
        )
        for one in page.pictures
    ]
    label = sharing.inline_more(t) if offered or query.offset else sharing.inline_empty(t)
    await services.inline.answer(
        query.id, offered, next_offset=page.next_offset, doorway=Doorway(label, "inline")
    )
