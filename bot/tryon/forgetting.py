"""Forget a picture and the photos that were sent for it, wherever its person's are remembered.

A photo serves many pictures: it stands in the jobs of others, among the saved photos, in drafts. All of
these let go of it, but the other pictures stay. Photos that the person saved or named are theirs to delete,
and what a job under way needs stays until that one is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.outcomes import MessageRef
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import ALL_ROLES, Draft, Replaced, turn
from bot.tattoos import starter_name
from bot.tryon.asking import Asking
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from bot.wish import PhotoRef
from storage.database import Database, Tx
from storage.drafts import DraftRow
from storage.jobs import Job
from storage.looks import Look
from storage.results import Result


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A picture is forgotten; of its photos one stays that the person saved, or that is still in use."""

    is_saved: bool
    is_needed: bool
    to_ask: tuple[int, ...] = ()


class Forgetting:
    """Deletes pictures."""

    def __init__(
        self, database: Database, clock: Clock, chat: Chat, entrance: Entrance, asking: Asking
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._entrance = entrance
        self._asking = asking

    async def delete(self, visit: Visit, job_id: int, message: MessageRef) -> Forgotten | None:
        """Forget a job's pictures and photos and remove the message; None when it is not the person's."""
        async with self._database.transaction() as tx:
            job = await tx.jobs.get(job_id)
            # A job under way still needs its photos, and its picture is yet to be stored.
            if job is None or job.user_id != visit.user_id or job.is_open:
                return None
            await self._entrance.mark(tx, visit)
            over = await tx.jobs.lock_over_of(visit.user_id)
            looks = await tx.looks.all(visit.user_id)
            gone = _Gone(job, await tx.results.of_job(job_id), looks)
            await tx.results.delete_of_job(job_id, visit.user_id)
            await tx.jobs.forget_one(job_id, self._clock.now())
            for other in over:
                if other.id != job_id and gone.is_in(other.request):
                    await tx.jobs.rewrite(other.id, gone.without(other.request))
            for look in looks:
                if gone.covers(PhotoRef.from_json(look.photo)):
                    await tx.looks.delete(visit.user_id, look.id)
            drafts = await self._empty_drafts(tx, visit.user_id, gone)
            under_way = await tx.jobs.open_of(visit.user_id)
            votes = [poll for poll in await tx.polls.of_user(visit.user_id) if poll.shows(job_id)]
            for poll in votes:
                await tx.polls.delete(poll.id)
        # The cards show the picture, too.
        cards = [MessageRef(poll.chat_id, poll.message_id) for poll in votes if poll.message_id]
        ended = [row for row, is_left in drafts if not is_left]
        cards += [MessageRef(row.chat_id, row.message_id) for row in ended if row.message_id]
        for one in (message, *cards):
            await self._chat.remove(one)
        return Forgotten(
            is_saved=gone.is_saved,
            is_needed=any(gone.is_in(one.request) for one in under_way),
            to_ask=tuple(row.chat_id for row, is_left in drafts if is_left),
        )

    async def ask_again(self, visit: Visit, forgotten: Forgotten) -> None:
        """Ask once more for what the person's drafts have lost."""
        for chat_id in forgotten.to_ask:
            await self._asking.ask(chat_id, visit.user_id)

    async def _empty_drafts(self, tx: Tx, user_id: int, gone: "_Gone") -> list[tuple[DraftRow, bool]]:
        """Take the photos out of drafts; return those changed, each with whether anything is left of it."""
        changed = []
        for row in await tx.drafts.of_user(user_id):
            before = Draft.from_json(row.state)
            after = gone.taken_out(before)
            if after == before:
                continue
            is_left = after.for_group is not None or any(after.slot(role) for role in ALL_ROLES)
            changed.append((row, is_left))
            if not is_left:
                await tx.drafts.delete(row.chat_id, user_id)
                continue
            await tx.drafts.save(
                *(row.chat_id, user_id, row.thread_id, after.to_json(), self._clock.now()),
                expected_version=row.version,
            )
        return changed


class _Gone:
    """What a job's photos and pictures are known by, but for the photos that their person saved."""

    def __init__(self, job: Job, pictures: Sequence[Result], looks: Sequence[Look]) -> None:
        own = [PhotoRef.from_json(look.photo) for look in looks if look.is_own_choice]
        saved = frozenset[str]().union(*map(_names, own))
        # A picture that was gone on from is another job's; our drawings show nobody.
        sent = [
            photo
            for photo in _photos(job.request)
            if photo.of_job is None and starter_name(photo.file_id) is None
        ]
        self._job_id = job.id
        self.is_saved = any(_names(photo) & saved for photo in sent)
        names = [_names(photo) for photo in sent if not _names(photo) & saved]
        made = frozenset(one.file_unique_id for one in pictures if one.file_unique_id) - saved
        self._names = made.union(*names)

    def covers(self, photo: PhotoRef) -> bool:
        """Return whether a photo is to be forgotten."""
        return photo.of_job == self._job_id or bool(_names(photo) & self._names)

    def is_in(self, request: dict[str, Any]) -> bool:
        """Return whether one of them is among a job's photos."""
        return any(map(self.covers, _photos(request)))

    def without(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return a job's request with nothing in their places."""
        nothing = PhotoRef.forgotten().to_json()
        photos = request["photos"].items()
        left = {role: nothing if self.covers(PhotoRef.from_json(one)) else one for role, one in photos}
        return {**request, "photos": left}

    def taken_out(self, draft: Draft) -> Draft:
        """Return a draft without them, and the one that made way for it without them, too."""
        if draft.before is None:
            return self._taken_out(draft)
        before = self._taken_out(Draft.from_json(draft.before))
        is_left = any(before.slot(role) for role in ALL_ROLES)
        return self._taken_out(replace(draft, before=before.to_json() if is_left else None))

    def _taken_out(self, draft: Draft) -> Draft:
        after = draft
        for role in ALL_ROLES:
            slot = draft.slot(role)
            if slot is not None and self.covers(slot.photo):
                after = turn(after, Replaced(role))
        if after is draft:
            return draft
        # Asked for one photo, people send one; asked for several, they may send an album.
        return replace(after, wanted=after.missing[0] if len(after.missing) == 1 else None)


def _photos(request: dict[str, Any]) -> list[PhotoRef]:
    return [PhotoRef.from_json(photo) for photo in request.get("photos", {}).values()]


def _names(photo: PhotoRef) -> frozenset[str]:
    """Return what a photo is known by: the same bytes may have come as another message."""
    return frozenset(name for name in (photo.unique_id, photo.digest) if name)
