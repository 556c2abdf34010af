"""The one map from Telegram's errors to what they mean for us, the most specific first.

Telegram gives most refusals no code of their own, so its wording has to be read. What no rule knows is
refused for good when Telegram said so (400, 403) and unknown otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.gate import HeldBackError, seconds_of
from bot.chat.outcomes import CannotSend, MaybeSent, MessageGone, Obstacle, TryLater

TOKEN_TROUBLE_SECONDS = 60.0
NO_CONNECTION_SECONDS = 2.0

# Errors of the HTTP library, by name (it is not ours to import), after which Telegram has seen nothing.
_NEVER_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
)


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has another id now; nothing was sent."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The message looks like that already."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Telegram doesn't take this photo or file, whoever it goes to."""

    detail: str


@dataclass(frozen=True, slots=True)
class OtherKind:
    """The message has a caption instead of a text, or the other way round."""


@dataclass(frozen=True, slots=True)
class TooOld:
    """The tap or query can't be answered any more."""


Verdict = CannotSend | MessageGone | TryLater | MaybeSent | Moved | Unchanged | Unusable | OtherKind | TooOld


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: type[TelegramError]
    words: tuple[str, ...]
    verdict: Callable[[TelegramError], Verdict]


def _cannot(obstacle: Obstacle) -> Callable[[TelegramError], Verdict]:
    return lambda error: CannotSend(obstacle, str(error))


def _fixed(verdict: Verdict) -> Callable[[TelegramError], Verdict]:
    return lambda _: verdict


def _held_back(error: TelegramError) -> Verdict:
    return TryLater(error.seconds if isinstance(error, HeldBackError) else 0.0)


def _flood(error: TelegramError) -> Verdict:
    return TryLater(seconds_of(error) if isinstance(error, RetryAfter) else 0.0)


def _moved(error: TelegramError) -> Verdict:
    return Moved(error.new_chat_id) if isinstance(error, ChatMigrated) else MaybeSent()


RULES: tuple[_Rule, ...] = (
    _Rule(HeldBackError, (), _held_back),
    _Rule(RetryAfter, (), _flood),
    _Rule(ChatMigrated, (), _moved),
    # A wrong token, or a server that is no Bot API server. The text may hold the token: it goes no further.
    _Rule(InvalidToken, (), _fixed(TryLater(TOKEN_TROUBLE_SECONDS))),
    _Rule(Forbidden, ("blocked by the user", "can't initiate"), _cannot(Obstacle.BLOCKED)),
    _Rule(Forbidden, ("deactivated",), _cannot(Obstacle.CHAT_GONE)),
    _Rule(Forbidden, ("kicked", "not a member"), _cannot(Obstacle.KICKED)),
    _Rule(Forbidden, (), _cannot(Obstacle.NO_RIGHT)),
    _Rule(BadRequest, ("blocked",), _cannot(Obstacle.BLOCKED)),
    _Rule(BadRequest, ("message is not modified",), _fixed(Unchanged())),
    _Rule(BadRequest, ("no text in the message", "no caption in the message"), _fixed(OtherKind())),
    _Rule(BadRequest, ("query is too old", "query id is invalid"), _fixed(TooOld())),
    _Rule(
        BadRequest,
        (
            "message to edit not found",
            "message to delete not found",
            "message can't be edited",
            "message can't be deleted",
            "message identifier is not specified",
            "message_id_invalid",
        ),
        _fixed(MessageGone()),
    ),
    _Rule(
        BadRequest,
        (
            "not enough rights",
            "no rights to send",
            "have no write access",
            "need administrator rights",
            "chat_write_forbidden",
            "forbidden",
            "chat_restricted",
            "topic_closed",
        ),
        _cannot(Obstacle.NO_RIGHT),
    ),
    _Rule(
        BadRequest,
        ("chat not found", "user not found", "peer_id_invalid", "thread not found", "topic_deleted"),
        _cannot(Obstacle.CHAT_GONE),
    ),
    _Rule(
        BadRequest,
        (
            "image_process_failed",
            "photo_invalid",
            "photo_ext_invalid",
            "photo_save_file_invalid",
            "wrong file",
            "wrong remote file",
            "file is too big",
            "file must be non-empty",
            "wrong type of the web page",
        ),
        lambda error: Unusable(str(error)),
    ),
    _Rule(NetworkError, ("too many requests",), _fixed(TryLater(5.0))),
    _Rule(NetworkError, ("entity too large",), lambda error: Unusable(str(error))),
    _Rule(BadRequest, (), _cannot(Obstacle.REFUSED)),
)


def judge(error: TelegramError) -> Verdict:
    """Return what an error of the library means."""
    if type(error.__cause__).__name__ in _NEVER_SENT:
        return TryLater(NO_CONNECTION_SECONDS)
    text = str(error).lower()
    for rule in RULES:
        if isinstance(error, rule.kind) and (not rule.words or any(word in text for word in rule.words)):
            return rule.verdict(error)
    # Time-outs, broken connections, 5xx, answers that are no answers: it may have arrived.
    return MaybeSent()
