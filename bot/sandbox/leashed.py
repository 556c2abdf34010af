"""``python -m bot``, except that it ends at once when its standard input does.

However the sandbox ends, kill -9 included, the system closes the pipe that it holds. Its Telegram and its
providers are gone with it, so there is nothing that a gentle end could still save. Started as a script, with
``-P``, so that ``bot`` is found in the same place as by ``python -m bot``.
"""

import os
import runpy
import sys
import threading
from pathlib import Path

STDIN = 0


def _end_with_the_sandbox() -> None:
    while os.read(STDIN, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_sandbox, name="leash", daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
