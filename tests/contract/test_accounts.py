"""Accounts: how they are made, what is refused, what is kept of them, and that either stack knows them."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pexpect  # type: ignore[import-untyped]
import pytest
from harness import projects, servers
from harness.projects import ROOT, Project
from harness.servers import Server

from contract import kept, people
from contract.conftest import ORIGINS, Pair, deployed, production
from contract.people import PASSWORD, Person
from contract.test_errors import METHODS
from contract.test_notes import NO_SPACES, SPACES
from contract.test_store import SCHEMAS
from contract.test_twins import Row, normal, told
from contract.wire import JSON, UUID7, Answer, check_headers, check_problem, compact, exchange

pytestmark = pytest.mark.needs(auth="any")

REGISTER, ME = "/auth/register", "/auth/me"
TAKEN, SIGN_IN_FIRST = "There is an account with this e-mail address.", "Sign in first."
REQUIRED, STRING, UNKNOWN = "This field is required.", "This must be a string.", "This field is not known."
EMAIL, LONG_EMAIL = "This must be an e-mail address.", "This must have at most 254 characters."
ONE, LONG_NAME = "This must have at least 1 character.", "This must have at most 64 characters."
SHORT, LONG = "This must have at least 12 characters.", "This must have at most 128 characters."
COMMON, OWN = (
    "This password is among the most common ones.",
    "This password must not be the e-mail address or the name.",
)
NUL, SURROGATE = "This must not contain the NUL character.", "This must be well-formed Unicode."
CONTROL = "This must not contain control characters."
INVALID = "The request is not valid."
HASH = re.compile(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}")
# A hash of people.PASSWORD by parameters that were good enough once: m=8192, t=1.
OLD_HASH = "$argon2id$v=19$m=8192,t=1,p=1$b2xkIHNhbHQgb2YgMTZieQ$UVoimDB7HDW4i9OkXyU7EBCxgD3TMe3bSdgxXo5JcyI"
Errors = list[tuple[str, str]]


def post(server: Server, path: str, body: object, headers: dict[str, str] | None = None) -> Answer:
    """Send JSON as nobody in particular."""
    content = body if isinstance(body, bytes) else ascii_json(body)
    return exchange(server, "POST", path, {**JSON, **(headers or {})}, content)


def ascii_json(body: object) -> bytes:
    """Write JSON in ASCII, in which lone surrogates can be written too."""
    return json.dumps(body).encode()


def somebody(**changed: Any) -> dict[str, Any]:
    """Return what it takes to make an account."""
    return {"email": people.new_email(), "password": PASSWORD, "name": "Ada", **changed}


def me(server: Server, headers: dict[str, str] | None = None) -> Answer:
    """Ask who is signed in."""
    return exchange(server, "GET", ME, headers)


def check_invalid(answer: Answer, errors: Errors, instance: str = REGISTER) -> None:
    """Check that exactly these fields are refused, in this order."""
    check_problem(answer, 422, INVALID, instance, [{"path": path, "message": message} for path, message in errors])


def challenge(server: Server, *, given: bool = False) -> str:
    """Say how a 401 asks for what was not shown, or was not right."""
    if people.kind(server) == "session":
        return "Session"
    return 'Bearer error="invalid_token"' if given else "Bearer"


def check_nobody(answer: Answer, server: Server, instance: str = ME, *, given: bool = False) -> None:
    """Check that nobody is signed in."""
    check_problem(answer, 401, SIGN_IN_FIRST, instance)
    assert answer.headers["www-authenticate"] == challenge(server, given=given)


def test_an_account_is_made(server: Server) -> None:
    """The answer is the account, to the byte, and nobody is signed in by it."""
    given = somebody(name="Zoë 👋")
    answer = post(server, REGISTER, given)
    assert answer.status == 201, answer
    account = answer.json()
    assert list(account) == ["id", "email", "name"]
    assert answer.content == compact(account)
    assert UUID7.fullmatch(account["id"])
    assert (account["email"], account["name"]) == (given["email"], "Zoë 👋")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert not {"set-cookie", "location"} & set(answer.headers)
    check_headers(answer)
    check_nobody(me(server), server)


def test_who_is_signed_in_is_told(server: Server) -> None:
    """The account and nothing besides; HEAD too."""
    login = people.newcomer(server, "Ada")
    answer = me(server, dict(login.headers))
    person = login.person
    assert (answer.status, answer.content) == (200, compact({"id": person.id, "email": person.email, "name": "Ada"}))
    assert answer.headers["cache-control"] == "no-store"
    check_headers(answer)
    head = exchange(server, "HEAD", ME, dict(login.headers))
    assert (head.status, head.content) == (200, b"")


def test_an_address_is_taken_once_in_whatever_case(server: Server) -> None:
    """White space around it, and capitals, make no other address; it is kept as it was given."""
    local = people.new_email().partition("@")[0]
    given = f"Ada.{local}@People.Example"
    assert post(server, REGISTER, somebody(email=f" \u2003{given}\n")).json()["email"] == given
    for email in (given, given.lower(), given.upper(), f"\t{given} "):
        check_problem(post(server, REGISTER, somebody(email=email)), 409, TAKEN, REGISTER)
        login = people.attempt(server, Person("", email, ""))
        assert login is not None, email
        assert me(server, dict(login.headers)).json()["email"] == given


def test_of_many_who_register_one_address_at_once_one_gets_it(server: Server) -> None:
    """The others are told that it is taken."""
    for _ in range(3):
        given = somebody()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: post(server, REGISTER, {**given, "name": f"n{n}"}), range(8)))  # noqa: B023
        assert sorted(answer.status for answer in answers) == [201] + [409] * 7
        assert len(kept.rows(server, "users", email_key=given["email"])) == 1


GOOD_EMAILS = ["a@b.co", "A.b+c_d-e@sub.example.org", "!#$%&'*+/=?^_`{|}~-@example.org", "1@2.3", ".a.@b-c.d"]
GOOD_EMAILS += [f"{'a' * 190}@{'b' * 59}.co", f"a@{'b' * 63}.{'c' * 63}"]
BAD_EMAILS = [
    "",
    " ",
    "a",
    "@",
    "a@",
    "@b.co",
    "a@b",
    "a@@b.co",
    "a b@c.de",
    "a@b c.de",
    "a@b..co",
    "a@.b.co",
    "a@b.co.",
]
BAD_EMAILS += [
    "a@-b.co",
    "a@b-.co",
    f"a@{'b' * 64}.co",
    "é@b.co",
    "a@é.co",
    "a@b.c\u00f6",
    '"a b"@c.de',
    "a@[127.0.0.1]",
]
BAD_EMAILS += [
    "a@b.co,c@d.ef",
    "a@b.co\nBcc: c@d.ef",
    "Ada <a@b.co>",
    "mailto:a@b.co",
    "a@b_c.de",
    "a\u200b@b.co",
    "a(b)@c.de",
]


@pytest.mark.anywhere
@pytest.mark.parametrize("email", GOOD_EMAILS, ids=lambda email: email[:30])
def test_an_e_mail_address_is_what_browsers_take_for_one(server: Server, email: str) -> None:
    """With a dot after the at sign, which they do not ask for."""
    answer = post(server, REGISTER, somebody(email=email))
    assert answer.status in (201, 409), answer


@pytest.mark.anywhere
@pytest.mark.parametrize("email", BAD_EMAILS, ids=lambda email: ascii(email)[:30])
def test_anything_else_is_no_e_mail_address(server: Server, email: str) -> None:
    """Nothing that could end in the head of a message either."""
    check_invalid(post(server, REGISTER, somebody(email=email)), [("/email", EMAIL)])


WRONG: list[tuple[dict[str, Any], Errors]] = [
    ({"email": 5, "password": None, "name": []}, [("/email", STRING), ("/password", STRING), ("/name", STRING)]),
    ({"email": {"$ne": ""}}, [("/email", STRING)]),
    ({"email": f"{'a' * 250}@b.co"}, [("/email", LONG_EMAIL)]),
    ({"email": "a\u0000@b.co"}, [("/email", NUL)]),
    ({"email": "a\ud800@b.co"}, [("/email", SURROGATE)]),
    ({"name": ""}, [("/name", ONE)]),
    ({"name": " \u3000"}, [("/name", ONE)]),
    ({"name": "x" * 65}, [("/name", LONG_NAME)]),
    ({"name": "👋" * 65}, [("/name", LONG_NAME)]),
    ({"name": "a\nb"}, [("/name", CONTROL)]),
    ({"name": "a\x1b[31mb"}, [("/name", CONTROL)]),
    ({"name": "a\x85b"}, [("/name", CONTROL)]),
    ({"name": "a\u0000b"}, [("/name", NUL)]),
    ({"name": "a\ud800b"}, [("/name", SURROGATE)]),
    ({"password": ""}, [("/password", SHORT)]),
    ({"password": "x" * 11}, [("/password", SHORT)]),
    ({"password": "👋" * 11}, [("/password", SHORT)]),
    ({"password": "ab " * 43}, [("/password", LONG)]),
    ({"password": "👋é" * 65}, [("/password", LONG)]),
    ({"password": "a long one \ud800 and more"}, [("/password", SURROGATE)]),
    ({"password": {"length": 20}}, [("/password", STRING)]),
    ({"password": "ADA@people.example", "email": "ada@People.example"}, [("/password", OWN)]),
    ({"password": "augusta ada king", "name": "Augusta Ada King"}, [("/password", OWN)]),
    (
        {"id": "x", "is_admin": True, "__proto__": 1},
        [("/__proto__", UNKNOWN), ("/id", UNKNOWN), ("/is_admin", UNKNOWN)],
    ),
    ({"email_key": "a", "password_hash": "b"}, [("/email_key", UNKNOWN), ("/password_hash", UNKNOWN)]),
    (
        {"email": "x", "password": "x", "name": "", "x": 1},
        [("/email", EMAIL), ("/password", SHORT), ("/name", ONE), ("/x", UNKNOWN)],
    ),
]


@pytest.mark.anywhere
@pytest.mark.parametrize(("changed", "errors"), WRONG, ids=[ascii(changed)[:50] for changed, _ in WRONG])
def test_every_wrong_field_has_its_own_pointer(server: Server, changed: dict[str, Any], errors: Errors) -> None:
    """In their order, in the words that notes have; what was wrong is not repeated."""
    check_invalid(post(server, REGISTER, somebody(**changed)), errors)


@pytest.mark.anywhere
def test_nothing_is_taken_for_granted(server: Server) -> None:
    """Every field has to be there."""
    check_invalid(post(server, REGISTER, {}), [("/email", REQUIRED), ("/password", REQUIRED), ("/name", REQUIRED)])
    for name in ("email", "password", "name"):
        given = somebody()
        del given[name]
        check_invalid(post(server, REGISTER, given), [(f"/{name}", REQUIRED)])


def common() -> list[str]:
    """Read the list of passwords that everybody tries first."""
    text = (ROOT / "template" / "shared" / "auth" / "common-passwords.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if len(line) >= 12]


@pytest.mark.anywhere
def test_a_password_that_everybody_tries_first_is_refused(server: Server) -> None:
    """In whatever case."""
    words = common()
    for word in (words[0], words[len(words) // 2], words[-1], words[0].upper(), words[-1].title()):
        check_invalid(post(server, REGISTER, somebody(password=word)), [("/password", COMMON)])


PASSWORDS = [
    "x y z x y z x",
    "👋" * 12,
    "é" * 128,
    "👋" * 128,
    "ends with a space ",
    "  begins with two",
    "\n\t\r\v\f\u3000\u2003\u2003   \t\t",
]
PASSWORDS += [
    "nul \u0000 in the middle",
    "\u0000" * 12,
    "\uff21ngström \u212b 1234",
    "$argon2id$v=19$m=8,t=1",
    "'; DROP TABLE users; --",
]
OTHERS = {
    "ends with a space ": "ends with a space",
    "  begins with two": "begins with two",
    "nul \u0000 in the middle": "nul ",
    "é" * 128: "e\u0301" * 64,
    "\uff21ngström \u212b 1234": "Angström \u00c5 1234",
}


@pytest.mark.anywhere
@pytest.mark.parametrize("password", PASSWORDS, ids=lambda password: ascii(password)[:30])
def test_a_password_is_taken_as_it_is(server: Server, password: str) -> None:
    """Of 12 to 128 code points, never trimmed, cut or normalised."""
    person = people.register(server, password=password)
    assert people.attempt(server, person)
    others = {f"{password}x", password[:-1], f" {password}", f"{password} ", password.strip(), OTHERS.get(password, "")}
    for other in others - {password, ""}:
        if len(other) <= 128:
            assert people.attempt(server, Person(person.id, person.email, "", other)) is None, other


@pytest.mark.anywhere
def test_a_name_is_trimmed_of_white_space_and_of_nothing_else(server: Server) -> None:
    """As the title of a note is; several people may have one name."""
    for space in SPACES[::3]:
        assert post(server, REGISTER, somebody(name=f"{space}a b{space}")).json()["name"] == "a b"
    for other in NO_SPACES:
        if ord(other) > 0x9F:
            assert post(server, REGISTER, somebody(name=f"{other}a{other}")).json()["name"] == f"{other}a{other}"
    for name in ("x" * 64, "👋" * 64, "__proto__", "<b>", "' OR 1=1 --"):
        assert post(server, REGISTER, somebody(name=name)).json()["name"] == name


@pytest.mark.anywhere
def test_the_checks_come_in_one_order(server: Server) -> None:
    """Media type, size, syntax, fields, then whether the address is taken."""
    large = b"x" * 2_000_000
    taken = people.register(server).email
    assert exchange(server, "PUT", REGISTER, {}, large).status == 405
    assert exchange(server, "POST", REGISTER, {"Content-Type": "text/plain"}, large).status == 415
    assert post(server, REGISTER, large).status == 413
    assert post(server, REGISTER, b"{").status == 400
    check_invalid(post(server, REGISTER, b"[]"), [("", "This must be an object.")])
    check_invalid(post(server, REGISTER, somebody(email=taken, name="")), [("/name", ONE)])
    assert post(server, REGISTER, somebody(email=taken)).status == 409


def test_only_a_strong_hash_of_a_password_is_kept(server: Server) -> None:
    """Argon2id by OWASP's parameters, with a salt of its own for each account."""
    first, second = people.register(server, "Ada"), people.register(server, "Ada")
    found = [kept.rows(server, "users", id=person.id)[0] for person in (first, second)]
    for row, person in zip(found, (first, second), strict=True):
        expected = {"id", "email", "email_key", "name", "password_hash", "created_at", "updated_at"}
        assert set(row) == expected
        assert (row["email"], row["email_key"], row["name"]) == (person.email, person.email.lower(), "Ada")
        assert HASH.fullmatch(row["password_hash"]), row["password_hash"]
        assert row["created_at"] == row["updated_at"]
        assert abs((row["created_at"] - kept.now()).total_seconds()) < 60
    assert found[0]["password_hash"] != found[1]["password_hash"]


