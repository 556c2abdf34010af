"""Every call to the Bot API passes here: what comes back is an answer or a verdict, never an exception."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram.error import TelegramError

from bot.chat.outcomes import (
    CannotSend,
    EditOutcome,
    MaybeSent,
    MessageGone,
    Obstacle,
    SendOutcome,
    Sent,
    TryLater,
)
from bot.chat.verdicts import Moved, TooOld, Unchanged, Unusable, Verdict, judge
from bot.log import Redactor

T = TypeVar("T")

log = structlog.get_logger(__name__)

REMEMBERED_MOVES = 1000
QUIET = (TryLater, Unchanged, MessageGone, TooOld)

OnMoved = Callable[[int, int], Awaitable[None]]


class Line:
    """Asks Telegram for things and turns every refusal and every trouble into a verdict."""

    def __init__(self, token: str, on_moved: OnMoved | None = None) -> None:
        self._redact = Redactor((token,))
        self._on_moved = on_moved
        self._moves: OrderedDict[int, int] = OrderedDict()

    async def ask(self, what: str, chat_id: int, call: Callable[[int], Awaitable[T]]) -> T | Verdict:
        """Make a call about a chat; when the group has moved to another id, once more with that one."""
        answer = await self.attempt(what, lambda: call(self._moves.get(chat_id, chat_id)))
        if isinstance(answer, Moved):
            await self._note_move(chat_id, answer.chat_id)
            answer = await self.attempt(what, lambda: call(self._moves[chat_id]))
        return answer

    async def ask_on(self, what: str, chat_id: int, call: Callable[[], Awaitable[T]]) -> T | Verdict:
        """Make a call about a message that is there; in a group that has moved it counts as gone.

        Its number belongs to another message there.
        """
        if chat_id in self._moves:
            return MessageGone()
        answer = await self.attempt(what, call)
        if isinstance(answer, Moved):
            await self._note_move(chat_id, answer.chat_id)
            return MessageGone()
        return answer

    async def attempt(self, what: str, call: Callable[[], Awaitable[T]]) -> T | Verdict:
        """Make a call and judge how it ends."""
        try:
            return await call()
        except TelegramError as error:
            verdict = judge(error)
            text = self._redact(str(error))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # An answer that is no Bot API answer: nobody knows what happened. Its text may hold anything.
            verdict = MaybeSent()
            text = type(error).__name__
        if not isinstance(verdict, QUIET):
            level = logging.INFO if _is_everyday(verdict) else logging.WARNING
            kind = type(verdict).__name__
            log.log(level, "a call to Telegram went wrong", call=what, verdict=kind, text=text)
        if isinstance(verdict, CannotSend):
            return CannotSend(verdict.obstacle, text)
        return verdict

    async def _note_move(self, old: int, new: int) -> None:
        self._moves[old] = new
        while len(self._moves) > REMEMBERED_MOVES:
            self._moves.popitem(last=False)
        log.info("a group became a supergroup", old_chat_id=old, new_chat_id=new)
        if self._on_moved is not None:
            await self._on_moved(old, new)


def _is_everyday(verdict: Verdict) -> bool:
    """Return whether people cause this by what they do, and nobody has to look into it."""
    return isinstance(verdict, Moved) or (
        isinstance(verdict, CannotSend) and verdict.obstacle is not Obstacle.REFUSED
    )


def send_outcome(answer: Sent | Verdict) -> SendOutcome:
    """Return what became of a new message."""
    match answer:
        case Sent() | CannotSend() | TryLater() | MaybeSent():
            return answer
        case Unusable(detail):
            return CannotSend(Obstacle.REFUSED, detail)
        case Moved():
            return CannotSend(Obstacle.CHAT_GONE, "the group moved twice")
        case _:
            return CannotSend(Obstacle.REFUSED, type(answer).__name__)


def edit_outcome(answer: Sent | Verdict, message_id: int) -> EditOutcome:
    """Return what became of an edit."""
    if isinstance(answer, MessageGone):
        return answer
    if isinstance(answer, Unchanged):
        return Sent(message_id)
    return send_outcome(answer)
