"""What a message is to the stores, whichever keeps it."""

from dataclasses import dataclass
from datetime import datetime

from app.ids import above, rfc3339
from app.ids import moment as moment_of

# How long a store tries to be the next to write in a room where others write too.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is kept; in its room it has a number, and an id above those of all before it."""

    id: str
    room: str
    number: int
    author: str
    author_id: str | None
    text: str
    created_at: datetime


def following(last: Message | None, identifier: str, room: str, author: str, text: str) -> Message:
    """Return a new message behind the last one of a room."""
    own = above(identifier, last.id if last else None)
    return Message(own, room, last.number + 1 if last else 1, author, None, text, moment_of(own))


def shown(message: Message) -> dict[str, str]:
    """Return a message as clients get it."""
    return {
        "id": message.id,
        "room": message.room,
        "author": message.author,
        "text": message.text,
        "created_at": rfc3339(message.created_at),
    }
