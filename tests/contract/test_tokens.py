"""Tokens: short-lived ones that are signed, and refresh tokens that work once and end their family when they do not."""

import base64
import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from harness.servers import Server

from contract import kept, people
from contract.conftest import Launch
from contract.kept import AT_MOST, UNUSED
from contract.people import Login, bearer, claims_of, jwt
from contract.test_accounts import (
    INVALID,
    NUL,
    REQUIRED,
    STRING,
    SURROGATE,
    UNKNOWN,
    Errors,
    ascii_json,
    check_nobody,
    me,
)
from contract.test_sign_ins import check_silent
from contract.wire import JSON, Answer, check_headers, check_problem, compact, exchange

pytestmark = pytest.mark.needs(auth="token")

TOKEN, REFRESH, REVOKE = "/auth/token", "/auth/token/refresh", "/auth/token/revoke"
NOT_VALID = "This refresh token is not valid."
SECONDS = 900
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def refresh(server: Server, token: object) -> Answer:
    """Ask for new tokens."""
    return exchange(server, "POST", REFRESH, JSON, ascii_json({"refresh_token": token}))


def revoke(server: Server, token: object) -> Answer:
    """End a family."""
    return exchange(server, "POST", REVOKE, JSON, ascii_json({"refresh_token": token}))


def check_tokens(answer: Answer, server: Server, person: people.Person) -> Login:
    """Check what is handed out, to the byte, and return it."""
    assert answer.status == 200, answer
    told = answer.json()
    assert list(told) == ["access_token", "token_type", "expires_in", "refresh_token"]
    assert answer.content == compact(told)
    assert (told["token_type"], told["expires_in"]) == ("Bearer", SECONDS)
    assert SECRET.fullmatch(told["refresh_token"]), told["refresh_token"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    check_headers(answer)
    check_access(told["access_token"], server, person)
    return Login(person, bearer(told["access_token"]), {"token": told["access_token"]}, told["refresh_token"])


def check_access(token: str, server: Server, person: people.Person) -> None:
    """Check what an access token says."""
    header, claims, mac = token.split(".")
    loaded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert loaded == {"alg": "HS256", "typ": "JWT"}
    told = claims_of(token)
    assert set(told) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}
    slug = str(server.project.answers["project_slug"])
    assert (told["iss"], told["aud"], told["sub"]) == (slug, slug, person.id)
    assert UUID.fullmatch(told["sid"]), told["sid"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", told["jti"]), told["jti"]
    assert isinstance(told["iat"], int)
    assert told["exp"] == told["iat"] + SECONDS
    assert abs(told["iat"] - time.time()) < 60
    assert people.jwt_mac(f"{header}.{claims}", people.key_of(server).encode()) == mac


def check_not_valid(answer: Answer) -> None:
    """Check that no tokens are handed out."""
    check_problem(answer, 401, NOT_VALID, REFRESH)
    assert answer.headers["www-authenticate"] == "Bearer"


def renewed(server: Server, login: Login) -> Login:
    """Refresh, which must succeed."""
    return check_tokens(refresh(server, login.refresh_token), server, login.person)


def test_who_signs_in_gets_tokens(server: Server) -> None:
    """One that is shown for a quarter of an hour, and one that renews it."""
    person = people.register(server, "Ada")
    body = ascii_json({"email": person.email, "password": person.password})
    first, second = [check_tokens(exchange(server, "POST", TOKEN, JSON, body), server, person) for _ in range(2)]
    for login in (first, second):
        assert me(server, dict(login.headers)).json()["id"] == person.id
    told = [claims_of(login.access_token) for login in (first, second)]
    assert told[0]["sid"] != told[1]["sid"]
    assert told[0]["jti"] != told[1]["jti"]
    assert first.refresh_token != second.refresh_token


def test_a_refresh_token_is_exchanged_for_new_ones(processes: list[Server]) -> None:
    """Of the same family, by any process; the access token before it is good until it expires."""
    login = people.newcomer(processes[0])
    chain = [login]
    for number in range(4):
        chain.append(renewed(processes[number % 2], chain[-1]))
    assert len({one.refresh_token for one in chain}) == len({claims_of(one.access_token)["jti"] for one in chain}) == 5
    assert len({claims_of(one.access_token)["sid"] for one in chain}) == 1
    for one in chain:
        assert me(processes[0], dict(one.headers)).status == 200


def test_a_refresh_token_that_is_used_twice_ends_its_whole_family(processes: list[Server]) -> None:
    """Whoever stole it, or was stolen from: both have to sign in again, and access ends at once."""
    login = people.newcomer(processes[0])
    other = people.sign_in(processes[0], login.person)
    second = renewed(processes[0], login)
    third = renewed(processes[1], second)
    check_not_valid(refresh(processes[1], login.refresh_token))
    for one in (login, second, third):
        for server in processes:
            check_nobody(me(server, dict(one.headers)), server, given=True)
            check_not_valid(refresh(server, one.refresh_token))
    assert me(processes[0], dict(other.headers)).status == 200, "another login of the same person is left alone"
    renewed(processes[0], other)


def test_of_two_who_refresh_at_once_both_end(processes: list[Server]) -> None:
    """A race is a token that is used twice, whoever comes first."""
    person = people.register(processes[0])
    for _ in range(12):
        login = people.sign_in(processes[0], person)
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda n: refresh(processes[n], login.refresh_token), range(2)))  # noqa: B023
        assert sorted(answer.status for answer in answers) in ([200, 401], [401, 401]), answers
        for answer in answers:
            if answer.status == 200:
                check_not_valid(refresh(processes[0], answer.json()["refresh_token"]))
                check_nobody(me(processes[1], bearer(answer.json()["access_token"])), processes[1], given=True)
        check_nobody(me(processes[0], dict(login.headers)), processes[0], given=True)
        family = claims_of(login.access_token)["sid"]
        assert kept.rows(processes[0], "refresh_tokens", family=family) == []