def test_an_old_hash_is_made_anew_when_somebody_signs_in(server: Server) -> None:
    """Then the password is known; a wrong one changes nothing."""
    person = people.register(server)
    kept.change(server, "users", {"id": person.id}, password_hash=OLD_HASH)
    assert people.attempt(server, Person(person.id, person.email, "", "not the password")) is None
    assert kept.rows(server, "users", id=person.id)[0]["password_hash"] == OLD_HASH
    assert people.attempt(server, person)
    renewed = kept.rows(server, "users", id=person.id)[0]["password_hash"]
    assert HASH.fullmatch(renewed), renewed
    assert people.attempt(server, person)
    assert kept.rows(server, "users", id=person.id)[0]["password_hash"] == renewed


@pytest.mark.parametrize(
    "broken",
    [
        "x",
        "$argon2id$v=19$m=19456,t=2,p=1$",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo",
    ],
)
def test_a_broken_hash_lets_nobody_in(server: Server, broken: str) -> None:
    """It is like a wrong password."""
    person = people.register(server)
    kept.change(server, "users", {"id": person.id}, password_hash=broken)
    path = "/auth/login" if people.kind(server) == "session" else "/auth/token"
    answer = post(server, path, {"email": person.email, "password": person.password})
    assert answer.status in (401, 500), answer


