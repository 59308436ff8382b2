"""The projects that are tried in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from harness import projects
from harness.frontends import BUILT

PROJECT = "Harbour & Sons"
DESCRIPTION = "What the harbour <knows>, and who said so."
TICKS = 200
"""Milliseconds from tick to tick."""
SHORT = {"pages": ("flask", "session"), "react": ("node", "token"), "angular": ("flask", "session")}
"""The stack and the kind of accounts of the fullest project of a front end, in a short run."""


@dataclass(frozen=True)
class Row:
    """One project: its front end, its stack, how people stay signed in, and which screens it has."""

    frontend: str
    stack: str
    auth: str = "none"
    notes: bool = True
    chat: bool = True
    live: bool = True

    @property
    def name(self) -> str:
        """Name the row in test ids."""
        shown = [one for one in ("notes", "chat", "live") if getattr(self, one)]
        return "-".join([self.frontend, self.stack, self.auth, *(["full"] if len(shown) == 3 else shown)])

    @property
    def accounts(self) -> bool:
        """Say whether people have accounts."""
        return self.auth != "none"

    @property
    def built(self) -> bool:
        """Say whether it is an application in the browser."""
        return self.frontend in BUILT

    @property
    def announced(self) -> bool:
        """Say whether screens are told of others' notes."""
        return self.notes and (self.chat or self.live)

    @property
    def subjects(self) -> dict[str, str]:
        """Return what is in the header: the words and the addresses."""
        return {one.capitalize(): f"/{one}" for one in ("notes", "chat", "live") if getattr(self, one)}

    def answers(self) -> dict[str, object]:
        """Return the answers that make it."""
        given: dict[str, object] = {"project_name": PROJECT, "description": DESCRIPTION, "deploy": "none", "ci": "none"}
        given |= {"stack": self.stack, "database": "sqlite", "redis": False, "frontend": self.frontend}
        given |= {"package_manager": "npm"} if self.stack == "node" else {}
        given |= {"api": "rest" if self.notes else "none", "chat": self.chat, "live_data": self.live}
        return given | {"auth": self.auth}


@cache
def rows() -> tuple[Row, ...]:
    """List the rows: the fullest of each kind on both stacks, and for each subject one that has nothing else.

    They are the same objects each time, by which pytest knows that a running site is the one that a test asks for.
    """
    found = []
    for frontend in (str(one) for one in projects.values("frontend") if one != "none"):
        for stack in map(str, projects.values("stack")):
            kinds = [str(one) for one in projects.values("auth") if (frontend, one) != ("pages", "token")]  # rule R3
            found += [Row(frontend, stack, kind) for kind in kinds]
            found += [Row(frontend, stack, "none", *(one == only for one in range(3))) for only in range(3)]
        found.append(Row(frontend, SHORT[frontend][0], "session", notes=False, live=False))
    return tuple(found)


def is_short(row: Row) -> bool:
    """Say whether a row belongs to a short run."""
    return row == Row(row.frontend, *SHORT[row.frontend])
