"""Threads: the loop stays free, time and memory are bounded, nobody's cancellation harms the next."""

import asyncio
import gc
import threading
import weakref

import pytest

from bot.images import Images, PictureError, Reason
from bot.images import service as service_module
from bot.images.workers import Workers


def _workers(
    count: int = 2, *, time_limit: float = 30, wait_limit: float = 30, max_bytes: int = 1000
) -> Workers:
    return Workers(count, time_limit=time_limit, wait_limit=wait_limit, max_bytes=max_bytes)


async def _until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def test_the_loop_runs_while_a_picture_is_decoded(quarters, encode, monkeypatch):
    # The decoding waits for the loop: were it done in the loop, this would never end.
    loop_ran = threading.Event()
    verify = service_module.Decoding.verify

    def wait_and_verify(decoding):
        assert loop_ran.wait(30)
        verify(decoding)

    monkeypatch.setattr(service_module.Decoding, "verify", wait_and_verify)
    async with Images() as images:
        inspecting = asyncio.create_task(images.inspect(encode(quarters())))
        await asyncio.sleep(0)
        loop_ran.set()
        assert (await inspecting).width == 640


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_the_loop_ticks_during_real_decoding(images, quarters, encode, kind):
    data = encode(quarters(3000, 2250), kind, **({"quality": 50} if kind in {"WEBP", "HEIF"} else {}))
    preparing = asyncio.create_task(images.prepare(data, long_side=1700))

    ticks = 0
    while not preparing.done():
        await asyncio.sleep(0)
        ticks += 1

    assert ticks > 20


async def test_no_more_run_at_once_than_there_are_workers():
    workers, gate, running, most = _workers(2), threading.Event(), [], []

    def work():
        running.append(1)
        most.append(len(running))
        assert gate.wait(30)
        running.pop()

    tasks = [asyncio.create_task(workers.run(work, 1)) for _ in range(6)]
    await _until(lambda: len(running) == 2)
    await asyncio.sleep(0.02)
    gate.set()
    await asyncio.gather(*tasks)

    assert max(most) == 2
    assert len(most) == 6
    assert workers.held_bytes == 0


async def test_pictures_take_their_turn_in_order():
    workers, order = _workers(1), []

    await asyncio.gather(
        *(workers.run(lambda number=number: order.append(number), 1) for number in range(10))
    )

    assert order == list(range(10))


async def test_more_bytes_than_fit_are_turned_away_at_once():
    workers, gate = _workers(1, max_bytes=100), threading.Event()
    first = asyncio.create_task(workers.run(lambda: gate.wait(30), 60))
    second = asyncio.create_task(workers.run(lambda: None, 40))
    await _until(lambda: workers.held_bytes == 100)

    with pytest.raises(PictureError) as caught:
        await workers.run(lambda: None, 1)

    gate.set()
    await asyncio.gather(first, second)
    assert caught.value.reason is Reason.BUSY
    assert caught.value.reason.is_temporary
    assert workers.held_bytes == 0


async def test_one_picture_larger_than_the_bound_still_gets_its_turn():
    assert await _workers(1, max_bytes=100).run(lambda: "done", 1000) == "done"


async def test_waiting_too_long_is_busy_and_not_the_pictures_fault():
    workers, gate = _workers(1, wait_limit=0.02), threading.Event()
    first = asyncio.create_task(workers.run(lambda: gate.wait(30), 1))
    await asyncio.sleep(0)

    with pytest.raises(PictureError) as caught:
        await workers.run(lambda: None, 1)

    gate.set()
    assert await first
    assert caught.value.reason is Reason.BUSY
    assert workers.held_bytes == 0


async def test_a_picture_out_of_time_is_unsupported_and_its_place_is_taken():
    workers, gate = _workers(1, time_limit=0.05), threading.Event()

    with pytest.raises(PictureError) as caught:
        await workers.run(lambda: gate.wait(30), 7)

    assert caught.value.reason is Reason.UNSUPPORTED
    assert workers.held_bytes == 7, "its memory still counts"
    assert await workers.run(lambda: "the next", 1) == "the next"
    gate.set()
    await _until(lambda: workers.held_bytes == 0)


async def test_stuck_pictures_never_take_more_threads_than_there_are_spare_ones():
    workers, gate = _workers(1, time_limit=0.02, wait_limit=0.05), threading.Event()
    started = []

    def stick():
        started.append(1)
        gate.wait(30)

    reasons = []
    for _ in range(4):
        with pytest.raises(PictureError) as caught:
            await workers.run(stick, 1)
        reasons.append(caught.value.reason)

    assert reasons == [Reason.UNSUPPORTED, Reason.UNSUPPORTED, Reason.BUSY, Reason.BUSY]
    assert len(started) == 2
    gate.set()
    await _until(lambda: workers.held_bytes == 0)
    assert await asyncio.gather(*(workers.run(lambda: 1, 1) for _ in range(3))) == [1, 1, 1]


