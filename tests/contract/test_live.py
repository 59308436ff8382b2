"""Live data: symbols, ticks that go on, those of the past, and readers that are too slow for them."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from harness import databases, projects, servers
from harness.peers import LINKS, PLAIN, Link, Peer
from harness.projects import Project
from harness.servers import Server

from contract.conftest import TICKS, Launch, Pair
from contract.talk import (
    INVALID,
    LIVE,
    NO_SYMBOL,
    NUL,
    REQUIRED,
    STRING,
    SURROGATE,
    SYMBOLS,
    TIME,
    UNKNOWN,
    Raw,
    asked,
    check_denied,
    watch,
)
from contract.test_sockets import memory

pytestmark = pytest.mark.needs(live_data=True)

AT_ONCE = 300
STARTS = {"AMBR": 120.0, "BIRK": 45.0, "CEDR": 280.0, "DUNE": 9.5, "ELMS": 64.0}


def subscribe(peer: Peer, symbol: str, **how: Any) -> list[dict[str, Any]]:
    """Subscribe, and check what that is answered with."""
    ack = asked(peer, "subscribe", {"symbol": symbol}, **how)
    assert set(ack) == {"symbol", "ticks"}, ack
    assert ack["symbol"] == symbol
    check_ticks(ack["ticks"], symbol)
    assert len(ack["ticks"]) <= AT_ONCE
    ticks = ack["ticks"]
    assert isinstance(ticks, list)
    return ticks


def check_ticks(ticks: list[dict[str, Any]], symbol: str) -> None:
    """Check ticks of one symbol, and that they are in the order of their times."""
    for tick in ticks:
        assert set(tick) == {"symbol", "price", "at"}, tick
        assert tick["symbol"] == symbol
        assert isinstance(tick["price"], int | float)
        assert not isinstance(tick["price"], bool)
        assert tick["price"] > 0
        assert round(tick["price"], 2) == tick["price"]
        assert TIME.fullmatch(tick["at"]), tick
    moments = [tick["at"] for tick in ticks]
    assert moments == sorted(set(moments)), "ticks are out of order, or come twice"


def test_the_symbols_are_listed(server: Server, link: Link) -> None:
    """Five, in the order of the alphabet; no name has to be given to see them."""
    with watch(server, link) as peer:
        assert asked(peer, "symbols") == {"symbols": SYMBOLS}
    with watch(server, link, auth={"whatever": 1}) as peer:
        assert asked(peer, "symbols", {}) == {"symbols": SYMBOLS}


def test_ticks_of_the_past_come_first_then_those_that_follow(server: Server, link: Link) -> None:
    """Without a gap and without repeating one."""
    with watch(server, link) as peer:
        past = subscribe(peer, "AMBR")
        live = peer.wait_count("tick", 20)
        check_ticks(live, "AMBR")
        later = subscribe(peer, "AMBR")
        known = [tick["at"] for tick in later]
        new = [tick["at"] for tick in live if tick["at"] >= known[0]]
        assert [one for one in new if one <= known[-1]] == [one for one in known if new[0] <= one <= new[-1]]
        if past:
            assert live[0]["at"] > past[-1]["at"]
            between = [tick for tick in later if past[-1]["at"] < tick["at"] < live[0]["at"]]
            assert between == []


def test_only_what_was_subscribed_to_is_told(server: Server, link: Link) -> None:
    """Until it is unsubscribed from; all this twice does no harm."""
    with watch(server, link) as peer:
        assert asked(peer, "unsubscribe", {"symbol": "CEDR"}) == {}
        for symbol in ("BIRK", "DUNE", "BIRK"):
            subscribe(peer, symbol)
        ticks = peer.wait_count("tick", 20)
        assert {tick["symbol"] for tick in ticks} == {"BIRK", "DUNE"}
        for symbol in ("BIRK", "DUNE"):
            check_ticks([tick for tick in ticks if tick["symbol"] == symbol], symbol)
        for _ in range(2):
            assert asked(peer, "unsubscribe", {"symbol": "BIRK"}) == {}
        peer.forget()
        assert {tick["symbol"] for tick in peer.wait_count("tick", 10)} == {"DUNE"}
        asked(peer, "unsubscribe", {"symbol": "DUNE"})
        peer.forget()
        time.sleep(int(TICKS) / 1000 * 6)
        assert peer.events("tick") == []


def test_everybody_is_told_the_same(server: Server) -> None:
    """Whichever the client and its transport."""
    with ExitStack() as stack:
        peers = [stack.enter_context(watch(server, link)) for link in LINKS]
        for peer in peers:
            subscribe(peer, "ELMS")
        told = [{tick["at"]: tick for tick in peer.wait_count("tick", 20)} for peer in peers]
        common = set.intersection(*(set(one) for one in told))
        assert len(common) >= 10
        for one in told:
            assert {at: one[at] for at in common} == {at: told[0][at] for at in common}


@pytest.mark.anywhere
@pytest.mark.parametrize(
    "symbol", ["", "ambr", " AMBR", "AMBR ", "AMB", "AMBRA", "*", "constructor", "__proto__", "👋"]
)
def test_an_unknown_symbol_is_a_404(server: Server, symbol: str) -> None:
    """To subscribe to, and to unsubscribe from."""
    for link in (PLAIN, LINKS[-1]):
        with watch(server, link) as peer:
            for event in ("subscribe", "unsubscribe"):
                check_denied(peer.ask(event, {"symbol": symbol}), 404, NO_SYMBOL, LIVE)


WRONG: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("subscribe", {}, [("/symbol", REQUIRED)]),
    ("unsubscribe", {}, [("/symbol", REQUIRED)]),
    ("subscribe", {"symbol": None}, [("/symbol", STRING)]),
    ("subscribe", {"symbol": 5}, [("/symbol", STRING)]),
    ("unsubscribe", {"symbol": ["AMBR"]}, [("/symbol", STRING)]),
    ("subscribe", {"symbol": {"$ne": ""}}, [("/symbol", STRING)]),
    ("subscribe", {"symbol": b"AMBR"}, [("/symbol", STRING)]),
    ("subscribe", {"symbol": "A\u0000"}, [("/symbol", NUL)]),
    ("subscribe", {"symbol": "\ud800"}, [("/symbol", SURROGATE)]),
    ("subscribe", {"symbol": "AMBR", "from": 1}, [("/from", UNKNOWN)]),
    ("unsubscribe", {"zz": 1, "symbol": 5, "aa": 2}, [("/symbol", STRING), ("/aa", UNKNOWN), ("/zz", UNKNOWN)]),
    ("symbols", {"symbol": "AMBR"}, [("/symbol", UNKNOWN)]),
    ("symbols", {"b": 1, "a/b": 2}, [("/a~1b", UNKNOWN), ("/b", UNKNOWN)]),
]


@pytest.mark.parametrize(("event", "value", "errors"), WRONG, ids=[f"{e}-{ascii(v)[:30]}" for e, v, _ in WRONG])
def test_every_wrong_field_has_its_own_pointer(
    server: Server, event: str, value: Any, errors: list[tuple[str, str]]
) -> None:
    """In the words of HTTP."""
    for link in (PLAIN, LINKS[-1]):
        with watch(server, link) as peer:
            check_denied(peer.ask(event, value), 422, INVALID, LIVE, errors)


def at(tick: dict[str, Any]) -> float:
    """Read the time of a tick, in seconds."""
    return datetime.fromisoformat(tick["at"]).timestamp()


def test_the_interval_is_the_one_that_was_set(launch: Launch) -> None:
    """And the time of a tick is that of the clock."""
    for interval in (20, 250):
        with launch(TICK_INTERVAL_MS=str(interval)) as server, watch(server) as peer:
            subscribe(peer, "AMBR")
            ticks = peer.wait_count("tick", 8)
            assert abs(at(peer.events("tick")[-1]) - time.time()) < 1.5
            seconds = (at(ticks[7]) - at(ticks[0])) / 7
            assert interval / 1000 * 0.6 <= seconds <= interval / 1000 * 1.6 + 0.02, seconds
            server.stop()


def test_a_tick_comes_every_second_by_default(launch: Launch) -> None:
    """When nothing was set."""
    with launch() as server, watch(server) as peer:
        subscribe(peer, "AMBR")
        ticks = peer.wait_count("tick", 4)
        assert 0.8 <= (at(ticks[3]) - at(ticks[0])) / 3 <= 1.3
        server.stop()


def test_at_most_300_ticks_of_the_past_are_kept(launch: Launch) -> None:
    """The newest of them."""
    with launch(TICK_INTERVAL_MS="10") as server, watch(server) as peer, watch(server) as late:
        subscribe(peer, "CEDR")
        seen = peer.wait_count("tick", 340)
        past = subscribe(late, "CEDR")
        assert len(past) == AT_ONCE
        assert past[-1]["at"] >= seen[-1]["at"]
        known = {tick["at"]: tick for tick in seen}
        shared = [tick for tick in past if tick["at"] in known]
        assert len(shared) >= AT_ONCE - 60
        assert shared == [known[tick["at"]] for tick in shared]
        server.stop()


def first_prices(project: Project, folder: Any) -> dict[str, list[float]]:
    """Start a project and read the first prices of each symbol."""
    place = projects.sandbox(project, folder / project.stack)
    env = {**databases.variables(project.answers, folder / project.stack), "TICK_INTERVAL_MS": "20"}
    with servers.started(place, folder / f"{project.stack}-out", env) as server, watch(server) as peer:
        time.sleep(1.2)
        found = {symbol: [tick["price"] for tick in subscribe(peer, symbol)] for symbol in SYMBOLS}
        server.stop()
    return found


def test_both_stacks_draw_the_same_numbers(pair: Pair, tmp_path: Any) -> None:
    """A seeded random walk: the same prices from every start, in whole cents, and each symbol its own."""
    found = [first_prices(project, tmp_path) for project in pair.projects.values()]
    for symbol in SYMBOLS:
        length = min(len(one[symbol]) for one in found)
        assert length >= 20
        assert found[0][symbol][:length] == found[1][symbol][:length], symbol
        walk = found[0][symbol]
        assert len(set(walk)) > 5, "the price does not move"
        assert abs(walk[0] - STARTS[symbol]) <= STARTS[symbol] * 0.02, (symbol, walk[0])
        assert all(abs(b - a) <= 0.02 * a + 0.02 for a, b in itertools.pairwise(walk))
    assert len({tuple(one) for one in found[0].values()}) == len(SYMBOLS)


def test_who_is_too_slow_skips_to_the_newest_tick(launch: Launch) -> None:
    """Nothing is kept for those who do not read; the others are told every tick in time."""
    with launch(TICK_INTERVAL_MS="10") as server, Raw(server, buffer=2048) as slow, watch(server) as quick:
        slow.open(LIVE)
        for symbol in SYMBOLS:
            subscribe(quick, symbol)
            slow.send(f'42/live,1["subscribe",{{"symbol":"{symbol}"}}]')
            while not str(slow.receive()).startswith("43/live,1["):
                pass
        before = memory(server)
        time.sleep(8)
        quick.forget()
        time.sleep(1.5)
        lags = [time.time() - at(tick) for tick in quick.events("tick")[-5:]]
        assert max(lags) < 3.0, lags
        assert len(quick.events("tick")) >= 100
        assert memory(server) - before < 100_000_000
        resumed = time.time()
        moments: list[float] = []
        while not moments or moments[-1] < resumed:
            frame = str(slow.receive())
            assert frame != "None", "who reads no ticks is not put out"
            if frame.startswith('42/live,["tick"'):
                value = frame.partition('"at":')[2].strip().strip('"')[:24]
                moments.append(datetime.fromisoformat(value).timestamp())
        assert moments == sorted(moments)
        skipped = max(b - a for a, b in itertools.pairwise(moments))
        assert skipped > 1.0, f"{len(moments)} ticks were kept for a client that did not read"
        assert asked(quick, "symbols") == {"symbols": SYMBOLS}
        server.stop()


def test_many_watch_at_once(server: Server) -> None:
    """Each tick reaches each of a hundred clients soon."""
    with ExitStack() as stack:
        with ThreadPoolExecutor(8) as pool:
            peers = list(pool.map(lambda n: watch(server, LINKS[2 * (n % 2)]), range(100)))
        for peer in peers:
            stack.callback(peer.close)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda peer: subscribe(peer, "AMBR"), peers))
        for peer in peers:
            peer.forget()
        time.sleep(1.5)
        wanted = 1.5 / (int(TICKS) / 1000)
        for peer in peers:
            ticks = peer.events("tick")
            check_ticks(ticks, "AMBR")
            assert len(ticks) >= wanted * 0.5, len(ticks)
