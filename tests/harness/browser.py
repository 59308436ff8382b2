"""A headless Chromium that pages are opened in, as a person would."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
needed = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}: apt-get install chromium")
"""Marks a test that opens pages."""


@contextmanager
def opened(address: str, width: int = 1280) -> Iterator[Page]:
    """Open a page in a window of this many CSS pixels; it may complain of nothing and ask no other host."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    complaints: list[str] = []
    hosts: set[str] = set()
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": width, "height": 720})
            page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda sent: hosts.add(urlsplit(sent.url).netloc or urlsplit(sent.url).scheme))
            page.goto(address)
            yield page
        finally:
            browser.close()
    assert complaints == []
    assert hosts - {"data", "blob"} == {urlsplit(address).netloc}
