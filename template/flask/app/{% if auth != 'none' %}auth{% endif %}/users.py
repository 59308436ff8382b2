"""`flask users create`."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app.auth.passwords import Passwords
from app.auth.schemas import NewAccount
from app.auth.store import Users
from app.config import Refusal, settings
from app.database.commands import answering, upgrade
from app.errors import Problem
from app.fields import check
from app.health import checks

DIFFERENT = "The two passwords are not the same."


@click.group("users")
def terminal() -> None:
    """Look after accounts."""


@terminal.command()
@click.argument("email")
@click.option("--name", required=True, help="What the person is called.")
@with_appcontext
def create(email: str, name: str) -> None:
    """Make an account for EMAIL; its password is asked for, or is one line of the standard input."""
    password = _password()
    passwords: Passwords = current_app.extensions["passwords"]
    store: Users = current_app.extensions["users"]
    try:
        new = check(NewAccount, {"email": email, "password": password, "name": name})
        with answering(current_app):
            _prepare()
            made = store.add(new.email, new.name, passwords.hash(new.password))
    except Problem as problem:
        wrong = "; ".join(f"{error['path'][1:]}: {error['message']}" for error in problem.errors or ())
        raise Refusal(wrong or problem.detail) from None
    click.echo(made.id)


def _prepare() -> None:
    """See that the database is up to date, to which a start brings it in development and its owner in production."""
    if settings(current_app).APP_ENV != "production":
        click.get_current_context().invoke(upgrade)
    try:
        checks(current_app).require("database")
    except LookupError as error:
        raise Refusal(f"The database is not up to date: {error}; first run: flask db upgrade") from None


def _password() -> str:
    if _is_terminal():
        asked: list[str] = [click.prompt(words, hide_input=True, err=True) for words in ("Password", "Once more")]
        if asked[0] != asked[1]:
            raise Refusal(DIFFERENT)
        return asked[0]
    return sys.stdin.readline().rstrip("\r\n")


def _is_terminal() -> bool:
    return sys.stdin.isatty()
