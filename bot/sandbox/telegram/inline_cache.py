"""Telegram's memory of inline answers: who asks the same soon after is answered without the bot."""

from collections import OrderedDict
from collections.abc import Callable

from bot.sandbox.telegram.model import InlineAnswer
from bot.sandbox.telegram.queries import InlineAsk

MAX_KEPT = 10_000
EVERYBODY = 0


class InlineCache:
    """Answers by bot, text and offset; personal ones by person too (answerInlineQuery, is_personal)."""

    def __init__(self, now: Callable[[], float], speed: float) -> None:
        self._now = now
        self._speed = speed
        self._kept: OrderedDict[tuple[int, int, str, str], tuple[float, InlineAnswer]] = OrderedDict()

    def keep(self, ask: InlineAsk, answer: InlineAnswer) -> None:
        """Keep an answer for its cache_time, in seconds of the sandbox's clock at its speed."""
        if answer.cache_time <= 0:
            return
        person = ask.person_id if answer.is_personal else EVERYBODY
        until = self._now() + answer.cache_time / self._speed
        self._kept[ask.bot_id, person, ask.text, ask.offset] = (until, answer)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    def find(self, bot_id: int, person_id: int, text: str, offset: str) -> InlineAnswer | None:
        """Return what was answered before and is fresh: the person's own answer, else one for everybody."""
        for person in (person_id, EVERYBODY):
            until, answer = self._kept.get((bot_id, person, text, offset), (0.0, None))
            if answer is not None and until > self._now():
                return answer
        return None
