"""With either key and with both: what is offered differs as it must, and all of it becomes pictures."""

import asyncio
import json

import pytest

from bot.sandbox.pictures.samples import sample_jpeg
from tests.e2e.members import Member
from tests.e2e.person import ASKS_GARMENT, ASKS_PERSON, CARD, DONE, TRY_IT_ON

pytestmark = pytest.mark.network

TRYITON, FITROOM, BOTH = ("TRYITON",), ("FITROOM",), ("TRYITON", "FITROOM")
ME, SHIRT, TROUSERS = sample_jpeg("anna"), sample_jpeg("t-shirt"), sample_jpeg("trousers")
CLOTHES, OUTFIT, HAIR, TATTOO = "👕 Clothes", "👔 Whole outfit", "💇 Hairstyle", "🖋 Tattoo"
GARMENTS = {"Top", "Trousers or skirt", "Dress or suit"}
ACCESSORIES = {"Glasses", "Shoes", "Hat"}
ADDED = {"➕ Add trousers", "➕ Add a top"}
HD = "HD (+1 credit)"
COMMANDS = {"start", "outfit", "looks", "wardrobe", "credits", "language", "cancel", "help"}
SORRY = "I can't do that here for now. Clothes work, though."
BROWSER, SEVERAL = "Which haircut?", "Which haircuts shall I compare?"


@pytest.fixture
def speed():
    return 40.0


@pytest.fixture(params=[TRYITON, FITROOM, BOTH], ids="+".join)
def keys(request):
    return request.param


@pytest.fixture
def has_tryiton(keys):
    return "TRYITON" in keys


@pytest.fixture
async def bot(stage, alice):
    """A bot, and somebody with credits for everything that is offered."""
    await alice.has_been_here(credits_=90)
    return await stage.start_bot(ADMIN_IDS=str(alice.id))


def labels(message):
    """Return what a message's buttons say; a mark in front of the chosen one is left out."""
    return {one.text.removeprefix("● ") for one in message.keyboard.buttons()} if message.keyboard else set()


async def has_a_saved_photo(alice):
    """Have sent a photo of oneself once, and get back to where nothing is begun."""
    before = alice.last_id
    await alice.sends_album([ME, SHIRT])
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=before))
    return await alice.gets_a_picture(after=before)


async def on_the_card(alice, before):
    """Use whatever photos a check doubts, and return the card."""
    shown = await alice.stage.until(
        lambda: alice.finds(CARD, after=before) or alice.finds(button="👍 Use it anyway", after=before),
        what="a card, or a word about a photo",
    )
    if CARD not in shown[-1].text:
        await alice.taps("👍 Use it anyway", shown[-1])
    return await alice.sees(CARD, after=before)


def is_chosen(card, choice):
    wanted = {f"● {choice}", f"✅ {choice}"}
    return bool(wanted.intersection(one.text for one in card.keyboard.buttons()))


async def menu_of(stage, scope):
    """Return the commands in the English menu of a kind of chat."""
    calls = await stage.gate.wait_for_calls("setMyCommands", count=1)
    told = [
        one.params for one in calls if scope in one.params["scope"] and not one.params.get("language_code")
    ]
    return {one["command"] for one in json.loads(told[-1]["commands"])}


async def test_menus_name_what_the_keys_can_make_and_nothing_else(stage, alice, bot, has_tryiton):
    await stage.until(lambda: len(stage.gate.calls("setMyCommands")) >= 8, what="the menus of commands")
    assert await menu_of(stage, "all_private_chats") == COMMANDS | (
        {"hair", "tattoo"} if has_tryiton else set()
    )
    in_groups = {"tryon", "outfit", "cancel", "help"}
    assert await menu_of(stage, "all_group_chats") == in_groups | (
        {"hair", "tattoo"} if has_tryiton else set()
    )

    more = {HAIR, TATTOO} if has_tryiton else set()
    entries = {"👕 Try on clothes", OUTFIT} | more
    await alice.starts()
    welcome = await alice.sees(photo=True)
    assert labels(welcome) == entries | {"💡 How it works", "🌐 Language"}
    await alice.says("what can you do?")
    assert entries <= labels(await alice.sees("I work with photos."))

    picture = await has_a_saved_photo(alice)
    await alice.taps("➡️ Go on with this picture", picture)
    assert labels(await alice.sees(button=OUTFIT, after=picture.id)) == {CLOTHES, OUTFIT} | more
    asked = await alice.says("/looks")
    await alice.taps("✨ Use this one", await alice.sees(button="✨ Use this one", after=asked.id))
    saved = await alice.sees(button=CLOTHES, after=asked.id)
    assert {CLOTHES, OUTFIT} | more <= labels(saved)
    assert more or not {HAIR, TATTOO} & labels(saved)

    group = stage.world.add_group("Friends", [alice.id])
    await stage.world.person_sends_text(alice.id, group.id, "/help@tryon_sandbox_bot")
    told = await Member(stage, alice.account, group).sees("/tryon")
    assert ("/hair" in told.text, "/tattoo" in told.text) == (has_tryiton, has_tryiton)


