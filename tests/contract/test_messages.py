"""Messages: what is kept of a conversation, in which order, and what who was away is told."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import databases, projects, servers
from harness.cable import Cable
from harness.databases import Daemon
from harness.peers import PLAIN, Link, Peer, SilentError, UnreachableError
from harness.projects import Project
from harness.servers import Server

from contract.conftest import Combination, Pair, deployed, production
from contract.talk import (
    EVENTS_A_SECOND,
    TIME,
    UNAVAILABLE,
    check_denied,
    crowd,
    enter,
    fill,
    join,
    new_room,
    say,
)
from contract.test_faults import ANSWERS, FOLLOWS, durable, ready, seconds_until
from contract.test_store import BACK, SCHEMAS

pytestmark = pytest.mark.needs(chat=True)

KEPT_WITHOUT_A_DATABASE = 200
AT_FIRST, AT_ONCE = 50, 200


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """List what was said."""
    return [message["text"] for message in messages]


def everything(peer: Peer, room: str, after: str) -> list[dict[str, Any]]:
    """Ask for what came after a message until there is no more of it."""
    found: list[dict[str, Any]] = []
    while True:
        part = join(peer, room, found[-1]["id"] if found else after)
        found += part["messages"]
        if not part["more"]:
            return found
        assert len(part["messages"]) == AT_ONCE


BEGINNING = "00000000-0000-7000-8000-000000000000"
END = "ffffffff-ffff-7fff-bfff-ffffffffffff"


def test_who_joins_is_told_the_last_fifty_messages(server: Server, link: Link) -> None:
    """The oldest of them first, each as it was when it was said."""
    room = new_room()
    made = fill(server, room, 55)
    with enter(server, "Late", link) as peer:
        told = join(peer, room)
        assert told["messages"] == made[-AT_FIRST:]
        assert told["more"] is False


def test_who_was_away_is_told_what_came_after_a_message(server: Server, link: Link) -> None:
    """That message not; an id that is in no room only stands for a moment."""
    room = new_room()
    made = fill(server, room, 12)
    fill(server, new_room(), 3)
    with enter(server, "Back", link) as peer:
        for number in (0, 5, 10, 11):
            told = join(peer, room, made[number]["id"])
            assert (told["messages"], told["more"]) == (made[number + 1 :], False)
        assert join(peer, room, END)["messages"] == []
        assert join(peer, room, BEGINNING)["messages"] == made
        assert join(peer, new_room(), made[0]["id"])["messages"] == []


def test_more_than_200_missed_messages_come_in_parts(server: Server, combination: Combination) -> None:
    """`more` says so; joining again with the last id goes on. Without a database 200 are kept."""
    room = new_room()
    made = fill(server, room, 430)
    with enter(server, "Back") as peer:
        if combination["database"] == "none":
            told = join(peer, room, made[0]["id"])
            assert told["messages"] == made[-KEPT_WITHOUT_A_DATABASE:]
            assert told["more"] is False
            return
        first = join(peer, room, made[0]["id"])
        assert first["messages"] == made[1 : AT_ONCE + 1]
        assert first["more"] is True
        second = join(peer, room, first["messages"][-1]["id"])
        assert second["messages"] == made[AT_ONCE + 1 : 2 * AT_ONCE + 1]
        assert second["more"] is True
        last = join(peer, room, second["messages"][-1]["id"])
        assert (last["messages"], last["more"]) == (made[2 * AT_ONCE + 1 :], False)
        exactly = join(peer, room, made[-AT_ONCE - 1]["id"])
        assert (len(exactly["messages"]), exactly["more"]) == (AT_ONCE, False)
        assert join(peer, room)["messages"] == made[-AT_FIRST:]


def test_ids_ascend_and_times_are_those_of_the_server(server: Server) -> None:
    """Also within a millisecond."""
    room = new_room()
    with enter(server, "Ada") as peer:
        join(peer, room)
        begun = time.time()
        said = [say(peer, room, str(n)) for n in range(EVENTS_A_SECOND - 2)]
        ended = time.time()
    ids = [message["id"] for message in said]
    assert ids == sorted(set(ids))
    for message in said:
        assert TIME.fullmatch(message["created_at"])
        moment = int(message["id"].replace("-", "")[:12], 16) / 1000
        assert begun - 1 <= moment <= ended + 1
    assert [message["created_at"] for message in said] == sorted(message["created_at"] for message in said)


class Listener:
    """A person whose connection breaks, who comes back and asks for what was missed, and drops what comes twice."""

    def __init__(self, server: Server, url: str, room: str, link: Link) -> None:
        """Come in for the first time, by another address than the server's."""
        self.server, self.url, self.room, self.link = server, url, room, link
        self.told: dict[str, dict[str, Any]] = {}
        self.peer: Peer | None = None
        self.come()

    @property
    def last(self) -> str | None:
        """Return the id of the last message that is known; without one, there was none."""
        return max(self.told, default=None)

    def come(self) -> None:
        """Connect, and ask for everything since."""
        self.peer = enter(self.server, "Listener", self.link, url=self.url)
        messages = join(self.peer, self.room)["messages"] if self.last is None else self.missed(self.last)
        self.told |= {message["id"]: message for message in messages}

    def missed(self, last: str) -> list[dict[str, Any]]:
        """Ask for what was said since."""
        assert self.peer is not None
        return everything(self.peer, self.room, last)

    def gather(self) -> None:
        """Note what was heard live: only up to a message that has not come does the order of coming matter."""
        assert self.peer is not None
        self.told |= {message["id"]: message for message in self.peer.events("message")}


