"""Is the process alive, and may it be sent requests."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

import structlog
from flask import Blueprint, Flask, Response, current_app

from app.errors import to_json
from app.lifecycle import lifecycle

LIMIT = 2.0

health = Blueprint("health", __name__, url_prefix="/health")

_log = structlog.get_logger()


class Checks:
    """What must answer before the service is ready: a feature adds what it depends on."""

    def __init__(self) -> None:
        """Begin with nothing to wait for."""
        self._checks: dict[str, Callable[[], None]] = {}
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")

    def __iter__(self) -> Iterator[str]:
        """Name the checks."""
        return iter(self._checks)

    def add(self, name: str, check: Callable[[], None]) -> None:
        """Add a check, which raises when all is not well."""
        self._checks[name] = check

    def require(self, name: str) -> None:
        """Do one check, and raise what it raises."""
        self._checks[name]()

    def run(self) -> dict[str, str]:
        """Run all checks at once; one that takes longer than the limit has failed."""
        end = time.monotonic() + LIMIT
        running = {name: self._threads.submit(check) for name, check in self._checks.items()}
        found = {}
        for name, future in running.items():
            try:
                future.result(max(0, end - time.monotonic()))
                found[name] = "ok"
            except (Exception, TooLate) as error:
                future.cancel()
                _log.warning("unavailable", check=name, error=f"{type(error).__name__}: {error}")
                found[name] = "unavailable"
        return found


def init_app(app: Flask) -> None:
    """Add the two addresses that a load balancer asks."""
    app.extensions["checks"] = Checks()
    app.register_blueprint(health)


def checks(app: Flask) -> Checks:
    """Return the checks of this application."""
    found: Checks = app.extensions["checks"]
    return found


@health.get("/live")
def live() -> Response:
    """Answer: that is all there is to it."""
    return _answer(200, {"status": "ok"})


@health.get("/ready")
def ready() -> Response:
    """Say whether everything that requests need is there."""
    found = checks(current_app).run()
    well = not lifecycle(current_app).stopping and all(state == "ok" for state in found.values())
    return _answer(200 if well else 503, {"status": "ok" if well else "unavailable", "checks": found})


def _answer(status: int, content: object) -> Response:
    return Response(to_json(content), status, content_type="application/json")
