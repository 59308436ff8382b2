"""What the contract's tests are given: every combination that the questionnaire offers, and its running server."""

import dataclasses
import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from harness import databases, projects, servers, stores
from harness.left_out import LEFT_OUT
from harness.peers import LINKS
from harness.projects import Project
from harness.servers import Server

from contract import people

ORIGINS = ("https://app.example", "http://localhost:5173")
# The answers that change what is said over HTTP; one that is not asked yet does not vary.
DIMENSIONS = ("stack", "database", "api", "redis", "chat", "live_data", "auth")
# The files whose promises a store can break: a short run tries the first two on every store, the others on two.
EVERYWHERE = {"test_notes", "test_health"}
STORED = {"test_store", "test_processes", "test_faults", "test_cache", "test_limits"}
TWO_STORES = (
    {"database": "sqlite", "auth": "none", "redis": False},
    {"database": "postgresql", "auth": "none", "redis": True},
)
# The files about real time; they alone try each kind of it, with every store.
REAL_TIME = stores.REAL_TIME
LIVELY = (
    {"database": "sqlite", "api": "rest", "auth": "none", "redis": False, "chat": True, "live_data": False},
    {"database": "none", "api": "none", "auth": "none", "redis": True, "chat": True, "live_data": True},
)
# The files about accounts; they alone try both kinds on every store, the last of them where something is live.
ACCOUNTS = stores.ACCOUNTS
SIGNED_SOCKETS = "test_signed_sockets"
# Elsewhere people are signed in by one kind on each store, so that each has had both; this is the kind with Redis.
WITH_REDIS = {"sqlite": "token", "postgresql": "session", "mysql": "session", "mongodb": "token"}
# The store of the fullest projects of each kind.
FULLEST = {"session": "postgresql", "token": "mongodb"}
# What the files about accounts try in a short run besides the fullest projects.
SIMPLE = (
    {"database": "sqlite", "api": "rest", "auth": "session", "redis": False},
    {"database": "sqlite", "api": "none", "auth": "token", "redis": False},
)
# The files in which a cookie makes the greater difference, and those in which a token does.
PREFERRED = {"test_headers": "session", "test_errors": "session", "test_sockets": "session", "test_limits": "session"}
PREFERRED |= {"test_faults": "session", "test_documents": "session", "test_clusters": "session"}
# Who asks for one of these starts a server, or more.
COSTLY = {"deploy", "launch", "processes", "project"}
# Why a short run leaves a test out with some answers, or with a client by its other transport.
REASON = (
    "the contract with answers between the fullest and the plainest project of a stack, each test counted once for each"
)
TICKS = "50"
"""Milliseconds from tick to tick in tests."""


@dataclasses.dataclass(frozen=True)
class Combination:
    """The answers that one server is generated from."""

    answers: tuple[tuple[str, object], ...]

    def __getitem__(self, question: str) -> object:
        """Return the answer to a question, or what stands for its absence."""
        return dict(self.answers).get(question, "none")

    @property
    def name(self) -> str:
        """Name the combination in test ids."""
        given = [(q, a) for q, a in self.answers if a is not False and (q, a) != ("auth", "none")]
        return "-".join(q if a is True else str(a) for q, a in given)

    @property
    def real_time(self) -> bool:
        """Say whether anything of it is live."""
        return self["chat"] is True or self["live_data"] is True

    def has(self, row: Mapping[str, object]) -> bool:
        """Say whether these are among the answers."""
        return all(self[question] == answer for question, answer in row.items())

    @property
    def all_live(self) -> bool:
        """Say whether everything of it is live."""
        return self["chat"] is self["live_data"] is True

    @property
    def fullness(self) -> int:
        """Count what was chosen."""
        return len([answer for _, answer in self.answers if answer not in ("none", False)])

    def without(self, question: str) -> "Combination":
        """Return the other answers."""
        return Combination(tuple(one for one in self.answers if one[0] != question))

    def all(self) -> dict[str, object]:
        """Return complete answers, those that do not matter here being the plainest."""
        plain = {"project_name": "Contract", "deploy": "none", "ci": "none", "description": "Keeps its promises."}
        plain |= {"package_manager": "npm"} if self["stack"] == "node" else {}
        return {**plain, **dict(self.answers)}


