"""What a Retry-After header and a provider's text are worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.exchange import LONGEST_RETRY_AFTER, Answer, plain, retry_after

NOON = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("17", 17.0),
        (" 17 ", 17.0),
        ("1.5", 1.5),
        ("600", 600.0),
        ("86400", 600.0),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("٣", None),
        ("9" * 5000, None),
        ("soon", None),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", 30.0),
        ("Tue, 14 Nov 2023 23:13:50 +0100", 30.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("Wed, 15 Nov 2023 22:13:20 GMT", 600.0),
        ("Tue, 99 Nov 2023 22:13:50 GMT", None),
    ],
)
def test_retry_after_is_read_and_bounded(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOON) == seconds


@given(st.text() | st.from_regex(r"\w{3}, \d{1,5} \w{3} \d{1,6} \d\d:\d\d:\d\d [+-]?\w{1,6}"))
def test_no_retry_after_raises_or_leaves_the_bounds(value: str) -> None:
    seconds = retry_after(value, now=NOON)

    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.text() | st.none() | st.integers(), st.integers(1, 400))
def test_plain_text_is_one_printable_line(value: object, limit: int) -> None:
    line = plain(value, limit)

    assert line.isprintable()
    assert len(line) <= limit
    assert line.encode()[:0] == b""


def test_plain_keeps_ordinary_text() -> None:
    assert plain("Prueba otra foto, ¿sí? 👗") == "Prueba otra foto, ¿sí? 👗"


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe", b'{"a": Infinity}', b"1" * 5000]
)
def test_only_a_json_object_is_a_document(body: bytes) -> None:
    assert Answer(200, body).document() is None
