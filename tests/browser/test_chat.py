"""A chat in two windows: what one says the other reads, also after the connection was lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from contract import people, talk
from harness.servers import free_port
from playwright.sync_api import expect

from browser.conftest import running
from browser.site import LOST
from browser.wire import Once, Packet, Wire

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cable import Cable
    from harness.projects import Project

    from browser.conftest import Visit
    from browser.rows import Row
    from browser.site import Site, Visitor

pytestmark = pytest.mark.about(chat=True)
HOSTILE = "<b>bold</b> & <img src=x onerror=alert(1)>"
HISTORY = 50
NO_SOCKETS = """window.WebSocket = class {
  constructor() { setTimeout(() => this.onerror(new Event('error'))); }
  close() {}
};"""
TO_THE_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"


def test_two_people_talk_in_two_windows(visit: Visit) -> None:
    """Both read what was said, in order, and see who is here."""
    ada, ben = visit("Ada"), visit("Ben")
    room = talk.new_room()
    ada.enter("Ada", room)
    ben.enter("Ben", room)
    for one in (ada, ben):
        expect(one.members).to_have_text(["Ada", "Ben"])
    ada.say("Good morning")
    ben.field("Message").fill(HOSTILE)
    ben.page.keyboard.press("Enter")
    expect(ada.texts).to_have_text(["Good morning", HOSTILE])
    ada.say("Good night")
    for one, own in ((ada, [0, 2]), (ben, [1])):
        expect(one.texts).to_have_text(["Good morning", HOSTILE, "Good night"])
        expect(one.messages.locator("b").first).to_have_text("Ada")
        expect(one.messages.locator("time[datetime]")).to_have_count(3)
        assert _own(one) == own
    expect(ada.page.get_by_role("log", name="Messages")).to_have_attribute("tabindex", "0")
    ben.page.close()
    expect(ada.members).to_have_text(["Ada"])


def _own(visitor: Visitor) -> list[int]:
    """Return which messages are marked as one's own."""
    kinds = visitor.messages.evaluate_all("(all) => all.map((one) => one.classList.contains('own'))")
    return [number for number, own in enumerate(kinds) if own]


def test_nobody_is_in_a_room_before_joining_it(site: Site, visit: Visit) -> None:
    """One is proposed, and nothing of it is shown."""
    visitor = visit("Ada")
    visitor.come_in("Ada")
    expect(visitor.field("Room")).to_have_value("lobby")
    with talk.enter(site.server, "Ben") as ben:
        assert talk.join(ben, "lobby")["members"] == ["Ben"]
        expect(visitor.members).to_have_count(0)
        expect(visitor.field("Message").filter(visible=True)).to_have_count(0)
        visitor.button("Join").click()
        expect(visitor.members).to_have_text(["Ada", "Ben"])
        expect(visitor.field("Message")).to_be_visible()


def test_of_today_the_time_is_enough(site: Site, visit: Visit) -> None:
    """Of other days the date is told, too."""
    room = talk.new_room()
    with talk.enter(site.server, "Ben") as ben:
        talk.join(ben, room)
        said = datetime.fromisoformat(talk.say(ben, room, "Good morning")["created_at"])
    for later, shown in ((0, "%H:%M"), (1, "%-d %b %Y, %H:%M")):
        visitor = visit("Ada")
        visitor.page.clock.set_fixed_time(said + timedelta(days=later))
        visitor.enter("Ada", room)
        expect(visitor.messages.locator("time")).to_have_text(re.compile(f"^{said.strftime(shown)}$"))


def test_who_comes_later_reads_what_was_said(site: Site, visit: Visit) -> None:
    """The last fifty messages, oldest first; another room has its own."""
    room = talk.new_room()
    made = [one["text"] for one in talk.fill(site.server, room, HISTORY + 5)]
    visitor = visit("Ada")
    visitor.enter("Ada", room)
    expect(visitor.texts).to_have_text(made[-HISTORY:])
    expect(visitor.messages.last).to_be_in_viewport()
    other = talk.new_room()
    visitor.join(other)
    expect(visitor.messages).to_have_count(0)
    visitor.say("Alone here")
    visitor.join(room)
    expect(visitor.texts).to_have_text(made[-HISTORY:])


