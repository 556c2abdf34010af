"""TryItOn's documented errors as replies."""

from enum import StrEnum

from bot.sandbox.providers.replies import Reply, json_reply


class ErrorName(StrEnum):
    """Every API-level error of the provider's table (seed page "API Fundamentals")."""

    BAD_REQUEST = "BadRequest"
    UNAUTHORIZED_ACCESS = "UnauthorizedAccess"
    NOT_FOUND = "NotFound"
    RATE_LIMIT_EXCEEDED = "RateLimitExceeded"
    CONCURRENCY_LIMIT_EXCEEDED = "ConcurrencyLimitExceeded"
    OUT_OF_CREDITS = "OutOfCredits"
    INTERNAL_SERVER_ERROR = "InternalServerError"

    @property
    def http_status(self) -> int:
        """Return the documented HTTP status."""
        return _STATUS_AND_MESSAGE[self][0]

    @property
    def usual_message(self) -> str:
        """Return the message sent when nothing more is known."""
        return _STATUS_AND_MESSAGE[self][1]


_STATUS_AND_MESSAGE = {
    ErrorName.BAD_REQUEST: (400, "Invalid request body"),
    ErrorName.UNAUTHORIZED_ACCESS: (401, "Missing or invalid Authorization header."),
    ErrorName.NOT_FOUND: (404, "Resource not found."),
    ErrorName.RATE_LIMIT_EXCEEDED: (429, "Too many requests. Please slow down."),
    ErrorName.CONCURRENCY_LIMIT_EXCEEDED: (429, "Too many concurrent requests."),
    ErrorName.OUT_OF_CREDITS: (429, "No API credits remaining."),
    ErrorName.INTERNAL_SERVER_ERROR: (500, "Something went wrong on our side."),
}


class ApiError(Exception):
    """A documented error from before processing; no job came of it."""

    def __init__(self, name: ErrorName, message: str = "") -> None:
        super().__init__(message or name.usual_message)
        self.name = name
        self.message = message or name.usual_message


def error_reply(name: ErrorName, message: str = "") -> Reply:
    """Return a documented error with its HTTP status."""
    content = {"error": name.value, "message": message or name.usual_message}
    return json_reply(content, name.http_status)
