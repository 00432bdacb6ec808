"""Count who lost redundancy."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.add_column("incident", sa.Column("degraded_agencies", _WHOLE, nullable=False, server_default="0"))
    op.execute(
        "UPDATE incident SET degraded_agencies = (SELECT count(DISTINCT weak.object) FROM incident_impact weak "
        "WHERE weak.incident = incident.id AND weak.kind = 'degraded_agency' AND weak.until_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM incident_impact cut WHERE cut.incident = incident.id AND cut.kind = 'agency' "
        "AND cut.object = weak.object AND cut.until_at IS NULL))"
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("incident", "degraded_agencies")
