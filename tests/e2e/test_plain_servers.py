"""The bot against servers that know nothing of the project: only its settings differ."""

import asyncio
import os

import pytest

from bot.sandbox.bot_process import bot_environment
from tests.e2e.books import Books
from tests.e2e.bot_run import BotRun
from tests.e2e.person import picture
from tests.e2e.plain_servers import PlainTelegram, PlainTryOn, plain_servers
from tests.e2e.stage import ROOT

pytestmark = pytest.mark.network

TOKEN = f"{123456789}:" + "B" * 35
KEY = "k-" + "0123456789abcdef"
ADA = 4242


@pytest.fixture
def telegram():
    return PlainTelegram(TOKEN, ADA)


@pytest.fixture
def tryon():
    return PlainTryOn(KEY)


@pytest.fixture
def url(telegram, tryon):
    with plain_servers(telegram, tryon) as address:
        yield address


def settings(url: str, database) -> dict[str, str]:
    own = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"{url}/tg",
        "TRYITON_API_KEY": KEY,
        "TRYITON_API_URL": f"{url}/api/v1",
        "RESULT_HOSTS": url.removeprefix("http://"),
        "DATABASE_URL": f"sqlite:///{database}",
        "TRYITON_SECONDS": "0.3:0.6:10",
        "TRYON_ENV_FILE": "",
    }
    return bot_environment(own, os.environ)


@pytest.fixture
async def bot(url, tmp_path):
    run = BotRun(settings(url, tmp_path / "tryon.db"), tmp_path / "bot.log", cwd=ROOT)
    await run.start()
    yield run
    await run.kill()
    assert TOKEN.split(":")[1] not in run.output()
    assert KEY not in run.output()


async def test_one_whole_try_on_against_servers_written_by_somebody_else(telegram, tryon, url, bot, tmp_path):
    def try_on() -> dict:
        telegram.person_says("/start")
        telegram.wait_for("3 credits", photo=True)
        telegram.person_sends_photo(picture(1), 420, 560)
        telegram.person_taps(telegram.wait_for("Before the first photo"), "Yes, I agree")
        telegram.wait_for("Now send me the garment")
        garment = telegram.person_sends_photo(picture(2), 420, 560)
        telegram.person_taps(telegram.wait_for("Ready to try it on?"), "Try it on")
        result = telegram.wait_for("Here you are!", photo=True)
        assert result["reply_to_message"]["message_id"] == garment["message_id"]
        telegram.person_taps(result, "Full-size file")
        return garment

    await asyncio.to_thread(try_on)

    books = Books(settings(url, tmp_path / "tryon.db")["DATABASE_URL"])
    async with asyncio.timeout(60):
        while books.unfinished() or "sendDocument" not in telegram.called:
            await asyncio.sleep(0.05)
    code = await bot.terminate()
    assert code == 0
    assert books.job_states() == ["delivered"]
    assert books.balance(ADA) == (2, 0)
    assert await books.findings() == []
    [order] = tryon.orders
    assert order["model_image"].startswith("data:image/")
    assert "Traceback" not in bot.output()


async def test_check_is_content_with_them_too(telegram, url, tmp_path):
    run = BotRun(
        settings(url, tmp_path / "tryon.db"), tmp_path / "check.log", ("-m", "bot", "check"), cwd=ROOT
    )
    await run.start()

    code = await run.ended()

    assert code == 0, run.output()
    assert "7" in run.output()
    assert TOKEN.split(":")[1] not in run.output()
