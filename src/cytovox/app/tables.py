"""The tables of the database. Times that people see are ISO 8601 text; those that code compares, seconds."""

import sqlalchemy as sa

from cytovox.report.report_content import LONGEST_CONTENT

SCHEMA_VERSION = "005"
"""The newest of `migrations/versions`, which these tables agree with; a test holds the three together."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("name", sa.String(200), nullable=False),
    # The name in folded case: SQLite's own lower() knows ASCII only.
    sa.Column("name_key", sa.String(400), nullable=False),
    sa.Column("created_utc", sa.String(32), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("mpp_um", sa.Float),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("picture_media_type", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("step", sa.String(200), nullable=False),
    sa.Column("problem", sa.JSON(none_as_null=True)),
    sa.Column("counts", sa.JSON(none_as_null=True)),
    sa.Column("deleted_at", sa.Float, index=True),
    sa.Column("changed_at", sa.Float, nullable=False, index=True),
    # Last, where an update adds them: what a person says of the picture. Pseudonyms, never a patient's name.
    sa.Column("material", sa.String(16), nullable=False, server_default="blood"),
    sa.Column("subject", sa.String(64), index=True),
    sa.Column("specimen", sa.String(64), index=True),
    sa.Column("collected_on", sa.String(10)),
    sa.Index(None, "created_utc", "id"),
)

case_tags = sa.Table(
    "case_tags",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_key", sa.String(80), primary_key=True, index=True),
    sa.Column("tag", sa.String(40), nullable=False),
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("touched_at", sa.Float, nullable=False),
)

files = sa.Table(
    "files",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("sha256", sa.ForeignKey("blobs.sha256"), nullable=False, index=True),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    # Whom the queue is fair to: the case's owner, or the address that it came from.
    sa.Column("asker", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("queued_at", sa.Float, nullable=False),
    sa.Column("started_at", sa.Float),
    sa.Column("worker", sa.String(120)),
    sa.Column("lease", sa.String(32)),
    sa.Column("lease_until", sa.Float),
    sa.Index(None, "state", "queued_at"),
    sa.Index(None, "asker", "started_at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at_utc", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    # No foreign key: the trail outlives the case. It names fields, never what stood in them.
    sa.Column("case_id", sa.String(32), nullable=False, index=True),
    sa.Column("fields", sa.String(200), nullable=False),
)

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(64), nullable=False),
)

scans = sa.Table(
    "scans",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    # A pseudonym, never a patient's name or number.
    sa.Column("subject", sa.String(64), index=True),
    sa.Column("day", sa.Integer),
    sa.Column("modality", sa.String(16), nullable=False),
    sa.Column("label_origin", sa.String(16), nullable=False),
    sa.Column("organs", sa.JSON, nullable=False),
)

# What reviewers say of a case's cells, in order. Undone ones stay, so that they can be done again.
edits = sa.Table(
    "edits",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("reviewer", sa.String(64), nullable=False),
    sa.Column("at_utc", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("cell_id", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False),
    sa.Index(None, "case_id", "id"),
)

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at_utc", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("comment", sa.String(4000), nullable=False),
    # Hashes of what was signed, as of `ReportContent.token`: what is changed later shows.
    sa.Column("content", sa.String(LONGEST_CONTENT), nullable=False, server_default=""),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("name_key", sa.String(128), nullable=False, unique=True),
    sa.Column("full_name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("created_utc", sa.String(32), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
)

# Tokens are kept as hashes: who reads the database cannot sign in with them.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("label", sa.String(80), nullable=False),
    sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("created_utc", sa.String(32), nullable=False),
    sa.Column("used_utc", sa.String(32)),
    sa.Column("expires_at", sa.Float),
)

# Wrong passwords of a name or an address, as the time when none counts any more. Rows last for minutes.
sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("who", sa.String(80), primary_key=True),
    sa.Column("free_at", sa.Float, nullable=False),
)

# What a person may edit for all: reference ranges.
preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
