"""Why a job ended without a picture; stored in ``jobs.failure`` and put into words by the chat."""

from enum import StrEnum


class Failure(StrEnum):
    """Each is one thing to tell a person; none of them costs the person anything."""

    PHOTO_GONE = "photo_gone"
    PHOTO_UNREADABLE = "photo_unreadable"
    WAITED_TOO_LONG = "waited_too_long"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_REFUSED = "provider_refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    TOOK_TOO_LONG = "took_too_long"
    RESULT_LOST = "result_lost"
    UNDELIVERABLE = "undeliverable"
