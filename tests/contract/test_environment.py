"""The environment: read once, checked, and refused in one line that says what to write instead."""

import time
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock
from harness import databases, node, projects, servers
from harness.projects import Project

from contract import people
from contract.conftest import Launch, is_real_time, production
from contract.wire import ask

APP_ENV = 'APP_ENV must be one of development, test, production, not "{}"; for example APP_ENV=production'
HOST = 'HOST must be an IP address or a host name, not "{}"; for example HOST=127.0.0.1'
PORT = 'PORT must be a whole number from 1 to 65535, not "{}"; for example PORT=8000'
LOG_LEVEL = 'LOG_LEVEL must be one of debug, info, warning, error, not "{}"; for example LOG_LEVEL=info'
TRUST_PROXY = 'TRUST_PROXY must be a whole number from 0 to 10, not "{}"; for example TRUST_PROXY=1'
CORS_ORIGINS = (
    "CORS_ORIGINS must be a comma-separated list of origins like https://example.org, or *, "
    'not "{}"; for example CORS_ORIGINS=https://example.org'
)
ONLY_LISTED = (
    'CORS_ORIGINS must be a list of origins with accounts by cookie, not "*"; '
    "for example CORS_ORIGINS=https://app.example.com"
)
SECRET_KEY = (
    "SECRET_KEY must be one or more keys of at least 32 characters, separated by commas; "
    "for example SECRET_KEY=$(openssl rand -hex 32)"
)
SECRET_KEY_REQUIRED = "SECRET_KEY is required in production; for example SECRET_KEY=$(openssl rand -hex 32)"
DATABASES = {
    "sqlite": ("a SQLite file", "sqlite:///data/app.db", "sqlite:////var/lib/app/app.db"),
    "postgresql": (
        "a PostgreSQL database, with no option but sslmode",
        *2 * ("postgresql://app:app@127.0.0.1:5432/app",),
    ),
    "mysql": ("a MySQL database", *2 * ("mysql://app:app@127.0.0.1:3306/app",)),
    "mongodb": ("a MongoDB database", *2 * ("mongodb://127.0.0.1:27017/app",)),
}
POOL_SIZE = 'DATABASE_POOL_SIZE must be a whole number from 1 to 100, not "{}"; for example DATABASE_POOL_SIZE=10'
REDIS = "REDIS_URL must be the address of a Redis server; for example REDIS_URL=redis://127.0.0.1:6379/0"
REDIS_REQUIRED = "REDIS_URL is required in production; for example REDIS_URL=redis://127.0.0.1:6379/0"

FEW = 5
WRONG = [
    ("APP_ENV", APP_ENV, ["x", "Production", "prod", "development ", "ünïcode"]),
    ("HOST", HOST, ["a b", "http://localhost", "a/b", "127.0.0.1:8000"]),
    ("PORT", PORT, ["x", "0", "65536", "-1", "80.5", "8e3", "8_000", "0x1f90", "٨٠٠٠", "99999999999999999999"]),
    ("LOG_LEVEL", LOG_LEVEL, ["x", "INFO", "warn", "10"]),
    ("TRUST_PROXY", TRUST_PROXY, ["x", "-1", "11", "1.0", "true", "1_0", "٣"]),
]
WRONG_ORIGINS = ["x", "example.org", "https://example.org/", "https://example.org/a", "ftp://example.org", "null"]
WRONG_ORIGINS += ["https://", "https://a b", "https://user@example.org", "https://example.org?x", "https://a;https://b"]
WRONG_ADDRESSES = {
    "sqlite": ["x", "data/app.db", "postgresql://me:secret@db/app", "mysql://me:secret@db/app", "file:secret.db"],
    "postgresql": ["secret", "postgresql://", "postgresql://secret@db", "postgresql:///secret", "postgresql://db/a/b"],
    "mysql": ["secret", "mysql://", "mysql://me:secret@db", "mysql:///secret", "mysql://db:x/secret"],
    "mongodb": ["secret", "mongodb://", "mongodb://me:secret@db", "mongodb://db/", "http://me:secret@db/app"],
}
WRONG_ADDRESSES["postgresql"] += ["mysql://me:secret@db/app", "sqlite:///secret.db", "postgresql://db:99999/secret"]
WRONG_ADDRESSES["mysql"] += ["postgresql://me:secret@db/app", "sqlite:///secret.db", "mysql://db:99999/secret"]
WRONG_ADDRESSES["postgresql"] += ["postgresql://db/secret?channel_binding=require"]
WRONG_ADDRESSES["mongodb"] += ["postgresql://me:secret@db/app", "sqlite:///secret.db"]
# Read in more than one way, this would take longer than anybody waits.
WRONG_ADDRESSES["mongodb"] += [f"mongodb://db/secret?{'a=b' * 40}#"]
WRONG_REDIS = ["secret", "redis://", "http://:secret@localhost/0", "redis://localhost/secret", "redis://localhost:x/0"]


