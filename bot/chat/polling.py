"""Long polling: updates as the very JSON that Telegram sent, so that no unknown field is ever lost."""

import json
from types import TracebackType
from typing import Any, Self

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest, RequestData

# The one way to give a request its parameters in the body, which every Bot API server reads.
from telegram.request._requestparameter import RequestParameter

from bot.chat.connection import build_request
from bot.chat.gate import seconds_of
from bot.log import Redactor

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "pre_checkout_query",
    "my_chat_member",
)
# Longer than the server holds a poll: only a dead line is given up.
READ_MARGIN_SECONDS = 10.0
BATCH = 100


class PollingError(Exception):
    """Updates could not be fetched; holds no secret, nor does anything it was raised from."""


class OtherPollerError(PollingError):
    """Another process polls with the same token."""


class InvalidTokenError(PollingError):
    """Telegram does not know the token."""


class NetworkTroubleError(PollingError):
    """Telegram can't be reached, or answers nonsense; ``seconds`` is the least to wait."""

    def __init__(self, text: str, seconds: float = 0.0) -> None:
        super().__init__(text)
        self.seconds = seconds


class UpdateSource:
    """Fetches updates over a connection of its own."""

    def __init__(self, *, token: str, api_url: str, request: HTTPXRequest | None = None) -> None:
        self._url = f"{api_url.rstrip('/')}/bot{token}/getUpdates"
        self._redact = Redactor((token,))
        self._request = request or build_request(1)

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def fetch(self, offset: int | None, timeout: int) -> list[tuple[int, str]]:  # noqa: ASYNC109 - the Bot API's own parameter: the server holds the poll
        """Wait up to ``timeout`` seconds for updates from ``offset`` on, which confirms all earlier ones.

        Raises:
            OtherPollerError, InvalidTokenError, NetworkTroubleError: none came, and why.
        """
        answer: Any = None
        try:
            answer = await self._request.post(
                self._url, _parameters(offset, timeout), read_timeout=timeout + READ_MARGIN_SECONDS
            )
            return [(int(update["update_id"]), _as_text(update)) for update in answer]
        except TelegramError as error:
            problem = self._problem(error)
        except (KeyError, TypeError, ValueError):
            problem = NetworkTroubleError("the answer to getUpdates is none of the Bot API")
        # Raised out here, so that it has no context: the library's errors may hold the token.
        raise problem

    def _problem(self, error: TelegramError) -> PollingError:
        match error:
            case Conflict():
                return OtherPollerError("another process polls with this bot's token, or a webhook is set")
            case InvalidToken():
                return InvalidTokenError("Telegram does not accept the bot's token")
            case RetryAfter():
                return NetworkTroubleError("Telegram asks to poll less often", seconds_of(error))
            case _:
                return NetworkTroubleError(f"Telegram can't be reached: {self._redact(str(error))}")


def _parameters(offset: int | None, timeout: int) -> RequestData:
    values: dict[str, Any] = {
        "timeout": timeout,
        "limit": BATCH,
        "allowed_updates": list(ALLOWED_UPDATES),
        **({} if offset is None else {"offset": offset}),
    }
    return RequestData([RequestParameter(name, value, None) for name, value in values.items()])


def _as_text(update: dict[str, Any]) -> str:
    # ASCII: half of a surrogate pair, which people can send, could not be stored otherwise.
    return json.dumps(update, separators=(",", ":"))