def test_a_connection_cut_twice_loses_nothing_and_repeats_nothing(server: Server, link: Link) -> None:
    """In the middle of a conversation; at the end every message is there once, in order, the own ones included."""
    room = new_room()
    with ExitStack() as stack:
        speakers = crowd(server, room, 3, stack)
        cable = stack.enter_context(Cable(server.port))
        listener = Listener(server, cable.url, room, link)
        ended = threading.Event()

        def speak(number: int) -> list[dict[str, Any]]:
            said: list[dict[str, Any]] = []
            while not ended.is_set():
                said.append(say(speakers[number], room, f"{number}-{len(said)}"))
                time.sleep(0.07)
            return said

        with ThreadPoolExecutor(3) as pool:
            speaking = [pool.submit(speak, number) for number in range(3)]
            own: list[dict[str, Any]] = []
            try:
                for _ in range(2):
                    assert listener.peer is not None
                    listener.peer.wait_count("message", 8)
                    own += answer_back(listener, room)
                    cable.cut()
                    listener.peer.wait_end()
                    listener.gather()
                    time.sleep(0.6)
                    cable.mend()
                    listener.come()
                assert listener.peer is not None
                listener.peer.wait_count("message", 8)
            finally:
                ended.set()
            said = [message for one in speaking for message in one.result()]
        assert listener.peer is not None
        last = max(message["id"] for message in said)
        listener.peer.wait_for("message", lambda message: message["id"] == last)
        listener.gather()
        live = [message["id"] for message in listener.peer.events("message")]
        assert len(live) == len(set(live)), "a message came twice on one connection"
        expected = {message["id"]: message for message in [*said, *own]}
        missing = [message for key, message in expected.items() if key not in listener.told]
        assert not missing, f"never told: {missing}"
        extra = {key: value for key, value in listener.told.items() if key not in expected}
        assert all(message["author"] == "Listener" for message in extra.values()), extra
        for number in range(3):
            mine = [key for key in sorted(listener.told) if listener.told[key]["text"].startswith(f"{number}-")]
            assert texts([listener.told[key] for key in mine]) == [f"{number}-{n}" for n in range(len(mine))]
        listener.peer.close()


def answer_back(listener: Listener, room: str) -> list[dict[str, Any]]:
    """Say something oneself; return it when it was acknowledged."""
    assert listener.peer is not None
    try:
        return [say(listener.peer, room, "own")]
    except (SilentError, UnreachableError):
        return []


def survives(combination: Combination) -> bool:
    """Say whether messages outlive the process."""
    return combination["database"] != "none" or combination["redis"] is True


