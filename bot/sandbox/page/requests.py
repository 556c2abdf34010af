"""What the page may ask for, checked where it comes in."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from bot.sandbox.telegram.model import Upload

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_FILES = 10
MAX_FORM_BYTES = MAX_FILES * MAX_FILE_BYTES + 1024 * 1024
MAX_JSON_BYTES = 64 * 1024


class BadRequestError(Exception):
    """A request that makes no sense; the text is for the reader, `status` for HTTP."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class NewPerson(_Body):
    """Somebody to add."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")]


class InChat(_Body):
    """A person acting in a chat; `chat` is a bot's id or a group's."""

    person: int
    chat: int


class OneMessage(InChat):
    """Something done to one message."""

    message: int


class Edit(OneMessage):
    """A message's new text."""

    text: str


class Deletion(InChat):
    """Messages to take away."""

    messages: Annotated[list[int], Field(min_length=1, max_length=100)]


class Forward(Deletion):
    """Messages to repeat in another chat."""

    to: int


class Press(OneMessage):
    """A tap on the button at a place of a message's keyboard; `text` says what stood there."""

    row: Annotated[int, Field(ge=0)]
    column: Annotated[int, Field(ge=0)]
    text: str


class NewTopic(InChat):
    """A topic to open in a group."""

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"\S")]


class TopicChange(InChat):
    """What becomes of a topic."""

    topic: int
    change: Literal["close", "reopen", "delete"]


class InlineQuery(InChat):
    """What somebody typed behind a bot's name."""

    bot: int
    query: Annotated[str, Field(max_length=256)]
    offset: Annotated[str, Field(max_length=64)] = ""


class InlineChoice(InChat):
    """One of the offers of an inline query."""

    query: str
    result: str
    topic: int | None = None
    reply_to: int | None = None


class GroupChange(InChat):
    """Something to change about a group: what its bot or its members may do, who speaks as whom."""

    change: Literal[
        "privacy_on",
        "privacy_off",
        "bot_in",
        "bot_out",
        "bot_administrator",
        "bot_member",
        "photos_on",
        "photos_off",
        "messages_on",
        "messages_off",
        "anonymous_on",
        "anonymous_off",
        "supergroup",
    ]


class Block(InChat):
    """Whether a bot may write to a person."""

    blocked: bool


Body = TypeVar("Body", bound=_Body)


async def read_json(request: Request, form: type[Body]) -> Body:
    """Return the checked body; BadRequestError."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadRequestError("This needs a JSON body.", 415)
    _check_length(request, MAX_JSON_BYTES)
    try:
        return form.model_validate_json(await request.body())
    except ValidationError as problem:
        where = ".".join(str(part) for part in problem.errors()[0]["loc"]) or "body"
        raise BadRequestError(f"The request's {where} is not right.") from problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message somebody writes: text alone, or files or samples with a caption."""

    person: int
    chat: int
    topic: int | None = None
    text: str = ""
    reply_to: int | None = None
    as_file: bool = False
    samples: tuple[str, ...] = ()
    files: tuple[Upload, ...] = field(default=(), repr=False)


async def read_outgoing(request: Request) -> Outgoing:
    """Return the message of a form; BadRequestError."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "multipart/form-data":
        raise BadRequestError("This needs a form.", 415)
    _check_length(request, MAX_FORM_BYTES)
    async with request.form(max_files=MAX_FILES, max_fields=40) as form:
        person, chat = _number(form, "person"), _number(form, "chat")
        if person is None or chat is None:
            raise BadRequestError("The request's person or chat is missing.")
        return Outgoing(
            person=person,
            chat=chat,
            topic=_number(form, "topic") or None,
            text=_text(form, "text"),
            reply_to=_number(form, "reply_to"),
            as_file=_text(form, "as_file") == "true",
            samples=tuple(one for one in form.getlist("samples") if isinstance(one, str)),
            files=tuple([await _upload(one) for one in form.getlist("files") if isinstance(one, UploadFile)]),
        )


def _check_length(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise BadRequestError("The request does not say how long it is.", 411)
    if int(length) > limit:
        raise BadRequestError("That is too much at once.", 413)


async def _upload(part: UploadFile) -> Upload:
    if (part.size or 0) > MAX_FILE_BYTES:
        raise BadRequestError("A file can have 20 MB at most.", 413)
    name = PurePath((part.filename or "").replace("\\", "/")).name
    return Upload(name or "file", await part.read(), part.content_type or None)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _number(form: FormData, name: str) -> int | None:
    text = _text(form, name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise BadRequestError(f"The request's {name} is no number.") from None
