"""What stands before the sockets in HTTP: who may come in, and the headers of every answer."""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from app.errors import MEDIA_TYPE, Problem, body, title, to_json
from app.headers import standard
from app.hosts import is_own
from app.incoming import path_as_sent, request_id_of, trusting
from app.lifecycle import lifecycle
from app.origins import origins
from app.sockets.engine import Engine
from app.sockets.websocket import LARGEST, is_handshake

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/socket.io/"

_METHODS = "GET, OPTIONS, POST"
# Engine.IO's own words, whichever language it is written in.
_UNKNOWN_TRANSPORT = (0, "Transport unknown")
_UNKNOWN_SESSION = (1, "Session ID unknown")
_BAD_METHOD = (2, "Bad handshake method")
_BAD_REQUEST = (3, "Bad request")
_OLD_PROTOCOL = (5, "Unsupported protocol version")


class Gate:
    """Hands what is for the sockets to them, and the rest to the application."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        """Stand before this application."""
        self._app = app
        self._engine = engine
        self._rest: WSGIApplication = app.wsgi_app
        self._ours: WSGIApplication = trusting(app, self._serve)
        self._origins = origins(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        path = path_as_sent(environ.get("RAW_URI") or environ.get("PATH_INFO", ""))
        return (self._ours if path == PATH else self._rest)(environ, start_response)

    def _serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        headers = {**standard(self._app), "X-Request-Id": request_id_of(environ.get("HTTP_X_REQUEST_ID", ""))}
        try:
            headers.update(self._cross_origin(environ))
            self._admit(environ)
        except Problem as problem:
            content = body(problem, PATH, headers["X-Request-Id"])
            answer = _answer(start_response, problem.status, content, MEDIA_TYPE, {**headers, **problem.headers})
            return [] if environ["REQUEST_METHOD"] == "HEAD" else answer
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return _answer(start_response, 204, b"", None, {**headers, "Allow": _METHODS})
        if refused := self._refusal(environ):
            code, message = refused
            content = to_json({"code": code, "message": message})
            return _answer(start_response, 400, content, "application/json", headers)
        environ["app.headers"] = headers
        return self._engine.handle_request(environ, _with(headers, start_response))  # type: ignore[no-any-return]

    def _cross_origin(self, environ: "WSGIEnvironment") -> Mapping[str, str]:
        """Return what a page of another origin needs to read the answer, or refuse the page."""
        allowed = self._origins
        headers = {"Vary": "Origin"} if allowed and not allowed.anyone else {}
        origin = environ.get("HTTP_ORIGIN", "")
        if not origin or is_own(origin, environ.get("HTTP_HOST", "")):
            return headers
        if origin not in allowed:
            raise Problem(403, "This origin may not connect.", headers=headers)
        headers["Access-Control-Allow-Origin"] = "*" if allowed.anyone else origin
        headers.update(allowed.granted)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = _METHODS
            headers["Access-Control-Allow-Headers"] = "Content-Type, X-Request-Id"
            headers["Access-Control-Max-Age"] = "600"
        return headers

    def _admit(self, environ: "WSGIEnvironment") -> None:
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS.split(", "):
            raise Problem(405, f"This address does not answer to {method}.", headers={"Allow": _METHODS})
        if lifecycle(self._app).stopping and "sid" not in parse_qs(environ.get("QUERY_STRING", "")):
            raise Problem(503)
        if _length(environ) > LARGEST or (method == "POST" and not _read(environ)):
            self._let_go(environ)
            raise Problem(413, "The message is larger than 100,000 bytes.", headers={"Connection": "close"})

    def _refusal(self, environ: "WSGIEnvironment") -> tuple[int, str] | None:
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        transport, sid = query.get("transport"), query.get("sid")
        upgrades = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        if transport not in self._engine.transports:
            return _UNKNOWN_TRANSPORT
        if sid is not None and sid not in self._engine.sockets:
            return _UNKNOWN_SESSION
        if sid is None and environ["REQUEST_METHOD"] != "GET":
            return _BAD_METHOD
        if upgrades != (transport == "websocket") or (upgrades and not is_handshake(environ)) or "j" in query:
            return _BAD_REQUEST
        if sid is None and query.get("EIO") != "4":
            return _OLD_PROTOCOL
        return None

    def _let_go(self, environ: "WSGIEnvironment") -> None:
        for sid in parse_qs(environ.get("QUERY_STRING", "")).get("sid", []):
            if sid in self._engine.sockets:
                self._engine.sockets[sid].drop()


def _length(environ: "WSGIEnvironment") -> int:
    sent = environ.get("CONTENT_LENGTH") or "0"
    return int(sent) if sent.isdecimal() else 0


def _read(environ: "WSGIEnvironment") -> bool:
    """Bring in the body, also one that comes in chunks; tell whether it is there and not too large."""
    try:
        content = get_input_stream(environ, max_content_length=LARGEST + 1).read()
    except HTTPException:
        return False
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(content), str(len(content))
    return len(content) <= LARGEST


def _with(headers: Mapping[str, str], start_response: "StartResponse") -> Callable[..., Any]:
    def start(status: str, own: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*own, *headers.items()], *more)

    return start


def _answer(
    start_response: "StartResponse", status: int, content: bytes, media_type: str | None, headers: Mapping[str, str]
) -> Iterable[bytes]:
    own = [("Content-Type", media_type), ("Content-Length", str(len(content)))] if media_type else []
    start_response(f"{status} {title(status)}", [*own, *headers.items()])
    return [content]
