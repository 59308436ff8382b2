"""Sockets: handshakes, origins, headers, limits and the end of a connection, with both official clients."""

import contextlib
import http.client
import json
import os
import socket
import struct
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import websocket
from harness.cable import Cable
from harness.peers import LINKS, Link, Peer, RefusedError, UnreachableError
from harness.servers import Server

from contract import people
from contract.conftest import ORIGINS, Combination, Launch
from contract.talk import (
    ANNOUNCEMENTS,
    CHAT,
    EVENTS_A_SECOND,
    INVALID,
    LIVE,
    NO_EVENT,
    NO_NAMESPACE,
    OBJECT,
    TOO_MANY_EVENTS,
    Raw,
    asked,
    check_denied,
    check_refused,
    connect,
    enter,
    harmless,
    join,
    new_room,
    say,
    somebody,
    watch,
)
from contract.test_headers import cors, varies
from contract.test_shutdown import GRACE, LIMIT, begin, wait_until_refused
from contract.wire import UUID, Answer, ask, check_headers, check_problem, compose, read

pytestmark = pytest.mark.real_time

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
NOT_ALLOWED = "This origin may not connect."
MOST_BYTES = 100_000
TOO_LARGE = "The message is larger than 100,000 bytes."
METHODS = "GET, OPTIONS, POST"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


def doors(combination: Combination) -> list[str]:
    """List the namespaces that there are."""
    found = [CHAT] if combination["chat"] is True else []
    found += [LIVE] if combination["live_data"] is True else []
    return found + ([ANNOUNCEMENTS] if combination["api"] == "rest" else [])


def test_every_client_connects_by_every_transport(server: Server, combination: Combination, link: Link) -> None:
    """To each namespace, where every answer is an acknowledgement."""
    for namespace in doors(combination):
        with connect(server, namespace, link=link, name="Ada" if namespace == CHAT else None) as peer:
            check_denied(peer.ask("nothing", {}), 404, NO_EVENT, namespace)


def test_one_connection_carries_every_namespace(server: Server, combination: Combination, link: Link) -> None:
    """An answer comes on the namespace on which it was asked."""
    spaces = doors(combination)
    with connect(server, *spaces, link=link, name="Ada") as peer:
        for namespace in spaces:
            check_denied(peer.ask("nothing", {}, namespace=namespace), 404, NO_EVENT, namespace)


@pytest.mark.anywhere
@pytest.mark.parametrize(
    "namespace", ["/", "/nothing", "/Chat", "/chat/", "/chat/x", "/LIVE", "/notes/", "/admin", "/__proto__", "/*"]
)
def test_an_unknown_namespace_is_refused_with_a_problem(server: Server, link: Link, namespace: str) -> None:
    """The default one is no exception."""
    with pytest.raises(RefusedError) as refused:
        connect(server, namespace, link=link, name="Ada")
    check_refused(refused.value, 404, NO_NAMESPACE, namespace)


def test_what_was_not_chosen_has_no_namespace(server: Server, combination: Combination, link: Link) -> None:
    """Chat, live data and notes are each there only when they were asked for."""
    for namespace in {CHAT, LIVE, ANNOUNCEMENTS} - {*doors(combination)}:
        with pytest.raises(RefusedError) as refused:
            connect(server, namespace, link=link, name="Ada")
        check_refused(refused.value, 404, NO_NAMESPACE, namespace)


def test_a_refused_namespace_leaves_the_others_of_a_connection_alone(server: Server) -> None:
    """One WebSocket, one door shut, the other open."""
    with Raw(server) as raw:
        namespace = raw.enter(server)
        raw.send("40/nothing,")
        answer = raw.receive()
        assert answer is not None
        assert answer.startswith("44/nothing,"), answer
        check_denied(raw.ask(namespace, "nothing", {}), 404, NO_EVENT, namespace)


EVENTS = ["nothing", "", " ", "Join", "SEND", "message", "presence", "tick", "note:created", "error", "emit", "*"]
EVENTS += ["__proto__", "constructor", "toString", "hasOwnProperty", "__init__", "on_join", "x" * 1000, "👋"]


