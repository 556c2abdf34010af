"""``python -m bot``, except that each update that is handled is noted in the file NOTES.

A line is "<process> <began or ended> <update id> <chat>"; an update that was done before does not end.
"""

import os
import sys
from typing import Any

from bot.__main__ import main
from bot.intake.inbox import queue_key
from handlers.reception import Reception
from tests.e2e import leash

_handle = Reception.handle
_notes = os.open(os.environ["NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _note(what: str, update: dict[str, Any]) -> None:
    os.write(_notes, f"{os.getpid()} {what} {update['update_id']} {queue_key(update)[0]}\n".encode())


async def _noting(self: Reception, update: dict[str, Any]) -> None:
    _note("began", update)
    await _handle(self, update)
    _note("ended", update)


if __name__ == "__main__":
    leash.take()
    Reception.handle = _noting  # type: ignore[method-assign]  # the point of this program
    sys.exit(main(sys.argv[1:]))
