"""Several processes: they share one store, and none of them overtakes, repeats or forgets what another did."""

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from harness import projects, servers
from harness.projects import Project
from harness.servers import Server

from contract.conftest import Pair, production
from contract.test_errors import NOTES
from contract.test_notes import add, address, pages, write
from contract.wire import ask

pytestmark = [pytest.mark.needs(api="rest"), pytest.mark.needs(database="any")]

ROUNDS = 10


def test_of_changes_to_one_version_exactly_one_wins(processes: list[Server]) -> None:
    """Whichever process they go through, the others are told that they came too late."""
    note = add(processes[0])
    with ThreadPoolExecutor(8) as pool:
        for version in range(1, ROUNDS + 1):

            def change(number: int, version: int = version) -> tuple[int, str]:
                title = f"{version}-{number}"
                answer = write(processes[number % 2], {"title": title}, address(note), "PATCH", If_Match=f'"{version}"')
                return answer.status, title

            answers = list(pool.map(change, range(8)))
            assert sorted(status for status, _ in answers) == [200] + [412] * 7
            won = next(title for status, title in answers if status == 200)
            for process in processes:
                read = ask(process, "GET", address(note))
                assert (read.json()["title"], read.headers["etag"]) == (won, f'"{version + 1}"')


def test_no_change_is_lost_between_processes(processes: list[Server]) -> None:
    """Without If-Match every change is applied, each to the result of another."""
    note = add(processes[0])

    def change(number: int) -> str:
        answer = write(processes[number % 2], {"title": f"t{number}"}, address(note), "PATCH")
        assert answer.status == 200, answer
        return answer.headers["etag"]

    with ThreadPoolExecutor(6) as pool:
        etags = list(pool.map(change, range(30)))
    assert sorted(int(etag.strip('"')) for etag in etags) == list(range(2, 32))


def test_a_note_is_deleted_once_by_several_processes(processes: list[Server]) -> None:
    """Of simultaneous deletions one succeeds, and the note is gone for all."""
    for _ in range(ROUNDS // 2):
        note = add(processes[0])
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda n: ask(processes[n % 2], "DELETE", address(note)).status, range(6)))  # noqa: B023
        assert sorted(found) == [204] + [404] * 5
        assert [ask(process, "GET", address(note)).status for process in processes] == [404, 404]


def test_pages_hold_every_note_once_while_two_processes_add(processes: list[Server]) -> None:
    """What was there before the walk is met exactly once, whichever process answers."""
    before = [add(processes[n % 2])["id"] for n in range(24)]
    stop = threading.Event()

    def keep_adding(process: Server) -> int:
        for number in range(300):
            if stop.is_set():
                return number
            add(process)
        return 300

    with ThreadPoolExecutor(2) as pool:
        adding = [pool.submit(keep_adding, process) for process in processes]
        try:
            for process in processes:
                found = pages(process, 4, between=lambda: add(processes[0]))
                assert found == sorted(set(found), reverse=True)
                assert set(before) <= set(found)
        finally:
            stop.set()
        made = sum(one.result() for one in adding)
    assert made
    assert pages(processes[0], 100) == pages(processes[1], 100)


def at_once(places: list[Project], env: dict[str, str]) -> None:
    """Run the migrate commands of several projects at the same moment; all of them must succeed."""
    running = [
        subprocess.Popen(
            ["sh", "-c", place.readme().migrate],
            cwd=place.path,
            env=place.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for place in places
    ]
    told = [(one.communicate(timeout=120)[0], one.returncode) for one in running]
    assert [status for _, status in told] == [0] * len(places), told


def check_usable(place: Project, folder: Path, env: dict[str, str]) -> None:
    """See that the schema is whole."""
    with servers.started(place, folder, env) as server:
        assert ask(server, "GET", "/health/ready").status == 200
        note = add(server)
        assert ask(server, "GET", f"{NOTES}/{note['id']}").json() == note
        server.stop()


def test_several_processes_migrate_at_once(project: Project, tmp_path: Path) -> None:
    """One does the work, the others wait for it, and nobody fails."""
    place = projects.sandbox(project, tmp_path / "project")
    env = production(place, tmp_path / "store")
    at_once([place] * 3, env)
    at_once([place] * 2, env)
    check_usable(place, tmp_path / "output", env)


def test_both_stacks_migrate_at_once(pair: Pair, tmp_path: Path) -> None:
    """They wait for each other too, and recognise what the other has done."""
    places = [projects.sandbox(project, tmp_path / stack) for stack, project in pair.projects.items()]
    for number in range(4):
        env = production(places[0], tmp_path / f"store{number}")
        at_once(places * 2, env)
    for place in places:
        check_usable(place, tmp_path / f"{place.stack}-output", env)
