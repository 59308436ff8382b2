"""Real servers for the tests: PostgreSQL, MariaDB or MySQL, MongoDB and Redis, each started once by a test process.

The programs are found on PATH. Every server listens on a free port of the loopback address, keeps its data in a
temporary folder, and is ended by its process id when the tests are over.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import hashlib
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pymongo
import pymysql
import redis

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 60.0
SERVERS = ("postgresql", "mysql", "mongodb")
"""The databases that are servers of their own."""
MOST_REDIS_DATABASES = 900
_servers: dict[tuple[str, bool], Daemon] = {}
_numbers: dict[str, int] = {}
_versions: dict[tuple[str, bool], str] = {}


class ServerMissingError(Exception):
    """A program is not on this machine; the message names the package that brings it."""


def which(*programs: str) -> str | None:
    """Find the first of these programs, also where Debian keeps servers and beside the running Python."""
    folders = [os.environ.get("PATH", ""), str(Path(sys.executable).parent), "/usr/sbin", "/usr/local/sbin"]
    folders += [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return next((found for one in programs if (found := shutil.which(one, path=os.pathsep.join(folders)))), None)


def free_port() -> int:
    """Find a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _other_user() -> str | None:
    """Name the user whom a server runs as when the tests run as root, whom databases refuse."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("nobody", "postgres", "mysql", "daemon") if name in names)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_the_tests() -> None:
    """Have the kernel end this process with the one that started it, however that ends: PR_SET_PDEATHSIG is 1."""
    if _libc:
        _libc.prctl(1, signal.SIGKILL)


class Daemon(ABC):
    """One server: its data stay while it is stopped and started again on the same port."""

    package = ""
    refuses_root = False

    def __init__(self, *, durable: bool = False) -> None:
        """Prepare a server; a durable one keeps what it has acknowledged when it is killed."""
        self.durable = durable
        self.port = free_port()
        self.user = _other_user() if self.refuses_root else None
        self.folder = Path(tempfile.mkdtemp(prefix="crossroads-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        self.process: subprocess.Popen[bytes] | None = None
        self.made: set[str] = set()

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""

    @abstractmethod
    def ping(self) -> None:
        """Raise an error unless the server answers."""

    @abstractmethod
    def version(self) -> str:
        """Name the server and its version."""

    @abstractmethod
    def address(self, name: str) -> str:
        """Return the address of the database of this name, made when it is not there."""

    @abstractmethod
    def connections(self, name: str) -> int:
        """Count the connections that others hold to a database."""

    def prepare(self) -> None:  # noqa: B027
        """Make the first data, where a server does not do it by itself."""

    def need(self, *programs: str) -> str:
        """Find a program or say which package brings it."""
        if found := which(*programs):
            return found
        raise ServerMissingError(f"there is no {programs[0]} on this machine: install {self.package}")

    def forget(self) -> None:  # noqa: B027
        """Lose what is kept, as a server without a disk does when it ends."""

    def run(self, *words: str) -> None:
        """Run a program of the server to its end, as its user."""
        done = subprocess.run(
            words, cwd=self.folder, env=self._env(), user=self.user, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"

    def _env(self) -> dict[str, str]:
        home = str(self.folder)
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}

    def start(self) -> None:
        """Start the server and wait until it answers; what a killed one left behind may take a moment to go."""
        command = self.command()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self.process = self._spawn(command)
            with contextlib.suppress(Exception):
                self.ping()
                return
            time.sleep(0.05)
        raise AssertionError(f"{command[0]} does not answer: {(self.folder / 'log').read_text()[-3000:]}")

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._env(),
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_the_tests if _libc else None,
            )

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop the server, cleanly or with SIGKILL, and wait for its end."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def remove(self) -> None:
        """End the server and take its data away."""
        self.stop(signal.SIGKILL)
        for _ in range(20):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            time.sleep(0.05)


class PostgreSQL(Daemon):
    """PostgreSQL."""

    package = "postgresql (it brings initdb and postgres)"
    refuses_root = True

    def prepare(self) -> None:
        """Make the cluster."""
        words = ["-U", "app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        self.run(self.need("initdb"), "-D", str(self.folder / "data"), *words)

    def command(self) -> list[str]:
        """Run it without waiting for the disk, unless it is to be killed."""
        words = [self.need("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1"]
        settings = ["max_connections=300", "shared_buffers=64MB", "log_min_messages=warning"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        return [*words, "-k", str(self.folder), *(word for one in settings for word in ("-c", one))]

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop the server; a clean stop is PostgreSQL's fast shutdown, which does not wait for clients."""
        super().stop(signal.SIGINT if number == signal.SIGTERM else number)

    def connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """Open a connection."""
        where: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "dbname": name, "connect_timeout": 2}
        return psycopg.connect(**where, user="app", password="app", autocommit=True)

    def ping(self) -> None:
        """Connect."""
        self.connect().close()

    def version(self) -> str:
        """Ask for the version."""
        with self.connect() as connection:
            return f"PostgreSQL {connection.info.server_version // 10000}.{connection.info.server_version % 10000}"

    def address(self, name: str) -> str:
        """Make the database and name it."""
        if name not in self.made:
            with self.connect() as connection:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            self.made.add(name)
        return f"postgresql://app:app@127.0.0.1:{self.port}/{name}"

    def connections(self, name: str) -> int:
        """Count in pg_stat_activity."""
        with self.connect() as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone()
        return int(row[0]) if row else 0