def test_a_login_is_revoked_at_once(processes: list[Server]) -> None:
    """For all processes, its access token included; whatever is revoked, the answer is the same."""
    login = people.newcomer(processes[0])
    second = renewed(processes[0], login)
    answer = revoke(processes[0], second.refresh_token)
    assert (answer.status, answer.content) == (204, b"")
    check_headers(answer)
    for server in processes:
        for one in (login, second):
            check_nobody(me(server, dict(one.headers)), server, given=True)
            check_not_valid(refresh(server, one.refresh_token))
    for token in (
        second.refresh_token,
        login.refresh_token,
        "x",
        people.base64url(b"x" * 32),
        login.access_token[:128],
    ):
        assert revoke(processes[0], token).status == 204
    used = people.sign_in(processes[0], login.person)
    renewed(processes[0], used)
    assert revoke(processes[0], used.refresh_token).status == 204
    check_nobody(me(processes[0], dict(used.headers)), processes[0], given=True)


BAD: list[tuple[Any, Errors]] = [
    ({}, [("/refresh_token", REQUIRED)]),
    ({"refresh_token": None}, [("/refresh_token", STRING)]),
    ({"refresh_token": {"$ne": ""}}, [("/refresh_token", STRING)]),
    ({"refresh_token": ["x"]}, [("/refresh_token", STRING)]),
    ({"refresh_token": ""}, [("/refresh_token", "This must have at least 1 character.")]),
    ({"refresh_token": "x" * 129}, [("/refresh_token", "This must have at most 128 characters.")]),
    ({"refresh_token": "a\u0000"}, [("/refresh_token", NUL)]),
    ({"refresh_token": "\ud800"}, [("/refresh_token", SURROGATE)]),
    ({"refresh_token": "x", "grant_type": "refresh_token"}, [("/grant_type", UNKNOWN)]),
]


@pytest.mark.anywhere
@pytest.mark.parametrize(("body", "errors"), BAD, ids=[ascii(body)[:50] for body, _ in BAD])
def test_what_is_no_refresh_token_is_a_422(server: Server, body: Any, errors: Errors) -> None:
    """In the words that all have."""
    listed = [{"path": path, "message": message} for path, message in errors]
    for path in (REFRESH, REVOKE):
        check_problem(exchange(server, "POST", path, JSON, ascii_json(body)), 422, INVALID, path, listed)


