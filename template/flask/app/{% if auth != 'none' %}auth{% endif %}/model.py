"""What an account is to the stores, whichever keeps it."""

from dataclasses import dataclass

from app.errors import Problem

TAKEN = "There is an account with this e-mail address."
SIGN_IN_FIRST = "Sign in first."
WRONG = "E-mail or password is wrong."
TOO_MANY = "Too many failed attempts; try again later."


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has an account."""

    id: str
    email: str
    name: str


def key_of(email: str) -> str:
    """Return what an e-mail address is compared by."""
    return email.lower()


def taken() -> Problem:
    """Return what a store raises when the e-mail address has an account."""
    return Problem(409, TAKEN)