def combinations() -> list[Combination]:
    """List every combination of the answers that the questionnaire offers today."""
    offered = {question: projects.values(question) for question in DIMENSIONS}
    names = [question for question in DIMENSIONS if offered[question]]
    rows = [
        Combination(tuple(zip(names, row, strict=True)))
        for row in itertools.product(*(offered[question] for question in names))
    ]
    return [one for one in rows if one["auth"] == "none" or one["database"] != "none"]  # rule R1


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks that say which combinations a test is about."""
    config.addinivalue_line("markers", "needs(**answers): only for combinations with one of these answers")
    config.addinivalue_line("markers", "real_time: only for combinations with chat or live data")
    config.addinivalue_line("markers", "anywhere: about words that no store has a part in; two stores stand for all")


def _shown(listed: list[Combination], module: str, *, costly: bool = False) -> list[Any]:
    """Leave all but a few combinations of each stack to --all: the fullest, the plainest, and some for the stores.

    What starts servers of its own is costly, and takes the fullest alone where no store has a part in it.
    """
    kept: set[Combination] = set()
    for stack in dict.fromkeys(one["stack"] for one in listed):
        own = sorted((one for one in listed if one["stack"] == stack), key=lambda one: one.fullness)
        quiet = [one for one in own if not one.real_time and one["api"] != "none" and one["auth"] == "none"]
        if module in ACCOUNTS:
            kept |= _signed(own, module, costly=costly)
        elif module in REAL_TIME:
            kept |= {_fullest(own, module)}
            kept |= {one for one in own for row in LIVELY if one.has(row) and not costly}
        elif module in STORED:
            kept |= {_fullest(own, module), *(one for one in quiet for row in TWO_STORES if one.has(row))}
        else:
            kept |= {_fullest(own, module)} if costly else {_plainest(own), _fullest(own, module)}
        for number, database in enumerate(projects.values("database") if module in EVERYWHERE else ()):
            kept |= {one for one in quiet if one.has({"database": database, "redis": number % 2 == 0})}
        if stack == "none":
            # Tests of both stacks side by side cost twice as much.
            kept = set([one for one in own if one in kept][-2:])
    return [pytest.param(one, id=one.name, marks=[] if one in kept else [pytest.mark.all(REASON)]) for one in listed]


def _fullest(own: list[Combination], module: str) -> Combination:
    """Choose the fullest of all, by the kind of accounts that a file prefers, or what is fullest without accounts."""
    first = PREFERRED.get(module, "token")
    for kind in (first, *(kind for kind in FULLEST if kind != first)):
        row = {"auth": kind, "api": "rest", "database": FULLEST[kind], "redis": True}
        if found := [one for one in own if one.has(row) and one.all_live]:
            return found[0]
    return next((one for one in reversed(own) if one["auth"] == "none"), own[-1])


def _plainest(own: list[Combination]) -> Combination:
    """Choose the plainest, or where there have to be accounts one that other files have too."""
    simple = [one for one in own if not one.real_time and any(one.has(row) for row in SIMPLE)]
    return own[0] if own[0]["auth"] == "none" or not simple else simple[0]


def _signed(own: list[Combination], module: str, *, costly: bool) -> set[Combination]:
    """Choose for each kind of being signed in the fullest, and a simple one unless each test starts a server."""
    kept: set[Combination] = set()
    for kind in dict.fromkeys(one["auth"] for one in own):
        mine = [one for one in own if one["auth"] == kind]
        full = _fullest(mine, module)
        simple = [one for one in mine if not one.real_time and any(one.has(row) for row in SIMPLE)]
        if full.all_live or not simple:
            kept.add(full)
        kept |= {*simple} if not costly or not full.all_live else set()
    return kept


def _matters(one: Combination, module: str) -> bool:
    """Leave out what no promise of a file depends on."""
    smallest = one["database"] == "sqlite" and one["redis"] is False
    full = one["api"] != "none" and one["redis"] is True and one["database"] in ("postgresql", "mongodb")
    if module == SIGNED_SOCKETS:
        return one.all_live and (one["api"] != "none" or smallest)
    if module in ACCOUNTS:
        return (one.all_live and full and _usual(one)) or (not one.real_time and (one["api"] != "none" or smallest))
    if one["auth"] != "none" and not _usual(one):
        return False
    if module in REAL_TIME:
        partly = one["auth"] == "none" or one.all_live or one["database"] == "sqlite"
        return partly and (one["api"] != "none" or one["database"] in ("none", "sqlite"))
    rest = one["auth"] == "none" or one["api"] != "none" or one["database"] == "sqlite"
    return (rest and not one.real_time) or (one.all_live and full)


def _usual(one: Combination) -> bool:
    """Say whether people are signed in by the kind that a store stands for."""
    return (one["auth"] == WITH_REDIS.get(str(one["database"]))) == (one["redis"] is True)


def _linked(rows: list[Any], test: str) -> list[Any]:
    """Pair combinations with clients and transports: all four for those of a short run, for each other one in turn.

    A short run itself takes each client by one transport, and each transport once.
    """
    ahead = ("python-websocket", "javascript-polling")
    linked = []
    for number, row in enumerate(rows, zlib.crc32(test.encode())):
        for at, link in enumerate(LINKS):
            if row.marks and number % len(LINKS) != at:
                continue
            marks = row.marks if row.marks or link.name in ahead else [pytest.mark.all(REASON)]
            linked.append(pytest.param(row.values[0], link, id=f"{row.id}-{link.name}", marks=marks))
    return linked


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for each combination that it is about, or for each pair of stacks; and with each official client."""
    module = metafunc.module.__name__.rpartition(".")[2]
    for fixture in {"combination", "pair"} & set(metafunc.fixturenames):
        listed = combinations()
        if fixture == "pair":
            listed = list(dict.fromkeys(one.without("stack") for one in listed))
        fitting = [one for one in listed if _fits(metafunc, one) and _matters(one, module)]
        rows = _shown(fitting, module, costly=bool(COSTLY & set(metafunc.fixturenames)))
        if "link" in metafunc.fixturenames:
            rows = _linked(rows, metafunc.definition.name)
            metafunc.parametrize([fixture, "link"], _kept(metafunc, rows), indirect=[fixture], scope="session")
        else:
            metafunc.parametrize(fixture, _kept(metafunc, rows), indirect=True, scope="session")


