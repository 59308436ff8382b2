"""The documentation page: readable and usable without any other host."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from harness import browser
from harness.servers import Server

from contract import people
from contract.wire import POLICY, ask, check_headers

pytestmark = pytest.mark.needs(api="rest")


class Page(HTMLParser):
    """Collect what a page loads and what it should not hold."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []
        self.open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses, styles and handlers of an element."""
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("src", "href", "data", "action", "srcset") if given.get(name)]
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in ("style", "base", "iframe") else []
        self.open = tag if tag == "script" and not given.get("src") else None

    def handle_data(self, data: str) -> None:
        """Note the text of a script that is in the page itself."""
        if self.open and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Leave the script."""
        self.open = None if tag == "script" else self.open


def test_the_documentation_page_loads_nothing_from_elsewhere(server: Server) -> None:
    """Every address in the page and its styles is the app's own and answers; nothing is inline."""
    answer = ask(server, "GET", "/api/docs")
    assert answer.status == 200
    assert answer.headers["content-type"].replace(" ", "").lower() == "text/html;charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    check_headers(answer)
    page = Page()
    page.feed(answer.content.decode())
    assert page.inline == []
    assert page.links
    for link in page.links:
        if link.startswith("data:"):
            continue
        target = urlsplit(urljoin(f"{server.url}/api/docs", link))
        assert f"{target.scheme}://{target.netloc}" == server.url, link
        assert target.path.startswith("/api/"), link
        asset = ask(server, "GET", target.path)
        assert asset.status == 200, link
        check_headers(asset)
        if target.path.startswith("/api/docs/"):
            assert asset.headers["cache-control"] == "no-cache", link
            head = ask(server, "HEAD", target.path)
            assert (head.status, head.content) == (200, b"")
            assert ask(server, "POST", target.path).status == 405
        kinds = {".js": "javascript", ".css": "text/css", ".png": "image/png", ".json": "json"}
        assert kinds.get(Path(target.path).suffix, "") in asset.headers["content-type"], link
        if target.path.endswith(".css"):
            for found in re.findall(rb"(?:url\(|@import)\s*[\"']?([^\"')]+)", asset.content):
                assert (
                    found.startswith(b"data:") or ask(server, "GET", urljoin(target.path, found.decode())).status == 200
                )


@browser.needed
def test_the_documentation_page_works_in_a_browser(server: Server) -> None:
    """It shows every operation, tries one, complains of nothing and asks no other host."""
    with browser.opened(f"{server.url}/api/docs") as page:
        page.wait_for_selector(".opblock-summary-path")
        shown = page.locator(".opblock-summary").all_inner_texts()
        assert len(shown) == 9 + {"none": 0, "session": 4, "token": 5}[people.kind(server)], shown
        assert page.locator(".info .title").inner_text().startswith("Contract")
        live = page.locator(".opblock", has_text="/health/live").first
        live.locator(".opblock-summary-control").click()
        live.get_by_role("button", name="Try it out").click()
        live.get_by_role("button", name="Execute").click()
        live.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
