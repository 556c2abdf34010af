"""What is kept about groups: names, ways of showing pictures, votes, and the move to a supergroup."""

import asyncio
from dataclasses import replace

from storage.jobs import JobState
from storage.notices import NewNotice, NoticeState
from storage.states import ResultState

OLD, NEW = -40, -1009


async def begin(db, *, at=1.0, choices=((1, 1), (2, 1))):
    async with db.transaction() as tx:
        return await tx.polls.add(OLD, 7, 1, [list(one) for one in choices], at)


async def test_one_vote_a_person_and_the_last_one_counts(db):
    poll = await begin(db)
    async with db.transaction() as tx:
        for user, choice in ((2, 1), (3, 2), (2, 2), (2, 2)):
            assert await tx.polls.vote(poll.id, user, choice, 2.0)
    async with db.reading() as tx:
        assert await tx.polls.tally(poll.id) == {2: 2}
        assert await tx.polls.get(poll.id) == replace(poll, version=3)


async def test_votes_at_the_same_time_are_all_counted(db):
    poll = await begin(db)

    async def vote(user):
        async with db.transaction() as tx:
            await tx.polls.vote(poll.id, user % 10, 1 + user % 2, 2.0)

    await asyncio.gather(*(vote(user) for user in range(30)))
    async with db.reading() as tx:
        assert await tx.polls.tally(poll.id) == {1: 5, 2: 5}


async def test_only_its_owner_ends_a_vote_and_then_no_vote_counts(db):
    poll = await begin(db)
    async with db.transaction() as tx:
        await tx.polls.vote(poll.id, 2, 1, 2.0)
        assert await tx.polls.close(poll.id, 2, 3.0) is None
        closed = await tx.polls.close(poll.id, 1, 3.0)
        assert await tx.polls.close(poll.id, 1, 4.0) is None
        assert not await tx.polls.vote(poll.id, 3, 2, 4.0)
        assert not await tx.polls.vote(poll.id + 1, 3, 2, 4.0)
        assert await tx.polls.tally(poll.id) == {1: 1}
    assert (closed.is_open, poll.is_open, closed.closed_at) == (False, True, 3.0)


async def test_old_votes_are_forgotten_and_newer_ones_stay(db):
    old, new = await begin(db, at=1.0), await begin(db, at=9.0)
    async with db.transaction() as tx:
        for poll in (old, new):
            await tx.polls.vote(poll.id, 2, 1, 9.0)
        await tx.polls.set_card(new.id, 55)
        assert await tx.polls.forget(5.0) == 1
        assert [(poll.id, poll.message_id) for poll in await tx.polls.of_user(1)] == [(new.id, 55)]
        assert (await tx.polls.tally(old.id), await tx.polls.tally(new.id)) == ({}, {1: 1})
        await tx.polls.delete(new.id)
        assert (await tx.polls.of_user(1), await tx.polls.tally(new.id)) == ([], {})


async def test_names_are_forgotten_when_somebody_has_not_been_seen(db):
    async with db.transaction() as tx:
        for user, at in ((1, 1.0), (2, 9.0)):
            await tx.users.seen(user, "en", at)
            await tx.users.set_name(user, f"N{user}")
            await tx.users.set_group_delivery(user, "spoiler")
        assert await tx.users.forget_names(5.0) == 1
        users = [await tx.users.get(1), await tx.users.get(2)]
    assert [(user.name, user.group_delivery) for user in users] == [(None, "spoiler"), ("N2", "spoiler")]


