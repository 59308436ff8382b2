"""Signing in: who guesses learns nothing and is stopped, by all processes together, and passwords wait in turn."""

import contextlib
import ipaddress
import secrets
import selectors
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from harness.servers import Server

from contract import kept, people
from contract.conftest import Launch, is_real_time
from contract.people import PASSWORD, Person
from contract.test_accounts import (
    INVALID,
    LONG,
    LONG_EMAIL,
    NUL,
    REGISTER,
    REQUIRED,
    STRING,
    SURROGATE,
    UNKNOWN,
    Errors,
    ascii_json,
    challenge,
    check_invalid,
    me,
    post,
    somebody,
)
from contract.wire import JSON, Answer, ask, check_headers, check_problem, compose, exchange, read, stranger

pytestmark = pytest.mark.needs(auth="any")

WRONG, TOO_MANY = "E-mail or password is wrong.", "Too many failed attempts; try again later."
UNAVAILABLE, SHORT = "The service is temporarily unavailable.", "This must have at least 1 character."
FAILURES = 10
WINDOW = timedelta(minutes=5)
GUESS = "not this one, perhaps"
AT_ONCE, WAITING = 2, 50
# A hash by parameters with which a password is compared for minutes.
ENDLESS = "$argon2id$v=19$m=8192,t=50000,p=1$b2xkIHNhbHQgb2YgMTZieQ$UVoimDB7HDW4i9OkXyU7EBCxgD3TMe3bSdgxXo5JcyI"


def door(server: Server) -> str:
    """Return the address at which one signs in."""
    return "/auth/login" if people.kind(server) == "session" else "/auth/token"


def knock(server: Server, email: Any, password: str = GUESS, client: str = "", **more: Any) -> Answer:
    """Try to sign in, from an address of one's own or this one."""
    headers = {**JSON, **({"X-Forwarded-For": client} if client else {})}
    return exchange(server, "POST", door(server), headers, ascii_json({"email": email, "password": password, **more}))


def check_wrong(answer: Answer, server: Server) -> None:
    """Check the answer to a wrong password, to the byte."""
    check_problem(answer, 401, WRONG, door(server))
    assert answer.headers["www-authenticate"] == challenge(server)
    assert "set-cookie" not in answer.headers


def check_stopped(answer: Answer, server: Server) -> None:
    """Check the answer to who has guessed too often."""
    check_problem(answer, 429, TOO_MANY, door(server))
    assert 1 <= int(answer.headers["retry-after"]) <= 300
    assert "set-cookie" not in answer.headers


def failures(server: Server, email: str) -> list[dict[str, Any]]:
    """Read what is remembered of failures for an account."""
    return kept.rows(server, "sign_in_failures", subject=kept.digest(f"account:{email.lower()}"))


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(server: Server) -> None:
    """Byte by byte, but for the id of the request and the date."""
    person = people.register(server)
    answers = [knock(server, person.email), knock(server, people.new_email())]
    answers.append(knock(server, people.new_email().replace("@", " is no address ")))
    for answer in answers:
        check_wrong(answer, server)
    seen = {
        tuple(sorted((k, v) for k, v in answer.headers.items() if k not in ("x-request-id", "date")))
        for answer in answers
    }
    bodies = {answer.content.replace(answer.headers["x-request-id"].encode(), b"") for answer in answers}
    assert len(seen) == len(bodies) == 1


def test_an_address_is_compared_in_any_case_and_trimmed(server: Server) -> None:
    """As it is when an account is made."""
    person = people.register(server)
    for email in (person.email.upper(), f" {person.email}\n"):
        assert knock(server, email, person.password).status == 200


BAD: list[tuple[dict[str, Any], Errors]] = [
    ({}, [("/email", REQUIRED), ("/password", REQUIRED)]),
    ({"email": None, "password": 5}, [("/email", STRING), ("/password", STRING)]),
    ({"email": {"$ne": ""}, "password": {"$ne": ""}}, [("/email", STRING), ("/password", STRING)]),
    ({"email": ["a"], "password": PASSWORD}, [("/email", STRING)]),
    ({"email": "a" * 255, "password": "x"}, [("/email", LONG_EMAIL)]),
    ({"email": "a\u0000", "password": "x"}, [("/email", NUL)]),
    ({"email": "\ud800", "password": "\udc00"}, [("/email", SURROGATE), ("/password", SURROGATE)]),
    ({"email": "a@b.co", "password": ""}, [("/password", SHORT)]),
    ({"email": "a@b.co", "password": "x" * 129}, [("/password", LONG)]),
    ({"email": "a@b.co", "password": "👋" * 129}, [("/password", LONG)]),
    ({"email": "a@b.co", "password": "x" * 900_000}, [("/password", LONG)]),
    ({"email": "a@b.co", "password": "x", "remember": True}, [("/remember", UNKNOWN)]),
]


