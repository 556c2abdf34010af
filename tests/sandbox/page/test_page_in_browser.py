"""The chat page in a real browser, against a scripted bot in the sandbox's world."""

import asyncio
import base64
import io
import re
from dataclasses import replace

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.sandbox.telegram.model import Button, Entity, Keyboard

pytestmark = [pytest.mark.network, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
DROP = """
({selector, names}) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(window.testPicture), (one) => one.charCodeAt(0));
  for (const name of names) data.items.add(new File([bytes], name, {type: "image/png"}));
  const target = document.querySelector(selector);
  for (const type of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));
}
"""
PASTE = """
() => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(window.testPicture), (one) => one.charCodeAt(0));
  data.items.add(new File([bytes], "image.png", {type: "image/png"}));
  document.querySelector("#text").dispatchEvent(
    new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
}
"""


def png(width=400, height=600, color="teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


# Nothing moves, grows or scrolls any more: ten frames in a row are the same.
SETTLED = """
async () => {
  const scroller = document.querySelector("#scroller");
  const moves = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity;
  const look = () =>
    [scroller.scrollHeight, scroller.scrollTop, document.getAnimations().filter(moves).length].join();
  for (let last = "", same = 0; same < 10; ) {
    await new Promise(requestAnimationFrame);
    const now = look();
    same = now === last && now.endsWith(",0") ? same + 1 : 0;
    last = now;
  }
}
"""


async def settled(page):
    await page.evaluate(SETTLED)


async def give_picture(page):
    await page.evaluate("(text) => { window.testPicture = text }", base64.b64encode(png()).decode())


async def write(page, text):
    await page.fill("#text", text)
    await page.press("#text", "Enter")


def row(page, text):
    return page.locator("#messages .row", has_text=text).last


async def test_first_visit_invites_and_start_begins_the_chat(page, served):
    await expect(page.locator("#welcome")).to_contain_text("See clothes on your own photo.")
    await expect(page.locator("#writing")).to_be_hidden()
    await page.click("#start")
    await expect(row(page, "Hi! I show clothes")).to_be_visible()
    await expect(page.locator("#welcome")).to_be_hidden()
    await expect(page.locator("#text")).to_be_visible()
    assert [one.text for one in served.said_by(served.alice)] == ["/start"]


async def test_banner_says_that_nothing_leaves_and_pictures_are_samples(page):
    await expect(page.locator("#banner")).to_contain_text("Nothing leaves this machine")
    await expect(page.locator("#banner")).to_contain_text("samples")


async def test_text_reaches_the_bot_and_its_answer_quotes_it(started, served):
    await write(started, "Does it fit?")
    await expect(row(started, "You wrote: Does it fit?").locator(".quote")).to_contain_text("Alice Young")
    assert served.bot.seen[-1]["text"] == "Does it fit?"
    await expect(started.locator("#text")).to_have_value("")


async def test_two_photos_from_the_file_chooser_are_one_album(started, served):
    async with started.expect_file_chooser() as chooser:
        await started.click("#attach")
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(color=name)}
        for name in ("red", "blue")
    ]
    await (await chooser.value).set_files(files)
    await expect(started.locator(".attachment canvas")).to_have_count(2)
    await started.fill("#text", "me and a coat")
    await started.click("#send")
    album = started.locator(".row.own .album")
    await expect(album.locator(".photo.loaded")).to_have_count(2)
    first, second = served.said_by(served.alice)[-2:]
    assert first.media_group_id == second.media_group_id is not None
    assert first.text == "me and a coat"
    assert (first.photo.largest.width, first.photo.largest.height) == (400, 600)
    await expect(started.locator("#attachments")).to_be_hidden()


async def test_a_photo_can_be_taken_out_before_sending(started, served):
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(color=name)}
        for name in ("red", "blue")
    ]
    await started.set_input_files("#files", files)
    await started.get_by_label("Remove red.png").click()
    await started.click("#send")
    await expect(started.locator(".row.own .photo.loaded")).to_have_count(1)
    assert served.said_by(served.alice)[-1].media_group_id is None


async def test_as_file_keeps_the_bytes(started, served):
    data = png(3000, 20)
    await started.set_input_files("#files", [{"name": "wide.png", "mimeType": "image/png", "buffer": data}])
    await started.get_by_role("button", name="As file").click()
    await started.click("#send")
    await expect(started.locator(".file")).to_contain_text("wide.png")
    document = served.said_by(served.alice)[-1].document
    assert await served.world.files.content(document.file_id) == data
    async with started.expect_download() as download:
        await started.locator(".file").click()
    assert (await download.value).suggested_filename == "wide.png"


