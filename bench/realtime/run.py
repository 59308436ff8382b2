"""Compares generated projects with bare Socket.IO servers: `.venv/bin/python bench/realtime/run.py`."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import contenders
from contenders import KINDS, STACKS
from crowd import Crowd
from report import Coming, Measured, Results, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crowd import Heard
    from harness.projects import Project
    from harness.servers import Server

SYMBOLS = ("AMBR", "BIRK", "CEDR", "DUNE", "ELMS")
# What is said a second at a steady pace; everybody in the room hears it.
RATES = {"flask": 160, "node": 400}
SPEAKERS = 200
# How many ticks are delivered a second, whatever the number of clients.
TICKS = 10_000
BEATS = 4
# While chat is measured, and nobody listens to ticks.
SELDOM_MS = 60_000
WARM_UP = 1.0
PATIENCE = 30.0


def main() -> None:
    """Measure what was asked for, and show it."""
    options = parse()
    results = Results(contenders.machine(), f"{datetime.now(UTC):%d %B %Y}", " ".join(sys.argv[1:]))
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        for stack in options.stacks:
            bench = Bench(stack, Path(made), options, results)
            for clients in options.clients:
                bench.chat(clients)
                bench.live(clients)
    if options.json:
        Path(options.json).write_text(json.dumps(results.as_dict(), indent=1) + "\n", encoding="utf-8")
    print(results.as_markdown())
    if options.write:
        write(results)
    if lost := [one for one in results.measured if one.problems]:
        sys.exit(f"not everything was delivered: {lost}")


class Bench:
    """Both servers of a stack."""

    def __init__(self, stack: str, folder: Path, options: argparse.Namespace, results: Results) -> None:
        """Make and install them."""
        self._stack = stack
        self._folder = folder
        self._options = options
        self._results = results
        say(f"{stack}: generate and install")
        self._projects: dict[str, Project] = {kind: contenders.prepare(stack, kind, folder) for kind in KINDS}
        results.versions[stack] = contenders.versions(stack, self._projects["bare"], self._projects["ours"])

    def chat(self, clients: int) -> None:
        """Measure messages: both servers are there at once, and take turns."""
        options = self._options
        rate = options.rate or RATES[self._stack]
        with self._crowd() as crowd, contextlib.ExitStack() as running:
            servers = {kind: running.enter_context(self._started(kind, SELDOM_MS)) for kind in KINDS}
            for kind in KINDS:
                self._come(crowd, servers[kind], kind, clients, ["/chat"])
                crowd.flood(kind, WARM_UP, SPEAKERS)
                wait(crowd, kind)
            works: dict[str, Callable[[str], None]] = {
                "steady": lambda kind: crowd.speak(kind, rate, options.seconds, SPEAKERS),
                "saturated": lambda kind: crowd.flood(kind, options.seconds, SPEAKERS),
            }
            for turn, (name, work) in itertools.product(range(options.rounds), works.items()):
                for kind in in_turn(turn):
                    self._measure(crowd, servers[kind], kind, clients, name, work)

    def live(self, clients: int) -> None:
        """Measure ticks: one server at a time, for they tick all the time."""
        interval = interval_of(clients)
        seconds = max(self._options.seconds, BEATS * interval / 1000)
        for turn in range(self._options.rounds):
            for kind in in_turn(turn):
                with self._crowd() as crowd, self._started(kind, interval) as server:
                    self._come(crowd, server, kind, clients, ["/live"])
                    crowd.tell("subscribe", kind, symbols=SYMBOLS)
                    time.sleep(WARM_UP + interval / 1000)
                    self._measure(crowd, server, kind, clients, "ticks", lambda _: time.sleep(seconds))

    @contextlib.contextmanager
    def _crowd(self) -> Iterator[Crowd]:
        crowd = Crowd(self._options.processes)
        try:
            yield crowd
        finally:
            crowd.close()

    def _started(self, kind: str, interval_ms: int) -> contextlib.AbstractContextManager[Server]:
        output = self._folder / "output" / f"{self._stack}-{kind}"
        return contenders.started(self._projects[kind], output, interval_ms)

    def _come(self, crowd: Crowd, server: Server, kind: str, clients: int, namespaces: list[str]) -> None:
        """Have all clients come in, and see what that takes."""
        used, began = contenders.seconds_used(server), time.monotonic()
        crowd.gather(kind, server.port, clients, self._options.room)
        crowd.tell("connect", kind, namespaces=namespaces)
        seconds = time.monotonic() - began
        time.sleep(WARM_UP)
        cpu = contenders.seconds_used(server) - used
        say(f"{self._stack} {kind}: {clients} clients at {', '.join(namespaces)} in {seconds:.1f} s, {cpu:.1f} s CPU")
        if "/chat" in namespaces:
            self._results.coming.append(Coming(self._stack, clients, kind, seconds, cpu, contenders.megabytes(server)))

    def _measure(
        self, crowd: Crowd, server: Server, kind: str, clients: int, name: str, work: Callable[[str], None]
    ) -> None:
        """Measure one server in one window."""
        crowd.tell("forget", kind)
        all_used, crowd_used = contenders.seconds_of_all(), contenders.seconds_of(crowd.processes)
        used, began = contenders.seconds_used(server), time.monotonic()
        work(kind)
        heard = crowd.heard(kind) if name == "ticks" else wait(crowd, kind)
        seconds, cpu = time.monotonic() - began, contenders.seconds_used(server) - used
        others = contenders.seconds_of_all() - all_used - cpu - (contenders.seconds_of(crowd.processes) - crowd_used)
        one = Measured(
            stack=self._stack,
            clients=clients,
            work=name,
            kind=kind,
            deliveries=heard.heard,
            seconds=seconds,
            cpu=cpu,
            others=max(0.0, others / seconds),
            p50=heard.percentile(0.5),
            p99=heard.percentile(0.99),
            skipped=heard.skipped(clients, interval_of(clients)),
            problems=heard.problems(),
        )
        self._results.measured.append(one)
        say(one.as_line())


def interval_of(clients: int) -> int:
    """Return the milliseconds between two beats."""
    return max(10, round(clients * len(SYMBOLS) * 1000 / TICKS))


def in_turn(turn: int) -> tuple[str, ...]:
    """Return both, now this one first, now that."""
    return KINDS if turn % 2 == 0 else KINDS[::-1]


def wait(crowd: Crowd, kind: str) -> Heard:
    """Wait until everybody has heard everything."""
    deadline = time.monotonic() + PATIENCE
    while not (heard := crowd.heard(kind)).complete() and time.monotonic() < deadline:
        time.sleep(0.02)
    return heard


def say(line: str) -> None:
    """Tell whoever waits how it goes."""
    print(line, file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    """Read what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", nargs="+", choices=STACKS, default=STACKS)
    parser.add_argument("--clients", nargs="+", type=int, default=[200, 1000, 5000], help="how many at once")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--seconds", type=float, default=4, help="how long each time")
    parser.add_argument("--room", type=int, default=50, help="how many are in a room")
    parser.add_argument("--rate", type=float, help="what is said a second at a steady pace")
    parser.add_argument("--processes", type=int, default=2, help="in which the clients are")
    parser.add_argument("--json", metavar="FILE", help="where to put every single measurement")
    parser.add_argument("--write", action="store_true", help="put the results into bench/README.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
