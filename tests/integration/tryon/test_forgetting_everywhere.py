"""Who deletes a picture deletes its photos, wherever they are remembered; other pictures stay."""

import pytest

from bot.chat.outcomes import MessageRef
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits, Prices
from bot.providers.capabilities import Capabilities
from bot.tattoos import starter_design
from bot.texts import Texts
from bot.tryon.chaining import Chaining
from bot.tryon.confirming import Confirming, OutOfDate
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.forgetting import Forgetting, Forgotten
from bot.tryon.opinions import Opinions
from bot.tryon.shop import Shop
from bot.tryon.wardrobe import Wardrobe
from bot.visit import UpdateRef, Visit
from bot.wish import (
    ClothesWish,
    HairstyleWish,
    OutfitWish,
    PhotoRef,
    TattooWish,
    wish_from_json,
    wish_key,
    wish_to_json,
)
from storage.database import Database
from storage.jobs import JobState, NewJob
from storage.migrate import upgrade
from tests.postgresql import Server

PERSON, OTHER = 500, 600
MESSAGE = MessageRef(PERSON, 12)
ME, DRESS = PhotoRef("me-file", "me", digest="me-bytes"), PhotoRef("dress-file", "dress", digest="silk")
SHIRT = PhotoRef("shirt-file", "shirt", digest="cotton")
# The same bytes, sent once more.
ME_AGAIN = PhotoRef("me2-file", "me2", digest="me-bytes")
NOTHING = PhotoRef.forgotten()
ALL_GONE = Forgotten(is_saved=False, is_needed=False)


class Chat:
    def __init__(self):
        self.removed = []

    async def remove(self, message):
        self.removed.append(message.message_id)


class Asking:
    def __init__(self):
        self.asked = []

    async def ask(self, chat_id, user_id, *, on=None):
        self.asked.append(chat_id)


class Able:
    name = "tryiton"

    def can_serve(self, need):
        return True


@pytest.fixture(scope="module")
def postgresql():
    server = Server()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    address = f"sqlite:///{tmp_path}/tryon.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        address = server.address(server.make_database())
    upgrade(address)
    return address


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(n, "{}") for n in range(1, 30)], 1.0)
            for user_id in (PERSON, OTHER):
                await tx.users.seen(user_id, "en", 1.0)
        yield opened


