"""Use cases in groups: begin there, answer there, go on in the private chat."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.outcomes import MessageRef
from bot.chat.screens import grouped
from bot.clock import Clock
from bot.conversation import Draft, Slot
from bot.providers.base import Ability
from bot.tryon.asking import Asking
from bot.tryon.dropping import set_aside
from bot.tryon.entrance import Entrance
from bot.tryon.looking import Looking, PhotoRefused, PhotoUnreachable
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import PhotoRef
from storage.database import Database, Tx
from storage.drafts import DraftRow

# Each has a command of its own.
ABILITIES = (Ability.CLOTHES, Ability.OUTFIT, Ability.HAIRSTYLE, Ability.TATTOO)


@dataclass(frozen=True, slots=True)
class Begun:
    """The draft is there, and what it needs next is asked in the group."""


class Groups:
    """Everything that is different where others read along."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        asking: Asking,
        looking: Looking,
        shop: Shop,
        *,
        mint: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._asking = asking
        self._looking = looking
        self._mint = mint
        self._shop = shop

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """Return what can be tried on in groups."""
        return tuple(one for one in ABILITIES if one in self._asking.offers)

    async def begin(
        self, visit: Visit, ability: Ability, *, thing: Slot | None = None, person: Slot | None = None
    ) -> Begun | PhotoRefused | PhotoUnreachable:
        """Begin a try-on with the person's saved photo, or the one they sent along; an earlier one here ends.

        Photos are looked at only when the person has agreed to that.
        """
        async with self._database.reading() as tx:
            user = await tx.users.get(visit.user_id)
        if self._shop.has_consent(user):
            seen = [await self._looking.at(slot) if slot else None for slot in (thing, person)]
            for one in seen:
                if isinstance(one, PhotoRefused | PhotoUnreachable):
                    return one
            thing, person = (one if isinstance(one, Slot) else None for one in seen)
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            look = await tx.looks.newest(visit.user_id)
            saved = Slot(PhotoRef.from_json(look.photo)) if look else None
            draft = Draft(self._mint(), person or saved, ability=ability, command=visit.message_id)
            if thing and draft.things:
                draft = draft.with_slot(draft.things[0], thing)
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            await self._save(tx, visit, row, draft)
        await self._asking.ask(visit.chat_id, visit.user_id)
        return Begun()

    async def come(self, visit: Visit) -> None:
        """Note that the bot was added to a group, and nothing of who did it."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)

    async def is_asked(self, visit: Visit, message_id: int) -> bool:
        """Return whether a message is the question that this person has to answer in this chat."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        return row is not None and row.message_id == message_id

    async def open(self, visit: Visit, name: str) -> bool:
        """Ask in the private chat for the photo that this person's draft of this name waits for in a group.

        False when none does. Only the person's own drafts are looked through, so a link that somebody else
        opens opens nothing.
        """
        async with self._database.transaction() as tx:
            waiting_draft = await _named(tx, visit.user_id, name)
            if waiting_draft is None:
                return False
            await self._entrance.mark(tx, visit)
            chat_id, group = waiting_draft
            person = group.person if group.person and not group.needs_decision("person") else None
            if person is None and group.person is None and group.wanted != "person":
                look = await tx.looks.newest(visit.user_id)
                person = Slot(PhotoRef.from_json(look.photo)) if look else None
            home = await tx.drafts.get(visit.chat_id, visit.user_id)
            draft = Draft(
                self._mint(), person, ability=group.ability, for_group=chat_id, before=set_aside(home)
            )
            await tx.users.expect(visit.user_id, None)
            await self._save(tx, visit, home, draft)
        await self._asking.ask(visit.chat_id, visit.user_id)
        return True

    async def choose_delivery(self, visit: Visit, way: str, on: MessageRef) -> bool:
        """Remember how this person's pictures come in groups; False when there is no such way."""
        if way not in grouped.WAYS:
            return False
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            await tx.users.set_group_delivery(visit.user_id, grouped.WAYS[way])
        await self._asking.ask(visit.chat_id, visit.user_id, on=on)
        return True

    async def name_of(self, user_id: int) -> str | None:
        """Return what groups call a person."""
        async with self._database.reading() as tx:
            user = await tx.users.get(user_id)
        return user.name if user else None

    async def _save(self, tx: Tx, visit: Visit, row: DraftRow | None, draft: Draft) -> None:
        await tx.drafts.save(
            visit.chat_id,
            visit.user_id,
            visit.thread_id,
            draft.to_json(),
            self._clock.now(),
            expected_version=row.version if row else None,
        )


async def _named(tx: Tx, user_id: int, name: str) -> tuple[int, Draft] | None:
    for row in await tx.drafts.of_user(user_id):
        draft = Draft.from_json(row.state)
        if row.chat_id != user_id and draft.confirmation_id == name:
            return row.chat_id, draft
    return None
