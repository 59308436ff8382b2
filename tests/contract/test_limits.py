"""Limits: writes are counted for each client, by all processes together."""

import secrets
from collections.abc import Callable

import pytest
from harness import databases
from harness.servers import Server

from contract.conftest import Launch
from contract.test_errors import MISSING, NOTES, NOWHERE
from contract.wire import JSON, Answer, ask, check_headers, check_problem, stranger

pytestmark = [pytest.mark.needs(api="rest"), pytest.mark.needs(redis=True)]

LIMIT = 100
TOO_MANY = "Too many requests; try again later."


def post(server: Server, client: str, method: str = "POST", path: str = NOTES) -> Answer:
    """Write as one client."""
    return ask(server, method, path, {**JSON, "X-Forwarded-For": client}, b'{"title":"a"}')


def exhausted(processes: list[Server], name: Callable[[int], str]) -> list[Answer]:
    """Write as often as one client may, taking turns, then once through each process; a window may end meanwhile."""
    for _ in range(3):
        answers = [post(processes[n % 2], name(n)) for n in range(LIMIT + len(processes))]
        if answers[-1].status == answers[-2].status == 429:
            break
    assert [answer.status for answer in answers[:LIMIT]] == [201] * LIMIT, [one.status for one in answers]
    return answers[LIMIT:]


def check_too_many(answer: Answer, path: str = NOTES) -> None:
    """Check the answer of the limit to the byte."""
    check_problem(answer, 429, TOO_MANY, path)
    check_headers(answer)
    assert answer.headers["retry-after"].isdigit()
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert not [name for name in answer.headers if name.startswith(("x-ratelimit", "ratelimit"))]


def test_a_hundred_writes_a_minute_are_counted_by_all_processes(processes: list[Server]) -> None:
    """The next one is a 429 that says when to come again; others are not held up, and reading goes on."""
    client = stranger()
    for answer in exhausted(processes, lambda _: client):
        check_too_many(answer)
    for process in processes:
        for method, path in (("POST", NOTES), ("PATCH", MISSING), ("DELETE", MISSING)):
            check_too_many(post(process, client, method, path), path)
        assert post(process, stranger()).status == 201
        assert ask(process, "GET", NOTES, {"X-Forwarded-For": client}).status == 200
        assert ask(process, "GET", MISSING, {"X-Forwarded-For": client}).status == 404
        assert ask(process, "OPTIONS", NOTES, {"X-Forwarded-For": client}).status == 204


def test_the_limit_comes_after_the_route_and_before_the_body(processes: list[Server]) -> None:
    """What does not exist is a 404 or 405 all the same; what is wrong in a body is not looked at."""
    client = stranger()
    exhausted(processes, lambda _: client)
    for process in processes:
        check_problem(post(process, client, path="/api/v1/nothing"), 404, NOWHERE, "/api/v1/nothing")
        assert post(process, client, "PUT").status == 405
        check_too_many(ask(process, "POST", NOTES, {"X-Forwarded-For": client}, b"x"))
        check_too_many(ask(process, "POST", NOTES, {**JSON, "X-Forwarded-For": client}, b"{"))


def test_a_client_cannot_pass_for_another(processes: list[Server]) -> None:
    """With one proxy in front, only what that proxy has added counts."""
    client = stranger()
    for answer in exhausted(processes, lambda _: f"{stranger()}, {client}"):
        check_too_many(answer)
    assert post(processes[0], f"{client}, {stranger()}").status == 201


def test_a_client_of_ipv6_is_counted_by_half_of_its_address(processes: list[Server]) -> None:
    """The other half is everybody's own choice."""
    number = secrets.randbits(32)
    half = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}"
    for answer in exhausted(processes, lambda turn: f"{half}::{turn:x}"):
        check_too_many(answer)
    assert post(processes[0], stranger()).status == 201


def test_without_a_proxy_the_address_of_the_connection_counts(deploy: Launch) -> None:
    """A header that anyone can send is then not believed."""
    with deploy(TRUST_PROXY="0") as server:
        for answer in exhausted([server] * 2, lambda _: stranger()):
            check_too_many(answer)


def test_what_is_counted_is_forgotten(processes: list[Server]) -> None:
    """Every count in Redis has an end within a minute; after it the client may write again."""
    client = stranger()
    exhausted(processes, lambda _: client)
    url = processes[0].env["REDIS_URL"]
    shared = databases.server("redis")
    assert isinstance(shared, databases.Redis)
    with shared.connect(int(url.rpartition("/")[2])) as connection:
        keys = [key for key in connection.scan_iter() if not str(key).startswith(("chat:", "live:", "session:"))]
        assert keys
        assert all(0 < int(str(connection.pttl(key))) <= 60_000 for key in keys)
        connection.delete(*keys)
    assert [post(process, client).status for process in processes] == [201, 201]
