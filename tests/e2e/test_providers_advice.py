"""FitRoom alone: what its looks at photos say, before anything is paid, and what people do then."""

import pytest

from bot.sandbox.pictures.recognition import know_samples
from bot.sandbox.pictures.samples import sample_jpeg
from bot.sandbox.providers.faults import Manner, Place
from bot.sandbox.providers.fitroom.faults import Fault
from bot.sandbox.providers.fitroom.replies import ErrorName
from tests.e2e.bot_run import PLAIN
from tests.e2e.counter import Counter
from tests.e2e.person import ASKS_GARMENT, ASKS_PERSON, CARD, TRY_IT_ON

pytestmark = pytest.mark.network

ADVICE = "A word about your photo"
GARMENT_ADVICE = "A word about the garment"
NOT_KNOWN = "What is it? Tap it, then we can begin."


@pytest.fixture(scope="module", autouse=True)
def known_samples():
    """Let the first look take no longer than the others."""
    know_samples()


@pytest.fixture
def speed():
    return 10.0


@pytest.fixture
def keys():
    return ("FITROOM",)


@pytest.fixture
def counter(stage):
    return Counter(stage)


@pytest.fixture
async def started(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()


async def told_of(person, code, words):
    """Send a photo that FitRoom finds this with, and wait for what the person reads."""
    person.stage.fitroom.plan_code(code)
    await person.sends_photo()
    return await person.sees(words)


def labels(message):
    return [button.text for button in message.keyboard.buttons()]


@pytest.mark.usefixtures("started")
async def test_two_friends_are_told_at_once_and_the_next_photo_goes_on(stage, alice, counter):
    await alice.sends_photo(sample_jpeg("two-friends"))
    advice = await alice.sees(ADVICE)
    assert "There are two or more people in it. It has to be you alone." in advice.text
    assert "Please send me another photo of you. Nothing was charged." in advice.text
    assert labels(advice) == ["🔁 That was the garment", "✖️ Stop"]
    assert stage.books.balance(alice.id) == (3, 0)

    await alice.sends_photo(sample_jpeg("anna"))
    await alice.sees(ASKS_GARMENT)
    await alice.sees_that(lambda: not alice.finds(ADVICE), "the advice gone")
    await alice.sends_photo(sample_jpeg("t-shirt"))
    await alice.sees(CARD, button="● Top")
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()
    assert counter.looks == 3
    assert counter.is_content


@pytest.mark.usefixtures("started")
async def test_a_garment_sent_first_is_swapped_from_the_advice(stage, alice, counter):
    await alice.sends_photo(sample_jpeg("dress"))
    advice = await alice.sees("I can't find a person in it.")
    await alice.taps("🔁 That was the garment", advice)
    await alice.sees(ASKS_PERSON)
    await alice.sends_photo(sample_jpeg("kim"))
    await alice.sees(CARD, button="● Dress or suit")
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()
    [task] = stage.fitroom.tasks
    assert task.order.cloth_type == "full_set"
    assert counter.is_content


@pytest.mark.usefixtures("started")
async def test_mountains_are_worn_only_by_somebody_who_insists(stage, alice, counter):
    await alice.sends_album([sample_jpeg("ben"), sample_jpeg("mountains")])
    advice = await alice.sees(GARMENT_ADVICE)
    assert labels(advice) == ["👍 Use it anyway", "🔁 Swap photos", "✖️ Stop"]
    await alice.taps("👍 Use it anyway", advice)
    card = await alice.sees(NOT_KNOWN)
    assert labels(card)[:3] == ["Top", "Trousers or skirt", "Dress or suit"]
    assert labels(card)[-2:] == ["🔁 Swap photos", "✖️ Stop"]
    assert TRY_IT_ON not in labels(card)
    await alice.taps("Top", card)
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()
    # The same mountains once more, by the same person: they have decided about them.
    await alice.taps("🤳 Another photo of me", picture)
    await alice.sees("Send me another photo of yourself.", after=picture.id)
    await alice.sends_photo(sample_jpeg("ben"))
    await alice.sees(CARD, button="● Top", after=picture.id)
    assert counter.looks == 2


@pytest.mark.usefixtures("started")
async def test_each_thing_that_rules_a_photo_out_is_told(stage, alice):
    said = [
        await told_of(alice, "400001", "I can't find a person in it."),
        await told_of(alice, "400002", "There are two or more people in it."),
        await told_of(alice, "400003", "You are looking to the side."),
        await told_of(alice, "400004", "You are too small in it."),
    ]

    assert [labels(advice)[0] for advice in said] == ["🔁 That was the garment"] * 4
    assert stage.books.balance(alice.id) == (3, 0)


@pytest.mark.usefixtures("started")
async def test_a_warned_photo_is_used_anyway_and_not_warned_of_again(alice, counter):
    await told_of(alice, "410001", "You are a little small in it.")
    await told_of(alice, "410002", "I can't quite see how you stand.")
    advice = await told_of(alice, "410003", "That pose may not work.")
    assert "You can use it all the same, or send me another photo." in advice.text
    await alice.taps("👍 Use it anyway", advice)
    await alice.sees(ASKS_GARMENT)
    await alice.sends_photo(sample_jpeg("jacket"))
    await alice.taps(TRY_IT_ON)
    picture = await alice.gets_a_picture()

    await alice.sends_photo(sample_jpeg("trousers"))
    await alice.sees("I use your saved photo.", button="● Trousers or skirt", after=picture.id)

    assert counter.looks == 5


@pytest.mark.parametrize("keys", [("TRYITON", "FITROOM")], ids="+".join)
@pytest.mark.usefixtures("started")
async def test_no_photo_is_warned_of_for_shoes_glasses_or_a_hat(alice):
    await alice.sends_album([sample_jpeg("anna"), sample_jpeg("trousers")])
    card = await alice.sees(CARD)
    for kind in ("Shoes", "Glasses", "Hat"):
        await alice.taps(kind, card)
        shown = await alice.sees(button=f"● {kind}")
        assert "⚠️" not in shown.text


@pytest.mark.usefixtures("started")
async def test_a_saved_photo_and_one_of_oneself_taken_for_the_garment(stage, alice):
    await alice.sends_album([sample_jpeg("anna"), sample_jpeg("dress")])
    await alice.taps(TRY_IT_ON)
    picture = await alice.gets_a_picture()

    await alice.sends_photo(sample_jpeg("kim"))
    advice = await alice.sees(GARMENT_ADVICE, after=picture.id)
    assert labels(advice) == ["👍 Use it anyway", "👤 That is me", "✖️ Stop"]
    await alice.taps("👤 That is me", advice)
    await alice.sees(ASKS_GARMENT, after=picture.id)
    await alice.sends_photo(sample_jpeg("jacket"))

    await alice.sees(CARD, button="● Top", after=picture.id)


@pytest.mark.parametrize(
    "fault",
    [Fault(Manner.ERROR, error=ErrorName.TOO_MANY_REQUESTS), Fault(Manner.HOLD)],
    ids=["rate limited", "no answer"],
)
async def test_without_a_look_the_person_says_what_it_is(stage, alice, counter, fault):
    await stage.start_bot(arguments=PLAIN)
    await alice.has_been_here()
    stage.fitroom.faults.add(Place.CHECK, fault, times=2)

    await alice.sends_album([sample_jpeg("anna"), sample_jpeg("trousers")])
    card = await alice.sees(NOT_KNOWN)
    assert labels(card)[:3] == ["Top", "Trousers or skirt", "Dress or suit"]
    assert labels(card)[-2:] == ["🔁 Swap photos", "✖️ Stop"]
    assert TRY_IT_ON not in labels(card)
    await alice.taps("Trousers or skirt", card)
    await alice.sees(CARD, button="● Trousers or skirt")
    await alice.taps(TRY_IT_ON, card)

    await alice.gets_a_picture()
    [task] = stage.fitroom.tasks
    assert task.order.cloth_type == "lower"
    assert counter.is_content


async def test_a_tight_window_is_kept_for_pictures(stage, alice, counter):
    # Two pictures' worth of calls a minute: none is left over for looking at photos.
    await stage.start_bot(FITROOM_REQUESTS_PER_MINUTE="9")
    await alice.has_been_here()

    await alice.sends_album([sample_jpeg("anna"), sample_jpeg("t-shirt")])
    card = await alice.sees(NOT_KNOWN)
    await alice.taps("Top", card)
    await alice.taps(TRY_IT_ON, card)

    await alice.gets_a_picture()
    assert counter.looks == 0


@pytest.mark.usefixtures("started")
async def test_a_picture_that_fails_later_gives_the_credits_back(stage, alice, counter):
    counter.let_the_next_fail()
    await alice.sends_album([sample_jpeg("anna"), sample_jpeg("t-shirt")])
    await alice.taps(TRY_IT_ON)

    await alice.sees("The picture did not work out.", button="🔄 Try again")

    assert stage.books.balance(alice.id) == (3, 0)
    assert stage.fitroom.account(stage.fitroom_key).credits == 1000


async def test_operator_is_warned_of_a_photo_without_a_garment_and_can_end_its_link(stage, person):
    olga = person("Olga")
    await olga.has_been_here()
    await stage.start_bot(ADMIN_IDS=str(olga.id))
    mountains = [sample_jpeg("mountains")]
    await stage.world.person_sends_photos(olga.id, olga.id, mountains, caption="/link Alps")
    ready = await olga.sees("I can't make out a garment in that photo", button="End Alps")
    await olga.taps("End Alps", ready)
    await olga.sees("Send /link a title under a photo of a garment")
