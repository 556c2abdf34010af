"""The page's addresses without a browser: who may ask, what is refused, what a change looks like."""

import io
import json
from dataclasses import replace

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from bot.sandbox.page.live import change_views, event_stream
from bot.sandbox.page.message_view import paid_bills
from bot.sandbox.page.routes import STATIC, page_routes
from bot.sandbox.page.shelf import Shelf
from bot.sandbox.page.views import chat_view
from bot.sandbox.telegram.bots import Command
from bot.sandbox.telegram.changes import ChatActionShown, MessagesDeleted, StarsChanged
from bot.sandbox.telegram.model import Button, Invoice, Keyboard, Message, Payment, Status
from tests.sandbox.page.conftest import make_world

HOME = "http://127.0.0.1:8000"


def picture(kind="JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 90), "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture
def world():
    world = make_world()
    world.add_person("Alice", person_id=1001, username="alice_sandbox", stars=100)
    world.add_person("Bruno", person_id=1002, language_code="es")
    return world


@pytest.fixture
async def client(world):
    shelf = Shelf(
        people=lambda: ["anna"],
        garments=lambda: ["t-shirt"],
        tricky=lambda: ["two-friends"],
        jpeg=lambda _: picture(),
    )
    transport = httpx.ASGITransport(app=Starlette(routes=page_routes(world, shelf)))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


def fields(world, **more):
    return {"person": "1001", "chat": str(world.bot.id), **more}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
async def test_local_names_are_answered(client, host):
    assert (await client.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "127.0.0.1/evil",
        "192.168.1.5:8000",
        "localhost.",
        "localhost:x",
    ],
)
@pytest.mark.parametrize("path", ["/", "/page/static/js/main.js", "/page/api/state", "/page/api/events"])
async def test_foreign_host_names_are_refused_everywhere(client, host, path):
    assert (await client.get(path, headers={"Host": host})).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:9999",
        "http://localhost:8000",
    ],
)
async def test_writes_from_other_pages_are_refused(client, world, origin):
    body = {"name": "Eve", "language": "en"}
    answer = await client.post("/page/api/people", json=body, headers={"Origin": origin})
    assert answer.status_code == 403
    assert len(world.people) == 2


async def test_writes_from_the_page_itself_are_taken(client, world):
    body = {"name": " Noor ", "language": "ar"}
    answer = await client.post("/page/api/people", json=body, headers={"Origin": HOME})
    assert answer.status_code == 201
    assert world.people[answer.json()["id"]].first_name == "Noor"


@pytest.mark.parametrize("path", ["/", "/page/static/style.css", "/page/api/state", "/page/api/files/none"])
async def test_every_answer_carries_the_policy(client, path):
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_page_names_no_foreign_address():
    texts = {path: path.read_text() for path in STATIC.rglob("*") if path.is_file()}
    assert len(texts) > 20
    foreign = {
        path.name: line
        for path, text in texts.items()
        for line in text.splitlines()
        if ("http://" in line or "https://" in line)
        and "www.w3.org/2000/svg" not in line
        and "`https://${" not in line
    }
    assert foreign == {}


async def test_no_module_of_the_page_writes_markup():
    scripts = "\n".join(path.read_text() for path in (STATIC / "js").glob("*.js"))
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
        assert word not in scripts


async def test_state_has_people_chats_and_samples(client, world):
    state = (await client.get("/page/api/state?person=1002")).json()
    assert [one["name"] for one in state["people"]] == ["Alice", "Bruno"]
    assert state["me"] == 1002
    assert [(one["id"], one["started"]) for one in state["chats"]] == [(world.bot.id, False)]
    assert [(one["name"], one["group"]) for one in state["samples"]] == [
        ("anna", "People"),
        ("t-shirt", "Garments"),
        ("two-friends", "Tricky photos"),
    ]


@pytest.mark.parametrize("person", ["", "abc", "9", "-1", "٣"])
async def test_an_unknown_person_is_shown_the_first(client, person):
    assert (await client.get(f"/page/api/state?person={person}")).json()["me"] == 1001


async def test_an_empty_world_is_no_error(client, world):
    world.people.clear()
    state = (await client.get("/page/api/state")).json()
    assert (state["me"], state["chats"]) == (None, [])


