"""Accounts in a browser: made, signed in and out, with words of the server for what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from contract import people
from playwright.sync_api import expect

from browser.rows import PROJECT
from browser.site import MARKED, new

if TYPE_CHECKING:
    from browser.conftest import Visit
    from browser.site import Site, Visitor

pytestmark = pytest.mark.about(accounts=True)
PASSWORD = "a long walk over the hill"


def _fill_in(visitor: Visitor, name: str, email: str, password: str) -> None:
    visitor.field("Name").fill(name)
    visitor.field("E-mail").fill(email)
    visitor.field("Password").fill(password)
    visitor.button("Sign up").click()


def test_who_signs_up_is_signed_in_until_they_sign_out(visit: Visit) -> None:
    """Through reloads and on every screen; afterwards nothing is left in the browser that shows who it was."""
    visitor = visit()
    visitor.go()
    visitor.is_signed_out()
    visitor.page.get_by_role("banner").get_by_role("link", name="Sign up").click()
    visitor.sees("Sign up")
    visitor.is_at("/sign-up")
    expect(visitor.main.get_by_text("12 to 128 characters")).to_be_visible()
    email = people.new_email()
    _fill_in(visitor, "Grace <Hopper>", email, PASSWORD)
    visitor.is_at("/")
    visitor.sees(PROJECT)
    visitor.is_signed_in("Grace <Hopper>")
    visitor.page.reload()
    visitor.is_signed_in("Grace <Hopper>")
    visitor.page.reload()
    visitor.is_signed_in("Grace <Hopper>")
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.is_signed_out()
    visitor.is_at("/")
    visitor.page.reload()
    visitor.is_signed_out()
    kept = "[...Object.values(sessionStorage), ...Object.values(localStorage)].join()"
    assert "eyJ" not in visitor.page.evaluate(kept)
    assert [one["name"] for one in visitor.page.context.cookies() if "session" in str(one["name"])] == []
    visitor.go("/sign-in")
    visitor.sign_in(people.Person("", email.upper(), "", PASSWORD))
    visitor.is_at("/")
    visitor.is_signed_in("Grace <Hopper>")


def test_a_wrong_password_is_said_in_the_servers_words(site: Site, visit: Visit) -> None:
    """The address stays, and the right one is let in."""
    ada = site.person("Ada")
    given = {"email": ada.email, "password": "not her password"}
    where = "/auth/login" if site.row.auth == "session" else "/auth/token"
    told = people.call(site.server, "POST", where, {}, given)[2]
    visitor = visit()
    visitor.go("/sign-in")
    visitor.sign_in(ada, "not her password")
    visitor.is_told(told["detail"])
    visitor.sees("Sign in")
    expect(visitor.field("E-mail")).to_have_value(ada.email)
    visitor.is_signed_out()
    visitor.field("Password").fill(ada.password)
    visitor.page.keyboard.press("Enter")
    visitor.is_at("/")
    visitor.is_signed_in("Ada")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/no/such/place", "/no/such/place"),
        ("//evil.example/", "/"),
        ("/%5Cevil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_signing_in_one_is_where_one_wanted_to_be(site: Site, visit: Visit, given: str, path: str) -> None:
    """But never at another site."""
    visitor = visit()
    visitor.go(f"/sign-in?next={given}")
    visitor.sign_in(site.person("Ada"))
    visitor.is_signed_in("Ada")
    visitor.is_at(path)


def test_what_is_wrong_with_an_account_is_marked(site: Site, visit: Visit) -> None:
    """Field by field, what was typed being kept; an address that is taken is said, too."""
    visitor = visit()
    visitor.go("/sign-in")
    visitor.main.get_by_role("link", name="Sign up").click()
    visitor.sees("Sign up")
    _fill_in(visitor, "  ", "no address", "short")
    visitor.is_told(MARKED)
    wrong = {"name": "  ", "email": "no address", "password": "short"}
    told = people.call(site.server, "POST", "/auth/register", {}, wrong)[2]
    words = {error["path"]: error["message"] for error in told["errors"]}
    assert set(words) == {"/name", "/email", "/password"}
    assert words["/name"] in visitor.marked("Name")
    assert words["/email"] in visitor.marked("E-mail")
    assert words["/password"] in visitor.marked("Password")
    expect(visitor.field("E-mail")).to_have_value("no address")
    visitor.sees("Sign up")
    taken = site.person("Ada").email
    _fill_in(visitor, "Another Ada", taken, PASSWORD)
    told = people.call(site.server, "POST", "/auth/register", {}, {"name": "A", "email": taken, "password": PASSWORD})[
        2
    ]
    visitor.is_told(told["detail"])
    expect(visitor.field("Name")).to_have_value("Another Ada")
    visitor.is_signed_out()


def test_a_browser_knows_what_to_fill_in(visit: Visit) -> None:
    """And a manager of passwords which one is meant."""
    visitor = visit()
    for path, wanted in (
        ("/sign-in", {"E-mail": "email", "Password": "current-password"}),
        ("/sign-up", {"Name": "name", "E-mail": "email", "Password": "new-password"}),
    ):
        visitor.go(path)
        for label, value in wanted.items():
            expect(visitor.field(label)).to_have_attribute("autocomplete", value)
        expect(visitor.field("E-mail")).to_have_attribute("type", "email")
        expect(visitor.field("Password")).to_have_attribute("type", "password")


def test_a_session_that_ended_elsewhere_is_noticed(site: Site, visit: Visit) -> None:
    """Who is no longer signed in is asked to be, when they next do something in a window that knows nothing of it."""
    visitor = visit("Cleo")
    visitor.page.evaluate("window.same = true")
    heading, path = next(iter(site.row.subjects.items()))
    if site.row.notes:
        # On this screen there is no connection that would be ended, too.
        heading, path = "New note", "/notes/new"
        visitor.follow("Notes")
        visitor.link(heading).click()
        visitor.sees(heading)
        visitor.field("Title").fill("Too late")
        _end_the_login(visitor)
        if site.row.built:
            visitor.button("Save").click()
        else:
            # A form is given back, which is tried below.
            heading, path = "Notes", "/notes"
            visitor.link("Cancel").click()
    else:
        _end_the_login(visitor)
        visitor.follow(heading)
    visitor.sees("Sign in")
    visitor.is_at("/sign-in")
    visitor.is_signed_out()
    visitor.sign_in(site.person("Cleo"))
    visitor.sees(heading)
    visitor.is_at(path)
    if site.row.built:
        assert visitor.page.evaluate("window.same") is True


@pytest.mark.about(notes=True)
def test_what_was_typed_when_the_login_ended_is_not_lost(site: Site, visit: Visit) -> None:
    """Who signs in again goes on where they were, and nothing of it is where others could find it."""
    visitor, title = visit("Cleo"), new("Evergreen")
    visitor.go("/notes/new")
    visitor.field("Title").fill(title)
    visitor.field("Text").fill("One line\n  and another")
    _end_the_login(visitor)
    visitor.button("Save").click()
    if not site.row.built:
        visitor.sees("Not saved yet")
        with visitor.page.context.expect_page() as opened:
            visitor.link("sign in in a new tab").click()
        tab, cleo = opened.value, site.person("Cleo")
        tab.get_by_label("E-mail").fill(cleo.email)
        tab.get_by_label("Password").fill(cleo.password)
        tab.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(tab.get_by_role("banner")).to_contain_text("Cleo")
        visitor.button("Send again").click()
        visitor.notices("The note was saved.")
        assert [note["body"] for note in site.notes() if note["title"] == title] == ["One line\n  and another"]
        return
    visitor.sees("Sign in")
    kept = "JSON.stringify([location.href, history.state, sessionStorage, localStorage])"
    assert "Evergreen" not in visitor.page.evaluate(kept)
    visitor.sign_in(site.person("Cleo"))
    visitor.sees("New note")
    expect(visitor.field("Title")).to_have_value(title)
    expect(visitor.field("Text")).to_have_value("One line\n  and another")
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    expect(visitor.article(title)).to_have_count(1)
    assert [note["body"] for note in site.notes() if note["title"] == title] == ["One line\n  and another"]
    visitor.link("New note").click()
    visitor.sees("New note")
    expect(visitor.field("Title")).to_have_value("")


def _end_the_login(visitor: Visitor) -> None:
    """End the login of a window on the server, with what the window shows; it keeps all that it has."""
    server = visitor.site.server
    if visitor.site.row.auth == "session":
        name = people.cookie_name(server)
        value = next(str(one["value"]) for one in visitor.page.context.cookies() if one["name"] == name)
        status = people.call(server, "POST", "/auth/logout", people.cookie(server, value))[0]
    else:
        given = {"refresh_token": visitor.page.evaluate("sessionStorage.getItem('refresh_token')")}
        status = people.call(server, "POST", "/auth/token/revoke", {}, given)[0]
    assert status == 204
