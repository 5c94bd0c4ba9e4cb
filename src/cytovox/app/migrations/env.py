"""Run by Alembic: applies the steps on the connection that `cytovox.app.database` hands over."""

from alembic import context

from cytovox.app.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
