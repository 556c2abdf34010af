"""Groups over a real database: drafts that wait, come back, move; and vote cards with few edits."""

from dataclasses import replace

import pytest

from bot.chat.outcomes import (
    CannotSend,
    Fetched,
    MaybeSent,
    MessageGone,
    MessageRef,
    Obstacle,
    Sent,
    TryLater,
)
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits, Prices
from bot.images.errors import Reason
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.following import Following
from bot.tryon.groups import Begun, Groups
from bot.tryon.looking import PhotoRefused, PhotoUnreachable
from bot.tryon.returning import Back, Returning
from bot.tryon.shop import Shop
from bot.tryon.voting import Asked, Voting
from bot.visit import UpdateRef, Visit
from bot.wish import Ability, PhotoRef
from storage.database import Database
from storage.jobs import NewJob
from storage.migrate import upgrade
from tests.integration.jobs.virtual_time import VirtualClock

PERSON, OTHER, GROUP, NEW = 500, 501, -40, -1009
DRESS = Slot(PhotoRef("dress-file", "dress"), 8)
ME = Slot(PhotoRef("me-file", "me", digest="m"), 9)


class NobodyAsks:
    offers = tuple(Ability)

    def __init__(self):
        self.soon = []

    async def ask(self, chat_id, user_id, *, on=None):
        """Let the draft be the answer."""

    def ask_soon(self, chat_id, user_id):
        self.soon.append((chat_id, user_id))


class Eyes:
    """Looks at photos and finds what it was told to find."""

    def __init__(self):
        self.finds = {}
        self.seen = []

    async def at(self, slot):
        self.seen.append(slot.photo.unique_id)
        return self.finds.get(slot.photo.unique_id, replace(slot, photo=replace(slot.photo, digest="d")))


class Chat:
    def __init__(self):
        self.said = []
        self.removed = []
        self.edits = []
        self.outcome = Sent(77)
        self.edited = None

    async def say(self, place, screen):
        self.said.append(screen.text)
        return self.outcome

    async def remove(self, ref):
        self.removed.append(ref)

    async def edit(self, ref, screen):
        self.edits.append((ref, screen.text))
        return self.edited or Sent(ref.message_id)

    async def fetch_photo(self, file_id):
        return Fetched(b"x")

    async def show_photo(self, place, photo, screen, *, spoiler=False):
        return self.outcome


class Able:
    """A provider that can do everything."""

    name = "tryiton"

    def can_serve(self, need):
        return True


class Composer:
    async def compare_sheet(self, pictures, labels=()):
        return b"sheet"


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(number, "{}") for number in range(20)], 1.0)
            await tx.users.seen(PERSON, "en", 1.0)
        yield opened


