"""Attacks: what somebody would try who wants to be somebody else, and what comes of it."""

import base64
import contextlib
import json
import os
import re
import secrets
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from harness.servers import Server

from contract import kept, people
from contract.conftest import ORIGINS, Launch
from contract.people import PASSWORD, Login, bearer, claims_of, jwt
from contract.test_accounts import REGISTER, TAKEN, UNKNOWN, ascii_json, check_nobody, me, post, somebody
from contract.test_errors import MISSING, NOTES, NOWHERE
from contract.test_headers import cors
from contract.test_sign_ins import check_silent, door, knock
from contract.wire import JSON, UUID, Answer, ask, check_problem, exchange, send

pytestmark = pytest.mark.needs(auth="any")

CROSS_SITE = "Cross-site requests are refused."
NOT_YOURS = "Only the author may change this note."
NO_NOTE, CHANGED = "There is no note with this id.", "The note has changed since you read it."
EVIL = "https://evil.example"
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
session, token = pytest.mark.needs(auth="session"), pytest.mark.needs(auth="token")


def own_origin(server: Server) -> dict[str, str]:
    """Return the headers of a page of the server itself."""
    return {"Origin": server.url, "Host": f"127.0.0.1:{server.port}"}


# --- session fixation ---


@session
def test_a_session_that_somebody_else_has_fixed_is_not_taken_over(server: Server) -> None:
    """Who plants a cookie, his own or a made-up one, does not find his victim behind it after the login."""
    attacker, victim = people.newcomer(server, "Attacker"), people.register(server, "Victim")
    planted = [attacker.headers["Cookie"], people.unknown(server).headers["Cookie"]]
    planted.append(f"{people.cookie_name(server)}=fixed")
    for cookie in planted:
        body = ascii_json({"email": victim.email, "password": victim.password})
        answer = exchange(server, "POST", "/auth/login", {**JSON, "Cookie": cookie}, body)
        assert answer.status == 200, answer
        value = answer.headers["set-cookie"].partition(";")[0]
        assert value.partition(".")[0] != cookie.partition(".")[0]
        assert me(server, {"Cookie": value}).json()["id"] == victim.id
        assert me(server, {"Cookie": cookie}).status == 401


@session
def test_an_account_that_is_made_does_not_change_who_is_signed_in(server: Server) -> None:
    """Nor is somebody signed in by an address of the request."""
    login = people.newcomer(server)
    answer = post(server, f"{REGISTER}?session={login.cookie}", somebody(), dict(login.headers))
    assert (answer.status, "set-cookie" in answer.headers) == (201, False)
    assert me(server, dict(login.headers)).json()["id"] == login.person.id
    assert exchange(server, "GET", f"/auth/me?{people.cookie_name(server)}={login.cookie}").status == 401


# --- cross-site request forgery ---


REFUSED: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://sub.app.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "something-new", "Origin": EVIL},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site, same-origin"},
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "http://app.example"},
    {"Origin": f"{ORIGINS[0]}.evil.example"},
    {"Origin": f"{ORIGINS[0]}/"},
    {"Origin": ORIGINS[0].upper()},
    {"Origin": f"{ORIGINS[0]}, {EVIL}"},
    {"Origin": f"{EVIL}#{ORIGINS[0]}"},
    {"Origin": "http://127.0.0.1:1"},
]


def unsafe(server: Server) -> list[tuple[str, str, bytes]]:
    """List what a page elsewhere could want a browser to do: method, address, body."""
    rows = [
        ("POST", "/auth/register", ascii_json(somebody())),
        ("POST", "/auth/login", b"{}"),
        ("POST", "/auth/logout", b""),
    ]
    if server.project.answers["api"] == "rest":
        rows += [("POST", NOTES, b'{"title":"forged"}'), ("PATCH", MISSING, b"{}"), ("DELETE", MISSING, b"")]
    return rows