COMMANDS = {"flask": ["uv", "run", "flask", "users", "create"], "node": ["npm", "run", "-s", "users", "--", "create"]}


def create(place: Project, env: dict[str, str], words: list[str], given: str) -> subprocess.CompletedProcess[str]:
    """Make an account from a shell, the password being written to the command."""
    return subprocess.run(
        [*COMMANDS[place.stack], *words],
        cwd=place.path,
        env=place.environment(env),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_account_is_made_from_a_shell(server: Server) -> None:
    """It prints the id and nothing else; the password comes by standard input, and works."""
    email = people.new_email()
    done = create(server.project, dict(server.env), [email, "--name", "Shell 👋"], f"{PASSWORD}\n")
    assert (done.returncode, done.stderr) == (0, ""), done
    person = Person(done.stdout.strip(), email, "Shell 👋")
    assert UUID7.fullmatch(person.id), done.stdout
    login = people.sign_in(server, person)
    assert me(server, dict(login.headers)).json() == {"id": person.id, "email": email, "name": "Shell 👋"}


def test_what_is_wrong_in_a_shell_is_one_line(server: Server) -> None:
    """On standard error, with status 1, and never with the password."""
    taken = people.register(server).email
    rows = [([taken, "--name", "A"], PASSWORD, TAKEN), (["no-address", "--name", "A"], PASSWORD, EMAIL)]
    rows += [
        ([people.new_email(), "--name", "A"], "secret", SHORT),
        ([people.new_email(), "--name", " "], PASSWORD, ONE),
    ]
    rows += [
        ([people.new_email(), "--name", "A"], common()[0], COMMON),
        ([people.new_email(), "--name", "A"], "", SHORT),
    ]
    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(create, server.project, dict(server.env), words, f"{word}\n") for words, word, _ in rows]
    for (words, word, line), one in zip(rows, tries, strict=True):
        done = one.result()
        assert (done.returncode, done.stdout) == (1, ""), (words, done)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert line in done.stderr, done.stderr
        assert not word or word not in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.anywhere