def refusal(place: Project, folder: Path, env: Mapping[str, str], line: str) -> str | None:
    """Start with this environment and say what is not as promised: one line on stderr and status 78."""
    server = servers.spawn(place, folder, {"PORT": str(servers.free_port()), **env})
    deadline = time.monotonic() + servers.PATIENCE
    while server.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    status = server.process.poll()
    server.kill()
    if (status, server.stderr, server.stdout) == (78, line + "\n", ""):
        return None
    return f"{env}: expected status 78 and {line!r}, got {status}, {server.stderr[-700:]!r}, {server.stdout[-300:]!r}"


def check_refusals(project: Project, folder: Path, rows: Iterable[tuple[Mapping[str, str], str]]) -> None:
    """Try every row, a few at the same time, and show all that went wrong.

    A start takes most of a second, so every row is tried with SQLite, rows about a server with Redis, and otherwise
    every fifth: over all combinations of a stack each is, several times.
    """
    place = projects.sandbox(project, folder / "project")
    kept = list(rows)
    whole = project.answers["database"] == "sqlite" or (project.answers.get("redis") is True and len(kept) <= 4 * FEW)
    if not whole and len(kept) > FEW:
        first = zlib.crc32(str(project.answers["database"]).encode()) % FEW
        kept = kept[first::FEW]
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(refusal, place, folder / str(n), *row) for n, row in enumerate(kept)]
    wrong = [message for one in tries if (message := one.result())]
    assert not wrong, "\n".join(wrong)


def test_a_wrong_value_is_one_line_and_status_78(project: Project, tmp_path: Path) -> None:
    """Each wrong value is refused with a line that names the variable, the value and an example."""
    check_refusals(
        project, tmp_path, [({name: value}, line.format(value)) for name, line, wrong in WRONG for value in wrong]
    )


@pytest.mark.needs(api="any")
def test_a_wrong_origin_is_one_line_and_status_78(project: Project, tmp_path: Path) -> None:
    """An origin is a scheme, a host and a port, and nothing after them."""
    check_refusals(project, tmp_path, [({"CORS_ORIGINS": x}, CORS_ORIGINS.format(x)) for x in WRONG_ORIGINS])


@pytest.mark.needs(auth="any")
def test_a_wrong_key_is_refused_without_repeating_it(project: Project, tmp_path: Path) -> None:
    """Each of several keys has to be long; the one that everybody knows is none in production."""
    long, other = "x" * 32, "y" * 40
    wrong = ["secret", "x" * 31, f"{long},", f",{long}", f"{long},,{other}", f"{long},secret", f"secret,{long}", ","]
    rows = [({"SECRET_KEY": x}, SECRET_KEY) for x in wrong]
    env = {**production(project, tmp_path / "store"), "SECRET_KEY": ""}
    rows += [({**env, "SECRET_KEY": x}, SECRET_KEY) for x in (people.DEFAULT_KEY, f"{long},{people.DEFAULT_KEY}", "x")]
    rows += [(env, SECRET_KEY_REQUIRED), ({**env, "SECRET_KEY": "x", "DATABASE_URL": "x"}, SECRET_KEY)]
    rows += [
        ({**env, "DATABASE_URL": ""}, SECRET_KEY_REQUIRED),
        ({**env, "CORS_ORIGINS": "x"}, CORS_ORIGINS.format("x")),
    ]
    check_refusals(project, tmp_path, rows)


