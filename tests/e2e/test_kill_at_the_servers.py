"""kill -9 while a call is held at a server, before it is accepted or when it is and nobody knows yet."""

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, Fault, Manner, Place
from bot.sandbox.telegram.gate import CallState, Moment
from tests.e2e.endings import FAILED, ended_well
from tests.e2e.person import ASKS_GARMENT, CARD, DONE, TRY_IT_ON
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = [
    pytest.mark.network,
    pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True),
]

BOTH_MOMENTS = pytest.mark.parametrize("moment", Moment)


async def killed(stage, bot) -> None:
    """Kill a bot whose call is held; the servers go on as usual once they have seen that it hung up."""
    await bot.kill()
    held = [call for fault in stage.gate.faults() for call in fault.held]
    await stage.until(
        lambda: all(call.state is CallState.LOST for call in held) and not stage.sandbox.tryiton.door.holding,
        what="the servers to see that nobody waits",
    )
    stage.gate.clear()
    stage.tryiton.faults.clear()


@pytest.mark.parametrize("accepted", [False, True], ids=["never accepted", "accepted"])
async def test_during_the_paid_call(stage, alice, accepted):
    bot = await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=accepted))
    await alice.orders()
    await stage.held_at_the_provider()

    await killed(stage, bot)
    await stage.start_bot()

    notice = await alice.sees(FAILED, button="🔄 Try again")
    await ended_well(alice, delivered=0, failed=1)
    assert len(stage.tryiton.jobs) == int(accepted)
    assert len(stage.tryiton.journal.submissions) == 1
    await alice.taps("🔄 Try again", notice)
    await alice.gets_a_picture()
    await ended_well(alice, delivered=1, failed=1)
    assert alice.finds(FAILED) == []
    assert len(stage.tryiton.jobs) == int(accepted) + 1


@pytest.mark.parametrize("place", [Place.STATUS, Place.DOWNLOAD])
async def test_while_the_picture_is_asked_for(stage, alice, place):
    bot = await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(place, Fault(Manner.HOLD))
    await alice.orders()
    await stage.held_at_the_provider()

    await killed(stage, bot)
    await stage.start_bot()

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert stage.tryiton.journal.accepted_twice() == []


async def test_long_after_the_picture_was_finished(stage, alice):
    bot = await stage.start_bot(**WAITS_FOR_EVER)
    await alice.has_been_here()
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await alice.orders()
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM submissions WHERE provider_job_id IS NOT NULL"),
        what="the provider's id to be stored",
    )

    await bot.kill()
    stage.tryiton.finish()
    await stage.start_bot()

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


@BOTH_MOMENTS
async def test_while_a_photo_is_fetched_for_the_draft(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("getFile", moment)
    await alice.sends_photo()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await alice.sees(ASKS_GARMENT)
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON)
    await alice.gets_a_picture()
    await ended_well(alice)


@BOTH_MOMENTS
async def test_while_a_photo_is_fetched_for_the_provider(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    hold = stage.gate.hold("getFile", moment)
    await alice.taps_and_goes(TRY_IT_ON, card)
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


@BOTH_MOMENTS
async def test_while_the_picture_is_sent(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("sendPhoto", moment)
    card = await alice.orders()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await alice.sees_that(lambda: DONE in (alice.now(card).text or ""), "the card turned into the picture")
    # What Telegram accepted stays, and the card becomes the picture too: nobody can ask what was accepted.
    await ended_well(alice, extra_pictures=int(moment is Moment.AFTER))
    assert len(stage.tryiton.jobs) == 1
    assert len(stage.gate.calls("sendPhoto")) == 1


@BOTH_MOMENTS
async def test_while_the_card_is_turned_into_the_picture(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("sendPhoto", Moment.BEFORE)
    card = await alice.orders()
    await hold.arrived()
    await killed(stage, bot)
    hold = stage.gate.hold("editMessageMedia", moment)
    bot = await stage.start_bot()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await alice.sees_that(lambda: DONE in (alice.now(card).text or ""), "the card turned into the picture")
    await ended_well(alice)


async def test_while_the_picture_is_sent_and_the_card_is_gone(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("sendPhoto", Moment.BEFORE)
    card = await alice.orders()
    await hold.arrived()
    await killed(stage, bot)
    await stage.world.person_deletes(alice.id, alice.id, [card.id])

    await stage.start_bot()

    await alice.gets_a_picture()
    await ended_well(alice)


@BOTH_MOMENTS
async def test_while_the_card_is_removed(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("deleteMessage", moment)
    await alice.orders()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await ended_well(alice)


@BOTH_MOMENTS
async def test_while_the_next_question_is_sent(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("sendMessage", moment)
    await alice.sends_album()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await stage.quiet()
    cards = alice.finds(CARD)
    # What Telegram accepted without our learning of it stays beside the next one, and does no harm.
    assert len(cards) == (2 if moment is Moment.AFTER else 1)
    for card in reversed(cards):
        await alice.taps_and_goes(TRY_IT_ON, card)
    await alice.gets_a_picture()
    await ended_well(alice, extra_cards=len(cards) - 1)


@BOTH_MOMENTS
async def test_while_progress_is_shown(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("editMessageText", moment)
    await alice.orders()
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    # The provider may have been in the middle of the paid call.
    await ended_as_it_may(alice)


@BOTH_MOMENTS
async def test_while_the_tap_that_pays_is_answered(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.DELAY, seconds=1.0))
    hold = stage.gate.hold("answerCallbackQuery", moment)
    await alice.taps_and_goes(TRY_IT_ON, card)
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await ended_as_it_may(alice)


@BOTH_MOMENTS
async def test_while_a_failure_is_told(stage, alice, moment):
    bot = await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    stage.gate.fail("getFile", status=400, description="Bad Request: invalid file_id", times=100)
    hold = stage.gate.hold("sendMessage", moment)
    await alice.taps_and_goes(TRY_IT_ON, card)
    await hold.arrived()

    await killed(stage, bot)
    await stage.start_bot()

    await ended_well(alice, delivered=0, failed=1)
    # As with pictures: what Telegram accepted stays, and the card says it as well.
    assert len(alice.finds(FAILED)) == (2 if moment is Moment.AFTER else 1), stage.transcript()


async def ended_as_it_may(person) -> None:
    """Check an end that depends on how far the paid call was: a picture, or a failure that cost nothing."""
    await person.sees_that(lambda: person.finds(DONE) or person.finds(FAILED), "how it ended")
    await person.stage.quiet()
    delivered = person.stage.books.job_states(person.id).count("delivered")
    await ended_well(person, delivered=delivered, failed=1 - delivered)