def test_a_terminal_is_asked_twice_and_shows_nothing(server: Server) -> None:
    """Two that differ make no account: it may ask again."""
    place = server.project
    for second, status in ((PASSWORD, 0), ("seven green bottles, falling", 1)):
        email = people.new_email()
        command, *words = [*COMMANDS[place.stack], email, "--name", "Terminal"]
        child = pexpect.spawn(
            command, words, cwd=str(place.path), env=place.environment(dict(server.env)), timeout=30, encoding="utf-8"
        )
        for word in (PASSWORD, second):
            child.expect(r"[^\r\n]+: ?$")
            child.waitnoecho(5)
            child.sendline(word)
        again = child.expect([pexpect.EOF, r"[Pp]assword: ?$"]) == 1
        child.close()
        assert child.exitstatus == status or (again and status == 1), child.before
        assert PASSWORD not in str(child.before)
        assert len(kept.rows(server, "users", email_key=email)) == (1 - status)


def copies(pair: Pair, folder: Path) -> list[Project]:
    """Give each stack's project a place of its own."""
    return [projects.sandbox(project, folder / stack) for stack, project in pair.projects.items()]


def test_either_stack_knows_the_accounts_and_logins_of_the_other(pair: Pair, tmp_path: Path) -> None:
    """On one store and one key: passwords, cookies or tokens, and their ends."""
    places = copies(pair, tmp_path)
    env = production(places[0], tmp_path / "store")
    servers.migrate(places[0], env)
    with (
        servers.started(places[0], tmp_path / "first", env) as one,
        servers.started(places[1], tmp_path / "second", env) as two,
    ):
        for here, there in ((one, two), (two, one)):
            person = people.register(here, "Ada 👋", "pass phrase 👋 é \u0000 12")
            login, other = people.sign_in(here, person), people.sign_in(there, person)
            for shown in (login, other):
                answers = [me(server, dict(shown.headers)) for server in (here, there)]
                assert [answer.content for answer in answers] == [answers[0].content] * 2
                assert answers[0].json() == {"id": person.id, "email": person.email, "name": "Ada 👋"}
            taken = post(there, REGISTER, somebody(email=person.email.upper()))
            check_problem(taken, 409, TAKEN, REGISTER)
            if people.kind(here) == "session":
                assert exchange(there, "POST", "/auth/logout", dict(login.headers)).status == 204
            else:
                renewed = post(there, "/auth/token/refresh", {"refresh_token": login.refresh_token})
                assert renewed.status == 200, renewed
                assert me(here, people.bearer(renewed.json()["access_token"])).status == 200
                again = {"refresh_token": renewed.json()["refresh_token"]}
                assert post(there, "/auth/token/revoke", again).status == 204
            assert [me(server, dict(login.headers)).status for server in (here, there)] == [401, 401]
            assert [me(server, dict(other.headers)).status for server in (here, there)] == [200, 200]
        one.stop()
        two.stop()


