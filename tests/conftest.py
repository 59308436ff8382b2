"""What every test can use: the questionnaire, the renderer, and a run that says what it left out."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from harness import databases, servers, stores
from harness.left_out import LEFT_OUT
from harness.questionnaire import ROOT
from harness.render import working_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from harness.questionnaire import Questionnaire
    from harness.render import Renderer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the flag that leaves nothing out."""
    parser.addoption("--all", action="store_true", dest="run_all", help="run everything, also what takes long")
    parser.addoption(
        "--write-stores", action="store_true", help="write docs/stores.md from what the contract's tests saw"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Explain the marker; and see to it that what the tests start can be interrupted."""
    # A shell has what runs in its background ignore Ctrl-C, and so would all servers.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[LEFT_OUT] = Counter()
    config.addinivalue_line("markers", "all(reason): runs with --all only, for this reason")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a laptop should not wait for, unless everything was asked for; count it by its reason."""
    left_out = config.stash[LEFT_OUT]
    if config.getoption("run_all"):
        return
    kept = []
    for item in items:
        if marker := item.get_closest_marker("all"):
            left_out[marker.args[0] if marker.args else marker.kwargs["reason"]] += 1
        else:
            kept.append(item)
    items[:] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that says it what one that ran tests has left out."""
    if output := getattr(session.config, "workeroutput", None):
        left_out: Counter[str] = session.config.stash[LEFT_OUT]
        output["left_out"] = dict(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Note what was left out: each process has collected the same tests."""
    told: dict[str, int] = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash[LEFT_OUT] = Counter(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say what was counted, what was left out and why; write the table of stores when it is asked for."""
    if terminalreporter.config.getoption("write_stores"):
        _write_stores(terminalreporter, exitstatus)
    counted: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    skipped: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: ")] += 1
    left_out = terminalreporter.config.stash.get(LEFT_OUT, Counter())
    if counted or skipped or left_out:
        terminalreporter.section("what was covered, what was not")
    for name, number in sorted(counted.items()):
        terminalreporter.write_line(f"{number:>9,} {name}")
    for reason, number in left_out.most_common():
        terminalreporter.write_line(f"{number:>9,} tests left out, --all runs it: {reason}")
    for reason, number in skipped.most_common():
        terminalreporter.write_line(f"{number:>9,} tests skipped: {reason}")


def _write_stores(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Write the table of stores from a whole run; a part cannot tell what does not apply from what is missing."""
    config = terminalreporter.config
    part = config.getoption("keyword") or config.getoption("markexpr") or not config.getoption("run_all")
    if part or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        terminalreporter.write_line(f"{stores.PAGE.name} is not written: this was not the whole of {stores.COMMAND}")
        return
    seen = [terminalreporter.stats.get(kind, []) for kind in ("passed", "failed", "error", "skipped")]
    stores.write(report for reports in seen for report in reports)
    terminalreporter.write_line(f"wrote {stores.PAGE.relative_to(ROOT)}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the combinations out: a `shard` is a stack and a database, a `part` of the decision a use case."""
    for fixture, names in (("shard", ("stack", "database")), ("part", ("use_case",))):
        if fixture in metafunc.fixturenames:
            questionnaire, _ = working_tree()
            shards = [{name: known[name] for name in names} for known in questionnaire.combinations(names)]
            told = ["-".join(map(str, shard.values())) for shard in shards]
            # What one test has computed of a shard the others find in the same process.
            marks = [pytest.mark.xdist_group(f"{fixture}-{name}") for name in told]
            params = [pytest.param(one, marks=mark) for one, mark in zip(shards, marks, strict=True)]
            metafunc.parametrize(fixture, params, ids=told)
    if "example" in metafunc.fixturenames:
        examples = sorted((ROOT / "examples").glob("*.yml"))
        metafunc.parametrize("example", examples, ids=[path.stem for path in examples])


@pytest.fixture(scope="session", autouse=True)
def nothing_outlives_the_tests() -> Iterator[None]:
    """End what a failed test left running."""
    yield
    servers.stop_all()
    databases.stop_all()


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where all test processes keep their generated projects."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return shared / "projects"


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    """The questions of the working tree."""
    return working_tree()[0]


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    """The renderer of the working tree."""
    return working_tree()[1]


@pytest.fixture(scope="session")
def template(questionnaire: Questionnaire) -> Path:
    """A copy of the template as it stands, without git."""
    return questionnaire.root


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Iterator[Counter[str]]:
    """Numbers that the summary adds up and prints."""
    numbers: Counter[str] = Counter()
    yield numbers
    for name, number in numbers.items():
        record_property(name, number)
