"""What a message is to the stores, whichever keeps it."""

from dataclasses import dataclass
from datetime import datetime

from app.ids import above, rfc3339
from app.ids import moment as moment_of

# What is before the first message of a room.
NOTHING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is kept; in its room it has a number, and an id above those of all before it.

    A new one knows the id of the one before, which is not kept.
    """

    id: str
    room: str
    number: int
    author: str
    author_id: str | None
    text: str
    created_at: datetime
    previous: str = NOTHING


def following(last: Message | None, identifier: str, room: str, author: str, text: str) -> Message:
    """Return a new message behind the last one of a room."""
    before = last.id if last else NOTHING
    own = above(identifier, before)
    return Message(own, room, last.number + 1 if last else 1, author, None, text, moment_of(own), before)


def shown(message: Message) -> dict[str, str]:
    """Return a message as clients get it."""
    return {
        "id": message.id,
        "room": message.room,
        "author": message.author,
        "text": message.text,
        "created_at": rfc3339(message.created_at),
    }