@pytest.mark.anywhere
def test_an_unknown_event_is_a_404(server: Server, combination: Combination, link: Link) -> None:
    """Whatever its name; the names that the server itself uses cannot be forged."""
    for namespace in doors(combination):
        for start in range(0, len(EVENTS), EVENTS_A_SECOND):
            with connect(server, namespace, link=link, name="Ada") as peer:
                for event in EVENTS[start : start + EVENTS_A_SECOND]:
                    check_denied(peer.ask(event, {"room": "a"}), 404, NO_EVENT, namespace)


PAYLOADS: list[tuple[Any, ...]] = [(None,), ([],), ("a",), (1,), (True,), (1.5,), ([{}],), ({}, {}), ({}, None)]
PAYLOADS += [(b"\x00\xff",), ({}, b"a")]


@pytest.mark.anywhere
def test_a_payload_is_exactly_one_object(server: Server, link: Link) -> None:
    """Everything else is the same mistake; nothing at all is one too, unless nothing is asked for."""
    chat = server.project.answers["chat"] is True
    event, namespace = ("leave", CHAT) if chat else ("subscribe", LIVE)
    with somebody(server, link) as peer:
        for values in [(), *PAYLOADS]:
            check_denied(peer.ask(event, *values), 422, INVALID, namespace, [("", OBJECT)])
    if server.project.answers["live_data"] is True:
        with watch(server, link) as peer:
            for values in PAYLOADS:
                check_denied(peer.ask("symbols", *values), 422, INVALID, LIVE, [("", OBJECT)])
            assert asked(peer, "symbols") == asked(peer, "symbols", {})


def test_without_an_acknowledgement_nobody_is_told(server: Server, link: Link) -> None:
    """Mistakes are dropped, and the connection stays."""
    event, value = harmless(server)
    with somebody(server, link) as peer:
        for wrong in ("nothing", event):
            peer.tell(wrong, "rubbish")
            peer.tell(wrong)
        asked(peer, event, value)
        assert peer.heard == []
        assert peer.ended == []


def test_the_handshake_tells_the_limits(server: Server) -> None:
    """Clients adapt to what the server announces."""
    answer = ask(server, "GET", HANDSHAKE)
    assert answer.status == 200, answer
    opened = json.loads(answer.content[1:])
    assert isinstance(opened.pop("sid"), str)
    limits = {"pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": MOST_BYTES}
    assert opened == {"upgrades": ["websocket"], **limits}
    with Raw(server) as raw:
        assert {name: raw.opened[name] for name in limits} == limits
        assert raw.opened["upgrades"] == []


def polling(server: Server, headers: dict[str, str] | None = None) -> str:
    """Begin a connection by polling and return the address at which it goes on."""
    answer = ask(server, "GET", HANDSHAKE, headers)
    assert answer.status == 200, answer
    return f"{HANDSHAKE}&sid={json.loads(answer.content[1:])['sid']}"


def under_socket_io(server: Server) -> list[tuple[int, Answer]]:
    """Ask for an answer of every kind, each with the status that it should have."""
    session = polling(server)
    rows = [(200, ask(server, "GET", HANDSHAKE)), (200, ask(server, "POST", session, {}, "40/nothing,"))]
    rows += [(200, ask(server, "GET", session)), (400, ask(server, "GET", "/socket.io/"))]
    rows += [(400, ask(server, "GET", "/socket.io/?EIO=4&transport=pigeon"))]
    rows += [(400, ask(server, "GET", f"{HANDSHAKE}&sid=unknown"))]
    rows += [(400, ask(server, "POST", f"{HANDSHAKE}&sid=unknown", {}, "40"))]
    rows += [(400, ask(server, "GET", "/socket.io/?EIO=3&transport=polling"))]
    rows += [(403, ask(server, "GET", HANDSHAKE, {"Origin": "https://evil.example"}))]
    return rows


def test_every_answer_under_socket_io_carries_the_security_headers(server: Server) -> None:
    """Polls and refusals alike; nothing of it is stored."""
    for status, answer in under_socket_io(server):
        assert answer.status == status, answer
        check_headers(answer)
        assert answer.headers["cache-control"] == "no-store", answer


@pytest.mark.parametrize("sent", ["x" * 65, "a b", "<script>", '"a"', "a/b"])
def test_a_request_id_is_looked_at_under_socket_io_too(server: Server, sent: str) -> None:
    """What stands in front of HTTP checks as HTTP does: a well-formed one is kept, another one replaced."""
    for path in (HANDSHAKE, "/socket.io/"):
        assert ask(server, "GET", path, {"X-Request-Id": "follow-me"}).headers["x-request-id"] == "follow-me"
        given = ask(server, "GET", path, {"X-Request-Id": sent}).headers["x-request-id"]
        assert UUID.fullmatch(given), given


