"""The store: notes outlive the process, and either stack goes on where the other stopped."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from harness import databases, projects, servers
from harness.projects import Project
from harness.servers import Server

from contract.conftest import Pair, deployed, production
from contract.test_errors import NOTES
from contract.test_notes import add, address, pages, write
from contract.wire import ask

pytestmark = [pytest.mark.needs(api="rest")]


def contents(server: Server) -> list[tuple[bytes, str]]:
    """Read every note with its ETag, newest first."""
    answers = [ask(server, "GET", f"{NOTES}/{note}") for note in pages(server, 100)]
    return [(answer.content, answer.headers["etag"]) for answer in answers]


@pytest.mark.needs(database="any")
def test_a_restart_keeps_the_notes(project: Project, tmp_path: Path) -> None:
    """Ids, times and versions are the same afterwards, and a cursor from before still works."""
    with deployed(project, tmp_path) as server:
        notes = [add(server, f"note {n} 👋", "b" * n) for n in range(5)]
        write(server, {"title": "changed"}, address(notes[2]), "PATCH")
        before = contents(server)
        cursor = ask(server, "GET", f"{NOTES}?limit=2").json()["next_cursor"]
        server.stop()
        with servers.started(
            server.project, tmp_path / "again", {**server.env, "PORT": str(servers.free_port())}
        ) as again:
            assert contents(again) == before
            page = ask(again, "GET", f"{NOTES}?limit=2&cursor={cursor}").json()
            assert [note["id"] for note in page["items"]] == [notes[2]["id"], notes[1]["id"]]
            assert add(again)["id"] > notes[-1]["id"]
            again.stop()


@pytest.mark.needs(database="none")
def test_without_a_database_the_notes_end_with_the_process(project: Project, tmp_path: Path) -> None:
    """That is what was asked for."""
    with deployed(project, tmp_path) as server:
        add(server)
        server.stop()
        with servers.started(
            server.project, tmp_path / "again", {**server.env, "PORT": str(servers.free_port())}
        ) as again:
            assert contents(again) == []
            again.stop()


def copies(pair: Pair, folder: Path) -> list[Project]:
    """Give each stack's project a place of its own."""
    return [projects.sandbox(project, folder / stack) for stack, project in pair.projects.items()]


@pytest.mark.needs(database="any")
@pytest.mark.parametrize("turned", [False, True], ids=["flask-first", "node-first"])
def test_one_store_serves_two_stacks(pair: Pair, tmp_path: Path, turned: bool) -> None:
    """What one writes the other serves, changes and hands back, byte by byte; migrations are recognised."""
    places = copies(pair, tmp_path)
    first, second = reversed(places) if turned else places
    env = production(first, tmp_path / "store")
    servers.migrate(first, env)
    with servers.started(first, tmp_path / "first", env) as server:
        notes = [add(server, f"note {n} 👋\u2028", "b" * n) for n in range(5)]
        write(server, {"title": "changed"}, address(notes[1]), "PATCH")
        ask(server, "DELETE", address(notes[3]))
        before = contents(server)
        server.stop()
    with servers.started(second, tmp_path / "second", env) as server:
        assert contents(server) == before
        servers.migrate(second, env)
        assert contents(server) == before
        assert ask(server, "GET", "/health/ready").status == 200
        late = write(server, {"body": "other"}, address(notes[1]), "PATCH", If_Match='"2"')
        assert (late.status, late.headers["etag"]) == (200, '"3"')
        new = add(server, "from the other")
        assert new["id"] > notes[-1]["id"]
        after = contents(server)
        server.stop()
    servers.migrate(first, env)
    with servers.started(first, tmp_path / "third", env) as server:
        assert contents(server) == after
        assert ask(server, "GET", address(notes[1])).content == late.content
        server.stop()


@pytest.mark.needs(database="any")
def test_two_stacks_serve_one_store_at_the_same_time(pair: Pair, tmp_path: Path) -> None:
    """Versions keep them from overwriting each other."""
    first, second = copies(pair, tmp_path)
    env = production(first, tmp_path / "store")
    servers.migrate(first, env)
    with (
        servers.started(first, tmp_path / "first", env) as one,
        servers.started(second, tmp_path / "second", env) as two,
    ):
        note = add(one)
        for version in range(1, 11):
            writer, reader = (one, two) if version % 2 else (two, one)
            answer = write(writer, {"title": f"t{version}"}, address(note), "PATCH", If_Match=f'"{version}"')
            assert answer.status == 200, answer
            assert ask(reader, "GET", address(note)).content == answer.content
            assert write(reader, {}, address(note), "PATCH", If_Match=f'"{version}"').status == 412
        one.stop()
        two.stop()


LEDGERS = {"alembic_version", "kysely_migration", "kysely_migration_lock"}


