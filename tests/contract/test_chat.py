"""Chat: rooms, messages and who is here, with both official clients."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from harness.cable import Cable
from harness.peers import LINKS, PLAIN, Link, Peer, RefusedError
from harness.servers import Server

from contract.conftest import Combination
from contract.talk import (
    CHAT,
    CONTROL,
    INVALID,
    LIVE,
    MESSAGE_ID,
    NOT_JOINED,
    NUL,
    ONE,
    REQUIRED,
    ROOM,
    STRING,
    SURROGATE,
    TOO_MANY_ROOMS,
    UNKNOWN,
    Raw,
    asked,
    check_denied,
    check_refused,
    connect,
    enter,
    join,
    new_room,
    say,
)
from contract.test_notes import NO_SPACES, SPACES

pytestmark = pytest.mark.needs(chat=True)

NAME_LENGTH, TEXT_LENGTH = "This must have at most 64 characters.", "This must have at most 2000 characters."
NOBODY = "018f0000-0000-7000-8000-000000000000"
Errors = list[tuple[str, str]]

WRONG_NAMES: list[tuple[Any, Errors]] = [
    (None, [("/name", REQUIRED)]),
    ({}, [("/name", REQUIRED)]),
    ({"name": None}, [("/name", STRING)]),
    ({"name": 5}, [("/name", STRING)]),
    ({"name": ["Ada"]}, [("/name", STRING)]),
    ({"name": {"$ne": ""}}, [("/name", STRING)]),
    ({"name": ""}, [("/name", ONE)]),
    ({"name": " \u3000\t"}, [("/name", ONE)]),
    ({"name": "x" * 65}, [("/name", NAME_LENGTH)]),
    ({"name": "👋" * 65}, [("/name", NAME_LENGTH)]),
    ({"name": "a\u0000b"}, [("/name", NUL)]),
    ({"name": "a\ud800b"}, [("/name", SURROGATE)]),
    ({"name": "a\u0000\ud800b"}, [("/name", SURROGATE)]),
    ({"name": "a\nb"}, [("/name", CONTROL)]),
    ({"name": "a\x1b[31mb"}, [("/name", CONTROL)]),
    ({"name": "a\x7fb"}, [("/name", CONTROL)]),
    ({"name": "a\x85b"}, [("/name", CONTROL)]),
    ({"name": "a\x9fb"}, [("/name", CONTROL)]),
    ({"name": "\x1c"}, [("/name", CONTROL)]),
    ({"name": "\x01" * 100}, [("/name", CONTROL)]),
    ({"name": "Ada", "token": "x"}, [("/token", UNKNOWN)]),
    ({"zz": 1, "name": 5, "aa": 2}, [("/name", STRING), ("/aa", UNKNOWN), ("/zz", UNKNOWN)]),
    ({"Name": "Ada"}, [("/name", REQUIRED), ("/Name", UNKNOWN)]),
    ({"name": "Ada", "a/b": 1, "m~n": 2}, [("/a~1b", UNKNOWN), ("/m~0n", UNKNOWN)]),
    ({"name": "Ada", "constructor": 1}, [("/constructor", UNKNOWN)]),
]


@pytest.mark.anywhere
@pytest.mark.needs(auth="none", redis=False)
@pytest.mark.parametrize(("auth", "errors"), WRONG_NAMES, ids=[ascii(auth)[:40] for auth, _ in WRONG_NAMES])
def test_a_wrong_name_is_refused_with_a_problem(server: Server, auth: Any, errors: Errors) -> None:
    """In the words that HTTP has for the same mistakes."""
    for link in (PLAIN, LINKS[-1]):
        with pytest.raises(RefusedError) as refused:
            link.open(server.url, CHAT, auth=auth)
        check_refused(refused.value, 422, INVALID, CHAT, errors)


@pytest.mark.anywhere
@pytest.mark.needs(auth="none", redis=False)
@pytest.mark.parametrize("auth", ["[]", '["Ada"]', '"Ada"', "5", "true", "null", '{"name":'])
def test_auth_that_is_no_object_lets_nobody_in(server: Server, auth: str) -> None:
    """No official client sends it; the connection is refused or ends."""
    with Raw(server) as raw:
        raw.send(f"40/chat,{auth}")
        answer = raw.receive()
        assert answer is None or answer.startswith("44/chat,"), answer


NAMES = [
    "Ada",
    "x" * 64,
    "👋" * 64,
    "Zoë 漢字",
    "__proto__",
    "constructor",
    "<b>",
    "' OR 1=1 --",
    "%s",
    "a\u200bb",
    "a b",
]


@pytest.mark.anywhere
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_kept_as_it_is(server: Server, link: Link, name: str) -> None:
    """But for the white space around it."""
    room = new_room()
    with enter(server, f" \u2003{name}\t\n", link) as peer:
        assert join(peer, room)["members"] == [name]
        assert say(peer, room, "hello")["author"] == name


def test_a_message_reaches_everybody_in_the_room(server: Server, link: Link) -> None:
    """The sender too, each once, the same as what was acknowledged, in the order in which it was said."""
    room = new_room()
    with ExitStack() as stack:
        peers = [stack.enter_context(enter(server, f"{one.name} of {link.name}", one)) for one in LINKS]
        speaker = stack.enter_context(enter(server, "Speaker", link))
        for peer in (*peers, speaker):
            assert join(peer, room)["messages"] == []
        said = [say(speaker, room, f"text {n}") for n in range(15)]
        assert [message["author"] for message in said] == ["Speaker"] * 15
        assert [message["text"] for message in said] == [f"text {n}" for n in range(15)]
        for peer in (*peers, speaker):
            assert peer.wait_count("message", 15) == said
        assert join(peers[0], room)["messages"] == said


def test_a_conversation_between_all_clients(server: Server) -> None:
    """Everybody hears everybody."""
    room = new_room()
    with ExitStack() as stack:
        peers = [stack.enter_context(enter(server, one.name, one)) for one in LINKS]
        for peer in peers:
            join(peer, room)
        with ThreadPoolExecutor(len(peers)) as pool:

            def talk(peer: Peer) -> list[str]:
                return [say(peer, room, f"{n} 👋")["id"] for n in range(10)]

            said = list(itertools.chain(*pool.map(talk, peers)))
        for peer in peers:
            heard = [message["id"] for message in peer.wait_count("message", len(said))]
            assert sorted(heard) == sorted(said)
        again = join(peers[0], room)
        assert [message["id"] for message in again["messages"]] == sorted(said)
        assert again["members"] == sorted(one.name for one in LINKS)


def test_rooms_do_not_hear_each_other(server: Server, link: Link) -> None:
    """Neither messages nor who is here."""
    one, other = new_room(), new_room()
    with enter(server, "One", link) as first, enter(server, "Other", link) as second:
        assert join(first, one)["members"] == ["One"]
        assert join(second, other)["members"] == ["Other"]
        say(first, one, "for one")
        say(second, other, "for the other")
        second.wait_count("message", 1)
        first.wait_count("message", 1)
        join(second, one)
        assert [message["room"] for message in first.events("message")] == [one]
        assert {told["room"] for told in first.events("presence")} <= {one}
        say(first, one, "for both")
        assert [message["room"] for message in second.wait_count("message", 2)] == [other, one]


def test_only_who_has_joined_may_speak(server: Server, link: Link) -> None:
    """Before joining and after leaving it is a 403, and nobody hears it."""
    room = new_room()
    with enter(server, "Inside", link) as inside, enter(server, "Outside", link) as outside:
        join(inside, room)
        check_denied(outside.ask("send", {"room": room, "text": "a"}), 403, NOT_JOINED)
        join(outside, room)
        say(outside, room, "inside")
        assert asked(outside, "leave", {"room": room}) == {}
        check_denied(outside.ask("send", {"room": room, "text": "b"}), 403, NOT_JOINED)
        say(inside, room, "last")
        assert [message["text"] for message in inside.wait_count("message", 2)] == ["inside", "last"]
        assert [message["text"] for message in outside.events("message")] == ["inside"]


def test_joining_twice_and_leaving_twice_is_fine(server: Server, link: Link) -> None:
    """Nothing is heard twice."""
    room = new_room()
    with enter(server, "Ada", link) as peer:
        assert asked(peer, "leave", {"room": room}) == {}
        for _ in range(3):
            assert join(peer, room)["members"] == ["Ada"]
        said = say(peer, room, "once")
        join(peer, room)
        assert peer.wait_count("message", 1) == [said]
        for _ in range(2):
            assert asked(peer, "leave", {"room": room}) == {}


def test_the_21st_room_is_a_403(server: Server) -> None:
    """Until one is left; joining again one that was joined is fine."""
    rooms = [new_room() for _ in range(21)]
    with enter(server, "Ada") as peer:
        for room in rooms[:19]:
            join(peer, room)
        peer_waits()
        join(peer, rooms[19])
        check_denied(peer.ask("join", {"room": rooms[20]}), 403, TOO_MANY_ROOMS)
        check_denied(peer.ask("send", {"room": rooms[20], "text": "a"}), 403, NOT_JOINED)
        join(peer, rooms[0])
        asked(peer, "leave", {"room": rooms[3]})
        assert join(peer, rooms[20])["members"] == ["Ada"]
        check_denied(peer.ask("join", {"room": rooms[3]}), 403, TOO_MANY_ROOMS)


def peer_waits() -> None:
    """Let a second pass, in which nobody may ask more than twenty times."""
    time.sleep(1.05)


GOOD_ROOMS = ["a", "0", "a-b", "a1-b2-c3", "x" * 64, "constructor", "tostring", "null", "con"]
BAD_ROOMS = [
    "",
    "-",
    "a-",
    "-a",
    "a--b",
    "A",
    "a b",
    " a",
    "a\n",
    "a_b",
    "a.b",
    "a/b",
    "é",
    "٣",
    "x" * 65,
    "👋",
    "a\u0000",
]
BAD_ROOMS += ["\ud800", "__proto__", "room:a", "*", "a" * 10_000, "\uff41"]


@pytest.mark.anywhere
@pytest.mark.parametrize("room", GOOD_ROOMS)
def test_a_room_has_a_plain_name(server: Server, room: str) -> None:
    """Lower-case letters and digits, joined by single hyphens."""
    with enter(server, "Ada") as peer:
        assert join(peer, room)["members"] == ["Ada"]
        message = say(peer, room, "hello")
        assert peer.wait_for("message") == message


@pytest.mark.anywhere
@pytest.mark.parametrize("room", BAD_ROOMS, ids=lambda room: ascii(room)[:20])
def test_another_name_of_a_room_is_a_422(server: Server, room: str) -> None:
    """It is not trimmed or repaired."""
    with enter(server, "Ada") as peer:
        for event, more in (("join", {}), ("leave", {}), ("send", {"text": "a"})):
            check_denied(peer.ask(event, {"room": room, **more}), 422, INVALID, CHAT, [("/room", ROOM)])


WRONG: list[tuple[str, Any, Errors]] = [
    ("join", {}, [("/room", REQUIRED)]),
    ("leave", {}, [("/room", REQUIRED)]),
    ("send", {}, [("/room", REQUIRED), ("/text", REQUIRED)]),
    ("send", {"text": "a"}, [("/room", REQUIRED)]),
    ("send", {"room": "a"}, [("/text", REQUIRED)]),
    ("join", {"room": None}, [("/room", STRING)]),
    ("leave", {"room": 5}, [("/room", STRING)]),
    ("send", {"room": ["a"], "text": {}}, [("/room", STRING), ("/text", STRING)]),
    ("send", {"room": "a", "text": None}, [("/text", STRING)]),
    ("send", {"room": "a", "text": 1.5}, [("/text", STRING)]),
    ("send", {"room": "a", "text": True}, [("/text", STRING)]),
    ("send", {"room": {"$ne": ""}, "text": "a"}, [("/room", STRING)]),
    ("send", {"room": "a", "text": ""}, [("/text", ONE)]),
    ("send", {"room": "a", "text": " \u2003\n"}, [("/text", ONE)]),
    ("send", {"room": "a", "text": "x" * 2001}, [("/text", TEXT_LENGTH)]),
    ("send", {"room": "a", "text": "👋" * 2001}, [("/text", TEXT_LENGTH)]),
    ("send", {"room": "a", "text": "a\u0000b"}, [("/text", NUL)]),
    ("send", {"room": "a", "text": "a\ud800b"}, [("/text", SURROGATE)]),
    ("send", {"room": "a", "text": "\u0000\udc00\ud800"}, [("/text", SURROGATE)]),
    ("join", {"room": "a", "after": None}, [("/after", STRING)]),
    ("join", {"room": "a", "after": 5}, [("/after", STRING)]),
    ("join", {"room": "a", "after": ""}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "after": "x"}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "after": "018f0000-0000-4000-8000-000000000000"}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "after": NOBODY.replace("-", "")}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "after": f" {NOBODY}"}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "after": f"{NOBODY}\n"}, [("/after", MESSAGE_ID)]),
    ("join", {"room": "A", "after": "x"}, [("/room", ROOM), ("/after", MESSAGE_ID)]),
    ("join", {"room": "a", "limit": 5}, [("/limit", UNKNOWN)]),
    ("leave", {"room": "a", "after": NOBODY}, [("/after", UNKNOWN)]),
    ("send", {"room": "a", "text": "a", "author": "Eve", "id": NOBODY}, [("/author", UNKNOWN), ("/id", UNKNOWN)]),
    (
        "send",
        {"zz": 1, "text": 5, "aa": 2, "room": 7},
        [("/room", STRING), ("/text", STRING), ("/aa", UNKNOWN), ("/zz", UNKNOWN)],
    ),
    ("send", {"room": "a", "text": "a", "a/b": 1, "m~n": 2}, [("/a~1b", UNKNOWN), ("/m~0n", UNKNOWN)]),
    ("join", {"room": "a", "__proto__": {"after": "x"}}, [("/__proto__", UNKNOWN)]),
    ("join", {"room": "a", "constructor": 1, "toString": 2}, [("/constructor", UNKNOWN), ("/toString", UNKNOWN)]),
    ("send", {"room": "a", "text": b"\x00\xff"}, [("/text", STRING)]),
    ("send", {"room": b"a", "text": "a"}, [("/room", STRING)]),
    ("join", {"room": "a", "after": b"x"}, [("/after", STRING)]),
    ("send", {"room": "a", "text": "a", "file": b"x"}, [("/file", UNKNOWN)]),
]


@pytest.mark.anywhere
@pytest.mark.parametrize(("event", "value", "errors"), WRONG, ids=[f"{e}-{ascii(v)[:40]}" for e, v, _ in WRONG])
def test_every_wrong_field_has_its_own_pointer(server: Server, event: str, value: Any, errors: Errors) -> None:
    """Known fields in their order, then unknown ones by name; in the words of HTTP."""
    for link in (PLAIN, LINKS[-1]):
        if link.client == "javascript" and "__proto__" in value:
            continue  # in JavaScript this is no field
        with enter(server, "Ada", link) as peer:
            check_denied(peer.ask(event, value), 422, INVALID, CHAT, errors)


@pytest.mark.anywhere
@pytest.mark.parametrize("letter", ["a", "é", "漢", "👋", "e\u0301"])
def test_lengths_are_counted_in_code_points(server: Server, link: Link, letter: str) -> None:
    """An emoji is one character; white space around a text does not count."""
    room, text = new_room(), letter * (2000 // len(letter))
    with enter(server, "Ada", link) as peer:
        join(peer, room)
        message = say(peer, room, " " * 500 + text + "\n" * 500)
        assert message["text"] == text
        assert peer.wait_for("message") == message
        assert join(peer, room)["messages"] == [message]
        check_denied(peer.ask("send", {"room": room, "text": f"{text}b"}), 422, INVALID, CHAT, [("/text", TEXT_LENGTH)])


def test_a_text_is_trimmed_of_white_space_and_of_nothing_else(server: Server) -> None:
    """As the title of a note is."""
    room = new_room()
    for start in range(0, len(SPACES), 9):
        with enter(server, "Ada") as peer:
            join(peer, room)
            for space in SPACES[start : start + 9]:
                assert say(peer, room, f"{space}a{space}b{space}")["text"] == f"a{space}b"
                check_denied(peer.ask("send", {"room": room, "text": space}), 422, INVALID, CHAT, [("/text", ONE)])
    with enter(server, "Ada") as peer:
        join(peer, room)
        for other in NO_SPACES:
            assert say(peer, room, f"{other}a{other}")["text"] == f"{other}a{other}"


CODE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE messages; --",
    "\\",
    '"',
    "%s {0} ${x}",
    "\x7f\x01",
    "$ne",
    "a\nb\tc",
]
CODE += ['{"$gt": ""}', "*3\r\n$3\r\nDEL", "a\u2028b", "42/chat,[]", "\ufeff"]


def test_a_text_comes_back_as_it_was_said(server: Server, link: Link) -> None:
    """Nothing is interpreted on the way."""
    room = new_room()
    with enter(server, "Ada", link) as peer:
        join(peer, room)
        said = [say(peer, room, text) for text in CODE]
        assert [message["text"] for message in said] == CODE
        assert peer.wait_count("message", len(said)) == said
        assert join(peer, room)["messages"] == said


def test_without_an_acknowledgement_the_work_is_done_all_the_same(server: Server, link: Link) -> None:
    """Joining, saying and leaving."""
    room = new_room()
    with enter(server, "Ada", link) as peer, enter(server, "Bob") as other:
        join(other, room)
        peer.tell("join", {"room": room})
        other.wait_for("presence", lambda told: told["members"] == ["Ada", "Bob"])
        peer.tell("send", {"room": room, "text": "hello"})
        assert other.wait_for("message")["text"] == "hello"
        peer.tell("leave", {"room": room})
        other.wait_for("presence", lambda told: told["members"] == ["Bob"])


def test_who_is_here_is_told_when_it_changes(server: Server, link: Link) -> None:
    """By joining, leaving and going away; the room is named."""
    room = new_room()
    with enter(server, "Ada", link) as ada:
        assert join(ada, room)["members"] == ["Ada"]
        bob = enter(server, "Bob", link)
        assert join(bob, room)["members"] == ["Ada", "Bob"]
        assert ada.wait_for("presence", lambda told: len(told["members"]) == 2) == {
            "room": room,
            "members": ["Ada", "Bob"],
        }
        ada.forget()
        asked(bob, "leave", {"room": room})
        assert ada.wait_for("presence") == {"room": room, "members": ["Ada"]}
        join(bob, room)
        ada.wait_for("presence", lambda told: len(told["members"]) == 2)
        ada.forget()
        bob.close()
        assert ada.wait_for("presence") == {"room": room, "members": ["Ada"]}
        assert join(ada, room)["members"] == ["Ada"]


def test_who_goes_without_a_word_is_gone(server: Server) -> None:
    """A connection that breaks is noticed at once."""
    room = new_room()
    with Cable(server.port) as cable, enter(server, "Ada") as ada:
        join(ada, room)
        bob = enter(server, "Bob", url=cable.url)
        join(bob, room)
        ada.wait_for("presence", lambda told: told["members"] == ["Ada", "Bob"])
        ada.forget()
        cable.cut()
        ada.wait_for("presence", lambda told: told["members"] == ["Ada"], timeout=5)
        bob.close()


def test_names_are_told_once_and_in_order(server: Server) -> None:
    """By code points, which is not the order of UTF-16."""
    room = new_room()
    names = ["b", "B", "é", "\uffee", "👋", "a", "Z", "a"]
    with ExitStack() as stack:
        peers = [stack.enter_context(enter(server, name, LINKS[n % 4])) for n, name in enumerate(names)]
        for peer in peers:
            members = join(peer, room)["members"]
        assert members == ["B", "Z", "a", "b", "é", "\uffee", "👋"]
        last = peers[0].wait_for("presence", lambda told: len(told["members"]) == 7)
        assert last == {"room": room, "members": members}


def test_one_of_two_windows_of_a_person_may_close(server: Server, link: Link) -> None:
    """Nobody is told, for the person is still here."""
    room = new_room()
    with enter(server, "Ada", link) as ada, enter(server, "Bob", link) as window, enter(server, "Bob", link) as second:
        for peer in (ada, window, second):
            join(peer, room)
        ada.wait_for("presence", lambda told: told["members"] == ["Ada", "Bob"])
        peer_waits()
        ada.forget()
        window.close()
        peer_waits()
        assert ada.events("presence") == []
        assert join(ada, room)["members"] == ["Ada", "Bob"]
        asked(second, "leave", {"room": room})
        assert ada.wait_for("presence") == {"room": room, "members": ["Ada"]}


@pytest.mark.needs(live_data=True)
def test_chat_and_live_data_share_a_connection(server: Server, combination: Combination, link: Link) -> None:
    """Each event comes on its own namespace."""
    assert combination["live_data"] is True
    room = new_room()
    with connect(server, CHAT, LIVE, link=link, name="Ada") as peer:
        join(peer, room)
        asked(peer, "subscribe", {"symbol": "AMBR"}, namespace=LIVE)
        say(peer, room, "hello")
        peer.wait_for("tick")
        peer.wait_for("message")
        assert {one.namespace for one in peer.heard if one.name == "tick"} == {LIVE}
        assert {one.namespace for one in peer.heard if one.name == "message"} == {CHAT}
