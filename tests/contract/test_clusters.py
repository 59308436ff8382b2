"""Clusters: real time over several processes with Redis, where one of them may die."""

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import databases, projects, servers
from harness.cable import Cable
from harness.peers import LINKS, PLAIN, Link, Peer, SilentError, UnreachableError
from harness.projects import Project
from harness.servers import Server

from contract.conftest import Combination, Pair, independent, production
from contract.talk import (
    ANNOUNCEMENTS,
    CHAT,
    LIVE,
    SYMBOLS,
    Raw,
    asked,
    connect,
    crowd,
    enter,
    join,
    new_room,
    say,
    watch,
)
from contract.test_announcements import CREATED, DELETED, UPDATED, about
from contract.test_faults import durable, family, ready, seconds_until
from contract.test_live import at, check_ticks, subscribe
from contract.test_messages import BEGINNING, everything
from contract.test_notes import add, address, write
from contract.test_shutdown import GRACE, LIMIT
from contract.test_sockets import HANDSHAKE, lines_about
from contract.wire import ask

pytestmark = [pytest.mark.real_time, pytest.mark.needs(redis=True)]

WEBSOCKETS = [link for link in LINKS if link.transport == "websocket"]
HEALS = 12.0
"""Seconds until nobody believes a dead process's people to be here: six, a beat, and what a busy machine adds."""
TAKES_OVER = 6.0


@contextmanager
def clustered(project: Project, folder: Path, number: int = 2, **more: str) -> Iterator[Server]:
    """Run one server of several processes."""
    place = projects.sandbox(project, folder / "project")
    env = {**production(place, folder / "store"), "WEB_CONCURRENCY": str(number), **more}
    if "DATABASE_URL" in env and env["APP_ENV"] == "production":
        servers.migrate(place, env)
    with servers.started(place, folder / "output", env) as server:
        server.wait_for("listening")
        assert seconds_until(lambda: len(workers(server)) == number, 10) < 10, workers(server)
        time.sleep(1)  # the first answers before the last has begun to listen
        yield server


def several(combination: Combination) -> None:
    """Skip where several processes are refused: notes without a database live in one of them."""
    if combination["database"] == "none" and combination["api"] != "none":
        pytest.skip("notes without a database live in the memory of one process")


@pytest.mark.needs(chat=True)
def test_a_message_reaches_the_clients_of_every_process(processes: list[Server], link: Link) -> None:
    """Once, in the same order for everybody, and what is acknowledged is what is heard."""
    room = new_room()
    with ExitStack() as stack:
        peers = [stack.enter_context(enter(server, f"P{n}", link)) for n, server in enumerate(processes * 2)]
        for peer in peers:
            join(peer, room)
        said = [say(peers[n % 4], room, f"text {n}") for n in range(20)]
        for peer in peers:
            assert peer.wait_count("message", 20) == said
        assert join(peers[0], room)["messages"] == said


@pytest.mark.all("many who speak at once in two processes: a busy machine may not hear all in time")
@pytest.mark.needs(chat=True)
def test_messages_are_heard_in_the_order_of_their_ids(processes: list[Server]) -> None:
    """Else who is cut off having seen the later of two would never be told the earlier."""
    room = new_room()
    with ExitStack() as stack:
        speakers = [peer for server in processes for peer in crowd(server, room, 4, stack)]
        listeners = [stack.enter_context(enter(server)) for server in processes * 2]
        for peer in listeners:
            join(peer, room)
        with ThreadPoolExecutor(len(speakers)) as pool:

            def talk(peer: Peer) -> list[str]:
                ids = []
                for number in range(12):
                    ids.append(say(peer, room, str(number))["id"])
                    time.sleep(0.055)
                return ids

            said = sorted(key for ids in pool.map(talk, speakers) for key in ids)
        for peer in listeners:
            assert [message["id"] for message in peer.wait_count("message", len(said))] == said


