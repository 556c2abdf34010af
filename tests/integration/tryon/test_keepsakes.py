"""Before and after, and the card to share: made of what Telegram still has, or a kind answer."""

import io

import pytest
from PIL import Image

from bot.chat.outcomes import CannotSend, Fetched, Obstacle, PhotoGone, Sent, TryLater
from bot.chat.screens.results import SHEET
from bot.images import Images, PictureError
from bot.images.errors import Reason
from bot.tryon.keepsakes import Keepsake, Keepsakes
from bot.visit import UpdateRef, Visit
from bot.wish import ClothesWish, PhotoRef, wish_to_json
from storage.database import Database
from storage.jobs import NewJob
from storage.migrate import upgrade
from storage.results import ResultState

ALICE = 500
VISIT = Visit(ALICE, ALICE, 3, 12, "en", UpdateRef(7, 1))
WISH = ClothesWish(PhotoRef("me-file", "me"), PhotoRef("dress-file", "dress"))
RED, BLUE = (200, 30, 30), (30, 30, 200)


def jpeg(colour):
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, "JPEG", quality=95)
    return out.getvalue()


class Chat:
    def __init__(self):
        self.files = {"me-file": Fetched(jpeg(RED)), "made-file": Fetched(jpeg(BLUE))}
        self.fetched = []
        self.shown = []
        self.outcome = Sent(99, "card-file", "card")

    async def acting(self, place, action):
        """Nobody looks."""

    async def fetch_photo(self, file_id):
        self.fetched.append(file_id)
        return self.files[file_id]

    async def show_photo(self, place, photo, screen):
        self.shown.append((place, Image.open(io.BytesIO(photo)).convert("RGB"), screen))
        return self.outcome


class BusyImages(Images):
    async def share_card(self, result, footer):
        raise PictureError(Reason.BUSY)


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            new = NewJob(ALICE, ALICE, None, None, 11, "c", "clothes", wish_to_json(WISH), price=0)
            job = await tx.jobs.add(new, 1.0)
            await tx.results.add(job.id, 1, b"x", "image/jpeg", 3, 4, 2.0)
            placed = {"chat_id": ALICE, "message_id": 12, "at": 3.0}
            await tx.results.delivered(job.id, 1, file_id="made-file", file_unique_id="made", **placed)
            assert (await tx.results.find(job.id, 1)).state is ResultState.DELIVERED
        yield opened


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
async def keepsakes(database, chat):
    async with Images() as images:
        yield Keepsakes(database, chat, images, footer="@shop_bot")


def has(image, colour):
    """Whether a good part of a picture is of a colour."""
    small = image.resize((60, 60))
    near = [
        pixel
        for pixel in small.get_flattened_data()
        if all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=True))
    ]
    return len(near) > 300


async def test_before_and_after_shows_both_in_answer_to_the_picture(keepsakes, chat):
    assert await keepsakes.before_after(VISIT, 1, 1, "Before and after.") is Keepsake.SENT
    [(place, image, screen)] = chat.shown
    assert (place.chat_id, place.thread_id, place.reply_to) == (ALICE, 3, 12)
    assert screen.text == "Before and after."
    left, right = (
        image.crop((x, 0, x + image.width // 2, image.height)) for x in (0, image.width - image.width // 2)
    )
    assert (has(left, RED), has(left, BLUE)) == (True, False)
    assert (has(right, RED), has(right, BLUE)) == (False, True)


async def test_card_to_share_is_made_without_the_photo_of_the_person_and_has_no_buttons(keepsakes, chat):
    assert await keepsakes.share_card(VISIT, 1, 1, "Tried on with @shop_bot") is Keepsake.SENT
    [(_, image, screen)] = chat.shown
    assert chat.fetched == ["made-file"]
    assert has(image, BLUE)
    assert not has(image, RED)
    assert screen.rows == ()


@pytest.mark.parametrize(
    ("file", "outcome", "answer"),
    [
        ("me-file", PhotoGone(), Keepsake.BEFORE_GONE),
        ("me-file", Fetched(b"no picture"), Keepsake.GONE),
        ("me-file", TryLater(1.0), Keepsake.LATER),
        ("made-file", PhotoGone(too_big=True), Keepsake.GONE),
        ("made-file", TryLater(1.0), Keepsake.LATER),
    ],
)
async def test_what_telegram_does_not_give_has_an_answer(keepsakes, chat, file, outcome, answer):
    chat.files[file] = outcome
    assert await keepsakes.before_after(VISIT, 1, 1, "") is answer
    assert chat.shown == []


async def test_forgotten_pictures_and_other_peoples_are_gone(keepsakes, chat, database):
    bruno = Visit(600, 600, None, 12, "en", UpdateRef(7, 1))
    assert await keepsakes.share_card(bruno, 1, 1, "") is Keepsake.GONE
    assert await keepsakes.share_card(VISIT, 1, 2, "") is Keepsake.GONE
    assert await keepsakes.share_card(VISIT, 9, 1, "") is Keepsake.GONE
    async with database.transaction() as tx:
        await tx.results.forget(9.0)
    assert await keepsakes.share_card(VISIT, 1, 1, "") is Keepsake.GONE
    async with database.transaction() as tx:
        await tx.jobs.forget_one(1, 9.0)
    assert await keepsakes.before_after(VISIT, 1, 1, "") is Keepsake.GONE
    assert chat.fetched == []


async def test_sheet_has_no_before_and_after(keepsakes, chat):
    assert await keepsakes.before_after(VISIT, 1, SHEET, "") is Keepsake.GONE
    assert chat.fetched == []


async def test_too_much_to_do_means_later_and_a_chat_where_nothing_can_be_written_is_told_apart(
    keepsakes, chat, database
):
    async with BusyImages() as images:
        busy = Keepsakes(database, chat, images, footer="@shop_bot")
        assert await busy.share_card(VISIT, 1, 1, "") is Keepsake.LATER
    chat.outcome = TryLater(1.0)
    assert await keepsakes.share_card(VISIT, 1, 1, "") is Keepsake.LATER
    chat.outcome = CannotSend(Obstacle.BLOCKED)
    assert await keepsakes.share_card(VISIT, 1, 1, "") is Keepsake.CLOSED
