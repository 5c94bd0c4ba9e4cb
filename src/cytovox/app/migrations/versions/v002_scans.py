"""Finished scans of stacks, by person and day, and the secret behind the persons' pseudonyms."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"


def upgrade() -> None:
    """Makes their tables."""
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "scans",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("day", sa.Integer),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("label_origin", sa.String(16), nullable=False),
        sa.Column("organs", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], "fk_scans_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name="pk_scans"),
    )
    op.create_index("ix_scans_subject", "scans", ["subject"])