def _kept(metafunc: pytest.Metafunc, rows: list[Any]) -> list[Any]:
    """Leave out what waits for --all before tests are made of it, for there are ten times as many; count it."""
    if metafunc.config.getoption("run_all"):
        return rows
    kept = [row for row in rows if not row.marks] or rows[:1]
    metafunc.config.stash[LEFT_OUT][REASON] += len(rows) - len(kept)
    return kept


def _fits(metafunc: pytest.Metafunc, combination: Combination) -> bool:
    """Say whether a test's marks allow a combination."""
    if metafunc.definition.get_closest_marker("real_time") and not combination.real_time:
        return False
    if metafunc.definition.get_closest_marker("anywhere"):
        plain = combination["database"] in ("none", "sqlite") and combination["redis"] is not True
        if not (plain or (combination["database"] == "mongodb" and combination["redis"] is True)):
            return False
    for mark in metafunc.definition.iter_markers("needs"):
        for question, answer in mark.kwargs.items():
            allowed = [answer] if isinstance(answer, str | bool) else list(answer)
            if answer == "any":
                if combination[question] == "none":
                    return False
            elif combination[question] not in allowed:
                return False
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a combination's tests on one process when they are shared out with --dist loadgroup."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        module = getattr(item, "module", None)
        if callspec and (one := callspec.params.get("combination") or callspec.params.get("pair")):
            item.add_marker(pytest.mark.xdist_group(one.name))
            stacks = [one["stack"]] if "combination" in callspec.params else projects.values("stack")
            group = stores.group_of(module.__name__ if module else "")
            for stack in stacks:
                cell = stores.promise(group, stack, one["database"], one["redis"])
                item.user_properties.append(("promise", cell))


@pytest.fixture(autouse=True)
def runs_against(record_property: Callable[[str, object], None]) -> None:
    """Note in the report which servers there are."""
    for version in databases.versions():
        record_property("runs against", version)


@pytest.fixture(scope="session")
def combination(request: pytest.FixtureRequest) -> Combination:
    """Return the answers that a test is about."""
    chosen = request.param
    assert isinstance(chosen, Combination)
    need(chosen)
    return chosen


