"""Alembic scripts that bring the database of an earlier version up to `cytovox.app.tables`."""