async def test_drag_and_drop_offers_photo_and_file(started, served):
    await give_picture(started)
    await started.evaluate(DROP, {"selector": "#drop [data-as=photo]", "names": ["a.png", "b.png"]})
    await expect(started.locator(".attachment canvas")).to_have_count(2)
    await expect(started.locator("#drop")).to_be_hidden()
    await started.click("#send")
    await expect(started.locator(".row.own .album .photo.loaded")).to_have_count(2)
    await started.evaluate(DROP, {"selector": "#drop [data-as=file]", "names": ["c.png"]})
    await expect(started.locator(".attachment")).to_have_count(1)
    await started.click("#send")
    await expect(started.locator(".row.own .file")).to_contain_text("c.png")


async def test_a_pasted_picture_is_attached(started, served):
    await give_picture(started)
    await started.evaluate(PASTE)
    await expect(started.locator(".attachment canvas")).to_have_count(1)
    await started.press("#text", "Enter")
    await expect(started.locator(".row.own .photo.loaded")).to_have_count(1)


async def test_a_file_over_20_megabytes_is_refused_with_a_reason(started, served):
    await started.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(20 * 1024 * 1024 + 1)], "big.png", {type: "image/png"}));
          const field = document.querySelector("#files");
          field.files = data.files;
          field.dispatchEvent(new Event("change"));
        }"""
    )
    await expect(started.locator(".toast.error")).to_contain_text("20.0 MB at most")
    await expect(started.locator(".attachment")).to_have_count(0)


async def test_a_sample_is_sent_with_one_click_and_two_as_an_album(started, served):
    await started.locator("[data-sample=anna] .sample").click()
    await expect(started.locator(".row.own .photo.loaded")).to_have_count(1)
    await started.locator("[data-sample=ben] .tick").click()
    await started.locator("[data-sample=dress] .tick").click()
    await started.get_by_role("button", name="Send 2 as album").click()
    await expect(started.locator(".row.own .album .photo.loaded")).to_have_count(2)
    one, first, second = served.said_by(served.alice)[-3:]
    assert one.media_group_id is None
    assert first.media_group_id == second.media_group_id is not None


async def test_a_tapped_button_turns_until_the_bot_answers_with_a_toast(started, served):
    answer = served.world.callbacks.answer
    gate = asyncio.Event()
    tap = served.bot._tap

    async def slow(payload):
        await gate.wait()
        await tap(payload)

    served.bot._tap = slow
    key = started.get_by_role("button", name="My credits")
    await key.click()
    await expect(key).to_have_attribute("aria-busy", "true")
    gate.set()
    await expect(started.locator(".toast")).to_have_text("You have 3 credits.")
    await expect(key).not_to_have_attribute("aria-busy", "true")
    assert answer == served.world.callbacks.answer


async def test_an_alert_is_a_dialog_to_close(started):
    await started.get_by_role("button", name="How it works").click()
    dialog = started.locator("dialog[open]")
    await expect(dialog).to_contain_text("Two photos in, one picture out.")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog).to_have_count(0)


async def test_keyboard_rows_are_exact(started):
    shape = await started.locator(".row .keyboard").first.evaluate(
        "(node) => [...node.children].map((row) => [...row.children].map((key) => key.innerText))"
    )
    assert [len(keys) for keys in shape] == [1, 2, 1]
    assert shape[1] == ["How it works", "My credits"]


async def test_an_edit_changes_the_same_bubble_and_moves_nothing(started, served):
    for number in range(14):
        served.bot.say(served.chat, f"Line {number}\nand more\nof it")
    progress = served.bot.say(served.chat, "Rendering 10 %")
    await expect(row(started, "Rendering 10 %")).to_be_visible()
    await started.evaluate(
        """() => {
          window.kept = [...document.querySelectorAll("#messages .row")].pop();
          document.querySelector("#scroller").scrollTop = 200;
        }"""
    )
    await expect(started.locator("#to-end")).to_have_class(re.compile("shown"))
    await settled(started)
    before = await started.evaluate("document.querySelector('#scroller').scrollTop")
    served.bot.edit(served.chat, progress.id, text="Rendering 60 %\nnearly there\nwait\na little")
    await expect(row(started, "Rendering 60 %")).to_contain_text("edited")
    assert await started.evaluate("[...document.querySelectorAll('#messages .row')].pop() === window.kept")
    assert await started.evaluate("document.querySelector('#scroller').scrollTop") == before


async def test_an_edit_above_the_view_keeps_what_one_reads_in_place(started, served):
    card = served.bot.say(served.chat, "Above")
    for number in range(30):
        served.bot.say(served.chat, f"Line {number}\nand more\nof it")
    await expect(row(started, "Line 29")).to_be_visible()
    await started.evaluate("document.querySelector('#scroller').scrollTop = 900")
    await expect(started.locator("#to-end")).to_have_class(re.compile("shown"))
    top = """[...document.querySelectorAll('.row')]
      .find((one) => one.innerText.includes('Line 15')).getBoundingClientRect().top"""
    await settled(started)
    before = await started.evaluate(top)
    served.bot.edit(served.chat, card.id, text="Above\n" + "grew\n" * 8)
    await expect(row(started, "grew")).to_be_attached()
    await settled(started)
    assert abs(await started.evaluate(top) - before) <= 1


async def test_a_text_that_becomes_a_picture_stays_the_same_bubble(started, served):
    card = served.bot.say(served.chat, "Nearly done")
    await expect(row(started, "Nearly done")).to_be_visible()
    await started.evaluate("() => { window.kept = [...document.querySelectorAll('#messages .row')].pop() }")
    photo = await served.world.files.add_photo(png())
    served.bot.edit(served.chat, card.id, text="Here it is", photo=photo)
    await expect(row(started, "Here it is").locator(".photo.loaded")).to_be_visible()
    assert await started.evaluate("[...document.querySelectorAll('#messages .row')].pop() === window.kept")


async def test_what_grows_at_the_end_does_not_count_as_scrolling_away(started, served):
    for number in range(25):
        served.bot.say(served.chat, f"Line {number}\nand more")
    await expect(row(started, "Line 24")).to_be_in_viewport()
    await settled(started)
    # A picture may finish loading before the browser tells of a scroll of its own.
    gap = await started.evaluate(
        """async () => {
          const scroller = document.querySelector("#scroller");
          const frame = () => new Promise(requestAnimationFrame);
          await frame();
          [...document.querySelectorAll("#messages .row")].pop().style.paddingBottom = "300px";
          scroller.dispatchEvent(new Event("scroll"));
          await frame();
          await frame();
          return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
        }"""
    )
    assert gap <= 2
    await expect(started.locator("#to-end")).not_to_have_class(re.compile("shown"))


async def test_a_late_part_joins_its_album(started, served):
    send = served.world.person_sends_photos
    first, _ = await send(served.alice, served.chat, [png(color="red"), png(color="blue")])
    await expect(started.locator(".row.own .album .photo")).to_have_count(2)
    await send(served.alice, served.chat, [png(color="gold")], album_id=first.media_group_id)
    await expect(started.locator(".row.own .album .photo")).to_have_count(3)


async def test_a_long_chat_shows_its_end_first_and_earlier_messages_keep_the_place(window, served):
    for number in range(400):
        served.bot.say(served.chat, f"Line {number}.")
    served.chat.started = True
    page = await window()
    await expect(row(page, "Line 399.")).to_be_in_viewport()
    assert await page.locator("#messages .row").count() == 150
    await page.evaluate("document.querySelector('#scroller').scrollTop = 0")
    await expect(page.locator("#to-end")).to_have_class(re.compile("shown"))
    await settled(page)
    before = await row(page, "Line 252.").bounding_box()
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(page.locator("#messages .row")).to_have_count(300)
    await settled(page)
    after = await row(page, "Line 252.").bounding_box()
    assert abs(before["y"] - after["y"]) <= 1
    served.bot.say(served.chat, "Line 400.")
    await expect(page.locator("#to-end .count")).to_have_text("1")
    assert await page.locator("#messages .row").count() == 301


async def test_the_end_stays_in_view_while_messages_arrive(started, served):
    for number in range(25):
        served.bot.say(served.chat, f"Line {number}\nand more")
    await expect(row(started, "Line 24")).to_be_in_viewport()
    gap = "((s) => s.scrollHeight - s.scrollTop - s.clientHeight)(document.querySelector('#scroller'))"
    await settled(started)
    assert await started.evaluate(gap) <= 2


async def test_the_answer_to_photos_just_sent_comes_into_view(started, served):
    for number in range(25):
        served.bot.say(served.chat, f"Line {number}\nand more")
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(color=name)}
        for name in ("red", "blue")
    ]
    await started.set_input_files("#files", files)
    await expect(started.locator(".attachment canvas")).to_have_count(2)
    await started.click("#send")
    await expect(started.locator(".row.own .album .photo.loaded")).to_have_count(2)
    served.bot.say(served.chat, "The card\n" + "of many lines\n" * 20)
    await expect(row(started, "The card")).to_be_in_viewport(ratio=0.9)
    await expect(started.locator("#to-end")).not_to_have_class(re.compile("shown"))


async def test_a_deleted_message_disappears(started, served):
    message = served.bot.say(served.chat, "Soon gone")
    await expect(row(started, "Soon gone")).to_be_visible()
    served.world.remove_messages(served.chat, [message.id])
    await expect(started.locator("#messages", has_text="Soon gone")).to_have_count(0)


async def test_what_the_bot_is_doing_is_shown_and_ends_with_its_message(started, served):
    served.bot.act(served.chat, "upload_photo")
    await expect(started.locator("#chat-status")).to_contain_text("sending a photo")
    served.bot.say(served.chat, "Done")
    await expect(started.locator("#chat-status")).to_have_text("bot · online")


async def test_a_whole_try_on(started, served):
    await started.locator("[data-sample=anna] .tick").click()
    await started.locator("[data-sample=dress] .tick").click()
    await started.get_by_role("button", name="Send 2 as album").click()
    await started.get_by_role("button", name="Try it on").click()
    await expect(row(started, "Rendering your picture")).to_be_visible()
    result = row(started, "Here you are! 2 credits left.")
    await expect(result.locator(".photo.loaded")).to_be_visible()
    await expect(started.locator("#messages", has_text="Rendering your picture")).to_have_count(0)
    await result.locator(".photo").click()
    await expect(started.locator(".lightbox figcaption")).to_have_text("Here you are! 2 credits left.")
    await started.keyboard.press("ArrowLeft")
    await expect(started.locator(".lightbox figcaption")).to_have_text("")
    await started.keyboard.press("Escape")
    await expect(started.locator(".lightbox")).to_have_count(0)


async def test_entities_are_drawn_and_a_spoiler_opens_on_a_tap(started):
    await write(started, "/marks")
    text = row(started, "Bold")
    for tag, words in {
        "b": "Bold",
        "i": "italic",
        "u": "under",
        "s": "struck",
        "pre": "print(1)",
        "blockquote": "A quote",
    }.items():
        await expect(text.locator(f".words {tag}").first).to_have_text(words)
    await expect(text.locator("a")).to_have_attribute("href", "https://example.org/page")
    veil = text.locator(".spoiler .veil")
    await expect(veil).to_be_hidden()
    await text.locator(".spoiler").click()
    await expect(veil).to_be_visible()
    await text.get_by_role("button", name="/help").click()
    await expect(row(started, "You wrote: /help")).to_be_visible()


async def test_markup_in_names_texts_buttons_and_files_stays_text(page, served):
    world = served.world
    world.people[served.alice] = replace(world.people[served.alice], first_name=HOSTILE)
    served.bot.bot.names[""] = HOSTILE
    served.bot.bot.descriptions[""] = HOSTILE
    await page.reload()
    await expect(page.locator("#welcome")).to_contain_text("onerror")
    await page.click("#start")
    await served.world.person_sends_document(
        served.alice,
        served.chat,
        b"<script>1</script>",
        name=f"{HOSTILE}.html".replace("/", ""),
        caption=HOSTILE,
    )
    keyboard = Keyboard(((Button(text=HOSTILE, callback_data="x"),),))
    link = Entity("text_link", 0, 4, url="javascript:document.title='owned'")
    served.bot.say(served.chat, HOSTILE, entities=(link,), keyboard=keyboard)
    await expect(page.locator(".row .key", has_text="onerror")).to_be_visible()
    await expect(page.locator(".file")).to_be_visible()
    assert await page.locator("img[src=x]").count() == 0
    assert await page.locator("body script").count() == 0
    assert await page.locator("a[href^=javascript]").count() == 0
    assert "owned" not in (await page.title()).replace(HOSTILE, "")


async def test_the_policy_blocks_inline_script(page, complaints):
    await page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.owned = true";
          document.body.append(script);
        }"""
    )
    assert await page.evaluate("window.owned") is None
    assert any("Content Security Policy" in one for one in complaints)
    complaints.clear()


