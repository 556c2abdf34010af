"""What is asked in a group instead of, or beside, what is asked in the private chat."""

from dataclasses import replace

from bot.chat.messages import Addressee
from bot.chat.screen import Screen
from bot.chat.screens import grouped
from bot.conversation import Ask, Draft, PlacementStep
from bot.providers.base import Ability
from bot.texts import Translator

# A deep link's payload is this and the draft's own random name; see ``handlers.payloads``.
WAITING = "g"


# These can also be answered with words or a photo.
TYPED = frozenset({Ask.HAIR, Ask.COLOR, Ask.DESIGN, Ask.PLACEMENT, Ask.GARMENT_ADVICE, Ask.LOWER_ADVICE})


class GroupQuestions:
    """Asks one person in a group; what concerns their own photo is asked in the private chat."""

    def __init__(self, bot_username: str) -> None:
        self._bot_username = bot_username

    def instead(self, asked: Ask, draft: Draft, t: Translator) -> Screen | None:
        """Return the question that a group has for it, or None where the private chat's will do."""
        match asked:
            case Ask.CONSENT | Ask.PERSON:
                return grouped.needs_photo(t, url=self._url(draft), again=draft.wanted == "person")
            case Ask.GARMENT | Ask.LOWER:
                part = asked if draft.ability is Ability.OUTFIT else None
                return grouped.reply_with_garment(t, part=part and part.value)
            case _:
                return None

    def beside(self, asked: Ask, draft: Draft, t: Translator, screen: Screen, delivery: str | None) -> Screen:
        """Return a question with what only a group asks."""
        if asked is Ask.PERSON_ADVICE:
            return replace(screen, rows=(grouped.another_photo(t, url=self._url(draft)), *screen.rows))
        if asked is Ask.PLACEMENT and draft.placement.step is not PlacementStep.STYLE:
            return replace(screen, text=grouped.where_on_skin(t))
        if asked is Ask.HAIR and draft.person is not None and draft.person.message_id is None:
            screen = grouped.on_saved_photo(t, screen)
        if asked in TYPED:
            return grouped.only_replies(t, screen)
        if asked is Ask.CARD:
            return grouped.card(t, screen, delivery)
        return screen

    def to(self, user_id: int, name: str | None, screen: Screen) -> Screen:
        """Return a question for one person alone."""
        return grouped.to_one(screen, Addressee(user_id, name or ""))

    def _url(self, draft: Draft) -> str:
        return f"https://t.me/{self._bot_username}?start={WAITING}_{draft.confirmation_id}"
