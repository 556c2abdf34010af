"""The tap that costs money: one transaction from draft to paid-for job; and its undoing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.messages import JOB_CANCELLED
from bot.chat.outcomes import MessageRef
from bot.chat.screens.grouped import HERE, PRIVATE, WAYS
from bot.clock import Clock
from bot.conversation import Draft
from bot.providers.base import Ability
from bot.tryon.dropping import drop_drafts, make_way
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import Wish, wish_from_json, wish_key, wish_to_json
from storage.database import Database, Tx
from storage.errors import NotEnoughCredits
from storage.jobs import Job, JobState, NewJob
from storage.notices import NewNotice
from storage.users import User


@dataclass(frozen=True, slots=True)
class Started:
    """The job is in the queue and its price is set aside.

    ``other_card`` is a second card that asked the same and is to be removed; ``is_private`` says that it was
    asked for in a group and comes in the private chat.
    """

    job_id: int
    ability: str
    other_card: MessageRef | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyGoing:
    """An earlier tap started this very job."""


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """The card belongs to no draft any more."""


@dataclass(frozen=True, slots=True)
class TooFewCredits:
    """The price is more than the person has."""

    available: int
    price: int


@dataclass(frozen=True, slots=True)
class TooManyOpen:
    """The person has as many pictures under way as allowed."""

    limit: int


@dataclass(frozen=True, slots=True)
class KindMissing:
    """What the garment is has to be chosen first: none of the providers at hand finds out itself."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """None of the providers at hand can do it any more."""


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """The card showed another price than the one of today."""


@dataclass(frozen=True, slots=True)
class ChatClosed:
    """The picture is to come in the private chat, where the person has blocked the bot."""


GoAnswer = (
    ChatClosed
    | PriceChanged
    | KindMissing
    | NotOffered
    | Started
    | AlreadyGoing
    | OutOfDate
    | TooFewCredits
    | TooManyOpen
)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job is over and its price is back."""

    price: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """The provider has the job, or it is over."""


@dataclass(frozen=True, slots=True)
class CancelledAll:
    """What /cancel did; ``questions`` are about what is stopped and are to be removed."""

    jobs: tuple[Job, ...]
    still_running: int
    questions: tuple[MessageRef, ...]
    had_draft: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    wish: Wish
    reply_to: int | None
    other_card: MessageRef | None = None
    way: str | None = None


class _DeclinedError(Exception):
    """Rolls the transaction back and carries the answer out of it."""

    def __init__(self, answer: GoAnswer) -> None:
        super().__init__(type(answer).__name__)
        self.answer = answer


