"""Pages with JavaScript off: forms and links are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.rows import PROJECT
from browser.site import MARKED, new
from browser.test_notes import CHANGED

if TYPE_CHECKING:
    from browser.conftest import Visit
    from browser.site import Site

pytestmark = pytest.mark.about(frontend="pages")


@pytest.mark.about(notes=True)
def test_notes_need_no_script(site: Site, visit: Visit) -> None:
    """They are written, marked, changed and deleted without."""
    visitor = visit(scripts=False)
    visitor.go("/notes")
    if site.row.accounts:
        visitor.sign_in(site.person("Ada"))
        visitor.is_at("/notes")
    title, other = new("No script"), new("No script either")
    visitor.link("New note").click()
    visitor.field("Text").fill("Only HTML")
    visitor.button("Save").click()
    visitor.is_told(MARKED)
    assert visitor.field("Title").get_attribute("aria-invalid") == "true"
    expect(visitor.field("Text")).to_have_value("Only HTML")
    visitor.field("Title").fill(title)
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    note = next(one for one in site.notes() if one["title"] == title)
    visitor.link(f"Edit {title}").click()
    site.change(note, body="By another")
    visitor.field("Title").fill(other)
    visitor.button("Save").click()
    visitor.is_told(CHANGED)
    expect(visitor.field("Title")).to_have_value(other)
    visitor.go("/notes")
    visitor.link(f"Edit {title}").click()
    visitor.field("Title").fill(other)
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    visitor.act(f"Delete {other}").click()
    visitor.is_at(f"/notes/{note['id']}/delete")
    visitor.sees("Delete this note?")
    visitor.act("Keep").click()
    expect(visitor.article(other)).to_have_count(1)
    visitor.act(f"Delete {other}").click()
    visitor.button("Delete").click()
    visitor.notices("The note was deleted.")
    expect(visitor.article(other)).to_have_count(0)


@pytest.mark.about(accounts=True)
def test_accounts_need_no_script(site: Site, visit: Visit) -> None:
    """One is signed in and out without."""
    visitor = visit(scripts=False)
    visitor.go("/sign-in")
    visitor.sign_in(site.person("Ada"), "not her password")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.field("E-mail")).to_have_value(site.person("Ada").email)
    visitor.sign_in(site.person("Ada"))
    visitor.is_signed_in("Ada")
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.is_signed_out()
    visitor.sees(PROJECT)


@pytest.mark.about(chat=True)
def test_a_screen_that_needs_scripts_says_so(site: Site, visit: Visit) -> None:
    """Instead of being empty."""
    visitor = visit(scripts=False)
    visitor.go("/chat")
    if site.row.accounts:
        visitor.sign_in(site.person("Ada"))
    visitor.sees("Chat")
    # Chromium reads what is in a noscript as text, where only the pages' own scripts are off.
    assert "JavaScript" in (visitor.main.locator("noscript").text_content() or "")
