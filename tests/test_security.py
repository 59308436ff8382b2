"""docs/security.md names tests that there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness import projects

if TYPE_CHECKING:
    from pathlib import Path

PAGE = projects.ROOT / "docs" / "security.md"
CONTRACT = projects.ROOT / "tests" / "contract"
OWN = projects.ROOT / "template" / "flask" / "tests"


def test_every_test_that_the_page_names_is_there() -> None:
    """A requirement whose test was renamed or removed is met by nothing that anybody could see."""
    text = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)*)(test_\w+\.py)(?:::(test_\w+))?`", text)
    assert len(named) > 20
    assert {folder for folder, _, _ in named} == {"", "own/", "tests/", "tests/browser/"}
    missing = []
    for folder, module, test in named:
        file = _file(folder, module)
        if not file.is_file() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{folder}{module}::{test}")
    assert not missing, missing


def _file(folder: str, module: str) -> Path:
    """Find a file of tests: those of a project have the answers that bring them in their names."""
    if folder == "own/":
        return next((path for path in OWN.iterdir() if re.search(rf"(^|\W){module}\b", path.name)), OWN / module)
    return (projects.ROOT / folder if folder else CONTRACT) / module
