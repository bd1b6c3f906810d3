"""Alembic's way to the steps: who runs them gives the connection."""

from alembic import context

from cielo.backoffice.schema import metadata

attributes = context.config.attributes
connection = attributes["connection"]
context.configure(connection=connection, target_metadata=metadata,
                  render_as_batch=connection.dialect.name == "sqlite",
                  render_item=attributes.get("render_item", lambda *_: False))
with context.begin_transaction():
    context.run_migrations()