@pytest.fixture
def entrance(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    return Entrance(database, clock, Credits(database, clock, free_credits=0), Texts(), on_contact=no_contact)


@pytest.fixture
def shop():
    return Shop(
        Prices(1, 2, 1, 1, 1), Capabilities([Able()]), max_open_jobs=5, consent_version=1, retention_days=30
    )


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def asking():
    return Asking()


@pytest.fixture
def forgetting(database, chat, asking, entrance):
    return Forgetting(database, SystemClock(), chat, entrance, asking)


@pytest.fixture
def made(database):
    """Let somebody have a job of a wish in a state, with its picture when it is delivered."""

    async def run(wish, state=JobState.DELIVERED, user_id=PERSON):
        async with database.transaction() as tx:
            known = len(await tx.jobs.in_states(tuple(JobState)))
            request = wish_to_json(wish)
            new = NewJob(
                *(user_id, user_id, None, None, 10, f"c{known}", wish.ability.value, request, 0),
                wish_key=wish_key(wish),
            )
            job = await tx.jobs.add(new, 1.0)
            if state is JobState.DELIVERED:
                await tx.results.add(job.id, 1, b"x", "image/jpeg", 3, 4, 2.0)
                placed = {"file_id": f"made-{job.id}", "file_unique_id": f"m{job.id}", "chat_id": user_id}
                await tx.results.delivered(job.id, 1, **placed, message_id=job.id, at=3.0)
            if state is not JobState.QUEUED:
                await tx.jobs.move(job.id, epoch=job.epoch, source=JobState.QUEUED, target=state, at=3.0)
        return job.id

    return run


def visit(update=1):
    return Visit(PERSON, PERSON, None, 12, "en", UpdateRef(7, update))


async def photos_of(database, job_id):
    async with database.reading() as tx:
        return wish_from_json((await tx.jobs.get(job_id)).request).photos


async def test_other_pictures_stay_and_let_go_of_the_photos(database, forgetting, made):
    gone = await made(ClothesWish(ME, DRESS))
    other = await made(ClothesWish(ME_AGAIN, SHIRT))
    untouched = await made(ClothesWish(PhotoRef("x", "x"), SHIRT))
    assert await forgetting.delete(visit(), gone, MESSAGE) == ALL_GONE
    assert await photos_of(database, other) == {"person": NOTHING, "garment": SHIRT}
    assert await photos_of(database, untouched) == {"person": PhotoRef("x", "x"), "garment": SHIRT}
    async with database.reading() as tx:
        left = await tx.jobs.get(other)
        assert (left.wish_key, left.forgotten_at) == (None, None)
        assert (await tx.results.find(other, 1)).file_id == f"made-{other}"
        assert (await tx.results.find(gone, 1)).file_id is None


async def test_nothing_in_the_database_names_a_deleted_photo(database, forgetting, made):
    gone = await made(ClothesWish(ME, DRESS))
    await made(OutfitWish(ME, SHIRT, DRESS))
    await made(ClothesWish(ME_AGAIN, DRESS), JobState.FAILED)
    async with database.transaction() as tx:
        await tx.looks.keep(PERSON, ME.to_json(), ME.unique_id, 1.0)
        await tx.looks.keep(PERSON, ME_AGAIN.to_json(), ME_AGAIN.unique_id, 1.0)
        for chat_id in (PERSON, -5):
            draft = Draft("d", Slot(ME), Slot(DRESS), hd=True)
            await tx.drafts.save(chat_id, PERSON, None, draft.to_json(), 1.0, expected_version=None)
    await forgetting.delete(visit(), gone, MESSAGE)
    async with database.reading() as tx:
        jobs = [job.request for job in await tx.jobs.in_states(tuple(JobState))]
        looks, drafts = await tx.looks.all(PERSON), await tx.drafts.of_user(PERSON)
    said = f"{jobs} {looks} {drafts}"
    for name in ("me-file", "me2-file", "'me'", "me-bytes", "dress", "silk", f"made-{gone}"):
        assert name not in said, name
    assert "shirt-file" in said


async def test_photos_that_the_person_saved_or_named_stay_and_serve_other_pictures(
    database, forgetting, made
):
    gone, other = await made(ClothesWish(ME, DRESS)), await made(ClothesWish(ME, SHIRT))
    async with database.transaction() as tx:
        await tx.looks.keep(PERSON, ME.to_json(), ME.unique_id, 1.0, is_added=True)
    told = await forgetting.delete(visit(), gone, MESSAGE)
    assert told == Forgotten(is_saved=True, is_needed=False)
    assert await photos_of(database, other) == {"person": ME, "garment": SHIRT}
    async with database.reading() as tx:
        [look] = await tx.looks.all(PERSON)
    assert look.file_unique_id == "me"


async def test_a_picture_under_way_keeps_its_photos_and_the_person_is_told(database, forgetting, made):
    gone = await made(ClothesWish(ME, DRESS))
    under_way = await made(ClothesWish(ME, SHIRT), JobState.QUEUED)
    told = await forgetting.delete(visit(), gone, MESSAGE)
    assert told == Forgotten(is_saved=False, is_needed=True)
    assert await photos_of(database, under_way) == {"person": ME, "garment": SHIRT}


async def test_somebody_elses_pictures_keep_the_same_photos(database, forgetting, made):
    gone, others = await made(ClothesWish(ME, DRESS)), await made(ClothesWish(ME, DRESS), user_id=OTHER)
    assert await forgetting.delete(visit(1), others, MESSAGE) is None
    assert await forgetting.delete(visit(1), gone, MESSAGE) == ALL_GONE
    assert await photos_of(database, others) == {"person": ME, "garment": DRESS}


async def test_a_picture_that_was_gone_on_from_stays_until_it_is_deleted_itself(database, forgetting, made):
    first = await made(ClothesWish(ME, DRESS))
    picture = PhotoRef(f"made-{first}", f"m{first}", of_job=first)
    second = await made(HairstyleWish(picture, "BobCut"))
    third = await made(HairstyleWish(picture, "Afro"))
    await forgetting.delete(visit(1), third, MESSAGE)
    assert await photos_of(database, second) == {"person": picture}
    async with database.reading() as tx:
        assert (await tx.results.find(first, 1)).file_id == f"made-{first}"
    await forgetting.delete(visit(2), first, MESSAGE)
    assert await photos_of(database, second) == {"person": NOTHING}


async def test_a_drawn_design_is_no_photo_of_anybodys(database, forgetting, made):
    rose, arm = starter_design("rose"), PhotoRef("arm-file", "arm")
    gone, other = await made(TattooWish(ME, rose)), await made(TattooWish(arm, rose))
    await forgetting.delete(visit(), gone, MESSAGE)
    assert await photos_of(database, other) == {"person": arm, "design": rose}


async def test_a_draft_loses_the_photo_and_is_asked_for_it_again(database, forgetting, made, asking):
    gone = await made(ClothesWish(ME, DRESS))
    async with database.transaction() as tx:
        draft = Draft("d", Slot(ME), Slot(SHIRT, 40))
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)
    told = await forgetting.delete(visit(), gone, MESSAGE)
    await forgetting.ask_again(visit(), told)
    assert asking.asked == [PERSON]
    async with database.reading() as tx:
        left = Draft.from_json((await tx.drafts.get(PERSON, PERSON)).state)
    assert (left.person, left.garment.photo, left.wanted) == (None, SHIRT, "person")


