"""What is known of a request before any feature sees it: its id, its path as sent, its time."""

import re
import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urlsplit

import structlog
from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

_log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Note what every request brings, and log how each was answered."""
    # No redirects: an address is right or it is a 404. OPTIONS is answered in `errors`.
    app.url_map.merge_slashes = False
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.wsgi_app = _RawPath(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = trusting(app, app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.before_request(_begin)
    app.after_request(_end)


def trusting(app: Flask, inner: "WSGIApplication") -> "WSGIApplication":
    """Believe what as many proxies as there are say of the client."""
    hops = settings(app).TRUST_PROXY
    return ProxyFix(inner, x_for=hops, x_proto=hops, x_host=hops) if hops else inner


def request_id_of(sent: str) -> str:
    """Return the id that a request came with, if it is well-formed, else a new one."""
    return sent if _REQUEST_ID.fullmatch(sent) else new_request_id()


def new_request_id() -> str:
    """Return an id for a request that came without one."""
    return str(uuid.uuid4())


def path_as_sent(raw: str) -> str:
    """Return the path of a request target, undecoded and without its query."""
    if not raw.startswith("/") and "://" in raw:
        raw = urlsplit(raw).path or "/"
    return raw.partition("?")[0].partition("#")[0]


class _RawPath:
    """Route by the path as sent: only a parameter is ever decoded, by whoever reads it."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        raw = environ.get("RAW_URI") or quote(environ.get("PATH_INFO", "/"), encoding="latin-1")
        environ["PATH_INFO"] = environ["app.path"] = path_as_sent(raw)
        return self._app(environ, start_response)


def _begin() -> None:
    g.started = time.perf_counter()
    g.path = request.environ["app.path"]
    g.request_id = request_id_of(request.headers.get("X-Request-Id", ""))
    if "HTTP_HOST" not in request.environ and request.environ["SERVER_PROTOCOL"] == "HTTP/1.1":
        abort(400)
    # Werkzeug would take `//x` for `/x`.
    if g.path.startswith("//") or not _is_decodable(g.path):
        abort(404)


def _is_decodable(path: str) -> bool:
    try:
        unquote_to_bytes(path.encode("latin-1")).decode()
    except UnicodeDecodeError:
        return False
    return not _BAD_ESCAPE.search(path)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    _log.info(
        "request",
        request_id=g.request_id,
        method=request.method,
        path=g.path,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - g.started) * 1000, 3),
    )
    return response
