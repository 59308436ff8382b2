"""`flask db upgrade` and `flask db downgrade`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.database.migrations import Migrations


@click.group()
def db() -> None:
    """Apply migrations, or take them back."""


@db.command()
@with_appcontext
def upgrade() -> None:
    """Apply every migration that is missing."""
    _migrations().upgrade()


@db.command()
@click.argument("target")
@with_appcontext
def downgrade(target: str) -> None:
    """Take migrations back to TARGET: an id such as orders_0001, a step such as orders@-1, or base for all."""
    _migrations().downgrade(target)


def _migrations() -> Migrations:
    found: Migrations = current_app.extensions["migrations"]
    return found