def test_both_stacks_make_the_same_tables_for_accounts(pair: Pair, tmp_path: Path) -> None:
    """Names, types, keys and indexes are equal, and what one has applied the other recognises."""
    tables = ["users", "sign_in_failures"]
    tables += ["refresh_tokens"] if pair.answers["auth"] == "token" else []
    tables += ["sessions"] if pair.answers["auth"] == "session" and pair.answers["redis"] is False else []
    schema = SCHEMAS[str(pair.answers["database"])]
    found = []
    places = copies(pair, tmp_path)
    for project in places:
        env = production(project, tmp_path / project.stack / "store")
        servers.migrate(project, env)
        found.append([schema(env["DATABASE_URL"], table) for table in tables])
        for other in places:
            servers.migrate(other, env)
            assert [schema(env["DATABASE_URL"], table) for table in tables] == found[-1], (
                "applied twice is not the same"
            )
    for table, one, other in zip(tables, *found, strict=True):
        assert one == other, table


EMAILS = [
    "a@b.co",
    " A@B.CO ",
    "",
    "a",
    "a@b",
    "é@b.co",
    "a@b.co\u0000",
    "\ud800",
    f"{'a' * 250}@b.co",
    5,
    None,
    [],
    {"$ne": 1},
]
SECRETS = [
    "",
    "x",
    "x" * 128,
    "x" * 129,
    "👋" * 128,
    "a\u0000b" * 5,
    "\ud800" * 12,
    "passwordpassword",
    "a@b.co a@b.co",
    7,
    None,
    ["x"],
]
NAMES = ["", " ", "Ada", "x" * 64, "x" * 65, "a\nb", "\u0000", "\ud800", " \u2003Zoë ", 1, None]
BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"a"',
    b"{}",
    b"\xff",
    b"\xef\xbb\xbf{}",
    b'{"email":NaN}',
    b'{"email":"a","email":"b"}',
]
SITES = ["same-origin", "same-site", "cross-site", "none", "", "Same-Origin", "cross-site ", "x", "none, none"]
SHOWN = [
    "",
    "x",
    "Bearer",
    "Bearer x",
    "bearer x",
    "BEARER x.y.z",
    "Basic YTpi",
    "Bearer  x",
    "Bearer x y",
    "Bearer x,y",
    "Bearer é",
]
CARRIED = [
    "",
    "=",
    "session",
    "session=",
    "__Host-session=",
    "__Host-session=a.b",
    "session=a.b",
    '__Host-session="a.b"',
]
CARRIED += [
    "__Host-session=a.b; __Host-session=c.d",
    "a=b;__Host-session=x",
    "__Host-session=é",
    "__Host-session=%41.b",
    ";;;",
]


