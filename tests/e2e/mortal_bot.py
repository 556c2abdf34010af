"""``python -m bot``, except that it kills itself as kill -9 does, right before or right after a commit.

The file named by MORTAL_PLAN holds "before 7" or "after 7": counted from when the file appeared.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.__main__ import main

PLAN = Path(os.environ["MORTAL_PLAN"])
_commit = AsyncConnection.commit


class _Fate:
    """Counts the commits since the newest plan."""

    plan = ""
    commits = 0


def _meet(moment: str) -> None:
    if _Fate.plan == f"{moment} {_Fate.commits}":
        os.kill(os.getpid(), signal.SIGKILL)


def _count() -> None:
    plan = PLAN.read_text() if PLAN.exists() else ""
    if plan != _Fate.plan:
        _Fate.plan, _Fate.commits = plan, 0
    _Fate.commits += 1


async def _mortal_commit(self: AsyncConnection) -> None:
    _count()
    _meet("before")
    await _commit(self)
    _meet("after")


if __name__ == "__main__":
    AsyncConnection.commit = _mortal_commit  # type: ignore[method-assign]  # the point of this program
    sys.exit(main(sys.argv[1:]))
