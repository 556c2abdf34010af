"""What stops with a draft: the draft itself, and the one that asks in the private chat for its photo."""

from bot.conversation import Draft
from bot.visit import Visit
from storage.database import Tx
from storage.drafts import DraftRow


async def drop_drafts(tx: Tx, visit: Visit) -> list[DraftRow]:
    """Remove the draft of this chat, and of a group also what its person is asked for in private."""
    rows = [await tx.drafts.delete(visit.chat_id, visit.user_id)]
    home = None if visit.is_private else await tx.drafts.get(visit.user_id, visit.user_id)
    if home is not None and Draft.from_json(home.state).for_group == visit.chat_id:
        rows.append(await tx.drafts.delete(visit.user_id, visit.user_id))
    return [row for row in rows if row is not None]
