"""One notice on its way: which message it becomes, and what is done when nobody knows whether it arrived.

A notice that also ends a card (its job ended) could simply be an edit of that card. But nobody's phone rings
for an edit, and somebody who waits for a picture has often left the chat. So it is sent as a new message, as
a reply to the garment photo, and the card is removed after that. Only when nobody knows whether the new
message arrived (a time-out, a crash while sending) is the card turned into the notice instead: an edit can be
repeated without harm, while a second send could put the same words there twice. A job that the person
cancelled is only edited: they are looking at it; so is what a group reads of a picture that came elsewhere.

Where no new message can be written, neither there nor in the private chat, the card is edited all the same:
else it would tell of progress for ever. In a deleted topic the card is gone, too; then the group itself reads
where a picture waits, since nobody would look for it otherwise.

Without a card there is nothing to repeat harmlessly. Then the words are sent again, a few times at most:
reading something twice is better than never.
"""

from dataclasses import dataclass, replace

import structlog

from bot.chat.messages import CAME_PRIVATELY, JOB_CANCELLED, PICTURE_WAITS, Addressee
from bot.chat.outcomes import (
    CannotSend,
    EditOutcome,
    MaybeSent,
    MessageGone,
    MessageRef,
    Place,
    SendOutcome,
    Sent,
    TryLater,
)
from bot.jobs.ending import REMOVE_CARD
from bot.jobs.sending import NoticeText, Sending
from storage.notices import Notice

log = structlog.get_logger(__name__)

MOST_UNKNOWN_SENDS = 3
_ON_THE_CARD = frozenset({JOB_CANCELLED, CAME_PRIVATELY})


@dataclass(frozen=True, slots=True)
class Arrived:
    """The words are in a chat; ``on_card`` when there is no card left to remove."""

    on_card: bool


@dataclass(frozen=True, slots=True)
class Later:
    """To be tried again, ``seconds`` from now at the earliest."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pointless:
    """Nobody can be told."""


Attempt = Arrived | Later | Pointless


@dataclass(slots=True, eq=False)
class Errand:
    """One notice being sent; ``unknown_sends`` ended in a way that nobody knows."""

    notice: Notice
    unknown_sends: int = 0
    tries: int = 0
    not_before: float = 0.0

    @property
    def card(self) -> MessageRef | None:
        """Return the message that the notice replaces, if there is one."""
        if self.notice.edit_message_id is None:
            return None
        return MessageRef(self.notice.chat_id, self.notice.edit_message_id)

    @property
    def places(self) -> tuple[Place, ...]:
        """Return where the words may go, the best place first."""
        notice = self.notice
        here = Place(notice.chat_id, notice.thread_id, notice.reply_to)
        return (here,) if notice.chat_id == notice.user_id else (here, Place(notice.user_id))

    @property
    def last_places(self) -> tuple[Place, ...]:
        """Return where the words may go when there is no other place left."""
        notice = self.notice
        is_worth_it = notice.kind == PICTURE_WAITS and notice.thread_id is not None
        return (Place(notice.chat_id),) if is_worth_it else ()

    @property
    def is_uncertain(self) -> bool:
        """Return whether the words may have arrived."""
        return self.unknown_sends > 0

    @property
    def _addressee(self) -> Addressee | None:
        notice = self.notice
        if notice.chat_id == notice.user_id:
            return None
        return Addressee(notice.user_id, notice.params.get("addressee") or "")

    async def run(self, sending: Sending, language: str | None) -> Attempt:
        """Try once."""
        notice, card = self.notice, self.card
        if notice.kind == REMOVE_CARD:
            if card is not None:
                await sending.remove(card)
            return Arrived(on_card=True)
        text = NoticeText(notice.kind, notice.params, language, self._addressee)
        if card is not None and (self.is_uncertain or notice.kind in _ON_THE_CARD):
            attempt = _after_edit(await sending.turn_into_notice(card, text))
            if attempt is None and notice.kind == CAME_PRIVATELY:
                # Without the card there is nothing to explain.
                return Pointless()
            if attempt is not None:
                return attempt
        attempt = await self._send(sending, text, self.places)
        if isinstance(attempt, Pointless) and card is not None:
            attempt = _after_edit(await sending.turn_into_notice(card, text)) or attempt
        if isinstance(attempt, Pointless):
            attempt = await self._send(sending, text, self.last_places)
        return attempt

    async def _send(self, sending: Sending, text: NoticeText, places: tuple[Place, ...]) -> Attempt:
        for place in places:
            here = text if place.chat_id == self.notice.chat_id else replace(text, addressee=None)
            outcome: SendOutcome = await sending.send_notice(place, here)
            match outcome:
                case Sent():
                    return Arrived(on_card=False)
                case TryLater(seconds):
                    return Later(seconds)
                case MaybeSent():
                    return await self._unknown(sending, text)
                case CannotSend(obstacle):
                    log.info("can't tell somebody here", notice=text.kind, obstacle=obstacle.value)
        return Pointless()

    async def _unknown(self, sending: Sending, text: NoticeText) -> Attempt:
        """Go on after a send that may have arrived: with the card where there is one."""
        self.unknown_sends += 1
        if self.card is not None and self.unknown_sends == 1:
            attempt = _after_edit(await sending.turn_into_notice(self.card, text))
            if attempt is not None:
                return attempt
        if self.unknown_sends >= MOST_UNKNOWN_SENDS:
            return Arrived(on_card=False)
        return Later()


def _after_edit(outcome: EditOutcome) -> Attempt | None:
    """Return what an edit of the card came to; None when the card can't be used."""
    match outcome:
        case Sent():
            return Arrived(on_card=True)
        case TryLater(seconds):
            return Later(seconds)
        case MaybeSent():
            return Later()
        case MessageGone() | CannotSend():
            return None
