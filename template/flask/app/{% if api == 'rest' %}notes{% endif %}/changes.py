"""What is done to notes, whoever asks for it: it is kept, and announced."""

from flask import current_app

from app.events import events
from app.notes.model import Changes, Note
from app.notes.schemas import NewNote
from app.notes.schemas import Note as Shown
from app.notes.store import Notes


def store() -> Notes:
    """Return the store of notes, and whatever was put in front of it."""
    found: Notes = current_app.extensions["notes"]
    return found


def create(new: NewNote) -> Note:
    """Keep a note."""
    kept = store().add(new.title, new.body, None)
    _announce("created", kept)
    return kept


def change(identifier: str, changes: Changes, versions: frozenset[int] | None) -> Note:
    """Change a note that is at one of these versions, or at any."""
    kept = store().change(identifier, changes, versions)
    if changes:
        _announce("updated", kept)
    return kept


def remove(identifier: str, versions: frozenset[int] | None) -> None:
    """Forget a note that is at one of these versions, or at any."""
    store().remove(identifier, versions)
    events(current_app).publish("note:deleted", {"id": identifier})


def _announce(what: str, kept: Note) -> None:
    events(current_app).publish(f"note:{what}", Shown.model_validate(kept).model_dump(mode="json"))
