"""No query of a repository reads a growing table from end to end."""

import inspect
import json
import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import event

from storage.feedback import Verdict
from storage.jobs import JobState
from storage.lease import BrainLease
from storage.notices import NewNotice
from storage.postgresql import connect
from storage.schema import metadata
from storage.submissions import SubmissionState
from storage.urls import sqlite_file

REPOSITORIES = (
    *("counts", "drafts", "favourites", "feedback", "jobs", "lease", "ledger", "links", "looks"),
    *("notices", "polls", "results"),
    *("submissions", "updates", "users"),
)
# Indexes that hold only rows which wait for something: reading one whole is reading the backlog.
BACKLOG_INDEXES = ("ix_updates_undone", "ix_updates_set_aside", "ix_drafts_unasked")
ONE_ROW = {"lease"}


class Recorder:
    """Notes each statement, and which methods of the repositories were called."""

    def __init__(self):
        self.statements = {}
        self.called = set()

    def listen(self, engine):
        event.listen(engine.sync_engine, "before_cursor_execute", self.note)

    def note(self, _connection, _cursor, statement, parameters, _context, _many):
        if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            self.statements[statement] = parameters

    def watch(self, monkeypatch, tx):
        for name in REPOSITORIES:
            kind = type(getattr(tx, name))
            for method in methods(kind):
                monkeypatch.setattr(kind, method, self.watched(name, method, getattr(kind, method)))

    def watched(self, repository, method, real):
        async def call(*args, **kwargs):
            self.called.add(f"{repository}.{method}")
            return await real(*args, **kwargs)

        return call


def methods(kind):
    return [n for n, f in inspect.getmembers(kind, inspect.iscoroutinefunction) if not n.startswith("_")]


async def use_jobs(tx, job):
    mine = {"epoch": job.epoch}
    await tx.jobs.get(job.id)
    await tx.jobs.by_confirmation("c1")
    await tx.jobs.count_open(1)
    await tx.jobs.open_of(1)
    await tx.jobs.in_states([JobState.QUEUED, JobState.WORKING])
    await tx.jobs.lock(job.id)
    await tx.jobs.set_card(job.id, 5)
    await tx.jobs.move(job.id, **mine, source="queued", target=JobState.WORKING, at=2.0)
    call = await tx.submissions.add(job.id, 1, "tryiton", "k", job.epoch, 2.0)
    await tx.submissions.get(call.id)
    await tx.submissions.latest(job.id)
    await tx.submissions.open()
    await tx.submissions.begin(call.id, **mine, sent_at=2.0, slot_until=9.0)
    await tx.submissions.accepted(call.id, **mine, provider_job_id="p", at=2.0)
    await tx.submissions.end(call.id, **mine, source="processing", target=SubmissionState.DONE, at=3.0)
    await tx.submissions.of_job(job.id)
    await tx.submissions.slots_in_use("tryiton", "k", 5.0)
    await tx.submissions.sent_since("tryiton", "k", 1.0)
    await tx.submissions.of_key("tryiton", "k", 1.0)
    await tx.submissions.last_accepted("tryiton", "k")
    await tx.jobs.advance(job.id, **mine, step=7)
    await tx.jobs.move(job.id, **mine, source="working", target=JobState.RENDERED, at=3.0, step=1)
    await tx.jobs.keep(job.id, job.epoch, 9.0)
    await tx.jobs.kept_for(1)
    await tx.jobs.made_before(1, "k")
    await tx.jobs.remembered(1, ["clothes", "outfit"], 50)
    await tx.jobs.move_chat(-1, -2)


async def use_results(tx, job):
    await tx.results.add(job.id, 1, b"x", "image/jpeg", 1, 1, 3.0)
    await tx.results.body(job.id, 1)
    await tx.results.of_job(job.id)
    await tx.results.find(job.id, 1)
    await tx.results.shown_in(1, -1, (job.id, 1), 2)
    await tx.results.delivering(job.id, 1)
    placed = {"file_id": "f", "file_unique_id": "u", "chat_id": 1, "message_id": 1}
    await tx.results.delivered(job.id, 1, **placed, at=4.0)
    await tx.results.add_sheet(replace(await tx.results.find(job.id, 1), n=2))
    await tx.results.keep_document(job.id, 1, "d")
    await tx.results.drop(job.id, 1, 4.0)
    await tx.ledger.capture(job.id, 0, 1, at=4.0)
    await tx.ledger.release(job.id, 0, 1, at=4.0)
    await tx.ledger.lock(1)
    await tx.ledger.captured(job.id, 0)
    await tx.ledger.goodwill(job.id, 0, at=4.0)
    await tx.feedback.say(job.id, 1, 1, Verdict.UP, 4.0)
    await tx.feedback.find(job.id, 1)
    await tx.feedback.given_since(1, 1.0)
    await tx.feedback.forget(1.0)
    await tx.jobs.move(job.id, epoch=job.epoch, source="rendered", target=JobState.DELIVERED, at=4.0)
    await tx.results.recent_of(1, 5)
    await tx.results.recent_of(1, 5, (job.id, 1))
    await tx.jobs.made_before(1, "same")
    await tx.jobs.lock_over_of(1)
    await tx.jobs.rewrite(job.id, {})
    await tx.results.delete_of_job(job.id, 1)
    await tx.jobs.forget_one(job.id, 4.0)
    await tx.results.forget(9.0)
    await tx.jobs.forget(9.0, 9.0)


