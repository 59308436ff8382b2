"""How a server answers what never became a request, in the shape of every other error."""

import contextlib
import socket
from typing import Any

import structlog
from flask import Flask
from gunicorn import util
from gunicorn.http import errors as http_errors

from app.errors import MEDIA_TYPE, Problem, body, title
from app.headers import standard
from app.incoming import new_request_id, path_as_sent

_log = structlog.get_logger()


def refuse(app: Flask, request: Any, client: socket.socket, error: BaseException) -> None:
    """Say that this is no HTTP, or that we failed."""
    ours = not isinstance(error, http_errors.ParseException)
    problem = Problem(500, "Something went wrong on our side.") if ours else Problem(400)
    request_id = new_request_id()
    instance = path_as_sent(getattr(request, "uri", None) or "/")
    if ours:
        _log.error("failed", request_id=request_id, exc_info=error)
    _log.info(
        "request",
        request_id=request_id,
        method=getattr(request, "method", None),
        path=instance,
        status=problem.status,
        duration_ms=0,
    )
    content = body(problem, instance, request_id)
    headers = {
        **standard(app),
        "X-Request-Id": request_id,
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(content)),
        "Date": util.http_date(),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {problem.status} {title(problem.status)}", *map(": ".join, headers.items()), "", ""]
    with contextlib.suppress(OSError):
        client.sendall("\r\n".join(lines).encode("latin-1") + content)