def test_the_newest_message_stays_in_sight(site: Site, visit: Visit) -> None:
    """Also when the window shrinks, as it does for a keyboard; who reads what is older is left in peace."""
    room = talk.new_room()
    talk.fill(site.server, room, HISTORY)
    visitor = visit("Ada")
    visitor.enter("Ada", room)
    log = visitor.page.get_by_role("log", name="Messages")
    expect(visitor.messages).to_have_count(HISTORY)
    for height in (720, 420):
        visitor.page.set_viewport_size({"width": 1280, "height": height})
        visitor.page.wait_for_timeout(300)
        assert log.evaluate(TO_THE_END) < 2
    log.evaluate("(log) => log.scrollTo(0, 0)")
    for height in (420, 380):
        visitor.page.set_viewport_size({"width": 1280, "height": height})
        visitor.page.wait_for_timeout(300)
        assert log.evaluate("(log) => log.scrollTop") == 0


def test_what_is_refused_is_said_and_kept(visit: Visit) -> None:
    """What was typed stays until it was taken."""
    visitor = visit("Ada")
    room = talk.new_room()
    visitor.enter("Ada", room)
    text = "x" * 2001
    visitor.field("Message").fill(text)
    visitor.button("Send").click()
    expect(visitor.page.get_by_role("alert")).not_to_be_empty()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.field("Message")).to_have_value(text)
    visitor.say("Short")
    expect(visitor.texts).to_have_text(["Short"])
    expect(visitor.page.get_by_role("alert").filter(has_text="valid")).to_be_hidden()
    visitor.join("Not A Room")
    expect(visitor.page.get_by_role("alert")).to_be_visible()


def test_what_was_missed_is_read_when_the_connection_is_back(
    site: Site, behind: Site, cable: Cable, visit: Visit
) -> None:
    """A banner says that it is lost; then everything is there, once and in order."""
    room = talk.new_room()
    ada = visit("Ada", site=behind)
    ada.enter("Ada", room)
    with talk.enter(site.server, "Ben") as ben:
        talk.join(ben, room)
        talk.say(ben, room, "before")
        expect(ada.texts).to_have_text(["before"])
        ada.no_banner()
        cable.cut()
        ada.notices(LOST)
        missed = [talk.say(ben, room, f"missed {number}")["text"] for number in range(3)]
        cable.mend()
        expect(ada.texts).to_have_text(["before", *missed])
        ada.no_banner()
        talk.say(ben, room, "after")
        expect(ada.texts).to_have_text(["before", *missed, "after"])
    ada.say("thank you")
    expect(ada.texts).to_have_text(["before", *missed, "after", "thank you"])


def test_a_room_that_cannot_be_read_for_a_while_is_read_in_whole(
    site: Site, behind: Site, cable: Cable, visit: Visit
) -> None:
    """Whatever is said before that: nothing stays unread."""
    room = talk.new_room()
    ada = visit("Ada", site=behind)
    wire = Wire(ada.page)
    ada.enter("Ada", room)
    with talk.enter(site.server, "Ben") as ben:
        talk.join(ben, room)
        talk.say(ben, room, "before")
        expect(ada.texts).to_have_text(["before"])
        cable.cut()
        ada.notices(LOST)
        missed = [talk.say(ben, room, f"missed {number}")["text"] for number in range(3)]
        wire.hear = short = Once("messages", lambda: talk.say(ben, room, "meanwhile"))
        cable.mend()
        expect(ada.texts).to_have_text(["before", *missed, "meanwhile"])
        assert short.done
        expect(ada.page.get_by_role("alert").filter(has_text=talk.UNAVAILABLE)).to_be_hidden()
        talk.say(ben, room, "after")
        expect(ada.texts).to_have_text(["before", *missed, "meanwhile", "after"])


def test_a_room_that_cannot_be_joined_for_now_is_tried_again(visit: Visit) -> None:
    """By itself; what it was refused with is not said any more."""
    visitor = visit("Ada")
    Wire(visitor.page).hear = short = Once("messages")
    visitor.enter("Ada", talk.new_room())
    assert short.done
    visitor.say("At last")
    expect(visitor.texts).to_have_text(["At last"])
    expect(visitor.page.get_by_role("alert").filter(has_text=talk.UNAVAILABLE)).to_be_hidden()


def test_a_message_is_sent_once(visit: Visit) -> None:
    """However often somebody presses the key before it was taken."""
    visitor = visit("Ada")
    wire = Wire(visitor.page)
    visitor.enter("Ada", talk.new_room())
    held: list[Packet] = []

    def hold(packet: Packet) -> list[Packet]:
        if packet.answers("message"):
            held.append(packet)
            return []
        return [packet]

    wire.hear = hold
    visitor.field("Message").fill("Once")
    for _ in range(3):
        visitor.page.keyboard.press("Enter")
    expect(visitor.texts.first).to_have_text("Once")
    visitor.page.wait_for_timeout(300)
    wire.hear = lambda packet: [packet]
    for packet in held:
        wire.tell(packet)
    expect(visitor.field("Message")).to_have_value("")
    visitor.say("And again")
    expect(visitor.texts).to_have_text(["Once", "And again"])


