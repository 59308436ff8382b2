"""Faults: servers go away and come back under load; nothing acknowledged is lost and nobody restarts anything."""

import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from harness import databases, projects, servers
from harness.databases import Daemon
from harness.projects import Project
from harness.servers import Server

from contract import people
from contract.test_errors import MISSING, NOTES
from contract.test_notes import add, address, pages, write
from contract.wire import JSON, Answer, ask, check_problem, compose, read, signed, stranger

pytestmark = pytest.mark.needs(api="rest")
SLOW = pytest.mark.all("faults that last: servers that hang, both ways to stop")

UNAVAILABLE = "The service is temporarily unavailable."
POOL = 3
MONITORS = 3  # connections of MongoDB's drivers beside the pool: state, round trip, and one that is being replaced
WRITERS = 6
BEFORE, AWAY, AFTER = 0.7, 1.6, 2.5
FOLLOWS = 2.5  # two seconds, and what a busy machine adds
ANSWERS = 15.0  # waiting for a connection, connecting and a statement, and what a busy machine adds


@dataclass
class Load:
    """A request loop of fixed length: writers that add, change and remove notes, and remember every answer."""

    server: Server
    seconds: float
    notes: dict[str, list[str | None]] = field(default_factory=dict)
    """What each note may hold: what was acknowledged last, then what was asked for without an acknowledgement."""
    statuses: list[tuple[float, str, int]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Write for the whole time, in several threads."""
        self.until = time.monotonic() + self.seconds
        with ThreadPoolExecutor(WRITERS) as pool:
            for one in [pool.submit(self._write, number) for number in range(WRITERS)]:
                one.result()

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer | None:
        try:
            answer = ask(self.server, method, path, JSON if body else None, body)
        except Exception as error:
            self.wrong.append(f"{method} {path}: no answer, {error!r}")
            return None
        self.statuses.append((time.monotonic(), method, answer.status))
        if answer.status == 503:
            try:
                check_problem(answer, 503, UNAVAILABLE, path)
            except (AssertionError, KeyError) as error:
                self.wrong.append(f"{method} {path}: {error}")
        elif answer.status not in (200, 201, 204):
            self.wrong.append(f"{method} {path}: {answer}")
        return answer

    def _write(self, writer: int) -> None:
        number = 0
        while time.monotonic() < self.until:
            number += 1
            title = f"{writer}-{number}"
            made = self._ask("POST", NOTES, b'{"title":"%s"}' % title.encode())
            if made is None or made.status != 201:
                continue
            path = made.headers["location"]
            self.notes[path] = [title]
            changed = self._ask("PATCH", path, b'{"title":"%s"}' % f"{title}x".encode())
            acknowledged = changed is not None and changed.status == 200
            self.notes[path] = [f"{title}x"] if acknowledged else [title, f"{title}x"]
            if number % 4 == 0:
                removed = self._ask("DELETE", path)
                acknowledged = removed is not None and removed.status == 204
                self.notes[path] = [None] if acknowledged else [*self.notes[path], None]

    def check(self) -> None:
        """See that every answer was in order and that every acknowledged note is as acknowledged."""
        assert not self.wrong, "\n".join([*self.wrong[:20], *re.findall(r'.*"failed".*', self.server.stdout)[-20:]])
        assert self.notes
        for path, allowed in self.notes.items():
            answer = ask(self.server, "GET", path)
            assert answer.status in (200, 404), answer
            held = answer.json()["title"] if answer.status == 200 else None
            assert held in allowed, f"{path} holds {held!r}, acknowledged was {allowed}"


def ready(server: Server) -> bool:
    """Ask whether the server is ready."""
    return ask(server, "GET", "/health/ready").status == 200


def seconds_until(condition: Callable[[], bool], limit: float) -> float:
    """Say how long it takes until a condition holds, or the limit when it does not."""
    begin = time.monotonic()
    while time.monotonic() - begin < limit:
        if condition():
            return time.monotonic() - begin
        time.sleep(0.05)
    return limit


@dataclass
class Deployment:
    """A server in production, and the daemons that it stands on."""

    server: Server
    database: Daemon | None
    redis: Daemon | None
    name: str


@pytest.fixture(scope="session")
def deployment(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Return a server whose database keeps what it acknowledges, with a small pool."""
    folder = tmp_path_factory.mktemp("faults")
    place = projects.sandbox(project, folder / "project")
    env = durable(place, folder / "store")
    if "DATABASE_URL" in env:
        servers.migrate(place, env)
    kind = str(project.answers["database"])
    database = databases.server(kind, durable=True) if kind in databases.SERVERS else None
    redis = databases.server("redis", durable=True) if project.answers.get("redis") is True else None
    with servers.started(place, folder / "output", env) as server:
        if people.has_accounts(server):
            people.known(server)
        yield Deployment(server, database, redis, databases.name_of(folder / "store"))


def durable(place: Project, store: Path) -> dict[str, str]:
    """Return the variables of a deployment whose servers are stopped in these tests only."""
    env = {"APP_ENV": "production", "TRUST_PROXY": "1", **people.variables(place.answers)}
    if url := databases.database_url(str(place.answers["database"]), store, durable=True):
        env["DATABASE_URL"] = url
    if place.answers["database"] in databases.SERVERS:
        env["DATABASE_POOL_SIZE"] = str(POOL)
    if place.answers.get("redis") is True:
        env["REDIS_URL"] = databases.redis_url(store, durable=True)
    return env


def sockets(port: int) -> int:
    """Count the established connections to a port of this machine, by its own side."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    return len([one for one in lines if one.split()[1].endswith(f":{port:04X}") and one.split()[3] == "01"])


@pytest.mark.needs(database=databases.SERVERS)
@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGTERM, marks=SLOW), signal.SIGKILL], ids=["stopped", "killed"]
)
def test_the_database_goes_away_and_comes_back_under_load(deployment: Deployment, number: signal.Signals) -> None:
    """503 while it is away, then all is well again: no restart, no lost note, no connection too many."""
    server, database = deployment.server, deployment.database
    assert database is not None
    load = Load(server, BEFORE + AWAY + AFTER)
    with ThreadPoolExecutor(1) as pool:
        try:
            assert ready(server), server.told()
            running = pool.submit(load.run)
            time.sleep(BEFORE)
            database.stop(number)
            gone = time.monotonic()
            until_away = seconds_until(lambda: not ready(server), FOLLOWS * 2)
            refused = ask(server, "GET", MISSING)
            assert ask(server, "GET", "/health/live").status == 200
            time.sleep(max(0.0, gone + AWAY - time.monotonic()))
        finally:
            coming = time.monotonic()
            database.start()
        until_back = seconds_until(lambda: ready(server), FOLLOWS * 2)
        running.result()
    assert until_away <= FOLLOWS, until_away
    assert until_back <= FOLLOWS, until_back
    check_problem(refused, 503, UNAVAILABLE, MISSING)
    load.check()
    during = [status for at, _, status in load.statuses if gone + 0.2 < at < coming]
    assert during, "no request was answered while the database was away"
    assert set(during) == {503}, during
    with ThreadPoolExecutor(8) as pool:
        later = list(pool.map(lambda _: ask(server, "GET", f"{NOTES}?limit=1").status, range(24)))
        later += list(pool.map(lambda n: write(server, {"title": f"n{n}"}).status, range(24)))
    assert later == [200] * 24 + [201] * 24
    if isinstance(database, databases.MongoDB):
        # Two connections more: the driver's own, which watch the server.
        assert seconds_until(lambda: sockets(database.port) <= POOL + MONITORS, FOLLOWS) < FOLLOWS
    else:
        assert database.connections(deployment.name) <= POOL


@pytest.mark.needs(database=databases.SERVERS)
def test_a_pool_is_never_larger_than_it_is_told(deployment: Deployment) -> None:
    """However many ask at the same time."""
    server, database = deployment.server, deployment.database
    assert database is not None
    seen = []
    with ThreadPoolExecutor(16) as pool:
        asking = [pool.submit(ask, server, "GET", f"{NOTES}?limit=5") for _ in range(120)]
        while not all(one.done() for one in asking):
            seen.append(
                sockets(database.port) - MONITORS
                if isinstance(database, databases.MongoDB)
                else database.connections(deployment.name)
            )
    assert {one.result().status for one in asking} == {200}
    assert seen
    assert max(seen) <= POOL, seen


def family(pid: int) -> list[int]:
    """List a process and its children."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(re.sub(r".*\)", "", stat.read_text(encoding="latin-1")).split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


