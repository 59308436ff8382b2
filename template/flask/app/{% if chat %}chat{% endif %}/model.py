"""What a message is to the stores, whichever keeps it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.ids import moment as moment_of
from app.ids import rfc3339

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


def following(
    last: Message | None, identifier: str, room: str, author: str, text: str, author_id: str | None
) -> Message:
    """Return a new message behind the last one of a room."""
    before = last.id if last else NOTHING
    own = above(identifier, before)
    return Message(own, room, last.number + 1 if last else 1, author, author_id, text, moment_of(own), before)


def above(identifier: str, last: str) -> str:
    """Return an id, or where it is not above the last one the id just above that."""
    return identifier if identifier > last else _just_above(last)


def shown(message: Message) -> dict[str, str]:
    """Return a message as clients get it."""
    return {
        "id": message.id,
        "room": message.room,
        "author": message.author,
        "text": message.text,
        "created_at": rfc3339(message.created_at),
    }


def _just_above(last: str) -> str:
    number = UUID(last).int
    # What is no version and no variant counts on; past the end of a millisecond it is the next.
    counted = (number >> 80 << 74 | (number >> 64 & 0xFFF) << 62 | number & (1 << 62) - 1) + 1
    high = counted >> 74 << 16 | 0x7000 | counted >> 62 & 0xFFF
    return str(UUID(int=high << 64 | 0b10 << 62 | counted & (1 << 62) - 1))
