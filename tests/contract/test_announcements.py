"""Announcements: each change of a note is told, once, to everybody who listens, as the note now is."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from harness.peers import LINKS, PLAIN, Link, Peer
from harness.servers import Server

from contract.talk import ANNOUNCEMENTS, NO_EVENT, check_denied, connect
from contract.test_errors import MISSING, NOTES
from contract.test_notes import add, address, write
from contract.wire import JSON, ask

pytestmark = [pytest.mark.real_time, pytest.mark.needs(api="rest")]

CREATED, UPDATED, DELETED = "note:created", "note:updated", "note:deleted"


def listen(server: Server, link: Link = PLAIN) -> Peer:
    """Come to hear of notes; no name has to be given."""
    return connect(server, ANNOUNCEMENTS, link=link)


def about(note: dict[str, Any]) -> Callable[[Any], bool]:
    """Tell what is said of one note from what is said of others."""
    return lambda told: bool(told["id"] == note["id"])


def test_each_change_is_announced_as_the_note_is_read(server: Server, link: Link) -> None:
    """Created and updated carry the note, deleted its id."""
    with listen(server, link) as peer:
        note = add(server, "Grüße 👋", "a\nb\u2028")
        mine = [note["id"]]
        assert peer.wait_for(CREATED, about(note)) == note
        changed = write(server, {"title": "changed"}, address(note), "PATCH").json()
        assert peer.wait_for(UPDATED, about(note)) == changed
        assert changed == ask(server, "GET", address(note)).json()
        assert ask(server, "DELETE", address(note)).status == 204
        assert peer.wait_for(DELETED, about(note)) == {"id": note["id"]}
        names = [one.name for one in peer.heard if one.value["id"] in mine]
        assert names == [CREATED, UPDATED, DELETED]


def test_everybody_hears_each_change_once(server: Server) -> None:
    """Whichever the client and its transport."""
    with ExitStack() as stack:
        peers = [stack.enter_context(listen(server, link)) for link in LINKS]
        with ThreadPoolExecutor(4) as pool:
            made = {note["id"]: note for note in pool.map(lambda n: add(server, f"note {n}"), range(20))}
        for peer in peers:
            for note in made.values():
                assert peer.wait_for(CREATED, about(note)) == note
            assert len([told for told in peer.events(CREATED) if told["id"] in made]) == len(made)


def test_changes_of_one_note_come_in_their_order(server: Server, link: Link) -> None:
    """What comes last is what is there."""
    with listen(server, link) as peer:
        note = add(server)
        for number in range(10):
            write(server, {"title": f"t{number}"}, address(note), "PATCH")

        def titles() -> list[str]:
            return [told["title"] for told in peer.events(UPDATED) if told["id"] == note["id"]]

        peer.wait(lambda: len(titles()) >= 10, "all changes")
        assert titles() == [f"t{number}" for number in range(10)]


def test_what_changes_nothing_is_not_announced(server: Server) -> None:
    """Refusals, mistakes and reading."""
    with listen(server) as peer:
        note = add(server)
        peer.wait_for(CREATED, about(note))
        before = [one for one in peer.heard if one.value["id"] == note["id"]]
        assert ask(server, "PATCH", address(note), {**JSON, "If-Match": '"9"'}, b'{"title":"a"}').status == 412
        assert ask(server, "DELETE", address(note), {"If-Match": '"9"'}).status == 412
        assert write(server, {"title": ""}, address(note), "PATCH").status == 422
        assert write(server, {"title": 5}).status == 422
        assert ask(server, "DELETE", MISSING).status == 404
        assert write(server, {"title": "a"}, MISSING, "PATCH").status == 404
        assert ask(server, "GET", address(note)).status == 200
        assert ask(server, "GET", NOTES).status == 200
        last = add(server)
        peer.wait_for(CREATED, about(last))
        assert [one for one in peer.heard if one.value["id"] == note["id"]] == before
        assert not [one for one in peer.heard if one.value["id"] == MISSING.rpartition("/")[2]]


def test_nobody_can_announce_in_the_name_of_the_server(server: Server, link: Link) -> None:
    """To listen is all that there is to do."""
    with listen(server, link) as peer, listen(server) as other:
        for event in (CREATED, UPDATED, DELETED, "subscribe", "join"):
            check_denied(peer.ask(event, {"id": "forged"}), 404, NO_EVENT, ANNOUNCEMENTS)
        time.sleep(0.2)
        assert not [one for one in other.heard if one.value == {"id": "forged"}]


def test_no_change_goes_untold_when_many_change_one_note(server: Server) -> None:
    """Each is told once."""
    with listen(server) as peer:
        note = add(server)
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(lambda n: write(server, {"title": f"t{n}"}, address(note), "PATCH").status, range(18))
            )
        assert answers == [200] * 18

        def titles() -> list[str]:
            return [told["title"] for told in peer.events(UPDATED) if told["id"] == note["id"]]

        peer.wait(lambda: len(titles()) >= 18, "all changes")
        assert sorted(titles()) == sorted(f"t{n}" for n in range(18))
