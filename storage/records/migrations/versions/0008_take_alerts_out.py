"""Take one alert out of what gathers it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "alert_apart",
        sa.Column("alert", _WHOLE, nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name=op.f("fk_alert_apart_alert_alert")),
        sa.PrimaryKeyConstraint("alert", name=op.f("pk_alert_apart")),
    )


def downgrade() -> None:
    """Back to the revision before: what was taken out may be gathered again."""
    op.drop_table("alert_apart")
