"""What goes out in one message: a picture, or all pictures of a comparison as one numbered sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.chat.messages import SheetPart, haircut_shown, sheet_parts
from bot.images import PictureError, ResultPicture
from bot.jobs.ending import share
from bot.jobs.sending import Delivery, addressee_of
from bot.wish import wish_from_json
from storage.database import Database, Tx
from storage.jobs import Job
from storage.results import Result, ResultState

log = structlog.get_logger(__name__)

# What ``jobs.presentation`` says of a picture that is covered until somebody taps it.
SPOILER = "spoiler"
WAITING = frozenset({ResultState.RENDERED, ResultState.DELIVERING})


class Composing(Protocol):
    """What is asked of the pictures' own part."""

    async def compare_sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        """Return pictures as one, numbered from 1; raise ``PictureError``."""
        ...

    async def check_result(self, data: bytes) -> ResultPicture:
        """Return a picture's size and type; raise ``PictureError``."""
        ...


@dataclass(frozen=True, slots=True)
class Sheets:
    """How comparisons become one picture; ``labels`` tells the parts apart in a language."""

    images: Composing
    labels: Callable[[Sequence[SheetPart], str | None], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """The pictures of one message."""

    results: tuple[Result, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """Return the numbers of its pictures."""
        return frozenset(result.n for result in self.results)

    @property
    def is_sheet(self) -> bool:
        """Return whether several pictures go out as one."""
        return len(self.results) > 1

    def cost(self, job: Job) -> int:
        """Return what its pictures cost together."""
        return sum(share(job.price, job.outputs, n) for n in self.numbers)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A composed sheet and what is to be stored of it."""

    data: bytes
    picture: ResultPicture


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel ready to be sent; ``sheet`` where its picture was composed."""

    delivery: Delivery
    sheet: ResultPicture | None = None


@dataclass(frozen=True, slots=True)
class Torn:
    """The bytes of a picture are gone."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A sheet can't be composed just now."""


@dataclass(frozen=True, slots=True)
class NoSheet:
    """These pictures make no sheet: they go out one by one."""


def waits(result: Result) -> bool:
    """Return whether a picture is still to be delivered."""
    return result.state in WAITING


def parcels(job: Job, results: Sequence[Result], *, one_by_one: bool = False) -> list[Parcel]:
    """Return what is still to be sent, in the order of sending."""
    waiting = tuple(result for result in results if waits(result))
    if job.is_comparison and waiting and not one_by_one:
        return [Parcel(waiting)]
    return [Parcel((result,)) for result in waiting]


class Packing:
    """Makes deliveries of parcels; a composed sheet is kept for the next try."""

    def __init__(self, db: Database, sheets: Sheets) -> None:
        self._db = db
        self._sheets = sheets
        self._composed: tuple[Parcel, Sheet] | None = None

    async def pack(self, job: Job, parcel: Parcel) -> Packed | Torn | Busy | NoSheet:
        """Return a parcel as it is sent, with what its person is told of it."""
        async with self._db.reading() as tx:
            bodies = [await tx.results.body(job.id, result.n) for result in parcel.results]
            balance = await tx.ledger.balance(job.user_id)
            user = await tx.users.get(job.user_id)
            never = await _never_comes(tx, job, parcel)
            has_earlier = await _has_earlier(tx, job, parcel)
        pictures = [body for body in bodies if body is not None]
        if len(pictures) < len(bodies):
            return Torn()
        language = (user and user.language) or job.language
        parts, shows = _parts(job, parcel)
        data, media_type, sheet = pictures[0], parcel.results[0].media_type, None
        if parcel.is_sheet:
            composed = await self._compose(job, parcel, pictures, parts, language)
            if not isinstance(composed, Sheet):
                return composed
            data, sheet = composed.data, composed.picture
            media_type = sheet.media_type
        returned = sum(share(job.price, job.outputs, n) for n in never)
        delivery = Delivery(
            job_id=job.id,
            user_id=job.user_id,
            ability=job.ability,
            n=parcel.results[0].n,
            of=job.outputs,
            price=parcel.cost(job),
            balance=balance.available + returned,
            language=language,
            data=data,
            media_type=media_type,
            parts=parts,
            shows=shows,
            missing=len(never),
            returned=returned,
            addressee=addressee_of(job),
            spoiler=job.presentation == SPOILER,
            earlier=has_earlier,
        )
        return Packed(delivery, sheet)

    async def _compose(
        self,
        job: Job,
        parcel: Parcel,
        pictures: Sequence[bytes],
        parts: Sequence[SheetPart],
        language: str | None,
    ) -> Sheet | Busy | NoSheet:
        if self._composed is not None and self._composed[0].numbers == parcel.numbers:
            return self._composed[1]
        labels = self._sheets.labels(parts, language)
        try:
            data = await self._sheets.images.compare_sheet(pictures, labels)
            sheet = Sheet(data, await self._sheets.images.check_result(data))
        except (PictureError, ValueError) as error:
            if isinstance(error, PictureError) and error.reason.is_temporary:
                return Busy()
            log.exception("a comparison can't be put on one sheet", job_id=job.id)
            return NoSheet()
        self._composed = (parcel, sheet)
        return sheet


async def _never_comes(tx: Tx, job: Job, parcel: Parcel) -> tuple[int, ...]:
    """Return which pictures will never come, when a parcel is the last one; else nothing is settled yet."""
    results = await tx.results.of_job(job.id)
    if any(waits(result) and result.n not in parcel.numbers for result in results):
        return ()
    come = {result.n for result in results if waits(result) or result.state is ResultState.DELIVERED}
    return tuple(n for n in range(1, job.outputs + 1) if n not in come)


async def _has_earlier(tx: Tx, job: Job, parcel: Parcel) -> bool:
    """Return whether this group has a picture to compare this one with; a sheet compares by itself."""
    if job.chat_id == job.user_id or parcel.is_sheet:
        return False
    before = (job.id, min(parcel.numbers) - 1)
    return bool(await tx.results.shown_in(job.user_id, job.chat_id, before, 1))


def _parts(job: Job, parcel: Parcel) -> tuple[tuple[SheetPart, ...], SheetPart | None]:
    """Return what each picture of a comparison shows, in the order of the sheet; else the haircut alone."""
    try:
        wish = wish_from_json(job.request)
    except (KeyError, TypeError, ValueError):
        return (), None
    return sheet_parts(wish, parcel.numbers), haircut_shown(wish, parcel.results[0].n)