async def use_ledger(tx, new):
    await tx.ledger.grant(1, 5, key="g", reason=None, at=1.0)
    await tx.ledger.take(1, 1, key="t", reason=None, at=1.0)
    job = await tx.jobs.add(new, 1.0)
    await tx.ledger.hold(1, job.id, 1, at=1.0)
    await tx.ledger.balance(1)
    await tx.ledger.entries(1)
    await tx.ledger.entries_of_job(job.id)
    return job


async def use_people(tx):
    for _ in range(2):
        await tx.users.seen(1, "en", 1.0)
    await tx.users.get(1)
    await tx.users.set_language(1, "es")
    await tx.users.consent(1, 1, 1.0)
    await tx.users.expect(1, "look", 9.0)
    await tx.users.expected(1, 2.0)
    await tx.users.set_blocked(1, None)
    await tx.users.set_name(1, "A")
    await tx.users.set_group_delivery(1, "spoiler")
    await tx.users.forget_names(1.0)
    look = await tx.looks.keep(1, {}, "a", 1.0)
    await tx.looks.newest(1)
    await tx.looks.all(1)
    await tx.looks.count(1)
    await tx.looks.rename(1, look.id, "x")
    await tx.looks.delete(1, look.id)
    await tx.looks.forget(1.0)
    await tx.favourites.add(1, "Afro", 1.0)
    await tx.favourites.of(1)
    await tx.favourites.remove(1, "Afro")
    await tx.links.add("t", "garment", {}, None, 1, 1.0)
    await tx.links.find("t")
    await tx.links.open("t")
    await tx.links.of_creator(1, 5)
    await tx.links.disable("t", 1, 2.0)
    await tx.drafts.save(1, 1, None, {}, 1.0, expected_version=None)
    await tx.drafts.save(1, 1, None, {}, 1.0, expected_version=1)
    await tx.drafts.get(1, 1)
    await tx.drafts.of_user(1)
    await tx.drafts.in_chat(1)
    await tx.drafts.asked(1, 1, 2, 5, 1.0)
    await tx.drafts.forget_question(1, 1)
    await tx.drafts.unasked(5.0, 10)
    await tx.drafts.delete(1, 1)
    await tx.drafts.forget(1.0)


async def use_mail(tx):
    await tx.updates.add(1, [(1, "x")], 1.0)
    await tx.updates.undone(1)
    await tx.updates.count_attempt(1, 1)
    await tx.updates.set_aside(1, 1, 1.0)
    await tx.updates.mark_done(1, 1, 1.0)
    await tx.updates.was_quiet(0.5)
    await tx.updates.forget_done(0.5)
    await tx.updates.forget_set_aside(0.5)
    notice = await tx.notices.add(NewNotice("x", 1, 1, "failed", {}), 1.0)
    await tx.notices.get(notice.id)
    await tx.notices.due(5.0)
    await tx.notices.sending(notice.id, notice.epoch)
    await tx.notices.interrupted()
    await tx.notices.move_chat(-1, -2)
    await tx.notices.again(notice.id, 6.0)
    await tx.notices.sent(notice.id, 1.0)
    await tx.notices.drop(notice.id)
    await tx.notices.forget(1.0)
    await tx.counts.backlog(1)


async def use_polls(tx):
    poll = await tx.polls.add(-1, None, 1, [[1, 1], [2, 1]], 1.0)
    await tx.polls.get(poll.id)
    await tx.polls.of_user(1)
    await tx.polls.set_card(poll.id, 5)
    await tx.polls.vote(poll.id, 2, 1, 1.0)
    await tx.polls.tally(poll.id)
    await tx.polls.close(poll.id, 1, 2.0)
    await tx.polls.behind(5)
    await tx.polls.shown(poll.id, 1)
    await tx.polls.move_chat(-1, -2)
    await tx.polls.delete(poll.id)
    await tx.polls.forget(1.0)


