"""What the page does in somebody's name."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.page.grouping import change_group
from bot.sandbox.page.inline import OpenAsks
from bot.sandbox.page.requests import (
    BadRequestError,
    Block,
    Deletion,
    Edit,
    Forward,
    GroupChange,
    InlineChoice,
    InlineQuery,
    NewPerson,
    NewTopic,
    OneMessage,
    Outgoing,
    Press,
    TopicChange,
    read_json,
    read_outgoing,
)
from bot.sandbox.page.shelf import Shelf
from bot.sandbox.page.views import chat_of
from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.model import Chat, Message, Upload
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.world import World

PATIENCE = 20.0  # seconds a tapped button turns before the page gives up
STARS_FOR_A_NEW_PERSON = 1_000


class PageActions:
    """Endpoints that change the world; each acts as the person the page names."""

    def __init__(self, world: World, shelf: Shelf) -> None:
        self._world = world
        self._shelf = shelf
        self._asks = OpenAsks()

    async def add_person(self, request: Request) -> Response:
        """Let somebody new join."""
        body = await read_json(request, NewPerson)
        person = self._world.add_person(
            body.name.strip(), language_code=body.language, stars=STARS_FOR_A_NEW_PERSON
        )
        self._world.private_chat(person.id)
        return JSONResponse({"id": person.id}, status_code=201)

    async def send(self, request: Request) -> Response:
        """Send a text, photos, an album, files or samples."""
        form = await read_outgoing(request)
        chat = chat_of(self._world, form.person, form.chat)
        sent = await self._send(chat, form)
        return JSONResponse({"ids": [one.id for one in sent]}, status_code=201)

    async def forward(self, request: Request) -> Response:
        """Forward messages to another of the person's chats."""
        body = await read_json(request, Forward)
        source = chat_of(self._world, body.person, body.chat)
        target = chat_of(self._world, body.person, body.to)
        sent = await self._world.person_forwards(body.person, source, body.messages, target)
        return JSONResponse({"ids": [one.id for one in sent]}, status_code=201)

    async def edit(self, request: Request) -> Response:
        """Change a message's text or caption."""
        body = await read_json(request, Edit)
        chat = chat_of(self._world, body.person, body.chat)
        await self._world.person_edits(body.person, chat, body.message, body.text)
        return JSONResponse({})

    async def delete(self, request: Request) -> Response:
        """Delete messages."""
        body = await read_json(request, Deletion)
        chat = chat_of(self._world, body.person, body.chat)
        await self._world.person_deletes(body.person, chat, body.messages)
        return JSONResponse({})

    async def press(self, request: Request) -> Response:
        """Tap a button and answer what pops up, once the bot has answered."""
        body = await read_json(request, Press)
        chat = chat_of(self._world, body.person, body.chat)
        message = self._world.message(chat, body.message)
        keyboard = message.keyboard if message else None
        try:
            button = keyboard.rows[body.row][body.column] if keyboard else None
        except IndexError:
            button = None
        if button is None or button.text != body.text:
            raise BadRequestError("That button has changed. Look again.", 409)
        tap = await self._world.person_taps_button(
            body.person, chat, body.message, data=button.callback_data, text=button.text
        )
        answer = await tap.answer(PATIENCE)
        if answer is None:
            return JSONResponse({"answered": False})
        return JSONResponse(
            {"answered": True, "text": answer.text, "alert": answer.show_alert, "url": answer.url}
        )

    async def pay(self, request: Request) -> Response:
        """Pay a bill with play Stars."""
        body = await read_json(request, OneMessage)
        chat = chat_of(self._world, body.person, body.chat)
        outcome = await self._world.person_pays(body.person, chat, body.message)
        return JSONResponse(
            {"ok": outcome.ok, "reason": PAYMENT_REASONS.get(outcome.reason or "", outcome.reason)}
        )

    async def open_topic(self, request: Request) -> Response:
        """Open a topic in a group."""
        body = await read_json(request, NewTopic)
        chat = chat_of(self._world, body.person, body.chat)
        topic = await self._world.person_opens_topic(body.person, chat, body.name.strip())
        return JSONResponse({"id": topic.id}, status_code=201)

    async def change_topic(self, request: Request) -> Response:
        """Close a topic, open it again, or delete it."""
        body = await read_json(request, TopicChange)
        chat = chat_of(self._world, body.person, body.chat)
        world = self._world
        acts = {
            "close": world.person_closes_topic,
            "reopen": world.person_reopens_topic,
            "delete": world.person_deletes_topic,
        }
        await acts[body.change](body.person, chat, body.topic)
        return JSONResponse({})

    async def block(self, request: Request) -> Response:
        """Block a bot, or unblock it."""
        body = await read_json(request, Block)
        chat = chat_of(self._world, body.person, body.chat)
        if not chat.is_private:
            raise BadRequestError("Only a bot can be blocked.")
        act = self._world.person_blocks if body.blocked else self._world.person_unblocks
        await act(body.person, chat.bot_id)
        self._world.publish(ChatChanged(chat))
        return JSONResponse({})

    async def change_group(self, request: Request) -> Response:
        """Change something about a group and answer its id, another one after it became a supergroup."""
        body = await read_json(request, GroupChange)
        chat = chat_of(self._world, body.person, body.chat)
        if chat.is_private:
            raise BadRequestError("This is no group.")
        changed = await change_group(self._world, chat, body.person, body.change)
        return JSONResponse({"chat": changed.id})

    async def inline(self, request: Request) -> Response:
        """Ask a bot for inline results."""
        body = await read_json(request, InlineQuery)
        if body.bot != self._world.bot.id:
            raise NotPossibleError("only the sandbox's own bot is asked inline")
        chat = chat_of(self._world, body.person, body.chat)
        ask = await self._world.person_inline_query(body.person, body.query, offset=body.offset, chat=chat)
        return JSONResponse(await self._asks.results(ask))

    async def choose_inline(self, request: Request) -> Response:
        """Send one of the results."""
        body = await read_json(request, InlineChoice)
        chat = chat_of(self._world, body.person, body.chat)
        ask = self._asks.take(body.query, body.person)
        sent = await self._world.person_chooses_inline(
            body.person,
            chat,
            ask,
            body.result,
            reply_to=body.reply_to,
            thread_id=body.topic or None,
        )
        return JSONResponse({"ids": [sent.id]}, status_code=201)

    async def _send(self, chat: Chat, form: Outgoing) -> list[Message]:
        world = self._world
        uploads = [*form.files, *[await self._sample(name) for name in form.samples]]
        if not uploads:
            said = await world.person_sends_text(
                form.person, chat, form.text, reply_to=form.reply_to, thread_id=form.topic
            )
            return [said]
        if form.as_file:
            return await world.person_sends_documents(
                form.person, chat, uploads, caption=form.text, reply_to=form.reply_to, thread_id=form.topic
            )
        return await world.person_sends_photos(
            form.person,
            chat,
            [one.data for one in uploads],
            caption=form.text,
            reply_to=form.reply_to,
            thread_id=form.topic,
        )

    async def _sample(self, name: str) -> Upload:
        return Upload(f"{name}.jpg", await self._shelf.picture(name), "image/jpeg")


PAYMENT_REASONS = {
    "BALANCE_TOO_LOW": "There are not enough play Stars for this.",
    "BOT_PRECHECKOUT_TIMEOUT": "The bot did not confirm in time. Nothing was charged.",
}
