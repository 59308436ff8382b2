"""Accounts: who people are, and how they prove it."""

from flask import Flask

from app import cors
from app.auth.failures import SignIns
from app.auth.passwords import Passwords
from app.auth.routes import routes
from app.auth.store import open_stores
from app.auth.users import terminal


def init_app(app: Flask) -> None:
    """Open the stores of accounts, and add their routes and their command."""
    users, failures = open_stores(app)
    passwords = Passwords()
    app.extensions["users"] = users
    app.extensions["passwords"] = passwords
    app.extensions["sign ins"] = SignIns(users, failures, passwords)
    cors.share(app, "/auth/")
    app.register_blueprint(routes)
    app.cli.add_command(terminal)
