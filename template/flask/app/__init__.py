"""The service. Old interpreters can parse this file, and are sent away by it in one line."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

if sys.version_info < (3, 11):  # noqa: UP036 -- `python -m app` gets here whatever pyproject.toml asks for
    sys.exit("This project needs Python 3.11 or newer; this is Python {}.{}.{}.".format(*sys.version_info))


def create_app() -> "Flask":
    """Return a new application; nothing of it is imported before somebody asks."""
    from app.factory import create_app as make

    return make()


__all__ = ["create_app"]
