"""Health: alive touches nothing, ready says what works and no more."""

import os
from pathlib import Path

import pytest
from harness import projects, servers
from harness.projects import Project
from harness.servers import Server

from contract.conftest import Combination, Launch, production
from contract.test_faults import FOLLOWS, seconds_until
from contract.wire import Answer, ask, check_headers, compact, exchange


def checks(combination: Combination, state: str) -> dict[str, str]:
    """Name the checks of a combination, all in one state."""
    found = {"database": state} if combination["database"] != "none" else {}
    return found | ({"redis": state} if combination["redis"] is True else {})


def check_health(answer: Answer, status: int, body: object) -> None:
    """Check a health answer to the byte."""
    assert (answer.status, answer.content) == (status, compact(body))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_the_process_is_alive(server: Server) -> None:
    """Alive is one word."""
    answer = ask(server, "GET", "/health/live")
    check_health(answer, 200, {"status": "ok"})
    check_headers(answer)


def test_the_process_is_ready(server: Server, combination: Combination) -> None:
    """Ready lists only what was chosen."""
    answer = ask(server, "GET", "/health/ready")
    check_health(answer, 200, {"status": "ok", "checks": checks(combination, "ok")})
    check_headers(answer)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_head_works_wherever_get_does(server: Server, path: str) -> None:
    """HEAD is GET without the body."""
    get, head = ask(server, "GET", path), ask(server, "HEAD", path)
    assert (head.status, head.content) == (200, b"")
    for name in get.headers.keys() - {"date", "x-request-id"}:
        assert head.headers.get(name) == get.headers[name], name


@pytest.mark.needs(database="any", api="rest")
def test_production_without_migrations_is_not_ready_until_they_are_applied(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """The migrate command is a step of its own, and the running server notices it."""
    place = projects.sandbox(project, tmp_path / "project")
    env = production(place, tmp_path / "store")
    with servers.started(place, tmp_path / "output", env) as server:
        answer = ask(server, "GET", "/health/ready")
        missing = checks(combination, "ok") | {"database": "unavailable"}
        check_health(answer, 503, {"status": "unavailable", "checks": missing})
        check_headers(answer)
        assert ask(server, "GET", "/health/live").status == 200
        # To MongoDB a collection that was not made is an empty one.
        without = (200,) if combination["database"] == "mongodb" else (500, 503)
        expected = without if combination["auth"] == "none" else (401,)
        assert exchange(server, "GET", "/api/v1/notes").status in expected
        servers.migrate(place, env)
        servers.migrate(place, env)
        check_health(ask(server, "GET", "/health/ready"), 200, {"status": "ok", "checks": checks(combination, "ok")})
        server.stop()


@pytest.mark.needs(database="sqlite")
@pytest.mark.needs(api="rest")
def test_a_broken_database_is_unavailable_and_its_return_needs_no_restart(launch: Launch, tmp_path: Path) -> None:
    """While the file is no database the answers are 503; put back, all is well again."""
    file = tmp_path / "app.db"
    with launch(DATABASE_URL=f"sqlite:///{file}") as server:
        assert ask(server, "GET", "/api/v1/notes").status == 200
        whole = {path: path.read_bytes() for path in tmp_path.glob("app.db*")}
        for path in whole:
            with path.open("r+b") as opened:
                opened.write(os.urandom(max(path.stat().st_size, 8192)))
        ready, notes = ask(server, "GET", "/health/ready"), ask(server, "GET", "/api/v1/notes")
        assert ready.status == 503, ready
        assert ready.json()["checks"]["database"] == "unavailable"
        assert notes.status in (500, 503), notes
        assert str(file) not in notes.content.decode()
        assert "sqlite" not in notes.content.decode().lower()
        assert ask(server, "GET", "/health/live").status == 200
        for path, content in whole.items():
            path.write_bytes(content)
        back = seconds_until(lambda: ask(server, "GET", "/health/ready").status == 200, FOLLOWS * 2)
        assert back <= FOLLOWS
        assert ask(server, "GET", "/api/v1/notes").status == 200
