"""Logging: structured, one line an event, and never a secret in it."""

import html
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, TextIO
from urllib.parse import quote

import structlog

from storage.errors import DatabaseAway

# A bot token, whether known or not, as it is and as it looks inside an encoded address.
_TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_NOISY = ("httpx", "httpcore", "telegram", "aiosqlite", "PIL", "asyncio", "alembic")
# Libraries shorten long lines, so a part of a secret of this many characters is hidden too.
_FRAGMENT = 10
# A shorter "secret" stands in half of all lines; blacking it out would tell it and hide everything else.
_SHORTEST = 4
_HIDDEN = "[secret]"


class Redactor:
    """Replaces secrets in text: whole or in part, as they are or encoded; tokens whether known or not."""

    def __init__(self, secrets: Iterable[str]) -> None:
        given = {secret for secret in secrets if len(secret) >= _SHORTEST}
        # A token's number is the bot's id and no secret; what follows the colon is.
        wholes = {secret.partition(":")[2] if _TOKEN.fullmatch(secret) else secret for secret in given}
        forms = {form for whole in wholes for form in _forms(whole)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None
        self._fragments = {
            form[start : start + _FRAGMENT] for form in forms for start in range(len(form) - _FRAGMENT + 1)
        }

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        text = _TOKEN.sub("[token]", text)
        if self._known:
            text = self._known.sub(_HIDDEN, text)
        return self._without_fragments(text) if self._fragments else text

    def _without_fragments(self, text: str) -> str:
        found = [
            start
            for start in range(len(text) - _FRAGMENT + 1)
            if text[start : start + _FRAGMENT] in self._fragments
        ]
        kept, end = [], 0
        for start in found:
            if start >= end:
                kept += [text[end:start], _HIDDEN]
            end = start + _FRAGMENT
        return "".join([*kept, text[end:]])


def _forms(secret: str) -> set[str]:
    """Return a secret as it may stand in addresses, JSON, reprs and pages."""
    encoded = {quote(secret, safe=safe) for safe in ("", "/", "/:", "/:+,;=@!$&'()*")}
    encoded |= {re.sub("%..", lambda escape: escape[0].lower(), form) for form in encoded}
    escaped = {json.dumps(secret)[1:-1], repr(secret)[1:-1], html.escape(secret)}
    return {secret, *encoded, *escaped, *(quote(form, safe="") for form in encoded)}


class _RedactingHandler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, redact: Redactor) -> None:
        super().__init__(stream)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Say that a line was lost; the library would print its arguments, secrets and all."""
        kind = sys.exc_info()[0]
        text = f"a log line of {record.name} was lost: {kind.__name__ if kind else 'unknown'}"
        try:
            self.stream.write(f"{text} ({record.filename}:{record.lineno})\n")
        except (OSError, ValueError):
            return  # nobody reads the stream any more


def set_up_logging(
    *,
    level: str = "INFO",
    form: Literal["text", "json"] = "text",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logging, ours and the libraries', through one redacting handler to ``stream`` (stderr)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    final: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        final += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        final += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain, pad_event_to=0)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _RedactingHandler(stream or sys.stderr, Redactor(secrets))
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def is_news(error: BaseException) -> bool:
    """Return whether an error is worth a line of its own; an outage of the database has one already."""
    return not isinstance(error, DatabaseAway)


def log_the_uncaught() -> None:
    """Send what nobody catches, in any thread or finaliser, through the log instead of straight to stderr."""
    log = logging.getLogger("bot")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught", exc_info=(kind, error, trace))

    def in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            log.critical("uncaught in a thread", exc_info=given.exc_value)

    def unraisable(given: "sys.UnraisableHookArgs") -> None:
        log.error("uncaught in a finaliser", exc_info=given.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
    logging.captureWarnings(True)  # noqa: FBT003 - the library's signature