@pytest.mark.needs(chat=True)
def test_who_is_here_is_right_in_every_process(processes: list[Server]) -> None:
    """Joining, leaving and going away are told to the clients of all."""
    room = new_room()
    first, second = processes
    with enter(first, "Ada") as ada, enter(second, "Bob") as bob:
        assert join(ada, room)["members"] == ["Ada"]
        assert join(bob, room)["members"] == ["Ada", "Bob"]
        ada.wait_for("presence", lambda told: told["members"] == ["Ada", "Bob"])
        window = enter(first, "Bob")
        assert join(window, room)["members"] == ["Ada", "Bob"]
        time.sleep(0.5)
        for peer in (ada, bob):
            peer.forget()
        window.close()
        time.sleep(1)
        assert ada.events("presence") == bob.events("presence") == []
        carl = enter(second, "Carl")
        assert join(carl, room)["members"] == ["Ada", "Bob", "Carl"]
        for peer in (ada, bob):
            peer.wait_for("presence", lambda told: told["members"] == ["Ada", "Bob", "Carl"])
        carl.close()
        for peer in (ada, bob):
            peer.wait(lambda peer=peer: last_members(peer) == ["Ada", "Bob"], "Carl's leaving")  # type: ignore[misc]
        asked(bob, "leave", {"room": room})
        ada.wait(lambda: last_members(ada) == ["Ada"], "Bob's leaving")
        assert join(ada, room)["members"] == ["Ada"]


def last_members(peer: Peer) -> Any:
    """Return who is here by what was told last."""
    told = peer.events("presence")
    return told[-1]["members"] if told else None


@pytest.mark.needs(live_data=True)
def test_one_ticker_serves_every_process(processes: list[Server]) -> None:
    """The same ticks, each once, and the same past."""
    with watch(processes[0]) as one, watch(processes[1]) as other:
        for peer in (one, other):
            for symbol in SYMBOLS:
                subscribe(peer, symbol)
        told = [peer.wait_count("tick", 100) for peer in (one, other)]
        for ticks in told:
            for symbol in SYMBOLS:
                check_ticks([tick for tick in ticks if tick["symbol"] == symbol], symbol)
        known = [{(tick["symbol"], tick["at"]): tick["price"] for tick in ticks} for ticks in told]
        common = known[0].keys() & known[1].keys()
        assert len(common) >= 25
        assert {key: known[0][key] for key in common} == {key: known[1][key] for key in common}
        past = [subscribe(peer, "AMBR") for peer in (one, other)]
        shared = {tick["at"] for tick in past[0]} & {tick["at"] for tick in past[1]}
        assert len(shared) >= min(len(past[0]), len(past[1])) - 20


@pytest.mark.needs(api="rest", database="any")
def test_a_change_is_announced_to_the_clients_of_every_process(processes: list[Server]) -> None:
    """Once to each, whichever process made it."""
    with ExitStack() as stack:
        peers = [stack.enter_context(connect(server, ANNOUNCEMENTS)) for server in processes * 2]
        note = add(processes[0], "made here")
        changed = write(processes[1], {"title": "changed there"}, address(note), "PATCH").json()
        for peer in peers:
            assert peer.wait_for(CREATED, about(note)) == note
            assert peer.wait_for(UPDATED, about(note)) == changed
        ask(processes[0], "DELETE", address(note))
        for peer in peers:
            assert peer.wait_for(DELETED, about(note)) == {"id": note["id"]}
            # Each once; which of two processes is heard first is not promised.
            names = [one.name for one in peer.heard if one.value["id"] == note["id"]]
            assert sorted(names) == sorted([CREATED, UPDATED, DELETED])


def kill(pid: int) -> None:
    """End a process as the kernel does when memory is short."""
    os.kill(pid, signal.SIGKILL)