@pytest.fixture
def entrance(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    return Entrance(database, clock, Credits(database, clock, free_credits=0), Texts(), on_contact=no_contact)


@pytest.fixture
def asking():
    return NobodyAsks()


@pytest.fixture
def eyes():
    return Eyes()


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def shop():
    return Shop(
        Prices(1, 2, 1, 1, 1), Capabilities([Able()]), max_open_jobs=5, consent_version=1, retention_days=30
    )


@pytest.fixture
def groups(database, entrance, asking, eyes, shop):
    return Groups(
        database,
        SystemClock(),
        entrance,
        asking,
        eyes,
        shop,
        mint=iter(["one", "two", "three"]).__next__,
    )


@pytest.fixture
def shown_on():
    """On which messages progress is to be shown, by job."""
    return {}


@pytest.fixture
def following(database, entrance, asking, chat, shown_on):
    return Following(database, SystemClock(), chat, entrance, asking, show_on=shown_on.__setitem__)


@pytest.fixture
def returning(database, eyes, shop):
    return Returning(database, SystemClock(), eyes, shop, wake=lambda: None)


async def told(database):
    """What the person is to read in the private chat, and instead of which question."""
    async with database.reading() as tx:
        due = await tx.notices.due(9e9)
    assert {one.chat_id for one in due} <= {PERSON}
    return [(one.kind, one.edit_message_id) for one in due]


def visit(number, *, chat_id=GROUP, user_id=PERSON):
    return Visit(user_id, chat_id, None, 5, "en", UpdateRef(7, number), "Ann")


async def agree(database):
    async with database.transaction() as tx:
        await tx.users.consent(PERSON, 1, 1.0)


async def draft_in(database, chat_id):
    async with database.reading() as tx:
        row = await tx.drafts.get(chat_id, PERSON)
    return Draft.from_json(row.state) if row else None


async def store(database, chat_id, draft):
    async with database.transaction() as tx:
        return await tx.drafts.save(chat_id, PERSON, None, draft.to_json(), 1.0, expected_version=None)


async def test_nothing_is_looked_at_before_somebody_agreed(database, groups, eyes):
    assert await groups.begin(visit(1), Ability.CLOTHES, thing=DRESS) == Begun()
    assert (eyes.seen, (await draft_in(database, GROUP)).garment) == ([], DRESS)
    await agree(database)
    await groups.begin(visit(2), Ability.CLOTHES, thing=DRESS)
    assert eyes.seen == ["dress"]


@pytest.mark.parametrize("trouble", [PhotoRefused(Reason.TOO_SMALL), PhotoUnreachable()])
async def test_a_photo_that_is_no_good_begins_nothing(database, groups, eyes, trouble):
    await agree(database)
    eyes.finds["dress"] = trouble
    assert await groups.begin(visit(1), Ability.CLOTHES, thing=DRESS) == trouble
    assert await draft_in(database, GROUP) is None


async def test_only_ones_own_link_opens_and_asks_for_the_photo(database, groups):
    await groups.begin(visit(1), Ability.CLOTHES, thing=DRESS)
    assert not await groups.open(visit(2, chat_id=OTHER, user_id=OTHER), "one")
    assert not await groups.open(visit(3, chat_id=PERSON), "another")
    assert await groups.open(visit(4, chat_id=PERSON), "one")
    assert (await draft_in(database, PERSON)).for_group == GROUP


async def test_photo_goes_back_and_is_kept_and_the_garment_is_looked_at(database, returning, eyes):
    await agree(database)
    group = await store(database, GROUP, Draft("one", garment=DRESS))
    async with database.transaction() as tx:
        await tx.drafts.asked(GROUP, PERSON, group.version, 33, 1.0)
    home = await store(database, PERSON, Draft("two", ME, for_group=GROUP))
    async with database.transaction() as tx:
        await tx.drafts.asked(PERSON, PERSON, home.version, 44, 1.0)
        home = await tx.drafts.get(PERSON, PERSON)

    back = await returning.settle(home)

    assert back == Back(GROUP, MessageRef(GROUP, 33))
    draft = await draft_in(database, GROUP)
    assert (draft.person.photo, draft.person.message_id, draft.garment.photo.digest) == (ME.photo, None, "d")
    assert await draft_in(database, PERSON) is None
    async with database.reading() as tx:
        assert (await tx.looks.newest(PERSON)).file_unique_id == "me"
    assert eyes.seen == ["dress"]
    assert await told(database) == [("went_back", 44)]


async def test_garment_that_is_no_good_is_asked_for_again(database, returning, eyes):
    await agree(database)
    eyes.finds["dress"] = PhotoRefused(Reason.TOO_SMALL)
    await store(database, GROUP, Draft("one", garment=DRESS))
    home = await store(database, PERSON, Draft("two", ME, for_group=GROUP))
    await returning.settle(home)
    draft = await draft_in(database, GROUP)
    assert (draft.person.photo, draft.garment, draft.wanted) == (ME.photo, None, "garment")


async def test_photo_is_kept_also_where_nothing_waits_any_more(database, returning):
    await agree(database)
    home = await store(database, PERSON, Draft("two", ME, for_group=GROUP))
    assert await returning.settle(home) == Back(GROUP, None)
    assert await told(database) == [("group_is_over", None)]
    async with database.reading() as tx:
        assert await tx.looks.newest(PERSON) is not None


async def test_what_was_begun_in_the_private_chat_goes_on_after_the_group_has_its_photo(
    database, groups, returning
):
    await agree(database)
    mine = Draft("mine", ME, DRESS)
    await store(database, PERSON, mine)
    await groups.begin(visit(1), Ability.CLOTHES, thing=DRESS)
    for number in (2, 3):
        assert await groups.open(visit(number, chat_id=PERSON), "one")
    assert (await draft_in(database, PERSON)).person is None
    await store(database, PERSON, replace(await draft_in(database, PERSON), person=ME))
    async with database.reading() as tx:
        home = await tx.drafts.get(PERSON, PERSON)

    back = await returning.settle(home)

    assert (back.chat_id, back.resumes) == (GROUP, True)
    assert await draft_in(database, PERSON) == mine
    assert (await draft_in(database, GROUP)).person.photo == ME.photo


async def test_a_body_photo_for_a_tattoo_is_not_kept(database, returning):
    await agree(database)
    home = await store(database, PERSON, Draft("two", ME, ability=Ability.TATTOO, for_group=GROUP))
    await returning.settle(home)
    async with database.reading() as tx:
        assert await tx.looks.newest(PERSON) is None


async def test_nothing_goes_back_before_consent_and_photo(database, returning):
    await store(database, GROUP, Draft("one", garment=DRESS))
    home = await store(database, PERSON, Draft("two", ME, for_group=GROUP))
    assert await returning.settle(home) is None
    await agree(database)
    home = await store(database, PERSON, Draft("two", for_group=GROUP))
    assert await returning.settle(home) is None


async def test_a_draft_goes_home_once(database, returning):
    row = await store(database, GROUP, Draft("one", ME, DRESS, command=5))
    assert await returning.take_home(row)
    assert not await returning.take_home(row)
    home = await draft_in(database, PERSON)
    assert (home.garment.photo, home.garment.message_id, home.command) == (DRESS.photo, None, None)
    assert await draft_in(database, GROUP) is None


async def test_what_was_begun_at_home_is_put_aside_for_a_draft_that_comes_home_and_for_the_next(
    database, returning
):
    mine = await store(database, PERSON, Draft("mine", ME))
    for name in ("one", "two"):
        await returning.take_home(await store(database, GROUP, Draft(name, garment=DRESS, command=5)))
    home = await draft_in(database, PERSON)
    assert (home.confirmation_id, home.came_from, home.before) == ("two", "group", mine.state)


async def test_drafts_follow_a_group_and_one_that_is_there_stays(database, following, asking):
    await store(database, GROUP, Draft("one", ME, DRESS, command=5))
    await store(database, PERSON, Draft("two", for_group=GROUP))
    async with database.transaction() as tx:
        for chat_id, name in ((GROUP, "old"), (NEW, "new")):
            draft = Draft(name).to_json()
            await tx.drafts.save(chat_id, OTHER, None, draft, 1.0, expected_version=None)

    await following.moved(GROUP, NEW)
    await following.moved(GROUP, NEW)

    moved = await draft_in(database, NEW)
    assert (moved.confirmation_id, moved.command, moved.reply_to) == ("one", None, None)
    assert (await draft_in(database, PERSON)).for_group == NEW
    async with database.reading() as tx:
        assert await tx.drafts.in_chat(GROUP) == []
        assert (await tx.drafts.get(NEW, OTHER)).state["confirmation_id"] == "new"
    assert sorted(asking.soon) == [(NEW, PERSON), (NEW, OTHER)]


async def test_private_progress_is_the_card_and_a_closed_chat_is_told(database, following, chat, shown_on):
    async with database.transaction() as tx:
        job = await tx.jobs.add(NewJob(PERSON, PERSON, None, None, None, "c", "clothes", {}, 0), 1.0)
    t = Texts().speak("en")
    chat.outcome = CannotSend(Obstacle.BLOCKED)
    assert not await following.privately(visit(1), job.id, t)
    assert shown_on == {}
    chat.outcome = Sent(77)
    assert await following.privately(visit(2), job.id, t)
    assert shown_on == {job.id: MessageRef(PERSON, 77)}
    async with database.reading() as tx:
        assert (await tx.jobs.get(job.id)).card_message_id == 77
    async with database.transaction() as tx:
        await tx.jobs.cancel(job.id, PERSON, 2.0)
    assert await following.privately(visit(3), job.id, t)
    assert chat.removed == [MessageRef(PERSON, 77)]


async def test_what_is_on_its_way_gets_a_new_card_where_its_group_moved(database, following, chat, shown_on):
    async with database.transaction() as tx:
        new = [NewJob(PERSON, GROUP, None, 3, 4, f"c{n}", "clothes", {}, 0, addressee="Ann") for n in (1, 2)]
        under_way, ended = [await tx.jobs.add(one, 1.0) for one in new]
        await tx.jobs.cancel(ended.id, PERSON, 2.0)

    await following.moved(GROUP, NEW)
    await following.moved(GROUP, NEW)

    assert shown_on == {under_way.id: MessageRef(NEW, 77)}
    assert len(chat.said) == 1
    assert "\u2068Ann\u2069" in chat.said[0]
    async with database.reading() as tx:
        job = await tx.jobs.get(under_way.id)
    assert (job.chat_id, job.reply_to, job.card_message_id) == (NEW, None, 77)


async def test_a_draft_confirmed_where_it_moved_does_not_come_back(database, following):
    await store(database, GROUP, Draft("one", ME, DRESS))
    async with database.reading() as tx:
        [row] = await tx.drafts.in_chat(GROUP)
    await following.moved(GROUP, NEW)
    async with database.transaction() as tx:
        await tx.drafts.delete(NEW, PERSON)
        # As the other of the two updates does that read the drafts at the same time.
        await following._move(tx, row, NEW)
    assert await draft_in(database, NEW) is None


CARD = MessageRef(GROUP, 77)


async def picture_in(database, name, *, chat_id=GROUP, came_to=None, outputs=1):
    """Let the person have got pictures that were asked for in a chat."""
    async with database.transaction() as tx:
        new = NewJob(PERSON, chat_id, None, None, None, name, "clothes", {}, 0, outputs=outputs)
        job = await tx.jobs.add(new, 1.0)
        for n in range(1, outputs + 1):
            await tx.results.add(job.id, n, b"x", "image/jpeg", 3, 4, 2.0)
            placed = {"chat_id": came_to or chat_id, "message_id": 10 * job.id + n, "at": 3.0}
            await tx.results.delivered(job.id, n, file_id=f"f{n}", file_unique_id=f"u{n}", **placed)
    return job.id


@pytest.fixture
async def pictures(database):
    """Two pictures that the person got in the group."""
    return [await picture_in(database, name) for name in ("first", "second")]


@pytest.fixture
def voting(database, entrance, chat):
    return Voting(database, VirtualClock(), chat, Composer(), entrance)


async def polls_in(database):
    async with database.reading() as tx:
        return await tx.polls.of_user(PERSON)


async def test_a_vote_needs_two_pictures_of_ones_own(database, voting, pictures):
    first, second = pictures
    picture = MessageRef(GROUP, 12)
    assert await voting.ask(visit(1), first, 1, picture) is Asked.NOTHING
    assert await voting.ask(visit(2, user_id=OTHER), second, 1, picture) is Asked.NOTHING
    assert await voting.ask(visit(3), second, 1, picture) is Asked.SENT
    [poll] = await polls_in(database)
    assert (poll.choices, poll.message_id) == ([[first, 1], [second, 1]], 77)


async def test_a_vote_is_about_the_picture_whose_button_was_tapped(database, voting, pictures):
    several = await picture_in(database, "several", outputs=3)
    assert await voting.ask(visit(1), several, 3, MessageRef(GROUP, 12)) is Asked.SENT
    assert (await polls_in(database))[0].choices == [[several, 2], [several, 3]]
    async with database.transaction() as tx:
        await tx.jobs.cancel(several, PERSON, 4.0)
        assert await tx.results.delete_of_job(several, PERSON)
    # Not about the two before it instead.
    assert not await voting.can_ask(visit(2), several, 3)


async def test_what_came_alone_is_never_put_to_the_vote(database, voting, pictures):
    alone = await picture_in(database, "alone", came_to=PERSON)
    assert await voting.ask(visit(1), alone, 1, MessageRef(GROUP, 12)) is Asked.NOTHING
    newest = await picture_in(database, "newest")
    assert await voting.ask(visit(2), newest, 1, MessageRef(GROUP, 12)) is Asked.SENT
    assert (await polls_in(database))[0].choices == [[pictures[1], 1], [newest, 1]]


async def test_a_second_tap_puts_the_same_two_to_no_second_vote(database, voting, chat, pictures):
    picture = MessageRef(GROUP, 12)
    assert await voting.ask(visit(1), pictures[1], 1, picture) is Asked.SENT
    assert await voting.ask(visit(2), pictures[1], 1, picture) is Asked.BEFORE
    [first] = await polls_in(database)
    chat.edited = MessageGone()
    assert await voting.ask(visit(3), pictures[1], 1, picture) is Asked.SENT
    [second] = await polls_in(database)
    assert second.id != first.id


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [(CannotSend(Obstacle.NO_RIGHT), Asked.CLOSED), (TryLater(1.0), Asked.LATER)],
    ids=["no right", "later"],
)
async def test_a_card_that_could_not_be_sent_is_no_vote(database, voting, chat, pictures, outcome, asked):
    chat.outcome = outcome
    assert await voting.ask(visit(1), pictures[1], 1, MessageRef(GROUP, 12)) is asked
    assert await polls_in(database) == []


