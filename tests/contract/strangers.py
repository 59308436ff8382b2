"""Hooks of schemathesis: each request comes from another client, so that no limit is met by accident."""

import itertools
from typing import Any

import schemathesis

_numbers = itertools.count(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001
    """Name a new client in front of the proxy."""
    number = next(_numbers)
    case.headers = {**(case.headers or {}), "X-Forwarded-For": f"10.99.{number >> 8 & 255}.{number & 255}"}