async def test_after_a_stuck_picture_ended_no_more_run_at_once_than_before():
    workers, gate, second_gate = _workers(1, time_limit=0.02), threading.Event(), threading.Event()
    with pytest.raises(PictureError):
        await workers.run(lambda: gate.wait(30), 1)
    gate.set()
    await _until(lambda: workers.held_bytes == 0)
    workers._time_limit = 30
    running, most = [], []

    def work():
        running.append(1)
        most.append(len(running))
        second_gate.wait(30)
        running.pop()

    tasks = [asyncio.create_task(workers.run(work, 1)) for _ in range(3)]
    await _until(lambda: running)
    await asyncio.sleep(0.02)
    second_gate.set()
    await asyncio.gather(*tasks)

    assert max(most) == 1


async def test_a_cancelled_caller_keeps_its_place_until_the_thread_ends():
    workers, gate, started = _workers(1), threading.Event(), threading.Event()

    def work():
        started.set()
        return gate.wait(30)

    cancelled = asyncio.create_task(workers.run(work, 5))
    await _until(started.is_set)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    following = asyncio.create_task(workers.run(lambda: "next", 1))
    await asyncio.sleep(0.02)

    assert not following.done()
    assert workers.held_bytes == 6
    gate.set()
    assert await following == "next"
    assert workers.held_bytes == 0


async def test_who_is_cancelled_while_waiting_leaves_nothing_behind():
    workers, gate = _workers(1), threading.Event()
    first = asyncio.create_task(workers.run(lambda: gate.wait(30), 1))
    waiting = [asyncio.create_task(workers.run(lambda: pytest.fail("ran"), 1)) for _ in range(5)]
    await _until(lambda: workers.held_bytes == 6)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    assert workers.held_bytes == 1
    gate.set()
    assert await first
    assert await workers.run(lambda: "next", 1) == "next"


async def test_closing_waits_a_moment_and_refuses_the_rest():
    workers, gate = _workers(1), threading.Event()
    running = asyncio.create_task(workers.run(lambda: gate.wait(30), 1))
    waiting = [asyncio.create_task(workers.run(lambda: pytest.fail("ran"), 1)) for _ in range(3)]
    await _until(lambda: workers.held_bytes == 4)
    closing = asyncio.create_task(workers.close())
    await asyncio.sleep(0)
    gate.set()
    await closing

    assert await running
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [error.reason for error in ended] == [Reason.BUSY] * 3
    with pytest.raises(PictureError):
        await workers.run(lambda: None, 1)


async def test_closing_does_not_wait_for_a_stuck_picture(monkeypatch):
    monkeypatch.setattr("bot.images.workers._CLOSE_SECONDS", 0.02)
    workers, gate = _workers(1), threading.Event()
    running = asyncio.create_task(workers.run(lambda: gate.wait(30), 1))
    waiting = asyncio.create_task(workers.run(lambda: pytest.fail("ran"), 1))
    await _until(lambda: workers.held_bytes == 2)

    await workers.close()

    assert not running.done()
    with pytest.raises(PictureError):
        await waiting
    gate.set()
    assert await running


def test_a_thread_may_outlive_its_loop():
    gate, threads = threading.Event(), []

    async def start_and_leave():
        workers = _workers(1)

        def work():
            threads.append(threading.current_thread())
            gate.wait(30)

        task = asyncio.create_task(workers.run(work, 1))
        await _until(lambda: threads)
        task.cancel()

    asyncio.run(start_and_leave())
    gate.set()
    threads[0].join(30)

    assert not threads[0].is_alive()
    assert threads[0].daemon, "it must not keep the process from ending"


async def test_a_system_without_threads_is_busy(monkeypatch):
    workers = _workers(1)

    def fail(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        with pytest.raises(PictureError) as caught:
            await workers.run(lambda: None, 1)

    assert caught.value.reason is Reason.BUSY
    assert await workers.run(lambda: "next", 1) == "next"
    assert workers.held_bytes == 0


async def test_a_fault_in_the_work_is_an_answer_and_not_silence(caplog):
    def fail():
        raise LookupError("51.4769-N-home")

    with pytest.raises(PictureError) as caught:
        await _workers(1).run(fail, 1)

    assert caught.value.reason is Reason.UNSUPPORTED
    assert "LookupError" in caplog.text
    assert "51.4769" not in caplog.text


async def test_a_picture_is_let_go_of_when_its_work_is_done():
    class Body:
        pass

    workers, body = _workers(1), Body()
    watch = weakref.ref(body)

    async def use(body):
        await workers.run(lambda: body and None, 1)

    await use(body)
    del body
    gc.collect()

    assert watch() is None
