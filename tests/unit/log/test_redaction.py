"""No line of the log holds a token or a key, whoever writes it and however it is written."""

import asyncio
import gc
import html
import io
import json
import logging
import sys
import threading
import warnings
from urllib.parse import quote, quote_plus

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from telegram.error import InvalidToken

from bot.log import Redactor, _RedactingHandler, log_the_uncaught, set_up_logging

TOKEN = f"{123456789}:" + "Abc-_9" * 6
SECRET_HALF = TOKEN.partition(":")[2]
KEY = "key/with+odd=chars&\"quote'\\slash"
UNKNOWN_TOKEN = f"{987654321}:" + "Zyx" * 12
URL = f"https://api.telegram.org/bot{TOKEN}/getMe?key={quote(KEY, safe='')}"

FORMS = (
    TOKEN,
    SECRET_HALF,
    SECRET_HALF[:12],
    SECRET_HALF[-12:],
    quote(TOKEN, safe=""),
    KEY,
    quote(KEY, safe=""),
    quote(KEY),
    quote_plus(KEY),
    quote(quote(KEY, safe=""), safe=""),
    quote(KEY, safe="").lower(),
    json.dumps(KEY)[1:-1],
    repr(KEY)[1:-1],
    html.escape(KEY),
    UNKNOWN_TOKEN,
    quote(UNKNOWN_TOKEN, safe=""),
)


