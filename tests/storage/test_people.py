"""The inbox, people, looks, drafts, results and notices."""

import asyncio

import pytest

from storage.counts import Backlog
from storage.drafts import DraftRow
from storage.errors import StaleDraft
from storage.jobs import JobState
from storage.notices import NewNotice, NoticeState
from storage.results import ResultState
from storage.updates import StoredUpdate


async def test_updates_are_stored_once_and_kept_in_order(db):
    async with db.transaction() as tx:
        first = await tx.updates.add(1, [(900, "a"), (5, "b"), (900, "again")], 1.0)
        second = await tx.updates.add(1, [(5, "b"), (6, "c")], 2.0)
        other_bot = await tx.updates.add(2, [(5, "d")], 2.0)
    assert [(u.update_id, u.payload) for u in first] == [(900, "a"), (5, "b")]
    assert [u.update_id for u in second] == [6]
    assert [u.payload for u in other_bot] == ["d"]
    async with db.reading() as tx:
        undone = await tx.updates.undone(1)
        assert undone == [*first, *second]
        assert await tx.updates.undone(1, limit=1, after_seq=undone[0].seq) == [undone[1]]


async def test_the_same_updates_from_two_at_once_are_stored_once(db):
    async def store():
        async with db.transaction() as tx:
            return await tx.updates.add(1, [(n, "x") for n in range(10)], 1.0)

    stored = await asyncio.gather(*(store() for _ in range(5)))
    assert sorted(len(batch) for batch in stored) == [0, 0, 0, 0, 10]


async def test_done_updates_lose_their_payload_and_later_their_row(db):
    async with db.transaction() as tx:
        await tx.updates.add(1, [(5, "private"), (6, "b")], 1.0)
        assert await tx.updates.mark_done(1, 5, 2.0)
        assert not await tx.updates.mark_done(1, 5, 3.0)
        assert not await tx.updates.mark_done(1, 99, 3.0)
    async with db.transaction() as tx:
        assert [u.update_id for u in await tx.updates.undone(1)] == [6]
        assert await tx.updates.add(1, [(5, "private")], 4.0) == []
        assert await tx.updates.forget_done(2.0) == 0
        assert await tx.updates.forget_done(2.5) == 1
        assert [u.update_id for u in await tx.updates.add(1, [(5, "x")], 5.0)] == [5]


async def test_numbers_of_deleted_updates_are_not_used_again(db):
    async with db.transaction() as tx:
        (first,) = await tx.updates.add(1, [(5, "a")], 1.0)
        await tx.updates.mark_done(1, 5, 1.0)
        await tx.updates.forget_done(9.0)
        (second,) = await tx.updates.add(1, [(6, "b")], 1.0)
    assert second.seq > first.seq


async def test_an_update_that_always_fails_is_set_aside_with_its_payload(db):
    async with db.transaction() as tx:
        await tx.updates.add(1, [(5, "bad")], 1.0)
        assert [await tx.updates.count_attempt(1, 5) for _ in range(3)] == [1, 2, 3]
        assert await tx.updates.count_attempt(1, 99) == 0
        (waiting,) = await tx.updates.undone(1)
        assert waiting == StoredUpdate(waiting.seq, 1, 5, "bad", 3)
        await tx.updates.set_aside(1, 5, 2.0)
        assert await tx.updates.undone(1) == []
        assert (await tx.counts.set_aside_updates(1), await tx.counts.undone_updates(1)) == (1, 0)


async def test_an_update_set_aside_is_forgotten_after_a_while(db):
    async with db.transaction() as tx:
        await tx.updates.add(1, [(5, "bad"), (6, "waits"), (7, "done")], 1.0)
        await tx.updates.set_aside(1, 5, 2.0)
        await tx.updates.mark_done(1, 7, 2.0)
        assert await tx.updates.forget_set_aside(2.0) == 0
        assert await tx.updates.forget_set_aside(2.5) == 1
        assert await tx.counts.set_aside_updates(1) == 0
        assert [update.update_id for update in await tx.updates.undone(1)] == [6]


async def test_somebody_is_new_once(db):
    async with db.transaction() as tx:
        user, is_new = await tx.users.seen(7, "en", 1.0)
        again, is_new_again = await tx.users.seen(7, "es", 2.0)
    assert (is_new, is_new_again) == (True, False)
    assert (user.telegram_language, again.telegram_language) == ("en", "es")
    assert (again.created_at, again.seen_at) == (1.0, 2.0)


