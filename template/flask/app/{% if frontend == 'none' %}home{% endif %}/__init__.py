"""The first page: what the service offers, and whether it is well."""

from pathlib import Path

from flask import Blueprint, Flask, Response

from app.files import page, serve

_PAGE = Path(__file__).parent / "page"

home = Blueprint("home", __name__)
serve(home, "/home", [_PAGE / name for name in ("icon.svg", "status.js", "style.css")])


def init_app(app: Flask) -> None:
    """Add the page and what it loads."""
    app.register_blueprint(home)


@home.get("/")
def index() -> Response:
    """Return the page."""
    return page(_PAGE / "index.html")
