"""JSON bodies that are encoded while they are sent."""

import base64
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.base import Picture
from bot.providers.bodies import PIECE, JsonBody


async def sent(body: JsonBody) -> bytes:
    return b"".join([piece async for piece in body])


@pytest.mark.parametrize("size", [0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])
async def test_picture_of_any_size_is_one_data_url(size: int) -> None:
    data = bytes(itertools.islice(itertools.cycle(range(251)), size))
    body = JsonBody({"model_image": Picture(data, "image/png"), "mode": "balanced"})

    written = await sent(body)

    assert json.loads(written) == {
        "model_image": "data:image/png;base64," + base64.b64encode(data).decode(),
        "mode": "balanced",
    }
    assert body.headers == {"Content-Type": "application/json", "Content-Length": str(len(written))}


@given(
    st.dictionaries(
        st.text(),
        st.text() | st.integers() | st.booleans() | st.none() | st.dictionaries(st.text(), st.just(0.5)),
    )
)
async def test_body_without_pictures_is_what_json_writes(fields: dict) -> None:
    body = JsonBody(fields)

    written = await sent(body)

    assert json.loads(written) == fields
    assert int(body.headers["Content-Length"]) == len(written)


async def test_no_piece_is_large_enough_to_hold_the_loop() -> None:
    body = JsonBody({"a": Picture(bytes(3_000_000)), "b": Picture(bytes(1_000_000))})

    assert max([len(piece) async for piece in body]) == PIECE * 4 // 3


def test_repr_of_a_picture_hides_its_bytes() -> None:
    assert repr(Picture(b"secret selfie")) == "Picture(13 bytes, image/jpeg)"
