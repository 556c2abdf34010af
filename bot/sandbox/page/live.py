"""Server-Sent Events: what changed in the world, as one person sees it."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import singledispatch

from bot.sandbox.page.views import (
    Json,
    chat_view,
    last_view,
    one_message_view,
    peer_of,
    sees,
)
from bot.sandbox.telegram.changes import (
    BotChanged,
    Change,
    ChatActionShown,
    ChatChanged,
    FellBehindError,
    MessageAdded,
    MessageEdited,
    MessagesDeleted,
    StarsChanged,
    Subscription,
)
from bot.sandbox.telegram.world import World

LOOK_AGAIN = 1.0  # seconds after which quiet changes (a person added, a bot that connected) are noticed
ACTION_SECONDS = 5
ACTIONS = {
    "typing": "typing",
    "upload_photo": "sending a photo",
    "record_video": "recording a video",
    "upload_video": "sending a video",
    "record_voice": "recording a voice message",
    "upload_voice": "sending a voice message",
    "upload_document": "sending a file",
    "choose_sticker": "choosing a sticker",
    "find_location": "looking for a place",
}


async def event_stream(world: World, person_id: int | None) -> AsyncIterator[str]:
    """Tell one page of all changes for as long as it listens; first "ready", once nothing can be missed.

    Ends when the page falls behind: it then connects again and looks at everything anew.
    """
    with world.subscribe() as changes:
        quiet = _quiet_state(world)
        yield "event: ready\ndata: {}\n\n"
        while True:
            try:
                events = await _next_events(world, person_id, changes)
            except FellBehindError:
                return
            for event in events:
                yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
            now = _quiet_state(world)
            yield f"data: {json.dumps({'type': 'reload'})}\n\n" if now != quiet else ": still here\n\n"
            quiet = now


async def _next_events(world: World, person_id: int | None, changes: Subscription) -> list[Json]:
    try:
        change = await asyncio.wait_for(changes.next(), LOOK_AGAIN)
    except TimeoutError:
        return []
    if person_id not in world.people:
        return []
    return change_views(change, world, person_id)


def _quiet_state(world: World) -> tuple[object, ...]:
    """Return what may change without a word: who is there and which bots are connected."""
    bots = tuple((bot.id, bot.connected) for bot in world.bots.values())
    return (tuple(world.people), bots)


def change_views(change: Change, world: World, person_id: int) -> list[Json]:
    """Return what a change means for one person's page: nothing, or one or more events."""
    event = _view(change, world, person_id)
    events = [event] if event else []
    if event and isinstance(change, MessageAdded) and change.message.payment:
        # The receipt also marks its bill as paid.
        bills = [one for one in world.messages(change.chat) if one.invoice]
        views = [one_message_view(world, change.chat, one) for one in bills]
        peer = peer_of(change.chat)
        events += [{"type": "message", "chat": peer, "message": view} for view in views]
    return events


@singledispatch
def _view(change: object, world: World, person_id: int) -> Json | None:
    """Callback and inline answers go back with the request that asked."""
    _ = change, world, person_id
    return None


@_view.register(MessageAdded)
@_view.register(MessageEdited)
def _message(change: MessageAdded | MessageEdited, world: World, person_id: int) -> Json | None:
    if not sees(change.chat, person_id):
        return None
    view = one_message_view(world, change.chat, change.message)
    return {"type": "message", "chat": peer_of(change.chat), "message": view}


@_view.register
def _deleted(change: MessagesDeleted, world: World, person_id: int) -> Json | None:
    if not sees(change.chat, person_id):
        return None
    last = last_view(world, change.chat, person_id)
    return {"type": "deleted", "chat": peer_of(change.chat), "ids": list(change.message_ids), "last": last}


@_view.register
def _action(change: ChatActionShown, world: World, person_id: int) -> Json | None:
    if not sees(change.chat, person_id):
        return None
    text = ACTIONS.get(change.action, change.action.replace("_", " "))
    who = "" if change.chat.is_private else f"{world.bots[change.bot_id].name} is "
    return {
        "type": "action",
        "chat": peer_of(change.chat),
        "topic": change.thread_id or 0,
        "text": who + text,
        "seconds": ACTION_SECONDS,
    }


@_view.register
def _chat(change: ChatChanged, world: World, person_id: int) -> Json | None:
    if not sees(change.chat, person_id) or change.chat.migrated_to is not None:
        return {"type": "reload"}
    return {"type": "chat", "chat": chat_view(world, change.chat, person_id)}


@_view.register
def _bot(change: BotChanged, world: World, person_id: int) -> Json | None:
    _ = change, world, person_id
    return {"type": "reload"}


@_view.register
def _stars(change: StarsChanged, world: World, person_id: int) -> Json | None:
    _ = world
    return {"type": "stars", "balance": change.balance} if change.person_id == person_id else None
