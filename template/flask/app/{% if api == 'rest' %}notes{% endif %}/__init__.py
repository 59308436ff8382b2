"""Notes: the example of a resource, to copy from."""

from flask import Flask

from app.notes.routes import routes
from app.notes.store import open_store


def init_app(app: Flask) -> None:
    """Open the store of notes and add their routes."""
    app.extensions["notes"] = open_store(app)
    app.register_blueprint(routes)