@pytest.fixture
async def recorder(db, new_job, monkeypatch):
    """Every method of every repository, called once."""
    recorder = Recorder()
    recorder.listen(db._writing)
    async with db.transaction() as tx:
        recorder.watch(monkeypatch, tx)
    lease = BrainLease(db)
    await lease.acquire()
    async with db.transaction() as tx:
        job = await use_ledger(tx, new_job())
        await use_jobs(tx, job)
        await use_results(tx, job)
        await use_people(tx)
        await use_mail(tx)
        await use_polls(tx)
        await tx.jobs.cancel((await tx.jobs.add(new_job("c2"), 1.0)).id, 1, 1.0)
    await lease.release()
    return recorder


def plan(raw, statement, parameters):
    return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def reads_all(step):
    """Whether a step of a plan reads a growing table from end to end."""
    words = step.split()
    if words[0] != "SCAN" or words[1] not in set(metadata.tables) - ONE_ROW:
        return False
    return not any(index in words for index in BACKLOG_INDEXES)


async def test_every_method_is_tried(db, recorder):
    async with db.transaction() as tx:
        every = {f"{name}.{method}" for name in REPOSITORIES for method in methods(type(getattr(tx, name)))}
        assert set(vars(tx)) == {*REPOSITORIES, "link"}
    assert recorder.called == every


@pytest.mark.usefixtures("sqlite_only")
async def test_no_query_reads_a_growing_table_from_end_to_end(db, recorder):
    raw = sqlite3.connect(sqlite_file(db.url))
    plans = {sql: plan(raw, sql, parameters) for sql, parameters in recorder.statements.items()}
    raw.close()
    assert len(plans) > 60
    assert {sql: steps for sql, steps in plans.items() if any(map(reads_all, steps))} == {}


def nodes(plan):
    return [plan, *(inner for child in plan.get("Plans", []) for inner in nodes(child))]


def reads_all_in_postgresql(node):
    """Whether a step of a plan reads a growing table, or an index of one, from end to end."""
    if "Scan" not in node["Node Type"] or node.get("Relation Name") in ONE_ROW:
        return False
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] in metadata.tables
    index = node.get("Index Name")
    return index is not None and "Index Cond" not in node and index not in BACKLOG_INDEXES


@pytest.mark.usefixtures("postgresql_only")
async def test_no_query_reads_a_growing_table_from_end_to_end_in_postgresql(db, recorder):
    """Tables are small here, so reading them whole is made unattractive: what is left has no index."""
    found = {}
    connection = await connect(db.url)
    try:
        await connection.execute("SET enable_seqscan = off")
        for sql, parameters in recorder.statements.items():
            (plan,) = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *parameters))
            found[sql] = [node for node in nodes(plan["Plan"]) if reads_all_in_postgresql(node)]
    finally:
        await connection.close()
    assert len(found) > 60
    assert {sql: steps for sql, steps in found.items() if steps} == {}


@pytest.mark.parametrize(
    ("node", "verdict"),
    [
        ({"Node Type": "Seq Scan", "Relation Name": "jobs"}, True),
        ({"Node Type": "Seq Scan", "Relation Name": "lease"}, False),
        ({"Node Type": "Index Scan", "Relation Name": "jobs", "Index Name": "pk_jobs"}, True),
        ({"Node Type": "Index Scan", "Index Name": "pk_jobs", "Index Cond": "(id = 1)"}, False),
        ({"Node Type": "Index Scan", "Relation Name": "drafts", "Index Name": "ix_drafts_unasked"}, False),
        ({"Node Type": "Sort"}, False),
    ],
)
def test_what_counts_as_reading_all_in_postgresql(node, verdict):
    assert reads_all_in_postgresql(node) is verdict


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        ("SCAN jobs", True),
        ("SCAN jobs USING INDEX ix_jobs_state_id", True),
        ("SEARCH jobs USING INDEX ix_jobs_state_id (state=?)", False),
        ("SCAN drafts USING INDEX ix_drafts_unasked", False),
        ("SCAN lease", False),
        ("USE TEMP B-TREE FOR ORDER BY", False),
    ],
)
def test_what_counts_as_reading_all(step, verdict):
    assert reads_all(step) is verdict
