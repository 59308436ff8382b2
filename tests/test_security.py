"""docs/security.md names tests that there are."""

from __future__ import annotations

import re

from harness import projects

PAGE = projects.ROOT / "docs" / "security.md"
CONTRACT = projects.ROOT / "tests" / "contract"


def test_every_test_that_the_page_names_is_there() -> None:
    """A requirement whose test was renamed or removed is met by nothing that anybody could see."""
    text = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)\.py(?:::(test_\w+))?`", text)
    assert len(named) > 20
    missing = []
    for module, test in named:
        file = CONTRACT / f"{module}.py"
        if not file.exists() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{module}::{test}")
    assert not missing, missing
