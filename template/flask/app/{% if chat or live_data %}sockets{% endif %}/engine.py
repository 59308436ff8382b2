"""Engine.IO, the connections beneath Socket.IO: as the library has them, and no worse for what a client may do."""

import contextlib
import logging
import time
from queue import Empty
from typing import TYPE_CHECKING, Any

import engineio
from engineio.exceptions import EngineIOError, QueueEmpty, SocketIsClosedError, UnknownPacketError
from engineio.packet import MESSAGE, NOOP, OPEN, Packet
from engineio.payload import Payload
from engineio.socket import Socket
from wsproto.frame_protocol import CloseReason

from app.sockets.limits import PACKETS, Flow
from app.sockets.outbox import Outbox
from app.sockets.websocket import Framed, WebSocket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# As many as may come in a second: Engine.IO itself would take no more than sixteen.
Payload.max_decode_packets = PACKETS

logger = logging.getLogger(__name__)
# What clients do wrong is told to them; what goes wrong here has a cause.
logger.addFilter(lambda record: bool(record.exc_info))
# Engine.IO has a word for every packet to every client, which costs as much as sending it.
logger.setLevel(logging.ERROR)


class Connection(Socket):  # type: ignore[misc]  # engineio has no types
    """One client's connection, by long polling or by WebSocket."""

    queue: Outbox

    def __init__(self, server: "Engine", sid: str) -> None:
        """Begin."""
        super().__init__(server, sid)
        self.websocket: WebSocket | None = None
        self.dropped = False
        self._flow = Flow()
        self.queue.when_full = self.drop

    def send(self, pkt: Packet) -> None:
        """Send a packet, unless it is too late for that."""
        with contextlib.suppress(EngineIOError):
            super().send(pkt)

    def check_ping_timeout(self) -> bool:
        """Tell whether the client still answers; one that does not is let go beside what is being sent to it."""
        if self.closed:
            raise SocketIsClosedError
        answers = not self.last_ping or time.time() - self.last_ping <= self.server.ping_timeout
        if not answers and not self.dropped:
            self.dropped = True
            self.server.start_background_task(self.leave, self.server.reason.PING_TIMEOUT)
        return answers

    def receive(self, pkt: Packet) -> None:
        """Take a packet; who sends one of a kind that there is not is let go."""
        try:
            super().receive(pkt)
        except UnknownPacketError:
            self.drop()
            raise

    def poll(self) -> list[Packet]:
        """Wait for packets; those that wait for a WebSocket are sent at once."""
        packets: list[Packet] = super().poll()
        if not self.upgraded or len(packets) < 2 or any(each.binary for each in packets):
            return packets
        joined = Packet(MESSAGE)
        joined.encode_cache = Framed.of(each.encode() for each in packets)
        return [joined]

    def handle_post_request(self, environ: "WSGIEnvironment") -> None:
        """Take what a client sends by long polling; one that sends rubbish is let go."""
        try:
            content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            packets = Payload(encoded_payload=content).packets
        except (ValueError, KeyError, IndexError, RecursionError) as error:
            raise EngineIOError from error
        if not self._flow.bears(len(packets)):
            self.drop()
        for each in packets:
            if not self.closed and not self.dropped:
                self.receive(each)

    def drop(self) -> None:
        """End the connection without a word: whoever deserves better comes back."""
        if self.dropped:
            return
        self.dropped = True
        if self.websocket:
            self.websocket.abort()
        else:
            self.server.start_background_task(self.leave, self.server.reason.TRANSPORT_CLOSE)

    def leave(self, reason: str) -> None:
        """Close the connection beneath, which tells no client that it is not wanted any more."""
        if self.websocket:
            self.websocket.close(CloseReason.GOING_AWAY)
        else:
            self.queue.put(Packet(NOOP))
        self.close(wait=False, abort=True, reason=reason)
        self.server.sockets.pop(self.sid, None)

    def _websocket_handler(self, ws: WebSocket) -> list[bytes]:
        self.websocket = ws
        try:
            super()._websocket_handler(ws)
        except (ValueError, KeyError, IndexError, RecursionError, TypeError):
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)
        finally:
            if self.closed:
                self.server.sockets.pop(self.sid, None)
            else:
                self.websocket = None
        return []


class Engine(engineio.Server):  # type: ignore[misc]  # engineio has no types
    """The connections of this process."""

    def __init__(self, **options: Any) -> None:
        """Begin with none."""
        super().__init__(**options)
        self.service_task_handle: object = None
        self._async: dict[str, Any] = {**vars(self)["_async"], "websocket": WebSocket}

    def create_queue(self, *_: object, **__: object) -> Outbox:
        """Return what waits for a client."""
        return Outbox()

    def get_queue_empty_exception(self) -> type[Exception]:
        """Return what an empty queue raises."""
        return Empty

    def _handle_connect(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        transport: str,
        jsonp_index: int | None = None,
    ) -> Any:
        if self.service_task_handle is None:
            self.service_task_handle = self.start_background_task(self._service_task)
        connection = Connection(self, self.generate_id())
        self.sockets[connection.sid] = connection
        opened = {
            "sid": connection.sid,
            "upgrades": self._upgrades(connection.sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        connection.send(Packet(OPEN, opened))
        self._trigger_event("connect", connection.sid, environ, run_async=False)
        connection.schedule_ping()
        if transport == "websocket":
            return connection.handle_get_request(environ, start_response)
        connection.connected = True
        try:
            return self._ok(connection.poll(), jsonp_index=jsonp_index)
        except QueueEmpty:
            return self._bad_request()
