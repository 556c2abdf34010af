"""What Telegram's errors mean; the texts are those of the Bot API."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.gate import HeldBackError
from bot.chat.outcomes import CannotSend, MaybeSent, MessageGone, Obstacle, TryLater
from bot.chat.verdicts import Moved, OtherKind, TooOld, Unchanged, Unusable, judge


def caused(error: TelegramError, name: str) -> TelegramError:
    error.__cause__ = type(name, (Exception,), {})()
    return error


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (HeldBackError(3.0), TryLater(3.0)),
        (RetryAfter(7), TryLater(7.0)),
        (ChatMigrated(-1005), Moved(-1005)),
        (InvalidToken("Unauthorized"), TryLater(60.0)),
        (BadRequest("Message is not modified: specified new message content and ..."), Unchanged()),
        (BadRequest("Message to edit not found"), MessageGone()),
        (BadRequest("Message can't be edited"), MessageGone()),
        (BadRequest("There is no text in the message to edit"), OtherKind()),
        (BadRequest("Query is too old and response timeout expired or query id is invalid"), TooOld()),
        (NetworkError("Too Many Requests (429)"), TryLater(5.0)),
        (caused(NetworkError("httpx.ConnectError: refused"), "ConnectError"), TryLater(2.0)),
        (caused(TimedOut(), "ConnectTimeout"), TryLater(2.0)),
        (caused(TimedOut("Pool timeout"), "PoolTimeout"), TryLater(2.0)),
        (caused(TimedOut(), "ReadTimeout"), MaybeSent()),
        (caused(TimedOut(), "WriteTimeout"), MaybeSent()),
        (caused(NetworkError("httpx.ReadError: "), "ReadError"), MaybeSent()),
        (caused(NetworkError("httpx.RemoteProtocolError: "), "RemoteProtocolError"), MaybeSent()),
        (NetworkError("Bad Gateway"), MaybeSent()),
        (NetworkError("Internal Server Error"), MaybeSent()),
        (TelegramError("Invalid server response"), MaybeSent()),
        (Conflict("terminated by other getUpdates request"), MaybeSent()),
    ],
    ids=str,
)
def test_verdict(error: TelegramError, verdict: object) -> None:
    assert judge(error) == verdict


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Obstacle.BLOCKED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Obstacle.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), Obstacle.CHAT_GONE),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Obstacle.KICKED),
        (Forbidden("Forbidden: bot is not a member of the supergroup chat"), Obstacle.KICKED),
        (Forbidden("Forbidden: something new"), Obstacle.NO_RIGHT),
        (BadRequest("Chat not found"), Obstacle.CHAT_GONE),
        (BadRequest("Message thread not found"), Obstacle.CHAT_GONE),
        (BadRequest("Not enough rights to send photos to the chat"), Obstacle.NO_RIGHT),
        (BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"), Obstacle.NO_RIGHT),
        (BadRequest("TOPIC_CLOSED"), Obstacle.NO_RIGHT),
        (BadRequest("Can't parse entities: unsupported start tag"), Obstacle.REFUSED),
    ],
    ids=str,
)
def test_obstacle(error: TelegramError, obstacle: Obstacle) -> None:
    verdict = judge(error)
    assert isinstance(verdict, CannotSend)
    assert verdict.obstacle is obstacle


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("IMAGE_PROCESS_FAILED"),
        BadRequest("PHOTO_INVALID_DIMENSIONS"),
        BadRequest("Wrong file identifier/HTTP URL specified"),
        BadRequest("File is too big"),
        NetworkError("Request Entity Too Large"),
    ],
    ids=str,
)
def test_file_that_telegram_takes_nowhere(error: TelegramError) -> None:
    assert isinstance(judge(error), Unusable)
