"""What happens once before the first request and once after the last."""

import logging
import threading
from collections.abc import Callable

import click
from flask import Flask


class Lifecycle:
    """Features say what to do at start and at stop; the server says when."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._at_start: list[Callable[[], None]] = []
        self._at_serve: list[Callable[[], None]] = []
        self._at_stop: list[Callable[[], None]] = []
        self._beside: list[threading.Thread] = []
        self._stopping = threading.Event()

    def at_start(self, action: Callable[[], None]) -> None:
        """Do this before the service listens."""
        self._at_start.append(action)

    def at_serve(self, action: Callable[[], None]) -> None:
        """Do this in every process that serves, once it is itself: what runs beside the requests begins here."""
        self._at_serve.append(action)

    def at_stop(self, action: Callable[[], None]) -> None:
        """Do this when the last request has been answered."""
        self._at_stop.append(action)

    @property
    def stopping(self) -> bool:
        """Whether the process was asked to end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Do what was asked for the start, in order."""
        for action in self._at_start:
            action()

    def serve(self) -> None:
        """Do what was asked for this process, in order."""
        for action in self._at_serve:
            action()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the process is asked to end, or for so many seconds; tell whether it was."""
        return self._stopping.wait(timeout)

    def beside(self, name: str, work: Callable[[], None]) -> None:
        """Do this beside the requests until the process is asked to end: what is done at the stop waits for it."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._beside.append(thread)
        thread.start()

    def shut_down(self) -> None:
        """Take note that the process ends: from here on it is not ready."""
        self._stopping.set()

    def stop(self) -> None:
        """Do what was asked for the stop, last come first."""
        self.shut_down()
        # Whoever still works would take up anew what the others give back, and use what they close.
        for thread in self._beside:
            thread.join()
        for action in reversed(self._at_stop):
            action()


def init_app(app: Flask) -> None:
    """Give the application its lifecycle."""
    app.extensions["lifecycle"] = Lifecycle()


def start_for_flask_run(app: Flask) -> None:
    """Start an application that `flask run` serves: there is no entry of ours that would."""
    context = click.get_current_context(silent=True)
    if context and context.info_name == "run":
        # Every request is logged once, by us.
        logging.getLogger("werkzeug").addFilter(lambda record: '"%s" %s %s' not in str(record.msg))
        lifecycle(app).start()
        lifecycle(app).serve()


def lifecycle(app: Flask) -> Lifecycle:
    """Return the lifecycle of this application."""
    found: Lifecycle = app.extensions["lifecycle"]
    return found