@pytest.mark.anywhere
@pytest.mark.parametrize(("body", "errors"), BAD, ids=[ascii(body)[:50] for body, _ in BAD])
def test_what_is_no_sign_in_is_a_422(server: Server, body: dict[str, Any], errors: Errors) -> None:
    """A password that nobody can have is not hashed."""
    begun = time.monotonic()
    check_invalid(exchange(server, "POST", door(server), JSON, ascii_json(body)), errors, door(server))
    assert time.monotonic() - begun < 5


@pytest.mark.anywhere
def test_the_checks_come_in_one_order(server: Server) -> None:
    """Media type, size, syntax and fields before anybody's password is looked at."""
    path, large = door(server), b"x" * 2_000_000
    assert exchange(server, "GET", path).status == 405
    assert exchange(server, "POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, large).status == 415
    assert exchange(server, "POST", path, JSON, large).status == 413
    assert exchange(server, "POST", path, JSON, b"{").status == 400
    errors = [{"path": "", "message": "This must be an object."}]
    check_problem(exchange(server, "POST", path, JSON, b"[]"), 422, INVALID, path, errors)


def test_ten_failures_for_an_account_stop_it_for_everybody(processes: list[Server]) -> None:
    """Through both processes and from ten addresses; the right password does not help; other accounts go on."""
    person, other = people.register(processes[0]), people.register(processes[0])
    for number in range(FAILURES):
        email = person.email.upper() if number % 3 else person.email
        check_wrong(knock(processes[number % 2], email), processes[0])
    for server in processes:
        check_stopped(knock(server, person.email), server)
        check_stopped(knock(server, person.email, person.password), server)
        assert knock(server, other.email, other.password).status == 200
    assert len(failures(processes[0], person.email)) == FAILURES


def test_an_account_that_does_not_exist_is_stopped_alike(processes: list[Server]) -> None:
    """Else the difference would tell who is registered."""
    email = people.new_email()
    for number in range(FAILURES):
        check_wrong(knock(processes[number % 2], email), processes[0])
    for server in processes:
        check_stopped(knock(server, email), server)


def test_ten_failures_from_an_address_stop_it_for_every_account(processes: list[Server]) -> None:
    """Whoever it is tried for; the same accounts go on from elsewhere."""
    person, client = people.register(processes[0]), stranger()
    for number in range(FAILURES):
        check_wrong(knock(processes[number % 2], people.new_email(), client=client), processes[0])
    for server in processes:
        check_stopped(knock(server, people.new_email(), client=client), server)
        check_stopped(knock(server, person.email, person.password, client=client), server)
        check_stopped(knock(server, person.email, person.password, client=f"{stranger()}, {client}"), server)
        assert knock(server, person.email, person.password).status == 200


def test_a_client_cannot_pass_for_another(processes: list[Server]) -> None:
    """Only what the trusted proxy has added counts."""
    client = stranger()
    for number in range(FAILURES):
        check_wrong(knock(processes[number % 2], people.new_email(), client=f"{stranger()}, {client}"), processes[0])
    check_stopped(knock(processes[0], people.new_email(), client=f"{stranger()}, {client}"), processes[0])
    check_wrong(knock(processes[0], people.new_email(), client=f"{client}, {stranger()}"), processes[0])


def test_a_client_of_ipv6_is_counted_by_half_of_its_address(processes: list[Server]) -> None:
    """The other half is everybody's own choice; an IPv4 address in the clothes of IPv6 is that address."""
    number = secrets.randbits(32)
    half, mapped = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}", stranger()
    for turn in range(FAILURES):
        check_wrong(knock(processes[turn % 2], people.new_email(), client=f"{half}::{turn:x}"), processes[0])
        client = f"::ffff:{mapped}" if turn % 2 else mapped
        check_wrong(knock(processes[turn % 2], people.new_email(), client=client), processes[0])
    for server in processes:
        for client in (f"{half.upper()}:ffff::1", mapped, f"::ffff:{mapped}"):
            check_stopped(knock(server, people.new_email(), client=client), server)
    check_wrong(knock(processes[0], people.new_email(), client=f"2001:db8:{number >> 16:x}::1"), processes[0])
    assert kept.rows(processes[0], "sign_in_failures", subject=kept.digest(f"address:{exploded(half)}"))


