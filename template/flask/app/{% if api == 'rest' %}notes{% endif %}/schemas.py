"""The notes that clients send and read."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.notes.cursor import decode

# Unicode's White_Space; str.strip() alone would take more.
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_VISIBLE = (
    r"^[^\u0000]*"
    r"[^\t\n\v\f\r \u0000\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"[^\u0000]*$"
)

EXAMPLE = {
    "id": "0192f0c4-7f8a-7c3e-9d1b-2a6f5e4d3c2b",
    "title": "Milk",
    "body": "Two bottles.",
    "author_id": None,
    "created_at": "2026-11-22T08:30:00.000Z",
    "updated_at": "2026-11-22T08:30:00.000Z",
}


def _text(value: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise PydanticCustomError("surrogate", "This must be well-formed Unicode.")
    if "\0" in value:
        raise PydanticCustomError("nul", "This must not contain the NUL character.")
    return value


def _trim(value: str) -> str:
    return value.strip(_SPACES)


def _length(least: int, most: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) < least:
            raise PydanticCustomError("short", "This must have at least 1 character.")
        if len(value) > most:
            raise PydanticCustomError("long", "This must have at most {most} characters.", {"most": most})
        return value

    return AfterValidator(check)


def _whole(value: str | int) -> int:
    if not re.fullmatch(r"-?[0-9]+", str(value)):
        raise PydanticCustomError("integer", "This must be an integer.")
    # No limit has ten digits: more say nothing, and Python refuses to read thousands of them.
    sign, digits = ("-" if str(value).startswith("-") else ""), str(value).lstrip("-0")
    return int(f"{sign}{digits[:10] or 0}")


def _cursor(value: str) -> str:
    if decode(value) is None:
        raise PydanticCustomError("cursor", "This cursor is not valid.")
    return value


def _rfc3339(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Moment = Annotated[datetime, PlainSerializer(_rfc3339)]
Title = Annotated[
    str,
    AfterValidator(_text),
    AfterValidator(_trim),
    _length(1, 200),
    Field(json_schema_extra={"minLength": 1, "maxLength": 200, "pattern": _VISIBLE}),
]
Body = Annotated[
    str,
    AfterValidator(_text),
    _length(0, 10000),
    Field(json_schema_extra={"maxLength": 10000, "pattern": r"^[^\u0000]*$"}),
]


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
    created_at: Moment
    updated_at: Moment


class NotePage(BaseModel):
    """Some notes, newest first, and where the next ones begin."""

    model_config = ConfigDict(extra="forbid")

    items: list[Note]
    next_cursor: Annotated[str | None, WithJsonSchema({"type": ["string", "null"]})]


class Paging(BaseModel):
    """Which notes to list."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many notes at most."), BeforeValidator(_whole)] = 20
    cursor: Annotated[str, AfterValidator(_cursor)] = Field(
        default_factory=str, description="The next_cursor of the page before."
    )