async def test_a_card_that_may_have_been_sent_takes_votes(database, voting, chat, pictures):
    chat.outcome = MaybeSent()
    assert await voting.ask(visit(1), pictures[1], 1, MessageRef(GROUP, 12)) is Asked.SENT
    [poll] = await polls_in(database)
    assert await voting.vote(visit(2, user_id=OTHER), poll.id, 1, CARD)
    assert not await voting.vote(visit(3, user_id=OTHER), poll.id, 1, MessageRef(GROUP, 78))
    await voting.stop()
    [poll] = await polls_in(database)
    assert poll.message_id == 77


async def test_votes_that_come_together_cost_few_edits_and_all_are_shown(database, entrance, chat, pictures):
    voting = Voting(database, SystemClock(), chat, Composer(), entrance)
    await voting.ask(visit(1), pictures[1], 1, MessageRef(GROUP, 12))
    [poll] = await polls_in(database)

    for number in range(2, 12):
        assert await voting.vote(visit(number, user_id=600 + number), poll.id, 1 + number % 2, CARD)
    assert not await voting.vote(visit(12), poll.id, 3, CARD)
    assert len(chat.edits) <= 1
    assert not await voting.close(visit(13, user_id=OTHER), poll.id)
    assert await voting.close(visit(14), poll.id)
    assert not await voting.vote(visit(15), poll.id, 1, CARD)
    await voting.stop()

    assert len(chat.edits) <= 2
    card, text = chat.edits[-1]
    assert card == CARD
    assert text.count("5 votes") == 2
    assert "It is a draw." in text


@pytest.mark.parametrize("trouble", [TryLater(3.0), MaybeSent()])
async def test_a_card_that_is_behind_is_brought_up_to_date_later(database, entrance, chat, pictures, trouble):
    """After an edit that did not come off, and after a crash: the next process knows nothing but the rows."""
    voting = Voting(database, VirtualClock(), chat, Composer(), entrance)
    await voting.ask(visit(1), pictures[1], 1, MessageRef(GROUP, 12))
    [poll] = await polls_in(database)
    chat.edited = trouble
    assert await voting.close(visit(2), poll.id)
    await voting.sweep()
    assert len(chat.edits) == 2

    chat.edited = None
    next_process = Voting(database, VirtualClock(), chat, Composer(), entrance)
    await next_process.sweep()
    await next_process.sweep()
    assert len(chat.edits) == 3
    assert chat.edits[-1][0] == CARD
    assert "The vote is over." in chat.edits[-1][1]