@session
@pytest.mark.parametrize("headers", REFUSED, ids=lambda headers: "-".join(headers.values())[:60])
def test_what_another_site_has_a_browser_do_is_refused(server: Server, headers: dict[str, str]) -> None:
    """Every unsafe method, forms included, whoever is signed in; and nothing is done."""
    login = people.known(server)
    for method, path, body in unsafe(server):
        for kind in (JSON["Content-Type"], *FORMS):
            sent = {**login.headers, **headers, "Content-Type": kind}
            answer = exchange(server, method, path, sent, body)
            check_problem(answer, 403, CROSS_SITE, path)
            assert "set-cookie" not in answer.headers
            assert "allow-origin" not in cors(answer) or headers.get("Origin") in ORIGINS
    assert me(server, dict(login.headers)).status == 200


PASSED: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGINS[0]},
    {"Sec-Fetch-Site": "same-site", "Origin": ORIGINS[1]},
    {"Origin": ORIGINS[0]},
    {"Referer": f"{EVIL}/page"},
]


@session
@pytest.mark.parametrize("headers", PASSED, ids=lambda headers: "-".join(headers.values()) or "no browser")
def test_what_the_own_pages_and_allowed_ones_do_is_done(server: Server, headers: dict[str, str]) -> None:
    """Also what a program does that is no browser."""
    person = people.register(server)
    body = ascii_json({"email": person.email, "password": person.password})
    answer = exchange(server, "POST", "/auth/login", {**JSON, **headers}, body)
    assert answer.status == 200, answer
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    if server.project.answers["api"] == "rest":
        assert exchange(server, "POST", NOTES, {**JSON, **headers, **cookie}, b'{"title":"a"}').status == 201
    assert exchange(server, "POST", "/auth/logout", {**headers, **cookie}).status == 204


@session
def test_the_own_origin_is_that_of_the_host_asked_for(server: Server) -> None:
    """Whatever the scheme, for a proxy may speak TLS."""
    for origin in (server.url, server.url.replace("http:", "https:")):
        sent = {**own_origin(server), "Origin": origin}
        assert exchange(server, "POST", "/auth/logout", sent).status == 204
    check_problem(
        exchange(server, "POST", "/auth/logout", {"Origin": server.url, "Host": "evil.example"}),
        403,
        CROSS_SITE,
        "/auth/logout",
    )


@session
def test_the_own_origin_is_the_one_that_a_trusted_proxy_names(launch: Launch) -> None:
    """Without trust its header means nothing."""
    proxied = {"Origin": "https://public.example", "Host": "inside:8000", "X-Forwarded-Host": "public.example"}
    with launch(TRUST_PROXY="1") as server:
        assert exchange(server, "POST", "/auth/logout", {**proxied, "X-Forwarded-For": "10.0.0.1"}).status == 204
        server.stop()
    with launch(TRUST_PROXY="0") as server:
        answer = exchange(server, "POST", "/auth/logout", proxied)
        check_problem(answer, 403, CROSS_SITE, "/auth/logout", production=False)
        server.stop()


@session
def test_safe_methods_are_answered_to_every_site_and_read_by_none(server: Server) -> None:
    """A link may lead here; what it leads to is not readable for the page that holds it."""
    login = people.known(server)
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for method, path in (
            ("GET", "/auth/me"),
            ("HEAD", "/auth/me"),
            ("OPTIONS", "/auth/login"),
            ("GET", "/health/live"),
        ):
            answer = exchange(server, method, path, {**login.headers, **headers})
            assert answer.status in (200, 204), answer
            assert not {"allow-origin", "allow-credentials"} & set(cors(answer))


@session
def test_a_refusal_comes_after_the_address_and_before_all_else(server: Server) -> None:
    """What is not there is a 404 for every site."""
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": EVIL}
    check_problem(exchange(server, "POST", "/nothing", foreign), 404, NOWHERE, "/nothing")
    assert exchange(server, "PUT", "/auth/login", foreign).status == 405
    check_problem(exchange(server, "POST", "/auth/login", foreign, b"{" * 2_000_000), 403, CROSS_SITE, "/auth/login")
    assert exchange(server, "POST", "/auth/login", {**foreign, "Origin": EVIL, **JSON}, b"{").status == 403


