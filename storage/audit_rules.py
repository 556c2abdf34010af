"""The rules of the books: each is a query that finds what breaks it, in SQL that both databases speak.

Some repeat a constraint of the schema. That is wanted: a damaged file, a hand at the console or a
wrong migration get past constraints, and the audit is there for such days.
"""

from dataclasses import dataclass

from sqlalchemy import TextualSelect, text

from storage.schema import DELTAS_OF_KIND
from storage.states import OPEN_STATES, OPEN_SUBMISSIONS, JobState


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the columns of a broken row fill the places in ``text``."""

    code: str
    text: str
    sql: str

    def query(self) -> TextualSelect:
        """Return the query that finds what breaks the rule."""
        return text(self.sql).columns()


def _list(states: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


_OPEN = _list(OPEN_STATES)
_ENDED = _list(tuple(state for state in JobState if state not in OPEN_STATES))
_OPEN_CALLS = _list(OPEN_SUBMISSIONS)

# What the ledger says about each job.
_BOOKS = """
    (SELECT job_id,
            SUM(CASE WHEN kind = 'hold' THEN held_delta ELSE 0 END) AS held,
            SUM(CASE WHEN kind IN ('capture', 'release') THEN -held_delta ELSE 0 END) AS closed,
            SUM(CASE WHEN kind = 'capture' THEN -held_delta ELSE 0 END) AS captured
       FROM ledger WHERE job_id IS NOT NULL GROUP BY job_id)
"""
_JOBS_WITH_BOOKS = f"jobs j LEFT JOIN {_BOOKS} b ON b.job_id = j.id"
# Results beyond a job's outputs are none of its pictures: what one step of a chain made for the next, or the
# sheet on which a comparison was delivered.
_DELIVERED = """
    (SELECT COUNT(*) FROM results r WHERE r.job_id = j.id AND r.n <= j.outputs AND r.state = 'delivered')
