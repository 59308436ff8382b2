"""Live data in a browser: a line that begins with the past and goes on."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from contract import talk
from playwright.sync_api import expect

from browser.rows import TICKS
from browser.site import LOST
from browser.wire import Once, Packet, Wire

if TYPE_CHECKING:
    from harness.cable import Cable

    from browser.conftest import Visit
    from browser.site import Site, Visitor

pytestmark = pytest.mark.about(live=True)
PAST = 15
"""So many ticks a server has made at least before anybody looks."""
POINTS = """(svg) => [...svg.querySelectorAll('path, polyline')]
  .map((one) => one.getAttribute('d') ?? one.getAttribute('points') ?? '')
  .filter((line) => line !== '').map((line) => (line.match(/-?\\d+(\\.\\d+)?/g) ?? []).length / 2)"""


def _graph(visitor: Visitor, symbol: str) -> str:
    """Return the line that is shown of a symbol."""
    graph = visitor.page.get_by_role("img", name=f"Price of {symbol}", exact=True)
    expect(graph).to_be_visible()
    return str(graph.evaluate("(svg) => svg.innerHTML"))


def _wait_for_another(visitor: Visitor, symbol: str, line: str) -> None:
    for _ in range(100):
        if _graph(visitor, symbol) != line:
            return
        visitor.page.wait_for_timeout(TICKS / 2)
    raise AssertionError(f"nothing moves: {line}")


def _wait_for_the_past(site: Site) -> None:
    """Wait until there is something to tell of a symbol."""
    with talk.watch(site.server) as peer:
        deadline = time.monotonic() + 30
        while len(talk.asked(peer, "subscribe", {"symbol": "AMBR"})["ticks"]) < PAST:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def _shows_the_past(visitor: Visitor, wire: Wire) -> None:
    """Expect a line of far more than what was told one by one."""
    graph = visitor.page.get_by_role("img", name="Price of AMBR", exact=True)
    deadline = time.monotonic() + 20
    while True:
        visitor.page.wait_for_timeout(TICKS / 2)
        points, ticks = max(graph.evaluate(POINTS), default=0), sum(one.tells("tick") for one in wire.told)
        if points > ticks + PAST / 2:
            return
        assert time.monotonic() < deadline, (points, ticks)


def test_a_line_begins_with_the_past_and_goes_on(site: Site, visit: Visit) -> None:
    """The price beside it is the newest, between the lowest and the highest."""
    _wait_for_the_past(site)
    visitor = visit("Ada")
    visitor.go("/live")
    visitor.sees("Live")
    symbol = visitor.field("Symbol")
    expect(symbol).to_have_value("AMBR")
    assert symbol.locator("option").all_inner_texts() == talk.SYMBOLS
    graph = visitor.page.get_by_role("img", name="Price of AMBR", exact=True)
    expect(graph.locator("path, polyline").first).to_be_attached()
    assert max(graph.evaluate(POINTS)) >= PAST
    price = visitor.page.locator(".price")
    expect(price).to_have_text(re.compile(r"\d"))
    first, line = price.inner_text(), _graph(visitor, "AMBR")
    expect(price).not_to_have_text(first)
    _wait_for_another(visitor, "AMBR", line)
    expect(visitor.main).to_contain_text(re.compile("lowest", re.IGNORECASE))
    expect(visitor.main).to_contain_text(re.compile("highest", re.IGNORECASE))
    lowest, newest, highest = visitor.page.evaluate(
        """() => {
          const text = document.querySelector('main').innerText.replaceAll(',', '');
          const after = (word) => Number(text.match(new RegExp(`${word}[^0-9]*([0-9.]+)`, 'i'))?.[1]);
          const price = Number(document.querySelector('.price').innerText.match(/[0-9.]+/)[0]);
          return [after('lowest'), price, after('highest')];
        }"""
    )
    assert lowest <= newest <= highest, (lowest, newest, highest)


def test_the_past_is_shown_also_where_a_tick_was_quicker(site: Site, visit: Visit) -> None:
    """Each tick where it belongs."""
    _wait_for_the_past(site)
    visitor = visit("Ada")
    held: list[Packet] = []
    ticks: list[Packet] = []

    def hold(packet: Packet) -> list[Packet]:
        if packet.answers("ticks"):
            held.append(packet)
            return []
        if packet.tells("tick") and held:
            ticks.append(packet)
            return [packet, held.pop()]
        return [packet]

    wire = Wire(visitor.page)
    wire.hear = hold
    visitor.go("/live")
    _shows_the_past(visitor, wire)
    assert ticks


def test_a_symbol_that_cannot_be_told_for_now_is_asked_for_again(site: Site, visit: Visit) -> None:
    """By itself; what it was refused with is not said any more."""
    _wait_for_the_past(site)
    visitor = visit("Ada")
    wire = Wire(visitor.page)
    wire.hear = short = Once("ticks")
    visitor.go("/live")
    _shows_the_past(visitor, wire)
    assert short.done
    expect(visitor.page.get_by_role("alert").filter(has_text=talk.UNAVAILABLE)).to_be_hidden()


def test_another_symbol_has_another_line(visit: Visit) -> None:
    """And the former one moves no longer."""
    visitor = visit("Ada")
    visitor.go("/live")
    line = _graph(visitor, "AMBR")
    visitor.field("Symbol").select_option("CEDR")
    assert _graph(visitor, "CEDR") != line
    expect(visitor.page.get_by_role("img", name="Price of AMBR")).to_have_count(0)
    _wait_for_another(visitor, "CEDR", _graph(visitor, "CEDR"))


def test_no_tick_is_read_aloud(visit: Visit) -> None:
    """A region that speaks with every tick would leave nobody in peace."""
    visitor = visit("Ada")
    visitor.go("/live")
    _graph(visitor, "AMBR")
    loud = visitor.page.evaluate(
        """() => {
          const speaks = (one) => {
            const own = one.getAttribute('aria-live');
            if (own) return own !== 'off';
            return one.matches('output, [role=status], [role=alert], [role=log]');
          };
          return [...document.querySelectorAll('.price, .axis, .graph')].filter((one) => {
            for (let at = one; at; at = at.parentElement) if (speaks(at)) return true;
            return false;
          }).map((one) => one.outerHTML.slice(0, 100));
        }"""
    )
    assert loud == []


def test_a_line_goes_on_when_the_connection_is_back(behind: Site, cable: Cable, visit: Visit) -> None:
    """A banner says that it is lost."""
    visitor = visit("Ada", site=behind)
    visitor.go("/live")
    visitor.sees("Live")
    visitor.field("Symbol").select_option("DUNE")
    _graph(visitor, "DUNE")
    visitor.no_banner()
    cable.cut()
    visitor.notices(LOST)
    line = _graph(visitor, "DUNE")
    cable.mend()
    visitor.no_banner()
    _wait_for_another(visitor, "DUNE", line)


@pytest.mark.about(accounts=True)
def test_live_data_is_for_those_who_are_signed_in(site: Site, visit: Visit) -> None:
    """As its sockets are."""
    visitor = visit()
    visitor.go("/live")
    visitor.sees("Sign in")
    visitor.sign_in(site.person("Ada"))
    visitor.sees("Live")
    _graph(visitor, "AMBR")
