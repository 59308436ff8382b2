"""What a note is to the stores, whichever keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.errors import Problem


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is kept; its version counts its changes."""

    id: str
    title: str
    body: str
    author_id: str | None
    version: int
    created_at: datetime
    updated_at: datetime


Changes = Mapping[str, str]

MISSING = "There is no note with this id."
CHANGED = "The note has changed since you read it."


def not_found() -> Problem:
    """Return what a store raises when there is no such note."""
    return Problem(404, MISSING)


def precondition_failed() -> Problem:
    """Return what a store raises when the note is at no wanted version."""
    return Problem(412, CHANGED)
