"""What holds on every screen: header, addresses, titles, focus, keyboard, contrast, narrow windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from harness import browser
from playwright.sync_api import expect

from browser.rows import DESCRIPTION, PROJECT
from browser.screens import ROOM_TALK, UNKNOWN, inhabit
from browser.site import LOST, title

if TYPE_CHECKING:
    from harness.cable import Cable

    from browser.conftest import Visit
    from browser.screens import Screen
    from browser.site import Site, Visitor

MOST_STOPS = 80
STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length);
  const style = getComputedStyle(one);
  return {
    number: Number(one.dataset.stop),
    what: one.outerHTML.slice(0, 160),
    seen: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
    inside: one.closest('main') !== null,
  };
}"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility() && !one.disabled && one.type !== 'hidden' && !('stop' in one.dataset))
  .filter((one) => !document.querySelector('dialog:modal') || one.closest('dialog:modal'))
  .map((one) => one.outerHTML.slice(0, 160))"""


@pytest.fixture
def visitor(site: Site, screen: Screen, resident: Visitor, stranger: Visitor) -> Visitor:
    """Return whoever can see a screen, in front of it."""
    inhabit(site)
    who = resident if screen.signed_in else stranger
    who.window.complaints.clear()
    who.window.refused.clear()
    who.page.set_viewport_size({"width": 1280, "height": 720})
    screen.show(who)
    return who


def test_nothing_is_in_the_way_of_people(visitor: Visitor) -> None:
    """Says axe-core, in light and in dark; and in 360 pixels nothing has to be scrolled sideways."""
    found = {}
    for theme in browser.THEMES:
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found[theme] = browser.findings(visitor.page)
    visitor.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    visitor.page.set_viewport_size({"width": 360, "height": 720})
    found["360 pixels"] = [*browser.overflow(visitor.page), *browser.findings(visitor.page)]
    assert not any(found.values()), found
    visitor.window.check(visitor.site.address)


def test_every_control_is_reached_by_the_keyboard(visitor: Visitor) -> None:
    """In the order of the page, each showing that it has the focus, and none keeps it."""
    page = visitor.page
    page.evaluate("document.activeElement?.blur(); getSelection()?.removeAllRanges(); scrollTo(0, 0)")
    page.evaluate("document.querySelectorAll('[data-stop]').forEach((one) => delete one.dataset.stop)")
    order: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or any(one["number"] == stop["number"] for one in order):
            if order and not page.evaluate(MISSED):
                break
            continue
        order.append(stop)
    assert page.evaluate(MISSED) == []
    assert [one["what"] for one in order if not one["seen"]] == []


def test_a_screen_says_what_it_is(visitor: Visitor, screen: Screen) -> None:
    """In its title, one heading of the first level, a language, and the header that all have."""
    page, row = visitor.page, visitor.site.row
    if screen.heading:
        visitor.sees(screen.heading)
        expect(page).to_have_title(title(screen.heading))
    elif screen.name == "home":
        expect(page).to_have_title(re.compile(re.escape(PROJECT)))
    assert page.locator("h1:visible").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    header = page.locator("header.bar")
    brand = header.locator("a.brand")
    expect(brand).to_have_text(PROJECT)
    expect(brand).to_have_attribute("href", "/")
    links = header.locator("nav[aria-label=Main] a")
    expect(links).to_have_text(list(row.subjects))
    assert [one.get_attribute("href") for one in links.all()] == list(row.subjects.values())
    current = [one.get_attribute("href") for one in links.all() if one.get_attribute("aria-current") == "page"]
    assert current == [path for path in row.subjects.values() if visitor.path == path]
    if row.accounts and screen.signed_in:
        visitor.is_signed_in("Ada")
    elif row.accounts:
        visitor.is_signed_out()
    expect(page.locator("main#main")).to_have_count(1)
    assert [
        one for one in visitor.window.refused if "/auth/" not in one and screen.plain and screen.name != "unknown"
    ] == []


def test_an_address_leads_to_its_screen(visitor: Visitor, screen: Screen) -> None:
    """Also when it is typed, or the page is read again."""
    if not screen.plain or screen.name == "home":
        assert screen.path or visitor.path != "/"
        return
    visitor.page.reload()
    visitor.sees(screen.heading)
    assert visitor.path == screen.path


def test_the_first_tab_leads_past_the_header(site: Site, visit: Visit) -> None:
    """By a link that shows only then, and that stays on the screen."""
    visitor = visit("Ada")
    path = next(iter(site.row.subjects.values()))
    visitor.go(path)
    visitor.sees(next(iter(site.row.subjects)))
    visitor.page.evaluate("document.activeElement?.blur()")
    skip = visitor.page.get_by_role("link", name="Skip to the content")
    expect(skip).not_to_be_in_viewport()
    visitor.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    assert visitor.path.partition("#")[0] == path
    visitor.page.keyboard.press("Tab")
    inside = "document.activeElement.closest('main') !== null"
    assert visitor.page.evaluate(inside), visitor.page.evaluate("document.activeElement.outerHTML")


