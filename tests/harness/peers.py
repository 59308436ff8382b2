"""Official clients of Socket.IO behind one small interface: python-socketio, and socket.io-client in a Node of its own.

A peer is one connection. It remembers all that it hears, in the order in which it came; tests ask, wait, and look.
"""

from __future__ import annotations

import atexit
import base64
import itertools
import json
import queue
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engineio  # type: ignore[import-untyped]
import socketio  # type: ignore[import-untyped]

from harness import node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE = 20.0


class RefusedError(Exception):
    """The namespace said no; `message` and `data` are what it said."""

    def __init__(self, message: Any, data: Any) -> None:
        """Keep what was said."""
        super().__init__(f"{message!r}: {data!r}")
        self.message = message
        self.data = data


class UnreachableError(Exception):
    """There was no connection at all."""


class SilentError(AssertionError):
    """Nothing came in time."""


@dataclass(frozen=True)
class Heard:
    """One event that a peer was told of."""

    namespace: str
    name: str
    values: tuple[Any, ...]

    @property
    def value(self) -> Any:
        """Return what the event carries, when it is one thing."""
        assert len(self.values) == 1, self
        return self.values[0]


@dataclass
class Call:
    """How a peer connects."""

    url: str
    namespaces: Sequence[str]
    auth: Any = None
    transports: Sequence[str] = ("websocket",)
    headers: Mapping[str, str] = field(default_factory=dict)
    reconnect: bool = False