async def test_every_kind_on_the_card_becomes_a_picture_with_and_without_hd(
    stage, alice, person, bot, has_tryiton
):
    before = alice.last_id
    await alice.sends_album([ME, SHIRT])
    card = await alice.sees(CARD, after=before)
    kinds = GARMENTS | (ACCESSORIES | {"Not sure"} if has_tryiton else set())
    always = {TRY_IT_ON, "✖️ Stop", "🔁 Swap photos"}
    assert labels(card) - always - ADDED == kinds | {HD}
    await alice.taps("✖️ Stop", card)

    await asyncio.gather(*(orders_both(person(kind), kind) for kind in sorted(kinds)))

    await stage.quiet()
    assert stage.books.job_states() == ["delivered"] * 2 * len(kinds)


async def orders_both(somebody, kind):
    """Order a picture of this kind of garment, and one in HD."""
    await somebody.has_been_here(credits_=9)
    await orders(somebody, kind)
    await orders(somebody, kind, HD)


async def orders(alice, *choices):
    """Order a picture of a garment that was never tried on, with all these chosen on the card."""
    before = alice.last_id
    await alice.sends_album([ME, alice.new_picture()])
    card = await on_the_card(alice, before)
    for choice in choices:
        await chooses(alice, card, choice)
    await alice.taps(TRY_IT_ON, card)
    await alice.gets_a_picture(after=before)


async def chooses(alice, card, choice):
    """Tap something on a card, unless it is chosen already, and see it chosen."""
    if not is_chosen(alice.now(card), choice):
        await alice.taps(choice, card)
    await alice.sees_that(lambda: is_chosen(alice.now(card), choice), f"{choice} to be chosen")


async def test_an_outfit_becomes_a_picture_with_and_without_hd(stage, alice, bot, keys):
    for is_hd in (False, True):
        before = alice.last_id
        await alice.says("/outfit")
        # The second time there is a saved photo; an album brings another one along.
        await alice.sees("Now send me the top." if is_hd else ASKS_PERSON, after=before)
        await alice.sends_album([ME, SHIRT, TROUSERS])
        card = await alice.sees("Top and bottom together", after=before)
        if is_hd:
            await chooses(alice, card, HD)
        await alice.taps(TRY_IT_ON, card)
        await alice.gets_a_picture(after=before)

    await stage.quiet()
    calls = {TRYITON: 4, FITROOM: 2, BOTH: 2}[keys]
    assert stage.paid_calls() == calls
    assert stage.books.balance(alice.id) == (90 - 2 - 3, 0)


@pytest.mark.parametrize("keys", [TRYITON, BOTH], ids="+".join)
async def test_all_hair_and_tattoos_become_pictures(stage, alice, person, bot):
    people = [person(f"Person{number}") for number in range(6)]
    await asyncio.gather(*(one.has_been_here(credits_=9) for one in people))
    with_tattoo, with_sheet, *with_haircut = people
    await asyncio.gather(
        gets_a_tattoo(with_tattoo),
        gets_a_sheet(with_sheet),
        *(gets_a_haircut(one, variants) for variants, one in enumerate(with_haircut, start=1)),
    )
    await stage.quiet()
    assert stage.books.job_states() == ["delivered"] * 6


