"""Sessions: a cookie that means nothing by itself, kept and ended on the server."""

import json
import re
import secrets
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from harness import databases
from harness.servers import Server

from contract import kept, people
from contract.conftest import Launch
from contract.kept import AT_MOST, UNUSED, Session
from contract.test_accounts import check_nobody, me
from contract.test_faults import FOLLOWS, seconds_until
from contract.test_sign_ins import UNAVAILABLE, check_silent, knock
from contract.wire import Answer, check_headers, check_problem, compact, exchange

pytestmark = pytest.mark.needs(auth="session")

MAX_AGE = 1_209_600
VALUE = re.compile(r"[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}")
LOGOUT = "/auth/logout"


def given(answer: Answer) -> tuple[str, str, set[str]]:
    """Take the cookie of an answer apart: name, value and attributes."""
    first, *rest = answer.headers["set-cookie"].split(";")
    name, _, value = first.partition("=")
    return name, value, {one.strip().lower() for one in rest}


def log_in(server: Server, person: people.Person, headers: dict[str, str] | None = None) -> Answer:
    """Log in, perhaps with a cookie that is there already."""
    body = json.dumps({"email": person.email, "password": person.password})
    return exchange(server, "POST", "/auth/login", {"Content-Type": "application/json", **(headers or {})}, body)


def check_cookie(answer: Answer, *, production: bool) -> str:
    """Check that a cookie is one that no script reads and no other site sends along, and return its value."""
    name, value, attributes = given(answer)
    expected = {"httponly", "samesite=lax", "path=/", f"max-age={MAX_AGE}"}
    assert name == ("__Host-session" if production else "session")
    assert VALUE.fullmatch(value), value
    assert {one for one in attributes if not one.startswith("expires=")} == expected | (
        {"secure"} if production else set()
    )
    return value


def check_cleared(answer: Answer, name: str) -> None:
    """Check that a browser forgets the cookie."""
    told, value, attributes = given(answer)
    assert (told, value.strip('"')) == (name, "")
    assert "path=/" in attributes
    assert "max-age=0" in attributes or any("expires=thu, 01 jan 1970" in one for one in attributes), attributes
    assert ("secure" in attributes) == name.startswith("__Host-")


def test_who_logs_in_gets_a_cookie(server: Server) -> None:
    """The answer is the account; the cookie is kept to https, to this host, and from scripts."""
    person = people.register(server, "Ada")
    answer = log_in(server, person)
    assert (answer.status, answer.content) == (200, compact({"id": person.id, "email": person.email, "name": "Ada"}))
    assert answer.headers["cache-control"] == "no-store"
    check_headers(answer)
    value = check_cookie(answer, production=True)
    assert me(server, people.cookie(server, value)).json()["id"] == person.id
    assert "set-cookie" not in me(server, people.cookie(server, value)).headers
    assert me(server, {"Cookie": f"session={value}"}).status == 401


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_on_a_developers_machine_the_cookie_goes_without_https(launch: Launch, app_env: str) -> None:
    """Under another name, which demands nothing; all else is the same."""
    with launch(APP_ENV=app_env) as server:
        person = people.register(server)
        value = check_cookie(log_in(server, person), production=False)
        assert me(server, {"Cookie": f"session={value}"}).status == 200
        assert me(server, {"Cookie": f"__Host-session={value}"}).status == 401
        check_cleared(exchange(server, "POST", LOGOUT, {"Cookie": f"session={value}"}), "session")
        assert me(server, {"Cookie": f"session={value}"}).status == 401
        server.stop()


def test_each_login_has_an_id_of_its_own(server: Server) -> None:
    """One on each device; one ends without the others."""
    person = people.register(server)
    logins = [people.sign_in(server, person) for _ in range(5)]
    ids = {login.cookie.partition(".")[0] for login in logins}
    assert len(ids) == 5
    assert exchange(server, "POST", LOGOUT, dict(logins[2].headers)).status == 204
    assert [me(server, dict(login.headers)).status for login in logins] == [200, 200, 401, 200, 200]


