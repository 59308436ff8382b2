"""Who is signed in; how they show it is the affair of those who let them in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, Request, current_app, g, request

from app.auth.model import SIGN_IN_FIRST, User
from app.errors import Problem

Problems = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is signed in, perhaps only until a time in seconds."""

    id: str
    user: User
    until: float | None = None


class Logins(Protocol):
    """What knows who is signed in."""

    def of(self, asked: Request, /) -> Login | None:
        """Return who sent a request."""

    def at_handshake(self, asked: Request, auth: object, /) -> Login | None:
        """Return who wants to connect a socket, with what was said then."""

    def living(self, ids: Iterable[str], /) -> set[str]:
        """Return which of these logins have not ended."""

    def challenge(self, asked: Request, /) -> str:
        """Return how somebody who is not signed in is told to do so."""


def logins(app: Flask) -> Logins:
    """Return what knows who is signed in to this application."""
    found: Logins = app.extensions["logins"]
    return found


def signed_in() -> Login:
    """Return who sent the current request, or refuse it."""
    if "login" not in g:
        known = logins(current_app)
        found = known.of(request)
        if found is None:
            raise Problem(401, SIGN_IN_FIRST, headers={"WWW-Authenticate": known.challenge(request)})
        g.login = found
    login: Login = g.login
    return login


def require(app: Flask, blueprint: str, problems: Problems | None = None) -> None:
    """Let the routes of a blueprint be for who is signed in; by method, what else they may then answer."""

    def check() -> None:
        signed_in()

    app.before_request_funcs.setdefault(blueprint, []).append(check)
    required(app)[blueprint] = problems or {}


def required(app: Flask) -> dict[str, Problems]:
    """Return the blueprints that are for who is signed in."""
    found: dict[str, Problems] = app.extensions.setdefault("for the signed in", {})
    return found
