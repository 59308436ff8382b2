"""A cable between a client and a server that can be cut, held up and repaired: what networks do to a connection."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

ABRUPT = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing says no goodbye, the other side finds the connection reset."""


class Cable:
    """A TCP proxy on a port of its own; whoever connects to it talks to the server behind."""

    def __init__(self, port: int) -> None:
        """Lead to a port of this machine."""
        self.target = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._whole = threading.Event()
        self._whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address of this end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Use the cable until the block ends."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Take it away."""
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection in mid-sentence, for both sides; who connects from now on is refused."""
        self._whole.clear()
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                with contextlib.suppress(OSError):
                    end.close()

    def mend(self) -> None:
        """Let clients through again."""
        self._whole.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if not self._whole.is_set():
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self.target), timeout=10)
            except OSError:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add((near, far))
            if not self._whole.is_set():
                self.cut()  # it was cut while this connection came about
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65_536):
                sink.sendall(piece)
        except OSError:
            pass
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
