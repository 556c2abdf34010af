"""The full-size file: the provider's own picture, else the best there is of it."""

from dataclasses import replace

import pytest

from bot.chat.outcomes import Fetched, MessageRef, PhotoGone, Sent, TryLater
from bot.chat.screen import Screen
from bot.providers.base import Downloaded, DownloadFailed
from bot.tryon.chaining import Chaining
from bot.tryon.pictures import FileAnswer, FileKind, Pictures
from bot.visit import UpdateRef, Visit
from bot.wish import ClothesWish, ComparisonWish, HairStyle, PhotoRef, wish_to_json
from storage.database import Database
from storage.jobs import JobState, NewJob
from storage.migrate import upgrade

PERSON = 500
VISIT = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 1))
ME, DRESS = PhotoRef("me-file", "me"), PhotoRef("dress-file", "dress")
CLOTHES = ClothesWish(ME, DRESS)
COMPARISON = ComparisonWish(ME, (HairStyle("BobCut"), HairStyle("Afro")))
GONE, AWAY = DownloadFailed("HTTP 404", final=True), DownloadFailed("ConnectError", final=False)


class Downloads:
    outcome = Downloaded(b"original", "image/png")

    async def fetch(self, url):
        return self.outcome


class Chat:
    """Hands out copies, and notes what was sent."""

    def __init__(self):
        self.copies, self.files = Fetched(b"copy"), []

    async def fetch_photo(self, file_id):
        return replace(self.copies, data=file_id.encode()) if self.copies == Fetched(b"copy") else self.copies

    async def show_document(self, place, content, filename, screen):
        self.files.append((content, filename, screen.text))
        return Sent(9, "document", "unique", is_file=True)


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def downloads():
    return Downloads()


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        yield opened


@pytest.fixture
def delivered(database):
    """Let the person have the pictures of a wish."""

    async def run(wish):
        async with database.transaction() as tx:
            new = NewJob(
                *(PERSON, PERSON, None, None, 10, "c", wish.ability.value, wish_to_json(wish), 0),
                outputs=wish.outputs,
                steps=wish.steps,
            )
            job = await tx.jobs.add(new, 1.0)
            is_alone = wish.outputs == 1
            for n in range(1, wish.outputs + 1):
                await tx.results.add(job.id, n, b"x", "image/png", 3, 4, 2.0, "https://cdn/one")
                file_id = "picture" if is_alone else None
                placed = {"file_unique_id": file_id, "chat_id": PERSON, "message_id": 12}
                await tx.results.delivered(job.id, n, file_id=file_id, **placed, at=3.0)
            if not is_alone:
                first = await tx.results.find(job.id, 1)
                await tx.results.add_sheet(replace(first, n=3, file_id="sheet", source_url=None))
            await tx.jobs.move(
                job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.DELIVERED, at=3.0
            )
        return job.id

    return run


async def asks(database, chat, downloads, job_id, n=1):
    pictures = Pictures(database, chat, downloads)
    return await pictures.send_file(VISIT, job_id, n, lambda kind: Screen(kind.value))


@pytest.mark.parametrize(("wish", "kind"), [(CLOTHES, FileKind.ORIGINAL), (COMPARISON, FileKind.PART)])
async def test_original_is_sent_and_remembered_as_telegrams_file(
    database, chat, downloads, delivered, wish, kind
):
    job_id = await delivered(wish)
    assert await asks(database, chat, downloads, job_id) is FileAnswer.SENT
    downloads.outcome = GONE
    assert await asks(database, chat, downloads, job_id) is FileAnswer.SENT
    name = f"try-on-{job_id}.png"
    assert chat.files == [(b"original", name, kind.value), ("document", name, kind.value)]


@pytest.mark.parametrize(
    ("outcome", "kind"), [(GONE, FileKind.COPY), (AWAY, FileKind.COPY_FOR_NOW)], ids=["gone", "away"]
)
async def test_of_an_original_that_cant_be_had_the_copy_is_sent_and_not_taken_for_it(
    database, chat, downloads, delivered, outcome, kind
):
    job_id = await delivered(CLOTHES)
    downloads.outcome = outcome
    assert await asks(database, chat, downloads, job_id) is FileAnswer.SENT
    assert chat.files == [(b"picture", f"try-on-{job_id}.jpg", kind.value)]
    async with database.reading() as tx:
        assert (await tx.results.find(job_id, 1)).document_file_id is None


async def test_of_a_comparison_whose_originals_are_gone_the_sheet_is_sent(
    database, chat, downloads, delivered
):
    job_id = await delivered(COMPARISON)
    downloads.outcome = GONE
    assert await asks(database, chat, downloads, job_id, 2) is FileAnswer.SENT
    assert chat.files == [(b"sheet", f"try-on-{job_id}.jpg", FileKind.SHEET.value)]


async def test_an_original_that_is_only_away_is_not_called_gone(database, chat, downloads, delivered):
    job_id = await delivered(COMPARISON)
    downloads.outcome = AWAY
    assert await asks(database, chat, downloads, job_id, 2) is FileAnswer.LATER
    assert chat.files == []


@pytest.mark.parametrize(
    ("copies", "answer"), [(TryLater(1.0), FileAnswer.LATER), (PhotoGone(), FileAnswer.GONE)]
)
async def test_a_copy_that_telegram_has_not_at_hand_is_not_called_gone(
    database, chat, downloads, delivered, copies, answer
):
    job_id = await delivered(CLOTHES)
    downloads.outcome, chat.copies = GONE, copies
    assert await asks(database, chat, downloads, job_id) is answer


async def test_one_can_go_on_from_a_picture_of_a_comparison_once_its_file_was_sent(
    database, chat, downloads, delivered
):
    job_id = await delivered(COMPARISON)
    chaining = Chaining(database, looking=None, drafting=None)
    assert not await chaining.is_there(VISIT, job_id, 2)
    await asks(database, chat, downloads, job_id, 2)
    assert await chaining.is_there(VISIT, job_id, 2)


@pytest.mark.parametrize(("message_id", "is_again"), [(12, False), (13, True)])
async def test_a_picture_beside_the_message_that_was_paid_for_is_one_shown_again(
    database, chat, downloads, delivered, message_id, is_again
):
    job_id = await delivered(CLOTHES)
    pictures = Pictures(database, chat, downloads)
    shown = await pictures.shown(VISIT, job_id, MessageRef(PERSON, message_id))
    assert shown.is_again is is_again
