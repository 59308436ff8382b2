"""Serves the application with gunicorn: one process that accepts, one that answers in threads."""

import contextlib
import errno
import os
import signal
import socket
import sys
from types import FrameType
from typing import Any

import structlog
from click import ClickException
from flask import Flask
from gunicorn import arbiter, glogging, util
from gunicorn.app.base import BaseApplication
from gunicorn.http import errors as http_errors
from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker

from app.config import settings
from app.errors import MEDIA_TYPE, Problem, body, title
from app.factory import create_app
from app.headers import standard
from app.incoming import new_request_id, path_as_sent
from app.lifecycle import lifecycle

GRACE = 10

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
            "workers": 1,
            "worker_class": _Worker,
            "threads": 8,
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


class _Worker(ThreadWorker):
    """The process that answers."""

    app: _Server

    def init_signals(self) -> None:
        super().init_signals()
        # A terminal sends Ctrl-C to both processes; this one waits for word from the other.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        lifecycle(self.app.app).shut_down()
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: object) -> None:
        super().set_accept_enabled(bool(enabled))
        if not self.alive:
            # Who is in the queue of the socket believes to be connected, and is answered; who comes later is refused.
            for listener in self.sockets:
                served = -1
                while served < self.nr_conns:
                    served = self.nr_conns
                    self.accept(listener)
                listener.close()

    def run(self) -> None:
        try:
            super().run()
        finally:
            lifecycle(self.app.app).stop()

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # A body that nobody read is read away, or closing would take the answer from a client that still sends.
        drained: bool = super()._keepalive_after(conn, True)  # type: ignore[misc]  # missing in the stubs
        return drained and keepalive

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what never became a request, in the shape of every other error."""
        ours = not isinstance(exc, http_errors.ParseException)
        problem = Problem(500, "Something went wrong on our side.") if ours else Problem(400)
        request_id = new_request_id()
        instance = path_as_sent(getattr(req, "uri", None) or "/")
        if ours:
            _log.error("failed", request_id=request_id, exc_info=exc)
        _log.info(
            "request",
            request_id=request_id,
            method=getattr(req, "method", None),
            path=instance,
            status=problem.status,
            duration_ms=0,
        )
        content = body(problem, instance, request_id)
        headers = {
            **standard(self.app.app),
            "X-Request-Id": request_id,
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(content)),
            "Date": util.http_date(),
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {problem.status} {title(problem.status)}", *map(": ".join, headers.items()), "", ""]
        with contextlib.suppress(OSError):
            client.sendall("\r\n".join(lines).encode("latin-1") + content)


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
