"""Lists in pages: where one ended is told in a form that clients hand back and do not read."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.ids import is_id


def encode(last: str) -> str:
    """Return the cursor behind this id."""
    return urlsafe_b64encode(last.encode("ascii")).decode("ascii")


def decode(cursor: str) -> str | None:
    """Return the id before which the next page begins, or nothing if this is no cursor of ours."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{48}", cursor):
        return None
    try:
        last = urlsafe_b64decode(cursor).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return last if is_id(last) else None


def _cursor(value: str) -> str:
    if decode(value) is None:
        raise PydanticCustomError("cursor", "This cursor is not valid.")
    return value


def _whole(value: str | int) -> int:
    if not re.fullmatch(r"-?[0-9]+", str(value)):
        raise PydanticCustomError("integer", "This must be an integer.")
    # No limit has ten digits: more say nothing, and Python refuses to read thousands of them.
    sign, digits = ("-" if str(value).startswith("-") else ""), str(value).lstrip("-0")
    return int(f"{sign}{digits[:10] or 0}")


class Paging(BaseModel):
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most."), BeforeValidator(_whole)] = 20
    cursor: Annotated[str, AfterValidator(_cursor)] = Field(
        default_factory=str, description="The next_cursor of the page before."
    )
