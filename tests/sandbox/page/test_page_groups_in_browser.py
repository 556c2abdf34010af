"""Groups, channels, links and inline mode in a real browser, against the scripted bot."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import expect

from bot.sandbox.telegram.model import Button, Keyboard, Status

pytestmark = [pytest.mark.network, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NAME = "@tryon_sandbox_bot"


async def write(page, text):
    await page.fill("#text", text)
    await page.press("#text", "Enter")


def row(page, text):
    return page.locator("#messages .row", has_text=text).last


async def go(page, title):
    await page.locator(".chat b", has_text=title).first.click()
    await expect(page.locator("#chat-title")).to_have_text(title)


async def choose(page, label):
    await page.click("#chat-more")
    await page.get_by_role("menuitem", name=label, exact=True).click()


async def test_typing_the_bots_name_shows_its_pictures_and_a_click_sends_one(started, served):
    await go(started, "Wardrobe club")
    await started.locator("#topics button", has_text="Outfits").click()
    await started.fill("#text", f"{NAME} hat")
    offers = started.locator("#suggestions.grid [role=option] img")
    await expect(offers.first).to_be_visible()
    await offers.nth(2).click()
    sent = started.locator(".row.own", has_text="My new look")
    await expect(sent).to_contain_text(f"via {NAME}")
    await expect(started.locator("#text")).to_have_value("")
    said = served.world.messages(served.forum)[-2:][0]
    assert (said.via_bot_id, said.is_topic_message) == (served.world.bot.id, True)


async def test_a_command_that_is_chosen_answers_the_message_that_was_to_be_answered(started, served):
    await go(started, "Wardrobe club")
    await started.locator("#topics button", has_text="Outfits").click()
    await write(started, "/quiet look at this")
    dress = row(started, "look at this")
    await dress.locator(".text").click(button="right", position={"x": 4, "y": 4})
    await started.get_by_role("menuitem", name="Reply").click()
    await started.fill("#text", "/tr")
    await expect(started.locator("#suggestions [role=option]")).to_have_count(1)
    await started.press("#text", "Enter")
    command = started.locator(".row.own", has_text=f"/tryon{NAME}")
    await expect(command.locator(".quote")).to_contain_text("look at this")
    await expect(started.locator("#answer-bar")).to_be_hidden()


async def test_further_offers_are_fetched_near_the_end(started, served):
    await started.fill("#text", f"{NAME} hat")
    options = started.locator("#suggestions [role=option]")
    async with asyncio.timeout(60):
        while await options.count() < 27:
            await started.locator("#suggestions").evaluate("(one) => one.scrollTo(0, one.scrollHeight)")
            await asyncio.sleep(0.05)
    offsets = [one["offset"] for one in served.bot.seen if one["kind"] == "inline_query"]
    assert offsets == ["", "12", "24"]


async def test_offers_can_be_chosen_with_the_keyboard(started, served):
    await started.fill("#text", f"{NAME} hat")
    await expect(started.locator("#suggestions [role=option]").first).to_be_visible()
    await started.keyboard.press("ArrowDown")
    await expect(started.locator("#suggestions [aria-selected=true]")).to_have_attribute("id", "option-1")
    await started.keyboard.press("Enter")
    await expect(row(started, "My new look")).to_be_visible()


async def test_an_empty_answer_offers_the_way_into_the_private_chat(started, served):
    await go(started, "Wardrobe club")
    await started.fill("#text", f"{NAME} nothing")
    await started.locator(".inline-start", has_text="Add a photo of yourself").click()
    await expect(started.locator("#chat-title")).to_have_text("Fitting Room")
    await expect(row(started, "/start inline")).to_be_visible()


async def test_a_button_with_a_deep_link_starts_the_bot_with_it(started, served):
    await write(started, "/links")
    await started.get_by_role("button", name="Add your photo").click()
    await expect(row(started, "/start look_1")).to_be_visible()


async def test_a_startgroup_link_brings_the_bot_into_the_chosen_group(started, served):
    world = served.world
    group = world.add_group("Sisters", [served.alice], with_bot=False)
    await write(started, "/links")
    await started.get_by_role("button", name="Add me to a group").click()
    await started.locator("dialog").get_by_role("button", name="Sisters").click()
    await expect(row(started, f"/start{NAME} shop")).to_be_visible()
    assert group.members[world.bot.id] is Status.MEMBER
    assert served.bot.seen[-1]["chat"]["id"] == group.id


async def test_a_button_for_a_friend_asks_which_chat_and_begins_there(started, served):
    await write(started, "/links")
    await started.get_by_role("button", name="Show it to a friend").click()
    await started.locator("dialog").get_by_role("button", name="Wardrobe club").click()
    await expect(started.locator("#chat-title")).to_have_text("Wardrobe club")
    await expect(started.locator("#text")).to_have_value(f"{NAME} hat")
    await expect(started.locator("#suggestions [role=option]").first).to_be_visible()


async def test_a_photo_behind_a_spoiler_shows_on_a_tap_and_opens_on_the_next(started):
    await write(started, "/secret")
    photo = started.get_by_role("button", name="Hidden photo, tap to show")
    await photo.click()
    await expect(started.locator(".photo.veiled")).to_have_count(0)
    await expect(started.locator(".lightbox")).to_have_count(0)
    await started.get_by_role("button", name="Open Photo").click()
    await expect(started.locator(".lightbox")).to_be_visible()


async def test_an_administrator_speaks_as_the_group(started, served):
    await go(started, "Wardrobe club")
    await choose(started, "Speak as the group")
    await write(started, "/tryon")
    mine = started.locator(".row.own", has_text="/tryon")
    await expect(mine.locator(".sender")).to_have_text("Wardrobe club")
    update = next(one for one in reversed(served.bot.seen) if one["kind"] == "message")
    assert (update["from"]["username"], update["sender_chat"]["id"]) == ("GroupAnonymousBot", served.forum)
    await choose(started, "Speak under your name")
    await write(started, "/quiet again")
    await expect(started.locator(".row.own", has_text="/quiet again").locator(".sender")).to_have_count(0)


async def test_privacy_mode_decides_what_the_bot_reads(started, served):
    await go(started, "Wardrobe club")
    await expect(started.locator("#chat-status")).to_contain_text("bot reads commands")
    await write(started, "just talking")
    await choose(started, "Privacy mode off")
    await expect(started.locator("#chat-status")).to_contain_text("bot reads everything")
    await write(started, "now with you")
    await expect(row(started, "You wrote: now with you")).to_be_visible()
    assert "just talking" not in [one.get("text") for one in served.bot.seen]


async def test_rights_and_the_bot_itself_are_taken_and_given_back(started, served):
    group = served.world.chat(served.forum)
    await go(started, "Wardrobe club")
    await choose(started, "Forbid photos")
    await expect(started.locator(".toast").last).to_contain_text("can't send photos")
    assert not group.can_send_photos
    await choose(started, "Remove the bot")
    await expect(started.locator("#chat-status")).to_contain_text("without the bot")
    assert group.members[served.world.bot.id] is Status.KICKED
    await choose(started, "Add the bot")
    await expect(started.locator("#chat-status")).to_contain_text("bot reads commands")


async def test_a_channel_has_no_field_for_those_who_only_read(started, served, window):
    world = served.world
    channel = world.add_channel("Spring looks", served.alice, readers=[served.bruno])
    await world.person_sends_text(served.alice, channel, "New in")
    await go(started, "Spring looks")
    # Nobody speaks for oneself in a channel, so the owner's post stands on the left as well.
    await expect(started.locator(".row.own")).to_have_count(0)
    await expect(started.locator("#writing")).to_be_visible()
    readers = await window(f"#{served.bruno}/{channel.id}")
    await expect(row(readers, "New in").locator(".sender")).to_have_text("Spring looks")
    await expect(readers.locator("#writing")).to_be_hidden()


async def test_styled_buttons_are_told_apart(started):
    await write(started, "/links")
    colours = [
        await started.locator(f".key.{style}").evaluate("(one) => getComputedStyle(one).backgroundColor")
        for style in ("primary", "success", "danger")
    ]
    assert len(set(colours)) == 3


async def test_the_commands_of_the_scope_are_in_the_persons_language(started, served, window):
    served.world.bot.commands["all_private_chats", "ar"] = (
        *(served.world.bot.commands["all_private_chats", "es"][:1]),
    )
    noor = served.world.add_person("نور", language_code="ar")
    await served.world.person_starts(noor.id)
    page = await window(f"#{noor.id}/{served.world.bot.id}")
    await page.click("#menu")
    await expect(page.locator("#suggestions [role=option]")).to_have_count(1)
    await write(page, "مرحبا")
    words = page.locator(".row.own", has_text="مرحبا").locator(".text")
    assert await words.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


async def test_a_link_to_a_message_opens_its_topic_and_shows_it(started, served):
    world = served.world
    forum = world.chat(served.forum)
    [topic] = forum.topics
    said = await world.person_sends_text(served.bruno, forum, "Over here", thread_id=topic)
    address = f"https://t.me/c/{-forum.id - 10**12}/{topic}/{said.id}"
    keyboard = Keyboard(((Button(text="Back to the group", url=address),),))
    hint = await world.person_sends_text(served.alice, served.alice, "Where?")
    world.replace_message(served.chat, replace(hint, keyboard=keyboard))
    await started.get_by_role("button", name="Back to the group").click()
    await expect(started.locator("#chat-title")).to_have_text("Wardrobe club")
    await expect(started.locator("#topics button[aria-pressed=true]")).to_have_text("Outfits")
    await expect(row(started, "Over here")).to_be_visible()


async def test_whoever_is_chosen_while_the_page_still_loads_stays_chosen(served, window):
    for person in (served.alice, served.bruno):
        await served.world.person_starts(person)
    page = await window()
    arrived, late = asyncio.Event(), asyncio.Event()

    async def hold(route):
        arrived.set()
        await late.wait()
        await route.continue_()

    await page.route(f"**/page/api/state?person={served.alice}", hold)
    await page.locator(".person", has_text="Alice").click()
    await arrived.wait()
    await page.locator(".person", has_text="Bruno").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Bruno")
    async with page.expect_response(f"**/page/api/state?person={served.alice}"):
        late.set()
    await write(page, "/quiet it is me")
    await expect(row(page, "/quiet it is me")).to_be_visible()
    said = [one.sender_id for one in served.world.messages(served.bruno) if one.text == "/quiet it is me"]
    assert said == [served.bruno]


async def test_an_administrator_closes_a_topic_opens_it_again_and_deletes_it(started, served, window):
    forum = served.world.chat(served.forum)
    members = await window(f"#{served.bruno}/{forum.id}")
    for page in (started, members):
        await go(page, "Wardrobe club")
        await page.locator("#topics button", has_text="Outfits").click()
    await choose(started, "Close the topic")
    await expect(row(members, "closed the topic")).to_be_visible()
    await expect(members.locator("#writing")).to_be_hidden()
    await expect(members.locator("#closed-bar")).to_be_visible()
    await expect(started.locator("#writing")).to_be_visible()
    await choose(started, "Open the topic again")
    await expect(members.locator("#closed-bar")).to_be_hidden()
    await write(members, "/quiet back again")
    await expect(row(started, "/quiet back again")).to_be_visible()
    await choose(started, "Delete the topic")
    for page in (started, members):
        await expect(page.locator("#topics button")).to_have_count(1)
        await expect(page.locator("#topics button[aria-pressed=true]")).to_have_text("General")
        await expect(page.locator("#messages .row", has_text="back again")).to_have_count(0)
    assert forum.topics == {}