@contextlib.contextmanager
def frozen(daemon: Daemon) -> Iterator[None]:
    """Let a server stand still: its port is open, and nobody answers."""
    assert daemon.process is not None
    pids = family(daemon.process.pid)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@SLOW
@pytest.mark.needs(database=databases.SERVERS)
def test_a_database_that_hangs_is_a_503_in_time(deployment: Deployment) -> None:
    """Nobody waits longer than the time-outs add up to, and readiness says so in two seconds."""
    server, database = deployment.server, deployment.database
    assert database is not None
    note = add(server)
    with ThreadPoolExecutor(POOL) as pool:
        with frozen(database):
            begin = time.monotonic()
            waiting = [pool.submit(ask, server, "PATCH", address(note), JSON, b'{"title":"late"}') for _ in range(POOL)]
            answer = ask(server, "GET", "/health/ready")
            took = time.monotonic() - begin
            assert (answer.status, answer.json()["checks"]["database"]) == (503, "unavailable")
            for one in waiting:
                check_problem(one.result(), 503, UNAVAILABLE, address(note))
            assert time.monotonic() - begin <= ANSWERS
            assert took <= FOLLOWS + 1, took
        assert seconds_until(lambda: ready(server), FOLLOWS * 4) <= FOLLOWS * 2
        assert list(pool.map(lambda _: ask(server, "GET", address(note)).status, range(12))) == [200] * 12


