"""Bodies with pictures in them, written piece by piece while they are sent.

As data URLs in JSON, two pictures of 1 MB take 20 ms to encode in one go, 5 MB ones 140 ms, and a thread
would not help: base64 and JSON encoding hold the interpreter's lock. In pieces of 48 KiB the loop is held for
well under a millisecond at a time, and the whole body never exists in memory. Multipart bodies take pictures
as they are, in the same pieces, so that nothing further down copies or encrypts megabytes in one go.
"""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx

from bot.providers.base import Picture

# A multiple of three, so that the encoded pieces join without padding in between.
PIECE = 48 * 1024

JsonValue = str | int | float | bool | None | Mapping[str, float]


class JsonBody(httpx.AsyncByteStream):
    """A JSON object whose pictures are written as ``data:`` URLs."""

    def __init__(self, fields: Mapping[str, JsonValue | Picture]) -> None:
        self._parts = tuple(_parts(fields))

    @property
    def headers(self) -> dict[str, str]:
        """Return the content headers; the length is known before anything is encoded."""
        return {"Content-Type": "application/json", "Content-Length": str(sum(map(_length, self._parts)))}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            for start in range(0, len(part.data), PIECE):
                yield base64.b64encode(part.data[start : start + PIECE])


def _parts(fields: Mapping[str, JsonValue | Picture]) -> Iterator[bytes | Picture]:
    opening = "{"
    for name, value in fields.items():
        yield f"{opening}{json.dumps(name)}:".encode()
        opening = ","
        if isinstance(value, Picture):
            # Base64 needs no JSON escapes; the media type is ours and might.
            yield json.dumps(f"data:{value.media_type};base64,").removesuffix('"').encode()
            yield value
            yield b'"'
        else:
            yield json.dumps(value).encode()
    yield b"{}" if opening == "{" else b"}"


def _length(part: bytes | Picture) -> int:
    return len(part) if isinstance(part, bytes) else 4 * ((len(part.data) + 2) // 3)


class MultipartBody(httpx.AsyncByteStream):
    """A form (RFC 7578) of plain fields and pictures; names and plain values are ours, without line breaks.

    The boundary is drawn anew for every body: a picture must not be able to hold it, and people make those.
    """

    def __init__(self, fields: Mapping[str, str | Picture], *, boundary: str | None = None) -> None:
        self._boundary = boundary or secrets.token_hex(16)
        self._parts = tuple(_form_parts(fields, self._boundary))

    @property
    def headers(self) -> dict[str, str]:
        """Return the content headers."""
        return {
            "Content-Type": f"multipart/form-data; boundary={self._boundary}",
            "Content-Length": str(sum(map(len, self._parts))),
        }

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            for start in range(0, len(part), PIECE):
                yield part[start : start + PIECE]


def _form_parts(fields: Mapping[str, str | Picture], boundary: str) -> Iterator[bytes]:
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, Picture):
            extension = value.media_type.rpartition("/")[2]
            kind = f"Content-Type: {value.media_type}"
            yield f'{head}; filename="{name}.{extension}"\r\n{kind}\r\n\r\n'.encode()
            yield value.data
        else:
            yield f"{head}\r\n\r\n{value}".encode()
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
