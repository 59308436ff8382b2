"""Is the process alive, and may it be sent requests."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import health
from app.health import Checks, checks
from app.lifecycle import lifecycle


def test_the_process_is_alive(client: FlaskClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/json", b'{"status":"ok"}')
    assert client.head("/health/live").status_code == 200


def test_the_process_is_ready(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "checks": dict.fromkeys(checks(app), "ok")})


def test_a_process_that_is_shutting_down_is_not_ready(app: Flask, client: FlaskClient) -> None:
    lifecycle(app).shut_down()
    answer = client.get("/health/ready")
    assert (answer.status_code, (answer.json or {})["status"]) == (503, "unavailable")
    assert client.get("/health/live").status_code == 200


def test_a_check_that_fails_or_hangs_makes_it_unready(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr(health, "LIMIT", 0.05)
    # No other check, which might then end after the application.
    app.extensions["checks"] = Checks()
    checks(app).add("failing", fail)
    checks(app).add("hanging", lambda: time.sleep(0.2))
    answer = client.get("/health/ready")
    found = (answer.json or {})["checks"]
    assert (answer.status_code, found["failing"], found["hanging"]) == (503, "unavailable", "unavailable")
