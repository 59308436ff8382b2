"""Passwords: kept as Argon2id hashes at OWASP's parameters, never more than a few made at a time."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.auth.apart import apart
from app.errors import Problem

AT_ONCE = 2
WAITING = 50

_COMMON = frozenset(Path(__file__).with_name("common-passwords.txt").read_text(encoding="utf-8").split())


class Passwords:
    """Makes hashes and compares with them."""

    def __init__(self) -> None:
        """Make a hash to compare with where there is no account: it takes the same time."""
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._free = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._here = 0

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for one's turn; where too many wait already, come again later."""
        with self._lock:
            if self._here >= AT_ONCE + WAITING:
                raise _later()
            self._here += 1
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._here -= 1

    def hash(self, password: str) -> str:
        """Return the hash of a password; in a slot."""
        return apart(self._hasher.hash, password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether this is the password of a hash; of none it is not, after as long; in a slot."""
        return apart(self._verify, kept or self._nobody, password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return False


def is_common(password: str) -> bool:
    """Tell whether this is what an attacker would try first."""
    return password.lower() in _COMMON


def _later() -> Problem:
    problem = Problem(503)
    problem.headers["Retry-After"] = "1"
    return problem
