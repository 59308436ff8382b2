"""Texts that clients write: what is trimmed, what is refused, and how long they may be."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# Unicode's White_Space; str.strip() alone would take more.
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_ANY = r"^[^\u0000]*$"
_VISIBLE = (
    r"^[^\u0000]*"
    r"[^\t\n\v\f\r \u0000\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"[^\u0000]*$"
)


@dataclass(frozen=True)
class Text:
    """Checks a string: `Annotated[str, text(0, 500)]`."""

    least: int
    most: int
    trimmed: bool

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after pydantic found a string."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe what is checked."""
        limits = {"minLength": self.least} if self.least else {}
        pattern = _VISIBLE if self.trimmed and self.least else _ANY
        return {**handler(schema), **limits, "maxLength": self.most, "pattern": pattern}

    def _check(self, value: str) -> str:
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise PydanticCustomError("surrogate", "This must be well-formed Unicode.")
        if "\0" in value:
            raise PydanticCustomError("nul", "This must not contain the NUL character.")
        if self.trimmed:
            value = value.strip(_SPACES)
        if len(value) < self.least:
            raise PydanticCustomError("short", "This must have at least {least}.", {"least": characters(self.least)})
        if len(value) > self.most:
            raise PydanticCustomError("long", "This must have at most {most}.", {"most": characters(self.most)})
        return value


def text(least: int, most: int) -> Text:
    """Return the check of a text that is kept as it is written; its length is counted in code points."""
    return Text(least, most, trimmed=False)


def line(least: int, most: int) -> Text:
    """Return the check of a text that loses the white space at its ends; one of nothing else counts as empty."""
    return Text(least, most, trimmed=True)


def characters(count: int) -> str:
    """Return a number of characters in words."""
    return f"{count} character{'' if count == 1 else 's'}"
