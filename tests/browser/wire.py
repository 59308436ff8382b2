"""What goes over the sockets of a window, for tests that hold an answer up or put another in its place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, WebSocketRoute

PACKET = re.compile(r"4[23](/\w+),(\d*)(\[.*)", re.DOTALL)
UNAVAILABLE = {
    "type": "about:blank",
    "title": "Service Unavailable",
    "status": 503,
    "detail": talk.UNAVAILABLE,
    "instance": "/",
    "request_id": "wire",
}


@dataclass(frozen=True)
class Packet:
    """Something that the server tells: an event, or the answer to one."""

    text: str

    @property
    def values(self) -> list[Any]:
        """Return what it carries."""
        found = PACKET.fullmatch(self.text)
        values: list[Any] = json.loads(found[3]) if found else []
        return values

    def answers(self, field: str) -> bool:
        """Say whether it grants what is answered with such a field."""
        values = self.values
        return self.text.startswith("43") and values[0]["ok"] is True and field in values[0]

    def tells(self, event: str) -> bool:
        """Say whether it is such an event."""
        return self.text.startswith("42") and self.values[0] == event

    def refused(self) -> Packet:
        """Return the same answer by a server that is short of something."""
        found = PACKET.fullmatch(self.text)
        assert found
        return Packet(f"43{found[1]},{found[2]}{json.dumps([{'ok': False, 'error': UNAVAILABLE}])}")


class Wire:
    """The WebSockets of a window: what they tell passes through here, from the next page on."""

    def __init__(self, page: Page) -> None:
        """Let everything through."""
        self.opening: Callable[[], None] = lambda: None
        """Called before each connection."""
        self.hear: Callable[[Packet], list[Packet]] = lambda packet: [packet]
        """Returns what the window is told where the server tells this."""
        self.told: list[Packet] = []
        """What the window was told."""
        self._routes: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/socket.io/"), self._open)

    def tell(self, packet: Packet) -> None:
        """Tell the window something over the newest connection."""
        self._routes[-1].send(packet.text)

    def _open(self, route: WebSocketRoute) -> None:
        self.opening()
        self._routes.append(route)
        route.connect_to_server().on_message(lambda text: self._pass(route, Packet(str(text))))

    def _pass(self, route: WebSocketRoute, packet: Packet) -> None:
        for one in self.hear(packet):
            self.told.append(one)
            route.send(one.text)


class Once:
    """Refuses the first answer of a kind, as a server that is short of something."""

    def __init__(self, field: str, then: Callable[[], object] = lambda: None) -> None:
        """Wait for an answer with such a field; do something when it has come."""
        self.field = field
        self.then = then
        self.done = False

    def __call__(self, packet: Packet) -> list[Packet]:
        """Let all others through."""
        if self.done or not packet.answers(self.field):
            return [packet]
        self.done = True
        self.then()
        return [packet.refused()]
