"""The chat: everything that is sent to people, and the photos fetched from them."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.chat.cards import Cards
from bot.chat.connection import Bot, build_bot
from bot.chat.fetching import MAX_BYTES, DrawDesign, Photos
from bot.chat.gate import Gate, Priority, Turn
from bot.chat.line import Line, OnMoved, edit_outcome, send_outcome
from bot.chat.messages import Delivery, NoticeText, Progress
from bot.chat.outcomes import (
    EditOutcome,
    FetchOutcome,
    MaybeSent,
    MessageRef,
    Place,
    SendOutcome,
    Sent,
    TryLater,
)
from bot.chat.screen import Button, Illustration, Screen
from bot.chat.sending import HTML, Sending
from bot.chat.verdicts import Unusable, Verdict
from bot.chat.words import Screens
from bot.clock import Clock

__all__ = ["Chat", "Gate", "build_bot"]

log = structlog.get_logger(__name__)

REMEMBERED = 5000
FILE_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_ANSWER = Turn(Priority.ANSWER)
_PICTURE = Turn(Priority.PICTURE)
_NOTICE = Turn(Priority.NOTICE)

FitForTelegram = Callable[[bytes], Awaitable[bytes]]


class Chat:
    """Sends, edits and removes messages; no method raises for anything that Telegram does.

    ``fit_for_telegram`` turns a provider's picture into one that sendPhoto takes, and may fail on odd ones;
    ``draw_design`` draws the starter designs, which are fetched like photos of Telegram's;
    ``on_moved`` hears of groups that have become supergroups, with the old and the new id.
    """

    def __init__(
        self,
        bot: Bot,
        gate: Gate,
        *,
        clock: Clock,
        screens: Screens,
        fit_for_telegram: FitForTelegram,
        draw_design: DrawDesign,
        on_moved: OnMoved | None = None,
    ) -> None:
        self._bot = bot
        self._screens = screens
        self._fit = fit_for_telegram
        self._line = Line(bot.token, on_moved)
        self._sending = Sending(bot, self._line)
        self._photos = Photos(bot, self._line, clock, draw_design)
        self._cards = Cards(self._edit_progress, gate.withdraw)
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._uploaded: OrderedDict[str, str] = OrderedDict()

    async def stop(self) -> None:
        """Drop progress that was not shown yet."""
        await self._cards.stop()

    async def say(self, place: Place, screen: Screen) -> SendOutcome:
        """Answer a person with a text, and its picture where it has one."""
        if screen.picture is None:
            return await self._sending.say(place, screen, _ANSWER)
        answer = await self._sending.photo(place, self._content(screen.picture), screen, _ANSWER)
        self._keep_upload(screen.picture, answer)
        return send_outcome(answer)

    async def show_photo(
        self, place: Place, photo: bytes | str, screen: Screen, *, spoiler: bool = False
    ) -> SendOutcome:
        """Answer a person with a photo, given its bytes or its ``file_id``."""
        return send_outcome(await self._sending.photo(place, photo, screen, _ANSWER, spoiler=spoiler))

    async def show_document(
        self, place: Place, content: bytes | str, filename: str, screen: Screen | str
    ) -> SendOutcome:
        """Answer a person with a file, given its bytes or ``file_id``; a bare text is a caption in HTML."""
        shown = Screen(screen) if isinstance(screen, str) else screen
        return send_outcome(await self._sending.document(place, content, filename, shown, _ANSWER))

    async def edit(self, ref: MessageRef, screen: Screen, *, spoiler: bool = False) -> EditOutcome:
        """Change a message's text or caption, whichever it has, and its buttons, in answer to a person.

        A screen with a picture replaces the message's picture, or gives it one, covered by a ``spoiler`` if
        need be; a screen without leaves it.
        """
        await self._cards.forget(ref)
        if screen.picture is None:
            return await self._sending.edit(ref, screen, _ANSWER)
        content = self._content(screen.picture)
        file = (
            content if isinstance(content, str) else InputFile(content, filename="picture.jpg", attach=True)
        )
        media = InputMediaPhoto(file, screen.text, parse_mode=HTML, has_spoiler=spoiler)
        answer = await self._sending.edit_media(ref, media, screen, _ANSWER)
        self._keep_upload(screen.picture, answer)
        return edit_outcome(answer, ref.message_id)

    def note_picture(self, ref: MessageRef) -> None:
        """Note that a message is a picture or a file with a caption; it may be from before the start."""
        self._sending.note_picture(ref)

    def has_picture(self, ref: MessageRef) -> bool:
        """Return whether a message is known to be a picture or a file with a caption."""
        return self._sending.has_picture(ref)

    def _content(self, picture: Illustration) -> bytes | str:
        return self._uploaded.get(picture.key or "", picture.content)

    def _keep_upload(self, picture: Illustration, answer: Sent | Verdict) -> None:
        if picture.key and isinstance(answer, Sent) and answer.file_id:
            self._uploaded[picture.key] = answer.file_id
            while len(self._uploaded) > REMEMBERED:
                self._uploaded.popitem(last=False)

    async def edit_buttons(self, ref: MessageRef, rows: tuple[tuple[Button, ...], ...]) -> EditOutcome:
        """Change a message's buttons only."""
        return await self._sending.edit_buttons(ref, rows, _ANSWER)

    async def remove(self, card: MessageRef) -> None:
        """Remove a message; that it is gone or too old is fine."""
        await self._cards.forget(card)
        await self._line.ask_on(
            "deleteMessage",
            card.chat_id,
            lambda: self._bot.delete_message(card.chat_id, card.message_id, rate_limit_args=_ANSWER),
        )

    async def answer_tap(self, query_id: str, text: str | None = None, *, alert: bool = False) -> bool:
        """Answer a tap; only the first answer to each counts. Return whether this one may have been seen."""
        if query_id in self._answered:
            return False
        self._answered[query_id] = None
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        answer = await self._line.attempt(
            "answerCallbackQuery", lambda: self._bot.answer_callback_query(query_id, text, show_alert=alert)
        )
        if isinstance(answer, TryLater | MaybeSent):
            # It may be answered again: a second answer does no harm.
            self._answered.pop(query_id, None)
        return isinstance(answer, bool | MaybeSent)

    async def acting(
        self, place: Place, action: Literal["typing", "upload_photo", "upload_document"]
    ) -> None:
        """Show for a few seconds that something is being done."""
        await self._line.ask(
            "sendChatAction",
            place.chat_id,
            lambda chat_id: self._bot.send_chat_action(
                chat_id,
                action,
                message_thread_id=place.thread_id,
                rate_limit_args=Turn(Priority.PROGRESS),
            ),
        )

    async def fetch_photo(self, file_id: str, max_bytes: int = MAX_BYTES) -> FetchOutcome:
        """Fetch a photo's bytes from Telegram."""
        return await self._photos.fetch(file_id, max_bytes)

    def show_start(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        """Turn the card that was tapped into the progress message, as an answer to the tap."""
        self._cards.show(card, progress.job_id, self._screens.progress(progress, language), at_once=True)

    def show_progress(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        """Show the latest progress on a card soon, dropping earlier ones not yet shown; return at once."""
        self._cards.show(card, progress.job_id, self._screens.progress(progress, language))

    async def forget_progress(self, card: MessageRef) -> None:
        """Drop progress still waiting for this card and wait for an edit that is on its way."""
        await self._cards.forget(card)

    async def send_picture(self, place: Place, delivery: Delivery) -> SendOutcome:
        """Send a finished picture once as a new message: as a photo, or as a file where that can't be."""
        shown = delivery.in_chat(place.chat_id)
        screen = self._screens.picture_caption(shown)
        photo = await self._fitted(delivery)
        if photo is not None:
            answer = await self._sending.photo(place, photo, screen, _PICTURE, spoiler=shown.spoiler)
            if not isinstance(answer, Unusable):
                return send_outcome(answer)
        name = _file_name(delivery)
        return send_outcome(await self._sending.document(place, delivery.data, name, screen, _PICTURE))

    async def turn_into_picture(self, card: MessageRef, delivery: Delivery) -> EditOutcome:
        """Edit a card into a finished picture; "not modified" is success."""
        await self._cards.forget(card)
        shown = delivery.in_chat(card.chat_id)
        screen = self._screens.picture_caption(shown)
        photo = await self._fitted(delivery)
        if photo is not None:
            media = InputMediaPhoto(
                InputFile(photo, filename="try-on.jpg", attach=True),
                screen.text,
                parse_mode=HTML,
                has_spoiler=shown.spoiler,
            )
            answer = await self._sending.edit_media(card, media, screen, _PICTURE)
            if not isinstance(answer, Unusable):
                return edit_outcome(answer, card.message_id)
        file = InputFile(delivery.data, filename=_file_name(delivery), attach=True)
        answer = await self._sending.edit_media(
            card, InputMediaDocument(file, screen.text, parse_mode=HTML), screen, _PICTURE
        )
        return edit_outcome(answer, card.message_id)

    async def send_notice(self, place: Place, notice: NoticeText) -> SendOutcome:
        """Send a notice as a new message."""
        return await self._sending.say(place, self._screens.notice(notice), _NOTICE)

    async def turn_into_notice(self, card: MessageRef, notice: NoticeText) -> EditOutcome:
        """Edit a card into a notice; "not modified" is success."""
        await self._cards.forget(card)
        return await self._sending.edit(card, self._screens.notice(notice), _NOTICE)

    async def _edit_progress(self, ref: MessageRef, screen: Screen, is_answer: bool) -> EditOutcome:  # noqa: FBT001 - called by Cards alone
        priority = Priority.ANSWER if is_answer else Priority.PROGRESS
        return await self._sending.edit(ref, screen, Turn(priority, key=ref))

    async def _fitted(self, delivery: Delivery) -> bytes | None:
        try:
            return await self._fit(delivery.data)
        except Exception as error:  # noqa: BLE001 - whatever is odd about a paid picture, it is sent as a file then
            log.warning("a picture goes out as a file", job_id=delivery.job_id, error=type(error).__name__)
            return None


def _file_name(delivery: Delivery) -> str:
    return f"try-on-{delivery.job_id}.{FILE_ENDINGS.get(delivery.media_type, 'jpg')}"
