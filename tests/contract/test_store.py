"""The store: notes outlive the process, and either stack goes on where the other stopped."""

import sqlite3
from pathlib import Path

import pytest
from harness import projects, servers
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


@pytest.mark.needs(database="sqlite")
def test_both_stacks_make_the_same_tables(pair: Pair, tmp_path: Path) -> None:
    """Names, types, keys, defaults and indexes are equal; only the ledgers of migrations differ."""
    found = []
    for project in copies(pair, tmp_path):
        env = production(project, tmp_path / project.stack / "store")
        servers.migrate(project, env)
        with sqlite3.connect(env["DATABASE_URL"].removeprefix("sqlite:///")) as connection:
            columns = connection.execute("SELECT * FROM pragma_table_xinfo('notes')").fetchall()
            indexes = connection.execute("SELECT name, \"unique\", origin FROM pragma_index_list('notes')").fetchall()
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.close()
        ledgers = {"alembic_version", "kysely_migration", "kysely_migration_lock"}
        # To SQLite a type means the same in capitals, and '1' the same as 1 in a column of integers.
        alike = [
            (n, name, kind.lower(), must, str(default).strip("'"), key)
            for n, name, kind, must, default, key, _ in columns
        ]
        found.append((alike, sorted(indexes), tables - ledgers))
    assert found[0] == found[1]


@pytest.mark.needs(database="sqlite")
def test_development_migrates_by_itself_also_what_the_other_stack_made(pair: Pair, tmp_path: Path) -> None:
    """A developer only starts the server, whichever made the file."""
    first, second = copies(pair, tmp_path)
    address_ = f"sqlite:///{tmp_path / 'shared.db'}"
    for number, place in enumerate((first, second, first)):
        with servers.started(place, tmp_path / f"out{number}", {"DATABASE_URL": address_}) as server:
            assert ask(server, "GET", "/health/ready").status == 200
            assert len(contents(server)) == number
            add(server)
            server.stop()
