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


def _meet(plan: str, moment: str, number: int) -> None:
    if plan == f"{moment} {number}":
        os.kill(os.getpid(), signal.SIGKILL)


def _count() -> tuple[str, int]:
    """Return the plan and which commit under it this is; another may be counted before this one is made."""
    try:
        plan = PLAN.read_text()
    except FileNotFoundError:
        plan = ""
    if plan != _Fate.plan:
        _Fate.plan, _Fate.commits = plan, 0
    _Fate.commits += 1
    return plan, _Fate.commits


async def _mortal_commit(self: AsyncConnection) -> None:
    plan, number = _count()
    _meet(plan, "before", number)
    await _commit(self)
    _meet(plan, "after", number)


if __name__ == "__main__":
    AsyncConnection.commit = _mortal_commit  # type: ignore[method-assign]  # the point of this program
    sys.exit(main(sys.argv[1:]))