class Confirming:
    """Starts and cancels jobs; nobody has a job without a hold or a hold without a job."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        shop: Shop,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._shop = shop
        self._wake = wake

    async def go(
        self,
        visit: Visit,
        confirmation_id: str,
        card: MessageRef,
        *,
        price: int | None = None,
        way: str | None = None,
    ) -> GoAnswer:
        """Turn the draft into a job in one transaction; a second tap finds the first one's job.

        ``price``, and in a group ``way``, how the picture comes, are what the person saw; None where that is
        not known.
        """

        async def chosen(tx: Tx) -> _Choice | None:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            if row is None:
                return None
            draft = Draft.from_json(row.state)
            if draft.confirmation_id != confirmation_id or draft.wish is None:
                return None
            wish = self._shop.as_offered(draft.wish)
            if self._shop.lacks_kind(wish):
                raise _DeclinedError(KindMissing())
            if not self._shop.can_make(wish):
                raise _DeclinedError(NotOffered())
            if price not in (None, self._shop.prices.of(wish)):
                raise _DeclinedError(PriceChanged())
            await make_way(tx, row, self._clock)
            asked = row.message_id
            other = MessageRef(visit.chat_id, asked) if asked and asked != card.message_id else None
            return _Choice(wish, draft.reply_to, other, way)

        return await self._start(visit, confirmation_id, card, chosen)

    async def retry(self, visit: Visit, job_id: int, card: MessageRef) -> GoAnswer:
        """Start an ended job's wish once more, on the message that offered it."""

        async def chosen(tx: Tx) -> _Choice | None:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or job.state is not JobState.FAILED:
                return None
            if not job.request:
                return None
            wish = self._shop.as_offered(wish_from_json(job.request))
            if any(photo.is_forgotten for photo in wish.photos.values()):
                return None
            if not self._shop.can_make(wish):
                # The keys may have changed since: what nobody can do any more would only wait.
                raise _DeclinedError(NotOffered())
            reply_to = job.reply_to if job.chat_id == visit.chat_id else None
            return _Choice(wish, reply_to, way=job.presentation or HERE)

        return await self._start(visit, f"retry-{job_id}", card, chosen)

    async def _start(
        self,
        visit: Visit,
        confirmation_id: str,
        card: MessageRef,
        chosen: Callable[[Tx], Awaitable[_Choice | None]],
    ) -> GoAnswer:
        try:
            async with self._database.transaction() as tx:
                if await tx.jobs.by_confirmation(confirmation_id):
                    return AlreadyGoing()
                choice = await chosen(tx)
                if choice is None:
                    return OutOfDate()
                await self._entrance.mark(tx, visit)
                job = await self._add(tx, visit, choice, confirmation_id, card)
        except NotEnoughCredits as error:
            return TooFewCredits(error.available, error.needed)
        except _DeclinedError as declined:
            return declined.answer
        if job is None:
            return AlreadyGoing()
        self._wake()
        is_private = job.chat_id != visit.chat_id
        return Started(job.id, job.ability, choice.other_card, is_private)

    async def _add(
        self,
        tx: Tx,
        visit: Visit,
        choice: _Choice,
        confirmation_id: str,
        card: MessageRef,
    ) -> Job | None:
        if await tx.jobs.count_open(visit.user_id) >= self._shop.max_open_jobs:
            raise _DeclinedError(TooManyOpen(self._shop.max_open_jobs))
        user = await tx.users.get(visit.user_id)
        wish, now = choice.wish, self._clock.now()
        price = self._shop.prices.of(wish)
        where = _where(visit, user, card, choice)
        job = await tx.jobs.add(
            NewJob(
                user_id=visit.user_id,
                chat_id=where.chat_id,
                thread_id=where.thread_id,
                reply_to=where.reply_to,
                card_message_id=where.card_message_id,
                presentation=where.presentation,
                addressee=where.addressee,
                confirmation_id=confirmation_id,
                ability=wish.ability.value,
                request=wish_to_json(wish),
                price=price,
                outputs=wish.outputs,
                steps=wish.steps,
                wish_key=wish_key(wish),
                language=(user.language or user.telegram_language) if user else None,
            ),
            now,
        )
        if job is not None:
            if price:
                await tx.ledger.hold(visit.user_id, job.id, price, at=now)
            if _shows_who(wish):
                await tx.looks.keep(visit.user_id, wish.person.to_json(), wish.person.unique_id, now)
        return job

    async def cancel(self, visit: Visit, job_id: int) -> Cancelled | TooLate:
        """Cancel one job while nothing was submitted for it."""
        async with self._database.transaction() as tx:
            now = self._clock.now()
            job = await tx.jobs.cancel(job_id, visit.user_id, now)
            if job is None:
                return TooLate()
            await self._give_back(tx, job, now)
            await self._entrance.mark(tx, visit)
        self._wake()
        return Cancelled(job.price)

    async def cancel_all(self, visit: Visit) -> CancelledAll:
        """Cancel the draft and every job that still can be; in a group those of this group."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            stopped = await drop_drafts(tx, visit, self._clock)
            await tx.users.expect(visit.user_id, None)
            jobs = await tx.jobs.open_of(visit.user_id)
            if not visit.is_private:
                jobs = [job for job in jobs if job.chat_id == visit.chat_id]
            # Jobs before the account, as everywhere: two that lock in different orders wait for each other.
            tried = [await tx.jobs.cancel(job.id, visit.user_id, now) for job in jobs]
            cancelled = [job for job in tried if job is not None]
            for job in cancelled:
                await self._give_back(tx, job, now)
        self._wake()
        questions = tuple(MessageRef(row.chat_id, row.message_id) for row in stopped if row.message_id)
        return CancelledAll(tuple(cancelled), len(jobs) - len(cancelled), questions, bool(stopped))

    async def _give_back(self, tx: Tx, job: Job, now: float) -> None:
        if job.price:
            await tx.ledger.release(job.id, 0, job.price, at=now)
        named = {"addressee": job.addressee} if job.addressee else {}
        # The handler changes the card at once; should it not come to that, this does.
        notice = NewNotice(
            cause=f"job:{job.id}:ended",
            user_id=job.user_id,
            chat_id=job.chat_id,
            thread_id=job.thread_id,
            edit_message_id=job.card_message_id,
            kind=JOB_CANCELLED,
            params={"job_id": job.id, "price": job.price, **named},
        )
        await tx.notices.add(notice, now)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a picture comes, and how it is shown there."""

    chat_id: int
    thread_id: int | None
    reply_to: int | None
    card_message_id: int | None
    presentation: str | None = None
    addressee: str | None = None


def _where(visit: Visit, user: User | None, card: MessageRef, choice: _Choice) -> _Where:
    """Return where a picture comes: where it was asked for, unless somebody in a group wants it alone."""
    here = _Where(visit.chat_id, visit.thread_id, choice.reply_to, card.message_id)
    if visit.is_private or user is None:
        return here
    way = WAYS.get(choice.way or "", user.group_delivery)
    if way == PRIVATE:
        if user.blocked_at is not None:
            raise _DeclinedError(ChatClosed())
        # Its card is sent there once the job is there.
        return _Where(visit.user_id, None, None, None)
    return replace(here, presentation=way, addressee=user.name)


def _shows_who(wish: Wish) -> bool:
    """Return whether the photo is one to save: of the person, not of a forearm, and not one of ours."""
    return wish.ability is not Ability.TATTOO and wish.person.of_job is None