class Peer(ABC):
    """One connection of a client, and all that it has heard."""

    def __init__(self, call: Call) -> None:
        """Prepare a connection; the first namespace is the one meant when none is named."""
        self.call = call
        self.heard: list[Heard] = []
        self.ended: list[tuple[str, str]] = []
        self.began: list[str] = []
        self._news = threading.Condition()

    @abstractmethod
    def connect(self) -> None:
        """Connect to all namespaces, or raise RefusedError or UnreachableError."""

    @abstractmethod
    def ask(self, event: str, *values: Any, namespace: str | None = None, timeout: float = PATIENCE) -> Any:
        """Emit an event and return what it is acknowledged with."""

    @abstractmethod
    def tell(self, event: str, *values: Any, namespace: str | None = None) -> None:
        """Emit an event that asks for no acknowledgement."""

    @abstractmethod
    def close(self) -> None:
        """Say goodbye."""

    def events(self, name: str, namespace: str | None = None) -> list[Any]:
        """List what the events of a name have carried so far."""
        with self._news:
            return [one.value for one in self.heard if one.name == name and namespace in (None, one.namespace)]

    def wait(self, condition: Callable[[], Any], what: str = "", timeout: float = PATIENCE) -> Any:
        """Wait until a condition on what was heard holds, and return what it gives."""
        deadline = time.monotonic() + timeout
        with self._news:
            while not (found := condition()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise SilentError(f"nothing came of {what or 'what was waited for'}: {self.told()}")
                self._news.wait(min(left, 1.0))
            return found

    def wait_for(self, name: str, wanted: Callable[[Any], bool] = lambda _: True, timeout: float = PATIENCE) -> Any:
        """Wait for an event, also one that has come already, and return what it carries."""

        def find() -> list[Any]:
            return [one for one in self.events(name) if wanted(one)]

        return self.wait(find, name, timeout)[0]

    def wait_count(self, name: str, number: int, timeout: float = PATIENCE) -> list[Any]:
        """Wait until an event has come so many times, and return what all of them carried."""

        def enough() -> list[Any] | None:
            found = self.events(name)
            return found if len(found) >= number else None

        found = self.wait(enough, f"{number} times {name}", timeout) if number else []
        assert isinstance(found, list)
        return found

    def wait_end(self, timeout: float = PATIENCE) -> str:
        """Wait until the connection has ended, and return the reason that the client names."""
        return str(self.wait(lambda: self.ended, "the end of the connection", timeout)[-1][1])

    def wait_return(self, times: int, timeout: float = PATIENCE) -> None:
        """Wait until the first namespace has been connected so many times in all."""
        first = self.call.namespaces[0]
        self.wait(lambda: self.began.count(first) >= times, f"connection {times}", timeout)

    def forget(self) -> None:
        """Forget what was heard."""
        with self._news:
            self.heard.clear()

    def told(self) -> str:
        """Describe the peer for failure messages."""
        return f"{type(self).__name__} {self.call}, heard {self.heard[-20:]}, ended {self.ended}, began {self.began}"

    def _hear(self, namespace: str, name: str, values: Sequence[Any]) -> None:
        with self._news:
            self.heard.append(Heard(namespace, name, tuple(values)))
            self._news.notify_all()

    def _begin(self, namespace: str) -> None:
        with self._news:
            self.began.append(namespace)
            self._news.notify_all()

    def _end(self, namespace: str, reason: str) -> None:
        with self._news:
            self.ended.append((namespace, reason))
            self._news.notify_all()

    def __enter__(self) -> Peer:
        """Use the connection until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye."""
        self.close()


class _InOrder(engineio.Client):  # type: ignore[misc]
    """Hands each message on when the one before is done with; as it comes, each has a thread of its own."""

    def _trigger_event(self, event: str, *values: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *values, **{**options, "run_async": False})


class _Client(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[_InOrder]:
        return _InOrder


class PythonPeer(Peer):
    """python-socketio."""

    def __init__(self, call: Call) -> None:
        """Prepare the client; it does not reconnect unless it is asked to."""
        super().__init__(call)
        self._refusals: dict[str, Any] = {}
        self._browses = "Origin" in call.headers and "websocket" in call.transports
        self._client = _Client(
            reconnection=call.reconnect,
            reconnection_delay=0.1,
            reconnection_delay_max=0.4,
            request_timeout=PATIENCE,
            handle_sigint=False,
            # As a header of its own it would be sent besides the one that a WebSocket has anyway.
            websocket_extra_options={"origin": call.headers["Origin"]} if self._browses else {},
        )
        for namespace in call.namespaces:
            self._listen(namespace)

    def _listen(self, namespace: str) -> None:
        def refused(*data: Any) -> None:
            self._refusals[namespace] = data[0] if data else None

        self._client.on("connect", lambda: self._begin(namespace), namespace=namespace)
        self._client.on("disconnect", lambda reason: self._end(namespace, reason), namespace=namespace)
        self._client.on("connect_error", refused, namespace=namespace)
        self._client.on("*", lambda name, *values: self._hear(namespace, name, values), namespace=namespace)

    def connect(self) -> None:
        """Connect, and tell a refusal of the namespace from one of the transport."""
        self._refusals.clear()
        call = self.call
        headers = {name: value for name, value in call.headers.items() if name != "Origin" or not self._browses}
        try:
            self._client.connect(
                call.url,
                headers=headers,
                auth=call.auth,
                transports=list(call.transports),
                namespaces=list(call.namespaces),
                wait_timeout=PATIENCE,
            )
        except socketio.exceptions.ConnectionError as error:
            told = [one for one in self._refusals.values() if isinstance(one, dict) and "message" in one]
            if told and "failed to connect" in str(error):
                raise RefusedError(told[0]["message"], told[0].get("data")) from None
            raise UnreachableError(str(error)) from error

    def ask(self, event: str, *values: Any, namespace: str | None = None, timeout: float = PATIENCE) -> Any:
        """Emit, and wait for the acknowledgement."""
        where = namespace or self.call.namespaces[0]
        try:
            return self._client.call(event, values, namespace=where, timeout=timeout)
        except socketio.exceptions.TimeoutError:
            raise SilentError(f"{event} was not acknowledged: {self.told()}") from None
        except socketio.exceptions.BadNamespaceError as error:
            raise UnreachableError(str(error)) from error

    def tell(self, event: str, *values: Any, namespace: str | None = None) -> None:
        """Emit."""
        try:
            self._client.emit(event, values, namespace=namespace or self.call.namespaces[0])
        except socketio.exceptions.BadNamespaceError as error:
            raise UnreachableError(str(error)) from error

    def close(self) -> None:
        """Disconnect and stop reconnecting; a poll that is still open is not waited for."""
        closing = threading.Thread(target=self._client.shutdown, daemon=True)
        closing.start()
        closing.join(1.0 if "polling" in self.call.transports else PATIENCE)


class _Driver:
    """The Node process in which the JavaScript clients of a test process live."""

    def __init__(self) -> None:
        command = [str(node.node()), str(Path(__file__).with_name("peer.mjs")), str(node.packages())]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, **pipes, encoding="utf-8", start_new_session=True)
        self.peers: dict[int, NodePeer] = {}
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {0: queue.SimpleQueue()}
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()
        self._answers[0].get(timeout=60)
        atexit.register(self.process.kill)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = json.loads(line)
            if "id" in message:
                if waiting := self._answers.pop(message["id"], None):
                    waiting.put(message)
            elif peer := self.peers.get(message["peer"]):
                peer.take(message)

    def send(self, patience: float, **message: Any) -> dict[str, Any]:
        """Give a command and wait for what comes of it."""
        assert self.process.stdin is not None
        waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        with self._lock:
            number = next(self._numbers)
            self._answers[number] = waiting
            self.process.stdin.write(json.dumps({"id": number, **message}, default=_bytes) + "\n")
            self.process.stdin.flush()
        try:
            return waiting.get(timeout=patience + 10)
        except queue.Empty:
            raise SilentError(f"the driver said nothing of {message}, it ended: {self.process.poll()}") from None


def _bytes(value: object) -> dict[str, str]:
    assert isinstance(value, bytes), value
    return {"$bytes": base64.b64encode(value).decode()}


_drivers: list[_Driver] = []
_peers = itertools.count(1)


def _driver() -> _Driver:
    if not _drivers or _drivers[0].process.poll() is not None:
        _drivers[:] = [_Driver()]
    return _drivers[0]


class NodePeer(Peer):
    """socket.io-client."""

    def __init__(self, call: Call) -> None:
        """Take a number in the driver."""
        super().__init__(call)
        self._driver = _driver()
        self._number = 0

    def take(self, message: dict[str, Any]) -> None:
        """Remember what the driver tells of this connection."""
        if "heard" in message:
            self._hear(*message["heard"])
        elif "ended" in message:
            self._end(*message["ended"])
        elif "began" in message:
            self._begin(message["began"])

    def _command(self, do: str, patience: float, **details: Any) -> dict[str, Any]:
        answer = self._driver.send(patience, do=do, peer=self._number, **details)
        if "refused" in answer:
            raise RefusedError(*answer["refused"])
        if "failed" in answer:
            raise UnreachableError(answer["failed"])
        if "silent" in answer:
            raise SilentError(f"{details.get('event')} was not acknowledged: {self.told()}")
        return answer

    def connect(self) -> None:
        """Connect, each time as a new connection."""
        self._number = next(_peers)
        self._driver.peers[self._number] = self
        call = self.call
        how = {"url": call.url, "namespaces": list(call.namespaces), "auth": call.auth}
        how |= {"transports": list(call.transports), "headers": dict(call.headers), "reconnect": call.reconnect}
        try:
            self._command("open", PATIENCE, **how)
        except (RefusedError, UnreachableError):
            self.close()
            raise

    def ask(self, event: str, *values: Any, namespace: str | None = None, timeout: float = PATIENCE) -> Any:
        """Emit, and wait for the acknowledgement."""
        where = namespace or self.call.namespaces[0]
        found = self._command("ask", timeout, namespace=where, event=event, values=values, timeout=timeout)["answers"]
        return found[0] if len(found) == 1 else found or None

    def tell(self, event: str, *values: Any, namespace: str | None = None) -> None:
        """Emit."""
        where = namespace or self.call.namespaces[0]
        self._command("tell", PATIENCE, namespace=where, event=event, values=values)

    def close(self) -> None:
        """Disconnect and stop reconnecting."""
        self._command("close", PATIENCE)
        self._driver.peers.pop(self._number, None)


KINDS: dict[str, type[Peer]] = {"python": PythonPeer, "javascript": NodePeer}


@dataclass(frozen=True)
class Link:
    """Which client connects, and by which transport."""

    client: str
    transport: str

    @property
    def name(self) -> str:
        """Name the link in test ids."""
        return f"{self.client}-{self.transport}"

    def open(self, url: str, *namespaces: str, **how: Any) -> Peer:
        """Connect a peer."""
        peer = KINDS[self.client](Call(url, namespaces, transports=(self.transport,), **how))
        peer.connect()
        return peer


LINKS = [Link(client, transport) for client in KINDS for transport in ("websocket", "polling")]
PLAIN = LINKS[0]
