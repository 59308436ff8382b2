"""Requests byte by byte, for what a polite client would never send, and the checks that every answer passes."""

import http.client
import itertools
import json
import os
import re
import socket
from dataclasses import dataclass
from typing import Any

import httpx
from harness.servers import Server

from contract import people

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; object-src 'none'"
)
SECURITY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains"
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JSON = {"Content-Type": "application/json"}
_strangers = itertools.count(os.getpid() << 16)


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire; header names in lower case, repeated ones joined."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        """Parse the body."""
        return json.loads(self.content)


def read(connection: socket.socket, method: str = "GET") -> Answer:
    """Read one answer from a connection; keep it open for the next one."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    content = response.read()
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return Answer(response.status, headers, content)


def compose(method: str, target: str, headers: list[tuple[str, str]] | dict[str, str] | None, body: bytes) -> bytes:
    """Write a request as bytes, adding only what was left out: Host, and the length of a body."""
    given = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
    names = {name.lower() for name, _ in given}
    if "host" not in names:
        given.insert(0, ("Host", "127.0.0.1"))
    if (body or method in ("POST", "PATCH", "PUT")) and not names & {"content-length", "transfer-encoding"}:
        given.append(("Content-Length", str(len(body))))
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given)
    return head.encode("latin-1") + b"\r\n" + body


def stranger() -> str:
    """Return the address of a client that nobody has heard of before."""
    number = next(_strangers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def listed(headers: list[tuple[str, str]] | dict[str, str] | None) -> list[tuple[str, str]]:
    """Return headers one by one."""
    return list(headers.items()) if isinstance(headers, dict) else list(headers or [])


def signed(
    server: Server, target: str, headers: list[tuple[str, str]] | dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """Add to headers what shows that somebody is signed in, where that is needed and nothing is shown yet."""
    given = listed(headers)
    return [*given, *people.headers_for(server, target, given)]


def ask(
    server: Server,
    method: str,
    target: str,
    headers: list[tuple[str, str]] | dict[str, str] | None = None,
    body: bytes | str = b"",
) -> Answer:
    """Send one request as written and read its answer; the API is asked by somebody who is signed in."""
    return exchange(server, method, target, signed(server, target, headers), body)


def exchange(
    server: Server,
    method: str,
    target: str,
    headers: list[tuple[str, str]] | dict[str, str] | None = None,
    body: bytes | str = b"",
) -> Answer:
    """Send one request exactly as written and read its answer.

    A server that trusts a proxy is told each time of another client, so that no limit is met by accident.
    """
    content = body.encode() if isinstance(body, str) else body
    given = listed(headers)
    if server.env.get("TRUST_PROXY") == "1" and not any(name.lower() == "x-forwarded-for" for name, _ in given):
        given.append(("X-Forwarded-For", stranger()))
    with server.connect() as connection:
        connection.sendall(compose(method, target, given, content))
        return read(connection, method)


def send(server: Server, raw: bytes) -> Answer | None:
    """Send bytes and read what comes back; None when the connection is closed, or kept waiting, without a word."""
    with server.connect() as connection:
        try:
            connection.sendall(raw)
            connection.settimeout(3)
            return read(connection)
        except (http.client.HTTPException, ConnectionError, TimeoutError):
            return None


def check_headers(answer: Answer | httpx.Response, *, production: bool = True) -> None:
    """Check what every answer carries, whatever it says."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    for name, value in SECURITY.items():
        assert headers.get(name) == value, f"{name}: {headers.get(name)!r}"
    assert headers.get("strict-transport-security") == (HSTS if production else None)
    assert "server" not in headers
    assert "x-powered-by" not in headers
    assert "cache-control" in headers
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", headers.get("x-request-id", "")), headers.get("x-request-id")


def compact(value: object) -> bytes:
    """Write JSON as both stacks do: no spaces, no escapes for what is not ASCII."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def check_problem(
    answer: Answer | httpx.Response,
    status: int,
    detail: str,
    instance: str,
    errors: list[dict[str, str]] | None = None,
    *,
    production: bool = True,
) -> None:
    """Check that an answer is this problem, to the byte."""
    code = answer.status if isinstance(answer, Answer) else answer.status_code
    assert code == status, f"{code}: {answer.content!r}"
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-type"] == "application/problem+json"
    expected: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "instance": instance,
        "request_id": headers["x-request-id"],
    }
    if errors is not None:
        expected["errors"] = errors
    assert answer.content == compact(expected), f"{answer.content!r} is not {compact(expected)!r}"
    check_headers(answer, production=production)
    assert headers["cache-control"] == "no-store"
    if status == 503:
        assert headers["retry-after"] == "5"
    if status == 401:
        assert "www-authenticate" in headers