def test_no_client_is_served_and_nothing_is_compressed(server: Server) -> None:
    """Browsers bring their own client; compression would cost memory for each connection."""
    for name in ("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.js.map"):
        answer = ask(server, "GET", f"/socket.io/{name}")
        assert answer.status in (400, 404), answer
        check_headers(answer)
    with server.connect() as connection:
        offered = {**UPGRADE, "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
        connection.sendall(compose("GET", WEBSOCKET, offered, b""))
        head = connection.recv(4096).decode("latin-1").lower()
        assert head.startswith("http/1.1 101 "), head
        assert "sec-websocket-extensions" not in head
    answer = ask(server, "GET", HANDSHAKE, {"Accept-Encoding": "gzip, deflate, br"})
    assert "content-encoding" not in answer.headers


FOREIGN = ["https://evil.example", "http://app.example", "https://app.example.evil.example", "https://app.example:444"]
FOREIGN += ["null", "https://app.example/", "HTTPS://APP.EXAMPLE", "*", "x"]


@pytest.mark.anywhere
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_may_not_connect(server: Server, origin: str) -> None:
    """Neither by polling, nor by WebSocket, nor on a connection that is not its own."""
    headers = {"Origin": origin}
    session = polling(server)
    for method, target, more, body in (
        ("GET", HANDSHAKE, {}, ""),
        ("GET", WEBSOCKET, UPGRADE, ""),
        ("POST", session, {}, "40/nothing,"),
        ("GET", session, {}, ""),
    ):
        answer = ask(server, method, target, {**headers, **more}, body)
        check_problem(answer, 403, NOT_ALLOWED, "/socket.io/")
        assert "allow-origin" not in cors(answer)


def test_a_foreign_origin_is_refused_to_clients(server: Server, link: Link) -> None:
    """Nothing of the namespaces is said to them."""
    with pytest.raises(UnreachableError):
        somebody(server, link, headers={"Origin": "https://evil.example"})


@pytest.mark.parametrize("origin", ORIGINS)
def test_an_allowed_origin_may_connect_and_read(server: Server, origin: str) -> None:
    """A browser lets a page of another origin read the polls; only where there are cookies it may send them."""
    session = polling(server, {"Origin": origin})
    for method, target, body in (("GET", HANDSHAKE, ""), ("POST", session, "40/nothing,"), ("GET", session, "")):
        answer = ask(server, method, target, {"Origin": origin}, body)
        assert (answer.status, cors(answer).get("allow-origin")) == (200, origin), answer
        assert cors(answer).get("allow-credentials") == ("true" if people.kind(server) == "session" else None)
        assert varies(answer)
    for link in LINKS:
        with somebody(server, link, headers={"Origin": origin}):
            pass


@pytest.mark.anywhere
def test_the_own_origin_may_connect(server: Server, link: Link) -> None:
    """Whatever the scheme, for a proxy may speak TLS; another port is another origin."""
    for origin in (server.url, server.url.replace("http:", "https:")):
        assert ask(server, "GET", HANDSHAKE, {"Origin": origin, "Host": f"127.0.0.1:{server.port}"}).status == 200
    other = ask(server, "GET", HANDSHAKE, {"Origin": "http://127.0.0.1:1", "Host": f"127.0.0.1:{server.port}"})
    check_problem(other, 403, NOT_ALLOWED, "/socket.io/")
    with somebody(server, link, headers={"Origin": server.url}):
        pass


def test_without_an_origin_anybody_may_connect(server: Server) -> None:
    """Programs send none; the answer allows no page anything."""
    answer = ask(server, "GET", HANDSHAKE)
    assert (answer.status, "allow-origin" in cors(answer)) == (200, False)


def test_the_own_host_is_the_one_that_a_trusted_proxy_names(launch: Launch) -> None:
    """Without trust its header means nothing."""
    proxied = {"Origin": "https://public.example", "Host": "inside:8000", "X-Forwarded-Host": "public.example"}
    with launch(TRUST_PROXY="1") as server:
        assert ask(server, "GET", HANDSHAKE, {**proxied, "X-Forwarded-For": "10.0.0.1"}).status == 200
    with launch(TRUST_PROXY="0") as server:
        answer = ask(server, "GET", HANDSHAKE, proxied)
        check_problem(answer, 403, NOT_ALLOWED, "/socket.io/", production=False)


@pytest.mark.needs(auth=["none", "token"])
def test_a_star_lets_every_origin_connect(launch: Launch) -> None:
    """The list is then open."""
    with launch(CORS_ORIGINS="*") as server:
        for origin in ("https://anything.example", "null"):
            answer = ask(server, "GET", HANDSHAKE, {"Origin": origin})
            assert (answer.status, cors(answer).get("allow-origin")) == (200, "*"), answer
        with somebody(server, headers={"Origin": "https://anything.example"}):
            pass


def test_a_preflight_is_answered_as_the_origin_deserves(server: Server) -> None:
    """A browser asks before it sends what is not simple."""
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = ask(server, "OPTIONS", HANDSHAKE, {**headers, "Origin": ORIGINS[0]})
    assert (answer.status, cors(answer).get("allow-origin")) == (204, ORIGINS[0]), answer
    assert (cors(answer)["allow-methods"], answer.headers["allow"]) == (METHODS, METHODS)
    check_headers(answer)
    plain = ask(server, "OPTIONS", HANDSHAKE)
    assert (plain.status, plain.headers["allow"]) == (204, METHODS), plain
    assert "allow-methods" not in cors(plain)
    foreign = ask(server, "OPTIONS", HANDSHAKE, {**headers, "Origin": "https://evil.example"})
    check_problem(foreign, 403, NOT_ALLOWED, "/socket.io/")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE"])
def test_another_method_is_a_405(server: Server, method: str) -> None:
    """With a session and without one; HEAD is no exception, for what waits is told once."""
    session = polling(server)
    for target in (HANDSHAKE, session, "/socket.io/"):
        answer = ask(server, method, target)
        assert (answer.status, answer.headers["allow"]) == (405, METHODS), answer
        if method == "HEAD":
            check_headers(answer)
        else:
            check_problem(answer, 405, f"This address does not answer to {method}.", "/socket.io/")
    assert ask(server, "GET", session).status == 200


def padded(size: int, event: str = "nothing") -> str:
    """Return a text with which an event of this name is a message of about so many bytes."""
    return "x" * (size - len(event) - 200)


def test_a_message_of_100_kilobytes_is_read(server: Server, link: Link) -> None:
    """By every transport."""
    with somebody(server, link) as peer:
        answer = peer.ask("nothing", {"a": padded(MOST_BYTES)})
        check_denied(answer, 404, NO_EVENT, peer.call.namespaces[0])


@pytest.mark.parametrize("chosen", [one for one in LINKS if one.name != "python-polling"], ids=lambda one: one.name)
def test_a_larger_message_ends_the_connection(server: Server, chosen: Link) -> None:
    """Others do not notice; the fourth client notices only when it polls again."""
    with somebody(server, chosen) as peer, somebody(server) as other:
        with contextlib.suppress(UnreachableError):
            peer.tell("nothing", {"a": padded(MOST_BYTES + 1000)})
        assert peer.wait_end() not in ("io server disconnect", "server disconnect")
        asked(other, *harmless(server))


@pytest.mark.parametrize("chunked", [False, True], ids=["by-its-length", "as-it-arrives"])
def test_a_larger_body_is_a_413_and_ends_the_connection(server: Server, *, chunked: bool) -> None:
    """The same problem, however it comes; one that is just not too large is read."""

    def post(session: str, text: str) -> Answer:
        body = f"{len(text):x}\r\n{text}\r\n0\r\n\r\n" if chunked else text
        return ask(server, "POST", session, {"Transfer-Encoding": "chunked"} if chunked else {}, body)

    session = polling(server)
    assert post(session, "42/nothing," + " " * (MOST_BYTES - 12) + "[").status in (200, 400)
    session = polling(server)
    assert post(session, "40/nothing,").status == 200
    check_problem(post(session, "4" * (MOST_BYTES + 1)), 413, TOO_LARGE, "/socket.io/")
    assert ask(server, "GET", session).status == 400


def test_a_frame_that_announces_gigabytes_is_not_waited_for(server: Server) -> None:
    """The connection ends before its content is read."""
    with Raw(server) as raw:
        raw.enter(server)
        raw.tcp.sendall(bytes([0x81, 0xFF]) + struct.pack(">Q", 1 << 32) + b"mask")
        raw.until_closed()
    with Raw(server) as raw:
        raw.enter(server)
        for number in range(40):
            first = number == 0
            fragment = websocket.ABNF(0, 0, 0, 0, 1 if first else 0, 1, b"x" * 10_000)
            with contextlib.suppress(OSError):
                raw.tcp.sendall(fragment.format())
        raw.until_closed()


RUBBISH = ["", "9", "4", "49", "42", "42/chat", "42/chat,", "42/chat,{}", "42/chat,[]", "42/chat,[1]", "42/chat,[null]"]
RUBBISH += ['42/chat,0["join"', '42/nowhere,0["join",{}]', "43/chat,0[]", "43/chat,999[]", "43/chat,[1]", "44/chat,{}"]
RUBBISH += ['45/chat,1-["a",{"_placeholder":true,"num":0}]', '45/chat,1-0["a",{"_placeholder":true,"num":5}]', "41"]
RUBBISH += ['45/chat,99999999-["a"]', '45/chat,-1-["a"]', '45/chat,0-["a",{"_placeholder":true,"num":-1}]', "41/chat,"]
RUBBISH += ["40", "40/chat", '40/chat,{"name":"Twice"}', "40/chat,[", "40/chat,[]", '40/chat,"a"', "40/live,5", "40/,"]
RUBBISH += [
    '42/chat,0["disconnect"]',
    '42/chat,0["connect"]',
    '42/chat,0["connect_error",{}]',
    '42/live,["disconnect"]',
]
RUBBISH += [
    '42/chat,99999999999999999999["leave",{}]',
    "42/chat,0" + "[" * 40_000,
    '42/chat,0["join",' + '{"a":' * 9000,
]
RUBBISH += [
    "0",
    '0{"sid":"x"}',
    "1",
    "2probe",
    "3",
    "5",
    "6",
    "7",
    "b",
    "bAAAA",
    "\x00",
    "\x1e",
    "4\x1e4",
    "👋",
    "42👋",
]
RUBBISH += ["42/" + "x" * 50_000 + ",0[]", "40/" + "x" * 50_000 + ",", '42/chat,0["leave",{"room":"\\ud800"}]']


def test_rubbish_hurts_nobody_else(server: Server) -> None:
    """The connection that it comes on may end; the others go on, and nothing is logged as our mistake."""
    before = len(server.stdout)
    with somebody(server) as other:
        for frame in RUBBISH:
            with Raw(server) as raw, contextlib.suppress(OSError):
                raw.enter(server)
                raw.send(frame)
                raw.send('42/nothing,1["nothing",{}]')
            session = polling(server)
            answer = ask(server, "POST", session, {}, frame.encode("utf-8", "surrogatepass"))
            assert answer.status in (200, 400, 413), (frame[:60], answer)
        with Raw(server) as raw, contextlib.suppress(OSError):
            raw.enter(server)
            raw.socket.send_binary(b"\x00\x01\xff")
            raw.socket.send(b"\xff\xfe", websocket.ABNF.OPCODE_TEXT)
            raw.tcp.sendall(b"\xff\xff\xff\xff not a frame at all")
        time.sleep(0.3)
        asked(other, *harmless(server))
        assert other.ended == []
    failed = [
        line for line in server.stdout[before:].splitlines() if '"level": "error"' in line or '"level":"error"' in line
    ]
    assert not failed, failed[:3]
    assert server.stderr == ""


def test_the_21st_event_within_a_second_is_a_429(server: Server) -> None:
    """Those before it are answered, and a second later all is as before."""
    event, value = harmless(server)
    with Raw(server) as raw:
        namespace = raw.enter(server)
        for _ in range(2):
            raw.send(*(f"42{namespace},{n}{json.dumps([event, value])}" for n in range(EVENTS_A_SECOND + 6)))
            acks: dict[int, Any] = {}
            while len(acks) < EVENTS_A_SECOND + 6:
                frame = raw.receive()
                assert frame is not None
                if frame.startswith(f"43{namespace},"):
                    number, bracket, rest = frame.partition(",")[2].partition("[")
                    acks[int(number)] = json.loads(bracket + rest)[0]
            granted = [n for n, ack in acks.items() if ack["ok"]]
            assert sorted(granted) == list(range(EVENTS_A_SECOND)), granted
            for n in range(EVENTS_A_SECOND, EVENTS_A_SECOND + 6):
                check_denied(acks[n], 429, TOO_MANY_EVENTS, namespace)
            time.sleep(1.1)


def test_what_is_refused_does_not_count(server: Server) -> None:
    """Who keeps on asking too often is still served twenty times a second."""
    event, value = harmless(server)
    until = time.monotonic() + 3.2
    with somebody(server) as peer:
        granted = Counter[bool]()
        while time.monotonic() < until:
            granted[peer.ask(event, value)["ok"]] += 1
            time.sleep(0.01)
        assert 55 <= granted[True] <= 85, granted
        assert granted[False], granted


def test_each_kind_of_event_counts(server: Server) -> None:
    """Mistakes are events too."""
    with Raw(server) as raw:
        namespace = raw.enter(server)
        raw.send(*(f'42{namespace},["nothing",{n}]' for n in range(EVENTS_A_SECOND)))
        check_denied(raw.ask(namespace, *harmless(server)), 429, TOO_MANY_EVENTS, namespace)


def test_who_floods_is_put_out(server: Server) -> None:
    """After 200 refusals within a second the connection ends, and the others did not notice."""
    event, value = harmless(server)
    with somebody(server) as other, Raw(server) as raw:
        namespace = raw.enter(server)
        slowest = 0.0
        with ThreadPoolExecutor(1) as pool:

            def flood() -> None:
                with contextlib.suppress(OSError):
                    for start in range(0, 2000, 100):
                        raw.send(*(f"42{namespace},{start + n}{json.dumps([event, value])}" for n in range(100)))

            flooding = pool.submit(flood)
            for _ in range(10):
                begun = time.monotonic()
                asked(other, event, value)
                slowest = max(slowest, time.monotonic() - begun)
                time.sleep(0.06)
            flooding.result()
        seen = raw.until_closed()
        granted = [frame for frame in seen if '"ok":true' in frame.replace(" ", "")]
        assert len(granted) <= 3 * EVENTS_A_SECOND
        assert slowest < 1.0, slowest
        assert other.ended == []


def frames(namespace: str) -> dict[str, bytes]:
    """Return what may be sent for ever without an answer, each as one frame."""
    texts = {
        name: websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT)
        for name, text in (
            ("a pong of Engine.IO", "3"),
            ("an acknowledgement that nobody waits for", f"43{namespace},1[]"),
        )
    }
    return {
        **{name: frame.format() for name, frame in texts.items()},
        "a pong of WebSocket": websocket.ABNF.create_frame("", websocket.ABNF.OPCODE_PONG).format(),
        "a fragment of nothing": websocket.ABNF.create_frame("", websocket.ABNF.OPCODE_CONT, 0).format(),
    }