@pytest.mark.anywhere
def test_the_checks_come_in_one_order(server: Server) -> None:
    """Media type, size, syntax and fields before any token is looked for."""
    for path in (REFRESH, REVOKE):
        large = b"x" * 2_000_000
        assert exchange(server, "GET", path).status == 405
        assert (
            exchange(server, "POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, large).status == 415
        )
        assert exchange(server, "POST", path, JSON, large).status == 413
        assert exchange(server, "POST", path, JSON, b"{").status == 400


def test_an_unknown_refresh_token_is_a_401(server: Server) -> None:
    """Guesses, those of another shape, and what only looks like one."""
    login = people.newcomer(server)
    token = login.refresh_token
    for wrong in (
        "x",
        token[:-1],
        f"{token}x",
        f"{token}=",
        token.swapcase(),
        people.base64url(b"y" * 32),
        f" {token}",
    ):
        check_not_valid(refresh(server, wrong))
    for wrong in (kept.digest(token), "%00", "' OR 1=1 --", "null", claims_of(login.access_token)["sid"], "é" * 43):
        check_not_valid(refresh(server, wrong))
    renewed(server, login)


def test_only_a_hash_of_a_refresh_token_is_kept(server: Server) -> None:
    """Whoever reads the store cannot sign in by it; a used one is remembered."""
    login = people.newcomer(server)
    second = renewed(server, login)
    family = claims_of(login.access_token)["sid"]
    rows = {row["id"]: row for row in kept.rows(server, "refresh_tokens", family=family)}
    assert set(rows) == {kept.digest(login.refresh_token), kept.digest(second.refresh_token)}
    for row in rows.values():
        columns = {"id", "family", "user_id", "created_at", "expires_at", "started_at", "used_at"}
        assert set(row) == columns
        assert (str(row["family"]), str(row["user_id"])) == (family, login.person.id)
        assert abs(row["expires_at"] - row["created_at"] - UNUSED) < timedelta(seconds=2)
    first, last = rows[kept.digest(login.refresh_token)], rows[kept.digest(second.refresh_token)]
    assert first["used_at"] is not None
    assert last["used_at"] is None
    assert first["started_at"] == last["started_at"]
    assert login.refresh_token not in str(rows)


def test_a_refresh_token_that_was_not_used_for_14_days_has_ended(server: Server) -> None:
    """And is taken away when somebody signs in."""
    login = people.newcomer(server)
    kept.change(server, "refresh_tokens", {"id": kept.digest(login.refresh_token)}, expires_at=kept.now())
    check_not_valid(refresh(server, login.refresh_token))
    people.sign_in(server, login.person)
    found = kept.rows(server, "refresh_tokens", id=kept.digest(login.refresh_token))
    assert found == []
    check_nobody(me(server, dict(login.headers)), server, given=True)


def test_a_used_token_is_remembered_as_long_as_its_family_lives(server: Server) -> None:
    """Else who stole it could use it unnoticed, once it has expired."""
    login = people.newcomer(server)
    second = renewed(server, login)
    kept.change(server, "refresh_tokens", {"id": kept.digest(login.refresh_token)}, expires_at=kept.now() - UNUSED)
    people.sign_in(server, login.person)
    assert kept.rows(server, "refresh_tokens", id=kept.digest(login.refresh_token))
    check_not_valid(refresh(server, login.refresh_token))
    check_not_valid(refresh(server, second.refresh_token))


def test_a_login_ends_after_90_days(server: Server) -> None:
    """However often it is renewed."""
    login = people.newcomer(server)
    family = claims_of(login.access_token)["sid"]
    kept.change(server, "refresh_tokens", {"family": family}, started_at=kept.now() - AT_MOST + timedelta(days=1))
    second = renewed(server, login)
    row = kept.rows(server, "refresh_tokens", id=kept.digest(second.refresh_token))[0]
    assert row["expires_at"] - kept.now() <= timedelta(days=1, seconds=2)
    kept.change(server, "refresh_tokens", {"family": family}, expires_at=kept.now())
    check_not_valid(refresh(server, second.refresh_token))


def test_the_account_behind_a_token_has_to_be_there(server: Server) -> None:
    """Without it there is nobody to be."""
    login = people.newcomer(server)
    kept.remove(server, "users", id=login.person.id)
    check_nobody(me(server, dict(login.headers)), server, given=True)
    check_not_valid(refresh(server, login.refresh_token))


def test_a_token_is_shown_in_one_way(server: Server) -> None:
    """In the header, as a bearer's, once; neither in a query nor in a cookie."""
    login = people.newcomer(server)
    token = login.access_token
    assert me(server, bearer(token)).status == 200
    for value in (
        token,
        f"Basic {token}",
        f"Token {token}",
        "Bearer",
        "Bearer ",
        f"Bearer {token} x",
        f"Bearer {token},",
        "x",
    ):
        answer = me(server, {"Authorization": value})
        check_nobody(answer, server, given=True)
    for headers in (
        [("Authorization", f"Bearer {token}")] * 2,
        [("Authorization", "x"), ("Authorization", f"Bearer {token}")],
    ):
        assert exchange(server, "GET", "/auth/me", headers).status == 401
    check_nobody(me(server, {"Cookie": f"session={token}; access_token={token}; __Host-session={token}"}), server)
    check_nobody(exchange(server, "GET", f"/auth/me?access_token={token}&token={token}"), server)
    check_nobody(me(server, bearer(login.refresh_token)), server, given=True)


def test_an_access_token_is_good_for_a_quarter_of_an_hour(server: Server) -> None:
    """Not a second longer; one that was not made yet, or lasts too long by its own word, is judged by its word."""
    login = people.newcomer(server)
    told, key, now = claims_of(login.access_token), people.key_of(server).encode(), int(time.time())
    header = {"alg": "HS256", "typ": "JWT"}
    assert me(server, bearer(jwt(header, told, key))).status == 200
    for exp in (now - 1, now - 900, 0, -1):
        check_nobody(me(server, bearer(jwt(header, {**told, "exp": exp}, key))), server, given=True)
    short = bearer(jwt(header, {**told, "exp": int(time.time()) + 2}, key))
    assert me(server, short).status == 200
    time.sleep(2.2)
    check_nobody(me(server, short), server, given=True)


def test_keys_are_changed_without_signing_anybody_out(deploy: Launch) -> None:
    """A new key goes before the old one: what the old one signed is good until that is taken out."""
    old, new = "o" * 40, "n" * 40
    with deploy(SECRET_KEY=old) as server:
        before = people.newcomer(server)
        server.stop()
    with deploy(SECRET_KEY=f"{new},{old}") as server:
        assert me(server, dict(before.headers)).json()["id"] == before.person.id
        after = renewed(server, before)  # it checks that the first key signs
        server.stop()
    with deploy(SECRET_KEY=new) as server:
        assert [me(server, dict(login.headers)).status for login in (before, after)] == [401, 200]
        assert refresh(server, after.refresh_token).status == 200, "refresh tokens are not signed"
        server.stop()


def test_ends_of_logins_are_logged_without_what_was_shown(deploy: Launch) -> None:
    """A token that is used twice is a warning that somebody has to see."""
    with deploy() as server:
        login = people.newcomer(server, "Secret Name")
        second = renewed(server, login)
        headers = {**JSON, "X-Request-Id": "stolen"}
        body = ascii_json({"refresh_token": login.refresh_token})
        check_not_valid(exchange(server, "POST", REFRESH, headers, body))
        other = people.sign_in(server, login.person)
        body = ascii_json({"refresh_token": other.refresh_token})
        assert exchange(server, "POST", REVOKE, {**JSON, "X-Request-Id": "going"}, body).status == 204
        server.stop()
        twice = [line for line in server.lines() if line["message"] == "refresh token used twice"]
        assert [(line["level"], line["user"], line["request_id"]) for line in twice] == [
            ("warning", login.person.id, "stolen")
        ]
        out = [line for line in server.lines() if line["message"] == "signed out"]
        assert [(line["user"], line["request_id"]) for line in out] == [(login.person.id, "going")]
        check_silent(server, login.person, login, second, other)
        assert str(uuid.UUID(claims_of(login.access_token)["sid"])) not in server.stdout
