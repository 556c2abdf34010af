"""A scripted bot that lives in the world itself: it answers with everything the page must be able to show."""

import asyncio
from dataclasses import replace

from bot.sandbox.pictures.samples import sample_jpeg, sample_names
from bot.sandbox.telegram.bots import Command
from bot.sandbox.telegram.changes import ChatActionShown
from bot.sandbox.telegram.model import (
    Button,
    CallbackAnswer,
    Chat,
    Entity,
    InlineAnswer,
    InlineResult,
    Invoice,
    Keyboard,
    Message,
    StyledText,
)
from bot.sandbox.telegram.queries import CheckoutAnswer
from bot.sandbox.telegram.world import World

BAR = 10
INLINE_PAGE = 12
LOOKS = sample_names() * 3
MARKED = (
    "Bold italic under struck code @alice_sandbox https://example.org/page /help secret\nprint(1)\nA quote"
)
ENTITIES = (
    Entity("bold", 0, 4),
    Entity("italic", 5, 6),
    Entity("underline", 12, 5),
    Entity("strikethrough", 18, 6),
    Entity("code", 25, 4),
    Entity("mention", 30, 14),
    Entity("url", 45, 24),
    Entity("bot_command", 70, 5),
    Entity("spoiler", 76, 6),
    Entity("pre", 83, 8, language="python"),
    Entity("blockquote", 92, 7),
)


def keys(*rows):
    return Keyboard(tuple(tuple(row) for row in rows))


CONFIRM = keys(
    [Button(text="✨ Try it on · 1 credit", callback_data="go")],
    [
        Button(text="Swap", callback_data="swap"),
        Button(text="Top ▾", callback_data="kind"),
        Button(text="✕", callback_data="no"),
    ],
)
WELCOME = keys(
    [Button(text="👗 Try clothes on", callback_data="clothes")],
    [Button(text="How it works", callback_data="how"), Button(text="My credits", callback_data="credits")],
    [Button(text="Website", url="https://example.org/shop")],
)
LINKS = keys(
    [Button(text="Add your photo", url="https://t.me/tryon_sandbox_bot?start=look_1", style="primary")],
    [Button(text="Add me to a group", url="https://t.me/tryon_sandbox_bot?startgroup=shop")],
    [Button(text="Show it to a friend", switch_inline_query="hat")],
    [
        Button(text="Yes", callback_data="no", style="success"),
        Button(text="Delete", callback_data="delete", style="danger"),
    ],
)
RESULT = keys(
    [
        Button(text="Another garment", callback_data="again"),
        Button(text="Another photo of me", callback_data="me"),
    ],
    [Button(text="Full-size file", callback_data="file"), Button(text="Delete", callback_data="delete")],
)


