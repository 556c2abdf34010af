"""What was called while a test ran, and what was illegal about it; who calls or answers is not known here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.botapi.checker import problems_of


class IllegalCallError(AssertionError):
    """The bot asked Telegram for what its documentation does not allow."""


class Recorder:
    """The calls of one test, and what is illegal about them."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.illegal: list[str] = []

    def note(self, method: str, values: Mapping[str, Any], uploads: Mapping[str, int]) -> None:
        """Look at one call; it is never refused here, so that the test goes its way."""
        self.calls[method] += 1
        self.illegal += problems_of(method, values, uploads)

    def verdict(self) -> None:
        """Raise IllegalCallError unless every call was legal."""
        if self.illegal:
            raise IllegalCallError("illegal calls of the Bot API:\n" + "\n".join(dict.fromkeys(self.illegal)))


_recorders: list[Recorder] = []


@contextmanager
def recording() -> Iterator[Recorder]:
    """Note the calls made within the block, and no outer recording's."""
    recorder = Recorder()
    _recorders.append(recorder)
    try:
        yield recorder
    finally:
        _recorders.remove(recorder)


def note_call(method: str, values: Mapping[str, Any], uploads: Mapping[str, int]) -> None:
    """Note a call; `uploads` are the sizes of its files by their names in the form."""
    if _recorders:
        _recorders[-1].note(method, values, uploads)