@pytest.mark.needs(auth="any")
def test_a_key_may_have_any_characters_and_there_may_be_several(launch: Launch) -> None:
    """What openssl prints, what a person types, and several of them during a rotation."""
    for key in ("0123456789abcdef" * 4, f"{'é👋 ' * 11},{'k' * 32}", f" {'x' * 32} , {'y' * 32} "):
        with launch(SECRET_KEY=key) as server:
            assert ask(server, "GET", "/health/ready").status == 200
            server.stop()


@pytest.mark.needs(auth="session")
def test_every_origin_is_too_many_for_a_cookie(project: Project, tmp_path: Path) -> None:
    """Any page could then act in the name of who is signed in."""
    check_refusals(project, tmp_path, [({"CORS_ORIGINS": "*"}, ONLY_LISTED)])


@pytest.mark.needs(auth="none")
def test_without_accounts_a_key_is_none_of_our_business(launch: Launch) -> None:
    """A variable of a feature that was not chosen is not read."""
    with launch(SECRET_KEY="short") as server:
        assert ask(server, "GET", "/health/ready").status == 200


@pytest.mark.needs(database="any")
def test_a_wrong_database_address_is_refused_without_repeating_it(project: Project, tmp_path: Path) -> None:
    """An address may hold a password, so the line does not show it."""
    database = str(project.answers["database"])
    kind, example, _ = DATABASES[database]
    line = f"DATABASE_URL must be the address of {kind}; for example DATABASE_URL={example}"
    check_refusals(
        project,
        tmp_path,
        [
            ({"DATABASE_URL": x, "APP_ENV": app, **people.variables(project.answers)}, line)
            for x in WRONG_ADDRESSES[database]
            for app in ("", "production")
        ],
    )


@pytest.mark.needs(database=databases.SERVERS)
def test_a_wrong_pool_size_is_one_line_and_status_78(project: Project, tmp_path: Path) -> None:
    """A pool has 1 to 100 connections."""
    wrong = ["x", "0", "101", "-1", "1.0", "1e1", "٣"]
    check_refusals(project, tmp_path, [({"DATABASE_POOL_SIZE": x}, POOL_SIZE.format(x)) for x in wrong])


@pytest.mark.needs(redis=True)
def test_a_wrong_redis_address_is_refused_without_repeating_it(project: Project, tmp_path: Path) -> None:
    """It may hold a password too; in production it has to be given, after the database."""
    rows = [({"REDIS_URL": value}, REDIS) for value in WRONG_REDIS]
    env = {name: value for name, value in production(project, tmp_path / "store").items() if name != "REDIS_URL"}
    rows += [({**env, "REDIS_URL": "secret"}, REDIS), (env, REDIS_REQUIRED), ({**env, "REDIS_URL": ""}, REDIS_REQUIRED)]
    check_refusals(project, tmp_path, rows)


@pytest.mark.needs(chat=False, live_data=False)
def test_without_real_time_its_variables_are_none_of_our_business(launch: Launch) -> None:
    """A variable of a feature that was not chosen is not read."""
    with launch(WEB_CONCURRENCY="nonsense", TICK_INTERVAL_MS="nonsense") as server:
        assert ask(server, "GET", "/health/ready").status == 200
        server.stop()


