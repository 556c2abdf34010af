"""Answers to inline queries: pictures that Telegram already has, offered in any chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineQueryResultCachedPhoto, InlineQueryResultsButton
from telegram.constants import ParseMode

from bot.chat.connection import Bot
from bot.chat.line import Line
from bot.chat.markup import keyboard
from bot.chat.outcomes import CannotSend
from bot.chat.screen import Button
from bot.chat.verdicts import Unusable

# Pictures come and go; Telegram asks again soon.
CACHE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Offered:
    """A picture to choose from: ``key`` tells it from the others, ``caption`` is HTML."""

    key: str
    file_id: str
    title: str
    caption: str
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Doorway:
    """A button above the pictures that leads into the private chat, as /start with a payload."""

    label: str
    payload: str


class Inline:
    """Answers inline queries; never raises for anything that Telegram does."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._line = Line(bot.token)

    async def answer(
        self, query_id: str, offered: Sequence[Offered], *, next_offset: str, doorway: Doorway | None
    ) -> None:
        """Offer pictures, the newest first, to the one who asks and to nobody else.

        One picture that Telegram does not know (those of another bot before this one) spoils a whole answer,
        so after a refusal the newer half is offered, and in the end nothing but the way to new ones.
        """
        while await self._is_refused(query_id, offered, next_offset, doorway) and offered:
            offered, next_offset = offered[: len(offered) // 2], ""

    async def _is_refused(
        self, query_id: str, offered: Sequence[Offered], next_offset: str, doorway: Doorway | None
    ) -> bool:
        results = [
            InlineQueryResultCachedPhoto(
                id=one.key,
                photo_file_id=one.file_id,
                title=one.title,
                caption=one.caption,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(one.rows),
            )
            for one in offered
        ]
        button = InlineQueryResultsButton(doorway.label, start_parameter=doorway.payload) if doorway else None
        answer = await self._line.attempt(
            "answerInlineQuery",
            lambda: self._bot.answer_inline_query(
                query_id,
                results,
                cache_time=CACHE_SECONDS,
                is_personal=True,
                next_offset=next_offset,
                button=button,
            ),
        )
        return isinstance(answer, CannotSend | Unusable)
