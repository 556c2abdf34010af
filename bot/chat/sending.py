"""The calls that put messages into a chat and change them; which have captions is remembered for edits."""

from collections import OrderedDict

from telegram import InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode

from bot.chat.connection import MEDIA_SECONDS, Bot
from bot.chat.gate import Turn
from bot.chat.line import Line, edit_outcome, send_outcome
from bot.chat.markup import keyboard
from bot.chat.outcomes import EditOutcome, MaybeSent, MessageRef, Place, SendOutcome, Sent
from bot.chat.screen import Button, Screen
from bot.chat.verdicts import OtherKind, Verdict

REMEMBERED = 5000
HTML = ParseMode.HTML
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Edits of inline messages, which we don't make, are answered with True.
_Answer = Message | bool | Verdict


class Sending:
    """Sends and edits messages; no method raises for anything that Telegram does."""

    def __init__(self, bot: Bot, line: Line) -> None:
        self._bot = bot
        self._line = line
        self._captioned: OrderedDict[MessageRef, None] = OrderedDict()

    def note_picture(self, ref: MessageRef) -> None:
        """Note that a message is a picture or a file with a caption."""
        self._captioned[ref] = None
        while len(self._captioned) > REMEMBERED:
            self._captioned.popitem(last=False)

    def has_picture(self, ref: MessageRef) -> bool:
        """Return whether a message is known to be a picture or a file with a caption."""
        return ref in self._captioned

    async def say(self, place: Place, screen: Screen, turn: Turn) -> SendOutcome:
        """Send a text."""
        answer = await self._line.ask(
            "sendMessage",
            place.chat_id,
            lambda chat_id: self._bot.send_message(
                chat_id,
                screen.text,
                parse_mode=HTML,
                link_preview_options=_NO_PREVIEW,
                message_thread_id=place.thread_id,
                reply_parameters=_reply(place, chat_id),
                reply_markup=keyboard(screen.rows),
                rate_limit_args=turn,
            ),
        )
        return send_outcome(self._seen(answer))

    async def photo(
        self, place: Place, photo: bytes | str, screen: Screen, turn: Turn, *, spoiler: bool = False
    ) -> Sent | Verdict:
        """Send a photo, given its bytes or its ``file_id``."""
        answer = await self._line.ask(
            "sendPhoto",
            place.chat_id,
            lambda chat_id: self._bot.send_photo(
                chat_id,
                photo,
                filename="try-on.jpg",
                caption=screen.text,
                parse_mode=HTML,
                has_spoiler=spoiler,
                message_thread_id=place.thread_id,
                reply_parameters=_reply(place, chat_id),
                reply_markup=keyboard(screen.rows),
                read_timeout=MEDIA_SECONDS,
                rate_limit_args=turn,
            ),
        )
        return self._seen(answer)

    async def document(
        self, place: Place, content: bytes | str, filename: str, screen: Screen, turn: Turn
    ) -> Sent | Verdict:
        """Send a file, given its bytes or its ``file_id``."""
        answer = await self._line.ask(
            "sendDocument",
            place.chat_id,
            lambda chat_id: self._bot.send_document(
                chat_id,
                content,
                filename=filename,
                caption=screen.text,
                parse_mode=HTML,
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

    async def edit_media(
        self,
        card: MessageRef,
        media: InputMediaPhoto | InputMediaDocument,
        screen: Screen,
        turn: Turn,
    ) -> Sent | Verdict:
        """Put another picture or file into a message."""
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

    async def edit(self, ref: MessageRef, screen: Screen, turn: Turn) -> EditOutcome:
        """Change a message's text or caption, whichever it has, and its buttons."""
        ways = [self._edit_text, self._edit_caption]
        if ref in self._captioned:
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
                parse_mode=HTML,
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
                parse_mode=HTML,
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
        self.note_picture(MessageRef(answer.chat.id, answer.message_id))
        return Sent(answer.message_id, file.file_id, file.file_unique_id, is_file=not answer.photo)

    async def edit_buttons(
        self, ref: MessageRef, rows: tuple[tuple[Button, ...], ...], turn: Turn
    ) -> EditOutcome:
        """Change a message's buttons only."""
        answer = await self._line.ask_on(
            "editMessageReplyMarkup",
            ref.chat_id,
            lambda: self._bot.edit_message_reply_markup(
                ref.chat_id, ref.message_id, reply_markup=keyboard(rows), rate_limit_args=turn
            ),
        )
        return edit_outcome(self._seen(answer), ref.message_id)


def _reply(place: Place, chat_id: int) -> ReplyParameters | None:
    """Return which message is answered; none in a group that has moved, where the number is another's."""
    if place.reply_to is None or chat_id != place.chat_id:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)
