"""The stage itself: nobody but its own bots plays on it, and none of them outlives it."""

import httpx
import pytest

from bot.sandbox.bot_process import bot_settings

pytestmark = pytest.mark.network


async def test_a_bot_of_other_tests_is_not_let_in(stage, alice):
    stranger = bot_settings(stage.url, 1.0)["TELEGRAM_BOT_TOKEN"]
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{stage.url}/telegram/bot{stranger}/getUpdates")
    assert answer.status_code == 401
    assert stage.gate.calls() == []
    await stage.start_bot()
    await alice.starts()
    await alice.sees("3 credits")


async def test_a_bot_ends_with_the_tests_that_started_it(stage):
    bot = await stage.start_bot()
    # As the system does when the tests' process is gone.
    bot.process.stdin.close()
    assert await bot.ended() == 1
