"""The database: one engine an application, its migrations, and whether it answers."""

from flask import Flask, Response
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.config import settings
from app.database import dialect
from app.database.commands import db
from app.database.migrations import Migrations
from app.errors import Problem, answer, failed, unexpected
from app.health import checks
from app.lifecycle import lifecycle


def init_app(app: Flask) -> None:
    """Open the database; outside production what is pending is applied at start."""
    production = settings(app).APP_ENV == "production"
    opened = create_engine(dialect.address(), **dialect.OPTIONS)
    dialect.prepare(opened)
    migrations = Migrations(opened)
    app.extensions["engine"] = opened
    app.extensions["migrations"] = migrations
    app.cli.add_command(db)
    checks(app).add("database", migrations.check)
    if not production:
        lifecycle(app).at_start(migrations.upgrade)
        # The process that serves is a fork of the one that starts, and opens connections of its own.
        lifecycle(app).at_start(opened.dispose)
    lifecycle(app).at_stop(opened.dispose)
    for error in (DatabaseError, InterfaceError, PoolTimeout):
        app.register_error_handler(error, _unavailable)
    for mistake in (DataError, IntegrityError, ProgrammingError):
        app.register_error_handler(mistake, unexpected)


def engine(app: Flask) -> Engine:
    """Return the engine of this application."""
    found: Engine = app.extensions["engine"]
    return found


def _unavailable(error: Exception) -> Response:
    failed(error)
    return answer(Problem(503))
