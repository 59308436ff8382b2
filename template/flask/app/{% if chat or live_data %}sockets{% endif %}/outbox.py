"""What waits for a client to read it: never more than so much, and of what only counts when new, the newest."""

import threading
from collections import deque
from collections.abc import Callable
from queue import Empty
from typing import Any

from engineio.packet import MESSAGE, Packet
from gevent import monkey

from app.sockets.websocket import Framed

# Nothing waits while it holds this lock, so that the quick one of the machine is right under gevent, too.
_new_lock: Callable[[], Any] = monkey.get_original("_thread", "allocate_lock")

LARGEST = 1_000_000


class Letter(Packet):  # type: ignore[misc]  # engineio has no types
    """A packet for many clients; one with a subject replaces an older one of it that still waits."""

    def __init__(self, text: str, subject: str | None = None) -> None:
        """Write it once for all."""
        super().__init__(MESSAGE, text)
        self.subject = subject
        self.encode_cache = Framed.of([self.encode()])
        self.size = len(self.encode_cache.encode())


class Outbox:
    """The queue that Engine.IO fills and empties, for one client."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = _new_lock()
        self._filled = threading.Event()
        self._items: deque[Any] = deque()
        self._newest: dict[str, Letter] = {}
        self._size = 0
        self._full = False
        self.when_full: Callable[[], None] = lambda: None

    def put(self, item: Any) -> None:
        """Add a packet, or the nothing that ends the queue; the client who lets too much wait has lost all."""
        with self._lock:
            if self._full and item is not None:
                return
            subject = getattr(item, "subject", None)
            size = _size(item)
            if subject is None:
                self._items.append(item)
                self._size += size
            else:
                if subject in self._newest:
                    self._size -= self._newest[subject].size
                else:
                    self._items.append(subject)
                self._newest[subject] = item
                self._size += size
            if overflows := self._size > LARGEST:
                self._full = True
                self._items.clear()
                self._newest.clear()
                self._size = 0
        self._filled.set()
        if overflows:
            self.when_full()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the oldest packet."""
        while True:
            with self._lock:
                if self._items:
                    return self._take()
                self._filled.clear()
            if not block or not self._filled.wait(timeout):
                raise Empty

    def task_done(self) -> None:
        """Take note of nothing: nobody waits for it."""

    def join(self) -> None:
        """Wait for nothing: whoever closes a connection does not wait for its client."""

    def _take(self) -> Any:
        item = self._items.popleft()
        if isinstance(item, str):
            item = self._newest.pop(item)
        self._size -= _size(item)
        return item


def _size(item: Any) -> int:
    if item is None:
        return 0
    size: int | None = getattr(item, "size", None)
    return len(item.encode()) if size is None else size
