"""Conversations over Socket.IO: how tests come in, what they say, and the checks that every answer passes."""

from __future__ import annotations

import itertools
import json
import re
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import websocket
from harness.peers import PLAIN, Link, Peer, RefusedError

from contract import people
from contract.wire import TITLES, UUID7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.servers import Server

CHAT, LIVE, ANNOUNCEMENTS = "/chat", "/live", "/notes"
NO_NAMESPACE = "There is no namespace of this name."
NO_EVENT = "There is no event of this name."
NO_SYMBOL = "There is no symbol of this name."
INVALID = "The request is not valid."
NOT_JOINED = "Join the room first."
TOO_MANY_ROOMS = "You are in 20 rooms; leave one first."
TOO_MANY_EVENTS = "Too many events; try again later."
UNAVAILABLE = "The service is temporarily unavailable."
OBJECT, REQUIRED, STRING = "This must be an object.", "This field is required.", "This must be a string."
UNKNOWN, NUL = "This field is not known.", "This must not contain the NUL character."
SURROGATE, CONTROL = "This must be well-formed Unicode.", "This must not contain control characters."
ONE = "This must have at least 1 character."
ROOM = "This must be a name of lower-case letters, digits and single hyphens."
MESSAGE_ID = "This must be the id of a message."
SYMBOLS = ["AMBR", "BIRK", "CEDR", "DUNE", "ELMS"]
EVENTS_A_SECOND = 20
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
VISITORS = 40
"""So many accounts are made for people without a name, who then come again."""
_names = itertools.count(1)


def new_room() -> str:
    """Name a room that nobody has been in."""
    return f"room-{uuid.uuid4().hex}"


def connect(
    server: Server, *namespaces: str, link: Link = PLAIN, name: str | None = None, url: str = "", **how: Any
) -> Peer:
    """Connect, introduced by a name, or with accounts as who is known under it; perhaps by another address."""
    where = url or server.url
    if people.has_accounts(server):
        login = people.known(server, name or people.SOMEBODY)
        if login.auth is None:
            how["headers"] = {**how.get("headers", {}), **login.headers}
        else:
            how["auth"] = {**(how.get("auth") or {}), **login.auth}
    elif name is not None:
        how["auth"] = {"name": name}
    return link.open(where, *namespaces, **how)


def visitor(server: Server) -> str:
    """Name somebody; with accounts the same people come again and again."""
    number = next(_names)
    return f"Visitor {number % VISITORS if people.has_accounts(server) else number}"


def enter(server: Server, name: str | None = None, link: Link = PLAIN, **how: Any) -> Peer:
    """Come into the chat."""
    return connect(server, CHAT, link=link, name=name or visitor(server), **how)


def watch(server: Server, link: Link = PLAIN, **how: Any) -> Peer:
    """Come to see live data."""
    return connect(server, LIVE, link=link, **how)


def somebody(server: Server, link: Link = PLAIN, **how: Any) -> Peer:
    """Come in through whichever door there is."""
    return enter(server, None, link, **how) if server.project.answers["chat"] is True else watch(server, link, **how)


def harmless(server: Server) -> tuple[str, dict[str, Any]]:
    """Return an event that is always granted and changes nothing."""
    return ("leave", {"room": "nobody-here"}) if server.project.answers["chat"] is True else ("symbols", {})


def asked(peer: Peer, event: str, *values: Any, **how: Any) -> dict[str, Any]:
    """Ask for what must be granted, and return the answer without its ok."""
    ack = peer.ask(event, *values, **how)
    assert isinstance(ack, dict), ack
    assert ack.pop("ok", None) is True, ack
    return ack


def join(peer: Peer, room: str, after: str | None = None) -> dict[str, Any]:
    """Join a room, and check what a join is answered with."""
    ack = asked(peer, "join", {"room": room} | ({} if after is None else {"after": after}))
    assert set(ack) == {"room", "messages", "members", "more"}, ack
    assert ack["room"] == room
    assert isinstance(ack["more"], bool)
    for message in ack["messages"]:
        check_message(message, room)
    ids = [message["id"] for message in ack["messages"]]
    assert ids == sorted(set(ids)), "history is not in order"
    assert ack["members"] == sorted(set(ack["members"]), key=lambda name: [ord(letter) for letter in name])
    return ack


def say(peer: Peer, room: str, text: str) -> dict[str, Any]:
    """Say something in a room, and return the message."""
    ack = asked(peer, "send", {"room": room, "text": text})
    assert list(ack) == ["message"]
    check_message(ack["message"], room)
    message = ack["message"]
    assert isinstance(message, dict)
    return message


def check_message(message: dict[str, Any], room: str) -> None:
    """Check the shape of a message."""
    assert set(message) == {"id", "room", "author", "text", "created_at"}, message
    assert UUID7.fullmatch(message["id"]), message
    assert TIME.fullmatch(message["created_at"]), message
    assert message["room"] == room


def check_problem(
    problem: Any, status: int, detail: str, instance: str, errors: Sequence[tuple[str, str]] | None = None
) -> None:
    """Check that this is a problem, exactly."""
    assert isinstance(problem, dict), problem
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", problem.get("request_id", "")), problem
    expected: dict[str, Any] = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    expected |= {"instance": instance, "request_id": problem["request_id"]}
    if errors is not None:
        expected["errors"] = [{"path": path, "message": message} for path, message in errors]
    assert problem == expected, f"{problem} is not {expected}"


