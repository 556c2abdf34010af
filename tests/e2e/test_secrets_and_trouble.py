"""Servers that refuse, break, lie or are not there: no secret gets out, and the bot goes on.

That no log of any test holds a secret is checked by the ``stage`` fixture at the end of each.
"""

import asyncio

import pytest

from bot.sandbox.providers.tryiton.faults import Fault, Manner, Place
from tests.e2e.endings import FAILED, ended_well
from tests.e2e.person import TRY_IT_ON

pytestmark = pytest.mark.network

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
async def garbage():
    """A server that answers everything with bytes that are no HTTP and no TLS."""

    async def answer(reader, writer):
        await reader.read(100)
        writer.write(b"\x15\x03\x01garbage garbage garbage\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_telegram_that_is_not_there_is_waited_for(stage, level):
    run = await stage.launch_bot(TELEGRAM_API_URL=NOBODY, LOG_LEVEL=level)

    await stage.until(lambda: "can't be reached" in run.output(), what="the bot to say so")

    assert run.is_running


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_telegram_that_talks_nonsense(stage, garbage, scheme):
    run = await stage.launch_bot(TELEGRAM_API_URL=f"{scheme}://127.0.0.1:{garbage}", LOG_LEVEL="DEBUG")

    await stage.until(lambda: "can't be reached" in run.output(), what="the bot to say so")

    assert run.is_running


async def test_a_token_that_telegram_refuses_ends_the_bot_with_one_plain_line(stage):
    stage.gate.fail("getMe", status=401, description="Unauthorized", times=100)

    run = await stage.launch_bot()

    assert await run.ended() == 1
    assert "TELEGRAM_BOT_TOKEN" in run.output()


async def test_a_token_refused_later_ends_the_bot_as_well(stage):
    run = await stage.start_bot(LOG_LEVEL="DEBUG")
    stage.gate.fail("getUpdates", status=401, description="Unauthorized", times=100)
    stage.sandbox.telegram.polls.interrupt(stage.world.bot, "a test")

    assert await run.ended() == 1
    assert "TELEGRAM_BOT_TOKEN" in run.output()


async def test_telegram_has_a_bad_moment_with_everything(stage, alice):
    run = await stage.start_bot(LOG_LEVEL="DEBUG")
    await alice.has_been_here()
    card = await alice.has_a_card()
    for method in ("answerCallbackQuery", "sendPhoto", "editMessageText", "deleteMessage", "getUpdates"):
        stage.gate.fail(method, status=502, description="Bad Gateway", times=1)

    await alice.taps_and_goes(TRY_IT_ON, card)

    await alice.sees_that(lambda: alice.finds("Here you are!"), "the picture")
    await stage.quiet()
    assert stage.books.job_states() == ["delivered"]
    assert stage.books.balance(alice.id) == (2, 0)
    assert run.is_running


@pytest.mark.parametrize(
    "elsewhere",
    [f"{NOBODY}/api/v1", "https://127.0.0.1:{garbage}/api/v1", "http://127.0.0.1:{garbage}/api/v1"],
)
async def test_a_provider_that_is_not_there(stage, alice, garbage, elsewhere):
    await stage.start_bot(TRYITON_API_URL=elsewhere.format(garbage=garbage), LOG_LEVEL="DEBUG")
    await alice.has_been_here()

    await alice.orders()

    # Nothing was sent: the job waits. Nonsense instead of an answer: nobody knows, so it is ended and free.
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM submissions WHERE ended_at IS NOT NULL"), what="a try to end"
    )
    states = {row["state"] for row in stage.books.rows("SELECT state FROM submissions")}
    assert states <= {"not_sent", "unknown", "preparing", "submitting"}
    assert sum(stage.books.balance(alice.id)) == 3
    # One that is being tried at this very moment can't be stopped: people say it again, then.
    while stage.books.job_states(alice.id)[0] not in {"cancelled", "failed"}:
        before = alice.last_id
        await alice.says("/cancel")
        await alice.sees(after=before)
    await stage.quiet()
    assert stage.books.balance(alice.id) == (3, 0)


@pytest.mark.parametrize(
    "manner", [Manner.HTML, Manner.EMPTY, Manner.MALFORMED, Manner.NO_JOB_ID, Manner.CLOSE]
)
async def test_an_answer_to_the_paid_call_that_nobody_understands(stage, alice, manner):
    await stage.start_bot(LOG_LEVEL="DEBUG")
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(manner, accepted=True))

    await alice.orders()

    notice = await alice.sees(FAILED, button="🔄 Try again")
    await ended_well(alice, delivered=0, failed=1)
    assert len(stage.tryiton.journal.submissions) == 1
    await alice.taps("🔄 Try again", notice)
    await alice.gets_a_picture()
    await ended_well(alice, delivered=1, failed=1)


async def test_a_key_that_the_provider_refuses_stops_the_queue_and_tells_the_operator(stage, alice, person):
    operator = person("Olga")
    await operator.has_been_here()
    await stage.start_bot(ADMIN_IDS=str(operator.id), TRYITON_API_KEY="wrong-key-0123456789abcdef")
    await alice.has_been_here()

    card = await alice.orders()

    await operator.sees("does not accept key")
    assert stage.books.job_states() == ["queued"]
    assert "wrong-key-0123456789abcdef" not in stage.transcript()
    await alice.taps("✖️ Cancel", card)
    await stage.quiet()
    assert stage.books.balance(alice.id) == (3, 0)