async def test_another_person_has_other_chats_and_another_language(started, served):
    await started.get_by_role("button", name="Be Bruno, Spanish").click()
    await expect(started.locator("#start")).to_be_visible()
    await started.click("#start")
    await expect(row(started, "Hi! I show clothes")).to_be_visible()
    await started.fill("#text", "/")
    await expect(started.locator("#suggestions")).to_contain_text("Mira la ropa en tu foto")
    await started.reload()
    await expect(started.locator(".person[aria-pressed=true]")).to_have_text(re.compile("Bruno"))
    assert served.world.messages(served.bruno)[0].text == "/start"


async def test_a_person_can_be_added(page, served):
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("Name").fill("Noor")
    await page.get_by_label("Language of their Telegram").select_option("ar")
    await page.get_by_role("button", name="Add person").click()
    await expect(page.get_by_role("button", name="Be Noor, Arabic")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#start")).to_be_visible()
    noor = [one for one in served.world.people.values() if one.first_name == "Noor"]
    assert [one.language_code for one in noor] == ["ar"]


async def test_two_windows_see_the_same_group_live(started, window, served):
    other = await window(f"#{served.bruno}/{served.forum}")
    await expect(other.locator("#chat-title")).to_have_text("Wardrobe club")
    await started.locator(".chat b", has_text="Wardrobe club").click()
    await write(started, "Look at this")
    await expect(row(other, "Look at this").locator(".sender")).to_have_text("Alice Young")


async def test_topics_keep_their_messages_apart_and_the_bot_answers_in_the_topic(started, served):
    await started.locator(".chat b", has_text="Wardrobe club").click()
    await started.locator("#topics").get_by_role("button", name="Outfits").click()
    await started.fill("#text", "@tryon")
    await started.locator("#suggestions [role=option]", has_text="Fitting Room").click()
    await expect(started.locator("#text")).to_have_value("@tryon_sandbox_bot ")
    await started.fill("#text", "/tryon@tryon_sandbox_bot")
    await started.locator("[data-sample=kim] .sample").click()
    await expect(row(started, "Ready to try this on?")).to_be_visible()
    await started.locator("#topics").get_by_role("button", name="General").click()
    await expect(started.locator("#messages", has_text="Ready to try this on?")).to_have_count(0)
    card = served.world.messages(served.forum)[-1]
    assert card.thread_id in served.world.chat(served.forum).topics


async def test_commands_are_chosen_with_the_keyboard(started, served):
    await started.fill("#text", "/cr")
    await expect(started.locator("#suggestions [role=option]")).to_have_count(1)
    await started.press("#text", "Enter")
    await expect(row(started, "You wrote: /credits")).to_be_visible()
    await started.click("#menu")
    await expect(started.locator("#suggestions [role=option]")).to_have_count(4)
    await started.keyboard.press("ArrowUp")
    await started.keyboard.press("Enter")
    await expect(row(started, "You wrote: /help")).to_be_visible()


async def test_a_deep_link_opens_the_private_chat_with_its_parameter(started, served):
    served.bot.say(
        served.world.chat(served.forum),
        "Go on here: https://t.me/tryon_sandbox_bot?start=look-42",
        entities=(Entity("url", 12, 46),),
    )
    await started.locator(".chat b", has_text="Wardrobe club").click()
    await started.locator("#messages a").click()
    await expect(started.locator("#chat-title")).to_have_text("Fitting Room")
    await expect(row(started, "/start look-42")).to_be_visible()
    assert served.bot.seen[-1]["text"] == "/start look-42"


async def test_another_link_is_opened_only_after_a_question(started):
    await started.get_by_role("button", name="Website").click()
    dialog = started.locator("dialog[open]")
    await expect(dialog).to_contain_text("https://example.org/shop")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)


