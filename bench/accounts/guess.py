"""Compares what a wrong password and an unknown e-mail address take: `.venv/bin/python bench/accounts/guess.py`."""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "realtime"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import contenders
import page
from harness import projects, servers

BEGIN, END = "<!-- sign-in: written by accounts/guess.py --write -->\n", "<!-- end of sign-in -->\n"
STACKS = ("flask", "node")
DOORS = {"session": "/auth/login", "token": "/auth/token"}
PASSWORD, GUESS = "seven green bottles, hanging", "six green bottles, standing!"
WRONG, AGAIN, UNKNOWN = "wrong password", "wrong password, again", "unknown e-mail"
COLUMNS = ["stack", "accounts", "unknown e-mail, ms", "wrong password, ms", "ratio", "told apart"]
COLUMNS += ["by chance: ratio", "told apart"]
SEED = 14
_addresses = itertools.count(1)


class Door:
    """Where one signs in to a running project."""

    def __init__(self, port: int, path: str) -> None:
        """Connect to it."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._path = path

    def ask(self, path: str, given: dict[str, str]) -> tuple[int, bytes, float]:
        """Send JSON from an address of which nothing is known; return status, body and milliseconds."""
        number = next(_addresses)
        headers = {"Content-Type": "application/json", "X-Request-Id": f"bench-{number:08}"}
        headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        content = json.dumps(given)
        began = time.perf_counter()
        self._connection.request("POST", path, content, headers)
        response = self._connection.getresponse()
        body = response.read()
        return response.status, body, (time.perf_counter() - began) * 1000

    def register(self, email: str) -> None:
        """Make an account, which must succeed."""
        status, body, _ = self.ask("/auth/register", {"email": email, "password": PASSWORD, "name": "Somebody"})
        if status != 201:
            sys.exit(f"{email} cannot be registered: {status} {body.decode()}")

    def knock(self, email: str) -> tuple[float, bytes]:
        """Guess a password, which must be wrong; return milliseconds and all that the answer says but its number."""
        status, body, milliseconds = self.ask(self._path, {"email": email, "password": GUESS})
        if status != 401:
            sys.exit(f"{email} is answered {status}: {body.decode()}")
        said = {name: value for name, value in json.loads(body).items() if name != "request_id"}
        return milliseconds, json.dumps(said).encode()


def measure(stack: str, auth: str, attempts: int, folder: Path) -> dict[str, list[float]]:
    """Guess at a generated project; return what each guess took, in milliseconds, by what was wrong with it."""
    answers = {"stack": stack, "auth": auth, "database": "sqlite", "api": "none", "redis": False}
    project = projects.generate(answers, folder / f"{stack}-{auth}")
    projects.install(project)
    found: dict[str, list[float]] = {WRONG: [], AGAIN: [], UNKNOWN: []}
    with servers.started(project, folder / "output" / f"{stack}-{auth}", {"TRUST_PROXY": "1"}) as server:
        door = Door(server.port, DOORS[auth])
        # An account for each guess, for failures of one account are counted.
        asked = [
            (kind, f"{kind[:1]}{turn:05}-{len(kind):02}@people.example") for kind in found for turn in range(attempts)
        ]
        for kind, email in asked:
            if kind != UNKNOWN:
                door.register(email)
        for turn in range(20):
            door.knock(f"warm-{turn:05}@people.example")
        random.Random(SEED).shuffle(asked)
        answers_seen = set()
        for kind, email in asked:
            milliseconds, said = door.knock(email)
            found[kind].append(milliseconds)
            answers_seen.add(said)
    if len(answers_seen) != 1:
        sys.exit(f"the answers differ: {answers_seen}")
    return found


def told_apart(one: list[float], other: list[float]) -> float:
    """Return how often, of two guesses, the one of the first kind took longer: 0.5 is no better than a coin."""
    more = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in one for b in other)
    return more / (len(one) * len(other))


def row(stack: str, auth: str, found: dict[str, list[float]]) -> str:
    """Show one project: medians, their ratio, and how well a stop watch tells them apart; then the same of chance."""
    middle = {kind: statistics.median(times) for kind, times in found.items()}
    shown = [stack, auth, *(f"{middle[kind]:.2f}" for kind in (UNKNOWN, WRONG))]
    for one in (UNKNOWN, AGAIN):
        shown += [f"{middle[one] / middle[WRONG]:.3f}", f"{told_apart(found[one], found[WRONG]):.2f}"]
    return f"| {' | '.join(shown)} |\n"


def main() -> None:
    """Measure what was asked for, and show it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", nargs="+", choices=STACKS, default=STACKS)
    parser.add_argument(
        "--kinds", nargs="+", choices=list(DOORS), default=list(DOORS), help="how people stay signed in"
    )
    parser.add_argument("--attempts", type=int, default=300, help="guesses of each kind")
    parser.add_argument("--write", action="store_true", help="put the results into bench/README.md")
    options = parser.parse_args()
    table = f"{datetime.now(UTC):%d %B %Y}, {contenders.machine()}; {options.attempts} guesses of each kind.\n\n"
    table += f"| {' | '.join(COLUMNS)} |\n| --- | --- |{' ---: |' * (len(COLUMNS) - 2)}\n"
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        for stack, auth in itertools.product(options.stacks, options.kinds):
            table += row(stack, auth, measure(stack, auth, options.attempts, Path(made)))
    print(table)
    if options.write:
        page.put(table, BEGIN, END)


if __name__ == "__main__":
    main()
