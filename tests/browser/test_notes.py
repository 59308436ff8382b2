"""Notes in a browser: written, read, changed and deleted, by forms that say what is wrong and forget nothing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.conftest import running
from browser.site import MARKED, Site, new
from browser.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from harness.projects import Project

    from browser.conftest import Visit
    from browser.rows import Row

pytestmark = pytest.mark.about(notes=True)
CHANGED = "Somebody changed this note meanwhile. Copy what you want to keep, then read it again."
DELETED = "Somebody deleted this note meanwhile. Save again to make a new one of it."
HOSTILE = "<b>bold</b> & <img src=x onerror=alert(1)>"
PAGE = 20


def test_a_note_is_written_read_changed_and_deleted(site: Site, visit: Visit) -> None:
    """Each step says that it was done, and is still done after a reload."""
    visitor = visit("Ada")
    page = visitor.page
    title, other = new("First note"), new("Changed note")
    visitor.go("/notes")
    visitor.sees("Notes")
    visitor.link("New note").click()
    visitor.sees("New note")
    visitor.is_at("/notes/new")
    visitor.field("Title").fill(title)
    visitor.field("Text").fill(f"One line\n  and another\n{HOSTILE}")
    visitor.button("Save").click()
    visitor.is_at("/notes")
    visitor.notices("The note was saved.")
    article = visitor.article(title)
    expect(article).to_have_count(1)
    assert f"One line\n  and another\n{HOSTILE}" in article.inner_text()
    expect(article.locator("img, b")).to_have_count(0)
    written = next(note for note in site.notes() if note["title"] == title)
    assert written["body"] == f"One line\n  and another\n{HOSTILE}"
    expect(article.locator("time")).to_have_attribute("datetime", written["created_at"])
    expect(article.locator("time")).to_contain_text(written["created_at"][:4])
    page.reload()
    expect(article).to_have_count(1)
    expect(page.get_by_text("The note was saved.")).to_have_count(0)

    visitor.link(f"Edit {title}").click()
    visitor.sees("Edit note")
    visitor.is_at(f"/notes/{written['id']}/edit")
    expect(visitor.field("Title")).to_have_value(title)
    expect(visitor.field("Text")).to_have_value(written["body"])
    visitor.link("Cancel").click()
    visitor.is_at("/notes")
    visitor.go(f"/notes/{written['id']}/edit")
    expect(visitor.field("Title")).to_have_value(title)
    visitor.field("Title").fill(other)
    visitor.field("Text").fill("")
    visitor.button("Save").click()
    visitor.is_at("/notes")
    visitor.notices("The note was saved.")
    expect(visitor.article(title)).to_have_count(0)
    page.reload()
    expect(visitor.article(other)).to_have_count(1)

    for answer in ("Keep", "Delete"):
        visitor.act(f"Delete {other}").click()
        expect(page.get_by_role("heading", name="Delete this note?", exact=True)).to_be_visible()
        (visitor.act(answer) if answer == "Keep" else visitor.button(answer)).click()
        expect(page.get_by_role("heading", name="Delete this note?", exact=True)).to_be_hidden()
        visitor.is_at("/notes")
        if answer == "Keep":
            expect(visitor.article(other)).to_have_count(1)
    visitor.notices("The note was deleted.")
    expect(visitor.article(other)).to_have_count(0)
    page.reload()
    visitor.sees("Notes")
    expect(visitor.article(other)).to_have_count(0)
    assert other not in [note["title"] for note in site.notes()]


def test_what_is_wrong_is_marked_in_the_servers_words(site: Site, visit: Visit) -> None:
    """Beside the field, what was typed being kept, until it is right."""
    visitor = visit("Ada")
    for path, heading in (("/notes/new", "New note"), (f"/notes/{site.note(new('Right'))['id']}/edit", "Edit note")):
        visitor.go(path)
        visitor.sees(heading)
        if heading == "Edit note":
            expect(visitor.field("Title")).not_to_have_value("")
        visitor.field("Title").fill("  ")
        visitor.field("Text").fill("x" * 10_001)
        visitor.button("Save").click()
        visitor.is_told(MARKED)
        assert "This must have at least 1 character." in visitor.marked("Title")
        assert "10,000" in visitor.marked("Text") or "10000" in visitor.marked("Text")
        expect(visitor.field("Text")).to_have_value("x" * 10_001)
        visitor.sees(heading)
        focused = visitor.page.locator(":focus")
        expect(focused).to_have_count(1)
        assert focused.evaluate(
            "(one) => one.matches('[role=alert], [aria-invalid=true]') || !!one.closest('[role=alert]')"
        )
        title = new("Right at last")
        visitor.field("Title").fill(title)
        visitor.button("Save").click()
        visitor.is_told(MARKED)
        expect(visitor.field("Title")).not_to_have_attribute("aria-invalid", "true")
        expect(visitor.field("Title")).to_have_value(title)
        visitor.field("Text").fill("Short")
        visitor.button("Save").click()
        visitor.notices("The note was saved.")
        expect(visitor.article(title)).to_have_count(1)


def test_nobody_overwrites_what_another_changed_meanwhile(site: Site, visit: Visit) -> None:
    """Who saves later is told, and keeps what was typed."""
    note = site.note(new("Two at once"), "As it was")
    visitor = visit("Ada")
    visitor.go(f"/notes/{note['id']}/edit")
    expect(visitor.field("Text")).to_have_value("As it was")
    site.change(note, body="As another wants it")
    visitor.field("Text").fill("As I want it")
    visitor.button("Save").click()
    visitor.is_told(CHANGED)
    expect(visitor.field("Text")).to_have_value("As I want it")
    visitor.button("Save").click()
    visitor.is_told(CHANGED)
    assert next(one for one in site.notes() if one["id"] == note["id"])["body"] == "As another wants it"
    if site.row.built:
        visitor.page.reload()
    else:
        visitor.link("read it again").click()  # a reload would send the form again
    expect(visitor.field("Text")).to_have_value("As another wants it")
    visitor.field("Text").fill("As both want it")
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    assert next(one for one in site.notes() if one["id"] == note["id"])["body"] == "As both want it"


def test_a_note_that_is_not_there_is_not_found(visit: Visit) -> None:
    """There is nothing to be changed."""
    visitor = visit("Ada")
    visitor.go(f"/notes/{uuid.uuid4()}/edit")
    visitor.sees("Not found")


def test_what_is_written_at_a_note_that_somebody_deletes_is_not_lost(site: Site, visit: Visit) -> None:
    """Who saves is told, and saves it again as a note of one's own."""
    note = site.note(new("Gone"), "As it was")
    visitor = visit("Ada")
    visitor.go(f"/notes/{note['id']}/edit")
    expect(visitor.field("Text")).to_have_value("As it was")
    site.remove(note)
    visitor.field("Text").fill("As I want it")
    visitor.button("Save").click()
    visitor.is_told(DELETED)
    expect(visitor.field("Text")).to_have_value("As I want it")
    visitor.button("Save").click()
    visitor.notices("The note was saved.")
    kept = next(one for one in site.notes() if one["title"] == note["title"])
    assert (kept["id"] != note["id"], kept["body"]) == (True, "As I want it")


