"""Lets a bot end with the tests that started it, however these end: kill -9 included."""

import os
import threading

STDIN = 0


def take() -> None:
    """End this process as soon as its standard input does."""
    threading.Thread(target=_end_with_the_tests, name="leash", daemon=True).start()


def _end_with_the_tests() -> None:
    while os.read(STDIN, 1024):
        pass
    os._exit(1)
