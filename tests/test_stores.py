"""docs/stores.md is about every combination that can be had, and nothing in it is red."""

from __future__ import annotations

import pytest
from harness import projects, stores

pytestmark = pytest.mark.skipif(not stores.PAGE.exists(), reason=f"docs/stores.md is not there: run {stores.COMMAND}")


def test_the_table_has_every_combination_and_every_group() -> None:
    """A new answer, or a new file of the contract, needs a new run."""
    found = stores.read()
    wanted = {
        (stores.NAMES[str(stack)], group, column)
        for stack in projects.values("stack")
        for group in stores.groups()
        for column in stores.columns()
    }
    assert set(found) == wanted, f"run {stores.COMMAND}"


def test_every_promise_is_kept_on_every_combination() -> None:
    """What a run has seen failing, or has not seen, is not what is released."""
    bad = {cell: mark for cell, mark in stores.read().items() if mark not in (stores.KEPT, stores.NOT_ITS)}
    assert bad == {}


def test_only_what_a_combination_does_not_have_is_left_out() -> None:
    """A dash stands for limits and cache without Redis, and for what needs a store where there is none."""
    dashes = {(group, column) for (_, group, column), mark in stores.read().items() if mark == stores.NOT_ITS}
    for group, column in dashes:
        if group in ("Limits", "Cache"):
            assert "Redis" not in column or (group == "Cache" and column.startswith("none"))
        else:
            assert column.startswith("none"), (group, column)


def test_the_page_names_the_servers_it_ran_against() -> None:
    """With their versions; what only stands in for MongoDB is called so."""
    text = stores.PAGE.read_text(encoding="utf-8").partition("## What it ran against")[2]
    for name in ("SQLite", "PostgreSQL", "MongoDB", "Redis"):
        assert f"{name} " in text
    assert "MariaDB " in text or "MySQL " in text
