"""The table of docs/stores.md: every group of promises, on every stack and store, as a run has seen it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from harness import projects

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = projects.ROOT / "docs" / "stores.md"
COMMAND = ".venv/bin/pytest --all --write-stores tests/contract"
NAMES = {
    "flask": "Flask",
    "node": "Express",
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "mysql": "MySQL",
    "mongodb": "MongoDB",
    "none": "none",
}
# The files about real time: they vary what is live besides the store, and have no place in the table.
REAL_TIME = {"test_sockets", "test_chat", "test_messages", "test_live", "test_announcements", "test_clusters"}
REAL_TIME |= {"test_settings"}
# The files about accounts: they vary how people stay signed in besides the store.
ACCOUNTS = {"test_accounts", "test_sign_ins", "test_sessions", "test_tokens", "test_attacks", "test_signed_sockets"}
# The files about what front ends are served as, in which no store has a part.
SERVED = {"test_frontend", "test_pages"}
KEPT, BROKEN, NOT_ITS, NOT_RUN = "✓", "✗", "-", "?"
SEPARATOR = " | "
AGAINST = "## What it ran against\n\n"


def promise(group: str, stack: object, database: object, redis: object) -> str:
    """Write down for a report which cell of the table a test is about."""
    return SEPARATOR.join([group, str(stack), column(database, redis)])


def column(database: object, redis: object) -> str:
    """Name a column."""
    return NAMES.get(str(database), str(database)) + (" + Redis" if redis is True else "")


def columns() -> list[str]:
    """List the columns in the order of the questionnaire."""
    return [column(database, redis) for database in projects.values("database") for redis in projects.values("redis")]


def groups() -> dict[str, str]:
    """Name the groups of promises, each with what its tests say of it: the first lines of the files."""
    found = {}
    for path in sorted((projects.ROOT / "tests" / "contract").glob("test_*.py")):
        first = path.read_text(encoding="utf-8").splitlines()[0].strip('"')
        name, colon, rest = first.partition(": ")
        assert colon, f"the first line of {path.name} has to be a name, a colon and what is promised"
        if path.stem not in REAL_TIME | ACCOUNTS | SERVED:
            found[path.stem] = (name, rest)
    return dict(found.values())


def group_of(module: str) -> str:
    """Name the group that a test file is about."""
    path = projects.ROOT / "tests" / "contract" / f"{module.rpartition('.')[2]}.py"
    return path.read_text(encoding="utf-8").splitlines()[0].strip('"').partition(": ")[0]


def write(reports: Iterable[Any]) -> None:
    """Write the page from what a run of whole groups has reported; other groups keep what the page says of them."""
    kept = read() if PAGE.exists() else {}
    against = PAGE.read_text(encoding="utf-8").partition(AGAINST)[2].partition("\n\n")[0] if PAGE.exists() else ""
    cells: dict[str, set[str]] = defaultdict(set)
    versions: set[str] = set()
    skipped: set[str] = set()
    for report in reports:
        if report.when != "call" and not (report.when == "setup" and report.outcome != "passed"):
            continue
        for name, value in report.user_properties:
            if name == "promise":
                cells[value].add(report.outcome)
                if report.outcome == "skipped":
                    skipped.add(str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr))
            elif name == "runs against":
                versions.add(value)
    seen = {cell.partition(SEPARATOR)[0] for cell in cells}
    versions |= {line.removeprefix("- ") for line in against.splitlines() if line}
    lines = [
        "# What holds on which store",
        "",
        "Written by the tests of the contract; do not edit it. Each row is a group of promises, the tests of one file",
        "of `tests/contract/`, held on every stack with every store, with and without Redis, with the API and, where",
        "a promise does not need it, without. Files about real time and about accounts, which vary more than the",
        "store, are not here.",
        "",
        "```sh",
        COMMAND,
        "```",
        "",
        f"`{KEPT}` every test passed, `{BROKEN}` one failed, `{NOT_RUN}` not run, `{NOT_ITS}` the promise is about",
        "something that this combination does not have.",
    ]
    for stack in projects.values("stack"):
        lines += ["", f"## {NAMES.get(str(stack), stack)}", "", f"| | {' | '.join(columns())} |"]
        lines.append(f"| --- |{' :-: |' * len(columns())}")
        for group in groups():
            row = [
                _cell(cells.get(SEPARATOR.join([group, str(stack), one]), set()))
                if group in seen
                else kept.get((NAMES.get(str(stack), str(stack)), group, one), NOT_RUN)
                for one in columns()
            ]
            lines.append(f"| {group} | {' | '.join(row)} |")
    lines += ["", "## The groups", "", *(f"- {name}: {rest}" for name, rest in groups().items())]
    lines += ["", AGAINST.strip(), "", *(f"- {version}" for version in sorted(versions))]
    if skipped:
        reasons = {reason.removeprefix("Skipped: ") for reason in skipped}
        lines += ["", "Skipped within these groups:", "", *(f"- {reason}" for reason in sorted(reasons))]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(outcomes: set[str]) -> str:
    if "failed" in outcomes:
        return BROKEN
    if "passed" in outcomes:
        return KEPT
    return NOT_RUN if outcomes else NOT_ITS


def read() -> dict[tuple[str, str, str], str]:
    """Read the cells of the page as it stands: stack, group and column to mark."""
    found: dict[tuple[str, str, str], str] = {}
    stack, heads = "", list[str]()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            stack = line.removeprefix("## ")
        if not line.startswith("|") or re.fullmatch(r"[| :-]+", line):
            continue
        first, *rest = (one.strip() for one in line.strip("|").split("|"))
        if not first:
            heads = rest
            continue
        found |= {(stack, first, head): mark for head, mark in zip(heads, rest, strict=True)}
    return found