@pytest.mark.needs(chat=True)
def test_the_clients_of_a_dead_process_come_back_on_another(project: Project, tmp_path: Path) -> None:
    """By themselves; presence heals, and nothing that was acknowledged is lost."""
    room = new_room()
    with (
        independent(project, tmp_path) as (first, second),
        Cable(first.port) as cable,
        enter(second, "Stays") as stays,
    ):
        join(stays, room)
        ghost = enter(first, "Ghost")
        join(ghost, room)
        peers = [enter(first, f"Comes back {n}", link, url=cable.url, reconnect=True) for n, link in enumerate(LINKS)]
        for peer in peers:
            join(peer, room)
        stays.wait(lambda: last_members(stays) == sorted(["Ghost", "Stays", *(f"Comes back {n}" for n in range(4))]))
        said = []
        for n in range(40):
            try:
                said.append(say(peers[n % 4], room, f"text {n}"))
            except (SilentError, UnreachableError):
                break
            if n == 25:
                os.killpg(first.process.pid, signal.SIGKILL)
                break
        cable.target = second.port
        dead = time.monotonic()
        for peer in peers:
            peer.wait_return(2, 15)
            told = everything(peer, room, BEGINNING)
            assert [message for message in told if message in said] == said, "an acknowledged message is lost"
        here = sorted(["Stays", *(f"Comes back {n}" for n in range(4))])
        stays.wait(lambda: last_members(stays) == here, "presence to heal", HEALS)
        assert time.monotonic() - dead <= HEALS
        assert join(stays, room)["members"] == here
        after = say(peers[0], room, "after")
        for peer in (*peers, stays):
            peer.wait_for("message", lambda message: message["id"] == after["id"])
        for peer in peers:
            peer.close()
        ghost.close()
        second.stop()


@pytest.mark.needs(live_data=True)
def test_when_the_ticker_dies_another_takes_over(project: Project, tmp_path: Path) -> None:
    """Within seconds, whichever of them it was; the past is not forgotten."""
    for number in range(2):
        with independent(project, tmp_path / str(number)) as running:
            dying, staying = running[number], running[1 - number]
            with watch(staying) as peer:
                subscribe(peer, "AMBR")
                peer.wait_count("tick", 10)
                os.killpg(dying.process.pid, signal.SIGKILL)
                wait_for_ticks_after(peer, time.time() + TAKES_OVER - 1)
                ticks = peer.events("tick")
                check_ticks(ticks, "AMBR")
                times = [at(tick) for tick in ticks]
                assert max(b - a for a, b in itertools.pairwise(times)) <= TAKES_OVER
                past = subscribe(peer, "AMBR")
                assert past[0]["at"] <= ticks[0]["at"]
                staying.stop()


def wait_for_ticks_after(peer: Peer, moment: float) -> None:
    """Wait for a tick of a later time."""
    peer.wait_for("tick", lambda tick: at(tick) > moment, TAKES_OVER * 2)


def workers(server: Server) -> list[int]:
    """List the processes that serve."""
    return family(server.process.pid)[1:]


def spread(server: Server, open_one: Callable[[], Peer], stack: ExitStack, number: int = 12) -> list[Peer]:
    """Connect so many clients that each process has some."""
    with ThreadPoolExecutor(4) as pool:
        peers = list(pool.map(lambda _: open_one(), range(number)))
    for peer in peers:
        stack.callback(peer.close)
    assert server.process.poll() is None
    return peers


