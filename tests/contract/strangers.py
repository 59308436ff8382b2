"""Hooks of schemathesis: each request comes from another client, so that no limit is met by accident."""

import itertools
import os
from typing import Any

import schemathesis

_numbers = itertools.count(1)
# Signing in or out ends the session that comes with it, and the rest would be asked by nobody.
_ENDS = ("/auth/login", "/auth/logout")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001
    """Name a new client in front of the proxy, and show the cookie of a session where there is one."""
    number = next(_numbers)
    case.headers = {**(case.headers or {}), "X-Forwarded-For": f"10.99.{number >> 8 & 255}.{number & 255}"}
    if "SESSION_COOKIE" in os.environ and case.path not in _ENDS:
        case.headers["Cookie"] = os.environ["SESSION_COOKIE"]