def test_a_new_login_ends_the_session_that_came_with_it(server: Server) -> None:
    """Whosever it was, its id is not used again."""
    ada, bob = people.newcomer(server, "Ada"), people.register(server, "Bob")
    answer = log_in(server, bob, dict(ada.headers))
    value = check_cookie(answer, production=True)
    assert value.partition(".")[0] != ada.cookie.partition(".")[0]
    assert me(server, people.cookie(server, value)).json()["id"] == bob.id
    check_nobody(me(server, dict(ada.headers)), server)


def test_a_login_that_fails_leaves_the_session_as_it_is(server: Server) -> None:
    """Nobody is signed out by a typing error."""
    ada = people.newcomer(server, "Ada")
    body = json.dumps({"email": ada.person.email, "password": "not the password"})
    headers = {"Content-Type": "application/json", **ada.headers}
    assert exchange(server, "POST", "/auth/login", headers, body).status == 401
    assert me(server, dict(ada.headers)).status == 200


def test_logging_out_ends_the_session_on_the_server(processes: list[Server]) -> None:
    """For all processes at once, and the browser forgets the cookie; without a session it is a 204 too."""
    login = people.newcomer(processes[0])
    kept_session = Session(processes[0], login)
    assert [me(server, dict(login.headers)).status for server in processes] == [200, 200]
    assert kept_session.there()
    answer = exchange(processes[0], "POST", LOGOUT, dict(login.headers))
    assert (answer.status, answer.content) == (204, b"")
    check_headers(answer)
    check_cleared(answer, "__Host-session")
    assert not kept_session.there()
    for server in processes:
        check_nobody(me(server, dict(login.headers)), server)
        for headers in ({}, dict(login.headers), people.cookie(server, "rubbish")):
            assert exchange(server, "POST", LOGOUT, headers).status == 204


def test_only_a_hash_of_the_id_is_kept(server: Server) -> None:
    """Whoever reads the store cannot sign in by it."""
    login = people.newcomer(server)
    session = Session(server, login)
    assert session.user() == login.person.id
    assert UNUSED - timedelta(seconds=60) < session.left() <= UNUSED
    secret = login.cookie.partition(".")[0]
    if session.in_redis:
        with kept.redis_of(server) as connection:
            assert [key for key in connection.scan_iter() if secret in str(key)] == []
            assert secret not in str(connection.get(f"session:{session.id}"))
    else:
        row = kept.rows(server, "sessions", id=session.id)[0]
        assert set(row) == {"id", "user_id", "created_at", "expires_at"}
        assert secret not in str(row)


def forged(server: Server) -> list[str]:
    """List values that are no cookie of this server, or of nobody."""
    login = people.newcomer(server)
    session, mac = login.cookie.split(".")
    other = people.newcomer(server).cookie.partition(".")[0]
    key, unknown = people.key_of(server), people.base64url(secrets.token_bytes(32))
    wrong = [f"{other}.{mac}", f"{session}.", f".{mac}", session, f"{session}.{mac}.", f"{session}..{mac}", ".", ""]
    wrong += [f"{session}.{mac[:-1]}", f"{session}.{mac}=", f"{session}={mac}", f"{session}.{mac}A", f"{mac}.{session}"]
    wrong += [
        f"{session}.{mac.swapcase()}",
        f"{session.swapcase()}.{mac}",
        f"{session}=.{mac}",
        f"{session}.{'A' * 43}",
        f"{session}.{mac[:22]}{'A' * 21}",
    ]
    wrong += [
        people.signed_cookie(one, key) for one in (unknown, "", "x", session[:-1], f"{session}x", "../..", "*", "a b")
    ]
    wrong += [people.signed_cookie(session, key + "x"), people.signed_cookie(session, people.DEFAULT_KEY)]
    wrong += [people.signed_cookie(kept.digest(session), key), f"{kept.digest(session)}.{mac}", "x" * 4000, "\\", '"']
    wrong += [f"{session}.{mac}\\", "%00", f"{session}%2E{mac}", "é.é", "null", "undefined", "{}", "a.b"]
    return wrong