async def test_what_people_choose_is_kept(db):
    async with db.transaction() as tx:
        await tx.users.seen(7, "en", 1.0)
        await tx.users.set_language(7, "es")
        await tx.users.set_blocked(7, 5.0)
        assert await tx.users.consent(7, 1, 2.0)
        assert not await tx.users.consent(7, 1, 3.0)
        assert await tx.users.consent(7, 2, 4.0)
        user = await tx.users.get(7)
        assert await tx.users.get(8) is None
        seen, _ = await tx.users.seen(7, "en", 6.0)
    assert (user.language, user.blocked_at, user.consent_version) == ("es", 5.0, 2)
    assert (seen.language, seen.consent_version, seen.seen_at) == ("es", 2, 6.0)
    async with db.transaction() as tx:
        await tx.users.set_language(7, None)
        await tx.users.set_blocked(7, None)
        user = await tx.users.get(7)
    assert (user.language, user.blocked_at) == (None, None)


async def test_looks_are_kept_once_each_the_last_used_first(db):
    async with db.transaction() as tx:
        a = await tx.looks.keep(1, {"file_id": "old"}, "a", 1.0)
        b = await tx.looks.keep(1, {"file_id": "b"}, "b", 2.0)
        assert (await tx.looks.newest(1)).id == b.id
        again = await tx.looks.keep(1, {"file_id": "new"}, "a", 3.0)
        await tx.looks.keep(2, {"file_id": "c"}, "a", 9.0)
        assert (again.id, again.photo, again.created_at, again.used_at) == (
            a.id,
            {"file_id": "new"},
            1.0,
            3.0,
        )
        assert [look.id for look in await tx.looks.all(1)] == [a.id, b.id]
        assert await tx.looks.newest(1) == again
        assert await tx.looks.newest(3) is None


async def test_looks_belong_to_their_person(db):
    async with db.transaction() as tx:
        look = await tx.looks.keep(1, {}, "a", 1.0)
        assert not await tx.looks.rename(2, look.id, "mine")
        assert not await tx.looks.delete(2, look.id)
        assert await tx.looks.rename(1, look.id, "on the beach")
        assert (await tx.looks.newest(1)).name == "on the beach"
        assert await tx.looks.delete(1, look.id)
        assert await tx.looks.all(1) == []


async def test_a_look_is_ones_own_choice_once_it_was_saved_or_named(db):
    async with db.transaction() as tx:
        used = await tx.looks.keep(1, {}, "a", 1.0)
        assert not used.is_own_choice
        assert (await tx.looks.keep(1, {}, "a", 2.0, is_added=True)).is_own_choice
        assert (await tx.looks.keep(1, {}, "a", 3.0)).added_at == 2.0
        named = await tx.looks.keep(1, {}, "b", 1.0)
        await tx.looks.rename(1, named.id, "beach")
        assert all(look.is_own_choice for look in await tx.looks.all(1))


async def test_looks_not_used_for_long_are_forgotten(db):
    async with db.transaction() as tx:
        await tx.looks.keep(1, {}, "old", 1.0)
        await tx.looks.keep(1, {}, "new", 5.0)
        assert await tx.looks.forget(5.0) == 1
        assert (await tx.looks.newest(1)).file_unique_id == "new"


async def save(tx, state, expected=None, at=1.0):
    return await tx.drafts.save(1, 2, None, state, at, expected_version=expected)


async def test_a_draft_counts_its_versions(db):
    async with db.transaction() as tx:
        first = await save(tx, {"a": 1})
        second = await save(tx, {"a": 2}, expected=1, at=2.0)
        third = await save(tx, {"a": 3}, at=3.0)
        assert await tx.drafts.get(1, 2) == third
        assert await tx.drafts.get(1, 3) is None
    assert first == DraftRow(1, 2, None, {"a": 1}, 1, 0, None, 1.0)
    assert [d.version for d in (first, second, third)] == [1, 2, 3]


