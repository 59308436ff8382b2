"""What the tests in a browser are given: rows, their running projects, and people in front of windows."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Protocol

import pytest
from contract.conftest import deployed
from harness import browser, frontends, projects
from harness.cable import Cable
from harness.left_out import LEFT_OUT

from browser.rows import TICKS, Row, is_short, rows
from browser.screens import SCREENS
from browser.site import Site, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.projects import Project

REASON = "front ends in a browser: the other stack, the other kinds of accounts, and one subject alone"


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark that says which rows a test is about."""
    config.addinivalue_line("markers", "about(**row): only for rows with these properties")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for each row that it is about, or for each of its screens."""
    if "row" not in metafunc.fixturenames:
        return
    wanted: dict[str, object] = {}
    for mark in metafunc.definition.iter_markers("about"):
        wanted |= mark.kwargs
    listed = [row for row in rows() if all(getattr(row, name) == value for name, value in wanted.items())]
    if "screen" in metafunc.fixturenames:
        shown = [(row, screen) for row in _kept(metafunc, listed) for screen in SCREENS if screen.of(row)]
        params = [
            pytest.param(row, screen, id=f"{row.name}-{screen.name}", marks=pytest.mark.xdist_group(row.name))
            for row, screen in shown
        ]
        metafunc.parametrize(("row", "screen"), params, indirect=["row"], scope="session")
    else:
        params = [
            pytest.param(row, id=row.name, marks=pytest.mark.xdist_group(row.name)) for row in _kept(metafunc, listed)
        ]
        metafunc.parametrize("row", params, indirect=True, scope="session")


def _kept(metafunc: pytest.Metafunc, listed: list[Row]) -> list[Row]:
    """Leave out what waits for --all before tests are made of it; count it."""
    if metafunc.config.getoption("run_all"):
        return listed
    kept = [row for row in listed if is_short(row)]
    metafunc.config.stash[LEFT_OUT][REASON] += len(listed) - len(kept)
    return kept


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests of a row follow each other, for they share its site."""
    places = [at for at, item in enumerate(items) if _row_of(item)]
    own = sorted((items[at] for at in places), key=lambda item: rows().index(_row_of(item)))
    for at, item in zip(places, own, strict=True):
        items[at] = item


def _row_of(item: pytest.Item) -> Row | None:
    callspec = getattr(item, "callspec", None)
    found = callspec.params.get("row") if callspec and item.path.parent.name == "browser" else None
    return found if isinstance(found, Row) else None


@pytest.fixture(scope="session")
def row(request: pytest.FixtureRequest) -> Row:
    """Return the row that a test is about."""
    if not browser.CHROMIUM.exists():
        pytest.skip(f"there is no {browser.CHROMIUM}: apt-get install chromium")
    chosen = request.param
    assert isinstance(chosen, Row)
    return chosen


@pytest.fixture(scope="session")
def project(row: Row, workshop: Path) -> Project:
    """Return the installed and built project of a row."""
    return prepared(row, workshop)


def prepared(row: Row, workshop: Path) -> Project:
    """Make the project of a row, install it and build its front end."""
    project = projects.prepared(row.answers(), workshop)
    if frontends.is_built(project):
        frontends.build(project)
    return project


@contextmanager
def running(row: Row, project: Project, folder: Path, **env: str) -> Iterator[Site]:
    """Run the project of a row as in production."""
    given = {"TICK_INTERVAL_MS": str(TICKS)} if row.live else {}
    with deployed(project, folder, {**given, **env}) as server:
        yield Site(row, server, server.url)


@pytest.fixture(scope="session")
def site(row: Row, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site that a row's tests share."""
    with running(row, project, tmp_path_factory.mktemp("site")) as one:
        yield one


class Visit(Protocol):
    """Has somebody sit down in front of a window of their own."""

    def __call__(self, name: str | None = None, *, site: Site | None = None, scripts: bool = True) -> Visitor:
        """Open a window, and come as who is known by a name."""


@pytest.fixture
def visit(site: Site) -> Iterator[Visit]:
    """Return a function that opens windows; in none of them the browser may complain or ask another host."""
    visitors: list[Visitor] = []
    shared = site
    with ExitStack() as stack:

        def sit_down(name: str | None = None, *, site: Site | None = None, scripts: bool = True) -> Visitor:
            visitor = Visitor(site or shared, stack.enter_context(browser.window(scripts=scripts)))
            visitors.append(visitor)
            if name is not None:
                visitor.come(name)
            return visitor

        yield sit_down
    for one in visitors:
        one.window.check(one.site.address)


@pytest.fixture(scope="session")
def resident(site: Site) -> Iterator[Visitor]:
    """Return somebody who is there all the time, as Ada, and changes nothing."""
    with browser.window() as window:
        visitor = Visitor(site, window)
        visitor.come("Ada")
        yield visitor


@pytest.fixture(scope="session")
def stranger(site: Site) -> Iterator[Visitor]:
    """Return somebody who is there all the time, and whom nobody knows."""
    with browser.window() as window:
        yield Visitor(site, window)


@pytest.fixture
def cable(site: Site) -> Iterator[Cable]:
    """Return a cable to the site that can be cut."""
    with Cable(site.server.port) as one:
        yield one


@pytest.fixture
def behind(site: Site, cable: Cable) -> Site:
    """Return the site as it is seen through the cable."""
    return Site(site.row, site.server, cable.url)
