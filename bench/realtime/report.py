"""What was measured, and how it is shown."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BEGIN, END = "<!-- results: written by run.py --write -->\n", "<!-- end of results -->\n"
WORKS = ("steady", "saturated", "ticks")


@dataclass(frozen=True)
class Measured:
    """One server in one window."""

    stack: str
    clients: int
    work: str
    kind: str
    deliveries: int
    seconds: float
    cpu: float
    others: float
    p50: float
    p99: float
    skipped: int
    problems: str

    @property
    def a_second(self) -> float:
        """Return how much was delivered a second."""
        return self.deliveries / self.seconds

    @property
    def a_cpu_second(self) -> float:
        """Return how much was delivered for a second of the server's processor time."""
        return self.deliveries / self.cpu if self.cpu else 0.0

    def as_line(self) -> str:
        """Return all of it."""
        return (
            f"{self.stack} {self.kind}: {self.clients} clients, {self.work}: {self.a_second:,.0f} deliveries a second, "
            f"{self.a_cpu_second:,.0f} a CPU second, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, others use "
            f"{self.others:.1f} cores{f', {self.skipped} skipped' if self.skipped else ''} {self.problems}".rstrip()
        )


@dataclass(frozen=True)
class Coming:
    """What it took to let all clients in."""

    stack: str
    clients: int
    kind: str
    seconds: float
    cpu: float
    megabytes: int


@dataclass
class Results:
    """All that was measured, and where."""

    machine: str
    date: str
    options: str
    versions: dict[str, str] = field(default_factory=dict)
    measured: list[Measured] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return all of it."""
        return asdict(self)

    def as_markdown(self) -> str:
        """Return the tables."""
        others = [one.others for one in self.measured]
        busy = f"{statistics.median(others):.1f} of its cores were busy with other things, at times {max(others):.1f}"
        lines = [f"{self.date}, {self.machine}; {busy}. Options: `{self.options or 'none'}`."]
        for stack, versions in self.versions.items():
            lines += ["", f"### {stack}", "", f"{versions}.", "", *self._deliveries(stack), "", *self._comings(stack)]
        return "\n".join(lines) + "\n"

    def _deliveries(self, stack: str) -> Iterable[str]:
        yield (
            "| clients | what | delivered a second: ours | bare | a CPU second: ours | bare | ratio "
            "| p99 ms: ours | bare | ratio |"
        )
        yield "| ---: | --- |" + " ---: |" * 8
        found = [one for one in self.measured if one.stack == stack]
        for clients in sorted({one.clients for one in found}):
            for work in WORKS:
                ours, bare = (
                    [one for one in found if (one.clients, one.work, one.kind) == (clients, work, kind)]
                    for kind in ("ours", "bare")
                )
                if not ours:
                    continue
                cells = [
                    *_each(ours, bare, lambda one: one.a_second, "{:,.0f}"),
                    *_each(ours, bare, lambda one: one.a_cpu_second, "{:,.0f}"),
                    _ratio(ours, bare, lambda one: one.a_cpu_second),
                    *_each(ours, bare, lambda one: one.p99, "{:.1f}"),
                    _ratio(bare, ours, lambda one: one.p99),
                ]
                yield f"| {clients:,} | {work} | {' | '.join(cells)} |"

    def _comings(self, stack: str) -> Iterable[str]:
        yield "| clients | come in and join, s: ours | bare | CPU s: ours | bare | memory then, MB: ours | bare |"
        yield "| ---: |" + " ---: |" * 6
        found = {(one.clients, one.kind): one for one in self.coming if one.stack == stack}
        for clients in sorted({clients for clients, _ in found}):
            ours, bare = found[clients, "ours"], found[clients, "bare"]
            yield (
                f"| {clients:,} | {ours.seconds:.1f} | {bare.seconds:.1f} | {ours.cpu:.1f} | {bare.cpu:.1f} "
                f"| {ours.megabytes} | {bare.megabytes} |"
            )


def write(results: Results) -> None:
    """Put the results into the page."""
    page.put(results.as_markdown(), BEGIN, END)


def _each(ours: list[Measured], bare: list[Measured], value: Callable[[Measured], float], form: str) -> tuple[str, str]:
    return form.format(statistics.median(map(value, ours))), form.format(statistics.median(map(value, bare)))


def _ratio(above: list[Measured], below: list[Measured], value: Callable[[Measured], float]) -> str:
    """Return the median of the ratios of windows that followed each other, as the machine does to both what it does."""
    ratios = [value(one) / value(other) for one, other in zip(above, below, strict=True) if value(other)]
    return f"{statistics.median(ratios):.2f}" if ratios else ""
