"""Updates come in as they were sent, and whatever goes wrong is said without a secret."""

import asyncio
import json

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.chat.polling import (
    ALLOWED_UPDATES,
    InvalidTokenError,
    NetworkTroubleError,
    OtherPollerError,
    PollingError,
    UpdateSource,
)
from tests.integration.delivery.wire import TOKEN, serving, wire

pytestmark = pytest.mark.network

UPDATE = {"update_id": 7, "message": {"message_id": 1, "field_of_tomorrow": {"deep": [1, None, "\ud83d"]}}}


async def test_update_keeps_fields_that_nobody_knows_yet_and_can_be_stored() -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: Request) -> Response:
        asked.append({name: str(value) for name, value in (await request.form()).items()})
        return Response(json.dumps({"ok": True, "result": [UPDATE]}), media_type="application/json")

    async with (
        serving([Route("/telegram/bot{token}/getUpdates", answer, methods=["POST"])]) as url,
        UpdateSource(token=TOKEN, api_url=url) as source,
    ):
        ((update_id, text),) = await source.fetch(3, 0)
        await source.fetch(None, 0)
    assert update_id == 7
    assert json.loads(text) == UPDATE
    assert text.encode()
    assert asked[0]["offset"] == "3"
    assert json.loads(asked[0]["allowed_updates"]) == list(ALLOWED_UPDATES)
    assert "offset" not in asked[1]


async def test_offset_confirms_what_came_before() -> None:
    async with wire() as here, UpdateSource(token=TOKEN, api_url=here.url) as source:
        ((update_id, _),) = await source.fetch(None, 0)
        assert [one for one, _ in await source.fetch(update_id, 0)] == [update_id]
        assert await source.fetch(update_id + 1, 0) == []
        assert await source.fetch(None, 0) == []


async def test_poll_ends_with_the_first_update() -> None:
    async with wire() as here, UpdateSource(token=TOKEN, api_url=here.url) as source:
        ((first, _),) = await source.fetch(None, 0)
        polling = asyncio.ensure_future(source.fetch(first + 1, 20))
        await asyncio.sleep(0.2)
        await here.world.person_sends_text(here.person.id, here.person.id, "hello")
        ((_, text),) = await asyncio.wait_for(polling, 60)
        assert json.loads(text)["message"]["text"] == "hello"


async def test_second_poller_is_named() -> None:
    async with wire() as here, UpdateSource(token=TOKEN, api_url=here.url) as source:
        here.server.gate.fail(
            "getUpdates", status=409, description="Conflict: terminated by other getUpdates request"
        )
        with pytest.raises(OtherPollerError):
            await source.fetch(None, 0)


@pytest.mark.parametrize("status", [401, 404])
async def test_wrong_token_is_named_and_not_shown(status: int) -> None:
    async with wire() as here, UpdateSource(token=TOKEN, api_url=here.url) as source:
        here.server.gate.fail("getUpdates", status=status, description="Unauthorized")
        with pytest.raises(InvalidTokenError) as caught:
            await source.fetch(None, 0)
        assert_clean(caught.value)


async def test_flood_wait_is_told() -> None:
    async with wire() as here, UpdateSource(token=TOKEN, api_url=here.url) as source:
        here.server.gate.fail("getUpdates", status=429, description="Too Many Requests", retry_after=9)
        with pytest.raises(NetworkTroubleError) as caught:
            await source.fetch(None, 0)
        assert caught.value.seconds == 9.0


@pytest.mark.parametrize(
    "body",
    [
        HTMLResponse("<html>nothing here</html>"),
        HTMLResponse("<html>bad gateway</html>", 502),
        JSONResponse({"ok": True}),
        JSONResponse({"ok": True, "result": True}),
        JSONResponse({"ok": True, "result": [{"no_id": 1}]}),
        JSONResponse([1, 2]),
        JSONResponse({"ok": False, "error_code": 400, "description": f"Bad Request: {TOKEN}"}, 400),
    ],
)
async def test_nonsense_is_trouble_and_nothing_else(body: Response) -> None:
    async def answer(_: Request) -> Response:
        return body

    async with (
        serving([Route("/telegram/bot{token}/getUpdates", answer, methods=["POST"])]) as url,
        UpdateSource(token=TOKEN, api_url=url) as source,
    ):
        with pytest.raises(NetworkTroubleError) as caught:
            await source.fetch(None, 0)
        assert_clean(caught.value)


async def test_server_that_is_away_is_trouble_without_the_address() -> None:
    async with UpdateSource(token=TOKEN, api_url="http://127.0.0.1:9/telegram") as source:
        with pytest.raises(NetworkTroubleError) as caught:
            await source.fetch(None, 0)
    assert_clean(caught.value)


def assert_clean(error: PollingError) -> None:
    assert TOKEN not in f"{error!s}{error!r}"
    assert (error.__cause__, error.__context__) == (None, None)
