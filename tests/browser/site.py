"""A running project, and the people who come to see it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contract import people
from playwright.sync_api import expect

from browser.rows import PROJECT

if TYPE_CHECKING:
    from contract.people import Login, Person
    from harness.browser import Window
    from harness.servers import Server
    from playwright.sync_api import Locator, Page

    from browser.rows import Row

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Site:
    """A project that runs, and the address at which it is seen."""

    row: Row
    server: Server
    address: str

    def person(self, name: str) -> Person:
        """Return the account of somebody who is known by this name."""
        return people.known(self.server, name).person

    def note(self, title: str, body: str = "", author: str = "Ada") -> dict[str, Any]:
        """Write a note by the API."""
        status, _, told = people.call(
            self.server, "POST", "/api/v1/notes", self._shown(author), {"title": title, "body": body}
        )
        assert status == 201, told
        assert isinstance(told, dict)
        return told

    def change(self, note: dict[str, Any], author: str = "Ada", **changed: str) -> None:
        """Change a note by the API."""
        status, _, told = people.call(self.server, "PATCH", f"/api/v1/notes/{note['id']}", self._shown(author), changed)
        assert status == 200, told

    def remove(self, note: dict[str, Any], author: str = "Ada") -> None:
        """Delete a note by the API."""
        status, _, told = people.call(self.server, "DELETE", f"/api/v1/notes/{note['id']}", self._shown(author))
        assert status == 204, told

    def notes(self) -> list[dict[str, Any]]:
        """List the newest notes by the API."""
        status, _, told = people.call(self.server, "GET", "/api/v1/notes?limit=100", self._shown("Ada"))
        assert status == 200, told
        items: list[dict[str, Any]] = told["items"]
        return items

    def _shown(self, author: str) -> dict[str, str]:
        return dict(people.known(self.server, author).headers) if self.row.accounts else {}


def new(what: str) -> str:
    """Make a name that nothing has had."""
    return f"{what} {next(_numbers)}"


class Visitor:
    """Somebody in front of a window."""

    def __init__(self, site: Site, window: Window) -> None:
        """Sit down."""
        self.site = site
        self.window = window

    @property
    def page(self) -> Page:
        """Return what the window shows."""
        return self.window.page

    @property
    def path(self) -> str:
        """Return where the window is, on this site."""
        found = urlsplit(self.page.url)
        return f"{found.path}?{found.query}" if found.query else found.path

    @property
    def main(self) -> Locator:
        """Return the screen, without header."""
        return self.page.locator("main#main")

    def go(self, path: str = "/") -> None:
        """Type an address."""
        self.page.goto(self.site.address + path)

    def follow(self, name: str) -> None:
        """Follow a link of the header's navigation."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()

    def link(self, name: str) -> Locator:
        """Find a link on the screen by its whole name."""
        return self.main.get_by_role("link", name=name, exact=True)

    def button(self, name: str) -> Locator:
        """Find a button on the screen, a dialog included, by its whole name."""
        return self.main.get_by_role("button", name=name, exact=True)

    def act(self, name: str) -> Locator:
        """Find what is a link in pages and a button in an application."""
        return self.link(name).or_(self.button(name))

    def field(self, label: str) -> Locator:
        """Find a field by its label."""
        return self.page.get_by_label(label, exact=True)

    def article(self, title: str) -> Locator:
        """Find a note by its title."""
        heading = self.page.get_by_role("heading", name=title, exact=True, level=2)
        return self.page.get_by_role("article").filter(has=heading)

    def sees(self, heading: str) -> None:
        """Expect a screen, by its heading."""
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()

    def is_at(self, path: str) -> None:
        """Expect an address, whatever follows a question mark."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.site.address + path)}(\?.*)?$"))

    def is_told(self, text: str) -> None:
        """Expect an alert of these words."""
        expect(self.page.get_by_role("alert").filter(has_text=text)).to_be_visible()

    def notices(self, text: str) -> None:
        """Expect a quiet word, in a live region that waits for its turn."""
        expect(self.page.get_by_role("status").filter(has_text=text)).to_be_visible()

    def no_banner(self) -> None:
        """Expect that the connection is there."""
        expect(self.page.locator(".banner").filter(has_text=LOST)).to_be_hidden()

    def marked(self, label: str) -> str:
        """Return what is said of a field that is marked."""
        field = self.field(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        told: str = field.evaluate(
            """(field) => (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
              .map((id) => document.getElementById(id)?.innerText ?? `NOTHING IS #${id}`).join(' ')"""
        )
        return told

    def is_signed_in(self, name: str) -> None:
        """Expect the header to know who this is."""
        header = self.page.get_by_role("banner")
        expect(header.get_by_text(name, exact=True)).to_be_visible()
        expect(header.get_by_role("button", name="Sign out")).to_be_visible()
        expect(header.get_by_role("link", name="Sign in")).to_have_count(0)

    def is_signed_out(self) -> None:
        """Expect the header to offer an account."""
        header = self.page.get_by_role("banner")
        expect(header.get_by_role("link", name="Sign in")).to_be_visible()
        expect(header.get_by_role("link", name="Sign up")).to_be_visible()
        expect(header.get_by_role("button", name="Sign out")).to_have_count(0)

    def sign_in(self, person: Person, password: str | None = None) -> None:
        """Fill in the form that is there."""
        self.sees("Sign in")
        self.field("E-mail").fill(person.email)
        self.field("Password").fill(person.password if password is None else password)
        self.button("Sign in").click()

    def come(self, name: str) -> None:
        """Come to the first page, where there are accounts signed in as who is known by this name."""
        if not self.site.row.accounts:
            self.go()
            return
        login = people.known(self.site.server, name)
        if self.site.row.auth == "session":
            self._show(login)
            self.go()
        else:
            self.go("/sign-in")
            self.sign_in(login.person)
            self.is_at("/")
        self.is_signed_in(name)

    def _show(self, login: Login) -> None:
        """Have the cookie that somebody else was given for the same account."""
        server = self.site.server
        again = people.sign_in(server, login.person)
        secure = people.cookie_name(server).startswith("__Host-")
        self.page.context.add_cookies(
            [
                {
                    "name": people.cookie_name(server),
                    "value": again.cookie,
                    "domain": "127.0.0.1",
                    "path": "/",
                    "secure": secure,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    def come_in(self, name: str) -> None:
        """Come into the chat, where no room is joined yet."""
        self.go("/chat")
        self.sees("Chat")
        expect(self.field("Your name").or_(self.field("Room")).filter(visible=True)).to_have_count(1)
        if self.field("Your name").is_visible():
            self.field("Your name").fill(name)
            self.button("Enter").click()
        expect(self.field("Room")).to_be_visible()

    def enter(self, name: str, room: str) -> None:
        """Come into a room of the chat, and wait until one is in it."""
        self.come_in(name)
        self.join(room)
        expect(self.members.filter(has_text=name)).to_be_visible()

    def join(self, room: str) -> None:
        """Go into a room."""
        self.field("Room").fill(room)
        self.button("Join").click()

    def say(self, text: str) -> None:
        """Say something, and wait until it was taken."""
        self.field("Message").fill(text)
        self.button("Send").click()
        expect(self.field("Message")).to_have_value("")

    @property
    def members(self) -> Locator:
        """Return who is here."""
        heading = self.page.get_by_role("heading", name="Who is here")
        return self.page.get_by_role("complementary").filter(has=heading).get_by_role("listitem")

    @property
    def messages(self) -> Locator:
        """Return what was said."""
        return self.page.get_by_role("log", name="Messages").locator("li")

    @property
    def texts(self) -> Locator:
        """Return the texts of what was said."""
        return self.messages.locator("p")


LOST = "The connection is lost. Trying again …"
SILENT = "The server does not answer. Try again."
MARKED = "Please correct what is marked."


def title(screen: str) -> str:
    """Return what the window of a screen is called."""
    return f"{screen} · {PROJECT}"
