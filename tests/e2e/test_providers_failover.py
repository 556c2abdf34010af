"""Both providers at hand: when one can't take a picture the other makes it, and the person never notices."""

import pytest

from bot.sandbox.pictures.samples import sample_jpeg
from bot.sandbox.providers.faults import Manner, Place
from bot.sandbox.providers.fitroom.faults import Fault as FitRoomFault
from bot.sandbox.providers.fitroom.replies import ErrorName as FitRoomError
from bot.sandbox.providers.tryiton.faults import Fate as TryItOnFate
from bot.sandbox.providers.tryiton.faults import Fault as TryItOnFault
from bot.sandbox.providers.tryiton.replies import ErrorName as TryItOnError
from tests.e2e.counter import Counter
from tests.e2e.person import CARD, TRY_IT_ON
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = pytest.mark.network

# An address at which nobody listens.
CLOSED = "http://127.0.0.1:9"


@pytest.fixture
def speed():
    return 10.0


@pytest.fixture
def keys():
    return ("TRYITON", "FITROOM")


@pytest.fixture
def counter(stage):
    return Counter(stage)


@pytest.fixture
async def card(stage, alice):
    """Alice's card; nobody has a picture under way, so TryItOn would be the first to be asked."""
    await stage.start_bot()
    await alice.has_been_here()
    return await has_a_card(alice)


@pytest.fixture
async def card_while_tryiton_is_busy(stage, alice, person):
    """Alice's card; Bruno's picture keeps TryItOn busy, so FitRoom would be the first to be asked."""
    await stage.start_bot(**WAITS_FOR_EVER)
    bruno = person("Bruno")
    await bruno.has_been_here()
    stage.tryiton.faults.add_fate(TryItOnFate(seconds=NEVER))
    bruno_card = await has_a_card(bruno, "ben")
    await bruno.taps(TRY_IT_ON, bruno_card)
    await stage.until(lambda: stage.tryiton.jobs, what="Bruno's picture to be under way")
    await alice.has_been_here()
    return await has_a_card(alice)


async def has_a_card(person, who="anna"):
    await person.sends_album([sample_jpeg(who), sample_jpeg("t-shirt")])
    return await person.sees(CARD, button="● Top")


async def noticed_nothing(person):
    """Check that there is one picture for one hold, and nothing else to read."""
    stage = person.stage
    picture = await person.gets_a_picture()
    await person.sees_that(
        lambda: [message.id for message in person.from_bot] == [picture.id], "the picture and nothing else"
    )
    sent = stage.gate.calls("sendMessage")
    assert len([call for call in sent if str(call.params["chat_id"]) == str(person.id)]) == 1
    await person.sees_that(lambda: stage.books.job_states(person.id) == ["delivered"], "the end of it")
    assert picture.text == "Here you are! It cost 1 credit; you have 2 credits left."
    entries = stage.books.rows("SELECT kind FROM ledger WHERE user_id = ? ORDER BY id", person.id)
    assert [entry["kind"] for entry in entries] == ["grant", "hold", "capture"]


@pytest.mark.parametrize(
    "error",
    [TryItOnError.OUT_OF_CREDITS, TryItOnError.RATE_LIMIT_EXCEEDED, TryItOnError.INTERNAL_SERVER_ERROR],
)
async def test_fitroom_takes_over_what_tryiton_refuses(stage, alice, counter, card, error):
    stage.tryiton.faults.add(Place.SUBMIT, TryItOnFault(Manner.ERROR, error=error))

    await alice.taps(TRY_IT_ON, card)

    await noticed_nothing(alice)
    assert counter.calls == ["TryItOn", "FitRoom"]
    assert counter.served == ["FitRoom"]
    assert counter.is_content


async def test_fitroom_takes_over_where_nobody_answers_at_tryiton(stage, alice, counter):
    await stage.start_bot(TRYITON_API_URL=CLOSED)
    await alice.has_been_here()

    await alice.taps(TRY_IT_ON, await has_a_card(alice))

    await noticed_nothing(alice)
    assert counter.served == ["FitRoom"]


@pytest.mark.parametrize("error", [FitRoomError.PAYMENT_REQUIRED, FitRoomError.TOO_MANY_REQUESTS])
async def test_tryiton_takes_over_what_fitroom_refuses(
    stage, alice, counter, card_while_tryiton_is_busy, error
):
    stage.fitroom.faults.add(Place.SUBMIT, FitRoomFault(Manner.ERROR, error=error))

    await alice.taps(TRY_IT_ON, card_while_tryiton_is_busy)

    await noticed_nothing(alice)
    assert counter.calls == ["TryItOn", "TryItOn", "FitRoom"]
    assert counter.served == ["TryItOn", "TryItOn"]
    assert counter.is_content


async def test_tryiton_takes_over_during_fitrooms_maintenance(
    stage, alice, counter, card_while_tryiton_is_busy
):
    stage.fitroom.in_maintenance = True

    await alice.taps(TRY_IT_ON, card_while_tryiton_is_busy)

    await noticed_nothing(alice)
    assert counter.calls == ["TryItOn", "TryItOn", "FitRoom"]
    assert counter.is_content


async def test_tryiton_takes_over_where_nobody_answers_at_fitroom(stage, alice, person, counter):
    await stage.start_bot(FITROOM_API_URL=CLOSED, **WAITS_FOR_EVER)
    bruno = person("Bruno")
    await bruno.has_been_here()
    stage.tryiton.faults.add_fate(TryItOnFate(seconds=NEVER))
    await bruno.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="Bruno's picture to be under way")
    await alice.has_been_here()
    card = await alice.has_a_card()
    await alice.taps("Top", card)
    await alice.sees(CARD, button="● Top")

    await alice.taps(TRY_IT_ON, card)

    await noticed_nothing(alice)
    assert counter.served == ["TryItOn", "TryItOn"]


@pytest.mark.parametrize(
    "manner",
    [Manner.CLOSE, Manner.HTML, Manner.NO_JOB_ID],
    ids=["the line breaks", "a page", "an answer without an id"],
)
async def test_nobody_takes_over_what_tryiton_may_have_taken(stage, alice, counter, card, manner):
    stage.tryiton.faults.add(Place.SUBMIT, TryItOnFault(manner, accepted=True))

    await alice.taps(TRY_IT_ON, card)

    await alice.sees("The connection to the picture service broke.", button="🔄 Try again")
    assert stage.books.balance(alice.id) == (3, 0)
    assert counter.calls == ["TryItOn"]


async def test_nobody_takes_over_what_fitroom_may_have_taken(
    stage, alice, counter, card_while_tryiton_is_busy
):
    stage.fitroom.faults.add(Place.SUBMIT, FitRoomFault(Manner.CLOSE, accepted=True))

    await alice.taps(TRY_IT_ON, card_while_tryiton_is_busy)

    await alice.sees("The connection to the picture service broke.", button="🔄 Try again")
    assert stage.books.balance(alice.id) == (3, 0)
    assert counter.calls == ["TryItOn", "FitRoom"]
