"""States of alerts: why each is suppressed, flapping, ends that are told late."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNACKNOWLEDGED = sa.text("state = 'cleared-unacked'")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.add_column("alert", sa.Column("suppressed_reason", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("alert", sa.Column("late_clear_at", _WHOLE, nullable=True))
    op.add_column("alert", sa.Column("flap_penalty", sa.Float(), nullable=True))
    op.add_column("alert", sa.Column("flapped_at", _WHOLE, nullable=True))
    op.add_column("alert", sa.Column("flaps", _WHOLE, nullable=False, server_default="0"))
    # What ended before there was a state for it needs nobody's look any more.
    op.execute("UPDATE alert SET state = 'closed' WHERE state = 'cleared'")
    op.execute(
        "UPDATE alert SET suppressed_reason = CASE WHEN suppressed_by LIKE 'maintenance:%' THEN 'maintenance' "
        "WHEN suppressed_by LIKE 'neighbour:%' THEN 'inhibition' ELSE 'parent' END WHERE suppressed_by <> ''"
    )
    op.create_index(
        "ix_alert_unacknowledged",
        "alert",
        ["object_kind", "object_id", "rule"],
        unique=False,
        sqlite_where=_UNACKNOWLEDGED,
        postgresql_where=_UNACKNOWLEDGED,
    )


def downgrade() -> None:
    """Back to the revision before: the earlier version knows three states."""
    op.drop_index("ix_alert_unacknowledged", table_name="alert")
    op.execute("UPDATE alert SET state = 'cleared' WHERE state IN ('closed', 'cleared-unacked')")
    op.execute("UPDATE alert SET state = 'firing' WHERE state IN ('flapping', 'no_data')")
    for column in ("flaps", "flapped_at", "flap_penalty", "late_clear_at", "suppressed_reason"):
        op.drop_column("alert", column)
