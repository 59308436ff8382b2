"""What may be asked of live data."""

from app.errors import Problem
from app.live.history import History, Tick
from app.live.schemas import Subscription
from app.live.source import SYMBOLS
from app.sockets.server import Answer, Client, Namespace, Nothing, Sockets

NAME = "/live"


class Live(Namespace):
    """The symbols, and their ticks for whoever wants to hear of them."""

    def __init__(self, sockets: Sockets) -> None:
        """Begin with no past."""
        super().__init__(NAME)
        self._sockets = sockets
        self.history = History(self._tell)
        self.on("symbols", Nothing, self._symbols)
        self.on("subscribe", Subscription, self._subscribe)
        self.on("unsubscribe", Subscription, self._unsubscribe)

    def _symbols(self, _client: Client, _sent: Nothing) -> Answer:
        return {"symbols": list(SYMBOLS)}

    def _subscribe(self, client: Client, sent: Subscription) -> Answer:
        symbol = _known(sent.symbol)
        ticks = self.history.begin(symbol, lambda: self._sockets.enter_room(client.sid, symbol, NAME))
        return {"symbol": symbol, "ticks": ticks}

    def _unsubscribe(self, client: Client, sent: Subscription) -> Answer:
        self._sockets.leave_room(client.sid, _known(sent.symbol), NAME)
        return {}

    def _tell(self, tick: Tick) -> None:
        # Of a symbol only the newest tick waits for a client that reads slowly.
        symbol = tick["symbol"]
        self._sockets.emit_here(NAME, "tick", tick, symbol, f"tick {symbol}")


def _known(symbol: str) -> str:
    if symbol not in SYMBOLS:
        raise Problem(404, "There is no symbol of this name.")
    return symbol