async def test_two_samples_become_an_album(client, world):
    form = {**fields(world), "samples": ["anna", "t-shirt"]}
    answer = await client.post("/page/api/messages", data=form, files={"x": b""})
    first, second = world.messages(1001)
    assert answer.json() == {"ids": [first.id, second.id]}
    assert first.media_group_id == second.media_group_id is not None


async def test_an_unknown_sample_sends_nothing(client, world):
    form = {**fields(world), "samples": ["anna", "../secret"]}
    answer = await client.post("/page/api/messages", data=form, files={"x": b""})
    assert answer.status_code == 404
    assert world.messages(1001) == []


async def test_a_photo_that_is_none_is_refused_with_advice(client, world):
    answer = await client.post(
        "/page/api/messages", data=fields(world), files={"files": ("a.png", b"no", "image/png")}
    )
    assert answer.status_code == 422
    assert "as a file" in answer.json()["error"]


async def test_a_file_over_20_megabytes_is_refused(client, world):
    big = b"x" * (20 * 1024 * 1024 + 1)
    form = fields(world, as_file="true")
    answer = await client.post("/page/api/messages", data=form, files={"files": ("a.bin", big)})
    assert answer.status_code == 413
    assert world.messages(1001) == []


async def test_a_form_of_unknown_or_endless_length_is_refused_unread(client, world):
    async def endless():
        raise AssertionError("read")
        yield b""

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await client.post("/page/api/messages", content=endless(), headers=kind)
    assert answer.status_code == 411
    answer = await client.post(
        "/page/api/messages", content=endless(), headers={**kind, "Content-Length": "999999999999"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"person": "x", "chat": "1"}, 400),
        ({"person": "1001"}, 400),
        ({"person": "77", "chat": "1"}, 409),
    ],
)
async def test_odd_forms_are_refused(client, form, status):
    answer = await client.post("/page/api/messages", data=form, files={"x": b""})
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"person": "1001"}', '{"person": 1, "chat": true, "message": 1}']
)
async def test_odd_bodies_are_refused(client, body):
    answer = await client.post("/page/api/pay", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_a_body_that_a_foreign_form_could_send_is_refused(client):
    answer = await client.post("/page/api/people", content='{"name": "Eve", "language": "en"}')
    assert answer.status_code == 415


async def test_a_document_is_only_ever_handed_out_as_a_download(client, world):
    page = ("evil\r\nX: y.html", b"<script>1</script>", "text/html")
    await client.post("/page/api/messages", data=fields(world, as_file="true"), files={"files": page})
    document = world.messages(1001)[0].document
    answer = await client.get(f"/page/api/files/{document.file_id}")
    assert answer.content == b"<script>1</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "\n" not in answer.headers["content-disposition"]


async def test_a_photo_is_shown_and_can_be_downloaded(client, world):
    await client.post("/page/api/messages", data=fields(world), files={"files": ("me.png", picture("PNG"))})
    url = f"/page/api/files/{world.messages(1001)[0].photo.largest.file_id}"
    shown, saved = await client.get(url), await client.get(f"{url}?download=1")
    assert shown.headers["content-type"] == "image/jpeg"
    assert "content-disposition" not in shown.headers
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''photo.jpg"


async def test_a_file_name_keeps_no_folder(client, world):
    upload = {"files": ("C:\\photos\\..\\me.txt", b"x")}
    await client.post("/page/api/messages", data=fields(world, as_file="true"), files=upload)
    assert world.messages(1001)[0].document.file_name == "me.txt"


async def test_a_group_one_is_not_in_is_closed(client, world):
    group = world.add_group("Others", [1002])
    assert (await client.get(f"/page/api/chats/{group.id}/messages?person=1001")).status_code == 409
    form = {"person": "1001", "chat": str(group.id), "text": "hi"}
    assert (await client.post("/page/api/messages", data=form, files={"x": b""})).status_code == 409
    assert world.messages(group) == []


@pytest.mark.parametrize("peer", ["abc", "1.5"])
async def test_a_chat_that_is_no_number_is_not_found(client, peer):
    assert (await client.get(f"/page/api/chats/{peer}/messages?person=1001")).status_code == 404


async def test_a_button_that_changed_meanwhile_is_not_tapped(client, world):
    chat = world.private_chat(1001)
    keyboard = Keyboard(((Button(text="Delete everything", callback_data="x"),),))
    world.add_message(
        chat, Message(chat_id=1001, id=1, date=0, sender_id=world.bot.id, text="?", keyboard=keyboard)
    )
    body = {"person": 1001, "chat": world.bot.id, "message": 1, "row": 0, "column": 0, "text": "Cancel"}
    assert (await client.post("/page/api/press", json=body)).status_code == 409
    assert (await client.post("/page/api/press", json={**body, "row": 5})).status_code == 409
    assert len(world.bot.queue) == 0


async def test_blocking_and_unblocking_the_bot(client, world):
    body = {"person": 1001, "chat": world.bot.id, "blocked": True}
    await client.post("/page/api/block", json=body)
    assert world.private_chat(1001).blocked
    await client.post("/page/api/block", json={**body, "blocked": False})
    assert not world.private_chat(1001).blocked
    states = [one.payload["new_chat_member"]["status"] for one in world.bot.queue.peek()]
    assert states == ["kicked", "member"]


async def test_the_narrowest_commands_in_ones_language_are_offered(world):
    commands = world.bot.commands
    commands["default", ""] = (Command("any", "Any"),)
    commands["all_private_chats", ""] = (Command("private", "Private"),)
    commands["all_private_chats", "es"] = (Command("privado", "Privado"),)
    offered = {one: chat_view(world, world.private_chat(one), one)["commands"] for one in (1001, 1002)}
    assert [one["command"] for one in offered[1001]] == ["private"]
    assert [one["command"] for one in offered[1002]] == ["privado"]
    group = world.add_group("All", [1001, 1002])
    assert [one["command"] for one in chat_view(world, group, 1001)["commands"]] == ["any"]
    group.members[world.bot.id] = Status.LEFT
    assert chat_view(world, group, 1001)["commands"] == []


async def test_the_stream_begins_once_nothing_can_be_missed(world):
    stream = event_stream(world, 1001)
    assert await anext(stream) == "event: ready\ndata: {}\n\n"
    await world.person_sends_text(1001, 1001, "two\nlines \u2028 and <b>")
    event = await anext(stream)
    assert event.count("\n") == 2
    message = json.loads(event.removeprefix("data: "))
    assert message["chat"] == world.bot.id
    assert message["message"]["text"] == "two\nlines \u2028 and <b>"
    await stream.aclose()


async def test_a_page_is_told_only_what_its_person_sees(world):
    mine, other = world.private_chat(1001), world.private_chat(1002)
    shown = [
        change_views(ChatActionShown(chat, world.bot.id, "typing", None), world, 1001)
        for chat in (mine, other)
    ]
    assert [bool(one) for one in shown] == [True, False]
    gone = [change_views(MessagesDeleted(chat, (1,)), world, 1001) for chat in (mine, other)]
    assert [bool(one) for one in gone] == [True, False]
    assert change_views(StarsChanged(1002, 5), world, 1001) == []


async def test_the_stream_of_a_page_that_fell_behind_ends(world):
    stream = event_stream(world, 1001)
    await anext(stream)
    for _ in range(5001):
        world.publish(StarsChanged(1001, 1))
    assert [event async for event in stream] == []


async def test_a_new_person_or_bot_is_noticed_by_every_page(world):
    stream = event_stream(world, 1001)
    await anext(stream)
    world.add_person("Chiara")
    assert json.loads((await anext(stream)).removeprefix("data: ")) == {"type": "reload"}
    await stream.aclose()


async def test_only_the_bill_before_a_receipt_is_paid():
    def bill(number):
        invoice = Invoice(title="t", description="d", payload="pack", currency="XTR", amount=1)
        return Message(chat_id=1, id=number, date=0, sender_id=2, invoice=invoice)

    paid = Payment(currency="XTR", amount=1, payload="pack", charge_id="c")
    receipt = Message(chat_id=1, id=3, date=0, sender_id=1, payment=paid)
    assert paid_bills([bill(1), bill(2), receipt, bill(4)]) == {2}
    assert paid_bills([replace(receipt, id=1), bill(2)]) == frozenset()
