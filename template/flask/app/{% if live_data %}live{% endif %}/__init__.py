"""Live data: numbers that move, for whoever listens."""

from typing import Annotated

from flask import Flask

from app.config import Variables, read, whole
from app.live.events import Live
from app.live.feed import open_feed
from app.sockets import sockets


class LiveVariables(Variables):
    """How often the numbers move."""

    TICK_INTERVAL_MS: Annotated[int, whole(10, 60000)] = 1000


def init_app(app: Flask) -> None:
    """Offer the symbols and their ticks."""
    interval = read(LiveVariables, {"TICK_INTERVAL_MS": "1000"}).TICK_INTERVAL_MS / 1000
    live = Live(sockets(app))
    sockets(app).add(live)
    open_feed(app, live.history, interval)