@pytest.mark.needs(redis=False)
def test_without_redis_its_address_is_none_of_our_business(launch: Launch) -> None:
    """A variable of a feature that was not chosen is not read."""
    with launch(REDIS_URL="nonsense") as server:
        assert ask(server, "GET", "/health/ready").status == 200


@pytest.mark.needs(database="any")
def test_production_needs_a_database_address(project: Project, tmp_path: Path) -> None:
    """Data is not to end up in a default place by oversight; empty is missing."""
    example = DATABASES[str(project.answers["database"])][2]
    line = f"DATABASE_URL is required in production; for example DATABASE_URL={example}"
    env = {"APP_ENV": "production", **people.variables(project.answers)}
    check_refusals(project, tmp_path, [(env, line), ({**env, "DATABASE_URL": ""}, line)])


def test_the_first_wrong_variable_is_the_one_named(project: Project, tmp_path: Path) -> None:
    """With several wrong values the order is that of the documentation."""
    wrong = {"DATABASE_URL": "x", "CORS_ORIGINS": "x", "TRUST_PROXY": "x", "LOG_LEVEL": "x", "PORT": "x", "HOST": "a b"}
    rows = [({**wrong, "APP_ENV": "x"}, APP_ENV.format("x")), (wrong, HOST.format("a b"))]
    rows += [({**wrong, "HOST": ""}, PORT.format("x"))]
    rows += [({**wrong, "HOST": "", "PORT": ""}, LOG_LEVEL.format("x"))]
    rows += [({**wrong, "HOST": "", "PORT": "", "LOG_LEVEL": ""}, TRUST_PROXY.format("x"))]
    check_refusals(project, tmp_path, rows)


def test_a_value_of_two_lines_is_still_refused_in_one(project: Project, tmp_path: Path) -> None:
    """A line break in a value cannot forge a second line."""
    place = projects.sandbox(project, tmp_path / "project")
    for name in ("APP_ENV", "HOST", "PORT", "LOG_LEVEL", "TRUST_PROXY"):
        server = servers.spawn(place, tmp_path / name, {"PORT": str(servers.free_port()), name: "1\n2\x1b[31m"})
        status = server.wait()
        server.kill()
        assert status == 78, server.told()
        assert len(server.stderr.splitlines()) == 1, server.told()
        assert server.stderr.startswith(f"{name} must be "), server.told()
        assert "\x1b" not in server.stderr


def test_an_empty_variable_counts_as_unset(project: Project, launch: Launch) -> None:
    """Every variable may be empty; the defaults apply."""
    addresses = {} if project.answers["database"] in databases.SERVERS else {"DATABASE_URL": ""}
    empty = {
        "SECRET_KEY": "",
        "HOST": "",
        "LOG_LEVEL": "",
        "TRUST_PROXY": "",
        "CORS_ORIGINS": "",
        "DATABASE_POOL_SIZE": "",
        **addresses,
    }
    with launch(APP_ENV="", **empty) as server:
        assert ask(server, "GET", "/health/ready").status == 200
        assert "listening" in server.stdout
        server.stop()


def test_the_defaults_are_port_8000_of_the_loopback_address(project: Project, tmp_path: Path) -> None:
    """Without any variable the app listens on 127.0.0.1:8000, or says in one line that it cannot."""
    place = projects.sandbox(project, tmp_path / "project")
    node.CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(node.CACHE / "port-8000.lock"):
        env = {"PORT": "", **databases.variables(project.answers, tmp_path)}
        server = servers.spawn(place, tmp_path / "output", env)
        try:
            server.wait_for("listening")
        except servers.StartFailedError:
            assert server.stderr == "Cannot listen on 127.0.0.1:8000: the address is in use.\n", server.told()
            return
        finally:
            server.kill()
        assert "127.0.0.1" in server.stdout
        assert "8000" in server.stdout


