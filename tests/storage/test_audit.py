"""The audit finds each kind of damage, and nothing where there is none."""

import sqlite3

import pytest

from storage.audit import Audit, audit, run_audit
from storage.audit_rules import RULES
from storage.database import Database
from storage.feedback import Verdict
from storage.jobs import JobState
from storage.postgresql import connect
from storage.urls import sqlite_file


@pytest.fixture
async def books(db, confirm, rendered):
    """Right books: jobs 1 queued, 2 rendered, 3 delivered, 4 failed, 5, 6 delivered in part, 7 half way."""
    await confirm("queued", price=2)
    await rendered("rendered", price=2)
    third = await rendered("delivered", price=2)
    fourth = await confirm("failed", price=2)
    fifth = await rendered("partly", price=3, outputs=3)
    sixth = await rendered("unevenly", price=2, outputs=3)
    async with db.transaction() as tx:
        await call(tx, third, "p-3")
        await deliver(tx, third)
        await tx.ledger.capture(third.id, 0, 2, at=5.0)
        await end(tx, third, JobState.DELIVERED)
        await tx.ledger.release(fourth.id, 0, 2, at=5.0)
        await end(tx, fourth, JobState.FAILED)
        await tx.results.add(fifth.id, 2, b"second", "image/jpeg", 3, 4, 4.0)
        await tx.results.add(fifth.id, 3, b"third", "image/jpeg", 3, 4, 4.0)
        await deliver(tx, fifth)
        await deliver(tx, fifth, 2)
        await tx.results.drop(fifth.id, 3, 5.0)
        await tx.ledger.capture(fifth.id, 1, 2, at=5.0)
        await tx.ledger.release(fifth.id, 3, 1, at=5.0)
        await tx.ledger.goodwill(fifth.id, 1, at=6.0)
        await tx.feedback.say(fifth.id, 1, 1, Verdict.BAD, 6.0, credits=2)
        await end(tx, fifth, JobState.DELIVERED)
        await deliver(tx, sixth)
        await tx.ledger.capture(sixth.id, 1, 1, at=5.0)
        await tx.ledger.release(sixth.id, 2, 1, at=5.0)
        await end(tx, sixth, JobState.DELIVERED)
    chain = await confirm("chain", price=2, steps=2)
    async with db.transaction() as tx:
        await call(tx, chain, "p-7", source=JobState.QUEUED, target=None)
        await tx.results.add(chain.id, 2, b"half", "image/jpeg", 3, 4, 4.0)
        await tx.jobs.advance(chain.id, epoch=chain.epoch, step=1)
    return db


async def call(tx, job, provider_job_id, *, source=JobState.RENDERED, target=JobState.RENDERED):
    made = await tx.submissions.add(job.id, 1, "tryiton", "key", job.epoch, 2.0)
    moving = {"epoch": job.epoch}
    await tx.jobs.move(job.id, **moving, source=source, target=JobState.WORKING, at=2.0)
    await tx.submissions.begin(made.id, **moving, sent_at=2.0, slot_until=60.0)
    await tx.submissions.accepted(made.id, **moving, provider_job_id=provider_job_id, at=2.0)
    await tx.submissions.end(made.id, **moving, source="processing", target="done", at=3.0)
    if target is not None:
        await tx.jobs.move(job.id, **moving, source=JobState.WORKING, target=target, at=3.0)


async def deliver(tx, job, n=1):
    await tx.results.delivered(job.id, n, file_id="f", file_unique_id="u", chat_id=1, message_id=5, at=5.0)


async def end(tx, job, target):
    assert await tx.jobs.move(job.id, epoch=job.epoch, source=job.state, target=target, at=5.0)


async def test_right_books_give_no_finding_and_say_what_was_looked_at(books):
    assert await run_audit(books) == Audit(
        (), {"accounts": 1, "ledger": 21, "jobs": 7, "submissions": 2, "results": 7}, len(RULES)
    )


