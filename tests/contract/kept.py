"""What a store holds of accounts, read and changed behind a project's back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import redis
from harness import databases

if TYPE_CHECKING:
    from harness.servers import Server

    from contract.people import Login

UNUSED, AT_MOST = timedelta(days=14), timedelta(days=90)
"""How long a login lasts that is not used, and any login."""


def _where(server: Server) -> tuple[str, str]:
    """Return which database a server has, and its name or file."""
    database = str(server.project.answers["database"])
    url = server.env.get("DATABASE_URL") or f"sqlite:///{server.project.path}/data/app.db"
    return database, url.removeprefix("sqlite:///") if database == "sqlite" else url.rpartition("/")[2].partition("?")[
        0
    ]


def _plain(value: Any) -> Any:
    """Read a value as every store means it: times in UTC, ids as text."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, str) and len(value) == 24 and value.endswith("Z") and value[10:11] == "T":
        return datetime.fromisoformat(value)
    return value


def _stored(value: Any, database: str) -> Any:
    """Write a value as a store keeps it."""
    if isinstance(value, datetime):
        if database == "sqlite":
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return value.replace(tzinfo=None) if database == "mysql" else value
    return value


def _run(server: Server, statement: str, *values: Any) -> list[dict[str, Any]]:
    """Run a statement in a database that speaks SQL; `?` stands for a value."""
    database, name = _where(server)
    given = [_stored(value, database) for value in values]
    if database == "sqlite":
        with closing(sqlite3.connect(name, timeout=20, isolation_level=None)) as connection:
            cursor = connection.execute(statement, given)
            names = [one[0] for one in cursor.description or ()]
            return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    text = statement.replace("?", "%s")
    shared = databases.server(database)
    if isinstance(shared, databases.PostgreSQL):
        with shared.connect(name) as opened:
            found = opened.execute(text.encode(), given)
            names = [one.name for one in found.description or ()]
            return [dict(zip(names, map(_plain, row), strict=True)) for row in (found.fetchall() if names else ())]
    assert isinstance(shared, databases.MySQL)
    with closing(shared.connect()) as link, link.cursor() as pointer:
        pointer.execute(f"USE `{name}`")
        pointer.execute(text, given)
        names = [one[0] for one in pointer.description or ()]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in pointer.fetchall()]


def rows(server: Server, table: str, **where: Any) -> list[dict[str, Any]]:
    """Read the rows in which columns have these values."""
    database, name = _where(server)
    if database == "mongodb":
        shared = databases.server("mongodb")
        assert isinstance(shared, databases.MongoDB)
        with shared.connect() as client:
            found = list(client[name][table].find(_query(where)))
        named = [{"id" if key == "_id" else key: _plain(value) for key, value in one.items()} for one in found]
        return sorted(named, key=lambda one: str(one["id"]))
    condition = " AND ".join(f"{column} = ?" for column in where) or "1 = 1"
    return _run(server, f"SELECT * FROM {table} WHERE {condition} ORDER BY id", *where.values())


def _query(where: dict[str, Any]) -> dict[str, Any]:
    return {"_id" if column == "id" else column: value for column, value in where.items()}


def change(server: Server, table: str, where: dict[str, Any], **values: Any) -> None:
    """Change rows."""
    database, name = _where(server)
    if database == "mongodb":
        shared = databases.server("mongodb")
        assert isinstance(shared, databases.MongoDB)
        with shared.connect() as client:
            assert client[name][table].update_many(_query(where), {"$set": values}).matched_count
        return
    assert rows(server, table, **where), f"{table} has no such row: {where}"
    sets = ", ".join(f"{column} = ?" for column in values)
    condition = " AND ".join(f"{column} = ?" for column in where)
    _run(server, f"UPDATE {table} SET {sets} WHERE {condition}", *values.values(), *where.values())


def remove(server: Server, table: str, **where: Any) -> None:
    """Remove rows."""
    database, name = _where(server)
    if database == "mongodb":
        shared = databases.server("mongodb")
        assert isinstance(shared, databases.MongoDB)
        with shared.connect() as client:
            client[name][table].delete_many(_query(where))
        return
    condition = " AND ".join(f"{column} = ?" for column in where)
    _run(server, f"DELETE FROM {table} WHERE {condition}", *where.values())


def redis_of(server: Server) -> redis.Redis:
    """Open the Redis database of a server."""
    return redis.Redis.from_url(server.env["REDIS_URL"], decode_responses=True)


def digest(text: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> datetime:
    """Return the time as stores keep it, in milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Session:
    """What is kept of one session, in Redis where there is one."""

    def __init__(self, server: Server, login: Login) -> None:
        """Find it by the cookie."""
        self.server = server
        self.id = digest(login.cookie.partition(".")[0])
        self.in_redis = server.project.answers.get("redis") is True

    def there(self) -> bool:
        """Say whether it is still kept."""
        if self.in_redis:
            with redis_of(self.server) as connection:
                return bool(connection.exists(f"session:{self.id}"))
        return bool(rows(self.server, "sessions", id=self.id))

    def ends_by_itself(self) -> bool:
        """Say whether the server that keeps sessions takes away by itself those that have ended."""
        database, name = _where(self.server)
        if self.in_redis or database != "mongodb":
            return self.in_redis
        shared = databases.server("mongodb")
        assert isinstance(shared, databases.MongoDB)
        with shared.connect() as client:
            kept: dict[str, Any] = client[name]["sessions"].index_information()["sessions_expires_at"]
        return kept.get("expireAfterSeconds") == 0

    def user(self) -> str:
        """Return the id of who is signed in."""
        return str(self._held()["user_id"])

    def left(self) -> timedelta:
        """Say how long it is kept if it is not used."""
        if self.in_redis:
            with redis_of(self.server) as connection:
                return timedelta(milliseconds=int(str(connection.pttl(f"session:{self.id}"))))
        left = rows(self.server, "sessions", id=self.id)[0]["expires_at"] - now()
        assert isinstance(left, timedelta)
        return left

    def leave(self, left: timedelta) -> None:
        """Let it be kept for so long from now on; Redis takes away at once what has none left."""
        if self.in_redis:
            with redis_of(self.server) as connection:
                assert connection.pexpire(f"session:{self.id}", int(left.total_seconds() * 1000))
            return
        change(self.server, "sessions", {"id": self.id}, expires_at=now() + left)

    def began(self, ago: timedelta) -> None:
        """Have it begun so long ago."""
        if self.in_redis:
            with redis_of(self.server) as connection:
                held = {**self._held(), "created_at": int((now() - ago).timestamp() * 1000)}
                connection.set(f"session:{self.id}", json.dumps(held), keepttl=True)
            return
        change(self.server, "sessions", {"id": self.id}, created_at=now() - ago)

    def end(self) -> None:
        """Take it away."""
        if self.in_redis:
            with redis_of(self.server) as connection:
                connection.delete(f"session:{self.id}")
            return
        remove(self.server, "sessions", id=self.id)

    def _held(self) -> dict[str, Any]:
        if self.in_redis:
            with redis_of(self.server) as connection:
                loaded = json.loads(str(connection.get(f"session:{self.id}")))
            assert set(loaded) == {"user_id", "created_at"}, loaded
            assert isinstance(loaded, dict)
            return loaded
        return rows(self.server, "sessions", id=self.id)[0]