def conversation(kind: str, *, notes: bool) -> list[Row]:
    """List what is said to both stacks about accounts: forms of every kind, and what is shown with them."""
    doors = {
        "session": ["/auth/login", "/auth/logout"],
        "token": ["/auth/token", "/auth/token/refresh", "/auth/token/revoke"],
    }
    paths = ["/auth/register", *doors[kind]]
    asked: list[Row] = [
        (method, path, {}, b"")
        for path in ["/auth", "/auth/", "/auth/me/", "/auth/Me", *paths, "/auth/me"]
        for method in METHODS
    ]
    given = [{"email": one, "password": PASSWORD, "name": "Ada"} for one in EMAILS]
    given += [{"email": f"s{n}@twins.example", "password": one, "name": "Ada"} for n, one in enumerate(SECRETS)]
    given += [{"email": f"n{n}@twins.example", "password": PASSWORD, "name": one} for n, one in enumerate(NAMES)]
    given += [{"email": f"N{n}@TWINS.example", "password": PASSWORD, "name": "again"} for n in range(4)]
    asked += [("POST", "/auth/register", JSON, ascii_json(one)) for one in given]
    asked += [("POST", paths[1], JSON, ascii_json({k: v for k, v in one.items() if k != "name"})) for one in given]
    asked += [("POST", path, JSON, ascii_json({"refresh_token": one})) for path in paths[2:] for one in SECRETS]
    asked += [("POST", path, JSON, body) for path in paths for body in BODIES]
    asked += [
        ("POST", path, {"Content-Type": one}, b"{}")
        for path in paths
        for one in ("", "text/plain", "application/json;x")
    ]
    places = ["/auth/me", *(["/api/v1/notes"] if notes else [])]
    asked += [("GET", path, {"Authorization": one}, b"") for path in places for one in SHOWN]
    asked += [("GET", path, {"Cookie": one}, b"") for path in places for one in CARRIED]
    asked += [("GET", "/auth/me", [("Authorization", "Bearer x"), ("Authorization", "Bearer x")], b"")]
    for path in [*paths, *places]:
        for origin in (*ORIGINS, "https://evil.example", "null", "", "http://127.0.0.1"):
            asked += [(method, path, {"Origin": origin}, b"") for method in ("GET", "POST", "OPTIONS")]
            asked += [("POST", path, {"Origin": origin, "Sec-Fetch-Site": site, **JSON}, b"{}") for site in SITES]
            asked.append(("OPTIONS", path, {"Origin": origin, "Access-Control-Request-Method": "POST"}, b""))
        asked += [("POST", path, {"Sec-Fetch-Site": site}, b"") for site in SITES]
    return asked


