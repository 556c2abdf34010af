"""Make all tables of the first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - a statement for each table and index
    op.create_table(
        "accounts",
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("available >= 0", name=op.f("ck_accounts_available_not_negative")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_accounts_held_not_negative")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "drafts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name=op.f("pk_drafts")),
    )
    op.create_index(
        "ix_drafts_unasked",
        "drafts",
        ["updated_at"],
        unique=False,
        sqlite_where=sa.text("asked_version < version"),
        postgresql_where=sa.text("asked_version < version"),
    )
    op.create_index(op.f("ix_drafts_updated_at"), "drafts", ["updated_at"], unique=False)
    op.create_index(op.f("ix_drafts_user_id"), "drafts", ["user_id"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("card_message_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmation_id", sa.Text(), nullable=False),
        sa.Column("ability", sa.Text(), nullable=False),
        sa.Column("request", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("outputs", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "working",
                "rendered",
                "delivering",
                "delivered",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("working_at", sa.Double(), nullable=True),
        sa.Column("rendered_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("kept_until", sa.Double(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("forgotten_at", sa.Double(), nullable=True),
        sa.Column("steps", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("wish_key", sa.Text(), nullable=True),
        sa.Column("presentation", sa.Text(), nullable=True),
        sa.Column("addressee", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('delivered', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_jobs_ended_at_with_end"),
        ),
        sa.CheckConstraint("outputs > 0", name=op.f("ck_jobs_outputs_positive")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_jobs_price_not_negative")),
        sa.CheckConstraint("step > 0 AND step <= steps", name=op.f("ck_jobs_step_within_steps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("confirmation_id", name=op.f("uq_jobs_confirmation_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_state_created_at"), "jobs", ["state", "created_at"], unique=False)
    op.create_index(op.f("ix_jobs_state_id"), "jobs", ["state", "id"], unique=False)
    op.create_index(
        "ix_jobs_unforgotten",
        "jobs",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NOT NULL AND forgotten_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NOT NULL AND forgotten_at IS NULL"),
    )
    op.create_index(op.f("ix_jobs_user_id_id"), "jobs", ["user_id", "id"], unique=False)
    op.create_index(
        "ix_jobs_groups",
        "jobs",
        ["chat_id"],
        unique=False,
        sqlite_where=sa.text("chat_id < 0"),
        postgresql_where=sa.text("chat_id < 0"),
    )
    op.create_index(op.f("ix_jobs_user_id_state"), "jobs", ["user_id", "state"], unique=False)
    op.create_index(
        "ix_jobs_wish",
        "jobs",
        ["user_id", "wish_key"],
        unique=False,
        sqlite_where=sa.text("wish_key IS NOT NULL"),
        postgresql_where=sa.text("wish_key IS NOT NULL"),
    )

    op.create_table(
        "lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("acquired_at", sa.Double(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_lease_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    )
    op.create_table(
        "looks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("photo", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("file_unique_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=False),
        sa.Column("added_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
        sa.UniqueConstraint("user_id", "file_unique_id", name=op.f("uq_looks_user_id_file_unique_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_looks_used_at"), "looks", ["used_at"], unique=False)
    op.create_index(op.f("ix_looks_user_id_used_at"), "looks", ["user_id", "used_at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("edit_message_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("cause", name=op.f("uq_notices_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_state_not_before"), "notices", ["state", "not_before"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "paid", "refunded", name="state", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("paid_at", sa.Double(), nullable=True),
        sa.Column("refunded_at", sa.Double(), nullable=True),
        sa.CheckConstraint("credits > 0", name=op.f("ck_orders_credits_positive")),
        sa.CheckConstraint("stars > 0", name=op.f("ck_orders_stars_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_orders_charge_id")),
        sa.UniqueConstraint("payload", name=op.f("uq_orders_payload")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_orders_user_id_id"), "orders", ["user_id", "id"], unique=False)

    op.create_table(
        "updates",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("done_at", sa.Double(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("set_aside_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_updates")),
        sa.UniqueConstraint("bot_id", "update_id", name=op.f("uq_updates_bot_id_update_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_updates_done",
        "updates",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.create_index(
        "ix_updates_set_aside",
        "updates",
        ["bot_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND set_aside_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NULL AND set_aside_at IS NOT NULL"),
    )
    op.create_index(
        "ix_updates_undone",
        "updates",
        ["bot_id", "seq"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND set_aside_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND set_aside_at IS NULL"),
    )

    op.create_table(
        "users",
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("telegram_language", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("blocked_at", sa.Double(), nullable=True),
        sa.Column("group_delivery", sa.Text(), nullable=True),
        sa.Column("expects", sa.Text(), nullable=True),
        sa.Column("expects_until", sa.Double(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
    )
    op.create_index(
        "ix_users_named",
        "users",
        ["seen_at"],
        unique=False,
        sqlite_where=sa.text("name IS NOT NULL"),
        postgresql_where=sa.text("name IS NOT NULL"),
    )
    op.create_table(
        "consents",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_consents_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "version", name=op.f("pk_consents")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "hold",
                "capture",
                "release",
                "purchase",
                "refund",
                "gift",
                "adjust",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("available_delta", sa.BigInteger(), nullable=False),
        sa.Column("held_delta", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "CASE kind"
            " WHEN 'hold' THEN available_delta < 0 AND held_delta = -available_delta AND job_id IS NOT NULL"
            " WHEN 'capture' THEN available_delta = 0 AND held_delta < 0 AND job_id IS NOT NULL"
            " WHEN 'release' THEN available_delta > 0 AND held_delta = -available_delta"
            " AND job_id IS NOT NULL"
            " WHEN 'refund' THEN available_delta < 0 AND held_delta = 0"
            " WHEN 'adjust' THEN available_delta <> 0 AND held_delta = 0"
            " ELSE available_delta > 0 AND held_delta = 0 END",
            name=op.f("ck_ledger_deltas_of_kind"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_ledger_job_id_jobs")),
        sa.ForeignKeyConstraint(["user_id"], ["accounts.user_id"], name=op.f("fk_ledger_user_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_job_id"), "ledger", ["job_id"], unique=False)
    op.create_index(op.f("ix_ledger_user_id_id"), "ledger", ["user_id", "id"], unique=False)

    op.create_table(
        "results",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "rendered",
                "delivering",
                "delivered",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("file_unique_id", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("document_file_id", sa.Text(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("delivered_at", sa.Double(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "body IS NULL OR state IN ('rendered', 'delivering')",
            name=op.f("ck_results_body_until_delivered"),
        ),
        sa.CheckConstraint("n > 0", name=op.f("ck_results_n_positive")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_results_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "n", name=op.f("pk_results")),
    )
    op.create_index(
        "ix_results_remembered",
        "results",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("file_id IS NOT NULL OR source_url IS NOT NULL OR document_file_id IS NOT NULL"),
        postgresql_where=sa.text(
            "file_id IS NOT NULL OR source_url IS NOT NULL OR document_file_id IS NOT NULL"
        ),
    )

    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key_fingerprint", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "submitting",
                "processing",
                "done",
                "rejected",
                "failed",
                "unknown",
                "not_sent",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("provider_job_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("accepted_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("slot_until", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_submissions_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("job_id", "step", "attempt", name=op.f("uq_submissions_job_id_step_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_submissions_provider_key_fingerprint_sent_at"),
        "submissions",
        ["provider", "key_fingerprint", "sent_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_submissions_provider_key_fingerprint_state_slot_until"),
        "submissions",
        ["provider", "key_fingerprint", "state", "slot_until"],
        unique=False,
    )
    op.create_index(op.f("ix_submissions_state_id"), "submissions", ["state", "id"], unique=False)
    op.create_index(
        "uq_submissions_provider_job",
        "submissions",
        ["provider", "provider_job_id"],
        unique=True,
        sqlite_where=sa.text("provider_job_id IS NOT NULL"),
        postgresql_where=sa.text("provider_job_id IS NOT NULL"),
    )

    op.create_table(
        "favourites",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("haircut", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "haircut", name=op.f("pk_favourites")),
    )
    op.create_table(
        "feedback",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("credits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_feedback_credits_not_negative")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_feedback_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "n", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"], unique=False)
    op.create_index(op.f("ix_feedback_user_id_at"), "feedback", ["user_id", "at"], unique=False)
    op.create_table(
        "links",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("opened", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("disabled_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_links")),
    )
    op.create_index(
        op.f("ix_links_created_by_created_at"), "links", ["created_by", "created_at"], unique=False
    )
    op.create_table(
        "polls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("closed_at", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("shown_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_polls_behind",
        "polls",
        ["message_id"],
        unique=False,
        sqlite_where=sa.text("shown_version < version"),
        postgresql_where=sa.text("shown_version < version"),
    )
    op.create_index(op.f("ix_polls_chat_id"), "polls", ["chat_id"], unique=False)
    op.create_index(op.f("ix_polls_created_at"), "polls", ["created_at"], unique=False)
    op.create_index(op.f("ix_polls_user_id"), "polls", ["user_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("poll_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_votes_poll_id_polls")),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_votes")),
    )
    op.create_index(op.f("ix_votes_at"), "votes", ["at"], unique=False)


def downgrade() -> None:
    tables = (
        "votes",
        "polls",
        "links",
        "feedback",
        "favourites",
        "submissions",
        "results",
        "ledger",
        "consents",
        "users",
        "updates",
        "orders",
        "notices",
        "looks",
        "lease",
        "jobs",
        "drafts",
        "accounts",
    )
    for table in tables:
        op.drop_table(table)
