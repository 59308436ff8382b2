"""The keys that sign what shows that somebody is signed in: the first one signs, all of them verify."""

from typing import Annotated

from flask import Flask
from pydantic import AfterValidator, Field, ValidationInfo

from app.config import Variables, read, refuse

SHORTEST = 32

_IN_DEVELOPMENT = "for-development-only-and-never-in-production"
_EXAMPLE = "$(openssl rand -hex 32)"
_MUST = f"must be one or more keys of at least {SHORTEST} characters, separated by commas"


def _keys(value: str, info: ValidationInfo) -> str:
    in_production = info.data.get("APP_ENV") == "production"
    if not value and in_production:
        refuse("is required in production")
    found = _listed(value or _IN_DEVELOPMENT)
    if min(map(len, found)) < SHORTEST or (in_production and _IN_DEVELOPMENT in found):
        refuse(_MUST)
    return value or _IN_DEVELOPMENT


class KeyVariables(Variables):
    """The keys."""

    SECRET_KEY: Annotated[str, AfterValidator(_keys), Field(validate_default=True, repr=False)] = ""


def init_app(app: Flask) -> None:
    """Read the keys."""
    listed = _listed(read(KeyVariables, {"SECRET_KEY": _EXAMPLE}).SECRET_KEY)
    app.extensions["keys"] = tuple(key.encode(errors="surrogateescape") for key in listed)


def keys(app: Flask) -> tuple[bytes, ...]:
    """Return the keys of this application."""
    found: tuple[bytes, ...] = app.extensions["keys"]
    return found


def _listed(value: str) -> list[str]:
    return [key.strip() for key in value.split(",")]
