"""Cache: what Redis holds is never older than what a process has acknowledged."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from harness import databases, projects, servers
from harness.servers import Server

from contract.conftest import Pair, production
from contract.test_notes import add, address, write
from contract.wire import ask

pytestmark = [pytest.mark.needs(api="rest"), pytest.mark.needs(redis=True), pytest.mark.needs(database="any")]

ROUNDS = 40


def held(server: Server) -> redis.Redis:
    """Open the Redis database of a server."""
    shared = databases.server("redis")
    assert isinstance(shared, databases.Redis)
    return shared.connect(int(server.env["REDIS_URL"].rpartition("/")[2]))


def test_what_is_read_after_a_change_is_never_stale(processes: list[Server]) -> None:
    """Read, change through the other process, read again."""
    note = add(processes[0])
    for version in range(1, ROUNDS + 1):
        reader, writer = processes if version % 2 else processes[::-1]
        assert ask(reader, "GET", address(note)).headers["etag"] == f'"{version}"'
        changed = write(writer, {"title": f"t{version}"}, address(note), "PATCH")
        assert changed.status == 200, changed
        for process in (reader, writer):
            again = ask(process, "GET", address(note))
            assert (again.content, again.headers["etag"]) == (changed.content, changed.headers["etag"])


def test_what_is_read_after_a_removal_is_gone(processes: list[Server]) -> None:
    """A cached note does not outlive its note."""
    for number in range(ROUNDS // 2):
        note = add(processes[0])
        reader, writer = processes if number % 2 else processes[::-1]
        assert ask(reader, "GET", address(note)).status == 200
        assert ask(writer, "DELETE", address(note)).status == 204
        assert [ask(process, "GET", address(note)).status for process in processes] == [404, 404]


def test_readers_never_go_back_behind_what_was_acknowledged(processes: list[Server]) -> None:
    """Reads that begin after an acknowledgement show that version or a later one, under load."""
    note = add(processes[0])
    acknowledged, done = [1], threading.Event()

    def read(number: int) -> int:
        count = 0
        while not done.is_set() and count < 2000:
            least = acknowledged[0]
            answer = ask(processes[number % 2], "GET", address(note))
            assert int(answer.headers["etag"].strip('"')) >= least, (answer, least)
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        try:
            for number in range(ROUNDS):
                answer = write(processes[number % 2], {"title": f"t{number}"}, address(note), "PATCH")
                assert answer.status == 200, answer
                acknowledged[0] = int(answer.headers["etag"].strip('"'))
        finally:
            done.set()
        assert all(one.result() for one in readers)


def test_a_note_is_kept_for_a_minute_and_a_change_takes_it_out(processes: list[Server]) -> None:
    """Under one key, which a change overwrites before it reaches the store."""
    note = add(processes[0], "kept")
    key = f"note:{note['id']}"
    with held(processes[0]) as connection:
        first = ask(processes[0], "GET", address(note))
        kept = connection.get(key)
        assert isinstance(kept, str)
        assert "kept" in kept
        assert 50 <= int(str(connection.ttl(key))) <= 60
        assert write(processes[1], {"title": "other"}, address(note), "PATCH").status == 200
        after = connection.get(key)
        assert after is None or "kept" not in str(after)
        assert 0 < int(str(connection.ttl(key))) <= 10
        connection.delete(key)
        assert ask(processes[0], "GET", address(note)).json()["title"] == "other"
        assert first.json()["title"] == "kept"


def test_a_note_really_comes_from_the_cache(processes: list[Server]) -> None:
    """What stands in Redis is what is answered, with its version."""
    note = add(processes[0], "from the store")
    key = f"note:{note['id']}"
    ask(processes[0], "GET", address(note))
    with held(processes[0]) as connection:
        kept = str(connection.get(key))
        connection.set(key, kept.replace("from the store", "from the cache"), ex=30)
    assert [ask(process, "GET", address(note)).json()["title"] for process in processes] == ["from the cache"] * 2


@pytest.mark.parametrize("rubbish", ["", "x", "null", "[]", "{}", '{"id":1}', b"\xff"])
def test_rubbish_in_the_cache_does_no_harm(processes: list[Server], rubbish: str | bytes) -> None:
    """What cannot be read as a note is read from the store."""
    note = add(processes[0])
    with held(processes[0]) as connection:
        connection.set(f"note:{note['id']}", rubbish, ex=30)
    answer = ask(processes[0], "GET", address(note))
    assert (answer.status, answer.json()) == (200, note)


def test_both_stacks_read_what_the_other_has_cached(pair: Pair, tmp_path: Path) -> None:
    """The same key, the same value: answers are equal to the byte, and changes reach the other at once."""
    places = [projects.sandbox(project, tmp_path / stack) for stack, project in pair.projects.items()]
    env = production(places[0], tmp_path / "store")
    servers.migrate(places[0], env)
    with ExitStack() as stack:
        sides = [stack.enter_context(servers.started(one, tmp_path / f"{one.stack}-out", env)) for one in places]
        kept = []
        for reader, other in (sides, sides[::-1]):
            note = add(reader, "Grüße 👋\u2028", "b\n\t\\\"'")
            first = ask(reader, "GET", address(note))
            with held(reader) as connection:
                value = json.loads(str(connection.get(f"note:{note['id']}")))
                kept.append((type(value).__name__, sorted(value) if isinstance(value, dict) else len(value)))
            again = ask(other, "GET", address(note))
            assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
            for version in range(1, 11):
                writer, looker = (reader, other) if version % 2 else (other, reader)
                changed = write(writer, {"title": f"t{version}"}, address(note), "PATCH", If_Match=f'"{version}"')
                assert changed.status == 200, changed
                seen = ask(looker, "GET", address(note))
                assert (seen.content, seen.headers["etag"]) == (changed.content, changed.headers["etag"])
        assert kept[0] == kept[1]
