"""The chat: everything that is sent to people, and the photos fetched from them."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import structlog
from telegram import (
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.chat.cards import Cards
from bot.chat.connection import MEDIA_SECONDS, Bot, build_bot
from bot.chat.fetching import MAX_BYTES, DrawDesign, Photos
from bot.chat.gate import Gate, Priority, Turn
from bot.chat.line import Line, OnMoved, edit_outcome, send_outcome
from bot.chat.markup import keyboard
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
from bot.chat.verdicts import OtherKind, Unusable, Verdict
from bot.chat.words import Screens
from bot.clock import Clock

__all__ = ["Chat", "Gate", "build_bot"]

log = structlog.get_logger(__name__)

REMEMBERED = 5000
FILE_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_HTML = ParseMode.HTML
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ANSWER = Turn(Priority.ANSWER)
_PICTURE = Turn(Priority.PICTURE)
_NOTICE = Turn(Priority.NOTICE)

K = TypeVar("K")
# Edits of inline messages, which we don't make, are answered with True.
_Answer = Message | bool | Verdict
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
        self._photos = Photos(bot, self._line, clock, draw_design)
        self._cards = Cards(self._edit_progress, gate.withdraw)
        self._with_caption: OrderedDict[MessageRef, None] = OrderedDict()
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._uploaded: OrderedDict[str, str] = OrderedDict()

    async def stop(self) -> None:
        """Drop progress that was not shown yet."""
        await self._cards.stop()

    async def say(self, place: Place, screen: Screen) -> SendOutcome:
        """Answer a person with a text, and its picture where it has one."""
        if screen.picture is None:
            return await self._say(place, screen, _ANSWER)
        answer = await self._send_photo(place, self._content(screen.picture), screen, _ANSWER)
        self._keep_upload(screen.picture, answer)
        return send_outcome(answer)

    async def show_photo(
        self, place: Place, photo: bytes | str, screen: Screen, *, spoiler: bool = False
    ) -> SendOutcome:
        """Answer a person with a photo, given its bytes or its ``file_id``."""
        return send_outcome(await self._send_photo(place, photo, screen, _ANSWER, spoiler=spoiler))

    async def show_document(
        self, place: Place, content: bytes | str, filename: str, screen: Screen | str
    ) -> SendOutcome:
        """Answer a person with a file, given its bytes or ``file_id``; a bare text is a caption in HTML."""
        shown = Screen(screen) if isinstance(screen, str) else screen
        return send_outcome(await self._send_document(place, content, filename, shown, _ANSWER))

    async def edit(self, ref: MessageRef, screen: Screen, *, spoiler: bool = False) -> EditOutcome:
        """Change a message's text or caption, whichever it has, and its buttons, in answer to a person.

        A screen with a picture replaces the message's picture, or gives it one, covered by a ``spoiler`` if
        need be; a screen without leaves it.
        """
        await self._cards.forget(ref)
        if screen.picture is None:
            return await self._edit(ref, screen, _ANSWER)
        content = self._content(screen.picture)
        file = (
            content if isinstance(content, str) else InputFile(content, filename="picture.jpg", attach=True)
        )
        media = InputMediaPhoto(file, screen.text, parse_mode=_HTML, has_spoiler=spoiler)
        answer = await self._edit_media(ref, media, screen, _ANSWER)
        self._keep_upload(screen.picture, answer)
        return edit_outcome(answer, ref.message_id)

    def note_picture(self, ref: MessageRef) -> None:
        """Note that a message is a picture or a file with a caption; it may be from before the start."""
        _remember(self._with_caption, ref)

    def has_picture(self, ref: MessageRef) -> bool:
        """Return whether a message is known to be a picture or a file with a caption."""
        return ref in self._with_caption

    def _content(self, picture: Illustration) -> bytes | str:
        return self._uploaded.get(picture.key or "", picture.content)

    def _keep_upload(self, picture: Illustration, answer: Sent | Verdict) -> None:
        if picture.key and isinstance(answer, Sent) and answer.file_id:
            self._uploaded[picture.key] = answer.file_id
            while len(self._uploaded) > REMEMBERED:
                self._uploaded.popitem(last=False)

    async def edit_buttons(self, ref: MessageRef, rows: tuple[tuple[Button, ...], ...]) -> EditOutcome:
        """Change a message's buttons only."""
        answer = await self._line.ask_on(
            "editMessageReplyMarkup",
            ref.chat_id,
            lambda: self._bot.edit_message_reply_markup(
                ref.chat_id, ref.message_id, reply_markup=keyboard(rows), rate_limit_args=_ANSWER
            ),
        )
        return edit_outcome(self._seen(answer), ref.message_id)

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
        _remember(self._answered, query_id)
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
            answer = await self._send_photo(place, photo, screen, _PICTURE, spoiler=shown.spoiler)
            if not isinstance(answer, Unusable):
                return send_outcome(answer)
        name = _file_name(delivery)
        return send_outcome(await self._send_document(place, delivery.data, name, screen, _PICTURE))

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
                parse_mode=_HTML,
                has_spoiler=shown.spoiler,
            )
            answer = await self._edit_media(card, media, screen)
            if not isinstance(answer, Unusable):
                return edit_outcome(answer, card.message_id)
        file = InputFile(delivery.data, filename=_file_name(delivery), attach=True)
        answer = await self._edit_media(card, InputMediaDocument(file, screen.text, parse_mode=_HTML), screen)
        return edit_outcome(answer, card.message_id)

    async def send_notice(self, place: Place, notice: NoticeText) -> SendOutcome:
        """Send a notice as a new message."""
        return await self._say(place, self._screens.notice(notice), _NOTICE)

    async def turn_into_notice(self, card: MessageRef, notice: NoticeText) -> EditOutcome:
        """Edit a card into a notice; "not modified" is success."""
        await self._cards.forget(card)
        return await self._edit(card, self._screens.notice(notice), _NOTICE)

    async def _say(self, place: Place, screen: Screen, turn: Turn) -> SendOutcome:
        answer = await self._line.ask(
            "sendMessage",
            place.chat_id,
            lambda chat_id: self._bot.send_message(
                chat_id,
                screen.text,
                parse_mode=_HTML,
                link_preview_options=_NO_PREVIEW,
                message_thread_id=place.thread_id,
                reply_parameters=_reply(place, chat_id),
                reply_markup=keyboard(screen.rows),
                rate_limit_args=turn,
            ),
        )
        return send_outcome(self._seen(answer))

    async def _send_photo(
        self, place: Place, photo: bytes | str, screen: Screen, turn: Turn, *, spoiler: bool = False
    ) -> Sent | Verdict:
        answer = await self._line.ask(
            "sendPhoto",
            place.chat_id,
            lambda chat_id: self._bot.send_photo(
                chat_id,
                photo,
                filename="try-on.jpg",
                caption=screen.text,
                parse_mode=_HTML,
                has_spoiler=spoiler,
                message_thread_id=place.thread_id,
                reply_parameters=_reply(place, chat_id),
                reply_markup=keyboard(screen.rows),
                read_timeout=MEDIA_SECONDS,
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    async def _send_document(
        self, place: Place, content: bytes | str, filename: str, screen: Screen, turn: Turn
    ) -> Sent | Verdict:
        answer = await self._line.ask(
            "sendDocument",
            place.chat_id,
            lambda chat_id: self._bot.send_document(
                chat_id,
                content,
                filename=filename,
                caption=screen.text,
                parse_mode=_HTML,
                # With it, Telegram makes a sticker of a WebP file.
                disable_content_type_detection=True,
                message_thread_id=place.thread_id,
                reply_parameters=_reply(place, chat_id),
                reply_markup=keyboard(screen.rows),
                read_timeout=MEDIA_SECONDS,
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    async def _edit_media(
        self,
        card: MessageRef,
        media: InputMediaPhoto | InputMediaDocument,
        screen: Screen,
        turn: Turn = _PICTURE,
    ) -> Sent | Verdict:
        answer = await self._line.ask_on(
            "editMessageMedia",
            card.chat_id,
            lambda: self._bot.edit_message_media(
                media,
                card.chat_id,
                card.message_id,
                reply_markup=keyboard(screen.rows),
                read_timeout=MEDIA_SECONDS,
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    async def _edit_progress(self, ref: MessageRef, screen: Screen, is_answer: bool) -> EditOutcome:  # noqa: FBT001 - called by Cards alone
        priority = Priority.ANSWER if is_answer else Priority.PROGRESS
        return await self._edit(ref, screen, Turn(priority, key=ref))

    async def _edit(self, ref: MessageRef, screen: Screen, turn: Turn) -> EditOutcome:
        ways = [self._edit_text, self._edit_caption]
        if ref in self._with_caption:
            ways.reverse()
        answer = await ways[0](ref, screen, turn)
        if isinstance(answer, OtherKind):
            answer = await ways[1](ref, screen, turn)
        return edit_outcome(answer, ref.message_id)

    async def _edit_text(self, ref: MessageRef, screen: Screen, turn: Turn) -> Sent | Verdict:
        answer = await self._line.ask_on(
            "editMessageText",
            ref.chat_id,
            lambda: self._bot.edit_message_text(
                screen.text,
                ref.chat_id,
                ref.message_id,
                parse_mode=_HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard(screen.rows),
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    async def _edit_caption(self, ref: MessageRef, screen: Screen, turn: Turn) -> Sent | Verdict:
        answer = await self._line.ask_on(
            "editMessageCaption",
            ref.chat_id,
            lambda: self._bot.edit_message_caption(
                ref.chat_id,
                ref.message_id,
                caption=screen.text,
                parse_mode=_HTML,
                reply_markup=keyboard(screen.rows),
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    def _seen(self, answer: _Answer) -> Sent | Verdict:
        """Remember what kind of message it is, for a later edit, and pick what is of use to us."""
        if isinstance(answer, bool):
            return MaybeSent()
        if not isinstance(answer, Message):
            return answer
        file = (
            max(answer.photo, key=lambda size: size.width * size.height) if answer.photo else answer.document
        )
        if file is None:
            return Sent(answer.message_id)
        _remember(self._with_caption, MessageRef(answer.chat.id, answer.message_id))
        return Sent(answer.message_id, file.file_id, file.file_unique_id, is_file=not answer.photo)

    async def _fitted(self, delivery: Delivery) -> bytes | None:
        try:
            return await self._fit(delivery.data)
        except Exception as error:  # noqa: BLE001 - whatever is odd about a paid picture, it is sent as a file then
            log.warning("a picture goes out as a file", job_id=delivery.job_id, error=type(error).__name__)
            return None


def _reply(place: Place, chat_id: int) -> ReplyParameters | None:
    """Return which message is answered; none in a group that has moved, where the number is another's."""
    if place.reply_to is None or chat_id != place.chat_id:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)


def _file_name(delivery: Delivery) -> str:
    return f"try-on-{delivery.job_id}.{FILE_ENDINGS.get(delivery.media_type, 'jpg')}"


def _remember(kept: OrderedDict[K, None], key: K) -> None:
    kept[key] = None
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
