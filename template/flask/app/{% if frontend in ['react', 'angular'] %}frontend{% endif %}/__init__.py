"""The application in the browser: serves what was built of the folder `frontend/`, which draws every screen."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import structlog
from flask import Flask, Response
from werkzeug.exceptions import NotFound

from app.browsers import wants_page
from app.errors import Problem, answer
from app.files import ASKED, send, tag_of
from app.lifecycle import lifecycle

DIST = Path(__file__).parents[2] / "frontend" / "dist"

KEPT = "public, max-age=31536000, immutable"

_NOT_BUILT = "The front end is not built: README.md says by which command; then start again."
# A name that is another one as soon as what the file holds is, as those who build applications write it.
_HASHED = re.compile(r"(^(assets/.*|chunk)-[\w-]{8}|-[A-Z2-7]{8})(\.[a-z0-9]+)+$", re.ASCII)

_log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Read what was built, and add an address for each of its files and the screens at all others."""
    files = {path.relative_to(DIST).as_posix(): path.read_bytes() for path in sorted(DIST.rglob("*")) if path.is_file()}
    for name, content in files.items():
        app.add_url_rule("/" + quote(name, safe="/!~*'()"), f"frontend:{name}", _file(name, content))
    page = _file("index.html", files["index.html"]) if "index.html" in files else _missing
    app.add_url_rule("/", "frontend", page)

    @app.errorhandler(NotFound)
    def screen(_error: NotFound) -> Response:
        if not wants_page("GET", "HEAD"):
            return answer(Problem(404))
        response = page()
        response.vary.add("Accept")
        return response

    if "index.html" not in files:
        lifecycle(app).at_start(lambda: _log.warning("not built", folder="frontend"))


def _file(name: str, content: bytes) -> Callable[[], Response]:
    """Return what answers with one file."""
    tag, cache = tag_of(content), KEPT if _HASHED.search(name) else ASKED
    return lambda: send(name, content, tag, cache)


def _missing() -> Response:
    return answer(Problem(503, _NOT_BUILT))