async def test_reply_edit_forward_and_delete(started, served):
    await write(started, "/quiet first")
    own = row(started, "/quiet first")
    await row(started, "Hi! I show clothes").click(button="right", position={"x": 20, "y": 12})
    await started.get_by_role("menuitem", name="Reply").click()
    await expect(started.locator("#answer-bar")).to_contain_text("Reply to Fitting Room")
    await write(started, "/quiet an answer")
    quote = row(started, "/quiet an answer").locator(".quote")
    await expect(quote).to_contain_text("Hi! I show clothes")
    hello = started.locator(".row:not(.own)", has_text="Hi! I show clothes")
    # It flashes for a moment only.
    await hello.evaluate(
        """(node) => new MutationObserver(() => {
          if (node.classList.contains("flash")) node.dataset.flashed = "yes";
        }).observe(node, {attributeFilter: ["class"]})"""
    )
    await quote.click()
    await expect(hello).to_have_attribute("data-flashed", "yes")

    await own.locator(".text").click(button="right", position={"x": 4, "y": 4})
    await started.get_by_role("menuitem", name="Edit").click()
    await expect(started.locator("#text")).to_have_value("/quiet first")
    await write(started, "/quiet changed")
    await expect(row(started, "/quiet changed")).to_contain_text("edited")

    await row(started, "/quiet changed").locator(".text").click(button="right", position={"x": 4, "y": 4})
    await started.get_by_role("menuitem", name="Forward").click()
    await started.locator("dialog").get_by_role("button", name="Wardrobe club").click()
    await expect(started.locator(".toast")).to_contain_text("Forwarded")
    assert served.world.messages(served.forum)[-1].forward_origin.user_id == served.alice

    await row(started, "/quiet changed").locator(".text").click(button="right", position={"x": 4, "y": 4})
    await started.get_by_role("menuitem", name="Delete").click()
    await expect(started.locator("#messages", has_text="/quiet changed")).to_have_count(0)