def check_denied(
    ack: Any, status: int, detail: str, namespace: str = CHAT, errors: Sequence[tuple[str, str]] | None = None
) -> None:
    """Check that what was asked is denied with this problem."""
    assert isinstance(ack, dict), ack
    assert set(ack) == {"ok", "error"}, ack
    assert ack["ok"] is False
    check_problem(ack["error"], status, detail, namespace, errors)


def check_refused(
    error: RefusedError, status: int, detail: str, namespace: str, errors: Sequence[tuple[str, str]] | None = None
) -> None:
    """Check that a namespace was refused with this problem."""
    assert error.message == detail, error
    check_problem(error.data, status, detail, namespace, errors)


def crowd(server: Server, room: str, number: int, stack: ExitStack) -> list[Peer]:
    """Bring several people into a room."""
    with ThreadPoolExecutor(8) as pool:
        peers = list(pool.map(lambda _: enter(server), range(number)))
    for peer in peers:
        stack.callback(peer.close)
        join(peer, room)
    return peers


def fill(server: Server, room: str, number: int) -> list[dict[str, Any]]:
    """Have so many messages said in a room, nobody being too quick; return them in the order of their ids."""
    made: list[dict[str, Any]] = []
    with ExitStack() as stack:
        peers = crowd(server, room, max(1, min(15, number // 10)), stack)
        for start in range(0, number, len(peers) * (EVENTS_A_SECOND - 3)):
            begin = time.monotonic()
            batch = range(start, min(number, start + len(peers) * (EVENTS_A_SECOND - 3)))
            with ThreadPoolExecutor(len(peers)) as pool:
                made += pool.map(lambda n: say(peers[n % len(peers)], room, f"text {n}"), batch)
            if batch[-1] + 1 < number:
                time.sleep(max(0.0, 1.1 - (time.monotonic() - begin)))
    return sorted(made, key=lambda message: str(message["id"]))


class Raw:
    """A WebSocket with Engine.IO and nothing polite about it: frames as they are written, read only when asked to."""

    def __init__(self, server: Server, *, buffer: int | None = None, **options: Any) -> None:
        """Open a WebSocket; a small buffer makes it a slow reader."""
        # Small segments keep the kernel from giving the server's side of a loopback connection megabytes.
        small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer), (socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)]
        sockopt = small if buffer else []
        url = f"{server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        login = people.known(server, "Raw") if people.has_accounts(server) else None
        shown = login.headers if login and login.auth is None else {}
        self.introduction = json.dumps((login.auth or {}) if login else {"name": "Raw"})
        header = [f"{name}: {value}" for name, value in shown.items()]
        self.socket = websocket.create_connection(url, timeout=20, sockopt=sockopt, header=header, **options)
        assert self.socket.sock is not None
        self.tcp: socket.socket = self.socket.sock
        self.opened = json.loads(str(self.socket.recv())[1:])

    def __enter__(self) -> Raw:
        """Use the connection until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop it."""
        self.tcp.close()

    def send(self, *frames: str) -> None:
        """Send frames in one go, as one packet of TCP where they fit into it."""
        parts = [
            websocket.ABNF.create_frame(frame.encode("utf-8", "surrogatepass"), websocket.ABNF.OPCODE_TEXT)
            for frame in frames
        ]
        self.tcp.sendall(b"".join(part.format() for part in parts))

    def receive(self, timeout: float = 20) -> str | None:
        """Read one frame, answering pings; None when the connection has ended."""
        self.socket.settimeout(timeout)
        while True:
            try:
                frame = self.socket.recv()
            except (websocket.WebSocketConnectionClosedException, ConnectionError):
                return None
            if frame in ("", b""):
                return None
            if frame != "2":
                return str(frame)
            self.send("3")

    def enter(self, server: Server) -> str:
        """Join the namespace that there is, and return its name."""
        return self.open(CHAT if server.project.answers["chat"] is True else LIVE)

    def open(self, namespace: str) -> str:
        """Join a namespace and return its name."""
        self.send(f"40{namespace},{self.introduction}")
        answer = self.receive()
        assert answer is not None, "the connection has ended"
        assert answer.startswith("40/"), answer
        return namespace

    def ask(self, namespace: str, event: str, value: Any, number: int = 7) -> Any:
        """Ask and read on until the acknowledgement comes."""
        self.send(f"42{namespace},{number}{json.dumps([event, value])}")
        while (frame := self.receive()) is not None:
            if frame.startswith(f"43{namespace},{number}["):
                return json.loads(frame[frame.index("[") :])[0]
        raise AssertionError("the connection has ended")

    def until_closed(self, timeout: float = 20) -> list[str]:
        """Read until the connection ends, and return what came before."""
        seen: list[str] = []
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                frame = self.receive(left)
            except websocket.WebSocketTimeoutException:
                break
            if frame is None:
                return seen
            seen.append(frame)
        raise AssertionError(f"the connection is still there after {timeout} seconds: {seen[-5:]}")
