"""Shutdown: what has begun is finished, nothing new is begun, and the process ends with status 0."""

import contextlib
import http.client
import signal
import socket
import time

import pytest
from harness.servers import Server

from contract.conftest import Launch
from contract.test_errors import NOTES
from contract.wire import JSON, Answer, ask, compose, read, signed

LIMIT = 10.0
GRACE = 5.0


def begin(server: Server) -> tuple[socket.socket, bytes]:
    """Send half of a request that the server has to wait for; return the connection and the other half."""
    body = b'{"title":"half"}'
    whole = compose("POST", NOTES, signed(server, NOTES, JSON), body)
    connection = server.connect()
    connection.sendall(whole[:-8])
    time.sleep(0.5)
    return connection, whole[-8:]


def wait_until_refused(server: Server) -> None:
    """Wait until nobody listens any more."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as probe:
                probe.settimeout(1)
                probe.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
                if not probe.recv(1):
                    return
        except (ConnectionError, TimeoutError):
            return
        time.sleep(0.05)
    raise AssertionError(f"new connections are still served after SIGTERM: {server.told()}")


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_what_is_in_flight_is_finished_and_nothing_new_is_taken(deploy: Launch, number: signal.Signals) -> None:
    """A request whose body is on its way gets its answer, also when told twice; a new connection gets none."""
    with deploy() as server:
        connection, rest = begin(server)
        with connection:
            server.signal(number)
            wait_until_refused(server)
            server.signal(number)  # uv and npm pass on what the terminal has sent already
            time.sleep(0.5)
            assert server.process.poll() is None, server.told()
            connection.sendall(rest)
            answer = read(connection, "POST")
            assert answer.status == 201, answer
            assert answer.json()["title"] == "half"
        assert server.wait(LIMIT + GRACE) == 0, server.told()
        assert not server.left_behind()
        assert "stopped" in server.stdout.splitlines()[-1]
        assert server.stderr == ""


@pytest.mark.needs(api="rest")
def test_a_request_that_never_ends_does_not_hold_the_process(deploy: Launch) -> None:
    """After ten seconds the process ends all the same."""
    with deploy() as server:
        connection, _ = begin(server)
        with connection:
            server.signal()
            assert server.wait(LIMIT + GRACE) == 0, server.told()
        assert not server.left_behind()


def test_a_connection_that_is_kept_alive_does_not_hold_the_process(deploy: Launch) -> None:
    """Idle clients are let go, those that never said a word included."""
    with deploy() as server, server.connect() as used, server.connect() as silent, server.connect() as slow:
        used.sendall(compose("GET", "/health/live", None, b""))
        assert read(used).status == 200
        slow.sendall(b"GET /health/li")
        time.sleep(0.3)
        server.signal()
        assert server.wait(LIMIT + GRACE) == 0, server.told()
        assert not server.left_behind()
        silent.close()


@pytest.mark.needs(api="rest")
def test_a_process_that_is_shutting_down_is_not_ready(deploy: Launch) -> None:
    """On a connection that is still open, ready says so; a closed one says it too."""
    with deploy() as server, server.connect() as kept, server.connect() as half:
        kept.sendall(compose("GET", "/health/ready", None, b""))
        assert read(kept).status == 200
        question = compose("GET", "/health/ready", None, b"")
        half.sendall(question[:-2])
        connection, rest = begin(server)
        with connection:
            server.signal()
            wait_until_refused(server)
            for opened, sent in ((kept, question), (half, question[-2:])):
                answer: Answer | None = None
                with contextlib.suppress(OSError, http.client.HTTPException):
                    opened.sendall(sent)
                    answer = read(opened)
                if answer is not None:
                    assert answer.status == 503, answer
                    assert answer.json()["status"] == "unavailable"
            connection.sendall(rest)
            assert read(connection, "POST").status == 201
        assert server.wait(LIMIT + GRACE) == 0, server.told()


def test_an_idle_process_stops_at_once_and_starts_again_on_the_same_port(deploy: Launch) -> None:
    """A restart finds its port free."""
    with deploy() as first:
        ask(first, "GET", "/health/live")
        first.stop()
    with deploy(PORT=str(first.port)) as second:
        assert ask(second, "GET", "/health/live").status == 200
        second.signal(signal.SIGINT)
        assert second.wait() == 0, second.told()
