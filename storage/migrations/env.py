"""Alembic runs this for each command. `storage.migrate` hands it the connection and owns the transaction."""

from alembic import context

from models.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