def test_older_notes_are_a_step_away(site: Site, visit: Visit) -> None:
    """Twenty are shown; the others come when they are asked for, none of them twice."""
    word = new("Page")
    oldest = site.note(f"{word} oldest")["title"]
    for number in range(PAGE):
        site.note(f"{word} number {number}")
    visitor = visit("Ada")
    visitor.go("/notes")
    articles = visitor.page.get_by_role("article")
    expect(articles).to_have_count(PAGE)
    expect(articles.first.get_by_role("heading")).to_have_text(f"{word} number {PAGE - 1}")
    expect(visitor.article(oldest)).to_have_count(0)
    visitor.act("Older notes").click()
    expect(visitor.article(oldest)).to_have_count(1)
    shown = visitor.page.get_by_role("article").get_by_role("heading").all_inner_texts()
    assert len(shown) == len(set(shown))
    if site.row.built:
        assert shown[0] == f"{word} number {PAGE - 1}"
        assert len(shown) > PAGE
    else:
        assert shown[0] == oldest
        visitor.link("Newest notes").click()
        expect(visitor.article(f"{word} number {PAGE - 1}")).to_have_count(1)


@pytest.mark.about(announced=True)
def test_what_others_write_shows_without_a_reload(site: Site, visit: Visit) -> None:
    """So does what they change and delete."""
    site.note(new("There before"))
    visitor = visit("Ada")
    visitor.go("/notes")
    expect(visitor.page.get_by_role("article").first).to_be_visible()
    visitor.page.evaluate("window.same = true")
    author, title, other = "Ben", new("News"), new("Changed news")
    article = visitor.article(title)
    note = site.note(title, "", author)
    expect(article).to_have_count(1)
    expect(visitor.page.get_by_role("article").first.get_by_role("heading")).to_have_text(title)
    site.change(note, author, title=other)
    expect(visitor.article(other)).to_have_count(1)
    expect(article).to_have_count(0)
    site.remove(note, author)
    expect(visitor.article(other)).to_have_count(0)
    assert visitor.page.evaluate("window.same") is True


