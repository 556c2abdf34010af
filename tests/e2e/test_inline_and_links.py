"""A person's pictures in any chat, and the links of a shop."""

import re

import pytest

from tests.e2e.person import CARD, TRY_IT_ON, picture
from tests.e2e.stage import PATIENCE

pytestmark = pytest.mark.network


async def asked(stage, person, offset=""):
    ask = await stage.world.person_inline_query(person.id, "", offset=offset)
    answer = await ask.answer(PATIENCE)
    assert answer is not None
    return ask, answer


async def test_own_pictures_can_be_shown_in_any_chat_and_nobody_elses(stage, alice, person):
    bruno = person("Bruno")
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()
    delivered = await alice.gets_a_picture()
    await stage.quiet()

    ask, mine = await asked(stage, alice)
    [offered] = mine.results
    assert offered.photo_file_id == delivered.photo.largest.file_id
    assert mine.is_personal
    said = await stage.world.person_chooses_inline(alice.id, alice.id, ask, offered.id)
    assert "Try something on yourself with @" in said.text
    assert said.keyboard.buttons()[0].url.endswith("?start=inline")
    await stage.quiet()
    assert alice.from_bot[-1].id == delivered.id, "what is only shown begins no try-on"
    assert not stage.books.rows("SELECT * FROM drafts")

    _, his = await asked(stage, bruno)
    assert not his.results
    assert (his.button_text, his.start_parameter) == ("You have no pictures yet. Make one", "inline")


async def test_a_shops_link_opens_its_garment_until_it_is_ended(stage, alice, person):
    olga = person("Olga")
    await olga.has_been_here()
    await alice.has_been_here()
    await stage.start_bot(ADMIN_IDS=str(olga.id))
    photo = await olga.sends_photo()
    await stage.world.person_sends_text(olga.id, olga.id, "/link Red dress", reply_to=photo.id)
    ready = await olga.sees("Your link is ready.")
    assert "Red dress" in ready.text
    [payload] = re.findall(r"\?start=(l_[A-Za-z0-9_-]{16})", ready.text)

    await alice.starts(payload)
    shown = await alice.sees("Red dress", photo=True)
    assert shown.photo.largest.file_unique_id == photo.photo.largest.file_unique_id
    await alice.sees("Send me a photo of yourself.")
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    await alice.gets_a_picture()
    [job] = stage.books.jobs(alice.id)
    assert photo.photo.largest.file_unique_id in job["request"]

    await olga.says("/links")
    listed = await olga.sees("Red dress: opened 1 time")
    await olga.taps("End Red dress", listed)
    await olga.sees_that(lambda: "Red dress" not in (olga.now(listed).text or ""), "that it has ended")
    await alice.starts(payload)
    await alice.sees("That link is not active any more.")


async def test_no_link_is_made_of_a_photo_that_is_too_small(stage, person):
    olga = person("Olga")
    await stage.start_bot(ADMIN_IDS=str(olga.id))
    await stage.world.person_sends_photos(
        olga.id, olga.id, [picture(1, (120, 160))], caption="/link Red dress"
    )
    answer = await olga.sees("That picture is too small to work with.")
    assert answer.reply_to_id is not None
    await olga.says("/links")
    await olga.sees("Send /link a title under a photo of a garment")


async def test_a_haircuts_link_is_made_by_any_name_of_it_and_opens_it(stage, alice, person):
    olga = person("Olga", language_code="es")
    await alice.has_been_here()
    await stage.start_bot(ADMIN_IDS=str(olga.id))
    await olga.says("/link corte bob")
    ready = await olga.sees("Corte bob")
    [payload] = re.findall(r"\?start=(l_[A-Za-z0-9_-]{16})", ready.text)
    await alice.starts(payload)
    await alice.sees("Bob cut\nLet's see it on you.")
    await alice.sees("Send me a photo of your face.")


@pytest.mark.parametrize("keys", [("FITROOM",)])
async def test_a_haircut_that_no_key_makes_gets_no_link(stage, person):
    olga = person("Olga")
    await stage.start_bot(ADMIN_IDS=str(olga.id))
    await olga.says("/link BobCut")
    await olga.sees("No key in the settings can make haircuts")


async def test_to_others_the_command_is_no_command(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.says("/link")
    await alice.sees("I work with photos.")
