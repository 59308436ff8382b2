"""The process: how it refuses to start, how it serves, and how it stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "app")


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


@contextmanager
def running(port: int, module: str = "app") -> Iterator[subprocess.Popen[str]]:
    command = (sys.executable, "-m", module)
    process = subprocess.Popen(command, env=environment(PORT=str(port)), stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout
            while "listening" not in process.stdout.readline():
                assert process.poll() is None
            yield process
        finally:
            process.terminate()


def status(idle: HTTPConnection) -> int:
    idle.request("GET", "/health/ready")
    with idle.getresponse() as answer:
        answer.read()
        return answer.status


def rest(client: socket.socket) -> bytes:
    with client.makefile("rb") as stream:
        return stream.read()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_an_old_interpreter_is_refused_in_one_line() -> None:
    code = "import sys; sys.version_info = (3, 9, 18, 'final', 0); import app"
    ended = subprocess.run((sys.executable, "-c", code), env=environment(), capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "This project needs Python 3.11 or newer; this is Python 3.9.18.\n"


def test_a_wrong_environment_stops_the_process_with_status_78() -> None:
    ended = subprocess.run(COMMAND, env=environment(PORT="x"), capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (78, "")
    assert ended.stderr == 'PORT must be a whole number from 1 to 65535, not "x"; for example PORT=8000\n'


def test_a_busy_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = subprocess.run(COMMAND, env=environment(PORT=str(port)), capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"Cannot listen on 127.0.0.1:{port}: the address is in use.\n"


def test_a_stopped_process_finishes_what_is_in_flight() -> None:
    port = free_port()
    idle = HTTPConnection("127.0.0.1", port, timeout=10)
    with running(port) as process, closing(idle), socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\n")
        assert status(idle) == 200
        process.send_signal(signal.SIGTERM)
        while status(idle) == 200:
            time.sleep(0.01)
        client.sendall(b"Host: localhost\r\n\r\n")
        answer = rest(client)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"\r\nServer:" not in answer
        assert process.wait(timeout=10) == 0
        assert process.stdout
        assert "stopped" in process.stdout.read()


def test_what_is_not_http_is_a_400_problem() -> None:
    port = free_port()
    with running(port):
        for sent in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA B: 1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(sent)
                client.shutdown(socket.SHUT_WR)
                answer = rest(client).lower()
            assert answer.startswith(b"http/1.1 400 bad request\r\n")
            assert b"\r\ncontent-type: application/problem+json\r\n" in answer
            assert b'"detail":"the request is not valid http."' in answer
            assert b"\r\nx-content-type-options: nosniff\r\n" in answer


def test_an_answer_that_fails_half_way_is_broken_off() -> None:
    port = free_port()
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    with running(port, "tests.halfway"), closing(client):
        client.request("GET", "/half")
        with client.getresponse() as answer, pytest.raises((IncompleteRead, ConnectionResetError)):
            answer.read()
