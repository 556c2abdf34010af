"""The token is in every address; it is in no log line, no exception and no repr."""

import asyncio
import io
import logging
import traceback
from collections.abc import Iterator

import pytest
from telegram.error import TelegramError

from bot.chat.connection import build_bot
from bot.chat.gate import Gate
from bot.chat.outcomes import Place
from bot.chat.polling import PollingError, UpdateSource
from bot.chat.screen import Screen
from bot.chat.telegram import Chat
from bot.clock import SystemClock
from bot.log import set_up_logging
from bot.sandbox.telegram.gate import Moment
from tests.integration.delivery.wire import TOKEN, PlainScreens, delivery, draw, wire

pytestmark = pytest.mark.network

SECRET = TOKEN.split(":")[1]
NOWHERE = "http://127.0.0.1:9/telegram"


@pytest.fixture
def log_of_everything() -> Iterator[io.StringIO]:
    """Collect what the program would log at its most talkative, libraries included."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up_logging(level="DEBUG", secrets=[TOKEN], stream=stream)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def own_records(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Collect our own records before any redaction."""
    caplog.set_level(logging.DEBUG, logger="bot")
    return caplog


async def every_trouble() -> None:
    async with wire() as here:
        gate = here.server.gate
        gate.fail("sendMessage", status=401, description=f"Unauthorized {TOKEN}")
        await here.chat.say(here.place, Screen("a"))
        gate.fail("sendMessage", status=400, description=f"Bad Request: /bot{TOKEN}/sendMessage")
        await here.chat.say(here.place, Screen("a"))
        gate.fail("sendMessage", status=502, page=f"<html>/bot{TOKEN}/sendMessage</html>")
        await here.chat.say(here.place, Screen("a"))
        gate.fail("sendMessage", status=200, page=f"<html>/bot{TOKEN}/sendMessage</html>")
        await here.chat.say(here.place, Screen("a"))
        gate.close("sendPhoto", Moment.AFTER)
        await here.chat.send_picture(here.place, delivery())
        await here.chat.fetch_photo("nothing")
    gate = Gate(SystemClock())
    bot = build_bot(token=TOKEN, api_url=NOWHERE, rate_limiter=gate)

    async def fit(data: bytes) -> bytes:
        return data

    chat = Chat(
        bot, gate, clock=SystemClock(), screens=PlainScreens(), fit_for_telegram=fit, draw_design=draw
    )
    await chat.say(Place(1), Screen("a"))
    await chat.fetch_photo("nothing")


async def test_no_log_line_shows_the_token(log_of_everything: io.StringIO) -> None:
    await every_trouble()
    text = log_of_everything.getvalue()
    assert "a call to Telegram went wrong" in text
    assert "httpx" in text
    assert SECRET not in text


async def test_own_log_records_need_no_redaction(
    own_records: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await every_trouble()
    ours = [record.getMessage() for record in own_records.records if record.name.startswith("bot.chat")]
    printed = capsys.readouterr()
    assert SECRET not in "\n".join(ours)
    assert SECRET not in printed.out + printed.err


async def test_no_outcome_shows_the_token() -> None:
    async with wire() as here:
        here.server.gate.fail("sendMessage", status=400, description=f"Bad Request: bot{TOKEN}", times=9)
        outcome = await here.chat.say(here.place, Screen("a"))
        assert SECRET not in repr(outcome)
        assert SECRET not in repr(here.chat) + repr(here.gate)


async def test_what_polling_raises_shows_the_token_to_no_traceback_with_locals() -> None:
    async with UpdateSource(token=TOKEN, api_url=NOWHERE) as source:
        with pytest.raises(PollingError) as caught:
            await source.fetch(None, 0)
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert SECRET not in "".join(report.format())


async def test_gate_frames_show_the_token_to_no_traceback_with_locals() -> None:
    gate = Gate(SystemClock())
    unreachable = build_bot(token=TOKEN, api_url=NOWHERE, rate_limiter=gate)
    with pytest.raises(TelegramError) as caught:
        await unreachable.send_message(1, "a")
    ours = [
        repr(value)
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        if "/bot/chat/" in frame.f_code.co_filename
        for value in frame.f_locals.values()
    ]
    assert ours
    assert SECRET not in "\n".join(ours)
    assert SECRET not in repr(unreachable)


async def test_failing_start_is_caught_before_the_librarys_message_gets_out() -> None:
    async with wire() as here:
        here.server.gate.fail("getMe", status=401, description="Unauthorized")
        bot = build_bot(token=TOKEN, api_url=here.url, rate_limiter=Gate(SystemClock()))
        with pytest.raises(TelegramError) as caught:
            await bot.initialize()
        await bot.shutdown()
        assert SECRET not in f"{caught.value!s}{caught.value!r}"
        assert caught.value.__context__ is None


async def test_stopping_in_the_middle_of_a_call_shows_nothing() -> None:
    async with wire() as here:
        hold = here.server.gate.hold("sendMessage", Moment.AFTER)
        task = asyncio.ensure_future(here.chat.say(here.place, Screen("a")))
        await hold.arrived()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert SECRET not in repr(caught.value)