def exploded(half: str) -> str:
    """Write the half of an address in full, as both stacks do."""
    return ipaddress.IPv6Address(f"{half}::").exploded[:19]


def test_without_a_proxy_the_address_of_the_connection_counts(deploy: Launch) -> None:
    """A header that anyone can send is then not believed."""
    with deploy(TRUST_PROXY="0") as server:
        for _ in range(FAILURES):
            check_wrong(knock(server, people.new_email(), client=stranger()), server)
        check_stopped(knock(server, people.new_email(), client=stranger()), server)
        server.stop()


def test_who_succeeds_leaves_no_failure(processes: list[Server]) -> None:
    """Not even after a hundred times; earlier failures stay."""
    person, client = people.register(processes[0]), stranger()
    check_wrong(knock(processes[0], person.email, client=client), processes[0])
    for number in range(FAILURES + 2):
        assert knock(processes[number % 2], person.email, person.password, client=client).status == 200
    assert len(failures(processes[0], person.email)) == 1
    subject = kept.digest(f"address:{client}")
    assert len(kept.rows(processes[0], "sign_in_failures", subject=subject)) == 1


def test_failures_are_forgotten_after_five_minutes(processes: list[Server]) -> None:
    """One after the other, and taken out of the store at later ones; nothing of what was typed is in it."""
    server = processes[0]
    person, client = people.register(server), stranger()
    for _ in range(FAILURES):
        check_wrong(knock(server, person.email, client=client), server)
    check_stopped(knock(server, person.email, person.password), server)
    rows = failures(server, person.email)
    assert {tuple(sorted(row)) for row in rows} == {("at", "id", "subject")}
    kept.change(server, "sign_in_failures", {"id": rows[0]["id"]}, at=kept.now() - WINDOW - timedelta(seconds=5))
    assert knock(server, person.email, person.password).status == 200
    check_wrong(knock(server, person.email), server)
    check_stopped(knock(server, person.email), server)
    ids = {row["id"] for row in failures(server, person.email)}
    assert rows[0]["id"] not in ids, "a failure that does not count any more is still kept"
    assert len(ids) == FAILURES
    left = int(knock(server, person.email).headers["retry-after"])
    kept.change(server, "sign_in_failures", {"subject": rows[0]["subject"]}, at=kept.now() - timedelta(seconds=240))
    sooner = int(knock(server, person.email).headers["retry-after"])
    assert sooner <= 61 <= left, (sooner, left)


def test_of_many_guesses_at_once_ten_are_tried(processes: list[Server]) -> None:
    """Over both processes: not one more has the password compared."""
    person = people.register(processes[0])
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: knock(processes[n % 2], person.email), range(36)))
    counted = Counter(answer.status for answer in answers)
    assert set(counted) <= {401, 429, 503}, counted
    assert counted[401] <= FAILURES, counted
    assert counted[429] >= 10, counted
    assert len(failures(processes[0], person.email)) <= FAILURES
    if counted[401] == FAILURES:
        check_stopped(knock(processes[0], person.email, person.password), processes[0])


def test_many_who_sign_in_at_once_wait_in_turn_and_hold_nobody_up(server: Server) -> None:
    """Others are answered meanwhile; whoever finds too many waiting is told to come again in a second."""
    persons = [people.register(server) for _ in range(4)]
    slowest, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.is_set():
            begun = time.monotonic()
            assert ask(server, "GET", "/health/live").status == 200
            slowest[0] = max(slowest[0], time.monotonic() - begun)
            time.sleep(0.01)

    with ThreadPoolExecutor(81) as pool:
        looking = pool.submit(look)
        tries = [pool.submit(knock, server, persons[n % 4].email, PASSWORD) for n in range(80)]
        try:
            answers = [one.result() for one in tries]
        finally:
            ended.set()
        looking.result()
    counted = Counter(answer.status for answer in answers)
    assert set(counted) <= {200, 429, 503}, counted
    assert counted[200] >= 20, counted
    for answer in answers:
        if answer.status == 503:
            assert answer.json()["detail"] == UNAVAILABLE
            assert answer.headers["retry-after"] in ("1", "5")
        check_headers(answer)
    assert slowest[0] < 15.0, slowest  # a busy machine is slow by itself
    assert knock(server, persons[0].email, PASSWORD).status == 200