@pytest.fixture(params=["text", "json"])
def written(request):
    """Log to memory; return what was written, which by then has no secret in any form."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (list(root.handlers), root.level, structlog.get_config())
    levels = {
        name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram", "asyncio", "PIL")
    }
    set_up_logging(level="DEBUG", form=request.param, secrets=(TOKEN, KEY), stream=stream)
    # The libraries' own loggers speak up in these tests.
    for name in levels:
        logging.getLogger(name).setLevel("DEBUG")

    def read() -> str:
        text = stream.getvalue()
        assert text
        for form in FORMS:
            assert form not in text
        if request.param == "json":
            assert all(line.startswith("{") or " was lost: " in line for line in text.splitlines())
        return text

    yield read
    root.handlers[:], config = before[0], before[2]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(**config)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_in_any_form_is_hidden(form):
    said = Redactor((TOKEN, KEY))(f"before {form} after")
    assert form not in said
    assert said.startswith("before ")
    assert said.endswith(" after")


@trying(deadline=None)
@given(start=st.integers(0, 36), length=st.integers(10, 36), around=st.text("xyz /?&", max_size=5))
def test_any_part_of_ten_characters_is_hidden(start, length, around):
    part = SECRET_HALF[start : start + length]
    if len(part) < 10:
        return
    assert part not in Redactor((TOKEN,))(around + part + around)


def test_lines_without_secrets_stay_as_they_are():
    line = "GET /status/123456789: 200 in 0.3 s, key 1a2b3c4d5e6f"
    assert Redactor((TOKEN, KEY))(line) == line


def test_a_secret_too_short_to_hide_does_not_black_out_everything():
    assert Redactor(("a", ""))("a plain sentence") == "a plain sentence"


def test_the_log_of_the_program(written):
    log = structlog.stdlib.get_logger("bot.jobs")
    event = f"could not call {URL}"
    log.warning(event, url=URL, nested={"deep": [TOKEN, KEY]}, raw=TOKEN.encode())
    log.info("positional %s and %s", TOKEN, {"key": KEY})
    log.bind(token=TOKEN).error("bound", stack_info=True)
    assert "could not call" in written()


@pytest.mark.parametrize(
    "name", ["httpx", "httpcore.connection", "telegram.ext.Updater", "asyncio", "any.other"]
)
def test_the_log_of_libraries(written, name):
    logger = logging.getLogger(name)
    logger.warning("HTTP Request: POST %s", URL)
    logger.warning("%(url)s", {"url": URL})
    logger.error(URL, extra={"token": TOKEN, "key": KEY}, stack_info=True)
    logger.error(httpx.URL(URL))
    assert "HTTP Request: POST https://api.telegram.org/bot[token]/getMe" in written()


def refuse(request: httpx.Request) -> None:
    raise httpx.ConnectError(f"refused: {request.url} {request.headers!r}", request=request)


def failing_with_causes() -> None:
    request = httpx.Request("GET", URL, headers={"Authorization": f"Bearer {KEY}"})
    try:
        try:
            refuse(request)
        except httpx.ConnectError as error:
            raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.") from error
    except InvalidToken:
        raise ValueError(KEY)  # noqa: B904 - an implicit context is wanted here


@pytest.mark.parametrize("name", ["bot", "telegram.ext", "asyncio"])
def test_chained_tracebacks(written, name):
    try:
        failing_with_causes()
    except ValueError:
        logging.getLogger(name).exception("failed for %s", TOKEN, stack_info=True)
        structlog.stdlib.get_logger(name).exception("failed", token=TOKEN)
    text = written()
    assert "ConnectError" in text
    assert "InvalidToken" in text
    assert "ValueError" in text


def test_exception_groups_and_notes(written):
    error = ExceptionGroup(f"all of {TOKEN}", [ValueError(KEY), OSError(2, URL, TOKEN)])
    error.add_note(f"while asking {URL}")
    logging.getLogger("bot").error("failed", exc_info=error)
    assert "ExceptionGroup" in written()


def test_a_line_that_cannot_be_formatted_does_not_print_its_arguments(written, capsys):
    root = logging.getLogger()
    # The test runner's own handlers raise instead.
    root.handlers[:] = [handler for handler in root.handlers if isinstance(handler, _RedactingHandler)]
    arguments = (TOKEN, KEY)
    logging.getLogger("bot").warning("one place %s only", *arguments)
    logging.getLogger("bot").warning("no number %d", TOKEN)
    text = written()
    assert "was lost: TypeError" in text
    out, err = capsys.readouterr()
    assert (out, err) == ("", "")


async def test_tasks_that_nobody_waits_for(written):
    async def fails():
        raise RuntimeError(URL)

    task = asyncio.get_running_loop().create_task(fails(), name=f"fetch {TOKEN}")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    assert "Task exception was never retrieved" in written()


async def test_callbacks_that_fail_in_the_loop(written):
    def fails():
        raise RuntimeError(URL)

    asyncio.get_running_loop().call_soon(fails)
    await asyncio.sleep(0.01)
    assert "Exception in callback" in written()


@pytest.fixture
def hooks(monkeypatch):
    """Install the hooks for what nobody catches, and take them away again."""
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    log_the_uncaught()
    yield
    logging.captureWarnings(capture=False)


def test_what_nobody_catches(written, hooks, capsys):
    try:
        failing_with_causes()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "uncaught" in written()
    assert capsys.readouterr() == ("", "")


def test_what_nobody_catches_in_a_thread(written, hooks, capsys):
    thread = threading.Thread(target=failing_with_causes, name=f"for {TOKEN}")
    thread.start()
    thread.join()
    assert "uncaught in a thread" in written()
    assert capsys.readouterr() == ("", "")


def test_what_nobody_catches_in_a_finaliser(written, hooks, capsys):
    class Leaking:
        def __del__(self):
            raise RuntimeError(URL)

    Leaking()
    gc.collect()
    assert "uncaught in a finaliser" in written()
    assert capsys.readouterr() == ("", "")


def test_warnings(written, hooks, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(f"unclosed {URL}", ResourceWarning, stacklevel=1)
    assert "unclosed" in written()
    assert capsys.readouterr() == ("", "")


def test_libraries_that_log_every_request_are_quiet_even_at_debug():
    names = ("httpx", "httpcore", "telegram", "aiosqlite")
    set_up_logging(level="DEBUG", stream=io.StringIO())
    assert all(logging.getLogger(name).level >= logging.WARNING for name in names)
