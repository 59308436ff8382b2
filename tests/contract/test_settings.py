"""Settings: the variables of real time, refused in one line like all others."""

from pathlib import Path

import pytest
from harness import databases
from harness.projects import Project

from contract.conftest import Launch, production
from contract.test_environment import CORS_ORIGINS, DATABASES, WRONG_ORIGINS, check_refusals, refusal
from contract.wire import ask

pytestmark = pytest.mark.real_time

CONCURRENCY = 'WEB_CONCURRENCY must be a whole number from 1 to 64, not "{}"; for example WEB_CONCURRENCY=2'
ALONE = (
    "WEB_CONCURRENCY must be 1 without Redis, through which several processes tell each other what happens, "
    'not "{}"; for example WEB_CONCURRENCY=1'
)
FORGETFUL = (
    "WEB_CONCURRENCY must be 1 without a database, for notes live in the memory of one process, "
    'not "{}"; for example WEB_CONCURRENCY=1'
)
INTERVAL = 'TICK_INTERVAL_MS must be a whole number from 10 to 60000, not "{}"; for example TICK_INTERVAL_MS=1000'


def concurrency(project: Project) -> str:
    """Return the line that refuses a number of processes."""
    if project.answers.get("redis") is not True:
        return ALONE
    return FORGETFUL if project.answers["database"] == "none" and project.answers["api"] != "none" else CONCURRENCY


def test_a_wrong_number_of_processes_is_one_line_and_status_78(project: Project, tmp_path: Path) -> None:
    """Several need Redis and a store that they share; the line says why."""
    line = concurrency(project)
    wrong = ["0", "x", "65", "-1", "1.0", "1e1", "٣", "99999999999999999999"]
    check_refusals(project, tmp_path, [({"WEB_CONCURRENCY": x}, line.format(x)) for x in wrong])


def test_a_second_process_is_refused_where_nothing_joins_them(project: Project, tmp_path: Path) -> None:
    """In production as in development, before anything listens."""
    line = concurrency(project)
    if line == CONCURRENCY:
        pytest.skip("here several processes are fine")
    env = production(project, tmp_path / "store")
    for app_env in (env, databases.variables(project.answers, tmp_path)):
        assert refusal(project, tmp_path / "output", {**app_env, "WEB_CONCURRENCY": "2"}, line.format(2)) is None


def test_one_process_may_be_asked_for(launch: Launch) -> None:
    """It is what there is without the variable; empty is unset."""
    for number in ("1", ""):
        with launch(WEB_CONCURRENCY=number, TICK_INTERVAL_MS="") as server:
            assert ask(server, "GET", "/health/ready").status == 200
            server.stop()


@pytest.mark.needs(live_data=True)
def test_a_wrong_interval_is_one_line_and_status_78(project: Project, tmp_path: Path) -> None:
    """Ten milliseconds to a minute."""
    wrong = ["x", "0", "9", "60001", "-1", "100.0", "1e3", "1s", "٣٠٠"]
    check_refusals(project, tmp_path, [({"TICK_INTERVAL_MS": x}, INTERVAL.format(x)) for x in wrong])


@pytest.mark.needs(live_data=False)
def test_without_live_data_its_interval_is_none_of_our_business(launch: Launch) -> None:
    """A variable of a feature that was not chosen is not read."""
    with launch(TICK_INTERVAL_MS="nonsense") as server:
        assert ask(server, "GET", "/health/ready").status == 200
        server.stop()


def test_a_wrong_origin_is_refused_also_without_an_api(project: Project, tmp_path: Path) -> None:
    """Real time asks for origins too."""
    check_refusals(project, tmp_path, [({"CORS_ORIGINS": x}, CORS_ORIGINS.format(x)) for x in WRONG_ORIGINS])


def test_they_come_after_the_other_variables_and_in_order(project: Project, tmp_path: Path) -> None:
    """With several wrong values the first is named."""
    wrong = {"TICK_INTERVAL_MS": "x", "WEB_CONCURRENCY": "x"}
    rows = [(wrong, concurrency(project).format("x")), ({**wrong, "CORS_ORIGINS": "x"}, CORS_ORIGINS.format("x"))]
    database = str(project.answers["database"])
    if database != "none":
        kind, example, _ = DATABASES[database]
        line = f"DATABASE_URL must be the address of {kind}; for example DATABASE_URL={example}"
        rows.append(({**wrong, "DATABASE_URL": "x"}, line))
    check_refusals(project, tmp_path, rows)
