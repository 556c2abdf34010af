"""Somebody with a phone: sends, taps what the buttons say, and reads what the chat shows."""

import io
import random
from collections.abc import Callable, Sequence
from functools import cache

from PIL import Image

from bot.sandbox.telegram.model import CallbackAnswer, Message, Upload
from bot.sandbox.telegram.model import Person as Account
from bot.sandbox.telegram.queries import CallbackTap
from tests.e2e.stage import PATIENCE, Stage

AGREE = "Yes, I agree"
TRY_IT_ON = "✨ Try it on"
DONE = "Here you are!"
ASKS_CONSENT = "Before the first photo"
ASKS_PERSON = "Send me a photo of yourself"
ASKS_GARMENT = "Now send me the garment"
CARD = "Ready to try it on?"


@cache
def picture(number: int, size: tuple[int, int] = (420, 560)) -> bytes:
    """Return a small JPEG that no other number gives: big soft blots, as a photo has."""
    blots = random.Random(number).randbytes(6 * 8 * 3)
    image = Image.frombytes("RGB", (6, 8), blots).resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


class Person:
    """One person in their private chat with the bot."""

    _numbers = iter(range(1, 1_000_000))

    def __init__(self, stage: Stage, account: Account) -> None:
        self.stage = stage
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    # Acting.

    async def starts(self, payload: str = "") -> Message:
        return await self.stage.world.person_starts(self.id, payload)

    async def says(self, text: str) -> Message:
        return await self.stage.world.person_sends_text(self.id, self.id, text)

    async def sends_photo(self, data: bytes | None = None, *, reply_to: int | None = None) -> Message:
        """Send a photo; without bytes a new one that nobody has sent before."""
        [message] = await self.stage.world.person_sends_photos(
            self.id, self.id, [data or self.new_picture()], reply_to=reply_to
        )
        return message

    async def sends_album(
        self, photos: Sequence[bytes] | None = None, *, album_id: str | None = None
    ) -> list[Message]:
        pictures = photos or [self.new_picture(), self.new_picture()]
        return await self.stage.world.person_sends_photos(self.id, self.id, pictures, album_id=album_id)

    async def sends_file(
        self, data: bytes | None = None, name: str = "photo.jpg", mime_type: str | None = "image/jpeg"
    ) -> Message:
        [message] = await self.stage.world.person_sends_documents(
            self.id, self.id, [Upload(name, data or self.new_picture(), mime_type)]
        )
        return message

    async def forwards(self, messages: Sequence[Message]) -> list[Message]:
        """Forward messages of this chat into it again."""
        ids = [message.id for message in messages]
        return await self.stage.world.person_forwards(self.id, self.id, ids, self.id)

    async def taps(
        self, label: str, on: Message | None = None, *, seconds: float = PATIENCE
    ) -> CallbackAnswer | None:
        """Tap the newest button with this in its label, and wait for what the bot says to the tap."""
        tap = await self._tap(label, on)
        return await tap.answer(seconds)

    async def taps_and_goes(self, label: str, on: Message | None = None) -> None:
        """Tap and don't wait for anything."""
        await self._tap(label, on)

    async def _tap(self, label: str, on: Message | None) -> CallbackTap:
        message = on or await self.sees(button=label)
        [found, *_] = await self.stage.until(
            lambda: _labels(self.now(message), label), what=f"message {message.id} to have {label!r}"
        )
        return await self.stage.world.person_taps_button(self.id, self.id, message.id, text=found)

    def new_picture(self) -> bytes:
        """Return a picture that nobody has sent before in this process."""
        return picture(next(self._numbers))

    # Reading.

    @property
    def chat(self) -> list[Message]:
        return self.stage.world.messages(self.id)

    @property
    def from_bot(self) -> list[Message]:
        return [message for message in self.chat if message.sender_id != self.id]

    @property
    def last_id(self) -> int:
        return max((message.id for message in self.chat), default=0)

    def now(self, message: Message) -> Message:
        """Return a message as it stands now."""
        current = self.stage.world.message(self.id, message.id)
        assert current is not None, f"message {message.id} is gone\n{self.stage.transcript()}"
        return current

    def finds(
        self,
        text: str = "",
        *,
        button: str = "",
        photo: bool | None = None,
        document: bool | None = None,
        after: int = 0,
    ) -> list[Message]:
        """Return the bot's messages that show all this, oldest first."""
        return [
            message
            for message in self.from_bot
            if message.id > after
            and text in (message.text or "")
            and (not button or _labels(message, button))
            and photo in {None, message.photo is not None}
            and document in {None, message.document is not None}
        ]

    async def sees(
        self,
        text: str = "",
        *,
        button: str = "",
        photo: bool | None = None,
        document: bool | None = None,
        after: int = 0,
        seconds: float = PATIENCE,
    ) -> Message:
        """Wait for a message of the bot that shows all this, and return the newest such."""
        wanted = ", ".join(
            f"{name} {value!r}"
            for name, value in (("text", text), ("button", button), ("photo", photo), ("file", document))
            if value not in {"", None}
        )
        found = await self.stage.until(
            lambda: self.finds(text, button=button, photo=photo, document=document, after=after),
            what=f"{self.account.first_name} to see {wanted}",
            seconds=seconds,
        )
        return found[-1]

    async def sees_that(self, look: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        await self.stage.until(look, what=f"{self.account.first_name} to see {what}")

    # Whole ways.

    async def has_been_here(self, *, credits_: int = 3) -> None:
        """Know the bot and have agreed to its terms; this way costs no messages."""
        self.stage.world.private_chat(self.id).started = True
        await self.stage.books.introduce([self.id], credits_=credits_)

    async def has_a_card(self) -> Message:
        """Send an album and wait for the card."""
        before = self.last_id
        await self.sends_album()
        return await self.sees(CARD, after=before)

    async def orders(self) -> Message:
        """Send an album, tap the card's button, and return the card that shows the progress now."""
        card = await self.has_a_card()
        await self.taps(TRY_IT_ON, card)
        return card

    async def gets_a_picture(self, *, after: int = 0) -> Message:
        """Wait for a delivered picture, and until the books know of it: it is shown a moment earlier."""
        picture = await self.sees(DONE, photo=True, after=after)
        await self.sees_that(
            lambda: "delivering" not in self.stage.books.job_states(self.id), "a picture that is written down"
        )
        return picture


def _labels(message: Message, label: str) -> list[str]:
    buttons = message.keyboard.buttons() if message.keyboard else ()
    return [button.text for button in buttons if label in button.text]
