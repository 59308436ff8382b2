"""Front ends: what was built of an application is handed out alike by both stacks, its files and its screens."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from harness import projects
from harness.projects import Project
from harness.servers import Server

from contract.conftest import deployed
from contract.test_twins import normal
from contract.wire import ask, check_headers

ANSWERS = {
    "project_name": "Front end",
    "database": "sqlite",
    "chat": True,
    "live_data": True,
    "api": "rest",
    "auth": "session",
    "frontend": "react",
    "redis": False,
    "deploy": "none",
    "ci": "none",
}
PAGE = "<!doctype html><html lang=en><title>Built</title></html>"
BUILT = {
    "index.html": PAGE,
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "robots.txt": "User-agent: *\n",
    "data.json": "{}",
    "strange name (1).bin": "bits",
    "main-ABCD2345.js": "start();",
    "chunk-B_EqhpLc.js": "start();",
    "report-20261122.PDF": "report",
    "team-Portrait.jpg": "team",
    "image-1280x720.avif": "image",
    "assets/index-Ab3_x-9Z.js": "start();",
    "assets/index-Ab3_x-9Z.js.map": "{}",
    "assets/index-zZ00-_aa.css": "a{}",
    "assets/letters-0a1b2c3d.woff2": "font",
    "assets/plain.js": "start();",
    ".hidden/main.js": "start();",
}
KEPT = "public, max-age=31536000, immutable"
HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
SCREENS = (
    "/",
    "/notes",
    "/notes/new",
    "/notes/0/edit",
    "/sign-in?next=/chat",
    "/nothing",
    "/apis",
    "/a%20b",
    "/%zz",
    "/",
)
NO_SCREENS = (
    *("/api", "/api/", "/api/nothing", "/api/v1/nothing", "/auth", "/auth/nothing", "/health", "/health/nothing"),
    *("/assets", "/assets/", "/assets/index.js", "/socket.io", "/socket.io/nothing"),
)
OUTSIDE = (
    *("/../package.json", "/assets/../../package.json", "/%2e%2e/package.json", "/..%2fpackage.json"),
    *("//etc/passwd", "/assets//index-Ab3_x-9Z.js", "/assets%2findex-Ab3_x-9Z.js", "/ASSETS/plain.js", "/icon.svg/"),
)


def place(project: Project, folder: Path, built: dict[str, str]) -> Project:
    """Copy a project, and put into it what a build would have made."""
    own = projects.sandbox(project, folder)
    for name, text in built.items():
        (own.path / "frontend/dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (own.path / "frontend/dist" / name).write_text(text, encoding="utf-8")
    return own


@pytest.fixture(scope="module")
def installed(workshop: Path) -> dict[str, Project]:
    """Return the project in each stack, not built."""
    return {str(stack): projects.prepared({**ANSWERS, "stack": stack}, workshop) for stack in projects.values("stack")}


@pytest.fixture(scope="module")
def sides(installed: dict[str, Project], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """Return a server of each stack that has something to hand out."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("frontend")
        yield {
            name: stack.enter_context(deployed(place(project, folder / name, BUILT), folder / f"{name}-deployed"))
            for name, project in installed.items()
        }


@pytest.mark.xdist_group("frontend")
@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_is_the_one_page(sides: dict[str, Server], path: str) -> None:
    """A browser that opens any address gets the application; others are told what there is."""
    for server in sides.values():
        for accept in (HTML, {"Accept": "TEXT/HTML"}, {"Accept": "application/json , text/html ;q=0.1"}):
            answer = ask(server, "GET", path, accept)
            assert (answer.status, answer.content.decode()) == (200, PAGE)
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            check_headers(answer)
        if path != "/":
            assert answer.headers["vary"] == "Accept"
            for accept in ({}, {"Accept": "*/*"}, {"Accept": "text/*"}, {"Accept": "text/html;q=0"}):
                assert ask(server, "GET", path, accept).status == 404
            assert ask(server, "POST", path, {**HTML, "Sec-Fetch-Site": "same-origin"}).status == 404
        known = ask(server, "GET", path, {**HTML, "If-None-Match": answer.headers["etag"]})
        assert (known.status, known.content) == (304, b"")


