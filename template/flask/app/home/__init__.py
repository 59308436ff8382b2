"""The first page: what the service offers, and whether it is well."""

from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory

CACHED = "public, max-age=3600"

_PAGE = Path(__file__).parent / "page"

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
    response = send_from_directory(_PAGE, name, conditional=False, etag=False)
    response.headers["Cache-Control"] = CACHED
    return response


for _name in ("icon.svg", "status.js", "style.css"):
    home.add_url_rule(f"/home/{_name}", view_func=asset, defaults={"name": _name})
