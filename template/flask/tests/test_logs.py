"""One line an event."""

import pytest
from flask import Flask, request

from app import create_app
from tests.conftest import lines


@pytest.mark.usefixtures("in_production")
def test_every_request_is_one_line_of_json_in_production(capsys: pytest.CaptureFixture[str]) -> None:
    create_app().test_client().get("/health/live?x=1", headers={"X-Request-Id": "mine"})
    (line,) = lines(capsys.readouterr().out)
    assert list(line) == ["time", "level", "message", "request_id", "method", "path", "status", "duration_ms"]
    assert (line["level"], line["message"], line["request_id"]) == ("info", "request", "mine")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/health/live", 200)
    assert isinstance(line["duration_ms"], float)


@pytest.mark.usefixtures("in_production")
def test_a_failure_is_logged_under_its_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app()

    @app.get("/broken")
    def broken() -> str:
        raise ValueError("the cause")

    app.test_client().get("/broken", headers={"X-Request-Id": "mine"})
    failed, request = lines(capsys.readouterr().out)
    assert (failed["level"], failed["message"], failed["request_id"]) == ("error", "failed", "mine")
    assert "ValueError: the cause" in failed["error"]
    assert "Traceback" in failed["error"]
    assert request["status"] == 500


def test_a_request_is_a_readable_line_in_development(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    create_app().test_client().get("/health/live", headers={"X-Request-Id": "mine"})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert "info    request request_id=mine method=GET path=/health/live status=200" in line


@pytest.mark.usefixtures("in_production")
def test_a_request_is_logged_even_when_its_client_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app()

    @app.post("/orders")
    def orders() -> bytes:
        return request.get_data()

    app.test_client().post("/orders", data=b"half", environ_overrides={"CONTENT_LENGTH": "8"})
    (line,) = lines(capsys.readouterr().out)
    assert (line["message"], line["path"], line["status"]) == ("request", "/orders", 400)


def test_lines_below_the_level_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "warning")
    create_app().test_client().get("/health/live")
    assert capsys.readouterr().out == ""
