"""Socket.IO: namespaces with typed events, each answered with what came of it, and what is sent to rooms."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import socketio
import structlog
from flask import Flask, g
from gevent import monkey
from pydantic import BaseModel
from socketio.packet import ACK, CONNECT, CONNECT_ERROR, Packet

from app.errors import Problem
from app.fields import check, invalid
from app.incoming import new_request_id
from app.lifecycle import lifecycle
from app.sockets.engine import Connection, Engine, logger
from app.sockets.limits import TOO_MANY, Rate
from app.sockets.outbox import Letter
from app.sockets.processes import Processes
from app.sockets.websocket import LARGEST

PATIENCE = 10.0
MOMENT = 0.5

_GOODBYES = 100

# One of a client's packets may bring so much more along.
_ATTACHMENTS = 10

# Words of the libraries, which none of them lets a client say.
_RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")

_REASONS = {"client disconnect": "client namespace disconnect", "server disconnect": "server namespace disconnect"}

_log = structlog.get_logger()

_Sent = TypeVar("_Sent", bound=BaseModel)
Answer = Mapping[str, object]


@dataclass(eq=False)
class Client:
    """Somebody in a namespace."""

    sid: str
    connection: str
    environ: dict[str, Any]
    namespace: str
    rate: Rate = field(default_factory=Rate)
    name: str = ""
    user: str | None = None
    known: Any = None
    rooms: set[str] = field(default_factory=set)
    gone: bool = False


class Nothing(BaseModel):
    """An event that has nothing to say."""


class Door:
    """Who may come in, whatever the namespace: everybody; a feature makes its own of it."""

    def admit(self, client: Client, auth: object) -> None:
        """Let a client in, or raise a problem."""

    def entered(self, client: Client) -> None:
        """Take note that a client is in."""

    def left(self, client: Client) -> None:
        """Take note that a client is gone."""


class Namespace:
    """What may be asked under one name; a feature makes its own of it."""

    def __init__(self, name: str) -> None:
        """Begin with no event."""
        self.name = name
        self._events: dict[str, tuple[type[BaseModel], Callable[[Client, Any], Answer]]] = {}

    def on(self, event: str, model: type[_Sent], handler: Callable[[Client, _Sent], Answer]) -> None:
        """Answer an event, which brings this, with what the handler returns."""
        self._events[event] = (model, handler)

    def connect(self, client: Client, auth: object) -> None:
        """Let a client in, or raise a problem."""

    def disconnect(self, client: Client) -> None:
        """Take note that a client is gone."""

    def answer(self, client: Client, event: object, sent: list[object]) -> Answer:
        """Do what a client asks."""
        if not client.rate.take():
            raise Problem(429, TOO_MANY)
        if not isinstance(event, str) or event not in self._events:
            raise Problem(404, "There is no event of this name.")
        model, handler = self._events[event]
        if not sent and not model.model_fields:
            sent = [{}]
        if len(sent) != 1:
            invalid([{"path": "", "message": "This must be an object."}])
        return handler(client, check(model, sent[0]))


class Sockets(socketio.Server):  # type: ignore[misc]  # socketio has no types
    """The clients of this process."""

    def __init__(self, app: Flask, processes: Processes) -> None:
        """Begin with no namespace."""
        super().__init__(
            async_mode="gevent" if monkey.is_module_patched("threading") else "threading",
            async_handlers=False,
            transports=processes.transports,
            max_http_buffer_size=LARGEST,
            http_compression=False,
            cors_allowed_origins=[],
            logger=logger,
            engineio_logger=logger,
        )
        self._app = app
        self.processes = processes
        self.door = Door()
        self._spaces: dict[str, Namespace] = {}
        self._clients: dict[str, Client] = {}
        self._joining: dict[str, float] = {}
        self._rates: dict[str, dict[str, Rate]] = {}
        lifecycle(app).at_serve(self._serve)

    def add(self, namespace: Namespace) -> None:
        """Offer a namespace."""
        self._spaces[namespace.name] = namespace

    def emit_all(
        self, namespace: str, event: str, payload: object, room: str | None = None, subject: str | None = None
    ) -> None:
        """Send an event to everybody in a room, or in the namespace, whichever process serves them.

        Of what has a subject a client that reads slowly gets the newest only.
        """
        text = _text(namespace, event, payload)
        self.deliver(namespace, room, text, subject)
        self.processes.tell(namespace, room, text, subject)

    def emit_here(self, namespace: str, event: str, payload: object, room: str, subject: str | None = None) -> None:
        """Send an event to everybody in a room whom this process serves."""
        self.deliver(namespace, room, _text(namespace, event, payload), subject)

    def deliver(self, namespace: str, room: str | None, text: str, subject: str | None) -> None:
        """Send what is written already to everybody in a room whom this process serves."""
        letter = Letter(text, subject)
        for _, connection in list(self.manager.get_participants(namespace, room)):
            found = self.eio.sockets.get(connection)
            if found:
                found.send(letter)

    def put_out(self, clients: Iterable[Client]) -> None:
        """Tell clients that they are not wanted any more, and close their connections."""
        clients = tuple(clients)
        for client in clients:
            with contextlib.suppress(KeyError):
                self.disconnect(client.sid, client.namespace, ignore_queue=True)
        for connection in {client.connection for client in clients}:
            found: Connection | None = self.eio.sockets.get(connection)
            if found and found.upgraded:
                found.close(wait=False)
            elif found:
                self.start_background_task(self._close_later, found)

    def has(self, namespace: str, room: str) -> bool:
        """Tell whether this process serves anybody in a room."""
        return room in self.manager.rooms.get(namespace, {})

    def _serve(self) -> None:
        self.processes.start(self.deliver)
        threading.Thread(target=self._look_after, name="sockets", daemon=True).start()
        threading.Thread(target=self._end, name="sockets end", daemon=True).start()

    def _look_after(self) -> None:
        """Let those go who connect and then join nothing."""
        while not lifecycle(self._app).wait(1):
            late = [sid for sid, end in list(self._joining.items()) if time.monotonic() > end]
            for sid in late:
                self._joining.pop(sid, None)
                self._drop(sid)

    def _end(self) -> None:
        """Let everybody go when the process ends: many at once, for some do not read what they are told."""
        lifecycle(self._app).wait()
        free = threading.Semaphore(_GOODBYES)

        def leave(connection: Connection) -> None:
            try:
                connection.leave("server shutting down")
            finally:
                free.release()

        while self.eio.sockets:
            for connection in list(self.eio.sockets.values()):
                free.acquire()
                self.start_background_task(leave, connection)
            time.sleep(0.05)

    def _close_later(self, connection: Connection) -> None:
        """Close a connection of polls, whose client reads by the open one that it was put out."""
        time.sleep(MOMENT)
        connection.close(wait=False)

    def _drop(self, sid: str) -> None:
        found: Connection | None = self.eio.sockets.get(sid)
        if found:
            found.drop()

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        super()._handle_eio_connect(eio_sid, environ)
        self._joining[eio_sid] = time.monotonic() + PATIENCE
        self._rates[eio_sid] = {}

    def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        try:
            super()._handle_eio_message(eio_sid, data)
            attachments = getattr(self._binary_packet.get(eio_sid), "attachment_count", 0)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            attachments = _ATTACHMENTS + 1
        if attachments > _ATTACHMENTS:
            self._drop(eio_sid)

    def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._joining.pop(eio_sid, None)
        self._binary_packet.pop(eio_sid, None)
        self._rates.pop(eio_sid, None)
        super()._handle_eio_disconnect(eio_sid, reason)

    def _handle_connect(self, eio_sid: str, namespace: str | None, data: object) -> None:
        name = namespace or "/"
        environ = self.environ[eio_sid]
        space = self._spaces.get(name)
        sid: str | None = None
        # It stays when a client leaves and comes again, which is asking, too; all names that are none have one.
        rates, counted = self._rates[eio_sid], name if space else ""
        if counted in rates and not rates[counted].bears():
            self._drop(eio_sid)
            return
        rate = rates.setdefault(counted, Rate())
        try:
            if space is None:
                raise Problem(404, "There is no namespace of this name.")
            sid = self.manager.pre_connect(eio_sid, name)
            if sid is None:
                self._drop(eio_sid)
                return
            client = Client(sid, eio_sid, environ, name, rate)
            self.door.admit(client, data)
            space.connect(client, data)
        except Exception as error:
            problem = self._problem(error, name, environ)
            refusal = {"message": problem["detail"], "data": problem}
            self._send_packet(eio_sid, Packet(CONNECT_ERROR, refusal, name))
            if sid:
                self.manager.disconnect(sid, name)
            return
        self._joining.pop(eio_sid, None)
        self._clients[sid] = client
        _log.info("connected", namespace=name, socket=sid)
        self._send_packet(eio_sid, Packet(CONNECT, {"sid": sid}, name))
        self.manager.connect(sid, name)
        self.door.entered(client)

    def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: list[Any]) -> None:
        """Let go who says what no client says: something where it is not, or a word of the library's own."""
        name = namespace or "/"
        joined = self.manager.is_connected(self.manager.sid_from_eio_sid(eio_sid, name), name)
        if not joined or type(data[0]) not in (str, int, float) or data[0] in _RESERVED:
            self._drop(eio_sid)
        else:
            super()._handle_event(eio_sid, namespace, id, data)

    def _handle_event_internal(
        self, _server: object, sid: str, eio_sid: str, data: list[Any], namespace: str, id: int | None
    ) -> None:
        """Answer what a client asks; it is worked through in its order."""
        client = self._clients[sid]
        event, *sent = data
        answer: Mapping[str, object]
        try:
            answer = {"ok": True, **self._spaces[namespace].answer(client, event, sent)}
        except Exception as error:
            if isinstance(error, Problem) and error.status == 429 and not client.rate.bears():
                self._drop(eio_sid)
                return
            answer = {"ok": False, "error": self._problem(error, namespace, client.environ)}
        if id is not None:
            self._send_packet(eio_sid, Packet(ACK, [answer], namespace, id))

    def _trigger_event(self, _event: str, namespace: str, sid: str, reason: str) -> None:
        """Take note that a client is gone; of all events this one alone comes this way."""
        client = self._clients.pop(sid)
        self.door.left(client)
        try:
            self._spaces[namespace].disconnect(client)
        except Exception as error:
            self._problem(error, namespace, client.environ)
        _log.info("disconnected", namespace=namespace, socket=sid, reason=_REASONS.get(reason, reason))

    def _problem(self, error: Exception, namespace: str, environ: dict[str, Any]) -> Any:
        """Return what HTTP would answer."""
        with self._app.request_context(environ):
            g.path, g.request_id = namespace, new_request_id()
            return self._app.make_response(self._app.handle_user_exception(error)).get_json()


def _text(namespace: str, event: str, payload: object) -> str:
    encoded: str = Packet(data=[event, payload], namespace=namespace).encode()
    return encoded