def test_a_forged_cookie_is_none(server: Server) -> None:
    """Whatever its shape; nothing of it is our mistake."""
    for value in forged(server):
        headers = [("Cookie", f"{people.cookie_name(server)}={value}".encode().decode("latin-1"))]
        answer = exchange(server, "GET", "/auth/me", headers)
        assert answer.status == 401, (value, answer)
        assert answer.headers["www-authenticate"] == "Session"


def test_other_cookies_do_not_matter(server: Server) -> None:
    """Before it, after it, broken ones; of two of its name one that is forged lets nobody else in."""
    login = people.newcomer(server)
    good, name = login.headers["Cookie"], people.cookie_name(server)
    for header in (f"a=b; {good}", f"{good}; a=b", f"=; ;x; {good}", f'a="b; c={{"; {good}', f"  {good}  ", f"{good};"):
        assert me(server, {"Cookie": header}).status == 200, header
    for header in (f"x{good}", f"{name}", f"a={good}", f"{name.upper()}={login.cookie}"):
        assert me(server, {"Cookie": header}).status == 401, header
    for header in (f"{good}; {name}=x", f"{name}=x; {good}"):
        answer = me(server, {"Cookie": header})
        assert answer.status == 401 or answer.json()["id"] == login.person.id


def test_a_bearer_is_nobody_here(server: Server) -> None:
    """There is one way to be signed in."""
    login = people.newcomer(server)
    check_nobody(me(server, people.bearer(login.cookie)), server)
    assert me(server, {**people.bearer("x"), **login.headers}).status == 200


def test_a_session_that_is_used_goes_on(server: Server) -> None:
    """Its use is noted when more than an hour of it has gone, and the cookie is sent again."""
    login = people.newcomer(server)
    session = Session(server, login)
    session.leave(UNUSED - timedelta(minutes=30))
    assert "set-cookie" not in me(server, dict(login.headers)).headers
    assert session.left() < UNUSED - timedelta(minutes=29)
    session.leave(UNUSED - timedelta(minutes=90))
    answer = me(server, dict(login.headers))
    assert check_cookie(answer, production=True) == login.cookie
    assert UNUSED - timedelta(seconds=60) < session.left() <= UNUSED
    assert "set-cookie" not in me(server, dict(login.headers)).headers


def test_a_session_that_was_not_used_for_14_days_has_ended(server: Server) -> None:
    """Also where nobody has taken it away yet."""
    login = people.newcomer(server)
    session = Session(server, login)
    session.leave(-timedelta(seconds=1))
    check_nobody(me(server, dict(login.headers)), server)
    again = people.sign_in(server, login.person)
    assert me(server, dict(again.headers)).status == 200
    assert session.ends_by_itself() or not session.there(), "what has ended is taken away at a login"


def test_a_session_ends_90_days_after_the_login(server: Server) -> None:
    """However much it is used; before that, its last use does not carry it beyond."""
    login = people.newcomer(server)
    session = Session(server, login)
    session.began(AT_MOST - timedelta(days=1))
    session.leave(timedelta(hours=20))
    assert me(server, dict(login.headers)).status == 200
    assert session.left() <= timedelta(days=1, seconds=1) or session.in_redis
    session.began(AT_MOST + timedelta(seconds=1))
    check_nobody(me(server, dict(login.headers)), server)


def test_the_account_behind_a_session_has_to_be_there(server: Server) -> None:
    """Without it there is nobody to be."""
    login = people.newcomer(server)
    kept.remove(server, "users", id=login.person.id)
    check_nobody(me(server, dict(login.headers)), server)