async def test_jobs_notices_and_votes_follow_a_group_and_leave_its_message_ids_behind(db, confirm):
    here = await confirm("here", chat_id=OLD, thread_id=7, addressee="A")
    elsewhere = await confirm("elsewhere", chat_id=-50)
    poll = await begin(db)
    async with db.transaction() as tx:
        new = NewNotice("n", 1, OLD, "x", {}, thread_id=7, reply_to=1, edit_message_id=2)
        notice = await tx.notices.add(new, 1.0)
        moved_jobs = await tx.jobs.move_chat(OLD, NEW)
        moved = [await repository.move_chat(OLD, NEW) for repository in (tx.notices, tx.polls)]
        job, other = await tx.jobs.get(here.id), await tx.jobs.get(elsewhere.id)
        waiting, vote = await tx.notices.get(notice.id), await tx.polls.get(poll.id)
    assert (moved_jobs, moved) == ([job], [1, 1])
    assert (job.chat_id, job.thread_id, job.reply_to, job.card_message_id) == (NEW, None, None, None)
    assert (job.addressee, job.price, job.state) == ("A", 1, JobState.QUEUED)
    assert (other.chat_id, other.card_message_id) == (-50, 11)
    assert (waiting.chat_id, waiting.reply_to, waiting.edit_message_id) == (NEW, None, None)
    assert waiting.state is NoticeState.PENDING
    assert (vote.chat_id, vote.thread_id, vote.message_id) == (NEW, None, None)


async def test_pictures_shown_in_a_group_are_found_newest_first(db, rendered):
    made = [await rendered(f"c{n}", chat_id=OLD if n != 2 else 1) for n in range(4)]
    async with db.transaction() as tx:
        for job in made[:3]:
            await tx.results.delivered(
                job.id, 1, file_id=f"f{job.id}", file_unique_id="u", chat_id=OLD, message_id=1, at=4.0
            )
        newest = await tx.results.shown_in(1, OLD, (made[3].id, 1), 5)
        up_to_second = await tx.results.shown_in(1, OLD, (made[1].id, 1), 5)
        before_second = await tx.results.shown_in(1, OLD, (made[1].id, 0), 5)
        others = await tx.results.shown_in(2, OLD, (made[3].id, 1), 5)
    assert [result.job_id for result in newest] == [made[1].id, made[0].id]
    assert {result.state for result in newest} == {ResultState.DELIVERED}
    assert [result.job_id for result in up_to_second] == [made[1].id, made[0].id]
    assert [result.job_id for result in before_second] == [made[0].id]
    assert others == []


async def test_what_came_in_private_although_a_group_asked_for_it_is_not_shown_there(db, rendered):
    job = await rendered("c", chat_id=OLD)
    async with db.transaction() as tx:
        await tx.results.delivered(
            job.id, 1, file_id="f", file_unique_id="u", chat_id=1, message_id=1, at=4.0
        )
        assert await tx.results.shown_in(1, OLD, (job.id, 1), 5) == []


async def test_a_card_is_behind_until_it_shows_the_newest_votes(db):
    poll, other = await begin(db), await begin(db)

    async def behind():
        async with db.reading() as tx:
            return [(one.id, one.version) for one in await tx.polls.behind(10)]

    async with db.transaction() as tx:
        await tx.polls.vote(poll.id, 2, 1, 2.0)
        await tx.polls.vote(other.id, 2, 1, 2.0)
        await tx.polls.set_card(poll.id, 55)
    # Nobody knows where the other one's card is.
    assert await behind() == [(poll.id, 1)]
    async with db.transaction() as tx:
        await tx.polls.vote(poll.id, 2, 1, 3.0)
        await tx.polls.vote(poll.id, 2, 2, 3.0)
        await tx.polls.shown(poll.id, 1)
    assert await behind() == [(poll.id, 2)]
    async with db.transaction() as tx:
        await tx.polls.close(poll.id, 1, 4.0)
        await tx.polls.shown(poll.id, 2)
    assert await behind() == [(poll.id, 3)]
    async with db.transaction() as tx:
        await tx.polls.shown(poll.id, 3)
        await tx.polls.shown(poll.id, 1)
    assert await behind() == []


async def test_drafts_of_a_person_and_of_a_chat(db):
    async with db.transaction() as tx:
        for chat, user in ((OLD, 1), (OLD, 2), (1, 1)):
            await tx.drafts.save(chat, user, None, {"of": user}, 1.0, expected_version=None)
        mine = await tx.drafts.of_user(1)
        here = await tx.drafts.in_chat(OLD)
    assert {row.chat_id for row in mine} == {OLD, 1}
    assert {row.user_id for row in here} == {1, 2}