async def test_the_message_menu_works_from_the_keyboard(started):
    await started.focus("#text")
    await started.keyboard.press("ArrowUp")
    await started.keyboard.press("ArrowUp")
    await expect(started.locator(".row:focus")).to_have_text(re.compile("/start"))
    await started.locator(".row:focus").dispatch_event("contextmenu")
    await expect(started.get_by_role("menuitem", name="Reply")).to_be_focused()
    await started.keyboard.press("Escape")
    await expect(started.locator(".row:focus")).to_have_text(re.compile("/start"))


async def test_a_bill_is_paid_with_play_stars(started, served):
    await write(started, "/buy")
    bill = row(started, "10 credits")
    await expect(bill).to_contain_text("75")
    await bill.get_by_role("button", name="Pay").click()
    await expect(started.locator("dialog")).to_contain_text("Nothing is charged")
    await started.locator("dialog").get_by_role("button", name="Pay 75 Stars").click()
    await expect(started.locator(".toast")).to_contain_text("Payment made")
    await expect(bill.locator(".paid")).to_be_visible()
    await expect(bill.locator(".key")).to_have_text("Receipt")
    assert served.world.stars[served.alice] == 925


async def test_phone_shows_the_list_or_the_chat_and_nothing_sticks_out(window, served):
    page = await window(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    await expect(page.locator("#sidebar")).to_be_visible()
    await expect(page.locator("#conversation")).to_be_hidden()
    await page.locator(".chat b", has_text="Fitting Room").click()
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.click("#start")
    await page.click("#tray-button")
    await page.locator("[data-sample=ben] .tick").click()
    await page.locator("[data-sample=jacket] .tick").click()
    await page.get_by_role("button", name="Send 2 as album").click()
    await expect(row(page, "Ready to try this on?")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    wide = """[...document.querySelectorAll('#pane *')]
      .filter((one) => !one.closest('.tray-groups') && one.getBoundingClientRect().right > 361).length"""
    assert await page.evaluate(wide) == 0
    await page.click("#back")
    await expect(page.locator("#sidebar")).to_be_visible()


async def test_a_wide_picture_stays_inside_its_bubble_on_a_phone(window, served):
    photo = await served.world.files.add_photo(png(1056, 368))
    keyboard = Keyboard(
        ((Button(text="Colour", callback_data="no"), Button(text="Stop", callback_data="no")),)
    )
    page = await window(viewport={"width": 430, "height": 900}, has_touch=True, is_mobile=True)
    await page.locator(".chat b", has_text="Fitting Room").click()
    await page.click("#start")
    await expect(row(page, "Hi! I show clothes")).to_be_visible()
    served.bot.say(served.chat, "Which haircut?", photo=photo, keyboard=keyboard)
    shown = row(page, "Which haircut?")
    await expect(shown.locator(".photo.loaded")).to_be_visible()
    sides = await shown.evaluate("""(row) => {
      const box = (selector) => row.querySelector(selector).getBoundingClientRect();
      return [box(".photo").right, box(".bubble").right, box(".keyboard").right, box(".photo").width];
    }""")
    assert sides[0] <= sides[1] == pytest.approx(sides[2], abs=0.5)
    assert sides[3] > 300, "it is as wide as there is room for"


async def test_a_long_press_opens_the_message_menu_and_presses_nothing_else(window, served):
    await served.world.person_sends_photos(served.alice, served.chat, [png()])
    page = await window(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await page.locator(".chat b", has_text="Fitting Room").click()
    photo = page.locator(".row.own .photo.loaded")
    touch = {"pointerType": "touch", "bubbles": True, "clientX": 200, "clientY": 400}
    await photo.dispatch_event("pointerdown", touch)
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_visible()
    await photo.dispatch_event("pointerup", touch)
    await photo.dispatch_event("click")
    await expect(page.locator(".lightbox")).to_have_count(0)
    await page.keyboard.press("Escape")
    await photo.dispatch_event("click")
    await expect(page.locator(".lightbox")).to_have_count(1)


async def test_dark_follows_the_system_until_somebody_chooses(window):
    page = await window(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = await page.evaluate(ground)
    await page.get_by_role("button", name="Use light colours").click()
    assert await page.evaluate(ground) != dark
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "light"


async def test_right_to_left_text_is_laid_out_by_its_own_direction(started):
    await write(started, "/quiet")
    await write(started, "مرحبا كيف الحال")
    assert (
        await started.locator(".row.own", has_text="مرحبا")
        .locator(".text")
        .evaluate("(node) => node.matches(':dir(rtl)')")
    )
    assert (
        await started.locator(".row.own", has_text="/quiet")
        .locator(".text")
        .evaluate("(node) => node.matches(':dir(ltr)')")
    )


async def test_a_command_in_right_to_left_text_begins_with_its_slash(started):
    await write(started, "/quiet")
    await write(started, "اكتب /help الآن")
    text = started.locator(".row.own", has_text="اكتب").locator(".text")
    assert await text.evaluate("(node) => node.matches(':dir(rtl)')")
    assert await text.get_by_role("button", name="/help").evaluate("(node) => node.matches(':dir(ltr)')")


async def test_a_lost_server_is_said_and_the_page_recovers(started, served, complaints):
    await served.stop()
    await expect(started.locator("#connection")).to_be_visible()
    await write(started, "into the void")
    await expect(started.locator(".toast.error")).to_contain_text("does not answer")
    await expect(started.locator("#text")).to_have_value("into the void")
    served.bot.say(served.chat, "Said while you were away")
    await served.start()
    await expect(started.locator("#connection")).to_be_hidden()
    await expect(row(started, "Said while you were away")).to_be_visible()
    await started.press("#text", "Enter")
    await expect(row(started, "You wrote: into the void")).to_be_visible()
    complaints.clear()


async def test_a_bot_that_connects_under_its_own_id_is_followed(served, window, complaints):
    served.bot.bot.connected = False
    page = await window()
    await expect(page.locator("#chat-status")).to_have_text("bot · not running")
    served.world.connect_bot(123456789)
    await expect(page.locator("#chat-status")).to_have_text("bot · online")
    await page.click("#start")
    await expect(row(page, "Hi! I show clothes")).to_be_visible()
    complaints.clear()  # a request for the old id may have been on its way


async def test_reduced_motion_animates_nothing(window, served):
    page = await window(reduced_motion="reduce")
    await page.click("#start")
    await expect(row(page, "Hi! I show clothes")).to_be_visible()
    message = served.bot.say(served.chat, "One line")
    await expect(row(page, "One line")).to_be_visible()
    await page.evaluate("() => { Element.prototype.animate = () => { throw new Error('animated') } }")
    served.bot.edit(served.chat, message.id, text="One line\nmore\nlines")
    await expect(row(page, "more")).to_be_visible()


async def test_every_control_has_a_name(started):
    nameless = await started.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([hidden]), textarea")]
          .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.title))
          .map((one) => one.outerHTML)"""
    )
    assert nameless == []
