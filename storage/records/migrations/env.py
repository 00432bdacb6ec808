"""Runs revisions on the connection and for the tables that `storage.records.migrate` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    # SQLite changes a table by copying it.
    render_as_batch=True,
    # SQLite can change tables inside a transaction; Alembic doubts it because of its driver's habits, which
    # `storage.records.database` turns off.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