async def test_a_draft_changed_meanwhile_is_not_overwritten(db):
    async with db.transaction() as tx:
        await save(tx, {"a": 1})
        await save(tx, {"a": 2}, expected=1)
        with pytest.raises(StaleDraft):
            await save(tx, {"a": 3}, expected=1)
        assert (await tx.drafts.get(1, 2)).state == {"a": 2}
        assert (await tx.drafts.delete(1, 2)).state == {"a": 2}
        assert await tx.drafts.delete(1, 2) is None
        with pytest.raises(StaleDraft):
            await save(tx, {"a": 3}, expected=2)


async def test_of_those_who_save_at_once_one_wins(db):
    async with db.transaction() as tx:
        await save(tx, {})

    async def attempt(n):
        async with db.transaction() as tx:
            return await save(tx, {"n": n}, expected=1)

    done = await asyncio.gather(*(attempt(n) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(found, StaleDraft) for found in done) == 9


async def test_a_question_is_owed_until_it_was_asked_for_this_version(db):
    async with db.transaction() as tx:
        await save(tx, {"a": 1}, at=1.0)
        assert [d.version for d in await tx.drafts.unasked(5.0, 10)] == [1]
        assert await tx.drafts.unasked(1.0, 10) == []
        await save(tx, {"a": 2}, at=2.0)
        assert not await tx.drafts.asked(1, 2, 1, 77, 3.0)
        assert await tx.drafts.asked(1, 2, 2, 78, 3.0)
        assert await tx.drafts.unasked(5.0, 10) == []
        draft = await tx.drafts.get(1, 2)
    assert (draft.asked_version, draft.message_id) == (2, 78)


async def test_old_drafts_are_forgotten(db):
    async with db.transaction() as tx:
        await save(tx, {}, at=1.0)
        assert await tx.drafts.forget(1.0) == 0
        assert await tx.drafts.forget(1.5) == 1


async def delivered(tx, job, n=1):
    return await tx.results.delivered(
        job.id, n, file_id="f", file_unique_id="u", chat_id=5, message_id=6, at=4.0
    )


async def test_a_picture_is_kept_until_it_is_delivered(db, rendered):
    job = await rendered()
    async with db.transaction() as tx:
        assert await tx.results.body(job.id, 1) == b"picture"
        assert await tx.results.delivering(job.id, 1)
        assert not await tx.results.delivering(job.id, 1)
        assert await delivered(tx, job)
        assert not await delivered(tx, job)
        assert await tx.results.body(job.id, 1) is None
        assert await tx.results.body(job.id, 2) is None
        result = await tx.results.find(job.id, 1)
    assert (result.state, result.file_id, result.message_id) == (ResultState.DELIVERED, "f", 6)
    assert (result.delivered_at, result.width, result.media_type) == (4.0, 30, "image/jpeg")


async def test_a_picture_is_stored_once(db, rendered):
    job = await rendered()
    async with db.transaction() as tx:
        assert not await tx.results.add(job.id, 1, b"another", "image/png", 1, 1, 1.0)
        assert await tx.results.add(job.id, 2, b"second", "image/png", 1, 1, 1.0, source_url="https://x/y")
        assert await tx.results.body(job.id, 1) == b"picture"
        assert [(r.n, r.source_url) for r in await tx.results.of_job(job.id)] == [
            (1, None),
            (2, "https://x/y"),
        ]
        assert await tx.results.find(job.id, 3) is None


async def test_a_picture_given_up_loses_its_bytes(db, rendered):
    job = await rendered()
    async with db.transaction() as tx:
        assert await tx.results.drop(job.id, 1, 5.0)
        assert not await tx.results.drop(job.id, 1, 5.0)
        assert not await delivered(tx, job)
        assert await tx.results.body(job.id, 1) is None


async def test_old_pictures_are_forgotten_but_not_those_that_wait(db, rendered):
    first, waiting = await rendered("a"), await rendered("b")
    async with db.transaction() as tx:
        await tx.results.add(waiting.id, 2, b"x", "image/png", 1, 1, 3.0, source_url="https://x/y")
        await delivered(tx, first)
        await tx.results.keep_document(first.id, 1, "document")
        assert (await tx.results.find(first.id, 1)).document_file_id == "document"
        assert await tx.results.forget(3.0) == 0
        assert await tx.results.forget(9.0) == 1
        assert await tx.results.forget(9.0) == 0
        forgotten = await tx.results.find(first.id, 1)
        assert await tx.results.body(waiting.id, 2) == b"x"
    assert (forgotten.file_id, forgotten.document_file_id, forgotten.chat_id) == (None, None, None)
    assert forgotten.state is ResultState.DELIVERED


async def test_people_delete_their_own_pictures_of_finished_jobs(db, rendered):
    job = await rendered()
    async with db.transaction() as tx:
        assert not await tx.results.delete_of_job(job.id, 1)
        await delivered(tx, job)
        await tx.jobs.move(job.id, epoch=0, source=JobState.RENDERED, target=JobState.DELIVERED, at=5.0)
        assert not await tx.results.delete_of_job(job.id, 2)
        assert (await tx.results.find(job.id, 1)).file_id == "f"
        assert await tx.results.delete_of_job(job.id, 1)
        assert (await tx.results.find(job.id, 1)).file_id is None


def notice(cause="job:1:failed", **more):
    return NewNotice(cause=cause, user_id=1, chat_id=1, kind="failed", params={"n": 1}, **more)


async def test_a_cause_has_one_notice(db):
    async with db.transaction() as tx:
        stored = await tx.notices.add(notice(reply_to=4), 1.0)
        assert await tx.notices.add(notice(), 2.0) is None
        assert await tx.notices.get(stored.id) == stored
        assert await tx.notices.get(99) is None
    assert (stored.state, stored.params, stored.reply_to, stored.attempts) == ("pending", {"n": 1}, 4, 0)


async def test_notices_are_sent_once_each_the_longest_due_first(db):
    async with db.transaction() as tx:
        late = await tx.notices.add(notice("late", not_before=50.0), 1.0)
        second = await tx.notices.add(notice("second"), 3.0)
        first = await tx.notices.add(notice("first"), 2.0)
        assert [n.id for n in await tx.notices.due(10.0, 10)] == [first.id, second.id]
        assert [n.id for n in await tx.notices.due(99.0, 1)] == [first.id]
        assert await tx.notices.sending(first.id, 0)
        assert not await tx.notices.sending(first.id, 0)
        assert not await tx.notices.sending(second.id, 7)
        assert [n.id for n in await tx.notices.interrupted()] == [first.id]
        assert await tx.notices.sent(first.id, 11.0)
        assert not await tx.notices.sent(first.id, 12.0)
        assert not await tx.notices.drop(first.id)
        assert [n.id for n in await tx.notices.due(99.0, 10)] == [second.id, late.id]
        sent = await tx.notices.get(first.id)
    assert (sent.state, sent.attempts, sent.sent_at) == (NoticeState.SENT, 1, 11.0)


async def test_a_notice_that_could_not_be_sent_comes_back_later(db):
    async with db.transaction() as tx:
        stored = await tx.notices.add(notice(), 1.0)
        assert not await tx.notices.again(stored.id, 9.0)
        await tx.notices.sending(stored.id, 0)
        assert await tx.notices.again(stored.id, 9.0)
        assert await tx.notices.due(8.0, 10) == []
        assert [n.attempts for n in await tx.notices.due(9.0, 10)] == [1]
        assert await tx.notices.drop(stored.id)
        assert await tx.notices.due(9.0, 10) == []
        assert not await tx.notices.sending(stored.id, 0)


async def test_old_notices_are_forgotten_once_they_are_over(db):
    async with db.transaction() as tx:
        stored = await tx.notices.add(notice(), 1.0)
        assert await tx.notices.forget(9.0) == 0
        await tx.notices.drop(stored.id)
        assert await tx.notices.forget(1.0) == 0
        assert await tx.notices.forget(9.0) == 1


async def test_the_backlog_counts_what_waits(db, confirm, working):
    await confirm("a")
    await working("b")
    async with db.transaction() as tx:
        await tx.updates.add(1, [(1, "x"), (2, "y")], 1.0)
        await tx.updates.mark_done(1, 2, 1.0)
        await tx.notices.add(notice(), 1.0)
    async with db.reading() as tx:
        found = await tx.counts.backlog(1)
        empty = await tx.counts.undone_updates(2)
    jobs = {JobState.QUEUED: 1, JobState.WORKING: 1, JobState.RENDERED: 0, JobState.DELIVERING: 0}
    assert found == Backlog(1, 0, jobs, 1.0, 1)
    assert empty == 0


async def test_an_empty_backlog_has_no_oldest_job(db):
    async with db.reading() as tx:
        assert await tx.counts.oldest_queued_at() is None
