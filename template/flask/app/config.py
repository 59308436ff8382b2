"""The environment, read once at start: typed, or refused in one line."""

import json
import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar, get_args

import click
from flask import Flask
from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

EX_CONFIG = 78

NOT_UTF_8 = ".env must be text in UTF-8; for example a copy of .env.example"

Environment = Literal["development", "test", "production"]
Level = Literal["debug", "info", "warning", "error"]

_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_Variables = TypeVar("_Variables", bound="Variables")


class Refusal(click.ClickException):
    """What the owner can mend; `flask` and `python -m app` alike end with its one line."""

    def show(self, file: Any = None) -> None:
        """Print the line, and nothing else."""
        click.echo(self.message, file=file, err=file is None)


class ConfigError(Refusal):
    """A variable that is wrong or missing."""

    exit_code = EX_CONFIG


class About(BaseModel):
    """What the project calls itself."""

    name: str
    description: str
    version: str


def refuse(must: str, value: object = None) -> NoReturn:
    """Refuse a variable: what it must be and, unless it may hold a secret, what it is."""
    raise ValueError(must if value is None else f"{must}, not {json.dumps(value, ensure_ascii=False)}")


def is_host(value: str) -> bool:
    """Tell whether this is an IP address or a host name."""
    try:
        ip_address(value)
    except ValueError:
        labels = value.split(".")
        return len(value) <= 253 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    return True


def _host(value: str) -> str:
    return value if is_host(value) else refuse("must be an IP address or a host name", value)


def _one_of(kind: object) -> BeforeValidator:
    choices = get_args(kind)

    def check(value: str) -> str:
        return value if value in choices else refuse(f"must be one of {', '.join(choices)}", value)

    return BeforeValidator(check)


def whole(low: int, high: int) -> BeforeValidator:
    """Take a whole number within these bounds."""

    def check(value: str | int) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", str(value)) or not low <= int(value) <= high:
            refuse(f"must be a whole number from {low} to {high}", value)
        return int(value)

    return BeforeValidator(check)


class Variables(BaseSettings):
    """Environment variables of one feature: fields are their names, and an empty one counts as unset."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="ignore", frozen=True, validate_default=False
    )

    APP_ENV: Annotated[Environment, _one_of(Environment)] = "development"


class Settings(Variables):
    """What every part of the service may ask; a feature with variables of its own keeps them itself."""

    HOST: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    PORT: Annotated[int, whole(1, 65535)] = 8000
    LOG_LEVEL: Annotated[Level, _one_of(Level)] = "info"
    TRUST_PROXY: Annotated[int, whole(0, 10)] = 0


_EXAMPLES = {"APP_ENV": "production", "HOST": "127.0.0.1", "PORT": "8000", "LOG_LEVEL": "info", "TRUST_PROXY": "1"}


def init_app(app: Flask) -> None:
    """Read the settings of the whole service."""
    app.extensions["settings"] = read(Settings, _EXAMPLES)
    about = Path(__file__).with_name("about.json").read_text(encoding="utf-8")
    app.extensions["about"] = About.model_validate_json(about)


def settings(app: Flask) -> Settings:
    """Return what this application was started with."""
    found: Settings = app.extensions["settings"]
    return found


def read(kind: type[_Variables], examples: dict[str, str]) -> _Variables:
    """Read variables, with `.env` behind them in development; the first wrong one raises `ConfigError`."""
    development = os.environ.get("APP_ENV") in (None, "", "development")
    try:
        # The file cannot decide whether it is read.
        return kind(_env_file=".env", _env_file_encoding="utf-8-sig", APP_ENV="development") if development else kind()
    except UnicodeDecodeError:
        raise ConfigError(NOT_UTF_8) from None
    except ValidationError as error:
        first = error.errors()[0]
        name, cause = str(first["loc"][0]), str(first.get("ctx", {}).get("error", first["msg"]))
        raise ConfigError(f"{name} {cause}; for example {name}={examples[name]}") from None
