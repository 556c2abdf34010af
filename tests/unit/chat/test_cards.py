"""Only the latest progress counts, and none comes after what replaced it."""

import asyncio

from bot.chat.cards import Cards
from bot.chat.outcomes import CannotSend, EditOutcome, MessageGone, MessageRef, Obstacle, Sent, TryLater
from bot.chat.screen import Screen

CARD = MessageRef(500, 11)


class Edits:
    """The line to Telegram; it lets one edit pass at each ``pass_one``."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.landed: list[str] = []
        self.urgent: list[bool] = []
        self.answers: list[EditOutcome] = []
        self.withdrawn: list[MessageRef] = []
        self._open = asyncio.Semaphore(0)

    async def edit(self, card: MessageRef, screen: Screen, urgent: bool) -> EditOutcome:
        self.begun.append(screen.text)
        self.urgent.append(urgent)
        await self._open.acquire()
        self.landed.append(screen.text)
        return self.answers.pop(0) if self.answers else Sent(card.message_id)

    async def pass_one(self) -> None:
        self._open.release()
        for _ in range(5):
            await asyncio.sleep(0)


def made() -> tuple[Cards, Edits]:
    edits = Edits()
    return Cards(edits.edit, edits.withdrawn.append), edits


async def test_latest_replaces_what_waits() -> None:
    cards, edits = made()
    for text in ("1", "2", "3"):
        cards.show(CARD, 1, Screen(text))
    await asyncio.sleep(0)
    cards.show(CARD, 1, Screen("4"))
    cards.show(CARD, 1, Screen("5"))
    await edits.pass_one()
    await edits.pass_one()
    assert edits.landed == ["3", "5"]


async def test_same_words_cost_no_edit() -> None:
    cards, edits = made()
    cards.show(CARD, 1, Screen("1"))
    await edits.pass_one()
    cards.show(CARD, 1, Screen("1"))
    await edits.pass_one()
    assert edits.begun == ["1"]


async def test_words_that_did_not_land_are_tried_again() -> None:
    cards, edits = made()
    edits.answers = [TryLater(1.0)]
    cards.show(CARD, 1, Screen("1"))
    await edits.pass_one()
    cards.show(CARD, 1, Screen("1"))
    await edits.pass_one()
    assert edits.begun == ["1", "1"]


async def test_forget_waits_for_the_edit_on_its_way_and_drops_the_next() -> None:
    cards, edits = made()
    cards.show(CARD, 1, Screen("1"))
    await asyncio.sleep(0)
    cards.show(CARD, 1, Screen("2"))
    forgetting = asyncio.ensure_future(cards.forget(CARD))
    await asyncio.sleep(0)
    assert not forgetting.done()
    await edits.pass_one()
    await forgetting
    assert edits.landed == ["1"]


async def test_forgotten_job_is_never_shown_again_but_a_new_one_on_the_same_card_is() -> None:
    cards, edits = made()
    cards.show(CARD, 1, Screen("1"))
    await edits.pass_one()
    await cards.forget(CARD)
    cards.show(CARD, 1, Screen("late"))
    cards.show(CARD, 2, Screen("new"))
    await edits.pass_one()
    assert edits.begun == ["1", "new"]


async def test_card_that_is_gone_is_left_alone() -> None:
    for answer in (MessageGone(), CannotSend(Obstacle.BLOCKED)):
        cards, edits = made()
        edits.answers = [answer]
        cards.show(CARD, 1, Screen("1"))
        await edits.pass_one()
        cards.show(CARD, 1, Screen("2"))
        await edits.pass_one()
        assert edits.begun == ["1"]


async def test_answer_to_a_tap_is_urgent_and_what_follows_is_not() -> None:
    cards, edits = made()
    cards.show(CARD, 1, Screen("1"), at_once=True)
    await edits.pass_one()
    cards.show(CARD, 1, Screen("2"))
    await edits.pass_one()
    assert edits.urgent == [True, False]


async def test_stop_ends_what_waits() -> None:
    cards, edits = made()
    cards.show(CARD, 1, Screen("1"))
    await asyncio.sleep(0)
    await cards.stop()
    await edits.pass_one()
    assert edits.landed == []
