"""Since when what flaps has come and gone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision. Of what flapped before nothing is known but the count."""
    op.add_column("alert", sa.Column("flapping_since", _WHOLE, nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("alert", "flapping_since")
