"""Logs: one line a request, JSON in production, readable in development, and never what should stay private."""

import json
import re

import pytest

from contract.conftest import Launch
from contract.test_errors import NOTES
from contract.wire import JSON, ask

REQUEST = {"time", "level", "message", "request_id", "method", "path", "status", "duration_ms"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_every_request_is_one_line_of_json_in_production(deploy: Launch) -> None:
    """The keys and their types are those of the contract, errors included."""
    calls = [("GET", "/health/live", 200), ("HEAD", "/health/live", 200), ("GET", "/nothing", 404)]
    calls += [("PUT", "/health/live", 405), ("OPTIONS", "/health/live", 204), ("GET", "/no%20thing%0A", 404)]
    with deploy() as server:
        for number, (method, path, status) in enumerate(calls):
            answer = ask(server, method, f"{path}?secret=hidden", {"X-Request-Id": f"call-{number}"})
            assert answer.status == status
        server.stop()
        lines = server.lines()
    assert all(TIME.fullmatch(line["time"]) for line in lines)
    assert set(lines[0]) == {"time", "level", "message", "host", "port"}, lines[0]
    assert (lines[0]["level"], lines[0]["message"]) == ("info", "listening")
    assert (lines[0]["host"], lines[0]["port"]) == ("127.0.0.1", server.port)
    assert (lines[-1]["level"], lines[-1]["message"]) == ("info", "stopped")
    requests = [line for line in lines if str(line.get("request_id", "")).startswith("call-")]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == calls
    assert [line["request_id"] for line in requests] == [f"call-{number}" for number in range(len(calls))]
    for line in requests:
        assert set(line) == REQUEST
        assert (line["level"], line["message"]) == ("info", "request")
        assert isinstance(line["duration_ms"], int | float)
        assert line["duration_ms"] >= 0
    assert len(lines) == len([line for line in lines if line["message"] == "request"]) + 2, lines
    assert "hidden" not in server.stdout + server.stderr
    assert server.stderr == ""


def test_a_made_request_id_is_the_one_in_the_log(deploy: Launch) -> None:
    """What the client sees can be looked up."""
    with deploy() as server:
        sent = ask(server, "GET", "/nothing").headers["x-request-id"]
        server.stop()
        assert [line["path"] for line in server.lines() if line.get("request_id") == sent] == ["/nothing"]


def test_a_request_is_a_readable_line_in_development(launch: Launch) -> None:
    """For people: one line, no JSON, no query."""
    for app_env in ("development", "test"):
        with launch(APP_ENV=app_env) as server:
            before = len(server.stdout.splitlines())
            ask(server, "GET", "/nothing?secret=hidden", {"X-Request-Id": "look-here"})
            server.stop()
            lines = [line for line in server.stdout.splitlines() if "/nothing" in line]
            assert before, server.told()
            assert len(lines) == 1, server.told()
            assert all(word in lines[0] for word in ("GET", "404", "look-here")), lines
            with pytest.raises(json.JSONDecodeError):
                json.loads(lines[0])
            assert "hidden" not in server.stdout
            assert server.stderr == ""
            assert "listening" in server.stdout
            assert "stopped" in server.stdout


def test_the_log_level_is_kept(deploy: Launch) -> None:
    """A quiet process says nothing of what goes well."""
    for level in ("warning", "error"):
        with deploy(LOG_LEVEL=level) as server:
            ask(server, "GET", "/health/live")
            server.stop()
            assert server.stdout == ""


@pytest.mark.needs(database="sqlite", api="rest")
def test_a_failure_is_logged_under_its_request_id(deploy: Launch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The answer says nothing of the cause, the log says all of it, in one line of JSON."""
    folder = tmp_path_factory.mktemp("broken")
    with deploy(DATABASE_URL=f"sqlite:///{folder}/app.db") as server:
        assert ask(server, "GET", NOTES).status == 200
        for file in folder.glob("app.db*"):
            with file.open("r+b") as opened:
                opened.write(b"no database " * 1000)
        answer = ask(server, "POST", NOTES, {**JSON, "X-Request-Id": "broken"}, b'{"title":"private words"}')
        assert answer.status in (500, 503), answer
        server.stop(expected=None)
        lines = [line for line in server.lines() if line.get("request_id") == "broken"]
        failed = [line for line in lines if line["message"] == "failed"]
        assert len(failed) == 1, server.told()
        assert set(failed[0]) == {"time", "level", "message", "request_id", "error"}
        assert failed[0]["level"] == "error"
        assert isinstance(failed[0]["error"], str)
        assert len(failed[0]["error"].splitlines()) > 1, "the stack belongs to the error"
        assert [line["status"] for line in lines if line["message"] == "request"] == [answer.status]
        assert server.stderr == ""


def test_a_request_cannot_forge_a_line(deploy: Launch) -> None:
    """Whatever is in a path or header stays inside its own line."""
    with deploy() as server:
        for path in ('/%0d%0a{"level":"error"}', "/%1b[31m", '/"quoted"', "/%e2%80%a8"):
            ask(server, "GET", path, {"User-Agent": '"}{"'})
        server.stop()
        assert [line["message"] for line in server.lines()].count("request") >= 4
        assert {line["level"] for line in server.lines()} == {"info"}
