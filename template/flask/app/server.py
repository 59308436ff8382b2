"""Serves the application with gunicorn: one process that watches, and those that answer."""

import errno
import os
import signal
import socket
import sys
from typing import Any

import structlog
from click import ClickException
from flask import Flask

from app.config import settings
from app.factory import create_app
from app.lifecycle import lifecycle

# Gunicorn reads variables of its own when it is imported, and fails on values that are refused here in one line.
_environment = dict(os.environ)
os.environ.clear()

from gunicorn import arbiter, glogging  # noqa: E402
from gunicorn.app.base import BaseApplication  # noqa: E402
from gunicorn.http import wsgi  # noqa: E402

from app.worker import GRACE, Worker, processes  # noqa: E402

os.environ.update(_environment)

_REASONS = {
    errno.EADDRINUSE: "the address is in use",
    errno.EADDRNOTAVAIL: "the address is not of this machine",
    errno.EACCES: "permission denied",
}

_log = structlog.get_logger()


def main() -> None:
    """Serve until SIGTERM or SIGINT; a way to fail that the owner can mend is one line on stderr."""
    try:
        app = create_app()
        listener = _listen(settings(app).HOST, settings(app).PORT)
        lifecycle(app).start()
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    _log.info("listening", host=settings(app).HOST, port=settings(app).PORT)
    _Arbiter(_Server(app, listener)).run()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        number = error.errno or 0
        why = _REASONS.get(number) or (os.strerror(number) if number > 0 else str(error.strerror)).lower()
        sys.exit(f"Cannot listen on {f'[{host}]' if ':' in host else host}:{port}: {why}.")


class _Server(BaseApplication):
    """The settings of gunicorn; it reads none from files, arguments or the environment."""

    def __init__(self, app: Flask, listener: socket.socket) -> None:
        self.app = app
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        choices = {
            "bind": f"fd://{self._listener.fileno()}",
            "worker_class": Worker,
            **processes(self.app),
            "keepalive": 5,
            "graceful_timeout": GRACE,
            "limit_request_line": 8190,
            "logger_class": _Logger,
            "control_socket_disable": True,
            "forwarded_allow_ips": "",
        }
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app


class _Arbiter(arbiter.Arbiter):
    """The process that accepts: Ctrl-C ends it as gently as SIGTERM does."""

    def handle_int(self) -> None:
        # It comes twice, from the terminal and from `uv run`; a second one would cut off who is being answered.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while not self.SIG_QUEUE.empty():
            self.SIG_QUEUE.get_nowait()
        self.handle_term()

    def stop(self, graceful: bool = True) -> None:
        super().stop(graceful)
        _log.info("stopped")


class _Logger(glogging.Logger):
    """Gunicorn's warnings go where all lines go; its own tales of starting and stopping are left out."""

    def setup(self, cfg: object) -> None:
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")

    def access(self, *_: object) -> None:
        """Leave it to `incoming`, which knows the id of the request."""


class _Response(wsgi.Response):
    """An answer that does not say what serves it."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


wsgi.Response = _Response  # type: ignore[misc]  # gunicorn has no setting for it
