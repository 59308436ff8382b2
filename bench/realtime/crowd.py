"""Many clients, spread over a few processes of their own, and what they heard."""

from __future__ import annotations

import json
import math
import resource
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import node

SCRIPT = Path(__file__).with_name("load.mjs")


class LoadFailedError(RuntimeError):
    """The clients could not do what they were told."""


@dataclass
class Heard:
    """What clients said and heard in a while."""

    heard: int = 0
    expected: int = 0
    wrong: int = 0
    disorder: int = 0
    said: int = 0
    answered: int = 0
    refused: int = 0
    lost: int = 0
    beats: Counter[int] = field(default_factory=Counter)
    latencies: Counter[int] = field(default_factory=Counter)

    def add(self, told: dict[str, Any]) -> None:
        """Add what one process tells."""
        for name in ("heard", "expected", "wrong", "disorder", "said", "answered", "refused", "lost"):
            setattr(self, name, getattr(self, name) + told[name])
        self.beats.update(dict(told["beats"]))
        self.latencies.update(dict(told["latencies"]))

    def complete(self) -> bool:
        """Tell whether everything asked was answered, and heard by everybody in its room."""
        return self.answered + self.refused == self.said and self.heard == self.expected and not self.wrong

    def problems(self) -> str:
        """Tell what did not come, came twice, in another order, or was refused; nothing when all is well."""
        wrong = {"clients with other messages than were sent": self.wrong, "clients with another order": self.disorder}
        wrong |= {"unanswered": self.said - self.answered - self.refused, "refused": self.refused, "lost": self.lost}
        return ", ".join(f"{count} {what}" for what, count in wrong.items() if count)

    def skipped(self, clients: int, interval_ms: float) -> int:
        """Return how many ticks somebody did not hear, leaving out those at the edges of the window."""
        moments = [key >> 7 for key in self.beats]
        first, last = (min(moments) + interval_ms / 2, max(moments) - interval_ms / 2) if moments else (0.0, 0.0)
        return sum(clients - count for key, count in self.beats.items() if first < key >> 7 < last)

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which this share came."""
        wanted, seen = share * sum(self.latencies.values()), 0
        for bucket, count in sorted(self.latencies.items()):
            seen += count
            if seen >= wanted:
                return math.exp(bucket / 100) / 1000
        return math.nan


class Crowd:
    """The processes in which the clients are, of as many servers as one likes."""

    def __init__(self, processes: int) -> None:
        """Start them."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.processes = [
            subprocess.Popen(
                [str(node.node()), str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
            for _ in range(processes)
        ]

    def gather(self, name: str, port: int, clients: int, room: int) -> None:
        """Make clients of a server, whole rooms in each process."""
        rooms, processes = clients // room, len(self.processes)
        shares = [rooms // processes + (index < rooms % processes) for index in range(processes)]
        self._each(
            [
                {
                    "command": "gather",
                    "name": name,
                    "host": "127.0.0.1",
                    "port": port,
                    "first": sum(shares[:index]) * room,
                    "count": share * room,
                    "room": room,
                }
                for index, share in enumerate(shares)
            ]
        )

    def tell(self, command: str, name: str, **options: object) -> list[Any]:
        """Have all processes do something, and wait until they have done it."""
        return self._each([{"command": command, "name": name, **options}] * len(self.processes))

    def speak(self, name: str, rate: float, seconds: float, speakers: int) -> None:
        """Have clients say so much a second, all together."""
        share = len(self.processes)
        self.tell("speak", name, rate=rate / share, seconds=seconds, speakers=max(1, speakers // share))

    def flood(self, name: str, seconds: float, speakers: int) -> None:
        """Have clients say something whenever the last was answered."""
        self.tell("flood", name, seconds=seconds, speakers=max(1, speakers // len(self.processes)))

    def heard(self, name: str) -> Heard:
        """Return what was heard since the last time it was forgotten."""
        found = Heard()
        for told in self.tell("report", name):
            found.add(told)
        return found

    def close(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _each(self, commands: list[dict[str, object]]) -> list[Any]:
        for process, command in zip(self.processes, commands, strict=True):
            assert process.stdin
            process.stdin.write(json.dumps(command) + "\n")
            process.stdin.flush()
        answers = []
        for process in self.processes:
            assert process.stdout
            answer = json.loads(process.stdout.readline() or '{"failed": "the clients are gone"}')
            if "failed" in answer:
                raise LoadFailedError(answer["failed"])
            answers.append(answer["done"])
        return answers
