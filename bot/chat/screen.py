"""One message as a person sees it: words and buttons, with nothing of Telegram in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A button; exactly one of ``code`` (1 to 64 bytes of callback data) and ``url`` is set."""

    label: str
    code: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """A text in Telegram's HTML (already escaped) and rows of buttons under it."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