async def test_books_are_clean_only_without_findings(books, address):
    assert (await run_audit(books)).is_clean
    await damage(address, DAMAGE["balance"])
    assert not (await run_audit(books)).is_clean


async def test_free_jobs_need_no_hold(db, new_job):
    async with db.transaction() as tx:
        waiting = await tx.jobs.add(new_job("a", price=0), 1.0)
        ended = await tx.jobs.add(new_job("b", price=0), 1.0)
        await tx.results.add(ended.id, 1, b"x", "image/jpeg", 3, 4, 4.0)
        await deliver(tx, ended)
        await end(tx, ended, JobState.DELIVERED)
    assert waiting.price == 0
    assert await audit(db) == []


# What is done to the books, and the rule that notices. Constraints are off: the audit must not rely on them.
DAMAGE = {
    "balance": "UPDATE accounts SET available = available + 1",
    "negative": "UPDATE accounts SET held = -1",
    "account-missing": "DELETE FROM accounts",
    "entry-kind": "UPDATE ledger SET held_delta = held_delta + 1 WHERE key = 'grant:queued'",
    "entry-key": "UPDATE ledger SET key = 'close:77:0' WHERE key = 'close:3:0'",
    "entry-owner": "UPDATE jobs SET user_id = 7 WHERE id = 1",
    "entry-orphan": "UPDATE ledger SET job_id = 77 WHERE key = 'hold:1'",
    "hold-missing": "DELETE FROM ledger WHERE key = 'hold:1'",
    "hold-amount": "UPDATE jobs SET price = 5 WHERE id = 1",
    "hold-closed-early": "UPDATE jobs SET state = 'queued', ended_at = NULL WHERE id = 4",
    "hold-left": "DELETE FROM ledger WHERE key = 'close:4:0'",
    "hold-overclosed": "UPDATE ledger SET held_delta = -3 WHERE key = 'close:3:0'",
    "captured-for-nothing": "UPDATE jobs SET state = 'failed' WHERE id = 3",
    "captured-wrongly": ("UPDATE ledger SET kind = 'release', available_delta = 2 WHERE key = 'close:3:0'"),
    "delivered-nothing": "UPDATE results SET state = 'dropped' WHERE job_id = 3",
    "rendered-nothing": "DELETE FROM results WHERE job_id = 2",
    "body-kept": "UPDATE results SET body = x'00' WHERE job_id = 3",
    "body-missing": "UPDATE results SET body = NULL WHERE job_id = 2",
    "result-left": "UPDATE results SET state = 'rendered' WHERE job_id = 3",
    "sheet-odd": "UPDATE results SET n = 4 WHERE job_id = 5 AND n = 3",
    "result-orphan": "UPDATE results SET job_id = 77 WHERE job_id = 2",
    "goodwill-for-nothing": "UPDATE ledger SET key = 'goodwill:5:7' WHERE key = 'goodwill:5:1'",
    "goodwill-excess": "UPDATE ledger SET available_delta = 3 WHERE key = 'goodwill:5:1'",
    "goodwill-untold": "UPDATE feedback SET credits = 1",
    "step-skipped": "UPDATE submissions SET state = 'not_sent' WHERE job_id = 7",
    "step-ahead": "UPDATE submissions SET step = 2 WHERE job_id = 3",
    "link-missing": "UPDATE results SET state = 'dropped', body = NULL WHERE job_id = 7",
    "link-left": "UPDATE results SET state = 'delivered', body = NULL WHERE job_id = 7",
    "submission-orphan": "UPDATE submissions SET job_id = 77 WHERE job_id = 3",
    "submission-left": "UPDATE submissions SET state = 'processing'",
    "submission-without-id": "UPDATE submissions SET provider_job_id = NULL",
    "submission-shared-id": (
        "INSERT INTO submissions SELECT 90, 2, step, attempt, provider, key_fingerprint, 'failed',"
        " provider_job_id, created_at, sent_at, accepted_at, ended_at, slot_until, error, epoch"
        " FROM submissions WHERE job_id = 3"
    ),
    "submission-twice": (
        "INSERT INTO submissions SELECT 90, job_id, step, 2, provider, key_fingerprint, state, 'another',"
        " created_at, sent_at, accepted_at, ended_at, slot_until, error, epoch FROM submissions"
        " WHERE job_id = 3"
    ),
}