def need(chosen: Combination) -> None:
    """Start the servers that a combination needs, or skip with the name of the package that brings them."""
    for kind in (*([chosen["database"]] if chosen["database"] in databases.SERVERS else []), "redis"):
        if (kind != "redis" or chosen["redis"] is True) and (reason := databases.missing(str(kind))):
            pytest.skip(reason)


@pytest.fixture(scope="session")
def project(combination: Combination, workshop: Path) -> Project:
    """Return the installed project of a combination."""
    return projects.prepared(combination.all(), workshop)


Launch = Callable[..., AbstractContextManager[Server]]


def production(project: Project, folder: Path) -> dict[str, str]:
    """Return the variables of a deployment, its database being new and empty."""
    env = {"APP_ENV": "production"}
    if url := databases.database_url(str(project.answers["database"]), folder):
        env["DATABASE_URL"] = url
    if project.answers.get("redis") is True:
        env |= {"REDIS_URL": databases.redis_url(folder), "TRUST_PROXY": "1"}
    env |= people.variables(project.answers)
    if env.get("SECRET_KEY"):
        env["TRUST_PROXY"] = "1"  # failures are counted for each address
    if project.answers["api"] != "none" or is_real_time(project) or env.get("SECRET_KEY"):
        env["CORS_ORIGINS"] = ",".join(ORIGINS)
    if project.answers.get("live_data") is True:
        env["TICK_INTERVAL_MS"] = TICKS
    return env


def is_real_time(project: Project) -> bool:
    """Say whether a project speaks Socket.IO."""
    return project.answers.get("chat") is True or project.answers.get("live_data") is True


@contextmanager
def deployed(project: Project, folder: Path, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a project as in production: migrated first, then started."""
    place = projects.sandbox(project, folder / "project")
    variables = {**production(place, folder / "store"), **(env or {})}
    if "DATABASE_URL" in variables and variables["APP_ENV"] == "production":
        servers.migrate(place, variables)
    with servers.started(place, folder / "output", variables) as server:
        yield server
        if server.process.poll() is None:
            server.stop()


@contextmanager
def independent(project: Project, folder: Path, env: Mapping[str, str] | None = None) -> Iterator[list[Server]]:
    """Run two processes in production that know nothing of each other but a store, and a Redis where there is one."""
    place = projects.sandbox(project, folder / "project")
    variables = dict(env) if env else production(place, folder / "store")
    if "DATABASE_URL" in variables:
        servers.migrate(place, variables)
    with ExitStack() as stack:
        yield [stack.enter_context(servers.started(place, folder / str(n), variables)) for n in range(2)]


@pytest.fixture(scope="session")
def server(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the server in production that a combination's tests share."""
    with deployed(project, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def processes(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Return two processes in production that share a store; the tests of a combination share them."""
    with independent(project, tmp_path_factory.mktemp("processes")) as running:
        yield running
        for one in running:
            one.stop()


@pytest.fixture
def launch(project: Project, tmp_path: Path) -> Launch:
    """Return a function that runs the project in a place of its own, with the variables given and its servers."""

    def start(**given: str) -> AbstractContextManager[Server]:
        place = tmp_path / "project"
        env = {**databases.variables(project.answers, place), **given}
        return servers.started(
            Project(place, project.answers) if place.exists() else projects.sandbox(project, place),
            tmp_path / "output",
            env,
        )

    return start


@pytest.fixture
def deploy(project: Project, tmp_path: Path) -> Launch:
    """Return a function that runs the project as in production, in a place of its own."""

    def start(**env: str) -> AbstractContextManager[Server]:
        return deployed(project, tmp_path, env)

    return start


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """Return a client of the shared server."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as opened:
        yield opened


@dataclasses.dataclass(frozen=True)
class Pair:
    """The same answers in every stack, side by side."""

    answers: Combination
    projects: dict[str, Project]


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest, workshop: Path) -> Pair:
    """Return the installed projects of both stacks for the same answers."""
    chosen = request.param
    assert isinstance(chosen, Combination)
    need(chosen)
    made = {}
    for stack in projects.values("stack"):
        whole = Combination((("stack", stack), *chosen.answers))
        made[str(stack)] = projects.prepared(whole.all(), workshop)
    return Pair(chosen, made)