def test_a_busy_port_is_one_line_and_status_1(tmp_path: Path, launch: Launch) -> None:
    """A second process on the same port says what is wrong."""
    with launch() as server:
        env = {**databases.variables(server.project.answers, tmp_path), "PORT": str(server.port)}
        second = servers.spawn(server.project, tmp_path / "second", env)
        assert second.wait() == 1, second.told()
        second.kill()
        assert second.stderr == f"Cannot listen on 127.0.0.1:{server.port}: the address is in use.\n", second.told()
        assert ask(server, "GET", "/health/live").status == 200


def test_the_env_file_is_read_in_development_only(project: Project, tmp_path: Path) -> None:
    """A file left on a server cannot change what production does."""
    place = projects.sandbox(project, tmp_path / "project")
    (place.path / ".env").write_text("# a comment\n\nLOG_LEVEL=wrong\n", encoding="utf-8")
    assert refusal(place, tmp_path / "development", {}, LOG_LEVEL.format("wrong")) is None
    needed = databases.variables(project.answers, tmp_path)
    with servers.started(place, tmp_path / "test", {"APP_ENV": "test", **needed}) as server:
        assert ask(server, "GET", "/health/live").status == 200
    with servers.started(place, tmp_path / "production", production(project, tmp_path)) as server:
        assert ask(server, "GET", "/health/live").status == 200


def test_a_real_variable_wins_over_the_env_file(project: Project, tmp_path: Path) -> None:
    """What is typed before the command counts more than what is in the file."""
    place = projects.sandbox(project, tmp_path / "project")
    (place.path / ".env").write_text('LOG_LEVEL=wrong\nHOST="127.0.0.1"\nTRUST_PROXY=1 # one\n', encoding="utf-8")
    needed = databases.variables(project.answers, tmp_path)
    with servers.started(place, tmp_path / "output", {"LOG_LEVEL": "info", **needed}) as server:
        assert ask(server, "GET", "/health/live").status == 200


def test_the_example_file_names_every_variable_and_is_a_valid_env_file(project: Project, tmp_path: Path) -> None:
    """Copied to .env as it is, the example starts the project."""
    place = projects.sandbox(project, tmp_path / "project")
    text = (place.path / ".env.example").read_text(encoding="utf-8")
    expected = {"APP_ENV", "HOST", "PORT", "LOG_LEVEL", "TRUST_PROXY"}
    real_time = is_real_time(project)
    accounts = project.answers.get("auth", "none") != "none"
    expected |= {"CORS_ORIGINS"} if project.answers["api"] != "none" or real_time or accounts else set()
    expected |= {"SECRET_KEY"} if accounts else set()
    expected |= {"DATABASE_URL"} if project.answers["database"] != "none" else set()
    expected |= {"DATABASE_POOL_SIZE"} if project.answers["database"] in databases.SERVERS else set()
    expected |= {"REDIS_URL"} if project.answers.get("redis") is True else set()
    expected |= {"WEB_CONCURRENCY"} if real_time else set()
    expected |= {"TICK_INTERVAL_MS"} if project.answers.get("live_data") is True else set()
    lines = [line.lstrip("# ") for line in text.splitlines() if "=" in line]
    assert {line.split("=")[0] for line in lines if line.split("=")[0].isupper()} == expected
    (place.path / ".env").write_text(text, encoding="utf-8")
    with servers.started(place, tmp_path / "output", databases.variables(project.answers, tmp_path)) as server:
        assert ask(server, "GET", "/health/ready").status == 200


@pytest.mark.needs(database="sqlite")
def test_a_relative_database_address_starts_at_the_working_directory(launch: Launch) -> None:
    """Three slashes are relative, and the folder is made."""
    with launch(DATABASE_URL="sqlite:///deep/er/notes.db") as server:
        assert ask(server, "GET", "/health/ready").status == 200
        assert (server.project.path / "deep" / "er" / "notes.db").is_file()
    with launch() as server:
        assert ask(server, "GET", "/health/ready").status == 200
        assert (server.project.path / "data" / "app.db").is_file()
