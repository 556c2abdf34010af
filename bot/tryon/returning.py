"""The way from a group into the private chat and back, where the draft in the group goes on by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.chat.messages import GROUP_IS_OVER, WENT_BACK
from bot.chat.outcomes import MessageRef
from bot.clock import Clock
from bot.conversation import Ask, Draft, Replaced, Role, Slot, ask, turn
from bot.providers.base import Ability
from bot.tryon.dropping import make_way, set_aside
from bot.tryon.looking import Looking, PhotoRefused
from bot.tryon.shop import Shop
from storage.database import Database, Tx
from storage.drafts import DraftRow
from storage.notices import NewNotice

# Supergroups have ids below -10^12; what is beyond that is their number in links.
SUPERGROUPS = 10**12


@dataclass(frozen=True, slots=True)
class Back:
    """Where the draft goes on; ``card`` is the group's question about it, None when nothing waits there.

    In the private chat a draft that was put aside ``resumes``.
    """

    chat_id: int
    card: MessageRef | None
    resumes: bool = False


class Returning:
    """Takes a person's photo from the private chat to the draft that waits for it in a group."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        looking: Looking,
        shop: Shop,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._looking = looking
        self._shop = shop

    async def settle(self, row: DraftRow) -> Back | None:
        """Go back to the group once its photo is there; None while there is still something to ask here."""
        draft = Draft.from_json(row.state)
        if draft.for_group is None or draft.person is None:
            return None
        async with self._database.reading() as tx:
            user = await tx.users.get(row.user_id)
            waiting = await tx.drafts.get(draft.for_group, row.user_id)
        if ask(draft, consented=self._shop.has_consent(user)) is not Ask.BACK:
            return None
        ready = await self._looked_at(Draft.from_json(waiting.state), draft.person) if waiting else None
        async with self._database.transaction() as tx:
            now = await tx.drafts.get(row.chat_id, row.user_id)
            if now is None or now.version != row.version:
                # Somebody was faster, or the person goes on otherwise.
                return Back(draft.for_group, None)
            resumes = await make_way(tx, row, self._clock)
            await self._keep(tx, row.user_id, draft)
            if waiting and ready:
                await self._save(tx, waiting, ready)
            told = NewNotice(
                cause=f"back:{draft.confirmation_id}",
                user_id=row.user_id,
                chat_id=row.chat_id,
                edit_message_id=row.message_id,
                kind=WENT_BACK if ready else GROUP_IS_OVER,
                params={"group": _link_to(waiting)} if waiting and ready else {},
            )
            await tx.notices.add(told, self._clock.now())
        self._wake()
        card = waiting.message_id if waiting else None
        return Back(draft.for_group, MessageRef(draft.for_group, card) if card else None, resumes)

    async def take_home(self, row: DraftRow) -> bool:
        """Let a draft go on in the private chat, since nothing can be written in its group any more.

        What the person had begun there makes way for it, and goes on afterwards.
        """
        async with self._database.transaction() as tx:
            now = await tx.drafts.get(row.chat_id, row.user_id)
            if now is None or now.version != row.version:
                return False
            await tx.drafts.delete(row.chat_id, row.user_id)
            home = await tx.drafts.get(row.user_id, row.user_id)
            draft = replace(Draft.from_json(row.state).elsewhere("group"), before=set_aside(home))
            await tx.drafts.save(
                row.user_id,
                row.user_id,
                None,
                draft.to_json(),
                self._clock.now(),
                expected_version=home.version if home else None,
            )
        return True

    async def _looked_at(self, draft: Draft, person: Slot) -> Draft:
        """Return the group's draft with its photos looked at, which nobody had agreed to before."""
        ready = replace(draft, person=replace(person, message_id=None, album_id=None), wanted=None)
        for role in ready.things:
            slot = ready.slot(role)
            if slot is None or slot.photo.digest is not None:
                continue
            ready = _with(ready, role, await self._looking.at(slot))
        return ready

    async def _keep(self, tx: Tx, user_id: int, draft: Draft) -> None:
        # A forearm shows nobody.
        if draft.person is None or draft.ability is Ability.TATTOO or draft.person.photo.of_job is not None:
            return
        photo = draft.person.photo
        await tx.looks.keep(user_id, photo.to_json(), photo.unique_id, self._clock.now())

    async def _save(self, tx: Tx, row: DraftRow, draft: Draft) -> None:
        await tx.drafts.save(
            row.chat_id,
            row.user_id,
            row.thread_id,
            draft.to_json(),
            self._clock.now(),
            expected_version=row.version,
        )


def _link_to(row: DraftRow) -> str | None:
    """Return the address of the question in the group; a basic group has none."""
    number = -row.chat_id - SUPERGROUPS
    if number <= 0 or row.message_id is None:
        return None
    topic = f"{row.thread_id}/" if row.thread_id else ""
    return f"https://t.me/c/{number}/{topic}{row.message_id}"


def _with(draft: Draft, role: Role, seen: object) -> Draft:
    if isinstance(seen, Slot):
        return draft.with_slot(role, seen)
    return turn(draft, Replaced(role)) if isinstance(seen, PhotoRefused) else draft
