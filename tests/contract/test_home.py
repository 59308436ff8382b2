"""Home: the first page says what the project offers, loads nothing from elsewhere and leads nowhere that is not."""

from urllib.parse import urljoin, urlsplit

import pytest
from harness.servers import Server

from contract.conftest import Combination
from contract.test_docs_page import CHROMIUM, Page
from contract.wire import POLICY, ask, check_headers


def test_the_first_page_leads_to_what_there_is(server: Server, combination: Combination) -> None:
    """Every link answers, everything that it loads is kept for an hour, nothing is inline."""
    answer = ask(server, "GET", "/")
    assert answer.status == 200
    assert answer.headers["content-type"].replace(" ", "").lower() == "text/html;charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    check_headers(answer)
    page = Page()
    page.feed(answer.content.decode())
    assert page.inline == []
    paths = {urlsplit(link).path for link in page.links}
    assert {"/health/live", "/health/ready"} <= paths
    assert ("/api/docs" in paths) == ("/api/openapi.json" in paths) == (combination["api"] == "rest")
    for link in page.links:
        target = urljoin(f"{server.url}/", link)
        assert target.startswith(f"{server.url}/"), link
        found = ask(server, "GET", urlsplit(target).path)
        assert found.status == 200, link
        check_headers(found)
        if urlsplit(target).path.startswith("/home/"):
            assert found.headers["cache-control"] == "public, max-age=3600", link
    for namespace, chosen in (("/chat", combination["chat"]), ("/live", combination["live_data"])):
        assert (f"<code>{namespace}</code>" in answer.content.decode()) == (chosen is True)
    assert ask(server, "HEAD", "/").content == b""
    assert ask(server, "POST", "/").status == 405


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}: apt-get install chromium")
def test_the_first_page_says_that_all_is_well(server: Server) -> None:
    """In a browser, by what /health/ready says; it complains of nothing and fits a narrow screen."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    complaints: list[str] = []
    hosts: set[str] = set()
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 360, "height": 640})
            page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda sent: hosts.add(urlsplit(sent.url).netloc))
            page.goto(f"{server.url}/")
            page.locator("#status.good", has_text="all that it needs").wait_for()
            assert page.locator("h1").inner_text() == "Contract"
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        finally:
            browser.close()
    assert complaints == []
    assert hosts == {urlsplit(server.url).netloc}