def at_work(server: Server) -> int:
    """Count the threads of a server that compute, none of them by the way only."""

    def ticks() -> Counter[str]:
        found: Counter[str] = Counter()
        for status in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError):
                fields = status.read_text(encoding="latin-1").rpartition(")")[2].split()
                if int(fields[2]) == server.process.pid:
                    found[status.parent.name] = int(fields[11]) + int(fields[12])
        return found

    before, gone, deadline = ticks(), Counter[str](), time.monotonic() + 60
    while gone.total() < 200 and time.monotonic() < deadline:
        time.sleep(0.2)
        gone = ticks() - before
    return len([spent for spent in gone.values() if spent > 0.08 * gone.total()])


def answered(links: list[socket.socket], least: int) -> list[Answer]:
    """Read what is answered on connections: at least so many answers, unless nothing comes for long."""
    found: list[Answer] = []
    with selectors.DefaultSelector() as ready:
        for link in links:
            ready.register(link, selectors.EVENT_READ)
        while events := ready.select(20 if len(found) < least else 1):
            for key, _ in events:
                ready.unregister(key.fileobj)
                assert isinstance(key.fileobj, socket.socket)
                found.append(read(key.fileobj))
    return found


def test_two_passwords_are_worked_on_at_once_and_fifty_wait(deploy: Launch) -> None:
    """Each takes memory and a processor: however many come there are not more, and an account is made in turn too."""
    with deploy(TICK_INTERVAL_MS="5000") as server:
        # Threads that are eight let nobody else wait.
        refused = 12 if server.project.stack == "node" or is_real_time(server.project) else 0
        persons = [people.register(server) for _ in range(8)]
        for person in persons:
            kept.change(server, "users", {"id": person.id}, password_hash=ENDLESS)
        with ExitStack() as stack:
            links = [stack.enter_context(server.connect()) for _ in range(AT_ONCE + WAITING + 12)]
            for number, link in enumerate(links):
                given = {**JSON, "X-Forwarded-For": stranger()}
                body = ascii_json({"email": persons[number % 8].email, "password": GUESS})
                link.sendall(compose("POST", door(server), given, body))
            answers = answered(links, refused)
            answers += [post(server, REGISTER, somebody())] if refused else []
            told = [(one.status, one.headers.get("retry-after"), one.json()["detail"]) for one in answers]
            assert told == [(503, "1", UNAVAILABLE)] * (refused + 1 if refused else 0), told
            assert at_work(server) == AT_ONCE
            server.kill()


def test_signing_in_is_logged_without_what_was_typed(deploy: Launch) -> None:
    """Who, by an id, and under which request; never an address, a name, a password or what is handed out."""
    with deploy() as server:
        person = people.register(server, "Secret Name")
        login = people.sign_in(server, person)
        shown = people.elsewhere()
        path = door(server)
        told = {"email": person.email, "password": GUESS}
        exchange(server, "POST", path, {**JSON, **shown, "X-Request-Id": "wrong-one"}, ascii_json(told))
        assert me(server, dict(login.headers)).status == 200
        assert exchange(server, "GET", f"/auth/me?token={quote(PASSWORD)}", dict(login.headers)).status == 200
        server.stop()
        lines = {message: [line for line in server.lines() if line["message"] == message] for message in MESSAGES}
        assert [len(lines[message]) for message in MESSAGES] == [1, 1, 1], server.told()
        for line in (lines["account made"][0], lines["signed in"][0]):
            assert line["user"] == person.id
            assert line["request_id"]
        assert lines["sign-in refused"][0]["request_id"] == "wrong-one"
        check_silent(server, person, login)


MESSAGES = ("account made", "signed in", "sign-in refused")


def check_silent(server: Server, person: Person, *logins: people.Login) -> None:
    """Check that a server's log tells nothing that would let somebody in, or say who they are."""
    said = server.stdout + server.stderr
    secrets = [person.email, person.email.partition("@")[0], person.name, person.password, GUESS]
    for login in logins:
        for name, value in login.headers.items():
            secret = value.partition("=")[2] if name == "Cookie" else value.removeprefix("Bearer ")
            secrets += [secret, *secret.split("."), login.refresh_token or secret]
            secrets.append(
                kept.digest(secret.partition(".")[0]) if name == "Cookie" else kept.digest(login.refresh_token)
            )
    for secret in secrets:
        for written in (secret, quote(secret), quote(secret, safe="")):
            assert written not in said, f"the log holds {written!r}"
    assert "argon2" not in said.lower()