def test_who_gets_no_web_socket_talks_all_the_same(visit: Visit) -> None:
    """By asking again and again, as the server allows where it is one process."""
    visitor = visit("Ada")
    visitor.page.add_init_script(NO_SOCKETS)
    visitor.enter("Ada", talk.new_room())
    visitor.say("Anybody here?")
    expect(visitor.texts).to_have_text(["Anybody here?"])


def test_a_message_that_cannot_be_sent_stays(behind: Site, cable: Cable, visit: Visit) -> None:
    """While the connection is lost; afterwards it is sent once."""
    room = talk.new_room()
    ada = visit("Ada", site=behind)
    ada.enter("Ada", room)
    cable.cut()
    ada.notices(LOST)
    ada.field("Message").fill("As soon as I can")
    if ada.button("Send").is_enabled():
        ada.button("Send").click()
    cable.mend()
    ada.no_banner()
    if ada.field("Message").input_value():
        expect(ada.button("Send")).to_be_enabled()
        ada.button("Send").click()
    expect(ada.field("Message")).to_have_value("")
    ada.say("And once")
    expect(ada.texts).to_have_text(["As soon as I can", "And once"])


def test_a_server_that_was_started_again_is_found_again(
    row: Row, project: Project, visit: Visit, tmp_path: Path
) -> None:
    """At the same address, what was said before being kept."""
    port, room = str(free_port()), talk.new_room()
    with running(row, project, tmp_path, PORT=port) as first:
        ada = visit("Ada", site=first)
        ada.enter("Ada", room)
        ada.say("before")
    ada.notices(LOST)
    with running(row, project, tmp_path, PORT=port) as second:
        ada.no_banner()
        with talk.enter(second.server, "Ben") as ben:
            talk.join(ben, room)
            expect(ada.members).to_have_text(["Ada", "Ben"])
            talk.say(ben, room, "after")
            expect(ada.texts).to_have_text(["before", "after"])
        ada.say("still here")
        expect(ada.texts).to_have_text(["before", "after", "still here"])


@pytest.mark.about(accounts=False)
def test_a_name_is_asked_for_once(visit: Visit) -> None:
    """And forgotten with the window."""
    visitor = visit()
    visitor.go("/chat")
    expect(visitor.field("Room")).to_be_hidden()
    visitor.field("Your name").fill("")
    visitor.button("Enter").click()
    expect(visitor.page.get_by_role("alert")).not_to_be_empty()
    visitor.field("Your name").fill("Zoë")
    visitor.page.keyboard.press("Enter")
    expect(visitor.field("Room")).to_be_visible()
    expect(visitor.field("Room")).to_have_value("lobby")
    visitor.page.reload()
    expect(visitor.field("Room")).to_be_visible()
    expect(visitor.field("Your name")).to_be_hidden()
    visitor.join(talk.new_room())
    expect(visitor.members).to_have_text(["Zoë"])
    other = visit()
    other.go("/chat")
    expect(other.field("Your name")).to_be_visible()


@pytest.mark.about(accounts=True)
def test_the_chat_is_for_those_who_are_signed_in(site: Site, visit: Visit) -> None:
    """By the name of their account."""
    visitor = visit()
    visitor.go("/chat")
    visitor.sees("Sign in")
    assert visitor.path.replace("%2F", "/") == "/sign-in?next=/chat"
    visitor.sign_in(site.person("Ada"))
    visitor.sees("Chat")
    expect(visitor.field("Room")).to_have_value("lobby")
    visitor.join(talk.new_room())
    expect(visitor.members).to_have_text(["Ada"])


@pytest.mark.about(accounts=True)
def test_who_signs_out_has_left(site: Site, visit: Visit) -> None:
    """The room sees it at once."""
    room = talk.new_room()
    with talk.enter(site.server, "Ben") as ben:
        talk.join(ben, room)
        visitor = visit("Cleo")
        visitor.enter("Cleo", room)
        ben.wait_for("presence", lambda told: told["members"] == ["Ben", "Cleo"])
        visitor.page.get_by_role("button", name="Sign out").click()
        visitor.is_signed_out()
        ben.wait_for("presence", lambda told: told["members"] == ["Ben"])
    assert people.kind(site.server) != "none"
