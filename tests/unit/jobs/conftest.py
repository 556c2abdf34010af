import random

import pytest


class HalfChance(random.Random):
    """Draws the middle of everything."""

    def random(self) -> float:
        return 0.5


@pytest.fixture
def chance() -> random.Random:
    return HalfChance()
