"""Servers that answer what Telegram never would."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.chat.connection import build_bot
from bot.chat.gate import Gate
from bot.chat.line import edit_outcome, send_outcome
from bot.chat.outcomes import (
    CannotSend,
    Fetched,
    FetchOutcome,
    MaybeSent,
    MessageGone,
    Obstacle,
    PhotoGone,
    Place,
    Sent,
    TryLater,
)
from bot.chat.screen import Screen
from bot.chat.telegram import Chat
from bot.chat.verdicts import Moved, OtherKind, Unchanged, Unusable
from tests.integration.delivery.wire import TOKEN, PlainScreens, QuickClock, draw, serving

FILE = {"file_id": "a", "file_unique_id": "b", "file_path": "photos/file_1.jpg"}


async def fit(data: bytes) -> bytes:
    return data


async def fetched(file: dict[str, object], download: Response) -> FetchOutcome:
    async def get_file(_: Request) -> Response:
        return JSONResponse({"ok": True, "result": file})

    async def content(_: Request) -> Response:
        return download

    routes = [
        Route("/telegram/file/bot{token}/{path:path}", content),
        Route("/telegram/bot{token}/getFile", get_file, methods=["POST"]),
    ]
    async with serving(routes) as url:
        gate = Gate(QuickClock())
        bot = build_bot(token=TOKEN, api_url=url, rate_limiter=gate)
        chat = Chat(
            bot, gate, clock=QuickClock(), screens=PlainScreens(), fit_for_telegram=fit, draw_design=draw
        )
        outcome = await chat.fetch_photo("a", max_bytes=100)
        await asyncio.gather(bot.request.shutdown(), chat.stop())
        return outcome


@pytest.mark.network
@pytest.mark.parametrize(
    ("download", "outcome"),
    [
        (Response(b"photo"), Fetched(b"photo")),
        (Response(b"x" * 101), PhotoGone(too_big=True)),
        (JSONResponse({"ok": False, "description": "Not Found"}, 404), PhotoGone()),
        (Response(b"not found", 404), PhotoGone()),
        (JSONResponse({"ok": False, "description": "Bad Request: file not found"}, 400), PhotoGone()),
        (JSONResponse({"ok": False, "description": "Bad Request: no"}, 400), PhotoGone()),
        (JSONResponse({"ok": False, "parameters": {"retry_after": 9}}, 429), TryLater(9.0)),
        (Response(b"oops", 502), TryLater(2.0)),
    ],
)
async def test_download_that_goes_wrong(download: Response, outcome: FetchOutcome) -> None:
    assert await fetched(FILE, download) == outcome


@pytest.mark.network
async def test_file_without_a_path_is_gone() -> None:
    assert await fetched({"file_id": "a", "file_unique_id": "b"}, Response(b"photo")) == PhotoGone()


@pytest.mark.network
@pytest.mark.parametrize(
    "body", [{"ok": True}, [1], {"ok": True, "result": {"chat": 5}}, {"ok": True, "result": True}]
)
async def test_answer_that_makes_no_sense_is_unknown(body: object) -> None:
    async def answer(_: Request) -> Response:
        return JSONResponse(body)

    async with serving([Route("/telegram/bot{token}/{method}", answer, methods=["POST"])]) as url:
        gate = Gate(QuickClock())
        bot = build_bot(token=TOKEN, api_url=url, rate_limiter=gate)
        chat = Chat(
            bot, gate, clock=QuickClock(), screens=PlainScreens(), fit_for_telegram=fit, draw_design=draw
        )
        assert await chat.say(Place(1), Screen("a")) == MaybeSent()
        await bot.request.shutdown()


def test_every_verdict_is_an_outcome_of_a_send() -> None:
    assert send_outcome(Sent(1)) == Sent(1)
    assert send_outcome(Unusable("odd")) == CannotSend(Obstacle.REFUSED, "odd")
    assert send_outcome(Moved(-5)) == CannotSend(Obstacle.CHAT_GONE, "the group moved twice")
    assert send_outcome(OtherKind()) == CannotSend(Obstacle.REFUSED, "OtherKind")


def test_every_verdict_is_an_outcome_of_an_edit() -> None:
    assert edit_outcome(Unchanged(), 7) == Sent(7)
    assert edit_outcome(MessageGone(), 7) == MessageGone()
    assert edit_outcome(TryLater(1.0), 7) == TryLater(1.0)