@token
@pytest.mark.parametrize("headers", [*REFUSED[:6], {"Origin": EVIL}, {"Origin": "null"}], ids=str)
def test_a_token_is_not_sent_along_by_a_browser_and_needs_no_such_defence(
    server: Server, headers: dict[str, str]
) -> None:
    """Who shows one has it; a page elsewhere may not read the answer."""
    login = people.known(server)
    answer = me(server, {**login.headers, **headers})
    assert (answer.status, "allow-origin" in cors(answer)) == (200, False)
    made = post(server, REGISTER, somebody(), headers)
    assert (made.status, "allow-origin" in cors(made)) == (201, False)
    assert "allow-credentials" not in cors(exchange(server, "GET", "/auth/me", {"Origin": ORIGINS[0]}))


def test_a_form_signs_nobody_in_or_up(server: Server) -> None:
    """A page elsewhere can send one without asking; it is not read."""
    person = people.register(server)
    given = {"email": person.email, "password": person.password}
    text = "&".join(f"{name}={quote(value)}" for name, value in given.items())
    for path in (door(server), REGISTER):
        for kind in FORMS:
            for body in (text.encode(), ascii_json(given)):
                answer = exchange(server, "POST", path, {"Content-Type": kind}, body)
                check_problem(answer, 415, "The request body must be application/json.", path)
                assert "set-cookie" not in answer.headers


# --- forged tokens ---


def attempts(server: Server, login: Login) -> dict[str, str]:
    """Make tokens that a careless verifier would take, each as wrong in one way only."""
    told, key = claims_of(login.access_token), people.key_of(server).encode()
    good = {"alg": "HS256", "typ": "JWT"}
    head, body, mac = login.access_token.split(".")
    none = [
        f"{people.base64url(json.dumps({'alg': word, 'typ': 'JWT'}).encode())}.{body}.{end}"
        for word in ("none", "None", "NONE", "nOnE", "")
        for end in ("", mac)
    ]
    made = {f"none {number}": one for number, one in enumerate(none)}
    made |= {
        f"{alg} by {digest}": jwt({**good, "alg": alg}, told, key, digest)
        for alg, digest in (
            ("HS384", "sha384"),
            ("HS512", "sha512"),
            ("RS256", "sha256"),
            ("ES256", "sha256"),
            ("hs256", "sha256"),
        )
    }
    made["no algorithm"] = jwt({"typ": "JWT"}, told, key)
    made["empty key"] = jwt(good, told, b"")
    made["the default key"] = jwt(good, told, people.DEFAULT_KEY.encode())
    made["the slug as key"] = jwt(good, told, str(server.project.answers["project_slug"]).encode())
    made["the key in base64"] = jwt(good, told, base64.b64encode(key))
    made["a key of its own"] = jwt({**good, "jwk": {"kty": "oct", "k": people.base64url(b"k" * 32)}}, told, b"k" * 32)
    made["a key elsewhere"] = jwt({**good, "jku": f"{EVIL}/jwks.json", "kid": "../../../dev/null"}, told, b"")
    made["a key of zeroes"] = jwt({**good, "kid": "/dev/zero"}, told, b"\0" * 32)
    made["the mac of another"] = f"{head}.{body}.{people.newcomer(server).access_token.split('.')[2]}"
    made["a mac cut short"] = f"{head}.{body}.{mac[:-4]}"
    made["no mac"] = f"{head}.{body}."
    made["two parts"] = f"{head}.{body}"
    made["four parts"] = f"{login.access_token}.x"
    made["another user"] = (
        f"{head}.{people.base64url(json.dumps({**told, 'sub': people.register(server).id}).encode())}.{mac}"
    )
    made["a wrong mac"] = f"{head}.{body}.{'A' * 43}"
    for name in ("iss", "aud", "sub", "sid", "exp", "iat", "jti"):
        made[f"without {name}"] = jwt(good, {k: v for k, v in told.items() if k != name}, key)
        wrong: list[Any] = [] if name in ("iat", "jti") else [None, "", [], {}, "x", True]
        made |= {f"{name} is {value!r}": jwt(good, {**told, name: value}, key) for value in wrong}
    made["aud is a list"] = jwt(good, {**told, "aud": [told["aud"]]}, key)
    made["aud is a list of two"] = jwt(good, {**told, "aud": ["other", told["aud"]]}, key)
    made["of another project"] = jwt(good, {**told, "iss": "other", "aud": "other"}, key)
    made["expired"] = jwt(good, {**told, "exp": int(time.time()) - 1}, key)
    made["for a family that is not there"] = jwt(good, {**told, "sid": str(uuid.uuid4())}, key)
    made["for nobody"] = jwt(good, {**told, "sub": str(uuid.uuid4())}, key)
    made["somebody in another's family"] = jwt(good, {**told, "sub": people.register(server).id}, key)
    made["no object"] = jwt(good, [told], key)
    made["no json"] = f"{head}.{people.base64url(b'x')}.{people.jwt_mac(head + '.' + people.base64url(b'x'), key)}"
    made["encrypted"] = f"{head}.{body}.{mac}.{mac}.{mac}"
    made["rubbish"] = "a.b.c"
    made["dots"] = ".."
    made["long"] = "x" * 5000
    made["another type"] = jwt({**good, "typ": "at+jwt"}, told, key)
    made["no type"] = jwt({"alg": "HS256"}, told, key)
    made["a header that says which key"] = jwt({**good, "kid": "1"}, told, key)
    made["signed header too much"] = jwt({**good, "crit": ["exp"], "b64": False}, told, key)
    return made