@pytest.mark.needs(chat=True)
def test_two_processes_behind_one_port_are_one_chat(project: Project, combination: Combination, tmp_path: Path) -> None:
    """Every event reaches every client; one that dies is replaced, and its clients come back."""
    several(combination)
    room = new_room()
    with clustered(project, tmp_path) as server, ExitStack() as stack:
        peers = spread(server, lambda: enter(server, None, WEBSOCKETS[0], reconnect=True), stack, 8) + spread(
            server, lambda: enter(server, None, WEBSOCKETS[1], reconnect=True), stack, 8
        )
        for peer in peers:
            join(peer, room)
        assert len(join(peers[0], room)["members"]) == len(peers)
        said = [say(peer, room, f"text {n}") for n, peer in enumerate(peers)]
        for peer in peers:
            assert peer.wait_count("message", len(said)) == said
        kill(workers(server)[0])
        gone = [peer for peer in peers if seconds_until(lambda peer=peer: bool(peer.ended), 0.5) < 0.5]  # type: ignore[misc]
        assert 0 < len(gone) < len(peers), "all clients were on one process"
        for peer in gone:
            peer.wait_return(2, 20)
            told = everything(peer, room, BEGINNING)
            assert told == said, "an acknowledged message is lost"
        assert seconds_until(lambda: len(workers(server)) == 2, 10) < 10
        assert seconds_until(lambda: len(join_slowly(peers[-1], room)) == len(peers), HEALS) < HEALS
        after = say(gone[0], room, "after")
        for peer in peers:
            peer.wait_for("message", lambda message: message["id"] == after["id"])
        assert ask(server, "GET", "/health/ready").status == 200
        server.stop()


def join_slowly(peer: Peer, room: str) -> list[str]:
    """Ask who is here, not too often."""
    time.sleep(0.1)
    members = join(peer, room)["members"]
    assert isinstance(members, list)
    return members