@pytest.mark.xdist_group("frontend")
@pytest.mark.parametrize("path", [*NO_SCREENS, *OUTSIDE])
def test_what_is_no_screen_is_a_problem(sides: dict[str, Server], path: str) -> None:
    """What the server answers itself stays as it is, and nothing beside what was built is to be had."""
    for server in sides.values():
        answer = ask(server, "GET", path, HTML if path in NO_SCREENS else {})
        assert answer.status == 404, answer
        assert answer.headers["content-type"] == "application/problem+json"
        assert b"dependencies" not in answer.content


@pytest.mark.xdist_group("frontend")
def test_a_file_is_kept_for_as_long_as_its_name_tells(sides: dict[str, Server]) -> None:
    """Each file of the build at its own address, with its type."""
    hashed = ("-ABCD2345", "chunk-", "-Ab3_x-9Z", "-zZ00", "-0a1b")
    kept = {name for name in BUILT if any(end in name for end in hashed)}
    types = {
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "txt": "text/plain; charset=utf-8",
        "svg": "image/svg+xml",
        "json": "application/json",
        "map": "application/json",
        "woff2": "font/woff2",
        "PDF": "application/pdf",
        "jpg": "image/jpeg",
        "avif": "image/avif",
        "bin": "application/octet-stream",
    }
    for server in sides.values():
        for name, text in BUILT.items():
            answer = ask(server, "GET", f"/{name.replace(' ', '%20')}")
            assert (answer.status, answer.content.decode()) == (200, text), name
            assert answer.headers["content-type"] == types[name.rpartition(".")[2]], name
            assert answer.headers["cache-control"] == (KEPT if name in kept else "no-cache"), name
            check_headers(answer)


@pytest.mark.xdist_group("frontend")
def test_both_stacks_hand_out_alike(sides: dict[str, Server]) -> None:
    """Status, headers and body of every answer, apart from ids and times."""
    paths = [*SCREENS, *NO_SCREENS, *OUTSIDE, *(f"/{name.replace(' ', '%20')}" for name in BUILT)]
    tags = {name: ask(next(iter(sides.values())), "GET", f"/{name}").headers["etag"] for name in ("icon.svg",)}
    rows = [(method, path, accept) for path in paths for method in ("GET", "HEAD") for accept in (HTML, {})]
    rows += [(method, path, {}) for path in ("/", "/icon.svg", "/nothing") for method in ("OPTIONS", "PUT", "POST")]
    rows += [
        ("GET", "/icon.svg", {"If-None-Match": known})
        for known in (tags["icon.svg"], f"W/{tags['icon.svg']}", "*", '"x"', f'"x", {tags["icon.svg"]}', "")
    ]
    rows += [("GET", "/icon.svg", {"Range": "bytes=0-3"}), ("GET", "/icon.svg", {"Accept-Encoding": "gzip"})]
    for row in rows:
        one, other = (normal(ask(server, *row)) for server in sides.values())
        assert one == other, row


@pytest.mark.xdist_group("frontend")
@pytest.mark.parametrize("stack", [str(value) for value in projects.values("stack")])
def test_what_was_not_built_is_said_once_and_to_whoever_asks(
    installed: dict[str, Project], stack: str, tmp_path: Path
) -> None:
    """One warning in the log, a problem with the command for a browser; the API works."""
    with deployed(place(installed[stack], tmp_path / "place", {}), tmp_path) as server:
        for path in ("/", "/notes"):
            answer = ask(server, "GET", path, HTML)
            assert answer.status == 503
            assert "README.md" in answer.json()["detail"]
            assert answer.headers["retry-after"] == "5"
        assert ask(server, "GET", "/health/ready").status == 200
        assert ask(server, "GET", "/nothing").status == 404
        assert [line["level"] for line in server.lines() if line["message"] == "not built"] == ["warning"]
