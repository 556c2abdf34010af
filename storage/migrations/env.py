"""Alembic's entry point; the connection is handed in by ``storage.migrate``."""

from alembic import context

from storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot change a table in place: Alembic then copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    # Alembic thinks that SQLite cannot roll tables back. It can, as we begin transactions ourselves.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
