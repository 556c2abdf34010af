"""What FitRoom's answers mean: pure functions from an answer, or the lack of one, to an outcome."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import httpx

from bot.providers.base import (
    Accepted,
    Completed,
    Failed,
    GarmentCheck,
    GarmentKind,
    NoAnswer,
    NotSent,
    PersonCheck,
    PhotoProblem,
    Processing,
    Refusal,
    Rejected,
    StatusOutcome,
    SubmitOutcome,
    Trouble,
    Unknown,
)
from bot.providers.exchange import Answer, Fate, Lost, plain

# The seed's table of error codes, complete.
_REFUSALS: Mapping[int, Refusal] = MappingProxyType(
    {
        400: Refusal.BAD_REQUEST,
        401: Refusal.KEY,
        402: Refusal.OUT_OF_CREDITS,
        429: Refusal.RATE,
        500: Refusal.SERVER,
        503: Refusal.MAINTENANCE,
    }
)

_PROBLEMS: Mapping[str, PhotoProblem] = MappingProxyType(
    {
        "410001": PhotoProblem.SLIGHTLY_SMALL,
        "410002": PhotoProblem.POSE_UNCLEAR,
        "410003": PhotoProblem.POSE_UNSUPPORTED,
        "400001": PhotoProblem.NOBODY,
        "400002": PhotoProblem.SEVERAL_PEOPLE,
        "400003": PhotoProblem.NOT_FACING_FORWARD,
        "400004": PhotoProblem.TOO_SMALL,
    }
)
_CODE = re.compile(r"[0-9]{1,12}")
_MOST_CODES = 10
_WARNING_PREFIX = "410"

_TASK_ID = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_URL = 4096

# The checks say "full" where the task wants "full_set".
_KINDS: Mapping[object, GarmentKind] = MappingProxyType(
    {
        "upper": GarmentKind.TOP,
        "lower": GarmentKind.BOTTOM,
        "full": GarmentKind.ONE_PIECE,
        "full_set": GarmentKind.ONE_PIECE,
    }
)


def read_submission(answer: Answer | Lost) -> SubmitOutcome:
    """Say how a paid call ended; everything that is not documented to cost nothing is ``Unknown``.

    The seed documents error codes without bodies, so a body can't prove an error to be the documented one.

    - 400, 401, 402, 429 are refusals whatever the body: these codes say that whoever answered did not do the
      work, be it FitRoom or something before it, and something before it did not pass the call on.
    - 500 and 503 must be a JSON object: FitRoom's API speaks JSON, and its table says of both to try again
      later. A page or a bare text under these codes is what a load balancer writes when it lost the server
      in the middle of a call, which may have been taken.
    - An error that carries a task id contradicts itself.
    """
    if isinstance(answer, Lost):
        return NotSent(answer.reason) if answer.fate is Fate.NOT_SENT else Unknown(answer.reason)
    document = answer.document()
    refusal = _REFUSALS.get(answer.status)
    is_documented = answer.status < httpx.codes.INTERNAL_SERVER_ERROR or document is not None
    if refusal is not None and is_documented and "task_id" not in (document or {}):
        return Rejected(refusal, _words(document or {}), answer.retry_after)
    if document is None:
        return Unknown(f"HTTP {answer.status} without a JSON object")
    if httpx.codes.is_success(answer.status):
        return _acceptance(answer.status, document.get("task_id"))
    return Unknown(_saying(answer.status, document))


def _acceptance(status: int, task_id: object) -> Accepted | Unknown:
    """Take the task id if the task can be asked for by it; the two dot names would change the path."""
    text = _id_text(task_id)
    if text is not None and _TASK_ID.fullmatch(text) and text not in {".", ".."}:
        return Accepted(text)
    return Unknown(f"HTTP {status} without a usable task id")


def _id_text(task_id: object) -> str | None:
    """Return an id as text: the documented ones are digits in quotes, and quotes are easily lost."""
    if isinstance(task_id, int) and not isinstance(task_id, bool):
        # Python refuses to write out numbers of thousands of digits.
        return str(task_id) if 0 <= task_id < 10**200 else None
    return task_id if isinstance(task_id, str) else None


def read_status(answer: Answer | Lost, task_id: str) -> StatusOutcome:
    """Say where a task stands; anything not definite is ``NoAnswer``, to be asked again."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return replace(document, trouble=Trouble.NOT_FOUND) if _is_unknown_task(answer) else document
    # Somebody else's picture must not be delivered because two answers were swapped on the way.
    if "task_id" in document and _id_text(document["task_id"]) != task_id:
        return NoAnswer(Trouble.ODD_ANSWER, "an answer about another task")
    match document.get("status"):
        case "CREATED" | "PROCESSING":
            return Processing(_progress(document.get("progress")))
        case "COMPLETED":
            return _completion(document.get("download_signed_url"))
        case "FAILED":
            return Failed("TaskFailed", _words(document))
        case state:
            return NoAnswer(Trouble.ODD_ANSWER, f"unknown state {plain(state, 60)!r}")