@token
def test_no_forged_token_is_taken(server: Server) -> None:
    """No algorithm but the one, no key but ours, no claim left out, nobody who is not signed in."""
    login = people.newcomer(server)
    told, key = claims_of(login.access_token), people.key_of(server).encode()
    assert me(server, bearer(jwt({"alg": "HS256", "typ": "JWT"}, told, key))).status == 200, (
        "what the others are variants of"
    )
    taken = []
    for name, value in attempts(server, login).items():
        answer = me(server, bearer(value))
        if answer.status != 401:
            taken.append(f"{name}: {answer.status} {value[:200]}")
            continue
        check_nobody(answer, server, given=True)
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert not taken, "\n".join(taken)


@token
def test_a_token_of_another_project_with_the_same_key_is_nothing_here(server: Server) -> None:
    """A key that two share lets nobody from one into the other."""
    login = people.newcomer(server)
    told = {**claims_of(login.access_token), "iss": "another", "aud": "another"}
    check_nobody(
        me(server, bearer(jwt({"alg": "HS256", "typ": "JWT"}, told, people.key_of(server).encode()))),
        server,
        given=True,
    )


def test_nobody_is_let_in_by_a_secret_of_another_kind(server: Server) -> None:
    """Ids, hashes and addresses open nothing, however they are shown."""
    login = people.newcomer(server)
    secret = login.cookie if people.kind(server) == "session" else login.refresh_token
    shown = [login.person.id, login.person.email, kept.digest(secret), kept.digest(secret.partition(".")[0]), PASSWORD]
    row = kept.rows(server, "users", id=login.person.id)[0]
    shown += [row["password_hash"], f"{login.person.email}:{PASSWORD}"]
    basic = base64.b64encode(f"{login.person.email}:{PASSWORD}".encode()).decode()
    for value in shown:
        assert me(server, people.cookie(server, value)).status == 401
        assert me(server, bearer(value)).status == 401
    assert me(server, {"Authorization": f"Basic {basic}"}).status == 401
    for name in ("X-User", "X-User-Id", "X-Forwarded-User", "Remote-User", "X-Remote-User", "X-Auth-User"):
        assert me(server, {name: login.person.id}).status == 401


