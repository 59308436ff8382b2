"""Headers: the same protection on every kind of answer, and who may read the API from elsewhere."""

import pytest
from harness.servers import Server

from contract import people
from contract.conftest import ORIGINS, Launch
from contract.test_errors import MISSING, NOTES, routes
from contract.wire import JSON, Answer, ask, check_headers

EXPOSED = "ETag, Location, Retry-After, X-Request-Id"
ACCEPTED = "Authorization, Content-Type, If-Match, If-None-Match, X-Request-Id"


def every_kind(server: Server, headers: dict[str, str] | None = None) -> list[tuple[int, Answer]]:
    """Ask for an answer of every kind, each with the status that it should have."""
    given = headers or {}
    kinds: list[tuple[str, str, dict[str, str], bytes, int]]
    kinds = [("GET", "/health/live", {}, b"", 200), ("GET", "/nothing", {}, b"", 404)]
    kinds += [("PUT", "/health/live", {}, b"", 405), ("OPTIONS", "/health/live", {}, b"", 204)]
    kinds += [("HEAD", "/health/ready", {}, b"", 200)]
    if server.project.answers["api"] == "rest":
        made = ask(server, "POST", NOTES, JSON, b'{"title":"a"}').headers["location"]
        gone = ask(server, "POST", NOTES, JSON, b'{"title":"a"}').headers["location"]
        kinds += [("GET", NOTES, {}, b"", 200), ("GET", f"{NOTES}?limit=x", {}, b"", 422), ("GET", made, {}, b"", 200)]
        kinds += [("POST", NOTES, JSON, b'{"title":"a"}', 201), ("GET", made, {"If-None-Match": "*"}, b"", 304)]
        kinds += [("DELETE", gone, {}, b"", 204), ("PATCH", made, {**JSON, "If-Match": '"0"'}, b"{}", 412)]
        kinds += [("POST", NOTES, JSON, b"{", 400), ("POST", NOTES, {}, b"", 415), ("GET", MISSING, {}, b"", 404)]
        kinds += [("POST", NOTES, JSON, b"x" * 2_000_000, 413), ("OPTIONS", NOTES, {}, b"", 204)]
        kinds += [("GET", "/api/openapi.json", {}, b"", 200), ("GET", "/api/docs", {}, b"", 200)]
    return [(status, ask(server, m, path, {**own, **given}, body)) for m, path, own, body, status in kinds]


def test_every_answer_carries_the_security_headers(server: Server) -> None:
    """Errors, empty answers and files are no exception; production demands https."""
    for status, answer in every_kind(server):
        assert answer.status == status, answer
        check_headers(answer, production=True)


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_https_is_demanded_in_production_only(launch: Launch, app_env: str) -> None:
    """A developer's machine has no certificate."""
    with launch(APP_ENV=app_env) as server:
        for status, answer in every_kind(server):
            assert answer.status == status, answer
            check_headers(answer, production=False)


def test_nothing_is_stored_unless_a_route_says_so(server: Server) -> None:
    """Only a single note, which has an ETag, and the assets of the docs page may be kept."""
    for status, answer in every_kind(server):
        one = status == 304 or (status == 200 and "etag" in answer.headers)
        expected = "private, no-cache" if one else "no-store"
        assert answer.headers["cache-control"] == expected, answer


def test_an_answer_without_content_has_no_media_type(server: Server) -> None:
    """204 and 304 describe nothing."""
    for status, answer in every_kind(server):
        if status in (204, 304):
            assert answer.content == b""
            assert "content-type" not in answer.headers, answer
            assert answer.headers.get("content-length", "0") == "0", answer


def cors(answer: Answer) -> dict[str, str]:
    """Take the headers about other origins out of an answer."""
    prefix = "access-control-"
    return {name.removeprefix(prefix): value for name, value in answer.headers.items() if name.startswith(prefix)}


def varies(answer: Answer) -> bool:
    """Say whether caches keep the answers to different origins apart."""
    return "origin" in [name.strip().lower() for name in answer.headers.get("vary", "").split(",")]


def credentials(server: Server) -> dict[str, str]:
    """Return what allows a page elsewhere to send the cookie, where there is one."""
    return {"allow-credentials": "true"} if people.kind(server) == "session" else {}


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize("origin", ORIGINS)
def test_an_allowed_origin_may_read_the_api(server: Server, origin: str) -> None:
    """Answers and errors alike, so that a front end can show what went wrong."""
    for path in (NOTES, MISSING, "/api/nothing", "/api/openapi.json", "/api/v1/notes?limit=x"):
        answer = ask(server, "GET", path, {"Origin": origin})
        assert cors(answer) == {"allow-origin": origin, "expose-headers": EXPOSED, **credentials(server)}, path
        assert varies(answer), path
    refused = ask(server, "PUT", NOTES, {"Origin": origin})
    assert (refused.status, cors(refused)["allow-origin"]) == (405, origin)
    large = ask(server, "POST", NOTES, {**JSON, "Origin": origin}, b"x" * 2_000_000)
    assert (large.status, cors(large)["allow-origin"]) == (413, origin)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:444",
        "null",
        "HTTPS://APP.EXAMPLE",
        "https://app.example/",
        "https://evilapp.example",
        "",
        "*",
        "https://app.example, https://b",
    ],
)
def test_a_foreign_origin_may_not_read_the_api(server: Server, origin: str) -> None:
    """The comparison is exact; the answer says that it depends on the origin."""
    answer = ask(server, "GET", NOTES, {"Origin": origin})
    assert (answer.status, cors(answer), varies(answer)) == (200, {}, True)
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = ask(server, "OPTIONS", NOTES, asked)
    assert (preflight.status, cors(preflight), varies(preflight)) == (204, {}, True)


