"""Ports of 127.0.0.1 that stay a test's own until its process ends, also while nothing listens on them.

They lie below those that the system hands out by itself, to whoever connects anywhere; and no other process
of the tests takes one of them, as a lock on a file says whose it is.
"""

import fcntl
import os
import secrets
import socket
import tempfile
from pathlib import Path

LOWEST, HIGHEST = 20_000, 30_000
_held: list[int] = []


def own_port() -> int:
    """Return a port that nothing listens on, and that nobody else gets from here."""
    for _ in range(1000):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if _is_mine(port):
            return port
    raise AssertionError("there is no free port")


def _is_mine(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / f"tryon-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    claim = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        os.close(claim)
        return False
    # Never closed: the lock ends with the process.
    _held.append(claim)
    return True
