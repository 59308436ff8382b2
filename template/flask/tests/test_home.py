"""The first page."""

import pytest
from flask.testing import FlaskClient


def test_the_first_page_names_the_project(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert "<h1>" in answer.text
    assert "/health/ready" in answer.text


@pytest.mark.parametrize(
    ("name", "kind"), [("style.css", "text/css"), ("status.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
)
def test_what_the_first_page_loads_comes_from_here_and_is_kept(client: FlaskClient, name: str, kind: str) -> None:
    assert f"/home/{name}" in client.get("/").text
    answer = client.get(f"/home/{name}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
