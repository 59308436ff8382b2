"""Generated projects, as a person gets them: installed, checked by their own commands, tested, started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from harness import databases, node, projects, servers
from harness.covering import cover, held, pairs
from harness.questionnaire import ROOT, Questionnaire, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.projects import Project

# The answers that change which files a project has, or what is in them that a machine reads.
MATTERING = {"database", "api", "chat", "live_data", "auth", "frontend", "redis"}
MATTERING |= {"stack", "package_manager", "deploy", "ci"}
QUICK = 4
OLD_PYTHONS = ("3.8", "3.9", "3.10")
IGNORED_LOCKS = set(projects.LOCK_FILES)


@cache
def arrays() -> tuple[list[dict[str, Any]], set[Any], list[str]]:
    """Return the covering array, the pairs that it has to hold, and the questions that it is about."""
    root = snapshot()
    try:
        questionnaire = Questionnaire(root)
        names = [name for name in questionnaire.choices if name in MATTERING]
        return cover(questionnaire, names), pairs(questionnaire, names), names
    finally:
        shutil.rmtree(root, ignore_errors=True)


def named(answers: Mapping[str, Any]) -> str:
    """Name a combination in test ids."""
    return "-".join(name if value is True else str(value) for name, value in answers.items() if value is not False)


def fullness(answers: Mapping[str, Any]) -> int:
    """Count what was chosen."""
    return len([value for value in answers.values() if value not in ("none", False)])


def examples() -> list[Path]:
    """List the answer files that the README shows."""
    return sorted((ROOT / "examples").glob("*.yml"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take the covering array and the examples; leave all but a few to --all."""
    if "answers" not in metafunc.fixturenames:
        return
    array, _, _ = arrays()
    ahead: list[dict[str, Any]] = []
    for stack in projects.values("stack"):
        own = [row for row in array if row["stack"] == stack]
        ahead += sorted(own, key=fullness)[-QUICK // 2 :]
    rows = []
    for row in array:
        marks = [] if row in ahead else [pytest.mark.all("the other rows of the covering array, installed and checked")]
        rows.append(pytest.param(row, id=named(row), marks=marks))
    for path in examples():
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        marks = [pytest.mark.all("the examples, installed and checked")]
        rows.append(pytest.param(loaded, id=path.stem, marks=marks))
    metafunc.parametrize("answers", rows)


def git(project: Project, *words: str) -> str:
    """Run git in a project and return what it prints."""
    who = ["-c", "user.name=A user", "-c", "user.email=user@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *words], cwd=project.path, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout


def left_over(project: Project) -> set[str]:
    """Name what git would show a person as changed or new, but for the lock file, which is theirs to commit."""
    lines = git(project, "status", "--porcelain", "--untracked-files=all").splitlines()
    return {line[3:] for line in lines} - set(projects.LOCK_FILES)


def test_the_covering_array_holds_every_valid_pair_of_answers() -> None:
    """No two answers meet for the first time at a user's."""
    array, wanted, names = arrays()
    found = set().union(*(held(names, row) for row in array))
    assert wanted - found == set()


def test_a_project_does_what_its_readme_says(answers: dict[str, Any], tmp_path: Path) -> None:
    """Installed, formatted, linted, typed, tested, migrated and started by the printed commands, it leaves nothing."""
    project = projects.generate(answers, tmp_path / "project")
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "generated")
    projects.install(project)
    assert left_over(project) <= IGNORED_LOCKS
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", "installed")
    readme = project.readme()
    needed = servers_of(project, tmp_path)
    typed = project.environment(needed)
    for command in readme.ending:
        # The command that makes an account reads a password.
        projects.run(project, command, env=typed, given="a long walk over the hill 7\n")
        assert left_over(project) == set(), f"{command!r} left something behind"
    done = projects.run(project, readme.test, env=typed)
    told = done.stdout + done.stderr
    assert left_over(project) == set(), f"{readme.test!r} left something behind"
    assert not re.search(r"\b[1-9]\d* (skipped|xfailed|todo)|^\S* (skipped|todo) [1-9]", told, re.MULTILINE), told
    with servers.started(project, tmp_path / "output", {"PORT": str(servers.free_port()), **needed}) as server:
        with server.connect() as connection:
            connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert connection.recv(64).startswith(b"HTTP/1.1 200"), server.told()
        server.stop()
    assert left_over(project) == set(), "running left something behind"


def servers_of(project: Project, folder: Path) -> dict[str, str]:
    """Return the addresses of the servers that a project needs, or skip with what brings them."""
    try:
        return databases.variables(project.answers, folder)
    except databases.ServerMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("stack", [str(value) for value in projects.values("stack")])
@pytest.mark.parametrize("kind", [*databases.SERVERS, "redis"])
def test_without_its_servers_a_test_run_says_in_one_line_how_to_start_them(
    kind: str, stack: str, tmp_path: Path
) -> None:
    """Nobody has to read a trace to learn that a server is not there."""
    answers = {**PLAIN, "stack": stack, "database": "sqlite" if kind == "redis" else kind, "redis": kind == "redis"}
    project = projects.generate(answers, tmp_path / "project")
    projects.install(project)
    port = servers.free_port()
    away = {
        "postgresql": {"DATABASE_URL": f"postgresql://app:app@127.0.0.1:{port}/app"},
        "mysql": {"DATABASE_URL": f"mysql://app:app@127.0.0.1:{port}/app"},
        "mongodb": {"DATABASE_URL": f"mongodb://127.0.0.1:{port}/app"},
        "redis": {"REDIS_URL": f"redis://127.0.0.1:{port}/0"},
    }[kind]
    done = projects.run(project, project.readme().test, env=project.environment(away), status=None, timeout=120)
    told = done.stdout + done.stderr
    service = {"postgresql": "postgres", "mongodb": "mongo"}.get(kind, kind)
    assert done.returncode != 0, told
    lines = [line for line in told.splitlines() if "docker compose up" in line]
    assert lines, told
    assert len(set(lines)) == 1, told
    assert service in lines[0].split(), told
    assert "Traceback" not in told, told
    assert "    at " not in told, told


def alone(done: subprocess.CompletedProcess[str], line: str) -> None:
    """Check that a command did nothing but print one line on stderr and fail."""
    assert (done.returncode, done.stderr, done.stdout) == (1, f"{line}\n", "")


def old_pythons() -> list[Path]:
    """List the Pythons of this machine that a project refuses."""
    home = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = []
    for version in OLD_PYTHONS:
        beside = [
            *home.glob(f"{version}.*/bin/python3"),
            *([Path(w)] if (w := shutil.which(f"python{version}")) else []),
        ]
        found += [
            path for path in beside if subprocess.run([path, "-V"], capture_output=True, check=False).returncode == 0
        ]
    return found


PLAIN = {"database": "sqlite", "api": "rest", "deploy": "none", "ci": "none"}


def test_an_old_python_is_refused_at_start_in_one_line(tmp_path: Path) -> None:
    """Whichever file it begins with, the first thing it says is which version is needed."""
    pythons = old_pythons()
    if not pythons:
        pytest.skip(f"no Python older than 3.11 on this machine: pyenv install {OLD_PYTHONS[-1]}")
    project = projects.generate({**PLAIN, "stack": "flask"}, tmp_path / "project")
    for python in pythons:
        version = subprocess.run(
            [python, "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        line = f"This project needs Python 3.11 or newer; this is Python {version}."
        env = {"PATH": os.environ["PATH"]}
        for words in (["-m", "app"], ["-c", "import app"]):
            done = subprocess.run(
                [python, *words], cwd=project.path, env=env, capture_output=True, text=True, check=False
            )
            alone(done, line)


def test_an_old_python_is_refused_at_install_naming_the_version(tmp_path: Path) -> None:
    """Both uv and pip read the version that the project needs."""
    pythons = old_pythons()
    if not pythons:
        pytest.skip(f"no Python older than 3.11 on this machine: pyenv install {OLD_PYTHONS[-1]}")
    project = projects.generate({**PLAIN, "stack": "flask"}, tmp_path / "project")
    env = {**projects.python_environment(), "UV_PYTHON": str(pythons[-1])}
    done = projects.run(project, "uv sync", env=env, status=None)
    assert done.returncode != 0
    assert ">=3.11" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert not (project.path / ".venv" / "bin" / "flask").exists()


@pytest.mark.parametrize("manager", [str(value) for value in projects.values("package_manager")])
def test_an_old_node_is_refused_at_install_in_one_line(manager: str, tmp_path: Path) -> None:
    """Each package manager fails and shows which version is needed."""
    env = old_node_environment(tmp_path)
    project = projects.generate({**PLAIN, "stack": "node", "package_manager": manager}, tmp_path / "project")
    done = projects.run(project, f"{manager} install", env=env, status=None)
    told = done.stdout + done.stderr
    assert done.returncode != 0, told
    assert "24.15" in told, told
    assert "    at " not in told, told


def test_an_old_node_is_refused_at_start_in_one_line(tmp_path: Path) -> None:
    """Also when somebody else installed the project."""
    env = old_node_environment(tmp_path)
    project = projects.generate({**PLAIN, "stack": "node"}, tmp_path / "project")
    version = subprocess.run(["node", "-v"], env=env, capture_output=True, text=True, check=True).stdout.strip(" v\n")
    command = servers.start_command(project)
    for installed in (False, True):
        if installed:
            projects.install(project)
        done = subprocess.run(command, cwd=project.path, env=env, capture_output=True, text=True, check=False)
        alone(done, f"This project needs Node 24.15 or newer; this is Node {version}.")


def old_node_environment(folder: Path) -> dict[str, str]:
    """Return an environment whose node is too old, or skip when this machine has none."""
    old = node.old_node()
    if old is None:
        pytest.skip(f"no Node older than {node.NEEDED[0]}.{node.NEEDED[1]} on this machine, so none can be refused")
    tools = folder / "old-node"
    tools.mkdir()
    (tools / "node").symlink_to(old)
    for manager, (_, cli) in {"npm": ("", ""), **node.MANAGERS}.items():
        script = node.npm_script() if manager == "npm" else node.commands().parent / "node_modules" / cli
        (tools / manager).write_text(f'#!/bin/sh\nexec "{tools / "node"}" "{script}" "$@"\n', encoding="utf-8")
        (tools / manager).chmod(0o755)
    return {**node.environment(), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.all("a project on every Python of this machine")
def test_a_project_runs_on_every_python_it_promises(tmp_path: Path) -> None:
    """The oldest and the newest that are here, each with an installation of its own."""
    home = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = sorted(
        path for version in ("3.11", "3.12", "3.13", "3.14") for path in home.glob(f"{version}.*/bin/python3")
    )
    if not found:
        pytest.skip(f"only the Python that runs these tests is here, {sys.version.split()[0]}")
    for number, python in enumerate(found):
        project = projects.generate({**PLAIN, "stack": "flask"}, tmp_path / str(number))
        env = {**projects.python_environment(), "UV_PYTHON": str(python)}
        projects.run(project, "uv sync", env=env)
        projects.run(project, project.readme().test, env=env)


def test_copied_words_in_manifests_are_the_answers(tmp_path: Path) -> None:
    """Name and description reach the package manager whatever they hold."""
    words = {
        "project_name": 'Näme "quoted" {{ braces }} 👋',
        "description": "It's 100 % {fun} \\ <b>",
        "project_slug": "words",
    }
    for stack in projects.values("stack"):
        project = projects.generate({**PLAIN, "stack": stack, **words}, tmp_path / str(stack))
        projects.install(project)
        projects.run(project, project.readme().test)
