"""What people send of their accounts, and read of them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.auth.passwords import is_common
from app.ids import Id
from app.text import characters, line

EXAMPLE = {"id": "0192f0c4-7f8a-7c3e-9d1b-2a6f5e4d3c2b", "email": "ann@example.org", "name": "Ann"}
SIGN_IN = {"email": "ann@example.org", "password": "a long walk over the hill 7"}

_SPACE = r"[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?"
# What browsers take for an address, of a domain that has a dot.
_EMAIL = rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~\-]+@{_LABEL}(?:\.{_LABEL})+"
_NAME = (
    r"^[^\u0000-\u001f\u007f-\u009f]*"
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"[^\u0000-\u001f\u007f-\u009f]*$"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _address(value: str) -> str:
    if not re.fullmatch(_EMAIL, value):
        raise PydanticCustomError("email", "This must be an e-mail address.")
    return value


def _no_control(value: str) -> str:
    if _CONTROL.search(value):
        raise PydanticCustomError("control", "This must not contain control characters.")
    return value


def _secret(least: int, most: int) -> tuple[AfterValidator, WithJsonSchema]:
    """Return the check of a text that is nobody's business: it is kept to the letter, of whatever letters it is."""

    def check(value: str) -> str:
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise PydanticCustomError("surrogate", "This must be well-formed Unicode.")
        if len(value) < least:
            raise PydanticCustomError("short", "This must have at least {least}.", {"least": characters(least)})
        if len(value) > most:
            raise PydanticCustomError("long", "This must have at most {most}.", {"most": characters(most)})
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "minLength": least, "maxLength": most})


def _hard_to_guess(value: str, info: ValidationInfo) -> str:
    if is_common(value):
        raise PydanticCustomError("common", "This password is among the most common ones.")
    if value.lower() in (info.context or ()):
        raise PydanticCustomError("own", "This password must not be the e-mail address or the name.")
    return value


_NEW, _NEW_SCHEMA = _secret(12, 128)
_ANY, _ANY_SCHEMA = _secret(1, 128)

Email = Annotated[
    str,
    line(0, 254),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "maxLength": 254, "pattern": f"^{_SPACE}{_EMAIL}{_SPACE}$"}),
]
Name = Annotated[
    str,
    line(0, 1024 * 1024),
    AfterValidator(_no_control),
    line(1, 64),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 64, "pattern": _NAME}),
]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class NewAccount(_Sent):
    """An account to make."""

    email: Email
    password: Annotated[str, _NEW, AfterValidator(_hard_to_guess), _NEW_SCHEMA]
    name: Name

    @classmethod
    def model_validate(cls, obj: Any, **_options: Any) -> Self:
        """Check what was sent; a password that says who somebody is, is none, wrong though the rest may be."""
        said = obj if isinstance(obj, Mapping) else {}
        own = [value.strip().lower() for value in (said.get("email"), said.get("name")) if isinstance(value, str)]
        return super().model_validate(obj, context=own)


class SignIn(_Sent):
    """Who somebody claims to be."""

    email: Annotated[str, line(0, 254)]
    password: Annotated[str, _ANY, _ANY_SCHEMA]


class Account(BaseModel):
    """An account, as its owner sees it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: Id
    email: Annotated[str, Field(json_schema_extra={"maxLength": 254})]
    name: Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": 64})]
