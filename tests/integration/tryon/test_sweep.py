"""A question that was never asked is asked later, whatever is wrong with others."""

import pytest

from bot.clock import SystemClock
from bot.tryon.asking import Asking
from storage.database import Database
from storage.migrate import upgrade


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        yield opened


class Sweeping(Asking):
    """Asks nobody, and can't read one of the drafts."""

    def __init__(self, database):
        self._database = database
        self._clock = SystemClock()
        self._later = {}
        self.asked = []

    async def ask(self, chat_id, user_id, *, on=None):
        if chat_id == 1:
            raise KeyError("a draft of another version")
        self.asked.append(chat_id)


async def test_draft_that_cannot_be_read_holds_up_no_other(database):
    async with database.transaction() as tx:
        for chat in (1, 2, 3):
            await tx.drafts.save(chat, chat, None, {}, float(chat), expected_version=None)
    sweeping = Sweeping(database)
    await sweeping.sweep()
    assert sweeping.asked == [2, 3]