# --- user enumeration ---


def test_nothing_tells_who_has_an_account_but_the_making_of_one(server: Server) -> None:
    """An unknown address costs a password's hash as a known one does, and leaves the same behind."""
    person, nobody = people.register(server), people.new_email()
    answers = [knock(server, email) for email in (person.email, nobody)]
    assert answers[0].content.partition(b'"request_id"')[0] == answers[1].content.partition(b'"request_id"')[0]
    rows = [
        kept.rows(server, "sign_in_failures", subject=kept.digest(f"account:{email}"))
        for email in (person.email, nobody)
    ]
    assert [len(one) for one in rows] == [1, 1]
    check_problem(post(server, REGISTER, somebody(email=person.email)), 409, TAKEN, REGISTER)
    weak = post(server, REGISTER, somebody(email=person.email, password="short"))
    assert weak.status == 422
    assert "password" in weak.content.decode()
    assert TAKEN not in weak.content.decode()


def work(server: Server) -> float:
    """Add up the seconds for which the processes of a server have computed."""
    ticks = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = status.read_text(encoding="latin-1").rpartition(")")[2].split()
            if int(fields[2]) == server.process.pid:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_an_unknown_address_is_as_much_work_as_a_known_one(deploy: Launch) -> None:
    """Counted in what the processor does, which a busy machine does not change."""
    with deploy() as server:
        persons = [people.register(server).email for _ in range(3)]
        took = []
        for emails in (persons, [people.new_email() for _ in persons], persons, [people.new_email() for _ in persons]):
            begun = work(server)
            for number in range(12):
                assert knock(server, emails[number % 3]).status == 401
            took.append(work(server) - begun)
            for email in emails:
                kept.remove(server, "sign_in_failures", subject=kept.digest(f"account:{email}"))
        server.stop()
    known, unknown = took[0] + took[2], took[1] + took[3]
    assert 0.6 * known < unknown < 1.6 * known, took
    assert known > 0.24, "a password was compared by less than Argon2 takes"


# --- mass assignment, and what is another's ---


def login_of(server: Server, name: str) -> dict[str, str]:
    """Return what somebody shows."""
    return dict(people.known(server, name).headers)


@pytest.mark.needs(api="rest")
def test_nobody_writes_in_the_name_of_another(server: Server) -> None:
    """What decides who somebody is, and what belongs to whom, is no field that a client gives."""
    other = people.known(server, "Bob").person.id
    for field, value in (
        ("author_id", other),
        ("id", str(uuid.uuid4())),
        ("version", 7),
        ("created_at", "x"),
        ("user_id", other),
    ):
        errors = [{"path": f"/{field}", "message": UNKNOWN}]
        answer = ask(server, "POST", NOTES, JSON, ascii_json({"title": "a", field: value}))
        check_problem(answer, 422, "The request is not valid.", NOTES, errors)
        note = ask(server, "POST", NOTES, JSON, b'{"title":"mine"}')
        path = note.headers["location"]
        check_problem(
            ask(server, "PATCH", path, JSON, ascii_json({field: value})), 422, "The request is not valid.", path, errors
        )
        assert ask(server, "GET", path).content == note.content
    for field in ("id", "is_admin", "role", "email_key", "password_hash", "created_at", "author_id"):
        made = post(server, REGISTER, somebody(**{field: other}))
        assert made.status == 422, made
        assert made.json()["errors"] == [{"path": f"/{field}", "message": UNKNOWN}]