@contextlib.contextmanager
def locked(deployment: Deployment) -> Iterator[None]:
    """Keep the table of notes for oneself."""
    database = deployment.database
    if isinstance(database, databases.PostgreSQL):
        with database.connect(deployment.name) as connection, connection.transaction():
            connection.execute("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
            yield
        return
    assert isinstance(database, databases.MySQL)
    other = database.connect()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLES `{deployment.name}`.notes WRITE")
            yield
            cursor.execute("UNLOCK TABLES")
    finally:
        other.close()


@pytest.mark.needs(database=["postgresql", "mysql"])
def test_a_statement_that_waits_for_long_is_a_503(deployment: Deployment) -> None:
    """Somebody holds the table: after five seconds the client is told, and later nothing is left of it."""
    server = deployment.server
    note = add(server)
    begin = time.monotonic()
    with locked(deployment), ThreadPoolExecutor(2) as pool:
        reading = pool.submit(ask, server, "GET", f"{NOTES}?limit=1")
        writing = pool.submit(write, server, {"title": "late"}, address(note), "PATCH")
        check_problem(reading.result(), 503, UNAVAILABLE, NOTES)
        check_problem(writing.result(), 503, UNAVAILABLE, address(note))
        assert 3 <= time.monotonic() - begin <= ANSWERS
    assert seconds_until(lambda: ready(server), FOLLOWS * 2) <= FOLLOWS
    after = ask(server, "GET", address(note))
    assert (after.status, after.json()) == (200, note)


@pytest.mark.needs(redis=True)
def test_redis_goes_away_and_comes_back_under_load(deployment: Deployment) -> None:
    """Reading goes on, writing is a 503, and all is well again without a restart."""
    server, redis = deployment.server, deployment.redis
    assert redis is not None
    note = add(server, "stays")
    load = Load(server, BEFORE + AWAY + AFTER)
    for number in (signal.SIGTERM, signal.SIGKILL):
        with ThreadPoolExecutor(1) as pool:
            try:
                assert ready(server), server.told()
                running = pool.submit(load.run)
                time.sleep(BEFORE)
                redis.stop(number)
                gone = time.monotonic()
                until_away = seconds_until(lambda: not ready(server), FOLLOWS * 2)
                checks = ask(server, "GET", "/health/ready").json()["checks"]
                reads = [ask(server, "GET", path) for path in (address(note), f"{NOTES}?limit=2", MISSING) * 3]
                time.sleep(max(0.0, gone + AWAY - time.monotonic()))
            finally:
                redis.start()
            back = time.monotonic()
            until_back = seconds_until(lambda: ready(server), FOLLOWS * 2)
            running.result()
        assert until_away <= FOLLOWS, until_away
        assert until_back <= FOLLOWS, until_back
        assert checks["redis"] == "unavailable"
        assert checks.get("database", "ok") == "ok"
        if people.kind(server) == "session":  # who is signed in is known to Redis alone
            assert [one.status for one in reads] == [503] * 9
        else:
            assert [one.status for one in reads] == [200, 200, 404] * 3
            assert reads[0].json() == note
        load.check()
        during = {status for at, _, status in load.statuses if gone + 0.2 < at < back - 0.2}
        assert during == {503}, during
        assert [write(server, {"title": "after"}).status for _ in range(10)] == [201] * 10


@SLOW
@pytest.mark.needs(redis=True)
def test_redis_that_hangs_does_not_hold_up_reading_for_ever(deployment: Deployment) -> None:
    """A read waits for the time-out of a command at most, a write is a 503, and readiness says so."""
    server, redis = deployment.server, deployment.redis
    assert redis is not None
    note = add(server)
    with frozen(redis):
        begin = time.monotonic()
        answer = ask(server, "GET", address(note))
        assert answer.status == 503 if people.kind(server) == "session" else answer.json() == note
        assert time.monotonic() - begin <= ANSWERS
        check_problem(write(server, {"title": "a"}), 503, UNAVAILABLE, NOTES)
        assert ask(server, "GET", "/health/ready").json()["checks"]["redis"] == "unavailable"
    assert seconds_until(lambda: ready(server), FOLLOWS * 4) <= FOLLOWS * 2
    assert write(server, {"title": "a"}).status == 201


@pytest.mark.needs(database=databases.SERVERS)
def test_production_starts_while_the_database_is_away(project: Project, tmp_path: Path) -> None:
    """It is alive and not ready, and becomes ready by itself; nothing is said of why."""
    place = projects.sandbox(project, tmp_path / "project")
    env = durable(place, tmp_path / "store")
    servers.migrate(place, env)
    if place.answers.get("auth", "none") != "none":
        with servers.started(place, tmp_path / "before", env) as server:
            people.known(server)
            server.stop()
    database = databases.server(str(project.answers["database"]), durable=True)
    database.stop()
    try:
        with servers.started(place, tmp_path / "output", env) as server:
            answer = ask(server, "GET", "/health/ready")
            assert (answer.status, answer.json()["checks"]["database"]) == (503, "unavailable")
            check_problem(ask(server, "GET", NOTES), 503, UNAVAILABLE, NOTES)
            check_problem(write(server, {"title": "a"}), 503, UNAVAILABLE, NOTES)
            database.start()
            assert seconds_until(lambda: ready(server), FOLLOWS * 2) <= FOLLOWS
            assert write(server, {"title": "a"}).status == 201
            server.stop()
            failed = [line for line in server.lines() if line["message"] == "failed"]
            assert failed, "the log has to say what was wrong"
            assert "app:app@" not in server.stdout
    finally:
        database.start()


@pytest.mark.needs(redis=True)
def test_production_starts_while_redis_is_away(project: Project, tmp_path: Path) -> None:
    """It reads, does not write, and becomes ready by itself."""
    place = projects.sandbox(project, tmp_path / "project")
    env = durable(place, tmp_path / "store")
    if "DATABASE_URL" in env:
        servers.migrate(place, env)
    redis = databases.server("redis", durable=True)
    redis.stop()
    try:
        with servers.started(place, tmp_path / "output", env) as server:
            answer = ask(server, "GET", "/health/ready")
            assert (answer.status, answer.json()["checks"]["redis"]) == (503, "unavailable")
            assert ask(server, "GET", NOTES).status == (503 if people.kind(server) == "session" else 200)
            check_problem(write(server, {"title": "a"}), 503, UNAVAILABLE, NOTES)
            redis.start()
            assert seconds_until(lambda: ready(server), FOLLOWS * 2) <= FOLLOWS
            assert write(server, {"title": "a"}).status == 201
            server.stop()
    finally:
        redis.start()


@pytest.mark.needs(database="any")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=SLOW)], ids=["SIGTERM", "SIGINT"])
def test_a_stop_under_load_answers_whatever_was_accepted(
    project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    """What was stored was answered: no more notes and no fewer than were acknowledged; the rest found the door shut."""
    place = projects.sandbox(project, tmp_path / "project")
    env = durable(place, tmp_path / "store")
    servers.migrate(place, env)
    acknowledged: list[str] = []
    wrong: list[str] = []
    with servers.started(place, tmp_path / "output", env) as server:
        ended = threading.Event()

        def keep_writing() -> None:
            until = time.monotonic() + 20
            while time.monotonic() < until and not ended.is_set():
                try:
                    connection = server.connect()
                except OSError:
                    return
                with connection:
                    connection.settimeout(15)
                    for _ in range(5):
                        headers = signed(server, NOTES, {**JSON, "X-Forwarded-For": stranger()})
                        try:
                            connection.sendall(compose("POST", NOTES, headers, b'{"title":"a"}'))
                            first = connection.recv(1, socket.MSG_PEEK)
                        except OSError:
                            break
                        if not first:
                            break
                        try:
                            answer = read(connection, "POST")
                        except Exception as error:
                            wrong.append(f"half an answer: {error!r}")
                            break
                        if answer.status == 201:
                            acknowledged.append(answer.json()["id"])
                        elif answer.status != 503:
                            wrong.append(str(answer))
                        if answer.headers.get("connection") == "close":
                            break

        with ThreadPoolExecutor(8) as pool:
            writing = [pool.submit(keep_writing) for _ in range(8)]
            time.sleep(1)
            server.signal(number)
            try:
                assert server.wait(15) == 0, server.told()
            finally:
                ended.set()
            for one in writing:
                one.result()
        assert not server.left_behind()
        assert not wrong, wrong[:5]
        assert acknowledged
    with servers.started(place, tmp_path / "again", env) as server:
        stored = pages(server, 100)
        assert sorted(stored) == sorted(acknowledged), f"{len(stored)} stored, {len(acknowledged)} acknowledged"
        server.stop()


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of half a mebibyte, or skip where that is not allowed."""
    folder.mkdir()
    mount = shutil.which("mount")
    words = [mount or "mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here: run the tests as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def check_whole(file: Path) -> None:
    """See that SQLite finds nothing wrong with a file."""
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


@contextlib.contextmanager
def on_disk(project: Project, tmp_path: Path, disk: Path) -> Iterator[Server]:
    """Run a project whose SQLite file is on a small disk."""
    place = projects.sandbox(project, tmp_path / "project")
    env = {**durable(place, tmp_path / "store"), "DATABASE_URL": f"sqlite:///{disk / 'app.db'}"}
    servers.migrate(place, env)
    with servers.started(place, tmp_path / "output", env) as server:
        yield server
        server.stop()


@pytest.mark.needs(database="sqlite")
def test_a_full_disk_is_a_503_and_breaks_nothing(project: Project, tmp_path: Path) -> None:
    """What was acknowledged stays readable; with room again, writing goes on."""
    with small_disk(tmp_path / "disk") as disk:
        kept: dict[str, bytes] = {}
        filling = disk / "ballast"
        filling.write_bytes(b"x" * 100_000)
        with on_disk(project, tmp_path, disk) as server:
            full = None
            for number in range(400):
                answer = write(server, {"title": f"n{number}", "body": "b" * 8000})
                if answer.status != 201:
                    full = answer
                    break
                kept[answer.headers["location"]] = answer.content
            assert full is not None, "the disk was never full"
            check_problem(full, 503, UNAVAILABLE, NOTES)
            for path, content in kept.items():
                assert ask(server, "GET", path).content == content
            filling.unlink()
            assert seconds_until(lambda: write(server, {"title": "room"}).status == 201, 5) < 5
            assert ready(server)
        assert kept
        check_whole(disk / "app.db")


@pytest.mark.needs(database="sqlite")
def test_a_read_only_database_is_a_503_and_breaks_nothing(project: Project, tmp_path: Path) -> None:
    """The disk is read-only when the server starts, and can be written to later."""
    with small_disk(tmp_path / "disk") as disk:
        place = projects.sandbox(project, tmp_path / "project")
        env = {**durable(place, tmp_path / "store"), "DATABASE_URL": f"sqlite:///{disk / 'app.db'}"}
        servers.migrate(place, env)
        with servers.started(place, tmp_path / "first", env) as server:
            note = add(server)
            server.stop()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with servers.started(place, tmp_path / "output", env) as server:
            check_problem(write(server, {"title": "a"}), 503, UNAVAILABLE, NOTES)
            changed = write(server, {"title": "a"}, address(note), "PATCH")
            check_problem(changed, 503, UNAVAILABLE, address(note))
            assert ask(server, "GET", "/health/live").status == 200
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            assert seconds_until(lambda: write(server, {"title": "room"}).status == 201, 5) < 5
            assert ask(server, "GET", address(note)).json() == note
            server.stop()
        check_whole(disk / "app.db")


@pytest.mark.needs(database="sqlite")
def test_a_database_that_is_locked_for_long_is_a_503(project: Project, tmp_path: Path) -> None:
    """Another process may hold the file for a while; a short lock is waited for."""
    place = projects.sandbox(project, tmp_path / "project")
    env = durable(place, tmp_path / "store")
    servers.migrate(place, env)
    with servers.started(place, tmp_path / "output", env) as server:
        lock = sqlite3.connect(env["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
        try:
            lock.execute("BEGIN IMMEDIATE")
            begin = time.monotonic()
            assert ask(server, "GET", NOTES).status == 200
            check_problem(write(server, {"title": "a"}), 503, UNAVAILABLE, NOTES)
            assert 4 <= time.monotonic() - begin <= ANSWERS
            with ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(write, server, {"title": "a"})
                time.sleep(1)
                lock.execute("COMMIT")
                assert waiting.result().status == 201
        finally:
            lock.close()
        server.stop()
