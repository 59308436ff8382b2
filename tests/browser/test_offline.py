"""A server that does not answer: an application says so and keeps what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.site import SILENT, new

if TYPE_CHECKING:
    from harness.cable import Cable

    from browser.conftest import Visit
    from browser.site import Site

pytestmark = pytest.mark.about(built=True)


@pytest.mark.about(notes=True)
def test_a_note_is_kept_until_the_server_answers(behind: Site, cable: Cable, visit: Visit) -> None:
    """It is saved once."""
    visitor = visit("Ada", site=behind)
    visitor.go("/notes/new")
    visitor.sees("New note")
    title = new("Offline")
    visitor.field("Title").fill(title)
    visitor.field("Text").fill("Written in a tunnel")
    cable.cut()
    visitor.button("Save").click()
    visitor.is_told(SILENT)
    expect(visitor.field("Title")).to_have_value(title)
    expect(visitor.field("Text")).to_have_value("Written in a tunnel")
    cable.mend()
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    expect(visitor.article(title)).to_have_count(1)


@pytest.mark.about(notes=True)
def test_notes_that_cannot_be_read_are_said_to_be_missing(behind: Site, cable: Cable, visit: Visit) -> None:
    """Not that there are none."""
    behind.note(new("There"))
    visitor = visit("Ada", site=behind)
    cable.cut()
    visitor.follow("Notes")
    visitor.is_told(SILENT)
    expect(visitor.page.get_by_text("There are no notes yet.")).to_have_count(0)


@pytest.mark.about(accounts=True)
def test_who_signs_in_keeps_what_was_typed(behind: Site, cable: Cable, visit: Visit) -> None:
    """Until the server answers."""
    visitor = visit(site=behind)
    ada = behind.person("Ada")
    visitor.go("/sign-in")
    visitor.sees("Sign in")
    visitor.field("E-mail").fill(ada.email)
    cable.cut()
    visitor.sign_in(ada)
    visitor.is_told(SILENT)
    expect(visitor.field("E-mail")).to_have_value(ada.email)
    cable.mend()
    visitor.button("Sign in").click()
    visitor.is_signed_in("Ada")