@pytest.mark.needs(api="rest")
def test_a_note_is_changed_and_removed_by_its_author_alone(server: Server) -> None:
    """Everybody who is signed in reads it; for others it is a 403, whatever they know of its version."""
    ada, bob = login_of(server, "Ada"), login_of(server, "Bob")
    made = exchange(server, "POST", NOTES, {**JSON, **ada}, b'{"title":"mine"}')
    assert made.json()["author_id"] == people.known(server, "Ada").person.id
    path = made.headers["location"]
    assert exchange(server, "GET", path, bob).content == made.content
    assert made.json() in exchange(server, "GET", f"{NOTES}?limit=100", bob).json()["items"]
    for condition in ({}, {"If-Match": '"1"'}, {"If-Match": '"9"'}, {"If-Match": "*"}):
        for body in (b'{"title":"theirs"}', b"{}"):
            check_problem(exchange(server, "PATCH", path, {**JSON, **condition, **bob}, body), 403, NOT_YOURS, path)
        check_problem(exchange(server, "DELETE", path, {**condition, **bob}), 403, NOT_YOURS, path)
    assert exchange(server, "GET", path, ada).content == made.content
    assert exchange(server, "PATCH", path, {**JSON, "If-Match": '"9"', **ada}, b"{}").status == 412
    assert exchange(server, "PATCH", path, {**JSON, "If-Match": '"1"', **ada}, b'{"title":"still mine"}').status == 200
    assert exchange(server, "DELETE", path, ada).status == 204
    check_problem(exchange(server, "DELETE", path, bob), 404, NO_NOTE, path)


@pytest.mark.needs(api="rest")
def test_a_note_of_nobody_is_changed_by_nobody(server: Server) -> None:
    """One from the time before there were accounts; who comes first does not own it."""
    made = ask(server, "POST", NOTES, JSON, b'{"title":"old"}')
    path, note = made.headers["location"], made.json()["id"]
    kept.change(server, "notes", {"id": note}, author_id=None)
    assert ask(server, "GET", path).json()["author_id"] is None
    check_problem(ask(server, "PATCH", path, JSON, b'{"title":"mine"}'), 403, NOT_YOURS, path)
    check_problem(ask(server, "DELETE", path), 403, NOT_YOURS, path)


@pytest.mark.needs(api="rest")
def test_notes_are_for_those_who_are_signed_in(server: Server) -> None:
    """Every call; what is public stays so. The checks come in one order."""
    large = b"x" * 2_000_000
    shown: list[dict[str, str]] = [{}, people.cookie(server, "x"), bearer("x"), dict(people.unknown(server).headers)]
    for headers in shown:
        given = people.kind(server) == "token" and "Authorization" in headers
        for method, path, body in (
            ("GET", NOTES, b""),
            ("POST", NOTES, b'{"title":"a"}'),
            ("GET", MISSING, b""),
            ("PATCH", MISSING, b"{}"),
            ("DELETE", MISSING, b""),
        ):
            check_nobody(
                exchange(server, method, path, {**headers, **(JSON if body else {})}, body), server, path, given=given
            )
    check_nobody(exchange(server, "POST", NOTES, {"Content-Type": "text/plain"}, large), server, NOTES)
    check_nobody(exchange(server, "POST", NOTES, JSON, b"{"), server, NOTES)
    check_nobody(exchange(server, "GET", f"{NOTES}?limit=x"), server, NOTES)
    assert exchange(server, "HEAD", NOTES).status == 401
    assert exchange(server, "PUT", NOTES).status == 405
    assert exchange(server, "OPTIONS", NOTES).status == 204
    for path in ("/", "/health/live", "/health/ready", "/api/openapi.json", "/api/docs"):
        assert exchange(server, "GET", path).status == 200, path
    check_problem(exchange(server, "GET", "/api/nothing"), 404, NOWHERE, "/api/nothing")


# --- oversized and malformed ---


def test_an_oversized_password_costs_nothing(server: Server) -> None:
    """It is refused by its length, before any of it is hashed; a body beyond all measure before it is read."""
    begun = time.monotonic()
    for size in (129, 10_000, 1_000_000):
        for path, body in (
            (REGISTER, somebody(password="x" * size)),
            (door(server), {"email": "a@b.co", "password": "x" * size}),
        ):
            answer = post(server, path, body)
            assert (answer.status, answer.json()["errors"][0]["path"]) == (422, "/password")
    assert post(server, door(server), b"x" * 1_100_000).status == 413
    assert time.monotonic() - begun < 8


