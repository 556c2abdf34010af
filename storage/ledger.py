"""The ledger: append-only entries, and accounts that are always their sums.

A hold moves credits from ``available`` to ``held``; closing it either captures them (gone) or
releases them (back). Each entry has a unique key, so booking the same thing again changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from storage.errors import HoldExceeded, HoldMissing, InvalidAmount, NotEnoughCredits
from storage.link import Link, columns
from storage.schema import accounts, ledger
from storage.states import EntryKind

__all__ = ["LARGEST_AMOUNT", "Balance", "Entry", "EntryKind", "Ledger"]

# A guard against slips of the hand; also keeps sums far inside 64 bits.
LARGEST_AMOUNT = 1_000_000_000

_GIVING = frozenset({EntryKind.GRANT, EntryKind.GIFT, EntryKind.PURCHASE, EntryKind.ADJUST})
_TAKING = frozenset({EntryKind.REFUND, EntryKind.ADJUST})
_CLOSING = (EntryKind.CAPTURE, EntryKind.RELEASE)


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits that can be spent, and credits set aside for jobs under way."""

    available: int
    held: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    id: int
    user_id: int
    kind: EntryKind
    available_delta: int
    held_delta: int
    key: str
    job_id: int | None
    reason: str | None
    at: float


_COLUMNS = columns(ledger, Entry)