@pytest.mark.needs(api="rest")
def test_without_an_origin_nothing_is_allowed_and_the_answer_varies(server: Server) -> None:
    """A cache must not hand this answer to a browser that comes from elsewhere."""
    answer = ask(server, "GET", NOTES)
    assert (cors(answer), varies(answer)) == ({}, True)


@pytest.mark.needs(auth="any")
@pytest.mark.parametrize("origin", ORIGINS)
def test_an_allowed_origin_may_sign_in_and_out(server: Server, origin: str) -> None:
    """Accounts are for the same pages as the API; for others the answer is not readable."""
    for target in ("/auth/me", "/auth/nothing", "/auth/register"):
        answer = ask(server, "GET", target, {"Origin": origin})
        assert cors(answer) == {"allow-origin": origin, "expose-headers": EXPOSED, **credentials(server)}, target
        assert varies(answer), target
        foreign = ask(server, "GET", target, {"Origin": "https://evil.example"})
        assert (cors(foreign), varies(foreign)) == ({}, True), target


@pytest.mark.needs(api="rest")
def test_a_preflight_lists_what_is_allowed(server: Server) -> None:
    """The methods are those of the route."""
    for path, allow in routes(server):
        if not path.startswith(("/api", "/auth")):
            continue
        for headers in ({}, {"Access-Control-Request-Headers": "content-type, x-unknown"}):
            asked = {"Origin": ORIGINS[0], "Access-Control-Request-Method": "PATCH", **headers}
            answer = ask(server, "OPTIONS", path, asked)
            assert (answer.status, answer.content) == (204, b""), path
            expected = {"allow-origin": ORIGINS[0], "expose-headers": EXPOSED, "allow-methods": allow}
            expected |= {"allow-headers": ACCEPTED, "max-age": "600", **credentials(server)}
            got = cors(answer)
            assert got == expected or {**got, "expose-headers": EXPOSED} == expected, path
            assert varies(answer)
            check_headers(answer)


@pytest.mark.needs(api="rest")
def test_a_preflight_to_an_unknown_address_is_a_404(server: Server) -> None:
    """There is nothing to allow."""
    asked = {"Origin": ORIGINS[0], "Access-Control-Request-Method": "GET"}
    assert ask(server, "OPTIONS", "/api/nothing", asked).status == 404


@pytest.mark.needs(api="rest")
def test_other_addresses_are_never_shared(server: Server) -> None:
    """Only what is under /api and /auth is for other origins."""
    for path in ("/health/live", "/nothing"):
        assert cors(ask(server, "GET", path, {"Origin": ORIGINS[0]})) == {}


@pytest.mark.needs(api="none", auth="none")
def test_without_an_api_no_origin_is_allowed(server: Server) -> None:
    """There is nothing to share."""
    for _, answer in every_kind(server, {"Origin": ORIGINS[0]}):
        assert (cors(answer), varies(answer)) == ({}, False)


@pytest.mark.needs(api="rest", auth=["none", "token"])
def test_a_star_allows_every_origin(launch: Launch) -> None:
    """Then the answer is the same for all and does not vary."""
    with launch(CORS_ORIGINS="*") as server:
        for origin in ("https://anything.example", "null"):
            answer = ask(server, "GET", NOTES, {"Origin": origin})
            assert cors(answer) == {"allow-origin": "*", "expose-headers": EXPOSED}
            assert not varies(answer)
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            preflight = ask(server, "OPTIONS", NOTES, asked)
            assert (preflight.status, cors(preflight)["allow-origin"]) == (204, "*")
            assert "allow-credentials" not in cors(preflight)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "listed", ["", " https://a.example , https://b.example:8443 ", "http://127.0.0.1:3000,https://[::1]"]
)
def test_the_list_of_origins_may_be_empty_and_may_hold_spaces(launch: Launch, listed: str) -> None:
    """What a person types into the variable is understood."""
    with launch(CORS_ORIGINS=listed) as server:
        origins = [one.strip() for one in listed.split(",") if one]
        for origin in origins:
            assert cors(ask(server, "GET", NOTES, {"Origin": origin})).get("allow-origin") == origin
        answer = ask(server, "GET", NOTES, {"Origin": "https://c.example"})
        assert (cors(answer), varies(answer)) == ({}, bool(origins))
