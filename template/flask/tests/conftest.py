"""What the tests share: an empty folder, a clean environment, an application in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Variables
from app.lifecycle import lifecycle
from tests import people
from tests.people import known
from tests.surroundings import VARIABLES, begin, clean


def pytest_configure() -> None:
    """See to what the tests need, or end with one line that says what is missing."""
    begin()


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in Variables.__subclasses__():
        for name in kind.model_fields:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("APP_ENV", "test")
    for name, value in {**VARIABLES, **people.VARIABLES}.items():
        monkeypatch.setenv(name, value)
    clean()


@pytest.fixture
def app() -> Iterator[Flask]:
    """Return an application that has started."""
    made = create_app()
    lifecycle(made).start()
    yield made
    lifecycle(made).stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application, who may ask for anything."""
    return known(app)


@pytest.fixture
def in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the next application one in production."""
    monkeypatch.setenv("APP_ENV", "production")


def lines(printed: str) -> list[dict[str, Any]]:
    """Return log lines in JSON as what they hold."""
    return [json.loads(line) for line in printed.splitlines()]
