"""Runs migrations for Alembic, on the connection that `schema.py` hands over."""

from alembic import context
from sqlmodel import SQLModel

import pathways.store.unit_of_work  # noqa: F401 - declares all the tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
