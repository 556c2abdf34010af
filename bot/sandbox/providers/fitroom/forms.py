"""Reads multipart forms (RFC 7578) into plain fields and files."""

from collections.abc import Mapping

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.sandbox.providers.fitroom.replies import ApiError, ErrorName

MAX_BODY_BYTES = 40 * 1024 * 1024

Form = Mapping[str, str | bytes]


def parse_form(content_type: str | None, raw: bytes) -> Form:
    """Return a form's text fields as ``str`` and its files as ``bytes``; raise ``ApiError``."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise ApiError(ErrorName.BAD_REQUEST, "The body must be multipart/form-data.")
    if len(raw) > MAX_BODY_BYTES:
        raise ApiError(ErrorName.BAD_REQUEST, "The body is too large.")
    reader = _FormReader()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": reader.begin,
            "on_header_field": reader.add_header_name,
            "on_header_value": reader.add_header_value,
            "on_header_end": reader.end_header,
            "on_part_data": reader.add_data,
            "on_part_end": reader.end,
            "on_end": reader.finish,
        },
    )
    try:
        parser.write(raw)
        parser.finalize()
    except (FormParserError, UnicodeDecodeError) as exc:
        raise ApiError(ErrorName.BAD_REQUEST, "The form can't be read.") from exc
    if not reader.is_complete:
        raise ApiError(ErrorName.BAD_REQUEST, "The form was cut off.")
    return reader.fields


class _FormReader:
    def __init__(self) -> None:
        self.fields: dict[str, str | bytes] = {}
        self.is_complete = False
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._data = bytearray()

    def begin(self) -> None:
        self._headers = {}
        self._data = bytearray()

    def add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def end_header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def add_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode()
        self.fields[name] = bytes(self._data) if b"filename" in options else self._data.decode()

    def finish(self) -> None:
        self.is_complete = True
