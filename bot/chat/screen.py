"""One message as a person sees it: words and buttons, with nothing of Telegram in it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Button:
    """A button; exactly one of ``code`` (1 to 64 bytes of callback data) and ``url`` is set."""

    label: str
    code: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture that goes with a text: its bytes, which are sent only once where a ``key`` names them.

    For a picture that Telegram has, its file id is enough.
    """

    content: bytes | str = field(repr=False)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """A text in Telegram's HTML (already escaped) and rows of buttons under it.

    With a picture the text is its caption: at most 1024 characters instead of 4096.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: Illustration | None = None
