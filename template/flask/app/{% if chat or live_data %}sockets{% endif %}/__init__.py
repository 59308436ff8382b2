"""Real time: Socket.IO, one server an application."""

from flask import Flask

from app.sockets.gate import Gate
from app.sockets.processes import Processes
from app.sockets.server import Sockets


def init_app(app: Flask) -> None:
    """Serve sockets beside the routes."""
    processes = Processes(app)
    app.extensions["processes"] = processes
    app.extensions["sockets"] = Sockets(app, processes)
    app.wsgi_app = Gate(app, sockets(app).eio)  # type: ignore[method-assign]


def sockets(app: Flask) -> Sockets:
    """Return the sockets of this application."""
    found: Sockets = app.extensions["sockets"]
    return found


def processes(app: Flask) -> int:
    """Return how many processes serve this application."""
    found: Processes = app.extensions["processes"]
    return found.count
