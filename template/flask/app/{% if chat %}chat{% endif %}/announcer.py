"""Tells the people in a room who is there: soon after that changes, and not again for every single one who comes."""

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask

from app.chat.delivery import NAME
from app.lifecycle import lifecycle
from app.sockets import sockets

SOON = 0.05
_AGAIN = 1
# A large room takes its time: telling everybody of everybody is no more than this part of the work.
_SHARE = 10

_log = structlog.get_logger()


class Announcer:
    """The rooms whose members changed."""

    def __init__(self, app: Flask, names: Callable[[str], list[str]]) -> None:
        """Ask here who is in a room."""
        self._sockets = sockets(app)
        self._lifecycle = lifecycle(app)
        self._names = names
        self._changed: dict[str, None] = {}
        self._told: dict[str, list[str]] = {}
        self._some = threading.Event()
        self._lifecycle.at_serve(threading.Thread(target=self._run, name="presence", daemon=True).start)

    def changed(self, room: str) -> None:
        """Take note that the members of a room may have changed."""
        self._changed[room] = None
        self._some.set()

    def answered(self, room: str, names: list[str]) -> None:
        """Take note that somebody was answered with these, who may be others than were told of."""
        if names != self._told.get(room):
            self._told.pop(room, None)

    def _run(self) -> None:
        while not self._lifecycle.stopping:
            self._some.wait(1)
            self._some.clear()
            self._lifecycle.wait(SOON)
            worked = 0.0
            for room in tuple(self._changed):
                began = time.monotonic()
                self._changed.pop(room, None)
                try:
                    self._tell(room)
                except Exception as error:
                    _log.warning("members not told", error=f"{type(error).__name__}: {error}")
                    self.changed(room)
                    self._lifecycle.wait(_AGAIN)
                    break
                worked += time.monotonic() - began
            self._lifecycle.wait(worked * _SHARE)

    def _tell(self, room: str) -> None:
        names = self._names(room)
        if not self._sockets.has(NAME, room):
            self._told.pop(room, None)
        elif names != self._told.get(room):
            self._told[room] = names
            shown = {"room": room, "members": names}
            # Only who is there now counts: for a client that reads slowly the newest list waits.
            self._sockets.emit_here(NAME, "presence", shown, room, f"presence {room}")
