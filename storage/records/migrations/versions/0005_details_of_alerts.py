"""Details of alerts: what a message told after a restart needs to say as much as one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Alerts that are open now have none until they are told anew."""
    op.add_column("alert", sa.Column("details", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("alert", "details")