def header_injection() -> list[str]:
    """List what would end a header, a line of a log or an address, if somebody let it."""
    words = [
        "a\r\nSet-Cookie: x=y",
        "a%0d%0aSet-Cookie:%20x=y",
        "a\nX-Injected: 1",
        "\u2028",
        "<script>",
        '"}\n{"level":"error"',
        'a","level":"error","x":"',
        "x" * 5000,
    ]
    return [
        *words,
        "127.0.0.1, evil",
        "::ffff:127.0.0.1",
        "unknown",
        "_hidden",
        "1.2.3.4:80",
        "[::1]",
        "' OR 1=1 --",
        "$(id)",
    ]


@pytest.mark.parametrize("value", header_injection(), ids=lambda value: ascii(value)[:30])
@pytest.mark.parametrize("name", ["X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Host"])
def test_a_header_ends_up_in_no_other_header_and_no_other_line(server: Server, name: str, value: str) -> None:
    """What is not well-formed is replaced or not believed, also where a sign-in fails."""
    before = len(server.stdout)
    body = ascii_json({"email": people.new_email(), "password": "not the password"})
    raw = f"POST {door(server)} HTTP/1.1\r\n".encode()
    given = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), name: value}
    raw += b"".join(f"{k}: {v}\r\n".encode("utf-8", "replace") for k, v in given.items())
    answer = send(server, raw + b"\r\n" + body)
    if answer is not None:
        assert answer.status in (400, 401, 403, 404, 429, 431), answer
        assert "x-injected" not in answer.headers
        assert "x=y" not in answer.headers.get("set-cookie", "")
        if answer.status == 401 and name == "X-Request-Id":
            kept_as_sent = re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value) and answer.headers["x-request-id"] == value
            assert kept_as_sent or UUID.fullmatch(answer.headers["x-request-id"]) or "\n" in value, answer
        if answer.content and name != "Host":
            assert "<script>" not in answer.content.decode()
    assert exchange(server, "GET", "/health/live").status == 200
    whole, _, _ = server.stdout[before:].rpartition("\n")
    for line in whole.splitlines():
        assert json.loads(line)["level"] in ("info", "warning")


def test_no_address_leads_elsewhere(server: Server) -> None:
    """There is no redirect to be opened: not by a query, a header or two slashes."""
    person = people.register(server)
    given = {"email": person.email, "password": person.password}
    wishes = ["next", "redirect", "redirect_uri", "return_to", "url", "continue"]
    query = "&".join(f"{wish}={quote(EVIL, safe='')}" for wish in wishes)
    answers: list[Answer] = [post(server, f"{door(server)}?{query}", given)]
    assert answers[0].status == 200
    paths = [
        "//evil.example",
        "//evil.example/%2f..",
        "/\\evil.example",
        "/auth/login/",
        "/auth//login",
        "/auth",
        "/auth/",
        "/%2f%2fevil.example",
    ]
    paths += [f"/auth/me?{query}", f"/?{query}", f"/auth/logout?{query}"]
    for path in paths:
        answers += [
            exchange(server, method, path, {"Referer": EVIL, "X-Forwarded-Host": "evil.example"})
            for method in ("GET", "POST")
        ]
    for answer in answers:
        assert not 300 <= answer.status < 400, answer
        assert "location" not in answer.headers
        assert "refresh" not in answer.headers


# --- what a log tells ---


