"""The states of jobs, submissions, results, notices and orders, and the kinds of ledger entries."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job is on its way to the person."""

    QUEUED = "queued"
    WORKING = "working"
    RENDERED = "rendered"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.WORKING, JobState.RENDERED, JobState.DELIVERING)


class SubmissionState(StrEnum):
    """What became of one paid call."""

    PREPARING = "preparing"
    SUBMITTING = "submitting"
    PROCESSING = "processing"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


OPEN_SUBMISSIONS = (SubmissionState.PREPARING, SubmissionState.SUBMITTING, SubmissionState.PROCESSING)


class ResultState(StrEnum):
    """What became of one picture."""

    RENDERED = "rendered"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    DROPPED = "dropped"


class NoticeState(StrEnum):
    """What became of one message that a person must read."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


class EntryKind(StrEnum):
    """Why credits moved."""

    GRANT = "grant"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    PURCHASE = "purchase"
    REFUND = "refund"
    GIFT = "gift"
    ADJUST = "adjust"


class OrderState(StrEnum):
    """What became of one purchase of credits."""

    OPEN = "open"
    PAID = "paid"
    REFUNDED = "refunded"