@pytest.mark.about(announced=True)
def test_what_is_written_before_a_page_listens_shows(site: Site, visit: Visit) -> None:
    """Nothing falls between what it was made of and what it hears."""
    visitor, title = visit("Ada"), new("Just before")
    Wire(visitor.page).opening = lambda: titles.append(site.note(title, "", "Ben")["title"]) if not titles else None
    titles: list[str] = []
    visitor.go("/notes")
    expect(visitor.article(title)).to_have_count(1)
    assert titles == [title]


@pytest.mark.about(announced=True)
def test_no_note_falls_between_two_pages(site: Site, visit: Visit) -> None:
    """When others' notes push it off the first; who is about to turn the page can still do so."""
    word = new("Pushed")
    for number in range(PAGE + 1):
        site.note(f"{word} number {number}")
    visitor = visit("Ada")
    visitor.go("/notes")
    expect(visitor.page.get_by_role("article")).to_have_count(PAGE)
    visitor.act("Older notes").focus()
    site.note(f"{word} last", "", "Ben")
    expect(visitor.article(f"{word} last")).to_have_count(1)
    expect(visitor.act("Older notes")).to_be_focused()
    visitor.act("Older notes").click()
    for number in range(2):
        expect(visitor.article(f"{word} number {number}")).to_have_count(1)


@pytest.mark.about(accounts=True)
def test_only_ones_own_notes_can_be_changed(site: Site, visit: Visit) -> None:
    """Others' are there to be read."""
    mine, other = site.note(new("Mine")), site.note(new("Theirs"), author="Ben")
    visitor = visit("Ada")
    visitor.go("/notes")
    expect(visitor.link(f"Edit {mine['title']}")).to_be_visible()
    expect(visitor.act(f"Delete {mine['title']}")).to_be_visible()
    expect(visitor.article(str(other["title"]))).to_be_visible()
    expect(visitor.act(f"Edit {other['title']}")).to_have_count(0)
    expect(visitor.act(f"Delete {other['title']}")).to_have_count(0)
    visitor.go(f"/notes/{other['id']}/edit")
    if site.row.built:
        # An application reads the note first, which everybody may; the server does not let it be saved.
        expect(visitor.field("Title")).to_have_value(str(other["title"]))
        visitor.field("Text").fill("Not mine to say")
        visitor.button("Save").click()
        expect(visitor.page.get_by_role("alert")).to_be_visible()
    else:
        visitor.sees("Forbidden")
        expect(visitor.field("Text")).to_have_count(0)
    assert visitor.path == f"/notes/{other['id']}/edit"
    assert next(one for one in site.notes() if one["id"] == other["id"])["body"] == ""


@pytest.mark.about(accounts=True)
@pytest.mark.parametrize("path", ["/notes", "/notes/new"])
def test_notes_are_for_those_who_are_signed_in(site: Site, visit: Visit, path: str) -> None:
    """Who is not is asked to, and then is where they wanted to be."""
    visitor = visit()
    visitor.go(path)
    visitor.sees("Sign in")
    assert visitor.path.replace("%2F", "/") == f"/sign-in?next={path}"
    visitor.sign_in(site.person("Ada"))
    visitor.sees({"/notes": "Notes", "/notes/new": "New note"}[path])
    visitor.is_at(path)


def test_a_new_project_has_no_notes(row: Row, project: Project, visit: Visit, tmp_path: Path) -> None:
    """And says so."""
    with running(row, project, tmp_path) as empty:
        visitor = visit("Ada", site=empty)
        visitor.go("/notes")
        expect(visitor.main.get_by_text("There are no notes yet.", exact=True)).to_be_visible()
        visitor.link("New note").click()
        visitor.field("Title").fill("The first")
        visitor.button("Save").click()
        visitor.notices("The note was saved.")
        expect(visitor.page.get_by_text("There are no notes yet.", exact=True)).to_be_hidden()