class Ledger:
    """The tables ``accounts`` and ``ledger``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def balance(self, user_id: int) -> Balance:
        """Return a person's balance; zero for somebody unknown."""
        query = select(accounts.c.available, accounts.c.held).where(accounts.c.user_id == user_id)
        row = await self._link.first(query)
        return Balance(0, 0) if row is None else Balance(*row)

    async def entries(self, user_id: int, limit: int = 100) -> list[Entry]:
        """Return a person's newest entries, the newest first."""
        query = select(*_COLUMNS).where(ledger.c.user_id == user_id)
        return [Entry(*row) for row in await self._link.rows(query.order_by(ledger.c.id.desc()).limit(limit))]

    async def entries_of_job(self, job_id: int) -> list[Entry]:
        """Return what was booked for a job, the oldest first."""
        query = select(*_COLUMNS).where(ledger.c.job_id == job_id).order_by(ledger.c.id)
        return [Entry(*row) for row in await self._link.rows(query)]

    async def grant(
        self,
        user_id: int,
        credits: int,  # noqa: A002 - the field's term; the built-in of this name is for the console
        *,
        key: str,
        reason: str | None,
        at: float,
        kind: EntryKind | str = EntryKind.GRANT,
    ) -> bool:
        """Give credits; return False when this key was booked before.

        Raises:
            InvalidAmount: not a whole positive number. ValueError: a kind that gives nothing.
        """
        amount = _amount(credits)
        booked_as = _kind(kind, _GIVING)
        await self._locked(user_id)
        return await self._book(user_id, booked_as, (amount, 0), key=key, at=at, reason=reason)

    async def take(
        self,
        user_id: int,
        credits: int,  # noqa: A002 - as above
        *,
        key: str,
        reason: str | None,
        at: float,
        kind: EntryKind | str = EntryKind.REFUND,
    ) -> bool:
        """Take credits back; return False when this key was booked before.

        Raises:
            NotEnoughCredits: fewer are available. InvalidAmount, ValueError: as for ``grant``.
        """
        amount = _amount(credits)
        booked_as = _kind(kind, _TAKING)
        if not await self._covers(user_id, amount, key):
            return False
        return await self._book(user_id, booked_as, (-amount, 0), key=key, at=at, reason=reason)

    async def hold(self, user_id: int, job_id: int, credits: int, *, at: float) -> bool:  # noqa: A002 - as above
        """Set credits aside for a job; return False when that was done before.

        Raises:
            NotEnoughCredits: fewer are available. InvalidAmount: not a whole positive number.
        """
        amount = _amount(credits)
        key = _hold_key(job_id)
        if not await self._covers(user_id, amount, key):
            return False
        return await self._book(user_id, EntryKind.HOLD, (-amount, amount), key=key, at=at, job_id=job_id)

    async def capture(self, job_id: int, n: int, credits: int, *, at: float) -> bool:  # noqa: A002 - as above
        """Spend held credits for picture ``n``; return False when that is closed already.

        ``n`` 0 closes the whole hold.

        Raises:
            HoldMissing: the job has no hold. HoldExceeded: more than is still held.
            InvalidAmount: not a whole positive number.
        """
        return await self._close(EntryKind.CAPTURE, job_id, n, credits, at)

    async def release(self, job_id: int, n: int, credits: int, *, at: float) -> bool:  # noqa: A002 - as above
        """Give held credits back for picture ``n``; returns and raises as ``capture``, which it excludes."""
        return await self._close(EntryKind.RELEASE, job_id, n, credits, at)

    async def captured(self, job_id: int, n: int) -> int:
        """Return what was spent for picture ``n`` of a job."""
        query = select(ledger.c.held_delta).where(
            ledger.c.key == _close_key(job_id, n), ledger.c.kind == EntryKind.CAPTURE
        )
        return -int(await self._link.value(query) or 0)

    async def goodwill(self, job_id: int, n: int, *, at: float) -> int:
        """Give back what was spent for picture ``n``, once; return how much that is, 0 when nothing."""
        spent = await self.captured(job_id, n)
        if not spent:
            return 0
        user_id = await self._link.value(select(ledger.c.user_id).where(ledger.c.key == _hold_key(job_id)))
        await self._locked(user_id)
        key = f"goodwill:{job_id}:{n}"
        is_new = await self._book(user_id, EntryKind.GIFT, (spent, 0), key=key, at=at, job_id=job_id)
        return spent if is_new else 0

    async def lock(self, user_id: int) -> None:
        """Let nobody else change a person's account until this transaction ends; jobs are locked before."""
        await self._locked(user_id)

    async def _close(self, kind: EntryKind, job_id: int, n: int, credits: int, at: float) -> bool:  # noqa: A002 - as above
        amount = _amount(credits)
        if type(n) is not int or n < 0:
            raise ValueError("pictures are counted from 1; 0 means the whole hold")
        query = select(ledger.c.user_id, ledger.c.held_delta).where(ledger.c.key == _hold_key(job_id))
        hold = await self._link.first(query)
        if hold is None:
            raise HoldMissing(f"job {job_id} has no hold")
        await self._locked(hold.user_id)
        key = _close_key(job_id, n)
        remaining = await self._remaining(job_id, hold.held_delta, key)
        if remaining == 0:
            return False
        if amount > remaining or (n == 0 and not amount == remaining == hold.held_delta):
            raise HoldExceeded(remaining, amount)
        back = amount if kind is EntryKind.RELEASE else 0
        return await self._book(hold.user_id, kind, (back, -amount), key=key, at=at, job_id=job_id)

    async def _remaining(self, job_id: int, held: int, key: str) -> int:
        """Return what is still held for a job, or 0 when this key is closed."""
        query = select(ledger.c.key, ledger.c.held_delta).where(
            ledger.c.job_id == job_id, ledger.c.kind.in_(_CLOSING)
        )
        closed = await self._link.rows(query)
        if any(entry.key == key for entry in closed):
            return 0
        return held + sum(int(entry.held_delta) for entry in closed)

    async def _locked(self, user_id: int) -> int:
        """Return what is available; the account is made if new, and locked until this transaction ends."""
        # SQLite leaves FOR UPDATE out and needs none: a writing transaction is alone there.
        query = (
            select(accounts.c.available).where(accounts.c.user_id == user_id).with_for_update(key_share=True)
        )
        available = await self._link.value(query)
        if available is None:
            fresh = self._link.insert(accounts).values(user_id=user_id, available=0, held=0)
            await self._link.rows(fresh.on_conflict_do_nothing(index_elements=["user_id"]))
            available = await self._link.value(query)
        return int(available)

    async def _covers(self, user_id: int, amount: int, key: str) -> bool:
        """Return True when the balance covers an amount, False when it need not: the key is booked.

        Raises:
            NotEnoughCredits: neither.
        """
        available = await self._locked(user_id)
        if available >= amount:
            return True
        if await self._link.first(select(ledger.c.id).where(ledger.c.key == key)) is not None:
            return False
        raise NotEnoughCredits(available, amount)

    async def _book(
        self,
        user_id: int,
        kind: EntryKind,
        deltas: tuple[int, int],
        *,
        key: str,
        at: float,
        job_id: int | None = None,
        reason: str | None = None,
    ) -> bool:
        available, held = deltas
        values: dict[str, Any] = {
            "user_id": user_id,
            "kind": kind,
            "available_delta": available,
            "held_delta": held,
            "key": key,
            "job_id": job_id,
            "reason": reason,
            "at": at,
        }
        insert = self._link.insert(ledger).values(values).on_conflict_do_nothing(index_elements=["key"])
        if await self._link.first(insert.returning(ledger.c.id)) is None:
            return False
        sums = {"available": accounts.c.available + available, "held": accounts.c.held + held}
        await self._link.rows(update(accounts).where(accounts.c.user_id == user_id).values(sums))
        return True


def _hold_key(job_id: int) -> str:
    return f"hold:{job_id}"


def _close_key(job_id: int, n: int) -> str:
    return f"close:{job_id}:{n}"


def _amount(credits: int) -> int:  # noqa: A002 - as above
    # type() and not isinstance(): True is an int to Python, and no amount to anybody.
    if type(credits) is not int or not 0 < credits <= LARGEST_AMOUNT:
        raise InvalidAmount(f"an amount of credits is a whole number from 1 to {LARGEST_AMOUNT}")
    return credits


def _kind(kind: EntryKind | str, allowed: frozenset[EntryKind]) -> EntryKind:
    found = EntryKind(kind)
    if found not in allowed:
        raise ValueError(f"{found} cannot be booked this way")
    return found
