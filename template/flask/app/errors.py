"""Every error as one shape: problem details, RFC 9457."""

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

MEDIA_TYPE = "application/problem+json"

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_DETAILS = {
    400: "The request is not valid HTTP.",
    404: "There is nothing at this address.",
    413: "The request body is larger than 1 MiB.",
    503: "The service is temporarily unavailable.",
}

_log = structlog.get_logger()


class FieldError(TypedDict):
    """One wrong field: a JSON Pointer to it, and what it must be."""

    path: str
    message: str


class Problem(Exception):  # noqa: N818 -- the name that RFC 9457 gives it
    """Raised by whoever cannot go on; becomes the answer."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say which status, why, and for a 422 which fields."""
        super().__init__(status, detail)
        self.status = status
        self.detail = detail or _DETAILS.get(status, f"{title(status)}.")
        self.errors = errors
        self.headers = {"Retry-After": "5"} if status == 503 else dict(headers or {})


def title(status: int) -> str:
    """Return the name of a status."""
    return _TITLES.get(status) or HTTP_STATUS_CODES.get(status, "Error")


def to_json(value: object) -> bytes:
    """Return compact JSON in UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")


def body(problem: Problem, instance: str, request_id: str) -> bytes:
    """Return the problem as JSON."""
    shape: dict[str, object] = {
        "type": "about:blank",
        "title": title(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "request_id": request_id,
    }
    if problem.errors is not None:
        shape["errors"] = problem.errors
    return to_json(shape)


def init_app(app: Flask) -> None:
    """Answer every error with a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, unexpected)


def answer(problem: Problem) -> Response:
    """Return the problem as the answer to the current request."""
    content = body(problem, g.path, g.request_id)
    return Response(content, problem.status, problem.headers, content_type=MEDIA_TYPE)


def failed(error: Exception) -> None:
    """Log what the client is not told."""
    _log.error("failed", request_id=g.request_id, exc_info=error)


def unexpected(error: Exception) -> Response:
    """Return the answer to what should not have happened."""
    failed(error)
    return answer(Problem(500, "Something went wrong on our side."))


def _http_error(error: HTTPException) -> Response:
    if not isinstance(error, MethodNotAllowed):
        return answer(Problem(error.code or 500))
    allow = ", ".join(sorted({"OPTIONS", *(error.valid_methods or ())}))
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": allow})
    return answer(Problem(405, f"This address does not answer to {request.method}.", headers={"Allow": allow}))
