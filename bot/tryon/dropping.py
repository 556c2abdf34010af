"""What stops with a draft, and what goes on after it.

A draft of the private chat that makes way for one from a group is put aside in it, and goes on when that one
is done or stopped.
"""

from typing import Any

from bot.clock import Clock
from bot.conversation import Draft
from bot.visit import Visit
from storage.database import Tx
from storage.drafts import DraftRow


async def drop_drafts(tx: Tx, visit: Visit, clock: Clock) -> list[DraftRow]:
    """Remove the draft of this chat, and of a group also what its person is asked for in private."""
    rows = [await tx.drafts.delete(visit.chat_id, visit.user_id)]
    home = None if visit.is_private else await tx.drafts.get(visit.user_id, visit.user_id)
    if home is not None and Draft.from_json(home.state).for_group == visit.chat_id:
        await make_way(tx, home, clock)
        rows.append(home)
    return [row for row in rows if row is not None]


async def stop_draft(tx: Tx, visit: Visit, clock: Clock) -> list[DraftRow]:
    """Do the same, but let what had made way for it in the private chat go on."""
    home = await tx.drafts.get(visit.chat_id, visit.user_id) if visit.is_private else None
    if home is None:
        return await drop_drafts(tx, visit, clock)
    await make_way(tx, home, clock)
    return [home]


def set_aside(home: DraftRow | None) -> dict[str, Any] | None:
    """Return the draft that a person put together in the private chat, to go on with it afterwards."""
    if home is None:
        return None
    draft = Draft.from_json(home.state)
    is_own = draft.for_group is None and draft.came_from is None
    return home.state if is_own else draft.before


async def make_way(tx: Tx, row: DraftRow, clock: Clock) -> bool:
    """End a draft; return whether one that it had put aside goes on, which has to be asked about then."""
    before = Draft.from_json(row.state).before
    if before is None:
        await tx.drafts.delete(row.chat_id, row.user_id)
        return False
    await tx.drafts.save(
        row.chat_id, row.user_id, row.thread_id, before, clock.now(), expected_version=row.version
    )
    await tx.drafts.forget_question(row.chat_id, row.user_id)
    return True
