"""Deliveries and notices over a real database, with chats that remember what they show."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.outcomes import (
    CannotSend,
    EditOutcome,
    FetchOutcome,
    MaybeSent,
    MessageGone,
    MessageRef,
    Place,
    SendOutcome,
    Sent,
    TryLater,
)
from bot.images import ResultPicture
from bot.jobs.delivery import Deliveries
from bot.jobs.notices import NoticePump
from bot.jobs.packing import Sheets
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Delivery, NoticeText, Progress
from bot.wish import ComparisonWish, HairStyle, PhotoRef, wish_to_json
from storage.audit import audit
from storage.database import Database
from storage.jobs import Job, JobState, NewJob
from storage.notices import NewNotice, Notice, NoticeState
from tests.integration.jobs.virtual_time import VirtualClock

PERSON = 500
GROUP = -900
GARMENT = 10
CARD = 11
RETENTION_DAYS = 30
# Virtual seconds; what takes longer hangs.
LONGEST_TEST = 1800.0


@dataclass(frozen=True)
class Lost:
    """Telegram took it, but nobody hears of it."""


@dataclass(frozen=True)
class Swallowed:
    """Telegram never saw it, but nobody can say so."""


@dataclass(frozen=True)
class Hangs:
    """The program is in the middle of the call when it ends; ``taken`` says what Telegram did."""

    taken: bool


Step = Lost | Swallowed | Hangs | CannotSend | TryLater | MessageGone | Exception


def comparison(steps: int) -> ComparisonWish:
    """Return a comparison of so many colours."""
    return ComparisonWish(PhotoRef("f", "u"), tuple(HairStyle("Afro", f"colour {n}") for n in range(steps)))


@dataclass
class Message:
    """What a person sees."""

    text: str
    reply_to: int | None = None


def _shown(delivery: Delivery) -> str:
    if len(delivery.parts) > 1:
        return "sheet " + " ".join(str(part.n) for part in delivery.parts)
    return f"picture {delivery.n}"


@dataclass
class Chats:
    """Telegram as far as sending goes: it does what is planned for each call, and otherwise what is asked."""

    plans: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[int, dict[int, Message]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[tuple[str, int]] = field(default_factory=list)
    pictures: list[Delivery] = field(default_factory=list)
    told: list[NoticeText] = field(default_factory=list)
    progress: list[tuple[float, MessageRef, Progress]] = field(default_factory=list)
    forgotten: list[MessageRef] = field(default_factory=list)
    last_id: int = 100

    def plan(self, call: str, *steps: Step) -> None:
        self.plans[call] += steps

    def shows(self, chat_id: int = PERSON) -> list[str]:
        return [message.text for message in self.messages[chat_id].values()]

    def count(self, call: str) -> int:
        return sum(name == call for name, _ in self.calls)

    # The Protocol.

    def show_progress(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        self.progress.append((VirtualClock().now(), card, progress))

    async def forget_progress(self, card: MessageRef) -> None:
        self.forgotten.append(card)

    async def send_picture(self, place: Place, delivery: Delivery) -> SendOutcome:
        self.pictures.append(delivery)
        return await self._send("send_picture", place, _shown(delivery), file=True)

    async def turn_into_picture(self, card: MessageRef, delivery: Delivery) -> EditOutcome:
        return await self._edit("turn_into_picture", card, _shown(delivery), file=True)

    async def remove(self, card: MessageRef) -> None:
        self.calls.append(("remove", card.chat_id))
        self.messages[card.chat_id].pop(card.message_id, None)

    async def send_notice(self, place: Place, notice: NoticeText) -> SendOutcome:
        self.told.append(notice)
        return await self._send("send_notice", place, notice.kind)

    async def turn_into_notice(self, card: MessageRef, notice: NoticeText) -> EditOutcome:
        self.told.append(notice)
        return await self._edit("turn_into_notice", card, notice.kind)

    async def fetch_photo(self, file_id: str) -> FetchOutcome:
        raise AssertionError("no delivery fetches photos")

    async def _send(self, call: str, place: Place, text: str, *, file: bool = False) -> SendOutcome:
        step = await self._begin(call, place.chat_id)
        if isinstance(step, CannotSend | TryLater):
            return step
        if not isinstance(step, Swallowed):
            self.last_id += 1
            self.messages[place.chat_id][self.last_id] = Message(text, place.reply_to)
        return await self._end(step, self.last_id, file=file)

    async def _edit(self, call: str, card: MessageRef, text: str, *, file: bool = False) -> EditOutcome:
        step = await self._begin(call, card.chat_id)
        if isinstance(step, CannotSend | TryLater):
            return step
        if isinstance(step, MessageGone) or card.message_id not in self.messages[card.chat_id]:
            return MessageGone()
        if not isinstance(step, Swallowed):
            self.messages[card.chat_id][card.message_id].text = text
        return await self._end(step, card.message_id, file=file)

    async def _begin(self, call: str, chat_id: int) -> Step | None:
        self.calls.append((call, chat_id))
        await asyncio.sleep(0.1)
        step = self.plans[call].pop(0) if self.plans[call] else None
        if step == Hangs(taken=False):
            await asyncio.Event().wait()
        if isinstance(step, Exception):
            raise step
        return step

    @staticmethod
    async def _end(step: Step | None, message_id: int, *, file: bool) -> Sent | MaybeSent:
        if step == Hangs(taken=True):
            await asyncio.Event().wait()
        if isinstance(step, Lost | Swallowed):
            return MaybeSent()
        return Sent(message_id, f"file-{message_id}", f"unique-{message_id}") if file else Sent(message_id)


@dataclass
class Composer:
    """Makes sheets that say what is on them; ``problems`` come first."""

    problems: list[Exception] = field(default_factory=list)
    composed: int = 0

    async def compare_sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        self.composed += 1
        if self.problems:
            raise self.problems.pop(0)
        return b"sheet of " + b" ".join(pictures)

    async def check_result(self, data: bytes) -> ResultPicture:
        return ResultPicture(60, 40, "image/jpeg")


@dataclass
class Process:
    """One run of the program: what is in its memory."""

    deliveries: Deliveries
    pump: NoticePump
    board: ProgressBoard
    epoch: int

    async def deliver(self, job: Job) -> None:
        async with asyncio.timeout(LONGEST_TEST):
            await self.deliveries.deliver(job.id, self.epoch)
            await self.pump.wait_idle()

    async def recover(self) -> None:
        async with asyncio.timeout(LONGEST_TEST):
            await self.deliveries.recover(self.epoch)
            await self.pump.wait_idle()

    async def end(self, grace: float = 0.0) -> None:
        await self.deliveries.stop(grace)
        await self.pump.stop(grace)
        await self.board.stop()


@dataclass
class World:
    """The database, the chats, and the runs of the program."""

    db: Database
    chats: Chats
    clock: VirtualClock
    composer: Composer = field(default_factory=Composer)
    processes: list[Process] = field(default_factory=list)

    async def start(self, *, pump: bool = True) -> Process:
        """Start the program; an earlier run's work is its own from now on."""
        async with self.db.transaction() as tx:
            epoch = await tx.lease.advance(self.clock.now())
            await tx.lease.stamp(epoch)
        chance = random.Random(1)
        board = ProgressBoard(self.chats, self.clock)
        notices = NoticePump(self.db, self.chats, self.clock, chance)
        sheets = Sheets(self.composer, lambda parts, language: [part.haircut for part in parts])
        deliveries = Deliveries(
            self.db, self.chats, board, notices, self.clock, chance, sheets, retention_days=RETENTION_DAYS
        )
        process = Process(deliveries, notices, board, epoch)
        self.processes.append(process)
        if pump:
            await notices.start(epoch)
        return process

    async def job(
        self,
        *,
        chat_id: int = PERSON,
        price: int = 3,
        outputs: int = 1,
        steps: int = 1,
        rendered: Collection[int] | int | None = None,
        card: int | None = CARD,
        state: JobState = JobState.RENDERED,
    ) -> Job:
        """Make a job with its hold and its pictures, and its card in the chat."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await tx.users.seen(PERSON, "es", now)
            number = len(await tx.jobs.in_states(tuple(JobState)))
            await tx.ledger.grant(PERSON, 10, key=f"grant:{number}", reason=None, at=now)
            job = await tx.jobs.add(
                NewJob(
                    user_id=PERSON,
                    chat_id=chat_id,
                    thread_id=None,
                    reply_to=GARMENT,
                    card_message_id=None if card is None else card + number,
                    confirmation_id=f"c{number}",
                    ability="clothes",
                    request={} if steps == 1 else wish_to_json(comparison(steps)),
                    price=price,
                    outputs=outputs,
                    steps=steps,
                ),
                now,
            )
            assert job is not None
            if price:
                await tx.ledger.hold(PERSON, job.id, price, at=now)
            if state is not JobState.QUEUED:
                made = outputs if rendered is None else rendered
                for n in range(1, made + 1) if isinstance(made, int) else made:
                    address = f"https://cdn.example/{n}"
                    await tx.results.add(job.id, n, b"p%d" % n, "image/jpeg", 30, 40, now, address)
                moved = await tx.jobs.move(
                    job.id, epoch=job.epoch, source=JobState.QUEUED, target=state, at=now
                )
                assert moved is not None
                job = moved
        if job.card_message_id is not None:
            self.chats.messages[chat_id][job.card_message_id] = Message("card")
        return job

    async def reread(self, job: Job) -> Job:
        async with self.db.reading() as tx:
            found = await tx.jobs.get(job.id)
        assert found is not None
        return found

    async def balance(self) -> tuple[int, int]:
        async with self.db.reading() as tx:
            balance = await tx.ledger.balance(PERSON)
        return balance.available, balance.held

    async def notice(self, new: NewNotice) -> Notice:
        async with self.db.transaction() as tx:
            notice = await tx.notices.add(new, self.clock.now())
        assert notice is not None
        return notice

    async def state_of(self, notice: Notice) -> NoticeState:
        async with self.db.reading() as tx:
            found = await tx.notices.get(notice.id)
        assert found is not None
        return found.state


@asynccontextmanager
async def world(database: Path) -> AsyncIterator[World]:
    """Give a world; when it ends, everything is stopped and the books are right."""
    async with Database(f"sqlite:///{database}") as db:
        here = World(db, Chats(), VirtualClock())
        try:
            yield here
        finally:
            for process in here.processes:
                await process.end()
        findings = await audit(db)
        assert not findings, findings
