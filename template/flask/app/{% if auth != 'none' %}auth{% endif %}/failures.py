"""Signing in: with the right password, and not after many wrong ones, whichever process they met."""

import math
from datetime import timedelta
from hashlib import sha256

import structlog
from flask import current_app, g, request

from app.auth.model import TOO_MANY, WRONG, User, key_of
from app.auth.passwords import Passwords
from app.auth.scheme import CHALLENGE
from app.auth.store import Failures, Users
from app.clients import client_of
from app.errors import Problem
from app.ids import now

MOST = 10
WINDOW = timedelta(minutes=5)

_log = structlog.get_logger()


class SignIns:
    """Who may try, and who is right."""

    def __init__(self, users: Users, failures: Failures, passwords: Passwords) -> None:
        """Use these."""
        self._users = users
        self._failures = failures
        self._passwords = passwords

    def check(self, email: str, password: str) -> User:
        """Return whose e-mail address and password these are; an attempt counts until it has succeeded."""
        subjects = [_subject("account", key_of(email)), _subject("address", client_of(request.remote_addr or ""))]
        with self._passwords.slot():
            own = self._failures.add(subjects)
            if wait := self._wait(subjects):
                self._failures.remove(own)
                _log.warning("sign-in refused", request_id=g.request_id)
                raise Problem(429, TOO_MANY, headers={"Retry-After": str(wait)})
            user, kept = self._users.by_email(email)
            if self._passwords.matches(kept, password) and user and kept:
                self._failures.remove(own)
                if self._passwords.is_outdated(kept):
                    self._users.rehash(user.id, self._passwords.hash(password))
                return user
        self._failures.clear(now() - WINDOW)
        _log.warning("sign-in refused", request_id=g.request_id, **({"user": user.id} if user else {}))
        raise Problem(401, WRONG, headers={"WWW-Authenticate": CHALLENGE})

    def _wait(self, subjects: list[str]) -> int:
        """Return for how many seconds too much has failed; of each subject the attempt itself is there, too."""
        moment = now()
        longest = 0
        for times in self._failures.since(moment - WINDOW, subjects):
            if len(times) > MOST:
                left = (sorted(times)[-MOST - 1] + WINDOW - moment).total_seconds()
                longest = max(longest, min(max(math.ceil(left), 1), int(WINDOW.total_seconds())))
        return longest


def sign_in(email: str, password: str) -> User:
    """Return whose e-mail address and password these are."""
    found: SignIns = current_app.extensions["sign ins"]
    return found.check(email, password)


def _subject(kind: str, value: str) -> str:
    return sha256(f"{kind}:{value}".encode()).hexdigest()
