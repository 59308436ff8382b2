"""Every error has one shape."""

from uuid import UUID

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.errors import Problem


@pytest.mark.parametrize("path", ["/nothing", "/health/live/", "/Health/live", "//health/live", "/health/%zz"])
def test_an_unknown_address_is_a_404_problem(client: FlaskClient, path: str) -> None:
    answer = client.open(path=path, method="POST", environ_overrides={"RAW_URI": path})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert list((answer.json or {}).items()) == [
        ("type", "about:blank"),
        ("title", "Not Found"),
        ("status", 404),
        ("detail", "There is nothing at this address."),
        ("instance", path),
        ("request_id", answer.headers["X-Request-Id"]),
    ]


def test_a_wrong_method_is_a_405_that_names_the_allowed_ones(client: FlaskClient) -> None:
    answer = client.post("/health/live")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (answer.json or {})["detail"] == "This address does not answer to POST."


def test_options_answers_with_the_allowed_methods(client: FlaskClient) -> None:
    answer = client.options("/health/live")
    assert (answer.status_code, answer.headers["Allow"], answer.data) == (204, "GET, HEAD, OPTIONS", b"")
    assert client.options("/nothing").status_code == 404


def test_an_unexpected_error_is_a_500_that_says_nothing_of_its_cause(app: Flask) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise ValueError("secret")

    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert (answer.json or {})["detail"] == "Something went wrong on our side."
    assert b"secret" not in answer.data


def test_a_dependency_that_is_away_is_a_503(app: Flask) -> None:
    @app.get("/orders")
    def orders() -> str:
        raise Problem(503)

    answer = app.test_client().get("/orders")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (answer.json or {})["detail"] == "The service is temporarily unavailable."


def test_a_value_that_can_never_be_kept_is_a_422(app: Flask) -> None:
    @app.get("/orders")
    def orders() -> str:
        raise Problem(422, "The request is not valid.", errors=[])

    answer = app.test_client().get("/orders")
    problem = answer.json or {}
    assert (answer.status_code, problem["title"], problem["errors"]) == (422, "Unprocessable Content", [])


def test_a_gate_refuses_a_request_before_its_route_hears_of_it(app: Flask) -> None:
    heard: list[str] = []

    @app.before_request
    def gate() -> None:
        if request.method == "POST":
            raise Problem(429, "Later.")

    @app.route("/guarded", methods=["GET", "POST"])
    def guarded() -> str:
        heard.append(request.method)
        return ""

    client = app.test_client()
    answer = client.post("/guarded")
    assert (answer.status_code, (answer.json or {})["title"]) == (429, "Too Many Requests")
    assert (client.get("/guarded").status_code, heard) == (200, ["GET"])


@pytest.mark.parametrize("sent", ["a", "A-b_c.9", "x" * 64])
def test_a_well_formed_request_id_is_kept(client: FlaskClient, sent: str) -> None:
    assert client.get("/health/live", headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "ä"])
def test_a_malformed_request_id_is_replaced(client: FlaskClient, sent: str) -> None:
    given = client.get("/health/live", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert given == str(UUID(given))


def test_a_path_is_read_as_it_was_sent(client: FlaskClient) -> None:
    absolute = client.get("/", environ_overrides={"RAW_URI": "http://localhost/health/live?x"})
    assert absolute.status_code == 200
    bare = client.delete("/", environ_overrides={"RAW_URI": "http://localhost?x"})
    assert (bare.status_code, (bare.json or {})["instance"]) == (405, "/")
    escaped = client.get("/", environ_overrides={"RAW_URI": "/health/%6Cive?x"})
    assert (escaped.status_code, (escaped.json or {})["instance"]) == (404, "/health/%6Cive")
