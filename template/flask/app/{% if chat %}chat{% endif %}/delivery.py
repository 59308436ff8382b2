"""Brings messages to the people in their room: each once, in the order of their ids, whichever process it came by."""

import json
import threading
from collections.abc import Iterable

import structlog
from flask import Flask

from app.chat.model import NOTHING, Message, shown
from app.chat.store import Messages
from app.lifecycle import lifecycle
from app.sockets import sockets

NAME = "/chat"
CHANNEL = "chat:messages"
PATIENCE = 0.2
AT_ONCE = 200

_log = structlog.get_logger()

Shown = dict[str, str]


class Delivery:
    """How far every room is in which somebody is whom this process serves."""

    def __init__(self, app: Flask, messages: Messages) -> None:
        """Begin with no room."""
        self._sockets = sockets(app)
        self._messages = messages
        self._lifecycle = lifecycle(app)
        self._lock = threading.RLock()
        self._last: dict[str, str] = {}
        self._held: dict[str, dict[str, Shown]] = {}
        self._gap = threading.Event()
        self._lifecycle.at_serve(self._serve)

    def begin(self, room: str) -> None:
        """Begin with what is new from now on, unless somebody in the room hears of it already."""
        if room not in self._last:
            newest = self._messages.last(room, 1)
            with self._lock:
                self._last.setdefault(room, newest[-1].id if newest else NOTHING)

    def end(self, room: str) -> None:
        """Forget about a room in which there is nobody any more."""
        with self._lock:
            if not self._sockets.has(NAME, room):
                self._last.pop(room, None)
                self._held.pop(room, None)

    def send(self, message: Message) -> None:
        """Bring a new message to everybody in its room."""
        self._take(shown(message), message.previous)
        said = {"message": shown(message), "previous": message.previous}
        self._sockets.processes.call(CHANNEL, json.dumps(said))

    def _serve(self) -> None:
        def hear(said: str) -> None:
            told = json.loads(said)
            self._take(told["message"], told["previous"])

        self._sockets.processes.listen(CHANNEL, hear, self._catch_up_all)
        threading.Thread(target=self._fill_gaps, name="delivery", daemon=True).start()

    def _take(self, message: Shown, previous: str) -> None:
        room = message["room"]
        with self._lock:
            if self._sockets.has(NAME, room) and message["id"] > self._last.setdefault(room, previous):
                held = self._held.setdefault(room, {})
                held[previous] = message
                self._deliver(room, iter(lambda: held.pop(self._last.get(room, ""), {}), {}))
                if held:
                    self._gap.set()
                else:
                    self._held.pop(room, None)

    def _deliver(self, room: str, messages: Iterable[Shown]) -> None:
        for message in messages:
            self._last[room] = message["id"]
            self._sockets.emit_here(NAME, "message", message, room)

    def _fill_gaps(self) -> None:
        """Read what did not come: whoever kept it could not tell."""
        while not self._lifecycle.stopping:
            if self._gap.wait(1):
                self._gap.clear()
                with self._lock:
                    waiting = {room: tuple(held) for room, held in self._held.items()}
                self._lifecycle.wait(PATIENCE)
                with self._lock:
                    late = [room for room, held in waiting.items() if set(held) & set(self._held.get(room, ()))]
                self._catch_up(late)
                if self._held:
                    self._gap.set()

    def _catch_up_all(self) -> None:
        self._catch_up(tuple(self._last))

    def _catch_up(self, rooms: Iterable[str]) -> None:
        for room in rooms:
            try:
                self._read(room)
            except Exception as error:
                _log.warning("messages late", error=f"{type(error).__name__}: {error}")
                self._lifecycle.wait(1)

    def _read(self, room: str) -> None:
        while room in self._last:
            found = self._messages.after(room, self._last[room], AT_ONCE)
            with self._lock:
                if room not in self._last:
                    return
                last = self._last[room]
                self._deliver(room, [shown(message) for message in found if message.id > last])
                held = {before: one for before, one in self._held.pop(room, {}).items() if one["id"] > self._last[room]}
                if held:
                    self._held[room] = held
            if len(found) < AT_ONCE:
                return
