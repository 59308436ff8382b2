"""The least that talks as a generated project does: no checks, no limits, nothing kept."""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
io = SocketIO(app, async_mode="gevent")
names: dict[str, str] = {}
interval = int(os.environ.get("TICK_INTERVAL_MS", "1000")) / 1000


def now() -> str:
    """Return the time as it is written."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@app.get("/health/live")
def live() -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}


@io.on("connect", namespace="/chat")
def connect(auth: dict[str, str]) -> None:
    """Remember who it is."""
    names[request.sid] = auth["name"]


@io.on("disconnect", namespace="/chat")
def disconnect(_reason: str) -> None:
    """Forget who it was."""
    names.pop(request.sid, None)


@io.on("join", namespace="/chat")
def join(sent: dict[str, Any]) -> dict[str, Any]:
    """Put a client into a room."""
    join_room(sent["room"])
    return {"ok": True, "room": sent["room"]}


@io.on("send", namespace="/chat")
def send(sent: dict[str, Any]) -> dict[str, Any]:
    """Tell a room what somebody says."""
    room, text = sent["room"], sent["text"]
    message = {"id": str(uuid4()), "room": room, "author": names[request.sid], "text": text, "created_at": now()}
    emit("message", message, to=room)
    return {"ok": True, "message": message}


@io.on("subscribe", namespace="/live")
def subscribe(sent: dict[str, Any]) -> dict[str, Any]:
    """Put a client where the ticks of a symbol are told."""
    join_room(sent["symbol"])
    return {"ok": True, "symbol": sent["symbol"]}


def tick() -> None:
    """Tell prices at every beat."""
    while True:
        io.sleep(interval)
        for symbol in ("AMBR", "BIRK", "CEDR", "DUNE", "ELMS"):
            io.emit("tick", {"symbol": symbol, "price": 12.34, "at": now()}, to=symbol, namespace="/live")


io.start_background_task(tick)