PRIVATE = [(re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<token>"), (re.compile(r"[\w-]{43}(\.[\w-]{43})?"), "<secret>")]


def alike(answer: Answer | str) -> object:
    """Take out of an answer what differs by nature, and what is secret."""
    if isinstance(answer, Answer):
        headers, text = dict(answer.headers), answer.content.decode("utf-8", "replace")
        for pattern, word in PRIVATE:
            text = pattern.sub(word, text)
            headers |= {name: pattern.sub(word, headers[name]) for name in ("set-cookie",) if name in headers}
        # The attributes of a cookie may come in any order and case, and a browser reads Max-Age before Expires.
        cookie = [one.strip().lower() for one in headers.get("set-cookie", "").split(";")]
        headers["set-cookie"] = "; ".join(sorted(one for one in cookie if one and not one.startswith("expires=")))
        headers.pop("content-length", None)
        answer = Answer(answer.status, headers, text.encode())
    return normal(answer)


def test_the_twins_speak_of_accounts_alike(pair: Pair, tmp_path: Path) -> None:
    """Status, headers and body of every answer, apart from ids, times and secrets."""
    with ExitStack() as stack:
        sides = [stack.enter_context(deployed(project, tmp_path / name)) for name, project in pair.projects.items()]
        asked = conversation(str(pair.answers["auth"]), notes=pair.answers["api"] != "none")
        differing = []
        for row in asked:
            method, path, headers, body = row
            one, other = (alike(said(side, method, path, headers, body)) for side in sides)
            if one != other:
                differing.append(told(row, one, other))
    assert not differing, (
        f"{len(differing)} of {len(asked)} answers differ ({' | '.join(pair.projects)}):\n" + "\n".join(differing)
    )


def said(server: Server, method: str, path: str, headers: Any, body: bytes) -> Answer | str:
    """Ask, each time from elsewhere; no answer is one too."""
    try:
        return exchange(server, method, path, headers if isinstance(headers, list) else dict(headers), body)
    except Exception as error:
        return f"no answer: {type(error).__name__}"