def test_the_first_page_leads_to_what_there_is(site: Site, visit: Visit) -> None:
    """A card each, the description, and how the service is."""
    visitor = visit()
    visitor.go()
    visitor.sees(PROJECT)
    expect(visitor.main.get_by_text(DESCRIPTION, exact=True)).to_be_visible()
    cards = visitor.main.get_by_role("heading", level=2)
    expected = [*site.row.subjects, *(["API"] if site.row.notes else [])]
    expect(cards).to_have_text(expected)
    visitor.notices("It runs, and has all that it needs.")
    for name, path in site.row.subjects.items():
        visitor.go()
        cards.get_by_role("link", name=name, exact=True).click()
        if site.row.accounts:
            visitor.sees("Sign in")
            assert visitor.path in (f"/sign-in?next={path}", f"/sign-in?next={path.replace('/', '%2F')}")
        else:
            visitor.sees(name)
            visitor.is_at(path)
    if site.row.notes:
        visitor.go()
        cards.get_by_role("link", name="API", exact=True).click()
        expect(visitor.page.locator("#swagger-ui, .swagger-ui").first).to_be_visible()
        visitor.is_at("/api/docs")


def test_the_first_page_says_that_nothing_answers(visit: Visit, cable: Cable, behind: Site) -> None:
    """And that it does again."""
    visitor = visit(site=behind)
    visitor.go()
    visitor.notices("It runs, and has all that it needs.")
    cable.cut()
    visitor.notices("It does not answer.")
    cable.mend()
    visitor.notices("It runs, and has all that it needs.")


def test_nothing_is_at_an_unknown_address(site: Site, visit: Visit) -> None:
    """Which is said on a page, with a way home."""
    visitor = visit()
    answer = visitor.page.goto(site.address + UNKNOWN)
    assert answer is not None
    assert answer.status == (200 if site.row.built else 404)
    visitor.sees("Not found")
    expect(visitor.main.get_by_text("There is nothing at this address.")).to_be_visible()
    visitor.link("Home").click()
    visitor.sees(PROJECT)
    visitor.is_at("/")


def test_the_way_back_is_the_browsers(site: Site, visit: Visit) -> None:
    """Each screen has a place in its history."""
    visitor = visit("Ada")
    for name in site.row.subjects:
        visitor.follow(name)
        visitor.sees(name)
    for name in [*reversed(list(site.row.subjects)[:-1])]:
        visitor.page.go_back()
        visitor.sees(name)
        visitor.is_at(site.row.subjects[name])
    visitor.page.go_back()
    visitor.sees(PROJECT)


@pytest.mark.about(built=True)
def test_who_follows_a_link_begins_at_the_heading(site: Site, visit: Visit) -> None:
    """In an application no page is loaded, so that the focus is moved by the application."""
    visitor = visit("Ada")
    visitor.page.evaluate("window.same = true")
    for name in site.row.subjects:
        visitor.follow(name)
        visitor.sees(name)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
        expect(visitor.page).to_have_title(title(name))
    assert visitor.page.evaluate("window.same") is True


def test_all_is_done_by_the_keyboard(site: Site, visit: Visit) -> None:
    """From the first page to a note, a word in a room and another symbol, without a mouse."""
    visitor = visit("Ada")
    page = visitor.page
    if site.row.notes:
        _press(visitor, "Notes")
        visitor.sees("Notes")
        _press(visitor, "New note")
        visitor.sees("New note")
        _tab_to(visitor, "Title")
        page.keyboard.type("By the keyboard")
        _tab_to(visitor, "Text")
        page.keyboard.type("Without a mouse")
        _press(visitor, "Save")
        visitor.notices("The note was saved.")
        _press(visitor, "Delete By the keyboard")
        expect(page.get_by_role("heading", name="Delete this note?")).to_be_visible()
        _press(visitor, "Delete")
        visitor.notices("The note was deleted.")
        expect(visitor.article("By the keyboard")).to_have_count(0)
    if site.row.chat:
        _press(visitor, "Chat")
        visitor.sees("Chat")
        if not site.row.accounts:
            _tab_to(visitor, "Your name")
            page.keyboard.type("Ada")
            page.keyboard.press("Enter")
        _tab_to(visitor, "Room")
        page.keyboard.press("Control+A")
        page.keyboard.type("keyboard")
        page.keyboard.press("Enter")
        expect(visitor.members.filter(has_text="Ada")).to_be_visible()
        _tab_to(visitor, "Message")
        page.keyboard.type(ROOM_TALK[0][1])
        page.keyboard.press("Enter")
        expect(visitor.texts.last).to_have_text(ROOM_TALK[0][1])
        expect(page.locator(".banner", has_text=LOST)).to_be_hidden()
    if site.row.live:
        _press(visitor, "Live")
        visitor.sees("Live")
        expect(page.get_by_role("img", name="Price of AMBR")).to_be_visible()
        _tab_to(visitor, "Symbol")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("img", name="Price of BIRK")).to_be_visible()


def _tab_to(visitor: Visitor, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    told = """() => {
        const one = document.activeElement;
        return one?.labels?.[0]?.innerText.trim() || one?.getAttribute('aria-label') || one?.innerText.trim();
    }"""
    for _ in range(MOST_STOPS):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(told) == name:
            return
    raise AssertionError(f"no way leads to {name!r}: {visitor.page.locator('body').aria_snapshot()}")


def _press(visitor: Visitor, name: str) -> None:
    """Tab to what has this name and press Enter."""
    _tab_to(visitor, name)
    visitor.page.keyboard.press("Enter")