@pytest.mark.parametrize("keys", [FITROOM], ids="+".join)
async def test_commands_that_are_not_offered_are_answered_kindly(stage, alice, bot):
    for command, what in (("/hair", "haircuts"), ("/tattoo", "tattoos")):
        before = alice.last_id
        await alice.says(command)
        sorry = await alice.sees(f"There are no {what} to try on here", after=before)
        assert labels(sorry) == {"👕 Try on clothes"}
    group = Member(stage, alice.account, stage.world.add_group("Friends", [alice.id]))
    for command in ("/hair@tryon_sandbox_bot", "/tattoo@tryon_sandbox_bot"):
        before = await group.says(command)
        await group.sees("I don't have that here, but I do have clothes", after=before.id)
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []


async def gets_a_tattoo(somebody):
    """Carry a tattoo to its picture."""
    await somebody.says("/tattoo")
    await somebody.sends_photo(ME)
    await somebody.taps("1. Rose", await somebody.sees(button="1. Rose"))
    await somebody.taps("Forearm", await somebody.sees(button="Forearm"))
    await somebody.taps(TRY_IT_ON, await somebody.sees(button=TRY_IT_ON))
    await somebody.gets_a_picture()


async def gets_a_haircut(somebody, variants):
    """Carry a haircut, in so many variants, to all of its pictures."""
    await browses(somebody)
    await somebody.taps("Pixie cut", await somebody.sees(BROWSER))
    card = await somebody.sees(button=TRY_IT_ON)
    if variants > 1:
        await somebody.taps(f"{variants} ×", card)
        await somebody.sees(button=f"● {variants} ×")
    await somebody.taps(TRY_IT_ON, card)
    await somebody.sees_that(lambda: len(somebody.finds(DONE, photo=True)) == variants, "all variants")


async def gets_a_sheet(somebody):
    """Carry a comparison to its picture."""
    await browses(somebody)
    page = await somebody.sees(BROWSER)
    await somebody.taps("⚖️ Compare several", page)
    await somebody.sees(SEVERAL)
    for haircut in ("Bowl cut", "Spiky"):
        await somebody.taps(haircut, page)
    await somebody.taps("✅ Done", page)
    await somebody.taps(TRY_IT_ON, await somebody.sees(button=TRY_IT_ON))
    await somebody.gets_a_picture()


async def browses(somebody):
    """Ask for hair, give a photo of oneself, and see the haircuts."""
    before = somebody.last_id
    await somebody.says("/hair")
    await somebody.sees("Send me a photo of your face.", after=before)
    await somebody.sends_photo(ME)
    await somebody.sees(BROWSER, after=before)


@pytest.mark.parametrize("keys", [BOTH], ids="+".join)
async def test_what_lost_its_key_is_refused_kindly_and_costs_nothing(stage, alice, bot):
    await alice.says("/link BobCut")
    payload = (await alice.sees("?start=")).text.partition("?start=")[2].split()[0]
    await browses(alice)
    await alice.taps("Pixie cut", await alice.sees(BROWSER))
    await alice.taps(TRY_IT_ON, await alice.sees(button=TRY_IT_ON))
    picture = await alice.gets_a_picture()
    await browses(alice)
    await alice.taps("Spiky", await alice.sees(BROWSER, after=picture.id))
    card = await alice.sees(button=TRY_IT_ON, after=picture.id)
    await stage.quiet()
    calls = stage.paid_calls()

    await bot.kill()
    del stage.settings["TRYITON_API_KEY"]
    await stage.start_bot()
    assert (await alice.taps(TRY_IT_ON, card)).text == SORRY
    await alice.taps("✂️ Another haircut", card)
    gone = await alice.sees(SORRY)
    assert labels(gone) == {"👕 Try on clothes"}
    await alice.taps("🎨 Another colour", picture)
    await alice.sees_that(lambda: len(alice.finds(SORRY)) == 1, "one answer instead of the one before")
    await alice.taps("👕 Try on clothes")
    await alice.sees(ASKS_GARMENT)
    await alice.starts(payload)
    await alice.sees("There are no haircuts to try on here", button="👕 Try on clothes")

    await stage.quiet()
    assert stage.paid_calls() == calls
    assert stage.books.balance(alice.id) == (89, 0)
