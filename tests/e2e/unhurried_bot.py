"""``python -m bot``, except that only its handler answers a tap, however long that takes.

In life a tap is answered with nothing after 0.7 s, which a busy machine can take for any tap: a test that
reads what a tap is answered with, or goes on with what the tap has done, would depend on the machine. So it
is with the four seconds for which advice about a photo is waited for.
"""

import sys

from bot.__main__ import main
from bot.jobs import photo_checks
from handlers.reception import Reception
from tests.e2e import leash


async def _leave_it(_: Reception, query_id: str) -> None:
    """Leave a tap to its handler."""


if __name__ == "__main__":
    leash.take()
    Reception.quiet_tap = _leave_it  # type: ignore[method-assign]  # the point of this program
    photo_checks.ANSWER_SECONDS = 60.0
    sys.exit(main(sys.argv[1:]))
