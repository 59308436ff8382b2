"""The last ticks of every symbol, and who is told of the next."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypedDict

from app.live.source import SYMBOLS

KEPT = 300


class Tick(TypedDict):
    """A price at a time."""

    symbol: str
    price: float
    at: str


class History:
    """What this process knows; whoever begins to listen gets every tick once, the past ones or the next."""

    def __init__(self, tell: Callable[[Tick], None]) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._tell = tell
        self._ticks: dict[str, deque[Tick]] = {symbol: deque(maxlen=KEPT) for symbol in SYMBOLS}

    def add(self, ticks: Iterable[Tick], *, past: bool = False) -> None:
        """Keep what is new, and tell, unless it was before this process."""
        with self._lock:
            for tick in ticks:
                kept = self._ticks.get(tick["symbol"])
                if kept is not None and tick not in kept:
                    kept.append(tick)
                    if not past:
                        self._tell(tick)

    def begin(self, symbol: str, listen: Callable[[], None]) -> list[Tick]:
        """Begin to listen; return the past."""
        with self._lock:
            listen()
            return list(self._ticks[symbol])

    def last(self, symbol: str) -> float | None:
        """Return the last price known."""
        past = self._ticks[symbol]
        return past[-1]["price"] if past else None
