"""A headless Chromium that pages are opened in, as a person would: each window is a person of their own."""

from __future__ import annotations

import atexit
import functools
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from harness import node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

CHROMIUM = Path("/usr/bin/chromium")
needed = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}: apt-get install chromium")
"""Marks a test that opens pages."""
AXE = "axe-core@4"
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
THEMES = ("light", "dark")
PATIENCE_MS = 20_000
UNANSWERED = ("Failed to load resource", "WebSocket connection to", "dynamically imported module", "net::ERR_")
"""What the console says of an answer with an error, or of none: that is for the page to tell."""


@functools.cache
def playwright() -> Playwright:
    """Return what drives browsers, started once for a test process: a second one in the same thread is refused."""
    module = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    module.expect.set_options(timeout=PATIENCE_MS)
    started: Playwright = module.sync_playwright().start()
    atexit.register(started.stop)
    return started


@functools.cache
def chromium() -> Browser:
    """Return the Chromium that all windows of a test process are in."""
    browser = playwright().chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
    atexit.register(browser.close)
    return browser


@dataclass
class Window:
    """A window with cookies of its own, and what went on in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)

    def listen(self) -> None:
        """Note from now on what the browser complains of and whom it asks."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("request", self._see)

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self._note(f"{line.text} {line.location.get('url', '')}")

    def _note(self, line: str) -> None:
        (self.refused if any(one in line for one in UNANSWERED) else self.complaints).append(line)

    def _see(self, sent: Request) -> None:
        self.hosts.add(urlsplit(sent.url).netloc or urlsplit(sent.url).scheme)
        self.requests.append(sent)

    def check(self, *addresses: str) -> None:
        """Check that nothing was complained of, the policy of contents included, and no other host asked."""
        assert self.complaints == [], self.complaints
        assert self.hosts - {"data", "blob"} <= {urlsplit(address).netloc for address in addresses}


@contextmanager
def window(width: int = 1280, height: int = 720, *, theme: str = "light", scripts: bool = True) -> Iterator[Window]:
    """Open a window of so many CSS pixels, with or without JavaScript."""
    how: dict[str, Any] = {"viewport": {"width": width, "height": height}, "locale": "en-GB", "timezone_id": "UTC"}
    how |= {"color_scheme": theme, "reduced_motion": "reduce", "java_script_enabled": scripts}
    context = chromium().new_context(**how)
    try:
        context.set_default_timeout(PATIENCE_MS)
        opened = Window(context.new_page())
        opened.listen()
        yield opened
    finally:
        context.close()


@contextmanager
def opened(address: str, width: int = 1280) -> Iterator[Page]:
    """Open a page in a window of this many CSS pixels; it may complain of nothing and ask no other host."""
    with window(width) as one:
        one.page.goto(address)
        yield one.page
    one.check(address)
    assert one.refused == []


@functools.cache
def _axe() -> str:
    return (node.package(AXE) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def findings(page: Page) -> list[str]:
    """List what axe-core finds to be in the way of people, in the page as it stands."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(f"() => {{ {_axe()} }}")
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", list(STANDARDS))
    return [
        f"{one['id']}: {one['help']}: {where['html']}: {where['failureSummary']}"
        for one in found["violations"]
        for where in one["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """List the elements that stick out at the side of a page, so that it would have to be scrolled."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.querySelectorAll('body *')]
                .filter((one) => one.getBoundingClientRect().right > width + 0.5)
                .map((one) => one.outerHTML.slice(0, 200));
            }"""
        )
    )
