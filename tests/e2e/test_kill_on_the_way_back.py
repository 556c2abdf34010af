"""kill -9 between the photo in the private chat and the group that waits for it.

Somebody new in a group shows a photo of themselves in the private chat, and the bot dies at its k-th commit
from there. It is started again, and without anything being done twice the group goes on: once, with that
photo. k grows until a way back passes unharmed. Right before every other commit and right after the ones
between: to die after one is much like dying before the next.
"""

import pytest

from tests.e2e.members import Member
from tests.e2e.mortal import Mortal, Patient
from tests.e2e.person import ASKS_CONSENT, ASKS_PERSON, CARD, DONE, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network

MOST_COMMITS = 40
EVERY_OTHER = 2


class Newcomer(Patient):
    """Somebody in a group, who has never written to the bot."""

    def __init__(self, member: Member, mortal: Mortal) -> None:
        super().__init__(Person(member.stage, member.account), mortal)
        self.member = member

    async def is_asked_for_a_photo(self) -> None:
        """Begin in the group, and come to the private chat by the link there."""
        await self.member.sends_photo(picture(1), caption="/tryon")
        card = await self.member.sees("I need a photo of you first")
        [link] = [button.url for button in card.keyboard.buttons() if button.url]
        await self.person.starts(link.partition("?start=")[2])
        await self.person.taps("Yes, I agree", await self.person.sees(ASKS_CONSENT))
        await self.person.sees(ASKS_PERSON)

    async def shows_it(self) -> None:
        """Send the photo, and wait until the group goes on; the bot may die of it."""
        await self.person.sends_photo(picture(2))
        while not self.cards():
            await self.mortal.lives()
            await self.member.stage.until(
                lambda: self.cards() or not self.mortal.run.is_running, what="the group to go on"
            )
        await self.rests()

    def cards(self) -> list:
        return [one for one in self.member.from_bot if CARD in (one.text or "")]


@pytest.mark.parametrize(("moment", "first"), [("before", 1), ("after", 2)])
async def test_a_group_goes_on_once_when_the_bot_dies_on_the_way_back(stage, person, moment, first):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(first, MOST_COMMITS, EVERY_OTHER):
        deaths, account = mortal.deaths, person(f"Person{commit}").account
        group = stage.world.add_group(f"Friends {commit}", [account.id], is_forum=True)
        topic = await stage.world.person_opens_topic(account.id, group.id, "Outfits")
        somebody = Newcomer(Member(stage, account, group, topic.id), mortal)
        await somebody.is_asked_for_a_photo()
        mortal.is_to_die(moment, commit)
        await somebody.shows_it()
        if mortal.deaths == deaths:
            break
        await check(somebody, f"{moment} commit {commit}")
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= 3
    assert commit < MOST_COMMITS - EVERY_OTHER


async def check(somebody: Newcomer, when: str) -> None:
    member, alone, books = somebody.member, somebody.person, somebody.member.stage.books
    # What Telegram took without our learning of it is asked again; the first stays.
    assert len(somebody.cards()) in {1, 2}, when
    assert {card.thread_id for card in somebody.cards()} == {member.thread_id}, when
    assert "I use your saved photo" in somebody.cards()[-1].text, when
    assert 1 <= len(alone.finds("I have gone on in the group")) <= 2, when
    assert alone.finds(ASKS_PERSON) == [], when
    assert [row["chat_id"] for row in books.rows("SELECT * FROM drafts WHERE user_id = ?", alone.id)] == [
        member.chat.id
    ], when
    assert len(books.rows("SELECT * FROM looks WHERE user_id = ?", alone.id)) == 1, when

    await member.taps(TRY_IT_ON, somebody.cards()[-1])
    await member.sees(DONE, photo=True)
    await somebody.rests()
    assert books.job_states(alone.id) == ["delivered"], when
    assert books.balance(alone.id) == (2, 0), when
