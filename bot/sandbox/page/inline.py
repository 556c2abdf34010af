"""Inline queries between a bot's offer and the person's choice."""

from collections import OrderedDict
from typing import Any

from bot.sandbox.page.message_view import FILES
from bot.sandbox.page.requests import BadRequestError
from bot.sandbox.telegram.model import InlineResult
from bot.sandbox.telegram.queries import InlineAsk

MAX_KEPT = 50
PATIENCE = 10.0  # seconds


class OpenAsks:
    """The inline queries that were answered last."""

    def __init__(self) -> None:
        self._asks: OrderedDict[str, InlineAsk] = OrderedDict()

    async def results(self, ask: InlineAsk) -> dict[str, Any]:
        """Wait for a bot's offers, keep the query for `take`, and return the offers as JSON."""
        answer = await ask.answer(PATIENCE)
        if answer is None:
            return {"query": ask.id, "results": [], "next": "", "button": None, "answered": False}
        self._asks[ask.id] = ask
        while len(self._asks) > MAX_KEPT:
            self._asks.popitem(last=False)
        button = {"text": answer.button_text, "start": answer.start_parameter} if answer.button_text else None
        return {
            "query": ask.id,
            "results": [_result(one) for one in answer.results],
            "next": answer.next_offset,
            "button": button,
            "answered": True,
        }

    def take(self, query_id: str, person_id: int) -> InlineAsk:
        """Return a person's query; BadRequestError when it is too old or another's."""
        ask = self._asks.get(query_id)
        if ask is None or ask.person_id != person_id:
            raise BadRequestError("These results are too old. Type again.", 409)
        return ask


def _result(result: InlineResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "title": result.title or (result.text.text[:60] if result.text else "Photo"),
        "description": result.description or "",
        "photo": result.type == "photo",
        "thumb": FILES + result.photo_file_id if result.photo_file_id else None,
    }