"""
_IS_CHAIN = "j.steps > j.outputs"

_ACCOUNTS = (
    Rule(
        "balance",
        "user {0} has {1} available and {2} held, but the ledger says {3} and {4}",
        """
        SELECT a.user_id, a.available, a.held, COALESCE(l.available, 0), COALESCE(l.held, 0)
          FROM accounts a
          LEFT JOIN (SELECT user_id, SUM(available_delta) AS available, SUM(held_delta) AS held
                       FROM ledger GROUP BY user_id) l ON l.user_id = a.user_id
         WHERE a.available <> COALESCE(l.available, 0) OR a.held <> COALESCE(l.held, 0)
        """,
    ),
    Rule(
        "negative",
        "user {0} has a negative balance: {1} available, {2} held",
        "SELECT user_id, available, held FROM accounts WHERE available < 0 OR held < 0",
    ),
    Rule(
        "account-missing",
        "user {0} has ledger entries but no account",
        """
        SELECT DISTINCT l.user_id FROM ledger l
         WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.user_id = l.user_id)
        """,
    ),
)

_ENTRIES = (
    Rule(
        "entry-kind",
        "ledger entry {0} ({1}) moves {2} available and {3} held, which its kind never does",
        f"SELECT id, kind, available_delta, held_delta FROM ledger WHERE NOT ({DELTAS_OF_KIND})",  # noqa: S608 - constants
    ),
    Rule(
        "entry-key",
        "ledger entry {0} ({1}) of job {2} has the key {3}",
        """
        SELECT id, kind, job_id, key FROM ledger
         WHERE (kind = 'hold' AND key <> 'hold:' || CAST(job_id AS TEXT))
            OR (kind IN ('capture', 'release') AND key NOT LIKE 'close:' || CAST(job_id AS TEXT) || ':%')
            OR (kind NOT IN ('hold', 'capture', 'release') AND job_id IS NOT NULL
                AND key NOT LIKE 'goodwill:' || CAST(job_id AS TEXT) || ':%')
            OR (key LIKE 'goodwill:%' AND (kind <> 'gift' OR job_id IS NULL))
        """,
    ),
    Rule(
        "entry-owner",
        "ledger entry {0} is booked for user {1}, but its job {2} belongs to user {3}",
        """
        SELECT l.id, l.user_id, j.id, j.user_id
          FROM ledger l JOIN jobs j ON j.id = l.job_id WHERE l.user_id <> j.user_id
        """,
    ),
    Rule(
        "entry-orphan",
        "ledger entry {0} names job {1}, which does not exist",
        """
        SELECT l.id, l.job_id FROM ledger l
         WHERE l.job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = l.job_id)
        """,
    ),
)

_HOLDS = (
    Rule(
        "hold-missing",
        "job {0} ({1}) has no hold",
        f"SELECT j.id, j.state FROM {_JOBS_WITH_BOOKS} WHERE j.price > 0 AND COALESCE(b.held, 0) = 0",  # noqa: S608 - constants
    ),
    Rule(
        "hold-amount",
        "job {0} costs {1}, but {2} was set aside",
        f"SELECT j.id, j.price, b.held FROM {_JOBS_WITH_BOOKS} WHERE b.held <> 0 AND b.held <> j.price",  # noqa: S608 - constants
    ),
    Rule(
        "hold-closed-early",
        "job {0} is still {1}, but its hold of {2} is closed",
        f"""
        SELECT j.id, j.state, b.held FROM {_JOBS_WITH_BOOKS}
         WHERE j.state IN {_OPEN} AND b.held > 0 AND b.closed >= b.held
        """,  # noqa: S608 - constants
    ),
    Rule(
        "hold-left",
        "job {0} ended ({1}) at a price of {2}, but {3} was closed",
        f"""
        SELECT j.id, j.state, j.price, COALESCE(b.closed, 0) FROM {_JOBS_WITH_BOOKS}
         WHERE j.state IN {_ENDED} AND COALESCE(b.closed, 0) <> j.price
        """,  # noqa: S608 - constants
    ),
    Rule(
        "hold-overclosed",
        "job {0} set {1} aside, but closed {2}",
        f"SELECT j.id, b.held, b.closed FROM {_JOBS_WITH_BOOKS} WHERE b.closed > b.held",  # noqa: S608 - constants
    ),
    Rule(
        "captured-for-nothing",
        "job {0} ended without a picture ({1}), but {2} was captured",
        f"""
        SELECT j.id, j.state, b.captured FROM {_JOBS_WITH_BOOKS}
         WHERE j.state IN ('failed', 'cancelled') AND b.captured > 0
        """,  # noqa: S608 - constants
    ),
    # Each picture costs its share; where the price cannot be shared evenly, only the extremes are certain.
    Rule(
        "captured-wrongly",
        "job {0} delivered {1} of {2} pictures at a price of {3}, but {4} was captured",
        f"""
        SELECT * FROM (
            SELECT j.id, {_DELIVERED} AS delivered, j.outputs, j.price, COALESCE(b.captured, 0) AS captured
              FROM {_JOBS_WITH_BOOKS} WHERE j.state = 'delivered') d
         WHERE delivered > 0 AND CASE
             WHEN delivered >= outputs THEN captured <> price
             WHEN price % outputs = 0 THEN captured * outputs <> price * delivered
             ELSE captured <= 0 OR captured >= price END
        """,  # noqa: S608 - constants
    ),
)

_PICTURES = (
    Rule(
        "delivered-nothing",
        "job {0} is delivered, but none of its pictures is",
        f"SELECT j.id FROM jobs j WHERE j.state = 'delivered' AND {_DELIVERED} = 0",  # noqa: S608 - constants
    ),
    Rule(
        "rendered-nothing",
        "job {0} is {1}, but has no picture",
        """
        SELECT j.id, j.state FROM jobs j WHERE j.state IN ('rendered', 'delivering')
           AND NOT EXISTS (SELECT 1 FROM results r WHERE r.job_id = j.id AND r.n <= j.outputs)
        """,
    ),
    Rule(
        "body-kept",
        "picture {1} of job {0} is {2}, but its bytes are still there",
        "SELECT job_id, n, state FROM results WHERE body IS NOT NULL AND state IN ('delivered', 'dropped')",
    ),
    Rule(
        "body-missing",
        "picture {1} of job {0} is {2}, but its bytes are gone",
        "SELECT job_id, n, state FROM results WHERE body IS NULL AND state IN ('rendered', 'delivering')",
    ),
    Rule(
        "result-left",
        "picture {1} of job {0} is still {2}, but the job ended ({3})",
        f"""
        SELECT r.job_id, r.n, r.state, j.state FROM results r JOIN jobs j ON j.id = r.job_id
         WHERE r.state IN ('rendered', 'delivering') AND j.state IN {_ENDED}
        """,  # noqa: S608 - constants
    ),
    Rule(
        "sheet-odd",
        "result {1} of job {0} ({3}) is none of its pictures and no sheet of them, but {2}",
        f"""
        SELECT r.job_id, r.n, r.state, j.state FROM results r JOIN jobs j ON j.id = r.job_id
         WHERE NOT {_IS_CHAIN} AND r.n > j.outputs
           AND (r.n > j.outputs + 1 OR j.steps < 2 OR r.state <> 'delivered' OR j.state <> 'delivered')
        """,  # noqa: S608 - constants
    ),
    Rule(
        "result-orphan",
        "picture {1} names job {0}, which does not exist",
        """
        SELECT r.job_id, r.n FROM results r WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = r.job_id)
        """,
    ),
)

# What came back for a picture that was no good, by the two numbers in the key of its entry.
_GOODWILL = """
    (SELECT l.id, l.job_id, r.n, r.state, l.available_delta AS given, l.key FROM ledger l
       LEFT JOIN results r ON r.job_id = l.job_id
                          AND l.key = 'goodwill:' || CAST(r.job_id AS TEXT) || ':' || CAST(r.n AS TEXT)
      WHERE l.key LIKE 'goodwill:%')