class MySQL(Daemon):
    """MySQL when its mysqld is on PATH, else MariaDB."""

    package = "mariadb-server (or mysql-server)"
    refuses_root = True

    @functools.cached_property
    def mysqld(self) -> str | None:
        """Find a mysqld that is MySQL's own."""
        found = which("mysqld")
        if found:
            told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
            return None if "MariaDB" in told else found
        return None

    def prepare(self) -> None:
        """Make the data folder and the file that makes the user."""
        data = str(self.folder / "data")
        if self.mysqld:
            self.run(self.mysqld, "--no-defaults", "--initialize-insecure", f"--datadir={data}")
        else:
            words = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
            self.run(self.need("mariadb-install-db"), *words, "--skip-test-db")
        users = [f"'app'@'{host}'" for host in ("%", "localhost", "127.0.0.1")]
        lines = [f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY 'app';\n" for user in users]
        lines += [f"GRANT ALL PRIVILEGES ON *.* TO {user} WITH GRANT OPTION;\n" for user in users]
        (self.folder / "users.sql").write_text("".join(lines), encoding="utf-8")

    def command(self) -> list[str]:
        """Run it without waiting for the disk, unless it is to be killed."""
        words = [self.mysqld or self.need("mariadbd"), "--no-defaults", f"--datadir={self.folder / 'data'}"]
        words += [f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.folder / 'sock'}"]
        words += [f"--init-file={self.folder / 'users.sql'}", "--max-connections=300", "--skip-log-bin"]
        words += [f"--pid-file={self.folder / 'pid'}", "--innodb-buffer-pool-size=64M", "--mysqlx=OFF"]
        if not self.mysqld:
            words.remove("--mysqlx=OFF")
        if not self.durable:
            words += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
        return words

    def connect(self) -> pymysql.Connection[Any]:
        """Open a connection."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="app", password="app", connect_timeout=2, autocommit=True
        )

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def ping(self) -> None:
        """Connect."""
        self.connect().close()

    def version(self) -> str:
        """Ask for the version."""
        told = str(self.query("SELECT version()")[0][0])
        return f"{'MariaDB' if 'MariaDB' in told else 'MySQL'} {told.split('-')[0]}"

    def address(self, name: str) -> str:
        """Make the database and name it."""
        if name not in self.made:
            self.query(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
            self.made.add(name)
        return f"mysql://app:app@127.0.0.1:{self.port}/{name}"

    def connections(self, name: str) -> int:
        """Count in the list of processes."""
        return int(self.query("SELECT count(*) FROM information_schema.processlist WHERE db = %s", name)[0][0])


class MongoDB(Daemon):
    """MongoDB's own mongod when it is on PATH, else a stand-in that speaks its protocol."""

    package = "mongodb-org-server, or the stand-in with: pip install --pre secantusdb==0.7.0b3"

    @functools.cached_property
    def mongod(self) -> str | None:
        """Find MongoDB's own server."""
        return which("mongod")

    def command(self) -> list[str]:
        """Run it; the stand-in keeps its data in memory, unless it is to be killed."""
        data = self.folder / "data"
        if self.mongod:
            data.mkdir(exist_ok=True)
            words = [self.mongod, "--dbpath", str(data), "--port", str(self.port), "--bind_ip", "127.0.0.1"]
            return [*words, "--unixSocketPrefix", str(self.folder)]
        words = [self.need("secantusd-py"), "--port", str(self.port), "--log-level", "WARNING"]
        return [*words, "--storage-path", *([str(data), "--sync-on-commit"] if self.durable else [":memory:"])]

    def connect(self) -> pymongo.MongoClient[dict[str, Any]]:
        """Open a client."""
        return pymongo.MongoClient(
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=1500, connectTimeoutMS=1500
        )

    def ping(self) -> None:
        """Send a ping."""
        with self.connect() as client:
            client.admin.command("ping")

    def version(self) -> str:
        """Ask for the version, and say when this is not MongoDB."""
        with self.connect() as client:
            told = client.server_info()["version"]
        if self.mongod:
            return f"MongoDB {told}"
        return f"the stand-in SecantusDB {metadata.version('secantusdb')}, which answers as MongoDB {told}"

    def address(self, name: str) -> str:
        """Name a database; writing to it makes it."""
        return f"mongodb://127.0.0.1:{self.port}/{name}?directConnection=true"

    def connections(self, name: str) -> int:  # noqa: ARG002
        """Count all connections of the server but this one."""
        with self.connect() as client:
            return int(client.admin.command("serverStatus").get("connections", {}).get("current", 0)) - 1


class Redis(Daemon):
    """Redis."""

    package = "redis-server"

    def command(self) -> list[str]:
        """Run it in memory only, or have it write down what it is told, without waiting for the disk."""
        words = [self.need("redis-server", "valkey-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        words += ["--dir", str(self.folder), "--save", "", "--appendfsync", "no"]
        words += ["--appendonly", "yes" if self.durable else "no"]
        return [*words, "--databases", str(MOST_REDIS_DATABASES), "--daemonize", "no"]

    def forget(self) -> None:
        """Take away what was written down."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def connect(self, number: int = 0) -> redis.Redis:
        """Open a client."""
        limits: dict[str, Any] = {"socket_connect_timeout": 2, "socket_timeout": 5}
        return redis.Redis(host="127.0.0.1", port=self.port, db=number, decode_responses=True, **limits)

    def ping(self) -> None:
        """Send a ping."""
        with self.connect() as client:
            client.ping()

    def version(self) -> str:
        """Ask for the version."""
        with self.connect() as client:
            told: Any = client.info("server")
        return f"Redis {told['redis_version']}"

    def address(self, name: str) -> str:
        """Give each name one of the server's numbered databases, the first 16 being left to the projects' own tests."""
        number = _numbers.setdefault(f"{self.port}/{name}", 16 + len(_numbers) % (MOST_REDIS_DATABASES - 16))
        return f"redis://127.0.0.1:{self.port}/{number}"

    def connections(self, name: str) -> int:
        """Count the clients of a numbered database."""
        number = self.address(name).rpartition("/")[2]
        with self.connect() as client:
            told: Any = client.client_list()
        return len([one for one in told if one["db"] == number])


KINDS: dict[str, type[Daemon]] = {"postgresql": PostgreSQL, "mysql": MySQL, "mongodb": MongoDB, "redis": Redis}


def missing(kind: str) -> str | None:
    """Say why there can be no server of this kind, or nothing."""
    try:
        server(kind)
    except ServerMissingError as error:
        return str(error)
    return None


def server(kind: str, *, durable: bool = False) -> Daemon:
    """Return the server of a kind that this test process shares; a durable one is for tests that stop it."""
    key = (kind, durable)
    if key not in _servers:
        made = KINDS[kind](durable=durable)
        try:
            made.command()
            made.prepare()
            made.start()
        except BaseException:
            made.remove()
            raise
        _servers[key] = made
    found = _servers[key]
    if found.process is None or found.process.poll() is not None:
        found.start()
    return found


def name_of(folder: Path) -> str:
    """Name the database that belongs to a folder."""
    return f"t{hashlib.sha256(str(folder).encode()).hexdigest()[:20]}"


def database_url(database: str, folder: Path, *, durable: bool = False) -> str | None:
    """Return the address of the database that belongs to a folder, empty at first."""
    if database == "none":
        return None
    if database == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / 'app.db'}"
    return server(database, durable=durable).address(name_of(folder))


def redis_url(folder: Path, *, durable: bool = False) -> str:
    """Return the address of the Redis database that belongs to a folder, empty at first."""
    return server("redis", durable=durable).address(name_of(folder))


def variables(answers: Mapping[str, object], folder: Path, *, durable: bool = False) -> dict[str, str]:
    """Return the addresses that a project of these answers needs; SQLite has a place of its own by default."""
    found = {}
    if answers.get("database") in SERVERS:
        found["DATABASE_URL"] = database_url(str(answers["database"]), folder, durable=durable) or ""
    if answers.get("redis") is True:
        found["REDIS_URL"] = redis_url(folder, durable=durable)
    return found


def versions() -> list[str]:
    """Name every server that was started here."""
    for kind, durable in _servers.keys() - _versions.keys():
        with contextlib.suppress(Exception):  # one that a test has stopped tells it after the next test
            _versions[kind, durable] = _servers[kind, durable].version()
    return sorted({f"SQLite {sqlite3.sqlite_version}", *_versions.values()})


def stop_all() -> None:
    """End every server of this test process."""
    for one in list(_servers.values()):
        one.remove()
    _servers.clear()


atexit.register(stop_all)
