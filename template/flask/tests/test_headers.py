"""Every answer carries the same headers."""

import pytest
from flask.testing import FlaskClient

from app import create_app

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "img-src 'self' data:; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(("method", "path"), [("GET", "/health/live"), ("OPTIONS", "/health/live"), ("GET", "/none")])
def test_every_answer_carries_the_security_headers(client: FlaskClient, method: str, path: str) -> None:
    headers = client.open(path, method=method).headers
    assert {name: headers.get(name) for name in SECURITY} == SECURITY
    assert "X-Request-Id" in headers


def test_https_is_demanded_in_production_only(
    client: FlaskClient, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Strict-Transport-Security" not in client.get("/health/live").headers
    request.getfixturevalue("in_production")
    monkeypatch.setenv("TRUST_PROXY", "1")
    headers = create_app().test_client().get("/health/live").headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_no_answer_names_the_server(client: FlaskClient) -> None:
    assert not {"Server", "X-Powered-By"} & set(client.get("/health/live").headers.keys())
