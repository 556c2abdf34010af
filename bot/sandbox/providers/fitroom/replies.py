"""FitRoom's documented errors as replies."""

from enum import StrEnum

from bot.sandbox.providers.replies import Reply, json_reply


class ErrorName(StrEnum):
    """Every code of the provider's table (seed page, "Error Codes"), and NOT_FOUND.

    The table has codes and sentences, the shape of an error's body is not documented; what an unknown task or
    address answers is not documented either.
    """

    BAD_REQUEST = "Bad Request"
    UNAUTHORIZED = "Unauthorized"
    PAYMENT_REQUIRED = "Payment Required"
    NOT_FOUND = "Not Found"
    TOO_MANY_REQUESTS = "Too Many Requests"
    INTERNAL_SERVER_ERROR = "Internal Server Error"
    SERVICE_UNAVAILABLE = "Service Unavailable"

    @property
    def http_status(self) -> int:
        """Return the documented HTTP status."""
        return _STATUS_AND_MESSAGE[self][0]

    @property
    def usual_message(self) -> str:
        """Return the table's sentence."""
        return _STATUS_AND_MESSAGE[self][1]


_STATUS_AND_MESSAGE = {
    ErrorName.BAD_REQUEST: (400, "Your request is invalid."),
    ErrorName.UNAUTHORIZED: (401, "Your API key is wrong."),
    ErrorName.PAYMENT_REQUIRED: (
        402,
        "Insufficient credit. Please upgrade your plan or purchase more credits.",
    ),
    ErrorName.NOT_FOUND: (404, "There is no such thing here."),
    ErrorName.TOO_MANY_REQUESTS: (429, "You requested too much API. Try again later"),
    ErrorName.INTERNAL_SERVER_ERROR: (500, "We had a problem with our server. Try again later."),
    ErrorName.SERVICE_UNAVAILABLE: (
        503,
        "We're temporarily offline for maintenance. Please try again later.",
    ),
}


class ApiError(Exception):
    """An error from before processing; no task came of it."""

    def __init__(self, name: ErrorName, message: str = "") -> None:
        super().__init__(message or name.usual_message)
        self.name = name
        self.message = message or name.usual_message

    def reply(self) -> Reply:
        """Return the answer."""
        return error_reply(self.name, self.message)


def error_reply(name: ErrorName, message: str = "") -> Reply:
    """Return a documented error with its HTTP status."""
    content = {"error": name.value, "message": message or name.usual_message}
    return json_reply(content, name.http_status)
