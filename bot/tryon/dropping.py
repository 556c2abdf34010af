"""What stops with a draft: the draft itself, and the one that asks in the private chat for its photo."""

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


async def make_way(tx: Tx, home: DraftRow, clock: Clock) -> bool:
    """End a draft that asks for a group's photo; return whether one that it had put aside goes on."""
    before = Draft.from_json(home.state).before
    if before is None:
        await tx.drafts.delete(home.chat_id, home.user_id)
        return False
    await tx.drafts.save(
        home.chat_id, home.user_id, home.thread_id, before, clock.now(), expected_version=home.version
    )
    return True
