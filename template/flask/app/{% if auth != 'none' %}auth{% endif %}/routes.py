"""The routes of accounts, however people stay signed in."""

import structlog
from flask import Blueprint, Response, current_app, g

from app.api.operations import Answer, operation, reply
from app.auth.logins import signed_in
from app.auth.model import SIGN_IN_FIRST, TAKEN, User
from app.auth.passwords import Passwords
from app.auth.schemas import EXAMPLE, SIGN_IN, Account, NewAccount
from app.auth.store import Users

routes = Blueprint("auth", __name__, url_prefix="/auth")

_log = structlog.get_logger()


@routes.post("/register")
@operation(
    "auth",
    "Make an account",
    {201: Answer("The new account; nobody is signed in by it.", Account, EXAMPLE)},
    body=NewAccount,
    example={**SIGN_IN, "name": "Ann"},
    problems=(400, 413, 415, 422, 500, 503),
    details={409: TAKEN},
    fault={"path": "/email", "message": "This must be an e-mail address."},
)
def register(body: NewAccount) -> Response:
    """Keep an account."""
    return reply(Account.model_validate(add_account(body)), 201)


@routes.get("/me")
@operation(
    "auth",
    "Who is signed in?",
    {200: Answer("The account.", Account, EXAMPLE)},
    problems=(500, 503),
    details={401: SIGN_IN_FIRST},
)
def me() -> Response:
    """Return the account of whoever asks."""
    return reply(Account.model_validate(signed_in().user))


def add_account(new: NewAccount) -> User:
    """Keep an account, and return it."""
    passwords: Passwords = current_app.extensions["passwords"]
    users: Users = current_app.extensions["users"]
    with passwords.slot():
        kept = passwords.hash(new.password)
    user = users.add(new.email, new.name, kept)
    _log.info("account made", request_id=g.request_id, user=user.id)
    return user
