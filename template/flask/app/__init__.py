"""The service. Old interpreters can parse this file, and are sent away by it in one line."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- `python -m app` gets here whatever pyproject.toml asks for
    sys.exit("This project needs Python 3.11 or newer; this is Python {}.{}.{}.".format(*sys.version_info))

from app.factory import create_app

__all__ = ["create_app"]
