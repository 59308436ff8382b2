"""Every screen, and how one comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract import people, talk
from playwright.sync_api import expect

from browser.site import MARKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from browser.rows import Row
    from browser.site import Site, Visitor

ROOM = "harbour"
ROOM_TALK = (
    ("Ada", "Good morning. The ferry from Kolding is early today."),
    ("Ben", "Seen it. Berth 4 is free, I have told the pilot."),
    ("Ada", "Thank you! The crane is booked until noon, so the containers have to wait."),
    ("Cleo", "I can take two of them by lorry if somebody signs for them."),
    ("Ben", "I will. Come to the gate at half past ten."),
)
NOTES = (
    ("Ben", "Lights on the north pier", "The second and the fifth are out.\nThe electrician comes on Thursday."),
    ("Ada", "Timetable in winter", "From 1 November the last ferry leaves at 20:15, on Sundays at 19:00."),
    ("Ada", "Keys", "The spare key of the boathouse hangs in the office, behind the door."),
    ("Ada", "Visitors from Rotterdam", "Four people, on the 24th. Lunch at twelve; show them the new crane first."),
)
SHOWN = 20
UNKNOWN = "/no/such/place"


@dataclass(frozen=True)
class Screen:
    """One screen, in the state in which it is looked at."""

    name: str
    heading: str
    path: str
    show: Callable[[Visitor], None]
    of: Callable[[Row], bool]
    """Says whether a project has it."""
    signed_in: bool = True
    """Whether one has to be known, or must not be."""
    plain: bool = True
    """Whether its address alone leads to it, nothing being done there."""
    title: str | None = None


def inhabit(site: Site) -> None:
    """Give the site something to show: notes, and what was said in a room."""
    if site.row.notes:
        written = site.notes()
        titles = {title for _, title, _ in NOTES}
        if not titles <= {one["title"] for one in written[:SHOWN]}:
            authors = {title: author for author, title, _ in NOTES}
            for one in written:
                if one["title"] in titles:
                    site.remove(one, authors[one["title"]])
            for author, title, body in NOTES:
                site.note(title, body, author)
    if site.row.chat:
        with talk.enter(site.server, "Ada") as peer:
            empty = not talk.join(peer, ROOM)["messages"]
        for author, text in ROOM_TALK if empty else ():
            with talk.enter(site.server, author) as peer:
                talk.join(peer, ROOM)
                talk.say(peer, ROOM, text)


def home(visitor: Visitor) -> None:
    """Wait until it is known how the service is."""
    visitor.go("/")
    visitor.notices("It runs, and has all that it needs.")


def at(path: str, heading: str) -> Callable[[Visitor], None]:
    """Go to an address."""

    def go(visitor: Visitor) -> None:
        visitor.go(path)
        visitor.sees(heading)

    return go


def notes(visitor: Visitor) -> None:
    """Wait until notes are there."""
    visitor.go("/notes")
    visitor.sees("Notes")
    expect(visitor.page.get_by_role("article").first).to_be_visible()


def refused_note(visitor: Visitor) -> None:
    """Save a note without a title."""
    visitor.go("/notes/new")
    visitor.field("Text").fill("It has no title.")
    visitor.button("Save").click()
    visitor.is_told(MARKED)


def edit_note(visitor: Visitor) -> None:
    """Follow the link of a note of one's own."""
    notes(visitor)
    visitor.link("Edit Keys").click()
    visitor.sees("Edit note")
    expect(visitor.field("Title")).to_have_value("Keys")


def delete_note(visitor: Visitor) -> None:
    """Ask for a note to be deleted."""
    notes(visitor)
    visitor.act("Delete Keys").click()
    expect(visitor.page.get_by_role("heading", name="Delete this note?", exact=True)).to_be_visible()


def refused_sign_in(visitor: Visitor) -> None:
    """Be nobody."""
    visitor.go("/sign-in")
    visitor.sign_in(people.Person("", people.new_email(), "Nobody"))
    expect(visitor.page.get_by_role("alert")).not_to_be_empty()


def refused_sign_up(visitor: Visitor) -> None:
    """Leave out all that is asked for."""
    visitor.go("/sign-up")
    visitor.field("Password").fill("short")
    visitor.button("Sign up").click()
    visitor.is_told(MARKED)


def introduce(visitor: Visitor) -> None:
    """Be asked for a name."""
    visitor.go("/")
    visitor.page.evaluate("sessionStorage.clear()")
    visitor.go("/chat")
    expect(visitor.field("Your name")).to_be_visible()


def chat(visitor: Visitor) -> None:
    """Come into a room in which something was said."""
    visitor.enter("Ada", ROOM)
    expect(visitor.texts.last).to_have_text(ROOM_TALK[-1][1])


def live(visitor: Visitor) -> None:
    """Wait until there is a price."""
    visitor.go("/live")
    visitor.sees("Live")
    expect(visitor.page.locator(".price")).to_contain_text(".")


def with_notes(row: Row) -> bool:
    """Say whether there are notes."""
    return row.notes


def with_accounts(row: Row) -> bool:
    """Say whether there are accounts."""
    return row.accounts


def with_chat(row: Row) -> bool:
    """Say whether there is a chat."""
    return row.chat


SCREENS = (
    Screen("home", "", "/", home, lambda _: True, title=""),
    Screen("notes", "Notes", "/notes", notes, with_notes),
    Screen("new-note", "New note", "/notes/new", at("/notes/new", "New note"), with_notes),
    Screen("refused-note", "New note", "/notes/new", refused_note, with_notes, plain=False),
    Screen("edit-note", "Edit note", "", edit_note, with_notes, plain=False),
    Screen("delete-note", "", "", delete_note, with_notes, plain=False),
    Screen("sign-in", "Sign in", "/sign-in", at("/sign-in", "Sign in"), with_accounts, signed_in=False),
    Screen("refused-sign-in", "Sign in", "/sign-in", refused_sign_in, with_accounts, signed_in=False, plain=False),
    Screen("sign-up", "Sign up", "/sign-up", at("/sign-up", "Sign up"), with_accounts, signed_in=False),
    Screen("refused-sign-up", "Sign up", "/sign-up", refused_sign_up, with_accounts, signed_in=False, plain=False),
    Screen("name", "Chat", "/chat", introduce, lambda row: row.chat and not row.accounts, plain=False),
    Screen("chat", "Chat", "/chat", chat, with_chat),
    Screen("live", "Live", "/live", live, lambda row: row.live),
    Screen("unknown", "Not found", UNKNOWN, at(UNKNOWN, "Not found"), lambda _: True),
)
