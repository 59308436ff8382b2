"""A WebSocket: whole frames however slow the reader, no message larger than allowed, nothing compressed."""

import contextlib
import socket
import struct
import threading
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason

from app.sockets.limits import Flow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST = 100_000

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PIECE = 4096
_TEXT, _BINARY, _GOODBYE = 0x81, 0x82, 0x88


class Framed(str):
    """A text and the frames in which it is sent: made once, however many clients get it."""

    frames: bytes

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Framed":
        """Frame some texts, which are sent at once."""
        texts = tuple(texts)
        framed = cls("".join(texts))
        framed.frames = b"".join(
            text.frames if isinstance(text, Framed) else _frame(_TEXT, text.encode()) for text in texts
        )
        return framed


class WebSocket:
    """What Engine.IO talks through, once it is connected by WebSocket."""

    def __init__(self, handler: Callable[["WebSocket"], object], _server: object) -> None:
        """Serve one client with this handler."""
        self._handler = handler
        self._connection = Connection(ConnectionType.SERVER)
        self._sending = threading.Lock()
        self._received: deque[str | bytes] = deque()
        self._parts: list[str | bytes] = []
        self._size = 0
        self._flow = Flow()
        self._open = True

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Take the connection over from the HTTP server, until it ends."""
        # Engine.IO gives it a limit of time by this name: whoever is silent or stuck for longer is gone.
        self.socket: socket.socket = environ.get("gunicorn.socket") or environ["werkzeug.socket"]
        with contextlib.suppress(OSError):
            self.socket.sendall(_welcome(environ["HTTP_SEC_WEBSOCKET_KEY"], environ["app.headers"]))
            self._handler(self)
        if "werkzeug.socket" not in environ:
            raise StopIteration
        # Werkzeug answers all the same, and finds nobody there; an exception its debugger would print.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if "sid=" not in environ["QUERY_STRING"]:
            start_response("101 Switching Protocols", [])  # else Engine.IO answers what began as a poll
        return []

    def wait(self) -> str | bytes | None:
        """Return the next message, or nothing when there will be none."""
        while True:
            # Whose bytes are there already would never wait: the others have a turn before each message and piece.
            time.sleep(0)
            if self._received:
                return self._received.popleft()
            try:
                data = self.socket.recv(_PIECE)
            except OSError:
                data = b""
            if not data or not self._open:
                return None
            self._connection.receive_data(data)
            for event in self._connection.events():
                self._take(event)
            self._foresee()

    def send(self, message: str | bytes) -> None:
        """Send a message; wait while the client does not read."""
        if isinstance(message, Framed):
            self._send(message.frames)
        elif isinstance(message, str):
            self._send(_frame(_TEXT, message.encode()))
        else:
            self._send(_frame(_BINARY, message))

    def close(self, reason: int = CloseReason.NORMAL_CLOSURE) -> None:
        """Say goodbye, and read no more."""
        if self._open:
            self._open = False
            if not self._sending.acquire(timeout=0.1):
                self.abort()
                return
            with contextlib.suppress(OSError):
                self.socket.settimeout(1)
                self.socket.sendall(_frame(_GOODBYE, struct.pack("!H", reason)))
            self._sending.release()
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RD)

    def abort(self) -> None:
        """End it at once; what the client has not read by now it never will."""
        self._open = False
        self._received.clear()
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.shutdown(socket.SHUT_RDWR)

    def _send(self, frame: bytes) -> None:
        with self._sending:
            # A client that reads takes it whole; sendall has to begin with a timer.
            sent = self.socket.send(frame)
            if sent < len(frame):
                self.socket.sendall(memoryview(frame)[sent:])

    def _foresee(self) -> None:
        """Wait for no frame that says that it will be too large."""
        frame = self._connection._proto._frame_decoder
        if frame.header and self._size + frame.header.payload_len - frame.payload_consumed > LARGEST:
            self.close(CloseReason.MESSAGE_TOO_BIG)

    def _take(self, event: Event) -> None:
        # A frame that comes in pieces is one; its pieces are bytes as all others.
        if getattr(event, "frame_finished", True) and not self._flow.bears():
            self.abort()
        if not self._open:
            return
        if isinstance(event, TextMessage | BytesMessage):
            self._size += len(event.data.encode() if isinstance(event.data, str) else event.data)
            if self._size > LARGEST:
                self.close(CloseReason.MESSAGE_TOO_BIG)
                return
            if event.data:
                self._parts.append(event.data if isinstance(event.data, str) else bytes(event.data))
            if event.message_finished:
                empty: Any = "" if isinstance(event, TextMessage) else b""
                self._received.append(empty.join(self._parts))
                self._parts, self._size = [], 0
        elif isinstance(event, Ping):
            with contextlib.suppress(OSError):
                self._send(self._connection.send(event.response()))
        elif isinstance(event, CloseConnection):
            self.close(event.code if event.code in (1000, 1001, 1002, 1003, 1007) else CloseReason.NORMAL_CLOSURE)


def is_handshake(environ: "WSGIEnvironment") -> bool:
    """Tell whether this asks for a WebSocket as RFC 6455 has it."""
    try:
        key = b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except (NotBase64, ValueError):
        return False
    return len(key) == 16 and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"


def _welcome(key: str, headers: Mapping[str, str]) -> bytes:
    accept = b64encode(sha1(key.encode("latin-1") + _GUID).digest()).decode()  # noqa: S324 -- RFC 6455 asks for it
    given = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept, **headers}
    return "\r\n".join(["HTTP/1.1 101 Switching Protocols", *map(": ".join, given.items()), "", ""]).encode("latin-1")


def _frame(kind: int, content: bytes) -> bytes:
    length = len(content)
    if length < 126:
        return struct.pack("!BB", kind, length) + content
    if length < 65536:
        return struct.pack("!BBH", kind, 126, length) + content
    return struct.pack("!BBQ", kind, 127, length) + content
