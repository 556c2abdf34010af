"""A picture that a person has already, of the same photos and choices: shown again, for nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import SheetPart, haircut_shown, sheet_parts
from bot.chat.outcomes import (
    CannotSend,
    EditOutcome,
    MaybeSent,
    MessageGone,
    MessageRef,
    Obstacle,
    Place,
    Sent,
    TryLater,
)
from bot.chat.screen import Illustration, Screen
from bot.chat.screens.grouped import PRIVATE, SPOILER
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import Draft
from bot.tryon.dropping import make_way
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import wish_from_json, wish_key
from storage.database import Database, Tx
from storage.drafts import DraftRow
from storage.jobs import Job
from storage.results import Result, ResultState


class Repeat(StrEnum):
    """What came of asking for the picture again."""

    SHOWN = "shown"
    GONE = "gone"
    LATER = "later"
    CLOSED = "closed"
    OUT_OF_DATE = "out_of_date"


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was made before."""

    job: Job
    pictures: tuple[Result, ...]

    @property
    def parts(self) -> tuple[SheetPart, ...]:
        """Return what is on the sheet, where it is a comparison."""
        return sheet_parts(wish_from_json(self.job.request), range(1, self.job.outputs + 1))

    def haircut(self, n: int) -> SheetPart | None:
        """Return the haircut that a picture shows, where it is one that stands alone."""
        return haircut_shown(wish_from_json(self.job.request), n)


async def made_before(tx: Tx, shop: Shop, row: DraftRow, draft: Draft) -> Made | None:
    """Return the pictures that the person has of just what a draft asks for, or None."""
    wish = draft.wish
    if wish is None:
        return None
    job = await tx.jobs.made_before(row.user_id, wish_key(shop.as_offered(wish)))
    if job is None:
        return None
    results = await tx.results.of_job(job.id)
    come = tuple(one for one in results if one.n <= job.outputs and one.state is ResultState.DELIVERED)
    # The pictures of a comparison are shown on their sheet, whose number is beyond theirs.
    sheet = tuple(one for one in results if job.is_comparison and one.n == job.outputs + 1)
    shown = tuple(one for one in sheet or come if one.file_id)
    is_whole = len(come) == job.outputs and len(shown) == len(sheet or come)
    return Made(job, shown) if is_whole else None


@dataclass(frozen=True, slots=True)
class _Show:
    """Where pictures are shown again, with which words, and whether covered."""

    place: Place
    screen: Callable[[Made, int], Screen]
    spoiler: bool = False


class Repeating:
    """Shows pictures again. Nothing is booked, and showing one twice does no harm."""

    def __init__(self, database: Database, clock: Clock, chat: Chat, entrance: Entrance, shop: Shop) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._entrance = entrance
        self._shop = shop

    async def show(
        self,
        visit: Visit,
        confirmation_id: str,
        card: MessageRef,
        screen: Callable[[Made, int], Screen],
        *,
        way: str | None = None,
    ) -> Repeat:
        """Turn a card into the picture that its person has already; further ones of it follow.

        Args:
            visit: who asks.
            confirmation_id: the one of the card, so that an old card shows nothing else.
            card: the message to change.
            screen: finds words and buttons for one of the pictures, by its number from 1.
            way: how it comes in a group, where it may also go to the person alone.
        """
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            draft = Draft.from_json(row.state) if row else None
            if row is None or draft is None or draft.confirmation_id != confirmation_id:
                return Repeat.OUT_OF_DATE
            made = await made_before(tx, self._shop, row, draft)
        if made is None:
            return Repeat.GONE
        is_alone = way == PRIVATE and not visit.is_private
        place = Place(visit.user_id) if is_alone else Place(visit.chat_id, visit.thread_id)
        show = _Show(place, screen, spoiler=way == SPOILER)
        outcome = await (self._send(made, 0, show) if is_alone else self._turn_into(card, made, show))
        if isinstance(outcome, TryLater):
            return Repeat.LATER
        if isinstance(outcome, CannotSend):
            return Repeat.CLOSED if outcome.obstacle is Obstacle.BLOCKED else Repeat.GONE
        for at in range(1, len(made.pictures)):
            await self._send(made, at, show)
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            now = await tx.drafts.get(visit.chat_id, visit.user_id)
            if now and Draft.from_json(now.state).confirmation_id == confirmation_id:
                await make_way(tx, now, self._clock)
        if row.message_id and row.message_id != card.message_id:
            await self._chat.remove(MessageRef(visit.chat_id, row.message_id))
        return Repeat.SHOWN

    async def _turn_into(self, card: MessageRef, made: Made, show: _Show) -> EditOutcome:
        first = made.pictures[0]
        words = show.screen(made, first.n)
        picture = Screen(words.text, words.rows, Illustration(first.file_id or ""))
        outcome = await self._chat.edit(card, picture, spoiler=show.spoiler)
        if isinstance(outcome, MessageGone) or _is_no_photo(outcome):
            outcome = await self._send(made, 0, show)
            if isinstance(outcome, Sent | MaybeSent):
                # Its buttons would lead nowhere any more.
                await self._chat.remove(card)
        return outcome

    async def _send(self, made: Made, at: int, show: _Show) -> EditOutcome:
        result = made.pictures[at]
        words, file_id = show.screen(made, result.n), result.file_id or ""
        outcome = await self._chat.show_photo(show.place, file_id, words, spoiler=show.spoiler)
        if _is_no_photo(outcome):
            # It could only be delivered as a file, and by its id it stays one.
            return await self._chat.show_document(show.place, file_id, f"try-on-{result.job_id}.jpg", words)
        return outcome


def _is_no_photo(outcome: EditOutcome) -> bool:
    return isinstance(outcome, CannotSend) and outcome.obstacle is Obstacle.REFUSED
