"""Groups, channels and inline mode behind the page's addresses, without a browser."""

import asyncio
import io

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from bot.sandbox.page.live import change_views
from bot.sandbox.page.message_view import message_view
from bot.sandbox.page.routes import page_routes
from bot.sandbox.page.views import chat_view
from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.model import Button, ChatKind, InlineAnswer, InlineResult, Keyboard, Message, Status
from tests.sandbox.page.conftest import make_world

HOME = "http://127.0.0.1:8000"
ALICE, BRUNO = 1001, 1002


@pytest.fixture
def world():
    world = make_world()
    world.add_person("Alice", person_id=ALICE, username="alice_sandbox")
    world.add_person("Bruno", person_id=BRUNO)
    return world


@pytest.fixture
def group(world):
    return world.add_group("Friends", [ALICE, BRUNO])


@pytest.fixture
async def client(world):
    transport = httpx.ASGITransport(app=Starlette(routes=page_routes(world)))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


@pytest.fixture
def change(client, group):
    async def send(what, person=ALICE, chat=None):
        body = {"person": person, "chat": chat or group.id, "change": what}
        return await client.post("/page/api/group", json=body)

    return send


@pytest.mark.parametrize(
    ("what", "field", "value"),
    [
        ("privacy_off", "privacy", False),
        ("photos_off", "photos", False),
        ("messages_off", "messages", False),
        ("bot_administrator", "bot", "administrator"),
        ("bot_out", "bot", "kicked"),
        ("anonymous_on", "anonymous", True),
    ],
)
async def test_what_is_changed_about_a_group_is_shown(world, group, change, what, field, value):
    assert chat_view(world, group, ALICE)["group"][field] != value
    assert (await change(what)).json() == {"chat": group.id}
    assert chat_view(world, group, ALICE)["group"][field] == value


@pytest.mark.parametrize(
    ("there", "back", "field"),
    [
        ("privacy_off", "privacy_on", "privacy"),
        ("photos_off", "photos_on", "photos"),
        ("messages_off", "messages_on", "messages"),
        ("bot_administrator", "bot_member", "bot"),
        ("anonymous_on", "anonymous_off", "anonymous"),
    ],
)
async def test_every_change_has_its_way_back(world, group, change, there, back, field):
    before = chat_view(world, group, ALICE)["group"][field]
    await change(there)
    await change(back)
    assert chat_view(world, group, ALICE)["group"][field] == before


async def test_a_bot_that_was_removed_can_be_added_again(world, group, change):
    await change("bot_out")
    await change("bot_in")
    assert group.members[world.bot.id] is Status.MEMBER


async def test_a_group_that_became_a_supergroup_is_followed(world, change, client):
    small = world.add_group("Plans", [ALICE, BRUNO], kind=ChatKind.GROUP)
    answer = (await change("supergroup", chat=small.id)).json()
    assert answer["chat"] == small.migrated_to
    state = (await client.get("/page/api/state", params={"person": BRUNO})).json()
    assert small.migrated_to in [chat["id"] for chat in state["chats"]]
    assert small.id not in [chat["id"] for chat in state["chats"]]
    # Bruno's page had the old group in its list: it looks at everything anew.
    assert change_views(ChatChanged(small), world, BRUNO) == [{"type": "reload"}]


@pytest.mark.parametrize("what", ["anonymous_on", "supergroup"])
async def test_what_telegram_would_not_allow_is_refused_with_a_reason(change, what):
    answer = await change(what, person=BRUNO)
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("Telegram would not allow this")


async def test_an_unknown_change_is_refused(change):
    assert (await change("explode")).status_code == 400


async def test_a_private_chat_is_no_group(world, change):
    assert (await change("photos_off", chat=world.bot.id)).status_code == 400


async def test_a_channel_is_read_by_all_and_written_by_its_owner(world):
    channel = world.add_channel("Looks", ALICE, readers=[BRUNO])
    views = [chat_view(world, channel, person) for person in (ALICE, BRUNO)]
    assert [(view["kind"], view["can_write"]) for view in views] == [("channel", True), ("channel", False)]


async def test_who_speaks_as_a_chat_is_shown_as_that_chat(world, group):
    world.set_anonymous(group, ALICE, on=True)
    said = await world.person_sends_text(ALICE, group, "Hi")
    view = message_view(world, group, said, frozenset())
    assert (view["from"]["name"], view["from"]["id"], view["author"]) == ("Friends", group.id, ALICE)


async def test_a_post_in_the_channels_group_is_not_called_forwarded(world, group):
    channel = world.add_channel("Looks", ALICE, group=group)
    await world.person_sends_text(ALICE, channel, "New")
    view = message_view(world, group, world.messages(group)[-1], frozenset())
    assert (view["from"]["name"], view["forwarded"]) == ("Looks", None)


@pytest.mark.parametrize(
    ("button", "kinds"),
    [
        ({"switch_inline_query_current_chat": "a"}, None),
        ({"switch_inline_query": "a"}, ["private", "group", "channel"]),
        ({"switch_inline_query_chosen_chat": {"query": "a", "allow_group_chats": True}}, ["group"]),
    ],
)
async def test_buttons_for_inline_mode_say_where_it_may_begin(world, button, kinds):
    keyboard = Keyboard(((Button(text="Show", **button),),))
    said = Message(chat_id=ALICE, id=1, date=0, sender_id=world.bot.id, text="Go", keyboard=keyboard)
    [[shown]] = message_view(world, world.private_chat(ALICE), said, frozenset())["keyboard"]
    assert (shown["kind"], shown["query"], shown["kinds"]) == ("switch", "a", kinds)


async def test_offers_come_with_the_button_and_the_next_page_and_go_into_the_topic(world, client):
    forum = world.add_group("Forum", [ALICE], is_forum=True)
    topic = await world.person_opens_topic(ALICE, forum, "Hair")
    photo = (await world.files.add_photo(_picture())).largest.file_id
    world.bot.queue.clear()

    async def answering():
        await world.bot.queue.wait()
        [query] = [one.payload for one in world.bot.queue.peek()]
        results = (InlineResult(id="7", type="photo", photo_file_id=photo),)
        answer = InlineAnswer(
            results=results, next_offset="1", button_text="Add", start_parameter="x", is_personal=True
        )
        world.inline_queries.answer(world.bot.id, query["id"], answer)
        return query

    body = {"person": ALICE, "chat": forum.id, "bot": world.bot.id, "query": "hat", "offset": "24"}
    request, query = await asyncio.gather(client.post("/page/api/inline", json=body), answering())
    offered = request.json()
    assert (query["query"], query["offset"]) == ("hat", "24")
    assert (offered["button"], offered["next"]) == ({"text": "Add", "start": "x"}, "1")
    assert offered["results"][0]["photo"]
    choice = {"person": ALICE, "chat": forum.id, "query": offered["query"], "result": "7", "topic": topic.id}
    await client.post("/page/api/inline/choose", json=choice)
    said = world.messages(forum)[-1]
    assert (said.thread_id, said.via_bot_id, said.photo.largest.file_id) == (topic.id, world.bot.id, photo)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 90), "teal").save(out, "JPEG")
    return out.getvalue()
