"""What TryItOn's answers mean: pure functions from an answer, or the lack of one, to an outcome."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import httpx

from bot.providers.base import (
    Accepted,
    Balance,
    Completed,
    Failed,
    NoAnswer,
    NotSent,
    Processing,
    Refusal,
    Rejected,
    StatusOutcome,
    SubmitOutcome,
    Trouble,
    Unknown,
)
from bot.providers.exchange import Answer, Fate, Lost, plain

# The seed's table of API-level errors, complete. Status and name must agree: only then is it the documented
# error that came before processing and costs nothing.
_REFUSALS: Mapping[tuple[int, str], Refusal] = MappingProxyType(
    {
        (400, "BadRequest"): Refusal.BAD_REQUEST,
        (401, "UnauthorizedAccess"): Refusal.KEY,
        (404, "NotFound"): Refusal.NOT_FOUND,
        (429, "RateLimitExceeded"): Refusal.RATE,
        (429, "ConcurrencyLimitExceeded"): Refusal.CONCURRENCY,
        (429, "OutOfCredits"): Refusal.OUT_OF_CREDITS,
        (500, "InternalServerError"): Refusal.SERVER,
    }
)

_JOB_ID = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_URL = 4096


def read_submission(answer: Answer | Lost) -> SubmitOutcome:
    """Say how a paid call ended; everything that is not documented to cost nothing is ``Unknown``.

    An undocumented name on a 429 is ``Unknown`` too: the seed calls its list of errors complete, so such an
    answer comes from something it does not describe, and what follows from ``Rejected`` is a second paid
    POST.
    """
    if isinstance(answer, Lost):
        return NotSent(answer.reason) if answer.fate is Fate.NOT_SENT else Unknown(answer.reason)
    document = answer.document()
    if document is None:
        return Unknown(f"HTTP {answer.status} without a JSON object")
    refusal = _refusal(answer.status, document)
    # An error that carries a job id contradicts itself.
    if refusal is not None and "jobId" not in document:
        return Rejected(refusal, plain(document.get("message")), answer.retry_after)
    if httpx.codes.is_success(answer.status) and document.get("ok") is not False:
        return _acceptance(answer.status, document.get("jobId"))
    return Unknown(f"HTTP {answer.status}, {_saying(document)}")


def _acceptance(status: int, job_id: object) -> Accepted | Unknown:
    """Take the job id if the job can be asked for by it; the two dot names would change the path."""
    if isinstance(job_id, str) and _JOB_ID.fullmatch(job_id) and job_id not in {".", ".."}:
        return Accepted(job_id)
    return Unknown(f"HTTP {status} without a usable job id")


def read_status(answer: Answer | Lost) -> StatusOutcome:
    """Say where a job stands; anything not definite is ``NoAnswer``, to be asked again."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    match document.get("status"):
        case "failed":
            return _failure(document.get("error"))
        case _ if document.get("ok") is False:
            return NoAnswer(Trouble.ODD_ANSWER, f"ok: false, {_saying(document)}")
        case "processing":
            return Processing()
        case "completed":
            return _completion(document.get("output"))
        case state:
            return NoAnswer(Trouble.ODD_ANSWER, f"unknown state {plain(state, 60)!r}")


def read_balance(answer: Answer | Lost) -> Balance | NoAnswer:
    """Say how many credits are left: ``on_demand``, whole ones."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    credit = document.get("credits")
    left = credit.get("on_demand") if isinstance(credit, dict) else None
    if document.get("ok") is False or isinstance(left, bool) or not isinstance(left, int | float):
        return NoAnswer(Trouble.ODD_ANSWER, "an answer about credits without credits.on_demand")
    try:
        return Balance(int(left // 1))
    except (OverflowError, ValueError):  # 1e400 in JSON is an infinite float
        return NoAnswer(Trouble.ODD_ANSWER, "credits.on_demand is not finite")


def _read_document(answer: Answer | Lost) -> Mapping[str, object] | NoAnswer:
    """Return the JSON object of a 200, or why there is none."""
    if isinstance(answer, Lost):
        trouble = Trouble.ODD_ANSWER if answer.fate is Fate.ODD else Trouble.CONNECTION
        return NoAnswer(trouble, answer.reason)
    document = answer.document()
    if answer.status == httpx.codes.OK:
        return document or NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 without a JSON object")
    said = f"HTTP {answer.status}, {_saying(document or {})}"
    return NoAnswer(_trouble(answer.status, document or {}), said, answer.retry_after)


def _trouble(status: int, document: Mapping[str, object]) -> Trouble:
    """Sort a read's error; the name decides for 404, as a page of some proxy says nothing about the job."""
    if status == httpx.codes.UNAUTHORIZED:
        return Trouble.KEY
    if _refusal(status, document) is Refusal.NOT_FOUND:
        return Trouble.NOT_FOUND
    if status == httpx.codes.TOO_MANY_REQUESTS:
        # A read costs nothing and may be repeated, so slowing down is right whatever the name.
        return Trouble.RATE
    return Trouble.SERVER if status >= httpx.codes.INTERNAL_SERVER_ERROR else Trouble.ODD_ANSWER


def _refusal(status: int, document: Mapping[str, object]) -> Refusal | None:
    name = document.get("error")
    return _REFUSALS.get((status, name)) if isinstance(name, str) else None


def _saying(document: Mapping[str, object]) -> str:
    """Return an error's name and message, for the operator's eyes."""
    name = plain(document.get("error"), 60) or "no error name"
    message = plain(document.get("message"))
    return f"{name}: {message}" if message else name


def _failure(error: object) -> Failed:
    said: Mapping[str, object] = error if isinstance(error, dict) else {"message": error}
    return Failed(plain(said.get("name"), 60) or "UnnamedError", plain(said.get("message")))


def _completion(output: object) -> Completed | Failed:
    """Return the addresses that can be fetched.

    A job that is completed without one is ``Failed`` under our own name: the state is final, so asking again
    can't help, and the person gets the credits back now instead of after the longest wait. The operator reads
    in the message that this one may have been charged. Plain http passes: whether a host may be http is the
    downloader's decision.
    """
    entries = output if isinstance(output, list) else []
    urls = tuple(dict.fromkeys(entry for entry in entries if _is_address(entry)))
    if urls:
        return Completed(urls)
    if entries:
        return Failed("UnusableOutput", "completed, but no entry of output is an address; maybe charged")
    return Failed("EmptyOutput", "completed, but output is empty; maybe charged")


def _is_address(entry: object) -> bool:
    return (
        isinstance(entry, str)
        and len(entry) <= _LONGEST_URL
        and entry.isprintable()
        and entry.lower().startswith(("https://", "http://"))
    )
