"""Signatures of all that a report states. Those that there were are of the cells, or of a stack's organs."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"


def upgrade() -> None:
    """Puts the hashes of all parts in the place of one."""
    # The default is for the rows that there are, which the next statement fills.
    op.add_column("signatures", sa.Column("content", sa.String(800), nullable=False, server_default=""))
    op.execute(
        "UPDATE signatures SET content = (SELECT CASE kind WHEN 'smear' THEN 'cells:' ELSE 'organs:' END "
        "FROM cases WHERE cases.id = signatures.case_id) || findings_sha256"
    )
    op.drop_column("signatures", "findings_sha256")