def test_a_session_is_made_and_ended_many_times_at_once(processes: list[Server]) -> None:
    """Each of them is one's own, whichever process answers."""
    people_here = [people.register(processes[0], f"n{n}") for n in range(4)]

    def come_and_go(number: int) -> None:
        person = people_here[number % 4]
        login = people.sign_in(processes[number % 2], person)
        assert me(processes[1 - number % 2], dict(login.headers)).json()["id"] == person.id
        assert exchange(processes[1 - number % 2], "POST", LOGOUT, dict(login.headers)).status == 204
        assert me(processes[number % 2], dict(login.headers)).status == 401

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come_and_go, range(24)))


def test_keys_are_changed_without_signing_anybody_out(deploy: Launch) -> None:
    """A new key goes before the old one: what the old one signed is good until that is taken out."""
    old, new = "o" * 40, "n" * 40
    with deploy(SECRET_KEY=old) as server:
        before = people.newcomer(server)
        server.stop()
    with deploy(SECRET_KEY=f"{new},{old}") as server:
        assert me(server, dict(before.headers)).json()["id"] == before.person.id
        after = people.sign_in(server, before.person)
        assert after.cookie == people.signed_cookie(after.cookie.partition(".")[0], new), "the first key signs"
        Session(server, before).leave(UNUSED - timedelta(minutes=90))
        renewed = check_cookie(me(server, dict(before.headers)), production=True)
        server.stop()
    with deploy(SECRET_KEY=new) as server:
        assert [me(server, dict(login.headers)).status for login in (before, after)] == [401, 200]
        assert me(server, people.cookie(server, renewed)).json()["id"] == before.person.id, "who stays is signed out"
        server.stop()


@pytest.mark.needs(redis=True)
def test_while_redis_is_away_who_shows_a_cookie_is_not_turned_away_for_good(deploy: Launch) -> None:
    """A 503 says that it may be known later; who shows none, or a forged one, gets the 401 at once."""
    daemon = databases.server("redis", durable=True)
    url = daemon.address(secrets.token_hex(8))
    try:
        with deploy(REDIS_URL=url) as server:
            login = people.newcomer(server)
            daemon.stop()
            check_problem(me(server, dict(login.headers)), 503, UNAVAILABLE, "/auth/me")
            check_nobody(me(server), server)
            check_nobody(me(server, people.cookie(server, f"{login.cookie}x")), server)
            check_problem(knock(server, login.person.email, login.person.password), 503, UNAVAILABLE, "/auth/login")
            daemon.start()
            back = seconds_until(lambda: me(server, dict(login.headers)).status == 200, FOLLOWS * 2)
            assert back <= FOLLOWS
            assert me(server, dict(login.headers)).json()["id"] == login.person.id
            server.stop()
            check_silent(server, login.person, login)
    finally:
        daemon.start()


@pytest.mark.needs(redis=False, database="sqlite")
def test_a_database_that_fails_is_a_5xx_and_not_a_stranger(
    deploy: Launch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nobody is told to sign in because a table is away."""
    file = tmp_path_factory.mktemp("lost") / "app.db"
    with deploy(DATABASE_URL=f"sqlite:///{file}") as server:
        login = people.newcomer(server)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("ALTER TABLE sessions RENAME TO lost")
        assert me(server, dict(login.headers)).status in (500, 503)
        check_nobody(me(server), server)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("ALTER TABLE lost RENAME TO sessions")
        assert me(server, dict(login.headers)).status == 200
        server.stop()
        check_silent(server, login.person, login)


def test_a_login_is_told_from_the_log_line_of_its_end(deploy: Launch) -> None:
    """Who has gone, by the id of the account; never the cookie or what is kept of it."""
    with deploy() as server:
        login = people.newcomer(server, "Secret Name")
        exchange(server, "POST", LOGOUT, {**login.headers, "X-Request-Id": "going"})
        server.stop()
        out = [line for line in server.lines() if line["message"] == "signed out"]
        assert [(line["user"], line["request_id"]) for line in out] == [(login.person.id, "going")]
        check_silent(server, login.person, login)