def test_no_secret_is_in_the_log_whatever_goes_wrong(deploy: Launch) -> None:
    """Neither where all is well, nor where it is not: malformed bodies, wrong fields, a store that fails."""
    with deploy(LOG_LEVEL="debug") as server:
        person = people.register(server, "Secret Name")
        login = people.sign_in(server, person)
        given = {"email": person.email, "password": person.password, "name": person.name}
        post(server, REGISTER, given)
        post(server, REGISTER, {**given, "password": PASSWORD * 10, person.email: PASSWORD})
        post(server, door(server), json.dumps(given).encode() + b"}")
        post(server, door(server), {**given, "password": [PASSWORD]})
        exchange(server, "POST", f"{door(server)}?password={quote(PASSWORD)}", {"Content-Type": PASSWORD}, b"x")
        for headers in (
            {"Cookie": f"a={login.headers.get('Cookie', 'x')}"},
            {"Authorization": f"Basic {person.email}"},
        ):
            me(server, headers)
        me(server, dict(login.headers))
        if people.kind(server) == "session":
            exchange(server, "POST", "/auth/logout", dict(login.headers))
        else:
            post(server, "/auth/token/refresh", {"refresh_token": login.refresh_token})
            post(server, "/auth/token/refresh", {"refresh_token": login.refresh_token})
            post(server, "/auth/token/revoke", {"refresh_token": login.refresh_token})
        kept.change(server, "users", {"id": person.id}, password_hash="$argon2id$broken")
        knock(server, person.email, person.password)
        server.stop()
        check_silent(server, person, login)
        assert people.key_of(server) not in server.stdout + server.stderr


@pytest.mark.needs(database="sqlite")
def test_no_secret_is_in_the_errors_of_a_driver(deploy: Launch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """They like to repeat the statement, and the values with it."""
    folder = tmp_path_factory.mktemp("broken")
    with deploy(DATABASE_URL=f"sqlite:///{folder}/app.db") as server:
        person = people.register(server, "Secret Name")
        login = people.sign_in(server, person)
        for file in folder.glob("app.db*"):
            with file.open("r+b") as opened:
                opened.write(b"no database " * 1000)
        answers = [
            post(server, REGISTER, somebody(email=person.email, name=person.name)),
            knock(server, person.email, PASSWORD),
        ]
        answers.append(me(server, dict(login.headers)))
        if people.kind(server) == "token":
            answers.append(post(server, "/auth/token/refresh", {"refresh_token": login.refresh_token}))
        assert {answer.status for answer in answers} <= {500, 503} or server.project.answers.get("redis") is True
        for answer in answers:
            assert person.email not in answer.content.decode()
        server.stop(expected=None)
        assert [line for line in server.lines() if line["message"] == "failed"], server.told()
        check_silent(server, person, login)


def test_the_answers_say_nothing_of_what_was_typed(server: Server) -> None:
    """A password, an address or a token that was wrong is not repeated to whoever reads the answer."""
    secret = f"secret-{secrets.token_hex(8)}"
    answers = [
        post(server, REGISTER, {"email": secret, "password": secret, "name": secret}),
        knock(server, secret, secret),
    ]
    answers += [post(server, path, {"refresh_token": secret}) for path in ("/auth/token/refresh", "/auth/token/revoke")]
    answers += [
        me(server, bearer(secret)),
        me(server, people.cookie(server, secret)),
        me(server, {"Authorization": secret}),
    ]
    answers.append(exchange(server, "GET", f"/auth/me?password={secret}"))
    for answer in answers:
        assert secret not in answer.content.decode()
        assert secret not in str({k: v for k, v in answer.headers.items() if k != "set-cookie"})


def test_untyped_values_do_not_reach_the_store(server: Server) -> None:
    """An operator of MongoDB, a list or a number where a text belongs is refused, not asked for."""
    values: list[Any] = [{"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, {"$where": "1"}, ["a"], 1, True, None]
    for value in values:
        assert knock(server, value).status == 422
        assert post(server, door(server), {"email": "a@b.co", "password": value}).status == 422
        assert post(server, REGISTER, somebody(email=value)).status == 422
        if people.kind(server) == "token":
            for path in ("/auth/token/refresh", "/auth/token/revoke"):
                assert post(server, path, {"refresh_token": value}).status == 422
