"""The notes that clients send and read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from app.ids import Id, Time
from app.text import line, text

EXAMPLE = {
    "id": "0192f0c4-7f8a-7c3e-9d1b-2a6f5e4d3c2b",
    "title": "Milk",
    "body": "Two bottles.",
    "author_id": None,
    "created_at": "2026-11-22T08:30:00.000Z",
    "updated_at": "2026-11-22T08:30:00.000Z",
}

Title = Annotated[str, line(1, 200)]
Body = Annotated[str, text(0, 10000)]


class NewNote(BaseModel):
    """A note to create."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Title
    body: Body = ""


class NoteChanges(BaseModel):
    """What to change of a note; what is not sent stays."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Title = Field(default_factory=str)
    body: Body = Field(default_factory=str)


class Note(BaseModel):
    """A note."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: Id
    title: Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": 200})]
    body: Annotated[str, Field(json_schema_extra={"maxLength": 10000})]
    author_id: Annotated[str | None, WithJsonSchema({"type": ["string", "null"], "format": "uuid"})]
    created_at: Time
    updated_at: Time


class NotePage(BaseModel):
    """Some notes, newest first, and where the next ones begin."""

    model_config = ConfigDict(extra="forbid")

    items: list[Note]
    next_cursor: Annotated[str | None, WithJsonSchema({"type": ["string", "null"]})]
