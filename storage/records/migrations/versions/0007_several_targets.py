"""Several targets in one maintenance window: what a window is planned for may be longer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROWS = sa.table(
    "maintenance_window",
    *(
        sa.column(name)
        for name in (
            "id", "target_kind", "target_id", "starts_at", "ends_at", "ended_at", "ended_by", "reason", "author",
            "approver", "announced_at", "planned_at",
        )
    ),
)  # fmt: skip


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("maintenance_window", schema=None) as batch_op:
        batch_op.alter_column(
            "target_id", existing_type=sa.String(length=200), type_=sa.Text(), existing_nullable=False
        )


def downgrade() -> None:
    """Back to the revision before, which knows one target a window: each target becomes a window of its own.

    The first keeps the number. Of tags that are too long for the former column the window is left as a cut text, which
    stands for nothing: it silences nothing.
    """
    connection = op.get_bind()
    several = connection.execute(sa.select(_ROWS).where(_ROWS.c.target_kind == "several")).mappings().all()
    for row in several:
        first, *others = [part.strip().partition(":") for part in row["target_id"].split(";")]
        connection.execute(
            _ROWS.update().where(_ROWS.c.id == row["id"]).values(target_kind=first[0], target_id=first[2])
        )
        rest = {key: value for key, value in row.items() if key != "id"}
        for kind, _, target in others:
            connection.execute(_ROWS.insert().values({**rest, "target_kind": kind, "target_id": target}))
    op.execute("UPDATE maintenance_window SET target_id = substr(target_id, 1, 200)")
    with op.batch_alter_table("maintenance_window", schema=None) as batch_op:
        batch_op.alter_column(
            "target_id", existing_type=sa.Text(), type_=sa.String(length=200), existing_nullable=False
        )