"""

_GIVEN_BACK = (
    Rule(
        "goodwill-for-nothing",
        "ledger entry {0} gives {1} back under the key {2}, but no such picture was delivered",
        f"SELECT id, given, key FROM {_GOODWILL} g WHERE state IS NULL OR state <> 'delivered'",  # noqa: S608 - constants
    ),
    Rule(
        "goodwill-excess",
        "ledger entry {0} gives {1} back for picture {3} of job {2}, which cost {4}",
        f"""
        SELECT g.id, g.given, g.job_id, g.n, COALESCE(-c.held_delta, 0) FROM {_GOODWILL} g
          LEFT JOIN ledger c ON c.kind = 'capture'
                            AND c.key = 'close:' || CAST(g.job_id AS TEXT) || ':' || CAST(g.n AS TEXT)
         WHERE g.n IS NOT NULL AND g.given > COALESCE(-c.held_delta, 0)
        """,  # noqa: S608 - constants
    ),
    Rule(
        "goodwill-untold",
        "picture {1} of job {0} has {2} given back by what was said of it, but {3} in the ledger",
        """
        SELECT f.job_id, f.n, f.credits, COALESCE(l.available_delta, 0) FROM feedback f
          LEFT JOIN ledger l ON l.key = 'goodwill:' || CAST(f.job_id AS TEXT) || ':' || CAST(f.n AS TEXT)
         WHERE f.credits <> COALESCE(l.available_delta, 0)
        """,
    ),
)

_STEPS = (
    Rule(
        "step-skipped",
        "job {0} has come to step {1}, but only {2} of those before were called",
        """
        SELECT j.id, j.step, COUNT(DISTINCT s.step) FROM jobs j
          LEFT JOIN submissions s ON s.job_id = j.id AND s.step < j.step
                                 AND s.state IN ('done', 'failed', 'unknown', 'rejected')
         WHERE j.step > 1 GROUP BY j.id, j.step HAVING COUNT(DISTINCT s.step) < j.step - 1
        """,
    ),
    Rule(
        "step-ahead",
        "submission {0} is for step {1}, but its job {2} has only come to step {3}",
        """
        SELECT s.id, s.step, j.id, j.step FROM submissions s JOIN jobs j ON j.id = s.job_id
         WHERE s.step > j.step
        """,
    ),
    Rule(
        "link-missing",
        "job {0} ({1}) is to go on with step {2}, but the picture of the step before is gone",
        f"""
        SELECT j.id, j.state, j.step FROM jobs j
         WHERE {_IS_CHAIN} AND j.step > 1 AND j.state IN ('queued', 'working')
           AND NOT EXISTS (SELECT 1 FROM results r WHERE r.job_id = j.id AND r.state = 'rendered'
                                                     AND r.n = j.outputs + j.step - 1)
        """,  # noqa: S608 - constants
    ),
    Rule(
        "link-left",
        "picture {1} of job {0} ({3}) was for its next step only, but is {2}",
        f"""
        SELECT r.job_id, r.n, r.state, j.state FROM results r JOIN jobs j ON j.id = r.job_id
         WHERE {_IS_CHAIN} AND r.n > j.outputs AND r.state <> 'dropped'
           AND NOT (r.state = 'rendered' AND j.state IN ('queued', 'working'))
        """,  # noqa: S608 - constants
    ),
)

_CALLS = (
    Rule(
        "submission-orphan",
        "submission {0} names job {1}, which does not exist",
        """
        SELECT s.id, s.job_id FROM submissions s
         WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = s.job_id)
        """,
    ),
    Rule(
        "submission-left",
        "submission {0} is still {1}, but its job {2} ended ({3})",
        f"""
        SELECT s.id, s.state, j.id, j.state FROM submissions s JOIN jobs j ON j.id = s.job_id
         WHERE s.state IN {_OPEN_CALLS} AND j.state IN {_ENDED}
        """,  # noqa: S608 - constants
    ),
    Rule(
        "submission-without-id",
        "submission {0} is {1}, but has no id from its provider",
        """
        SELECT id, state FROM submissions WHERE state IN ('processing', 'done') AND provider_job_id IS NULL
        """,
    ),
    Rule(
        "submission-shared-id",
        "{1} submissions to {0} have one and the same id from it",
        """
        SELECT provider, COUNT(*) FROM submissions WHERE provider_job_id IS NOT NULL
         GROUP BY provider, provider_job_id HAVING COUNT(*) > 1
        """,
    ),
    Rule(
        "submission-twice",
        "job {0} has {2} calls for step {1} that are under way or done",
        """
        SELECT job_id, step, COUNT(*) FROM submissions WHERE state IN ('submitting', 'processing', 'done')
         GROUP BY job_id, step HAVING COUNT(*) > 1
        """,
    ),
)

RULES = (*_ACCOUNTS, *_ENTRIES, *_HOLDS, *_PICTURES, *_GIVEN_BACK, *_STEPS, *_CALLS)
