"""Makes a tick of every symbol at each beat."""

import time
from collections.abc import Callable, Iterator

import structlog

from app.lifecycle import Lifecycle
from app.live.history import History, Tick
from app.live.source import SYMBOLS, walk
from app.logs import now

_log = structlog.get_logger()


class Ticker:
    """The prices, which go on from what is known."""

    def __init__(self, history: History) -> None:
        """Go on from here."""
        self._history = history
        self._walks: dict[str, Iterator[float]] = {}

    def beat(self) -> list[Tick]:
        """Return the next tick of every symbol."""
        for symbol in SYMBOLS:
            if symbol not in self._walks:
                self._walks[symbol] = walk(symbol, self._history.last(symbol))
        return [{"symbol": symbol, "price": next(self._walks[symbol]), "at": now()} for symbol in SYMBOLS]

    def rest(self) -> None:
        """Forget where the prices were: another one goes on with them."""
        self._walks.clear()

    def run(self, lifecycle: Lifecycle, interval: float, beat: Callable[[], None]) -> None:
        """Call at every beat, beside everything else, until the process ends."""

        def run() -> None:
            due = time.monotonic() + interval
            while not lifecycle.wait(max(0.0, due - time.monotonic())):
                # A beat that comes late is not made up for: it and the next would have the same time.
                due = max(due + interval, time.monotonic() + interval / 2)
                try:
                    beat()
                except Exception:
                    _log.exception("no ticks")

        lifecycle.beside("ticker", run)
