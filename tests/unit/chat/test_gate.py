"""Telegram's limits, counted by the server's side of a virtual minute."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.chat.gate import Gate, HeldBackError, Priority, Turn
from tests.integration.jobs.virtual_time import VirtualClock, on_virtual_time

PERSON = 500
GROUP = -900


class Server:
    """Telegram, noting when each call arrived."""

    def __init__(self, latency: Callable[[int], float] = lambda _: 0.1) -> None:
        self.arrived: list[tuple[float, object, str]] = []
        self.refuse: list[Exception] = []
        self._latency = latency

    async def __call__(self, endpoint: str, data: dict[str, Any], **_: object) -> bool:
        # The request takes its time to get there, and so does the answer.
        latency = self._latency(len(self.arrived))
        await asyncio.sleep(latency)
        self.arrived.append((VirtualClock().now(), data.get("chat_id"), data.get("text", endpoint)))
        error = self.refuse.pop(0) if self.refuse else None
        await asyncio.sleep(0.05)
        if error is not None:
            raise error
        return True

    def worst(self, seconds: float, chat: object = None) -> int:
        """Return the most calls in any window."""
        times = sorted(at for at, where, _ in self.arrived if chat is None or where == chat)
        return max(sum(start <= at < start + seconds for at in times) for start in times)

    def order(self) -> list[str]:
        return [text for _, _, text in self.arrived]


async def call(
    gate: Gate,
    server: Server,
    chat: object = PERSON,
    text: str = "",
    turn: Turn | None = None,
    endpoint: str = "sendMessage",
) -> bool:
    data = {"chat_id": chat, "text": text} if chat is not None else {}
    answer = await gate.process_request(server, (endpoint, data), {}, endpoint, data, turn)
    assert isinstance(answer, bool)
    return answer


def spread(place: int) -> float:
    """Give every call another way to the server, so that they overtake each other."""
    return 0.02 + 0.3 * ((place * 7) % 5) / 5


@on_virtual_time
async def test_private_chat_gets_a_message_a_second_on_average_and_short_bursts() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(spread), VirtualClock()
    began = clock.now()
    for first in range(0, 60, 12):
        await asyncio.gather(*(call(gate, server, text=str(first + n)) for n in range(12)))
    assert server.worst(5.0) == 5
    assert server.worst(60.0) <= 60
    assert clock.now() - began < 75
    assert len(server.arrived) == 60


@on_virtual_time
async def test_first_answers_of_a_burst_do_not_wait() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    began = clock.now()
    await asyncio.gather(*(call(gate, server) for _ in range(5)))
    assert clock.now() - began < 0.2


@on_virtual_time
async def test_group_gets_twenty_messages_a_minute() -> None:
    gate, server = Gate(VirtualClock()), Server(spread)

    async def patient() -> None:
        while True:
            try:
                await call(gate, server, GROUP)
            except HeldBackError as error:
                await asyncio.sleep(error.seconds)
            else:
                return

    await asyncio.gather(*(patient() for _ in range(70)))
    assert len(server.arrived) == 70
    assert server.worst(60.0) == 20


@on_virtual_time
async def test_all_chats_together_get_thirty_a_second() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(lambda _: 0.02), VirtualClock()
    began = clock.now()
    await asyncio.gather(*(call(gate, server, 1000 + n) for n in range(300)))
    assert server.worst(1.0) == 30
    assert clock.now() - began < 13


@on_virtual_time
async def test_queries_files_and_settings_never_wait() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(lambda _: 0.0), VirtualClock()
    busy = [asyncio.ensure_future(call(gate, server, 1000 + n)) for n in range(100)]
    await asyncio.sleep(0)
    began = clock.now()
    for endpoint in (
        "answerCallbackQuery",
        "answerInlineQuery",
        "answerPreCheckoutQuery",
        "getFile",
        "setMyCommands",
    ):
        await call(gate, server, None, endpoint=endpoint)
    await call(gate, server, PERSON, endpoint="getChatMember")
    assert clock.now() - began == pytest.approx(6 * 0.05)
    await asyncio.gather(*busy)


@on_virtual_time
async def test_answers_go_before_pictures_before_notices_before_progress() -> None:
    gate, server = Gate(VirtualClock()), Server()
    first = [asyncio.ensure_future(call(gate, server, text="first")) for _ in range(5)]
    await asyncio.sleep(0)
    waiting = []
    for priority in sorted(Priority, reverse=True):
        waiting.append(asyncio.ensure_future(call(gate, server, text=priority.name, turn=Turn(priority))))
        await asyncio.sleep(0)
    await asyncio.gather(*first, *waiting, return_exceptions=True)
    assert server.order()[5:8] == ["ANSWER", "PICTURE", "NOTICE"]


@on_virtual_time
async def test_picture_is_not_starved_by_answers_to_others() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(lambda _: 0.02), VirtualClock()

    async def busy_person(chat: int) -> None:
        for _ in range(30):
            await call(gate, server, chat)

    people = [asyncio.ensure_future(busy_person(1000 + n)) for n in range(40)]
    await asyncio.sleep(5.0)
    began = clock.now()
    await call(gate, server, PERSON, turn=Turn(Priority.PICTURE))
    assert clock.now() - began < 13
    await asyncio.gather(*people)


@on_virtual_time
async def test_429_closes_its_chat_for_as_long_as_told_and_no_other() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    server.refuse = [RetryAfter(10)]
    began = clock.now()
    flooded = asyncio.ensure_future(call(gate, server, PERSON, "again"))
    await asyncio.sleep(1.0)
    await call(gate, server, 777, "other")
    assert clock.now() - began < 1.3
    assert await flooded
    at = [at - began for at, chat, _ in server.arrived if chat == PERSON]
    assert len(at) == 2
    assert at[1] >= at[0] + 10


@on_virtual_time
async def test_429_longer_than_a_person_waits_is_told_at_once() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    server.refuse = [RetryAfter(300)]
    with pytest.raises(RetryAfter):
        await call(gate, server)
    began = clock.now()
    with pytest.raises(HeldBackError) as held:
        await call(gate, server)
    assert clock.now() == began
    assert held.value.seconds == pytest.approx(300, abs=1)
    assert len(server.arrived) == 1


@on_virtual_time
async def test_pictures_never_wait_in_a_closed_chat() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    server.refuse = [RetryAfter(10)]
    with pytest.raises(RetryAfter):
        await call(gate, server, turn=Turn(Priority.PICTURE))
    began = clock.now()
    with pytest.raises(HeldBackError):
        await call(gate, server, turn=Turn(Priority.NOTICE))
    assert clock.now() == began


@on_virtual_time
async def test_answer_waits_fifteen_seconds_at_most() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    for _ in range(20):
        await call(gate, server, GROUP)
    began = clock.now()
    with pytest.raises(HeldBackError):
        await call(gate, server, GROUP)
    assert clock.now() - began == pytest.approx(15.0)
    assert len(server.arrived) == 20


@on_virtual_time
async def test_busy_group_gets_no_progress() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    for _ in range(6):
        await call(gate, server, GROUP)
    began = clock.now()
    with pytest.raises(HeldBackError):
        await call(gate, server, GROUP, turn=Turn(Priority.PROGRESS))
    assert clock.now() == began


@on_virtual_time
async def test_progress_leaves_room_for_answers_in_a_private_chat() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    edits = [asyncio.ensure_future(call(gate, server, turn=Turn(Priority.PROGRESS))) for _ in range(9)]
    await asyncio.sleep(0.5)
    began = clock.now()
    for _ in range(3):
        await call(gate, server)
    assert clock.now() - began < 0.5
    await asyncio.gather(*edits, return_exceptions=True)


@on_virtual_time
async def test_withdrawn_call_is_never_made() -> None:
    gate, server = Gate(VirtualClock()), Server()
    first = [asyncio.ensure_future(call(gate, server)) for _ in range(5)]
    waiting = asyncio.ensure_future(call(gate, server, text="late", turn=Turn(Priority.PROGRESS, key="card")))
    await asyncio.sleep(0)
    gate.withdraw("card")
    with pytest.raises(HeldBackError):
        await waiting
    await asyncio.gather(*first)
    assert "late" not in server.order()


@on_virtual_time
async def test_cancelled_waiters_leave_their_turn_to_others() -> None:
    gate, server = Gate(VirtualClock()), Server()
    calls = [asyncio.ensure_future(call(gate, server, text=str(n))) for n in range(10)]
    await asyncio.sleep(0.01)
    for waiting in calls[5:9]:
        waiting.cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(result).__name__ for result in results) == {"bool": 6, "CancelledError": 4}
    assert set(server.order()) == set("012349")


@on_virtual_time
async def test_call_cancelled_on_its_way_gives_its_place_back() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(lambda _: 30.0), VirtualClock()
    calls = [asyncio.ensure_future(call(gate, server)) for _ in range(5)]
    await asyncio.sleep(1.0)
    for one in calls:
        one.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    server._latency = lambda _: 0.1
    began = clock.now()
    await call(gate, server)
    assert clock.now() - began < 6


@on_virtual_time
async def test_other_refusals_pass_through() -> None:
    gate, server = Gate(VirtualClock()), Server()
    server.refuse = [BadRequest("chat not found")]
    with pytest.raises(BadRequest):
        await call(gate, server)


@on_virtual_time
async def test_idle_chats_are_forgotten() -> None:
    gate, server = Gate(VirtualClock()), Server(lambda _: 0.0)
    for n in range(1500):
        await call(gate, server, 1000 + n)
    assert len(gate._lanes) < 600


@on_virtual_time
async def test_shutdown_tells_everybody_who_waits_that_nothing_was_sent() -> None:
    gate, server = Gate(VirtualClock()), Server()
    calls = [asyncio.ensure_future(call(gate, server)) for _ in range(8)]
    await asyncio.sleep(0)
    await gate.shutdown()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [bool] * 5 + [HeldBackError] * 3


@on_virtual_time
async def test_deleting_and_typing_take_no_message_of_a_chat() -> None:
    gate, server, clock = Gate(VirtualClock()), Server(), VirtualClock()
    began = clock.now()
    for endpoint in ("deleteMessage", "sendChatAction", "setMessageReaction"):
        await asyncio.gather(*(call(gate, server, GROUP, endpoint=endpoint) for _ in range(8)))
    await call(gate, server, GROUP)
    assert clock.now() - began < 2
