"""Questions that a bot must answer once and in time: taps, inline queries, checkouts."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.sandbox.telegram.model import CallbackAnswer, InlineAnswer

MAX_OPEN_QUERIES = 10_000
Answer = TypeVar("Answer")


class QueryGoneError(Exception):
    """The query was answered before, is too old, belongs to another bot or never was."""


@dataclass(frozen=True, slots=True)
class CheckoutAnswer:
    """Whether the bot agrees that this bill is paid now."""

    ok: bool
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class OpenQuery(Generic[Answer]):
    """A question on its way, until `deadline` on the world's clock; inline ones have `text` and `offset`."""

    id: str
    bot_id: int
    person_id: int
    deadline: float
    reply: asyncio.Future[Answer]
    text: str = ""
    offset: str = ""

    async def answer(self, seconds: float | None = None) -> Answer | None:
        """Wait for the bot's answer; None when the seconds pass without one."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.reply), seconds)
        except TimeoutError:
            return None


CallbackTap = OpenQuery[CallbackAnswer]
InlineAsk = OpenQuery[InlineAnswer]


class QueryBook(Generic[Answer]):
    """The open questions of one sort; each lives for a number of seconds."""

    def __init__(self, lifetime: float, now: Callable[[], float], rng: random.Random) -> None:
        self._lifetime = lifetime
        self._now = now
        self._rng = rng
        self._open: OrderedDict[str, OpenQuery[Answer]] = OrderedDict()

    @property
    def lifetime(self) -> float:
        """Return how many seconds a bot has for its answer."""
        return self._lifetime

    def ask(self, bot_id: int, person_id: int, text: str = "", offset: str = "") -> OpenQuery[Answer]:
        """Open a question; must be called inside a running loop."""
        self._forget_old()
        reply: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        query_id = str(self._rng.randrange(10**17, 10**19))
        query = OpenQuery(query_id, bot_id, person_id, self._now() + self._lifetime, reply, text, offset)
        self._open[query_id] = query
        return query

    def answer(self, bot_id: int, query_id: str, answer: Answer) -> OpenQuery[Answer]:
        """Answer a question once; QueryGoneError when that is no longer possible."""
        query = self._open.get(query_id)
        if query is None or query.bot_id != bot_id:
            raise QueryGoneError(query_id)
        del self._open[query_id]
        if query.deadline < self._now() or query.reply.done():
            raise QueryGoneError(query_id)
        query.reply.set_result(answer)
        return query

    def _forget_old(self) -> None:
        now = self._now()
        while self._open:
            oldest = next(iter(self._open.values()))
            if oldest.deadline >= now and len(self._open) < MAX_OPEN_QUERIES:
                return
            self._open.popitem(last=False)
