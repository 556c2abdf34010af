"""The webhook is set until it works, set again when somebody changes it, and its trouble is told once."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs
from telegram import WebhookInfo
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.chat.polling import ALLOWED_UPDATES
from bot.web.registration import LONGEST_PAUSE, WATCH_SECONDS, Registration, tell_of_webhook

URL = "https://shop.example/telegram/0123456789abcdef"
THEIRS = "https://other.example/secret-path"


@dataclass
class Clock:
    """Each wait is noted and over at once; after so many the test ends."""

    waits: list[float] = field(default_factory=list)
    last: int = 3

    def now(self):
        return float(sum(self.waits))

    async def sleep(self, seconds):
        self.waits.append(seconds)
        if len(self.waits) >= self.last:
            raise asyncio.CancelledError
        await asyncio.sleep(0)


class Bot:
    def __init__(self, *answers, infos=()):
        self.answers = list(answers)
        self.infos = list(infos)
        self.set_to = []

    async def set_webhook(self, url, **given):
        if self.answers:
            raise self.answers.pop(0)
        self.set_to.append((url, given))

    async def get_webhook_info(self):
        info = self.infos.pop(0) if len(self.infos) > 1 else self.infos[0]
        if isinstance(info, Exception):
            raise info
        return info


def info(url=URL, **fields):
    return WebhookInfo(
        url=url, has_custom_certificate=False, pending_update_count=fields.pop("waiting", 0), **fields
    )


async def kept(bot, clock):
    with capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await Registration(bot, clock, url=URL, secret="hook-secret").keep()
    assert "hook-secret" not in str(lines)
    return [line for line in lines if line["log_level"] != "debug"]


async def test_everything_is_said_to_telegram_and_nothing_is_dropped():
    bot = Bot(infos=[info()])
    await kept(bot, Clock(last=1))
    [(url, given)] = bot.set_to
    assert url == URL
    assert given == {
        "secret_token": "hook-secret",
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": 40,
        "drop_pending_updates": False,
    }


async def test_it_is_tried_until_it_works_and_told_once():
    clock = Clock(last=9)
    bot = Bot(*[NetworkError("down")] * 8, infos=[info()])
    lines = await kept(bot, clock)
    assert clock.waits[:8] == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE]
    assert [line["log_level"] for line in lines] == ["warning", "info"]
    assert len(bot.set_to) == 1


async def test_telegram_is_given_the_time_it_asks_for():
    clock = Clock(last=2)
    await kept(Bot(RetryAfter(30), infos=[info()]), clock)
    assert clock.waits[0] == 30


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (BadRequest("Bad webhook: failed to resolve host"), "failed to resolve host"),
        (InvalidToken(f"The token `{123456789}:{'A' * 35}` was rejected"), "InvalidToken"),
    ],
)
async def test_reason_is_told_without_a_secret(error, shown):
    lines = await kept(Bot(error, infos=[info()]), Clock(last=2))
    assert shown in lines[0]["problem"]
    assert "AAAA" not in str(lines)


async def test_it_is_looked_at_now_and_then_and_left_alone_while_it_is_right():
    clock = Clock(last=4)
    bot = Bot(infos=[info(), NetworkError("down"), info()])
    assert len(await kept(bot, clock)) == 1
    assert clock.waits == [WATCH_SECONDS] * 4
    assert len(bot.set_to) == 1


@pytest.mark.parametrize("url", ["", THEIRS])
async def test_webhook_that_somebody_changed_is_set_again(url):
    bot = Bot(infos=[info(url), info()])
    lines = await kept(bot, Clock(last=3))
    assert [one for one, _ in bot.set_to] == [URL, URL]
    assert "secret-path" not in str(lines)


async def test_failed_delivery_is_told_once():
    first = info(
        last_error_date=datetime(2026, 1, 1, tzinfo=UTC), last_error_message="Connection timed out", waiting=7
    )
    later = info(last_error_date=datetime(2026, 1, 2, tzinfo=UTC), last_error_message="502 Bad Gateway")
    bot = Bot(infos=[first, first, first, later, later])
    told = [line for line in await kept(bot, Clock(last=7)) if "could not deliver" in line["event"]]
    assert [line["problem"] for line in told] == ["Connection timed out", "502 Bad Gateway"]
    assert told[0]["waiting"] == 7


async def test_polling_says_what_to_do_about_a_webhook_and_names_only_its_host():
    with capture_logs() as lines:
        await tell_of_webhook(Bot(infos=[info(THEIRS)]))
    [line] = lines
    assert line["log_level"] == "error"
    assert "WEBHOOK_URL" in line["event"]
    assert "deleteWebhook" in line["event"]
    assert line["webhook_at"] == "other.example"
    assert "secret-path" not in str(line)


@pytest.mark.parametrize("answer", [info(""), NetworkError("down")])
async def test_polling_says_nothing_without_need(answer):
    with capture_logs() as lines:
        await tell_of_webhook(Bot(infos=[answer]))
    assert lines == []
