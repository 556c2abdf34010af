"""Somebody in a group with a phone: what they do there, and what the group shows."""

from collections.abc import Callable

from bot.sandbox.telegram.model import CallbackAnswer, Chat, Message
from bot.sandbox.telegram.model import Person as Account
from tests.e2e.person import CARD, DONE, TRY_IT_ON, Person, _labels, picture
from tests.e2e.stage import PATIENCE, Stage

# The buttons of a vote.
FIRST, SECOND = "1️⃣", "2️⃣"


class Member:
    """One person in one chat with topics, or without."""

    def __init__(self, stage: Stage, account: Account, chat: Chat, thread_id: int | None = None) -> None:
        self.stage = stage
        self.account = account
        self.chat = chat
        self.thread_id = thread_id

    @property
    def id(self) -> int:
        return self.account.id

    async def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        return await self.stage.world.person_sends_text(
            self.id,
            self.chat.id,
            text,
            reply_to=reply_to.id if reply_to else None,
            thread_id=self.thread_id,
        )

    async def sends_photo(
        self, data: bytes, *, caption: str = "", reply_to: Message | None = None
    ) -> Message:
        [message] = await self.stage.world.person_sends_photos(
            self.id,
            self.chat.id,
            [data],
            caption=caption,
            reply_to=reply_to.id if reply_to else None,
            thread_id=self.thread_id,
        )
        return message

    async def taps(self, label: str, on: Message) -> CallbackAnswer | None:
        [found, *_] = await self.stage.until(
            lambda: _labels(self.now(on), label), what=f"message {on.id} to have {label!r}"
        )
        tap = await self.stage.world.person_taps_button(self.id, self.chat.id, on.id, text=found)
        return await tap.answer(PATIENCE)

    # Reading.

    @property
    def from_bot(self) -> list[Message]:
        bot = self.stage.world.bot.id
        return [message for message in self.stage.world.messages(self.chat.id) if message.sender_id == bot]

    def now(self, message: Message) -> Message:
        current = self.stage.world.message(self.chat.id, message.id)
        assert current is not None, f"message {message.id} is gone: {self.shown()}"
        return current

    def finds_button(self, label: str, on: Message) -> list[str]:
        """Return the labels of a message's buttons with this in them."""
        return _labels(self.now(on), label)

    def shown(self) -> str:
        return "\n".join(self.stage.line(message) for message in self.stage.world.messages(self.chat.id))

    async def sees(self, text: str = "", *, photo: bool | None = None, after: int = 0) -> Message:
        """Wait for a message of the bot in the group, and return the newest such."""
        found = await self.stage.until(
            lambda: [
                message
                for message in self.from_bot
                if message.id > after
                and text in (message.text or "")
                and photo in {None, message.photo is not None}
            ],
            what=f"the group to show {text!r}\n{self.shown()}",
        )
        return found[-1]

    async def sees_that(self, look: Callable[[], object], what: str) -> None:
        await self.stage.until(look, what=f"the group to show {what}\n{self.shown()}")


async def has_a_look(stage, member, number=900, *, credits_=3):
    """Let somebody have agreed and have a photo saved, as after an earlier try-on."""
    alone = Person(stage, member.account)
    await alone.has_been_here(credits_=credits_)
    await alone.sends_photo(picture(number))
    await alone.sees("Now send me the garment")
    await alone.sends_photo(picture(number + 1))
    await alone.taps(TRY_IT_ON, await alone.sees(CARD))
    await alone.gets_a_picture()
    await stage.quiet()
    return alone


async def two_pictures(stage, member):
    """Let somebody get two pictures in the group."""
    results = []
    for number in (1, 2):
        after = results[-1].id if results else 0
        await member.sends_photo(picture(number), caption="/tryon")
        await member.taps(TRY_IT_ON, await member.sees(CARD, after=after))
        results.append(await member.sees(DONE, photo=True, after=after))
        await stage.quiet()
    return results