def sqlite_schema(url: str, table: str = "notes") -> Any:
    """Read the columns, the indexes and the names of tables."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        columns = connection.execute(f"SELECT * FROM pragma_table_xinfo('{table}')").fetchall()
        indexes = connection.execute(f"SELECT name, \"unique\", origin FROM pragma_index_list('{table}')").fetchall()
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        connection.close()
    # To SQLite a type means the same in capitals, and '1' the same as 1 in a column of integers.
    alike = [
        (n, name, kind.lower(), must, str(default).strip("'"), key) for n, name, kind, must, default, key, _ in columns
    ]
    return alike, sorted(indexes), tables - LEDGERS


def postgresql_schema(url: str, table: str = "notes") -> Any:
    """Read what PostgreSQL says of columns, constraints and indexes."""
    shared = databases.server("postgresql")
    assert isinstance(shared, databases.PostgreSQL)
    with shared.connect(url.rpartition("/")[2]) as connection:
        columns = connection.execute(
            "SELECT ordinal_position, column_name, udt_name, character_maximum_length, datetime_precision, is_nullable,"
            " column_default, collation_name FROM information_schema.columns WHERE table_name = %s"
            " ORDER BY ordinal_position",
            (table,),
        ).fetchall()
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", (table,)
        ).fetchall()
        constraints = connection.execute(
            "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = to_regclass(%s) AND contype <> 'n'",
            (table,),
        ).fetchall()
        tables = {
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        }
    return columns, sorted(indexes), sorted(constraints), tables - LEDGERS


def mysql_schema(url: str, table: str = "notes") -> Any:
    """Read what MySQL or MariaDB says of columns, indexes, checks and tables."""
    shared = databases.server("mysql")
    assert isinstance(shared, databases.MySQL)
    name = url.rpartition("/")[2]
    columns = shared.query(
        "SELECT ordinal_position, column_name, column_type, character_set_name, collation_name, is_nullable,"
        " column_default, extra, column_key FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
        name,
        table,
    )
    indexes = shared.query(
        "SELECT index_name, non_unique, seq_in_index, column_name FROM information_schema.statistics"
        " WHERE table_schema = %s AND table_name = %s",
        name,
        table,
    )
    tables = shared.query(
        "SELECT table_name, engine, table_collation FROM information_schema.tables WHERE table_schema = %s", name
    )
    return columns, sorted(indexes), sorted(row for row in tables if row[0] not in LEDGERS)


def mongodb_schema(url: str, _: str = "notes") -> Any:
    """Read the options and indexes of all collections."""
    shared = databases.server("mongodb")
    assert isinstance(shared, databases.MongoDB)
    with shared.connect() as client:
        database = client[url.rpartition("/")[2].partition("?")[0]]
        collections = {
            one["name"]: one.get("options", {})
            for one in database.list_collections()
            if not one["name"].startswith("system.")
        }
        indexes = {name: sorted(map(str, database[name].index_information().items())) for name in collections}
    return collections, indexes


SCHEMAS = {
    "sqlite": sqlite_schema,
    "postgresql": postgresql_schema,
    "mysql": mysql_schema,
    "mongodb": mongodb_schema,
}


@pytest.mark.needs(database="any")
def test_both_stacks_make_the_same_tables(pair: Pair, tmp_path: Path) -> None:
    """Names, types, keys, defaults and indexes are equal, from whichever the database comes; only ledgers differ."""
    found = []
    schema = SCHEMAS[str(pair.answers["database"])]
    for project in copies(pair, tmp_path):
        env = production(project, tmp_path / project.stack / "store")
        servers.migrate(project, env)
        found.append(schema(env["DATABASE_URL"]))
        servers.migrate(project, env)
        assert schema(env["DATABASE_URL"]) == found[-1], "applied twice is not the same"
    assert found[0] == found[1]


BACK = {"flask": "uv run flask db downgrade base", "node": "npm run migrate down"}


@pytest.mark.needs(database=["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize("turned", [False, True], ids=["flask-first", "node-first"])
def test_migrations_go_forward_and_back(pair: Pair, tmp_path: Path, turned: bool) -> None:
    """Either stack takes back what either has applied; forward again the tables are as before."""
    places = copies(pair, tmp_path)
    first, second = reversed(places) if turned else places
    env = production(first, tmp_path / "store")
    url = env["DATABASE_URL"]
    schema = SCHEMAS[str(pair.answers["database"])]
    servers.migrate(first, env)
    made = schema(url)
    for one, other in ((first, first), (second, first), (first, second)):
        projects.run(one, BACK[one.stack], env=one.environment(env))
        with servers.started(other, tmp_path / f"{one.stack}-{other.stack}", env) as server:
            answer = ask(server, "GET", "/health/ready")
            assert (answer.status, answer.json()["checks"]["database"]) == (503, "unavailable")
            servers.migrate(other, env)
            assert ask(server, "GET", "/health/ready").status == 200
            # With accounts it is a table of theirs that was the last.
            assert contents(server) == [] or pair.answers["auth"] != "none"
            add(server)
            server.stop()
        assert schema(url) == made


@pytest.mark.needs(database="any")
def test_development_migrates_by_itself_also_what_the_other_stack_made(pair: Pair, tmp_path: Path) -> None:
    """A developer only starts the server, whichever made the file."""
    first, second = copies(pair, tmp_path)
    address_ = databases.database_url(str(pair.answers["database"]), tmp_path / "store") or ""
    env = {**databases.variables(first.answers, tmp_path / "store"), "DATABASE_URL": address_}
    for number, place in enumerate((first, second, first)):
        with servers.started(place, tmp_path / f"out{number}", env) as server:
            assert ask(server, "GET", "/health/ready").status == 200
            assert len(contents(server)) == number
            add(server)
            server.stop()
