"""Home: the first page says what the project offers, loads nothing from elsewhere and leads nowhere that is not."""

from urllib.parse import urljoin, urlsplit

from harness import browser
from harness.servers import Server

from contract.conftest import Combination
from contract.test_docs_page import Page
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
            assert found.headers["cache-control"] == "no-cache", link
    for namespace, chosen in (("/chat", combination["chat"]), ("/live", combination["live_data"])):
        assert (f"<code>{namespace}</code>" in answer.content.decode()) == (chosen is True)
    assert ask(server, "HEAD", "/").content == b""
    assert ask(server, "POST", "/").status == 405


@browser.needed
def test_the_first_page_says_that_all_is_well(server: Server) -> None:
    """In a browser, by what /health/ready says; it complains of nothing and fits a narrow screen."""
    with browser.opened(f"{server.url}/", width=360) as page:
        page.locator("#status.good", has_text="all that it needs").wait_for()
        assert page.locator("h1").inner_text() == "Contract"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
