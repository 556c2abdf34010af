"""What is stored comes back the same from either database, whatever it is."""

import pytest

from storage.cleaning import clean_json, clean_text
from storage.ledger import LARGEST_AMOUNT
from storage.notices import NewNotice

BIG = 2**52 - 1
GROUP = -1_001_234_567_890
WORDS = "caf\xe9 \N{SNOWMAN} \U0001f469\u200d\U0001f3a4 \u0627\u0644 ' \" \\ %s :x {}"


async def test_ids_beyond_32_bits(db, new_job):
    async with db.transaction() as tx:
        await tx.users.seen(BIG, "en", 1.0)
        await tx.ledger.grant(BIG, LARGEST_AMOUNT, key="g", reason=None, at=1.0)
        await tx.ledger.grant(BIG, LARGEST_AMOUNT, key="h", reason=None, at=1.0)
        made = await tx.jobs.add(new_job(user=BIG, chat_id=GROUP, reply_to=2**31 + 5), 1.0)
        await tx.updates.add(BIG, [(2**40, "x")], 1.0)
    async with db.reading() as tx:
        job = await tx.jobs.get(made.id)
        assert (job.user_id, job.chat_id, job.reply_to) == (BIG, GROUP, 2**31 + 5)
        assert (await tx.ledger.balance(BIG)).available == 2 * LARGEST_AMOUNT
        assert [u.update_id for u in await tx.updates.undone(BIG)] == [2**40]


async def test_a_picture_of_three_megabytes(db, working):
    body = bytes(range(256)) * 12_000
    job = await working()
    async with db.transaction() as tx:
        await tx.results.add(job.id, 1, body, "image/jpeg", 1, 1, 1.0)
    async with db.reading() as tx:
        assert await tx.results.body(job.id, 1) == body


async def test_words_of_every_language(db, new_job):
    request = {"words": WORDS, WORDS: [WORDS, 1, 2.5, None, True, {"deep": {}}], "long": "x" * 100_000}
    async with db.transaction() as tx:
        job = await tx.jobs.add(new_job(request=request), 1.0)
        look = await tx.looks.keep(1, {}, WORDS, 1.0)
        await tx.looks.rename(1, look.id, WORDS)
        await tx.updates.add(1, [(1, WORDS)], 1.0)
        await tx.notices.add(NewNotice(WORDS, 1, 1, "failed", {"text": WORDS}), 1.0)
    async with db.reading() as tx:
        assert (await tx.jobs.get(job.id)).request == request
        assert (await tx.looks.newest(1)).name == WORDS
        assert [u.payload for u in await tx.updates.undone(1)] == [WORDS]
        assert [n.params for n in await tx.notices.due(5.0)] == [{"text": WORDS}]


async def test_ids_of_any_length(db, working):
    """SQLite never cared for the length of a text; a paid job must not fail for it on PostgreSQL."""
    job = await working()
    async with db.transaction() as tx:
        call = await tx.submissions.add(job.id, 1, "tryiton", "k", job.epoch, 2.0)
        await tx.submissions.begin(call.id, epoch=job.epoch, sent_at=2.0, slot_until=9.0)
        stored = await tx.submissions.accepted(call.id, epoch=job.epoch, provider_job_id="i" * 2000, at=3.0)
    assert stored.provider_job_id == "i" * 2000


async def test_an_update_with_an_escaped_nul_is_stored_as_it_came(db):
    payload = '{"message": {"text": "a\\u0000b \\ud800"}}'
    async with db.transaction() as tx:
        await tx.updates.add(1, [(1, payload)], 1.0)
    async with db.reading() as tx:
        assert [u.payload for u in await tx.updates.undone(1)] == [payload]


async def test_what_no_database_can_store_is_replaced(db, new_job):
    spoilt = "a\0b\ud800c\ud83d\ude00"
    async with db.transaction() as tx:
        job = await tx.jobs.add(new_job(request={spoilt: [spoilt]}), 1.0)
        await tx.users.seen(1, spoilt, 1.0)
    async with db.reading() as tx:
        clean = "a\ufffdb\ufffdc\U0001f600"
        assert (await tx.jobs.get(job.id)).request == {clean: [clean]}
        assert (await tx.users.get(1)).telegram_language == clean


async def test_moments_keep_their_microseconds(db):
    moment = 1_700_000_000.123456
    async with db.transaction() as tx:
        await tx.users.seen(1, None, moment)
        user, _ = await tx.users.seen(1, None, 2_000_000_000)
    assert (user.created_at, user.seen_at) == (moment, 2_000_000_000.0)
    assert isinstance(user.seen_at, float)


@pytest.mark.parametrize("text", ["", "plain", WORDS])
def test_clean_text_stays_as_it_is(text):
    assert clean_text(text) == text


def test_other_values_stay_as_they_are():
    assert clean_json({"a": (1, 2.5, None, True)}) == {"a": [1, 2.5, None, True]}
