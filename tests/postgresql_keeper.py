"""Keeps one PostgreSQL server running for as long as somebody holds this process's standard input open.

So the server ends with the tests, also when they are killed. A line ``fast`` or ``immediate`` says how.
"""

import json
import signal
import subprocess
import sys


def keep() -> None:
    order = json.loads(sys.argv[1])
    user = order["as"]
    server = subprocess.Popen(
        order["command"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    sys.stdout.write(f"{server.pid}\n")
    sys.stdout.flush()
    # Ctrl-C is for the tests, which then end this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    how = sys.stdin.readline().strip()
    server.send_signal(signal.SIGINT if how == "fast" else signal.SIGQUIT)
    server.wait()


if __name__ == "__main__":
    keep()
