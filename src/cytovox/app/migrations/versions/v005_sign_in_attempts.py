"""Wrong passwords, counted for all server processes together."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"


def upgrade() -> None:
    """Makes their table."""
    op.create_table(
        "sign_in_attempts",
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("free_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_sign_in_attempts"),
    )
