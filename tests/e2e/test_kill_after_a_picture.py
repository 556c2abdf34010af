"""kill -9 right before and right after every commit of what follows a picture, one after another.

A picture that one has is shown again, and the credit of a bad one comes back, with a bot that dies at its
k-th commit after the tap. It is started again, and the person taps nothing twice; k grows until a tap passes
unharmed.
"""

import pytest

from bot.wish import ClothesWish, GarmentKind
from tests.e2e.mortal import Mortal, Patient
from tests.e2e.person import CARD, Person
from tests.e2e.wishes import bot_offers, delivered, photos_sent

pytestmark = pytest.mark.network

MOST_COMMITS = 30
AGAIN = "🎁 Show it again, for free"
SHOWN = "You had this picture already"
BACK = "1 credit came back; you have 3 credits now."
CASES = [("sqlite", "before"), ("sqlite", "after"), ("postgresql", "after")]


async def has_a_card_of_a_picture_there_is(person: Person, *, is_file: bool) -> None:
    """Have sent the photos of a picture once more."""
    await person.has_been_here()
    sent = await person.sends_file()
    [me, garment] = await photos_sent(person)
    picture = sent.document.file_id if is_file else me.file_id
    await delivered(person, ClothesWish(me, garment, GarmentKind.TOP), picture, is_file=is_file)
    await person.taps("Top", await person.sees(CARD))
    await person.sees(button=AGAIN)


async def check_shown(person: Person, when: str) -> None:
    """The picture is there, twice at most; nothing is left to tap, and nothing was booked."""
    books = person.stage.books
    assert len(person.finds(SHOWN)) in {1, 2}, when
    assert all(message.photo or message.document for message in person.finds(SHOWN)), when
    assert not person.finds(button=AGAIN), when
    assert books.drafts(person.id) == [], when
    assert len(books.jobs(person.id)) == 1, when
    assert books.balance(person.id) == (2, 0), when
    assert await books.findings() == [], when


@pytest.mark.parametrize(("address", "moment"), CASES, indirect=["address"])
@pytest.mark.parametrize("is_file", [False, True], ids=["photo", "file"])
async def test_killed_at_every_commit_of_a_picture_that_is_shown_again(stage, person, moment, is_file):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(1, MOST_COMMITS):
        deaths, somebody = mortal.deaths, Patient(person(f"Person{commit}"), mortal)
        await has_a_card_of_a_picture_there_is(somebody.person, is_file=is_file)
        await somebody.rests()
        mortal.is_to_die(moment, commit)
        await somebody.person.taps_and_goes(AGAIN)
        await somebody.sees(SHOWN)
        await somebody.rests()
        await check_shown(somebody.person, f"{moment} commit {commit}")
        if mortal.deaths == deaths:
            break
    await mortal.is_laid_to_rest()
    assert stage.paid_calls() == 0
    assert mortal.deaths >= 3
    assert commit < MOST_COMMITS - 1


async def check_given_back(person: Person, job_id: int, when: str) -> None:
    """The credit is back once, and the person was told; what had no card may be told again."""
    books = person.stage.books
    assert len(person.finds(BACK)) in {1, 2}, when
    assert books.balance(person.id) == (3, 0), when
    given = books.rows("SELECT available_delta FROM ledger WHERE key = ?", f"goodwill:{job_id}:1")
    assert given == [{"available_delta": 1}], when
    said = books.rows("SELECT verdict, credits FROM feedback WHERE job_id = ?", job_id)
    assert said == [{"verdict": "bad", "credits": 1}], when
    assert await books.findings() == [], when


@pytest.mark.parametrize(("address", "moment"), CASES, indirect=["address"])
async def test_killed_at_every_commit_of_a_credit_that_comes_back(stage, person, moment):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(1, MOST_COMMITS):
        deaths, somebody = mortal.deaths, Patient(person(f"Person{commit}"), mortal)
        [me, garment] = await photos_sent(somebody.person)
        job_id = await delivered(somebody.person, ClothesWish(me, garment), me.file_id)
        code = f"badyes:{job_id}:1"
        offer = await bot_offers(somebody.person, code)
        await somebody.rests()
        mortal.is_to_die(moment, commit)
        await somebody.person.taps_and_goes(code, offer)
        await somebody.sees(BACK)
        await somebody.rests()
        await check_given_back(somebody.person, job_id, f"{moment} commit {commit}")
        if mortal.deaths == deaths:
            break
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= 3
    assert commit < MOST_COMMITS - 1
