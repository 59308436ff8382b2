"""What people in the chat send."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.text import line

_ROOM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _room(value: str) -> str:
    if len(value) > 64 or not _ROOM.fullmatch(value):
        raise PydanticCustomError("room", "This must be a name of lower-case letters, digits and single hyphens.")
    return value


def _message_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise PydanticCustomError("message_id", "This must be the id of a message.")
    return value


Room = Annotated[str, AfterValidator(_room)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Join(_Sent):
    """A room to enter, and the last message known of it."""

    room: Room
    after: Annotated[str, AfterValidator(_message_id)] = Field(default_factory=str)


class Leave(_Sent):
    """A room to leave."""

    room: Room


class Send(_Sent):
    """Something to say in a room."""

    room: Room
    text: Annotated[str, line(1, 2000)]