async def damage(address, statement):
    """Do something to the books that the database would refuse."""
    if address.startswith("sqlite"):
        raw = sqlite3.connect(sqlite_file(Database(address).url))
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("DROP INDEX uq_submissions_provider_job")
        raw.execute(statement)
        raw.commit()
        raw.close()
        return
    connection = await connect(Database(address).url)
    await connection.execute(WITHOUT_RULES)
    await connection.execute(statement.replace("x'00'", "'\\x00'"))
    await connection.close()


WITHOUT_RULES = """
    DROP INDEX uq_submissions_provider_job;
    DO $$ DECLARE rule record; BEGIN
        FOR rule IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
                     WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.place, rule.conname); END LOOP;
    END $$
"""


def test_every_rule_has_its_damage():
    assert [rule.code for rule in RULES] == list(DAMAGE)


@pytest.mark.parametrize("code", DAMAGE)
async def test_damage_is_found(books, address, code):
    await damage(address, DAMAGE[code])
    found = {finding.code: finding.text for finding in await audit(books)}
    assert code in found
    assert "{" not in found[code]


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (DAMAGE["balance"], "user 1 has 7 available and 6 held, but the ledger says 6 and 6"),
        (DAMAGE["hold-missing"], "job 1 (queued) has no hold"),
        (DAMAGE["hold-left"], "job 4 ended (failed) at a price of 2, but 0 was closed"),
        (DAMAGE["body-kept"], "picture 1 of job 3 is delivered, but its bytes are still there"),
    ],
)
async def test_findings_say_what_is_wrong(books, address, statement, text):
    await damage(address, statement)
    assert text in [finding.text for finding in await audit(books)]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE ledger SET key = 'goodwill:4:1' WHERE key = 'goodwill:5:1'", "entry-key"),
        ("UPDATE ledger SET kind = 'adjust' WHERE key = 'goodwill:5:1'", "entry-key"),
        ("UPDATE ledger SET job_id = NULL WHERE key = 'goodwill:5:1'", "entry-key"),
        ("UPDATE ledger SET key = 'gift' WHERE key = 'goodwill:5:1'", "entry-key"),
        ("UPDATE results SET state = 'dropped' WHERE job_id = 5 AND n = 1", "goodwill-for-nothing"),
        ("UPDATE ledger SET key = 'goodwill:5:2' WHERE key = 'goodwill:5:1'", "goodwill-excess"),
        ("DELETE FROM ledger WHERE key = 'goodwill:5:1'", "goodwill-untold"),
    ],
)
async def test_what_came_back_belongs_to_a_delivered_picture_and_is_no_more_than_it_cost(
    books, address, statement, code
):
    await damage(address, statement)
    assert code in {finding.code for finding in await audit(books)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results SET state = 'dropped' WHERE job_id = 5 AND n = 2",
        "UPDATE ledger SET kind = 'capture', available_delta = 0 WHERE key = 'close:5:3'",
        "UPDATE ledger SET kind = 'capture', available_delta = 0 WHERE key = 'close:6:2'",
        # What is beyond the outputs is none of the pictures that are paid for.
        "UPDATE results SET n = 4 WHERE job_id = 5 AND n = 2",
    ],
)
async def test_each_picture_costs_its_share(books, address, statement):
    await damage(address, statement)
    assert "captured-wrongly" in {finding.code for finding in await audit(books)}


async def test_a_finding_never_hides_another(books, address):
    await damage(address, "UPDATE results SET body = x'00' WHERE job_id IN (3, 5)")
    damages = [finding.text for finding in await audit(books) if finding.code == "body-kept"]
    assert len(damages) == 4