def test_a_restart_keeps_the_messages_where_there_is_a_store(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """They are the same afterwards, and new ones come after them."""
    room = new_room()
    with deployed(project, tmp_path) as server:
        made = fill(server, room, 8)
        server.stop()
        with servers.started(
            server.project, tmp_path / "again", {**server.env, "PORT": str(servers.free_port())}
        ) as again:
            with enter(again) as peer:
                assert join(peer, room)["messages"] == (made if survives(combination) else [])
                assert say(peer, room, "new")["id"] > made[-1]["id"]
                told = join(peer, room, made[2]["id"])["messages"]
                assert texts(told) == ([*texts(made[3:]), "new"] if survives(combination) else ["new"])
            again.stop()


def numbers(url: str, room: str) -> list[tuple[int, str]]:
    """Read the numbers and ids of a room's messages out of a database."""
    query, name = "SELECT number, id FROM messages WHERE room = ", url.rpartition("/")[2].partition("?")[0]
    rows: list[Any]
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        rows = connection.execute(f"{query} ?", (room,)).fetchall()
        connection.close()
    elif url.startswith("postgresql"):
        shared = databases.server("postgresql")
        assert isinstance(shared, databases.PostgreSQL)
        with shared.connect(name) as opened:
            rows = opened.execute(f"{query} %s".encode(), (room,)).fetchall()
    elif url.startswith("mysql"):
        server = databases.server("mysql")
        assert isinstance(server, databases.MySQL)
        rows = server.query(query.replace("messages", f"`{name}`.messages") + "%s", room)
    else:
        mongo = databases.server("mongodb")
        assert isinstance(mongo, databases.MongoDB)
        with mongo.connect() as client:
            rows = [(one["number"], one["_id"]) for one in client[name]["messages"].find({"room": room})]
    return sorted((int(number), str(key)) for number, key in rows)


def follow(server: Server, room: str, ended: threading.Event) -> list[str]:
    """Ask again and again for what came after the last id seen, as somebody does whose connection keeps breaking."""
    seen: list[str] = []
    with enter(server, "Follower") as peer:
        join(peer, room)
        last = False
        while True:
            asked = time.monotonic()
            told = join(peer, room, seen[-1] if seen else BEGINNING)
            seen += [message["id"] for message in told["messages"]]
            if last and not told["more"]:
                return seen
            last = ended.is_set()
            time.sleep(max(0.0, 0.07 - (time.monotonic() - asked)))


def check_order(through: list[Server], room: str, each: int, people: int) -> list[str]:
    """Have many people talk at once through several processes while others follow; return the ids in order."""
    ended = threading.Event()
    with ExitStack() as stack:
        peers = [peer for server in through for peer in crowd(server, room, people, stack)]
        with ThreadPoolExecutor(len(peers) + len(through)) as pool:
            following = [pool.submit(follow, server, room, ended) for server in through]

            def speak(number: int) -> list[str]:
                ids = []
                for turn in range(each):
                    ids.append(say(peers[number], room, f"{number}-{turn}")["id"])
                    time.sleep(0.055)
                return ids

            said = [pool.submit(speak, number) for number in range(len(peers))]
            try:
                made = [one.result() for one in said]
            finally:
                ended.set()
            seen = [one.result() for one in following]
    for ids in made:
        assert ids == sorted(ids), "what one person says is out of order"
    expected = sorted(one for ids in made for one in ids)
    assert len(expected) == len(set(expected)) == each * len(peers)
    for ids in seen:
        assert ids == expected, f"a follower has missed {set(expected) - set(ids)}"
    return expected


def test_of_many_who_talk_at_once_nobody_is_missed(server: Server, combination: Combination) -> None:
    """Who has seen a message and asks for what came after it gets all the rest, however many talk."""
    room = new_room()
    check_order([server], room, 12, 8)
    if combination["database"] != "none":
        rows = numbers(server.env["DATABASE_URL"], room)
        assert [number for number, _ in rows] == list(range(1, len(rows) + 1))


@pytest.mark.needs(database="any")
def test_two_processes_number_one_room_without_gaps(processes: list[Server]) -> None:
    """In the order in which messages become visible, whichever process wrote them."""
    room = new_room()
    expected = check_order(processes, room, 10, 5)
    rows = numbers(processes[0].env["DATABASE_URL"], room)
    assert rows == list(zip(range(1, len(expected) + 1), expected, strict=True))


def copies(pair: Pair, folder: Path) -> list[Project]:
    """Give each stack's project a place of its own."""
    return [projects.sandbox(project, folder / stack) for stack, project in pair.projects.items()]


@pytest.mark.needs(database="any")
def test_both_stacks_make_the_same_place_for_messages(pair: Pair, tmp_path: Path) -> None:
    """Names, types, keys and indexes are equal, and what one has applied the other recognises."""
    found = []
    schema = SCHEMAS[str(pair.answers["database"])]
    places = copies(pair, tmp_path)
    for project in places:
        env = production(project, tmp_path / project.stack / "store")
        servers.migrate(project, env)
        found.append(schema(env["DATABASE_URL"], "messages"))
        for other in places:
            servers.migrate(other, env)
            assert schema(env["DATABASE_URL"], "messages") == found[-1], "applied twice is not the same"
    assert found[0] == found[1]
    assert "messages" in str(found[0])


@pytest.mark.needs(database=["sqlite", "postgresql", "mysql"])
def test_messages_go_forward_and_back(pair: Pair, tmp_path: Path) -> None:
    """Either stack takes back what the other has made, and makes it again."""
    first, second = copies(pair, tmp_path)
    env = production(first, tmp_path / "store")
    schema = SCHEMAS[str(pair.answers["database"])]
    servers.migrate(first, env)
    made = schema(env["DATABASE_URL"], "messages")
    for one, other in ((second, first), (first, second)):
        projects.run(one, BACK[one.stack], env=one.environment(env))
        assert schema(env["DATABASE_URL"], "messages") != made
        servers.migrate(other, env)
        assert schema(env["DATABASE_URL"], "messages") == made


@pytest.mark.parametrize("turned", [False, True], ids=["flask-first", "node-first"])
def test_one_store_of_messages_serves_two_stacks(pair: Pair, tmp_path: Path, turned: bool) -> None:
    """What was said to one is told by the other, to the letter, and goes on from there."""
    if not survives(pair.answers):
        pytest.skip("without a store messages end with the process")
    places = copies(pair, tmp_path)
    first, second = reversed(places) if turned else places
    env = production(first, tmp_path / "store")
    if "DATABASE_URL" in env:
        servers.migrate(first, env)
    room, made = new_room(), list[dict[str, Any]]()
    for number, place in enumerate((first, second, first)):
        with servers.started(place, tmp_path / f"out{number}", env) as server:
            with enter(server, f"Ada 👋 {place.stack}") as peer:
                assert join(peer, room)["messages"] == made
                made += [say(peer, room, f"{number} {n} 👋\u2028é") for n in range(3)]
                assert join(peer, room, made[0]["id"])["messages"] == made[1:]
            server.stop()
    ids = [message["id"] for message in made]
    assert ids == sorted(ids)
    if "DATABASE_URL" in env:
        assert numbers(env["DATABASE_URL"], room) == list(zip(range(1, 10), ids, strict=True))


@pytest.mark.needs(database="any")
def test_two_stacks_number_one_room_together(pair: Pair, tmp_path: Path) -> None:
    """At the same time, in the same room, without gaps."""
    first, second = copies(pair, tmp_path)
    env = production(first, tmp_path / "store")
    servers.migrate(first, env)
    room = new_room()
    with (
        servers.started(first, tmp_path / "first", env) as one,
        servers.started(second, tmp_path / "second", env) as two_,
    ):
        expected = check_order([one, two_], room, 8, 4)
        rows = numbers(env["DATABASE_URL"], room)
        assert rows == list(zip(range(1, len(expected) + 1), expected, strict=True))
        one.stop()
        two_.stop()


@contextmanager
def standing_on(project: Project, folder: Path, kind: str) -> Iterator[tuple[Server, Daemon]]:
    """Run a project on servers that may be stopped, and hand over one of them."""
    place = projects.sandbox(project, folder / "project")
    env = durable(place, folder / "store")
    if "DATABASE_URL" in env:
        servers.migrate(place, env)
    daemon = databases.server(kind, durable=True)
    try:
        with servers.started(place, folder / "output", env) as server:
            yield server, daemon
            server.stop()
    finally:
        daemon.start()


@pytest.mark.needs(database=databases.SERVERS)
def test_a_database_that_is_away_is_a_503_and_comes_back(
    project: Project, combination: Combination, tmp_path: Path
) -> None:
    """Nothing is said to the room that is not kept; afterwards all goes on without a restart, on the same socket."""
    room = new_room()
    with (
        standing_on(project, tmp_path, str(combination["database"])) as (server, database),
        enter(server, "Ada") as peer,
        enter(server, "Bob") as other,
    ):
        join(peer, room)
        join(other, room)
        said = [say(peer, room, "before")]
        database.stop()
        begun = time.monotonic()
        check_denied(peer.ask("send", {"room": room, "text": "away"}), 503, UNAVAILABLE)
        check_denied(peer.ask("join", {"room": new_room()}), 503, UNAVAILABLE)
        assert time.monotonic() - begun <= 2 * ANSWERS
        assert peer.ask("leave", {"room": new_room()}) == {"ok": True}
        database.start()
        assert seconds_until(lambda: ready(server), FOLLOWS * 4) <= FOLLOWS * 2
        assert seconds_until(lambda: bool(peer.ask("join", {"room": room})["ok"]), FOLLOWS * 2) <= FOLLOWS
        said.append(say(peer, room, "after"))
        assert join(peer, room)["messages"] == said
        assert other.wait_count("message", 2) == said
        assert (peer.ended, other.ended) == ([], [])
        assert "app:app@" not in server.stdout


@pytest.mark.needs(redis=True)
def test_redis_that_is_away_is_a_503_and_comes_back(project: Project, tmp_path: Path) -> None:
    """Before anything is stored; who stays connected is heard again afterwards."""
    room = new_room()
    with (
        standing_on(project, tmp_path, "redis") as (server, redis),
        enter(server, "Ada") as peer,
        enter(server, "Bob") as other,
    ):
        join(peer, room)
        join(other, room)
        said = [say(peer, room, "before")]
        other.wait_count("message", 1)
        redis.stop()
        begun = time.monotonic()
        check_denied(peer.ask("send", {"room": room, "text": "away"}), 503, UNAVAILABLE)
        check_denied(peer.ask("join", {"room": new_room()}), 503, UNAVAILABLE)
        assert time.monotonic() - begun <= ANSWERS
        assert peer.ask("leave", {"room": new_room()}) == {"ok": True}
        redis.start()
        assert seconds_until(lambda: ready(server), FOLLOWS * 4) <= FOLLOWS
        assert seconds_until(lambda: bool(peer.ask("join", {"room": room})["ok"]), FOLLOWS * 2) <= FOLLOWS
        time.sleep(2)
        new = say(peer, room, "after")
        other.wait_for("message", lambda message: message["id"] == new["id"])
        assert join(peer, room)["messages"] == [*said, new]
        assert texts(other.events("message")) == ["before", "after"]
        assert seconds_until(lambda: join(peer, room)["members"] == ["Ada", "Bob"], 12) < 12
        assert (peer.ended, other.ended) == ([], [])


@pytest.mark.needs(database="none", redis=False)
@pytest.mark.all("a thousand rooms take a while to fill")
def test_without_a_store_a_thousand_rooms_are_remembered(server: Server) -> None:
    """The one that was not used for the longest time is forgotten; to read is to use, to be there is not."""
    first, read = new_room(), new_room()
    for room in (first, read):
        fill(server, room, 1)
    with ExitStack() as stack:
        peers = [stack.enter_context(enter(server)) for _ in range(10)]
        reader = stack.enter_context(enter(server))

        def say_in_five(start: int) -> None:
            for number in range(start, start + 50, 10):
                peer, room = peers[number % 10], f"filling-{number}"
                for event, payload in (("join", {}), ("send", {"text": "a"}), ("leave", {})):
                    while peer.ask(event, {"room": room, **payload}).get("error", {}).get("status") == 429:
                        time.sleep(0.3)

        for start in range(0, 1010, 50):
            begun = time.monotonic()
            join(reader, read, BEGINNING if start % 100 else None)
            with ThreadPoolExecutor(10) as pool:
                list(pool.map(say_in_five, range(start, start + 10)))
            time.sleep(max(0.0, 1.1 - (time.monotonic() - begun)))
        with enter(server, None, PLAIN) as peer:
            assert join(peer, first)["messages"] == []
            assert len(join(peer, read)["messages"]) == 1
            assert len(join(peer, "filling-1000")["messages"]) == 1