async def test_a_draft_of_nothing_but_the_photo_is_over(database, forgetting, made, chat):
    gone = await made(ClothesWish(ME, DRESS))
    async with database.transaction() as tx:
        draft = Draft("d", Slot(ME))
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)
        await tx.drafts.asked(PERSON, PERSON, 1, 44, 2.0)
    assert await forgetting.delete(visit(), gone, MESSAGE) == ALL_GONE
    assert chat.removed == [12, 44]
    async with database.reading() as tx:
        assert await tx.drafts.get(PERSON, PERSON) is None


async def test_what_is_left_of_another_picture_can_be_used(database, forgetting, made, entrance, shop):
    gone, other = await made(ClothesWish(ME, DRESS)), await made(ClothesWish(ME, SHIRT))
    failed = await made(ClothesWish(ME, SHIRT), JobState.FAILED)
    await forgetting.delete(visit(1), gone, MESSAGE)
    clock = SystemClock()
    opinions = Opinions(database, clock, entrance, admin_ids=(), wake=lambda: None)
    menu = await opinions.menu(visit(), other, 1)
    assert not menu.has_before
    # "Another garment" has to ask for the person first, and has no garment either.
    drafting = Drafting(database, clock, None, None, entrance, Asking(), shop, mint=lambda: "again")
    assert await drafting.again(visit(2), other, "garment")
    async with database.reading() as tx:
        draft = Draft.from_json((await tx.drafts.get(PERSON, PERSON)).state)
    assert (draft.person, draft.garment, draft.wanted) == (None, None, "person")
    confirming = Confirming(database, clock, entrance, shop, wake=lambda: None)
    assert await confirming.retry(visit(3), failed, MESSAGE) == OutOfDate()


async def test_a_garment_that_was_deleted_hangs_in_the_wardrobe_no_more(database, forgetting, made):
    gone, outfit = (
        await made(ClothesWish(ME, DRESS)),
        await made(OutfitWish(PhotoRef("x", "x"), SHIRT, DRESS)),
    )
    await forgetting.delete(visit(), gone, MESSAGE)
    wardrobe = Wardrobe(database)
    page = await wardrobe.page(PERSON)
    assert (page.of, page.item.photo) == (1, SHIRT)
    assert await wardrobe.find(PERSON, outfit, "lower") is None


async def test_there_is_no_step_back_to_a_photo_that_was_deleted(database, forgetting, made):
    first, gone = await made(ClothesWish(ME, SHIRT)), await made(ClothesWish(ME, DRESS))
    async with database.transaction() as tx:
        draft = Draft("d", Slot(PhotoRef("picture", "p", of_job=first)))
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)
    await forgetting.delete(visit(), gone, MESSAGE)
    assert not await Chaining(database, looking=None, drafting=None).step_back(visit(), MESSAGE)
