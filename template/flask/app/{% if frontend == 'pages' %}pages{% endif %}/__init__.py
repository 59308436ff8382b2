"""Pages for people, made by the server: the first one, and what all of them share."""

from pathlib import Path

from flask import Flask

from app.files import serve
from app.pages import refusals
from app.pages.home import home
from app.pages.screens import Screens

serve(home, "/assets", sorted(path for path in (Path(__file__).parent / "static").iterdir() if path.is_file()))


def init_app(app: Flask) -> None:
    """Add the first page, what pages load, and the pages that say what went wrong."""
    app.extensions["screens"] = Screens()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(home)
    refusals.init_app(app)
