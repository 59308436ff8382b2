"""What is announced inside the service: features publish, others may listen."""

from collections.abc import Callable

import structlog
from flask import Flask

Listener = Callable[[object], None]

_log = structlog.get_logger()


class Events:
    """Names with the listeners that wait for them."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._listeners: dict[str, list[Listener]] = {}

    def subscribe(self, name: str, listener: Listener) -> Callable[[], None]:
        """Call the listener at each event of this name, until the returned function is called."""
        self._listeners.setdefault(name, []).append(listener)
        return lambda: self._listeners[name].remove(listener)

    def publish(self, name: str, payload: object) -> None:
        """Tell every listener; one that fails is logged and disturbs nobody."""
        for listener in tuple(self._listeners.get(name, ())):
            try:
                listener(payload)
            except Exception:
                _log.exception("listener failed", name=name)


def init_app(app: Flask) -> None:
    """Give the application its events."""
    app.extensions["events"] = Events()


def events(app: Flask) -> Events:
    """Return the events of this application."""
    found: Events = app.extensions["events"]
    return found