class FakeBot:
    """Answers updates of the world's own bot; `pace` seconds lie between the steps of a try-on."""

    def __init__(self, world: World, pace: float = 0.8) -> None:
        self.world = world
        self.bot = world.bot
        self.pace = pace
        self.seen: list[dict] = []
        self._tasks: set[asyncio.Task] = set()

    def dress_up(self):
        self.bot.connected = True
        self.bot.names[""] = "Fitting Room"
        self.bot.descriptions[""] = (
            "See clothes on your own photo.\nSend a photo of yourself and a photo of something to wear."
        )
        for code, words in {"": "See clothes on your photo", "es": "Mira la ropa en tu foto"}.items():
            self.bot.commands["all_private_chats", code] = (
                Command("start", words),
                Command("tryon", "Try something on"),
                Command("credits", "What you have left"),
                Command("help", "How it works"),
            )
            self.bot.commands["all_group_chats", code] = (Command("tryon", words),)

    async def run(self):
        while True:
            await self.bot.queue.wait()
            for update in self.bot.queue.peek():
                self.bot.queue.confirm(update.id + 1)
                self.seen.append({"kind": update.kind, **update.payload})
                task = asyncio.create_task(self._answer(update.kind, update.payload))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def say(self, chat: Chat, text: str | None = None, **fields) -> Message:
        message = Message(
            chat_id=chat.id,
            id=self.world.next_message_id(chat),
            date=self.world.unix_now(),
            sender_id=self.bot.id,
            text=text,
            **fields,
        )
        return self.world.add_message(chat, message)

    def edit(self, chat: Chat, message_id: int, **fields) -> Message:
        old = self.world.message(chat, message_id)
        return self.world.replace_message(chat, replace(old, edit_date=self.world.unix_now(), **fields))

    def act(self, chat: Chat, action: str, thread_id: int | None = None):
        self.world.publish(ChatActionShown(chat, self.bot.id, action, thread_id))

    async def _answer(self, kind, payload):
        if kind == "message":
            await self._message(payload)
        elif kind == "callback_query":
            await self._tap(payload)
        elif kind == "inline_query":
            await self._inline(payload)
        elif kind == "pre_checkout_query":
            self.world.checkouts.answer(self.bot.id, payload["id"], CheckoutAnswer(ok=True))

    async def _inline(self, payload):
        """Offer looks, a page at a time; an empty answer and a button for whoever asks for "nothing"."""
        begin = int(payload["offset"] or 0)
        names = [] if payload["query"] == "nothing" else LOOKS[begin : begin + INLINE_PAGE]
        results = []
        for number, name in enumerate(names, begin):
            photo = await self.world.files.add_photo(sample_jpeg(name))
            results.append(
                InlineResult(
                    id=str(number),
                    type="photo",
                    title=f"Look {number + 1}",
                    text=StyledText("My new look"),
                    photo_file_id=photo.largest.file_id,
                )
            )
        answer = InlineAnswer(
            results=tuple(results),
            next_offset=str(begin + INLINE_PAGE) if begin + INLINE_PAGE < len(LOOKS) and names else "",
            button_text="Add a photo of yourself",
            start_parameter="inline",
            cache_time=0,
        )
        self.world.inline_queries.answer(self.bot.id, payload["id"], answer)

    async def _message(self, payload):
        chat = self.world.chat(payload["chat"]["id"])
        text = payload.get("text") or payload.get("caption") or ""
        place = {}
        if payload.get("is_topic_message"):
            place = {"thread_id": payload["message_thread_id"], "is_topic_message": True}
        if text.startswith("/start"):
            hello = (
                "Hi! I show clothes on your own photo.\n\nSend me a photo of yourself, then one of a garment."
            )
            self.say(chat, hello, entities=(Entity("bold", 0, 3),), keyboard=WELCOME, **place)
        elif text.startswith("/marks"):
            self.say(chat, MARKED, entities=ENTITIES, **place)
        elif text.startswith("/links"):
            self.say(chat, "Where to?", keyboard=LINKS, **place)
        elif text.startswith("/secret"):
            photo = await self.world.files.add_photo(sample_jpeg("anna"))
            self.say(chat, photo=photo, has_spoiler=True, **place)
        elif text.startswith("/buy"):
            bill = Invoice(
                title="10 credits", description="Ten pictures", payload="pack", currency="XTR", amount=75
            )
            self.say(chat, invoice=bill, keyboard=keys([Button(text="Pay ⭐ 75", pay=True)]), **place)
        elif "photo" in payload or "document" in payload:
            await self._photo(chat, payload, place)
        elif text and not text.startswith("/quiet"):
            self.say(chat, f"You wrote: {text}", reply_to_id=payload["message_id"], **place)

    async def _photo(self, chat, payload, place):
        album = payload.get("media_group_id")
        parts = [one for one in self.world.messages(chat) if album and one.media_group_id == album]
        if album and payload["message_id"] != parts[-1].id:
            return
        if not album and not (payload.get("caption") or "").startswith("/tryon"):
            self.say(
                chat,
                "Lovely photo. Now a photo of the garment, please.",
                reply_to_id=payload["message_id"],
                **place,
            )
            return
        card = "Ready to try this on?\n\nPrice: 1 credit · you have 3"
        self.say(chat, card, keyboard=CONFIRM, reply_to_id=payload["message_id"], **place)

    async def _tap(self, payload):
        chat = self.world.chat(payload["message"]["chat"]["id"])
        message_id, data = payload["message"]["message_id"], payload["data"]
        answers = {
            "credits": CallbackAnswer(text="You have 3 credits."),
            "how": CallbackAnswer(text="Two photos in, one picture out.\nNothing is kept.", show_alert=True),
            "no": CallbackAnswer(text="Cancelled. Nothing was charged."),
        }
        if data == "how":
            await asyncio.sleep(self.pace)
        self.world.callbacks.answer(self.bot.id, payload["id"], answers.get(data, CallbackAnswer()))
        if data == "go":
            await self._try_on(chat, message_id)
        elif data in {"no", "delete"}:
            self.world.remove_messages(chat, [message_id])
        elif data == "kind":
            rows = (
                CONFIRM.rows[0],
                (CONFIRM.rows[1][0], Button(text="One-piece ▾", callback_data="kind"), CONFIRM.rows[1][2]),
            )
            self.edit(chat, message_id, keyboard=Keyboard(rows))

    async def _try_on(self, chat, message_id):
        card = self.world.message(chat, message_id)
        place = {"thread_id": card.thread_id, "is_topic_message": card.is_topic_message}
        for done in range(0, BAR + 1, 2):
            bar = "▓" * done + "░" * (BAR - done)
            text = f"Rendering your picture…\n{bar} {done * 10} %"
            self.edit(
                chat,
                message_id,
                text=text,
                keyboard=keys([Button(text="Cancel", callback_data="no")]) if done < 4 else None,
            )
            await asyncio.sleep(self.pace)
        self.act(chat, "upload_photo", card.thread_id)
        await asyncio.sleep(self.pace)
        photo = await self.world.files.add_photo(sample_jpeg("anna"))
        self.say(
            chat,
            "Here you are! 2 credits left.",
            photo=photo,
            reply_to_id=card.reply_to_id,
            keyboard=RESULT,
            **place,
        )
        self.world.remove_messages(chat, [message_id])
