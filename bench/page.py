"""The page of results, on which each bench has a part of its own."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parent / "README.md"


def put(told: str, begin: str, end: str, page: Path = PAGE) -> None:
    """Put what was found between the two markers of a bench; all else stays as it is."""
    before, rest = page.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    page.write_text(f"{before}{begin}{told}{end}{after}", encoding="utf-8")