@pytest.mark.needs(live_data=True)
def test_two_processes_behind_one_port_share_one_ticker(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """However many watch through whichever of them; also when one after the other dies."""
    several(combination)
    with clustered(project, tmp_path) as server, ExitStack() as stack:
        peers = spread(server, lambda: watch(server, PLAIN, reconnect=True), stack, 8)
        for peer in peers:
            subscribe(peer, "AMBR")
        told = [{tick["at"]: tick["price"] for tick in peer.wait_count("tick", 20)} for peer in peers]
        common = set.intersection(*(set(one) for one in told))
        assert len(common) >= 5
        assert len({tuple(one[moment] for moment in sorted(common)) for one in told}) == 1
        for _ in range(2):
            kill(workers(server)[0])
            assert seconds_until(lambda: len(workers(server)) == 2, 10) < 10
            time.sleep(1)
            with watch(server) as late:
                subscribe(late, "AMBR")
                late.wait_count("tick", 10, TAKES_OVER + 5)
                check_ticks(late.events("tick"), "AMBR")
        server.stop()


def test_several_processes_speak_websocket_only(project: Project, combination: Combination, tmp_path: Path) -> None:
    """A poll could come to a process that does not know the connection: it is refused at once."""
    several(combination)
    with clustered(project, tmp_path) as server:
        for _ in range(4):
            answer = ask(server, "GET", HANDSHAKE)
            assert answer.status == 400, answer
            assert b"Transport unknown" in answer.content
            with Raw(server) as raw:
                raw.enter(server)
                assert raw.opened["upgrades"] == []
        for link in LINKS:
            if link.transport == "polling":
                with pytest.raises(UnreachableError):
                    connect(server, CHAT if combination["chat"] is True else LIVE, link=link, name="Ada")
        server.stop()


def test_several_processes_start_and_stop_as_one(project: Project, combination: Combination, tmp_path: Path) -> None:
    """One line at each end, status 0 in time, nobody left behind, and clients that come back by themselves."""
    several(combination)
    door = CHAT if combination["chat"] is True else LIVE
    with clustered(project, tmp_path, 3) as server, ExitStack() as stack:
        peers = spread(server, lambda: connect(server, door, name="Ada"), stack, 40)
        begun = time.monotonic()
        server.signal()
        assert server.wait(LIMIT + GRACE) == 0, server.told()
        assert time.monotonic() - begun <= LIMIT
        assert not server.left_behind()
        for peer in peers:
            assert peer.wait_end() in ("transport close", "transport error"), peer.told()
        assert len(lines_about(server, "listening")) == 1
        assert len(lines_about(server, "stopped")) == 1
        assert server.lines()[-1]["message"] == "stopped"
        assert len(lines_about(server, "disconnected")) == len(lines_about(server, "connected")) == 40
        assert [line for line in server.lines() if line["level"] != "info"] == []
        assert server.stderr == ""


def test_development_migrates_once_for_several_processes(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """Before they start."""
    several(combination)
    place = projects.sandbox(project, tmp_path / "project")
    env = {**databases.variables(place.answers, tmp_path), "WEB_CONCURRENCY": "2"}
    with servers.started(place, tmp_path / "output", env) as server:
        server.wait_for("listening")
        assert seconds_until(lambda: ask(server, "GET", "/health/ready").status == 200, 5) < 5
        server.stop()
        assert server.stdout.count("listening") == 1, server.told()


@pytest.mark.needs(chat=True)
@pytest.mark.needs(auth=["none", "token"])
def test_a_redis_that_was_restarted_empty_learns_who_is_here(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """Each process tells it again; messages and ticks go on across processes without a restart."""
    room = new_room()
    with independent(project, tmp_path, {**durable(project, tmp_path / "store"), **ticking(combination)}) as running:
        redis = databases.server("redis", durable=True)
        try:
            with enter(running[0], "Ada") as ada, enter(running[1], "Bob") as bob, ExitStack() as stack:
                join(ada, room)
                join(bob, room)
                watcher = None
                if combination["live_data"] is True:
                    watcher = stack.enter_context(watch(running[1]))
                    subscribe(watcher, "AMBR")
                    watcher.wait_count("tick", 3)
                redis.stop(signal.SIGKILL)
                redis.forget()
                time.sleep(1.5)
                redis.start()
                back = time.time()
                for server in running:
                    assert seconds_until(lambda server=server: ready(server), 10) < 5  # type: ignore[misc]

                def both_here() -> bool:
                    time.sleep(0.3)
                    ack = ada.ask("join", {"room": room})
                    return bool(ack["ok"] and ack["members"] == ["Ada", "Bob"])

                assert seconds_until(both_here, HEALS) < HEALS
                for speaker, listener in ((ada, bob), (bob, ada)):
                    said = say(speaker, room, "again")
                    listener.wait_for("message", lambda message, said=said: message["id"] == said["id"])  # type: ignore[misc]
                if watcher:
                    wait_for_ticks_after(watcher, back + 1)
                assert ada.ended == bob.ended == []
        finally:
            redis.start()
        for server in running:
            server.stop()


def ticking(combination: Combination) -> dict[str, str]:
    """Let ticks come quickly where there are any."""
    return {"TICK_INTERVAL_MS": "50"} if combination["live_data"] is True else {}


@pytest.mark.needs(chat=True)
def test_what_a_process_leaves_in_redis_has_an_end(processes: list[Server], combination: Combination) -> None:
    """Nothing stays for ever of rooms and people that are gone."""
    room = new_room()
    with enter(processes[0], "Ada") as peer:
        join(peer, room)
        say(peer, room, "a")
    url = processes[0].env["REDIS_URL"]
    shared = databases.server("redis")
    assert isinstance(shared, databases.Redis)
    with shared.connect(int(url.rpartition("/")[2])) as connection:

        def members() -> list[str]:
            return [str(key) for key in connection.scan_iter(match=f"chat:members:{room}")]

        assert seconds_until(lambda: not members(), 8) < 8
        kept = [str(key) for key in connection.scan_iter(match=f"*{room}*")]
        if combination["database"] == "none":
            assert kept == [f"chat:messages:{room}"]
            assert 6 * 86_400 < int(str(connection.ttl(kept[0]))) <= 7 * 86_400
            for after in (None, BEGINNING):
                connection.expire(kept[0], 60)
                with enter(processes[1]) as reader:
                    join(reader, room, after)
                assert 6 * 86_400 < int(str(connection.ttl(kept[0]))) <= 7 * 86_400, "reading is using, too"
        else:
            assert kept == []


@pytest.mark.needs(chat=True, live_data=True)
def test_another_database_of_the_same_redis_is_another_world(project: Project, tmp_path: Path) -> None:
    """Two projects may share a Redis server by its numbers; what is published there knows none."""
    room = new_room()
    with (
        independent(project, tmp_path / "one") as (one, other),
        independent(project, tmp_path / "two") as (foreign, _),
        enter(one, "Ada") as ada,
        enter(other, "Bob") as bob,
        enter(foreign, "Eve") as eve,
        watch(one) as watcher,
    ):
        for peer in (ada, bob, eve):
            join(peer, room)
        said = say(ada, room, "between us")
        bob.wait_for("message")
        assert say(eve, room, "alone")["id"] != said["id"]
        subscribe(watcher, "AMBR")
        check_ticks(watcher.wait_count("tick", 40), "AMBR")
        assert [message["text"] for message in ada.events("message")] == ["between us"]
        assert [message["text"] for message in eve.events("message")] == ["alone"]
        assert join(eve, room)["members"] == ["Eve"]
        assert join(ada, room)["members"] == ["Ada", "Bob"]


@pytest.mark.needs(live_data=True)
def test_ticks_that_a_process_missed_are_known_when_redis_is_back(project: Project, tmp_path: Path) -> None:
    """While it is out of reach a process answers with what it knows; then it knows the rest; nothing is told twice."""
    place = projects.sandbox(project, tmp_path / "project")
    env = production(place, tmp_path / "store")
    if "DATABASE_URL" in env:
        servers.migrate(place, env)
    host, _, number = env["REDIS_URL"].rpartition("/")
    with (
        Cable(int(host.rpartition(":")[2])) as cable,
        servers.started(place, tmp_path / "near", env) as near,
        servers.started(
            place, tmp_path / "far", {**env, "REDIS_URL": f"redis://127.0.0.1:{cable.port}/{number}"}
        ) as far,
        watch(near) as here,
        watch(far) as there,
    ):
        for peer in (here, there):
            subscribe(peer, "AMBR")
            peer.wait_count("tick", 10)
        cable.cut()
        time.sleep(1)
        past = subscribe(there, "AMBR")
        assert past[-1] == there.events("tick")[-1]
        cable.mend()
        wait_for_ticks_after(there, time.time() + 1)
        told, whole = there.events("tick"), here.wait_count("tick", len(here.events("tick")) + 5)
        check_ticks(told, "AMBR")
        assert [tick for tick in told if whole[0]["at"] <= tick["at"] <= whole[-1]["at"] and tick not in whole] == []
        later = subscribe(there, "AMBR")
        begun, ended = max(later[0]["at"], whole[0]["at"]), min(later[-1]["at"], whole[-1]["at"])
        past, made = ([tick for tick in ticks if begun <= tick["at"] <= ended] for ticks in (later, whole))
        assert past == made
        assert len(made) > 20
        for server in (near, far):
            server.stop()


@pytest.mark.needs(live_data=True)
def test_both_stacks_share_one_ticker(pair: Pair, tmp_path: Path) -> None:
    """On one Redis they hand each other's ticks to their own clients."""
    first, second = [projects.sandbox(project, tmp_path / stack) for stack, project in pair.projects.items()]
    env = production(first, tmp_path / "store")
    if "DATABASE_URL" in env:
        servers.migrate(first, env)
    with servers.started(first, tmp_path / "one", env) as one, servers.started(second, tmp_path / "two", env) as two:
        with watch(one) as here, watch(two) as there:
            for peer in (here, there):
                subscribe(peer, "AMBR")
            ticks = [{tick["at"]: tick["price"] for tick in peer.wait_count("tick", 30)} for peer in (here, there)]
            common = ticks[0].keys() & ticks[1].keys()
            assert len(common) >= 15
            assert {moment: ticks[0][moment] for moment in common} == {moment: ticks[1][moment] for moment in common}
            for peer in (here, there):
                check_ticks(peer.events("tick"), "AMBR")
        for server in (one, two):
            with contextlib.suppress(UnreachableError):
                server.stop()