def _progress(value: object) -> int | None:
    """Return whole percent from 0 to 99; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Comparisons decide, not int(): JSON can hold numbers too large for a float.
    return int(value) if 0 <= value <= 99 else (0 if value < 0 else 99)  # noqa: PLR2004  # 100 is COMPLETED


def _completion(url: object) -> Completed | Failed:
    """Return the address if it can be fetched; the state is final, so asking again would not mend it."""
    is_address = (
        isinstance(url, str)
        and len(url) <= _LONGEST_URL
        and url.isprintable()
        and url.lower().startswith(("https://", "http://"))
    )
    if is_address:
        return Completed((str(url),))
    if url:
        return Failed("UnusableOutput", "completed, but download_signed_url is no address; maybe charged")
    return Failed("EmptyOutput", "completed, but without download_signed_url; maybe charged")


def _is_unknown_task(answer: Answer | Lost) -> bool:
    """Return whether the API says that it has no such task; some proxy's page would say nothing about it.

    The seed names no code for that case. 404 is the usual one, and of the seed's own table only 400 fits.
    """
    unknown = {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND}
    return isinstance(answer, Answer) and answer.status in unknown and answer.document() is not None


def read_key(answer: Answer | Lost) -> NoAnswer:
    """Say what the answer about an impossible task tells of the key: any answer about the task takes it."""
    outcome = _read_document(answer)
    if not isinstance(outcome, NoAnswer) or _is_unknown_task(answer):
        return NoAnswer(Trouble.NOT_FOUND, "FitRoom takes the key and tells no balance")
    return outcome


def read_person_check(answer: Answer | Lost) -> PersonCheck | NoAnswer:
    """Say what FitRoom thinks of a person's photo.

    ``is_good`` and the codes should agree; where they don't, the photo is not good: advice costs nothing.
    """
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    is_good = document.get("is_good")
    if not isinstance(is_good, bool):
        return NoAnswer(Trouble.ODD_ANSWER, "a check without is_good")
    codes = _codes(document.get("error_code"))
    problems = [_problem(code) for code in codes]
    if not is_good and all(problem.is_warning for problem in problems):
        problems.append(PhotoProblem.OTHER_ERROR)
    usable = all(problem.is_warning for problem in problems)
    kinds = _kinds(document.get("good_clothes_types")) if usable else frozenset[GarmentKind]()
    return PersonCheck(usable, tuple(dict.fromkeys(problems)), kinds, codes)


def _codes(value: object) -> tuple[str, ...]:
    """Return the codes of ``error_code``: one in the seed, but several problems have to be told somehow."""
    entries = value if isinstance(value, list) else [value]
    texts = [_id_text(entry) for entry in entries]
    found = [code for text in texts if text is not None for code in _CODE.findall(text)]
    return tuple(dict.fromkeys(found))[:_MOST_CODES]


def _problem(code: str) -> PhotoProblem:
    """Return a code's problem; of unknown codes the first digits tell whether the photo can be used."""
    unknown = PhotoProblem.OTHER_WARNING if code.startswith(_WARNING_PREFIX) else PhotoProblem.OTHER_ERROR
    return _PROBLEMS.get(code, unknown)


def _kinds(value: object) -> frozenset[GarmentKind]:
    """Return the kinds that fit; a good photo without a readable list is good for all of them."""
    if not isinstance(value, list):
        return frozenset(_KINDS.values())
    return frozenset(_KINDS[entry] for entry in value if isinstance(entry, str) and entry in _KINDS)


def read_garment_check(answer: Answer | Lost) -> GarmentCheck | NoAnswer:
    """Say what FitRoom sees on a garment's photo."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    is_clothes = document.get("is_clothes")
    if not isinstance(is_clothes, bool):
        return NoAnswer(Trouble.ODD_ANSWER, "a check without is_clothes")
    clothes_type = document.get("clothes_type")
    kind = _KINDS.get(clothes_type) if isinstance(clothes_type, str) else None
    return GarmentCheck(kind or GarmentKind.AUTO, is_clothes)


def _read_document(answer: Answer | Lost) -> Mapping[str, object] | NoAnswer:
    """Return the JSON object of a 200, or why there is none."""
    if isinstance(answer, Lost):
        trouble = Trouble.ODD_ANSWER if answer.fate is Fate.ODD else Trouble.CONNECTION
        return NoAnswer(trouble, answer.reason)
    document = answer.document()
    if answer.status == httpx.codes.OK:
        return document or NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 without a JSON object")
    return NoAnswer(_trouble(answer.status), _saying(answer.status, document), answer.retry_after)


def _trouble(status: int) -> Trouble:
    """Sort a read's error; a read costs nothing and may be repeated, so the code alone decides."""
    if status == httpx.codes.UNAUTHORIZED:
        return Trouble.KEY
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Trouble.RATE
    return Trouble.SERVER if status >= httpx.codes.INTERNAL_SERVER_ERROR else Trouble.ODD_ANSWER


def _saying(status: int, document: Mapping[str, object] | None) -> str:
    """Return an error for the operator's eyes."""
    words = _words(document or {})
    return f"HTTP {status}: {words}" if words else f"HTTP {status}"


def _words(document: Mapping[str, object]) -> str:
    """Return an error's text; its place is documented for failed tasks alone ("error")."""
    texts = (plain(document.get(name)) for name in ("message", "error", "detail"))
    return next((text for text in texts if text), "")
