"""The benches work: what they say about speed is for people to read, and no test waits for it."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from harness import browser
from harness.projects import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_bench_writes_its_own_part_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its markers, as often as it likes; where there are none it says so, and writes nothing."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    put = importlib.import_module("page").put
    page = tmp_path / "README.md"
    for found in ("one\n", "another\n"):
        page.write_text("above\n<begin>\nold\n<end>\nbelow\n", encoding="utf-8")
        put("new\n", "<begin>\n", "<end>\n", page)
        put(found, "<begin>\n", "<end>\n", page)
        assert page.read_text(encoding="utf-8") == f"above\n<begin>\n{found}<end>\nbelow\n"
    before = page.read_text(encoding="utf-8")
    for begin, end in (("<begun>\n", "<end>\n"), ("<begin>\n", "<ended>\n")):
        with pytest.raises(ValueError, match="unpack"):
            put("new\n", begin, end, page)
    assert page.read_text(encoding="utf-8") == before


def test_every_bench_has_its_place_on_the_page() -> None:
    """Each marker is there once."""
    text = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    markers = [
        marker
        for path in (ROOT / "bench").rglob("*.py")
        for marker in re.findall(r'"(<!-- .*? -->)\\n"', path.read_text(encoding="utf-8"))
    ]
    assert len(markers) == 6
    assert [marker for marker in markers if text.count(f"{marker}\n") != 1] == []


@pytest.mark.all("installs two servers and lets clients talk to them")
@pytest.mark.parametrize("stack", ["flask", "node"])
def test_the_bench_of_real_time_hears_all_that_is_said(stack: str, tmp_path: Path) -> None:
    """A few clients for a moment: everything is measured, and everything sent is delivered."""
    found = tmp_path / "found.json"
    words = f"--stacks {stack} --clients 20 --room 5 --rounds 1 --seconds 0.5 --json {found}"
    command = [sys.executable, str(ROOT / "bench" / "realtime" / "run.py"), *words.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    measured = json.loads(found.read_text(encoding="utf-8"))["measured"]
    works = {(one["work"], one["kind"]) for one in measured}
    assert works == {(work, kind) for work in ("steady", "saturated", "ticks") for kind in ("ours", "bare")}
    assert all(one["deliveries"] > 0 and not one["problems"] for one in measured), measured
    assert done.stdout.count("\n| 20 | ") == 4, done.stdout


@pytest.mark.all("installs two projects and guesses at their passwords")
def test_the_bench_of_signing_in_sees_no_difference_in_what_is_said() -> None:
    """A few guesses: every answer is the same, and each project has its row."""
    command = [sys.executable, str(ROOT / "bench" / "accounts" / "guess.py"), "--attempts", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ")[:2] for line in done.stdout.splitlines() if line.startswith(("| flask", "| node"))]
    assert rows == [[f"| {stack}", kind] for stack in ("flask", "node") for kind in ("session", "token")]


@pytest.mark.all("generates and installs a project, and opens its pages")
@browser.needed
def test_the_bench_of_first_loads_weighs_every_page() -> None:
    """Each page has its row, with files and bytes."""
    command = [sys.executable, str(ROOT / "bench" / "frontend" / "first_load.py"), "--frontends", "pages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| pages: ")]
    assert [row[0] for row in rows] == [f"| pages: {page}" for page in ("the first page", "notes", "chat", "live")]
    assert all(int(row[1]) > 1 and float(row[3]) > 1 for row in rows), rows
