"""The tables. Times are Unix seconds, amounts are whole credits; a migration accompanies each change."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from storage.column_types import BigId, Json, Moment, Words, one_of, partial_index
from storage.states import EntryKind, JobState, NoticeState, OrderState, ResultState, SubmissionState

# The revision this code works with; a test compares it with the newest migration.
HEAD = "0001"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

updates = Table(
    "updates",
    metadata,
    Column("seq", BigId, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("payload", Words),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("set_aside_at", Moment),
    UniqueConstraint("bot_id", "update_id"),
    partial_index("ix_updates_undone", "bot_id", "seq", where="done_at IS NULL AND set_aside_at IS NULL"),
    partial_index("ix_updates_set_aside", "bot_id", where="done_at IS NULL AND set_aside_at IS NOT NULL"),
    partial_index("ix_updates_done", "done_at", where="done_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("language", Words),
    Column("telegram_language", Words),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("blocked_at", Moment),
    # How pictures asked for in groups come: NULL openly, else "spoiler" or "private".
    Column("group_delivery", Words),
    # What the next words or photo in the private chat are for, and until when; NULL: a try-on.
    Column("expects", Words),
    Column("expects_until", Moment),
    # What groups call the person; noted only where they use the bot in one.
    Column("name", Words),
    partial_index("ix_users_named", "seen_at", where="name IS NOT NULL"),
)

consents = Table(
    "consents",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.user_id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("given_at", Moment, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("photo", Json, nullable=False),
    Column("file_unique_id", Words, nullable=False),
    Column("name", Words),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    # When the person added it themselves; NULL: it was kept with a try-on.
    Column("added_at", Moment),
    UniqueConstraint("user_id", "file_unique_id"),
    Index(None, "user_id", "used_at"),
    Index(None, "used_at"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger),
    Column("state", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_version", Integer, nullable=False, server_default=text("0")),
    Column("message_id", BigInteger),
    Column("updated_at", Moment, nullable=False),
    Index(None, "updated_at"),
    Index(None, "user_id"),
    partial_index("ix_drafts_unasked", "updated_at", where="asked_version < version"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("reply_to", BigInteger),
    Column("card_message_id", BigInteger),
    Column("confirmation_id", Words, nullable=False, unique=True),
    Column("ability", Words, nullable=False),
    Column("request", Json, nullable=False),
    Column("price", Integer, nullable=False),
    Column("outputs", Integer, nullable=False, server_default=text("1")),
    Column("state", one_of(JobState, "state"), nullable=False),
    Column("failure", Words),
    Column("epoch", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("working_at", Moment),
    Column("rendered_at", Moment),
    Column("ended_at", Moment),
    Column("kept_until", Moment),
    Column("language", Words),
    Column("forgotten_at", Moment),
    # Paid calls that it takes one after another, and the one that is next or under way.
    Column("steps", Integer, nullable=False, server_default=text("1")),
    Column("step", Integer, nullable=False, server_default=text("1")),
    # The same photos and choices have the same key, so that a picture made before is found.
    Column("wish_key", Words),
    # How its picture is shown: NULL openly, else "spoiler".
    Column("presentation", Words),
    # In a group: the name of the person whom its messages are for.
    Column("addressee", Words),
    CheckConstraint("price >= 0", name="price_not_negative"),
    CheckConstraint("outputs > 0", name="outputs_positive"),
    CheckConstraint("step > 0 AND step <= steps", name="step_within_steps"),
    CheckConstraint(
        "(state IN ('delivered', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_at_with_end"
    ),
    Index(None, "state", "id"),
    Index(None, "state", "created_at"),
    Index(None, "user_id", "state"),
    Index(None, "user_id", "id"),
    partial_index("ix_jobs_wish", "user_id", "wish_key", where="wish_key IS NOT NULL"),
    partial_index("ix_jobs_groups", "chat_id", where="chat_id < 0"),
    partial_index("ix_jobs_unforgotten", "ended_at", where="ended_at IS NOT NULL AND forgotten_at IS NULL"),
    sqlite_autoincrement=True,
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("job_id", BigInteger, ForeignKey("jobs.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("provider", Words, nullable=False),
    Column("key_fingerprint", Words, nullable=False),
    Column("state", one_of(SubmissionState, "state"), nullable=False),
    Column("provider_job_id", Words),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("accepted_at", Moment),
    Column("ended_at", Moment),
    Column("slot_until", Moment),
    Column("error", Words),
    Column("epoch", BigInteger, nullable=False),
    UniqueConstraint("job_id", "step", "attempt"),
    partial_index(
        "uq_submissions_provider_job",
        "provider",
        "provider_job_id",
        where="provider_job_id IS NOT NULL",
        unique=True,
    ),
    Index(None, "provider", "key_fingerprint", "sent_at"),
    Index(None, "state", "id"),
    Index(None, "provider", "key_fingerprint", "state", "slot_until"),
    sqlite_autoincrement=True,
)

# A result that can still be found somewhere.
SOMETHING_KEPT = "file_id IS NOT NULL OR source_url IS NOT NULL OR document_file_id IS NOT NULL"

results = Table(
    "results",
    metadata,
    Column("job_id", BigInteger, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("media_type", Words, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("state", one_of(ResultState, "state"), nullable=False),
    Column("file_id", Words),
    Column("file_unique_id", Words),
    # Where the provider keeps the original for a while, and the file made of it once somebody asked.
    Column("source_url", Words),
    Column("document_file_id", Words),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    # Last, so that reading the rest of a row never walks through a picture's pages.
    Column("body", LargeBinary),
    CheckConstraint("n > 0", name="n_positive"),
    CheckConstraint("body IS NULL OR state IN ('rendered', 'delivering')", name="body_until_delivered"),
    partial_index("ix_results_remembered", "created_at", where=SOMETHING_KEPT),
)

accounts = Table(
    "accounts",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("available", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    CheckConstraint("available >= 0", name="available_not_negative"),
    CheckConstraint("held >= 0", name="held_not_negative"),
)

# What each kind of entry does to the two sums.
DELTAS_OF_KIND = (
    "CASE kind"
    " WHEN 'hold' THEN available_delta < 0 AND held_delta = -available_delta AND job_id IS NOT NULL"
    " WHEN 'capture' THEN available_delta = 0 AND held_delta < 0 AND job_id IS NOT NULL"
    " WHEN 'release' THEN available_delta > 0 AND held_delta = -available_delta AND job_id IS NOT NULL"
    " WHEN 'refund' THEN available_delta < 0 AND held_delta = 0"
    " WHEN 'adjust' THEN available_delta <> 0 AND held_delta = 0"
    " ELSE available_delta > 0 AND held_delta = 0 END"
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("accounts.user_id"), nullable=False),
    Column("kind", one_of(EntryKind, "kind"), nullable=False),
    Column("available_delta", BigInteger, nullable=False),
    Column("held_delta", BigInteger, nullable=False),
    Column("key", Words, nullable=False, unique=True),
    Column("job_id", BigInteger, ForeignKey("jobs.id")),
    Column("reason", Words),
    Column("at", Moment, nullable=False),
    CheckConstraint(
        DELTAS_OF_KIND,
        name="deltas_of_kind",
    ),
    Index(None, "user_id", "id"),
    Index(None, "job_id"),
    sqlite_autoincrement=True,
)

orders = Table(
    "orders",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("payload", Words, nullable=False, unique=True),
    Column("credits", Integer, nullable=False),
    Column("stars", Integer, nullable=False),
    Column("state", one_of(OrderState, "state"), nullable=False),
    Column("charge_id", Words, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("refunded_at", Moment),
    CheckConstraint("credits > 0", name="credits_positive"),
    CheckConstraint("stars > 0", name="stars_positive"),
    Index(None, "user_id", "id"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("cause", Words, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("reply_to", BigInteger),
    Column("edit_message_id", BigInteger),
    Column("kind", Words, nullable=False),
    Column("params", Json, nullable=False),
    Column("state", one_of(NoticeState, "state"), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("epoch", BigInteger, nullable=False),
    Index(None, "state", "not_before"),
    sqlite_autoincrement=True,
)

favourites = Table(
    "favourites",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("haircut", Words, primary_key=True),
    Column("at", Moment, nullable=False),
)

# What a person said of a picture; ``credits`` is what was given back for it.
feedback = Table(
    "feedback",
    metadata,
    Column("job_id", BigInteger, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("credits", Integer, nullable=False, server_default=text("0")),
    Column("at", Moment, nullable=False),
    CheckConstraint("credits >= 0", name="credits_not_negative"),
    Index(None, "user_id", "at"),
    Index(None, "at"),
)

# Deep links that the operator made: a garment's photo or a haircut, opened with one tap.
links = Table(
    "links",
    metadata,
    Column("token", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("target", Json, nullable=False),
    Column("title", Words),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("opened", Integer, nullable=False, server_default=text("0")),
    Column("disabled_at", Moment),
    Index(None, "created_by", "created_at"),
)

# Vote cards in groups: ``choices`` are the pictures to choose from.
polls = Table(
    "polls",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    Column("user_id", BigInteger, nullable=False),
    Column("choices", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("shown_version", Integer, nullable=False, server_default=text("0")),
    Index(None, "created_at"),
    Index(None, "user_id"),
    Index(None, "chat_id"),
    partial_index("ix_polls_behind", "message_id", where="shown_version < version"),
    sqlite_autoincrement=True,
)

votes = Table(
    "votes",
    metadata,
    Column("poll_id", BigInteger, ForeignKey("polls.id"), primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("choice", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

lease = Table(
    "lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("acquired_at", Moment),
    CheckConstraint("id = 1", name="single_row"),
)
