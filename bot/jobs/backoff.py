"""How long to wait before trying something again."""

import random


def backoff(tries: int, *, first: float, longest: float, chance: random.Random) -> float:
    """Return seconds to wait after the given number of failures in a row (from 1), doubled each time.

    Between half and the whole of it is drawn by chance, so that many who failed together don't return
    together.
    """
    full = min(longest, first * 2.0 ** min(tries - 1, 30))
    return full * (0.5 + 0.5 * chance.random())