def slowest_answer(peer: Peer, event: str, value: dict[str, Any]) -> float:
    """Ask for something ten times in a second, and return how long the slowest answer took."""
    slowest = 0.0
    for _ in range(10):
        begun = time.monotonic()
        asked(peer, event, value)
        slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.06)
    return slowest


def test_who_sends_without_a_pause_delays_nobody(server: Server) -> None:
    """Also what is no event and answered by nothing, in small frames that are all there at once."""
    with somebody(server) as other, ThreadPoolExecutor(1) as pool:
        for name, frame in frames(CHAT if server.project.answers["chat"] is True else LIVE).items():
            with Raw(server) as raw:
                raw.enter(server)
                if "fragment" in name:
                    raw.tcp.sendall(websocket.ABNF.create_frame("", websocket.ABNF.OPCODE_TEXT, 0).format())

                def pour(tcp: socket.socket = raw.tcp, content: bytes = frame * (3_000_000 // len(frame))) -> None:
                    with contextlib.suppress(OSError):
                        tcp.sendall(content)

                flooding = pool.submit(pour)
                slowest = slowest_answer(other, *harmless(server))
                flooding.result()
                assert slowest < 5.0, (name, slowest)

        def post() -> None:
            for _ in range(3):
                ask(server, "POST", polling(server), {}, "\x1e".join(["3"] * 50_000))

        flooding = pool.submit(post)
        assert slowest_answer(other, *harmless(server)) < 1.0
        flooding.result()
        assert other.ended == []


@pytest.mark.all("waiting for a time-out")
def test_a_connection_that_joins_nothing_is_closed(server: Server) -> None:
    """After ten seconds; one that has joined is not."""
    with Raw(server) as silent, Raw(server) as refused, Raw(server) as joined:
        refused.send("40/nothing,")
        namespace = joined.enter(server)
        begun = time.monotonic()
        silent.until_closed(20)
        refused.until_closed(20)
        assert 8 <= time.monotonic() - begun <= 15
        check_denied(joined.ask(namespace, "nothing", {}), 404, NO_EVENT, namespace)


def memory(server: Server) -> int:
    """Add up the resident memory of a server's processes, in bytes."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = status.read_text(encoding="latin-1").rpartition(")")[2].split()
            if int(fields[2]) == server.process.pid:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total


@pytest.mark.needs(chat=True)
def test_who_never_reads_is_put_out_and_the_others_are_served_at_full_speed(server: Server) -> None:
    """More than a megabyte is not kept for anybody."""
    room = new_room()
    with ExitStack() as stack:
        reader = stack.enter_context(enter(server, "Reader"))
        deaf = stack.enter_context(Raw(server, buffer=4096))
        deaf.enter(server)
        assert deaf.ask(CHAT, "join", {"room": room})["ok"] is True
        speakers = [stack.enter_context(enter(server, f"Speaker {n}")) for n in range(8)]
        for peer in (reader, *speakers):
            join(peer, room)
        assert "Raw" in join(reader, room)["members"]
        text, said, slowest = "👋" * 2000, 0, 0.0
        ended = threading.Event()

        def speak(peer: Peer) -> tuple[int, float]:
            number, longest = 0, 0.0
            while not ended.is_set():
                begun = time.monotonic()
                say(peer, room, text)
                number, longest = number + 1, max(longest, time.monotonic() - begun)
                time.sleep(max(0.0, 0.06 - (time.monotonic() - begun)))
            return number, longest

        with ThreadPoolExecutor(len(speakers)) as pool:
            speaking = [pool.submit(speak, peer) for peer in speakers]
            try:
                reader.wait_for("presence", lambda told: "Raw" not in told["members"], timeout=20)
            finally:
                ended.set()
            for one in speaking:
                number, longest = one.result()
                said, slowest = said + number, max(slowest, longest)
        assert slowest < 10.0, slowest  # what a busy machine adds is less than what a jam would
        heard = reader.wait_count("message", said)
        assert len({message["id"] for message in heard}) == len(heard) == said
        assert memory(server) < 600_000_000
        assert reader.ended == []


def lines_about(server: Server, message: str) -> list[dict[str, Any]]:
    """List the lines of a kind."""
    return [line for line in server.lines() if line["message"] == message]


def test_connecting_and_leaving_is_one_line_each(deploy: Launch, combination: Combination) -> None:
    """With a namespace, an id and a reason; without names, texts, polls and refusals."""
    with deploy() as server:
        for link in LINKS:
            for namespace in doors(combination):
                with connect(server, namespace, link=link, name="Secret Name") as peer:
                    if namespace == CHAT:
                        join(peer, "secret-room")
                        say(peer, "secret-room", "secret text")
                    peer.ask("secret-event", {"secret": "field"})
        with contextlib.suppress(RefusedError):
            connect(server, "/secret-door", name="Secret Name")
        for method in ("OPTIONS", "PUT", "HEAD"):
            ask(server, method, HANDSHAKE)
        time.sleep(0.5)
        server.stop()
        began, ended = lines_about(server, "connected"), lines_about(server, "disconnected")
        keys = {"time", "level", "message", "namespace", "socket"}
        expected = sorted(namespace for _ in LINKS for namespace in doors(combination))
        assert sorted(line["namespace"] for line in began) == expected
        for line in began:
            assert set(line) - {"request_id"} == keys, line
        for line in ended:
            assert set(line) - {"request_id"} == keys | {"reason"}, line
            assert line["reason"]
            assert isinstance(line["reason"], str)
        assert {line["level"] for line in (*began, *ended)} == {"info"}
        assert {line["socket"] for line in began} == {line["socket"] for line in ended}
        assert len({line["socket"] for line in began}) == len(began)
        assert "secret" not in server.stdout.lower(), server.told()
        assert [line for line in lines_about(server, "request") if line["path"] == "/socket.io/"] == []
        assert server.stderr == ""
        assert not [line for line in server.lines() if line["level"] != "info"], server.told()


def test_a_stop_with_many_clients_is_quick_and_lets_them_come_back(deploy: Launch) -> None:
    """Status 0 in time; clients are not told to stay away, and find the next process by themselves."""
    with ExitStack() as stack:
        with deploy() as server:
            event, value = harmless(server)
            with ThreadPoolExecutor(8) as pool:
                peers = list(pool.map(lambda n: somebody(server, LINKS[n % 4], reconnect=n < 4), range(100)))
            for peer in peers:
                stack.callback(peer.close)
            begun = time.monotonic()
            server.signal()
            assert server.wait(LIMIT + GRACE) == 0, server.told()
            assert time.monotonic() - begun <= LIMIT
            assert not server.left_behind()
            assert "stopped" in server.stdout.splitlines()[-1]
            for number, peer in enumerate(peers):
                # python-socketio calls every end without a CLOSE packet an error, and so is a poll that is refused.
                named = "transport close" if LINKS[number % 4].name == "javascript-websocket" else "transport error"
                assert peer.wait_end() in ("transport close", named), peer.told()
            assert len(lines_about(server, "disconnected")) == len(lines_about(server, "connected")) == 100
            assert server.stderr == ""
        with deploy(PORT=str(server.port)):
            for peer in peers[:4]:
                peer.wait_return(2)
                asked(peer, event, value)


def test_a_close_frame_says_goodbye_at_the_end(deploy: Launch) -> None:
    """A WebSocket is closed, not dropped."""
    with deploy() as server, Raw(server) as raw:
        raw.enter(server)
        server.signal()
        code = None
        raw.socket.settimeout(10)
        with contextlib.suppress(ConnectionError, websocket.WebSocketException):
            while True:
                opcode, data = raw.socket.recv_data(control_frame=True)
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    code = struct.unpack(">H", data[:2])[0] if len(data) >= 2 else 1005
                    break
        assert code in (1000, 1001, 1005), code
        assert server.wait(LIMIT + GRACE) == 0, server.told()


@pytest.mark.needs(api="rest")
def test_no_new_connection_is_taken_while_shutting_down(deploy: Launch) -> None:
    """Where a connection is still open, the answer is a 503."""
    with deploy() as server, server.connect() as kept:
        kept.sendall(compose("GET", "/health/ready", None, b""))
        assert read(kept).status == 200
        connection, rest = begin(server)
        with connection:
            server.signal()
            wait_until_refused(server)
            answer: Answer | None = None
            with contextlib.suppress(OSError, http.client.HTTPException):
                kept.sendall(compose("GET", HANDSHAKE, None, b""))
                answer = read(kept)
            if answer is not None:
                check_problem(answer, 503, "The service is temporarily unavailable.", "/socket.io/")
            connection.sendall(rest)
            assert read(connection, "POST").status == 201
        assert server.wait(LIMIT + GRACE) == 0, server.told()


def test_a_connection_that_is_cut_is_noticed(server: Server, link: Link) -> None:
    """Client and server part without a word, and the client may come again at once."""
    with Cable(server.port) as cable:
        peer = somebody(server, link, url=cable.url)
        cable.cut()
        assert peer.wait_end() in ("transport close", "transport error")
        cable.mend()
        again = somebody(server, link, url=cable.url)
        asked(again, *harmless(server))
        again.close()
        peer.close()


@pytest.mark.anywhere
@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_of_every_length_are_read(server: Server, size: int) -> None:
    """Also in pieces, byte by byte."""
    with Raw(server) as raw:
        namespace = raw.enter(server)
        text = f'42{namespace},1["nothing","{"x" * size}"]'
        frame = websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT).format()
        raw.tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(20):
            raw.tcp.sendall(frame[start : start + 1])
        raw.tcp.sendall(frame[20:])
        answer = raw.receive()
        assert answer is not None
        assert answer.startswith(f"43{namespace},1["), answer
