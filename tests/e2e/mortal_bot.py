"""``python -m bot``, except that it kills itself as kill -9 does, right before or right after a commit.

The file named by MORTAL_PLAN holds "before 7" or "after 7": counted from when the file appeared. Beside
it a file "*.doom" appears before that commit.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.__main__ import main
from tests.e2e import leash

PLAN = Path(os.environ["MORTAL_PLAN"])
_commit = AsyncConnection.commit


class _Fate:
    """Counts the commits since the newest plan."""

    plan = ""
    commits = 0


def _moment() -> str:
    """Count a commit and return at which moment of it to die; another may be counted before it is made."""
    try:
        plan = PLAN.read_text()
    except FileNotFoundError:
        plan = ""
    if plan != _Fate.plan:
        _Fate.plan, _Fate.commits = plan, 0
    _Fate.commits += 1
    moment, _, number = plan.partition(" ")
    if number != str(_Fate.commits):
        return ""
    # Told before anybody can see what the commit does: right after it all may look as if it were over.
    PLAN.with_suffix(".doom").touch()
    return moment


async def _mortal_commit(self: AsyncConnection) -> None:
    moment = _moment()
    if moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    await _commit(self)
    if moment == "after":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    leash.take()
    AsyncConnection.commit = _mortal_commit  # type: ignore[method-assign]  # the point of this program
    sys.exit(main(sys.argv[1:]))
