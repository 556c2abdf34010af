"""Multipart bodies that are written while they are sent."""

from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.base import Picture
from bot.providers.bodies import PIECE, MultipartBody


async def sent(body: MultipartBody) -> bytes:
    return b"".join([piece async for piece in body])


async def test_a_form_is_written_as_the_standard_says() -> None:
    body = MultipartBody(
        {"cloth_type": "upper", "cloth_image": Picture(b"\xff\xd8", "image/jpeg")}, boundary="b"
    )

    written = await sent(body)

    assert written == (
        b'--b\r\nContent-Disposition: form-data; name="cloth_type"\r\n\r\nupper\r\n'
        b'--b\r\nContent-Disposition: form-data; name="cloth_image"; filename="cloth_image.jpeg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n"
        b"--b--\r\n"
    )
    assert body.headers == {
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(written)),
    }


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])
async def test_a_picture_of_any_size_arrives_whole(size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    body = MultipartBody({"input_image": Picture(data, "image/png")})

    written = await sent(body)

    head, _, rest = written.partition(b"\r\n\r\n")
    boundary = head.split(b"\r\n")[0]
    assert rest == data + b"\r\n" + boundary + b"--\r\n"
    assert int(body.headers["Content-Length"]) == len(written)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
async def test_another_reader_sees_the_same_pictures(pictures: list[bytes]) -> None:
    body = MultipartBody({f"picture{n}": Picture(data) for n, data in enumerate(pictures)})

    message = message_from_bytes(
        f"Content-Type: {body.headers['Content-Type']}\r\n\r\n".encode() + await sent(body)
    )

    assert [part.get_param("name", header="Content-Disposition") for part in message.get_payload()] == [
        f"picture{n}" for n in range(len(pictures))
    ]


async def test_no_piece_is_large_enough_to_hold_the_loop() -> None:
    body = MultipartBody({"a": Picture(bytes(3_000_000)), "b": Picture(bytes(1_000_000))})

    assert max([len(piece) async for piece in body]) == PIECE


async def test_a_body_can_be_sent_again_unchanged() -> None:
    body = MultipartBody({"a": Picture(b"x")})

    assert await sent(body) == await sent(body)


def test_nobody_can_guess_a_boundary_to_put_it_into_a_picture() -> None:
    boundaries = {MultipartBody({}).headers["Content-Type"] for _ in range(50)}

    assert len(boundaries) == 50
    assert min(len(each.rpartition("=")[2]) for each in boundaries) >= 32
