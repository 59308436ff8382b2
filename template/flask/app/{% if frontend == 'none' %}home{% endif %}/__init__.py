"""The first page: what the service offers, and whether it is well."""

from pathlib import Path

from flask import Blueprint, Flask, Response

CACHED = "public, max-age=3600"

_PAGE = Path(__file__).parent / "page"
_ASSETS = {
    "icon.svg": "image/svg+xml",
    "status.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
}

home = Blueprint("home", __name__)


def init_app(app: Flask) -> None:
    """Add the page and what it loads."""
    app.register_blueprint(home)


@home.get("/")
def index() -> Response:
    """Return the page."""
    return Response((_PAGE / "index.html").read_bytes(), content_type="text/html; charset=utf-8")


def asset(name: str) -> Response:
    """Return one file of the page."""
    return Response((_PAGE / name).read_bytes(), content_type=_ASSETS[name], headers={"Cache-Control": CACHED})


for _name in _ASSETS:
    home.add_url_rule(f"/home/{_name}", view_func=asset, defaults={"name": _name})
