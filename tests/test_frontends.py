"""Applications in the browser, as their owners get them: checked, tested and built by their own commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from browser.rows import PROJECT, Row, is_short, rows
from contract.conftest import deployed
from harness import frontends, node, projects
from harness.frontends import BUILT

if TYPE_CHECKING:
    from pathlib import Path

    from harness.projects import Project

CHECKS = ("format:check", "lint", "types", "test")
SCHEMA = "src/core/schema"
ELSEWHERE = re.compile(r"""(?:src|href|url|from|import)\s*[=(]?\s*["']?\s*(?:https?:)?//(?!www\.w3\.org/)[\w.-]+""")
NAMED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.\w+$")


def _rows() -> list[Any]:
    """List the applications: each kind of accounts once, each subject alone once, whichever the stack."""
    listed: list[Any] = []
    seen: set[tuple[object, ...]] = set()
    for row in sorted(rows(), key=lambda one: not is_short(one)):
        kind = (row.frontend, row.auth, row.notes, row.chat, row.live)
        if row.frontend in BUILT and kind not in seen:
            seen.add(kind)
            reason = "the commands of applications in the browser that have less"
            listed.append(pytest.param(row, id=row.name, marks=[] if is_short(row) else [pytest.mark.all(reason)]))
    return listed


@pytest.mark.parametrize("row", _rows())
def test_an_application_is_formatted_linted_typed_tested_and_built(row: Row, tmp_path: Path) -> None:
    """By the commands of its package.json, which leave nothing behind that git would show."""
    project = projects.generate(row.answers(), tmp_path / "project")
    _commit(project)
    frontends.install(project)
    for check in CHECKS:
        told = frontends.run(project, f"npm run {check}")
        assert not re.search(r"\b[1-9]\d* (warnings?|skipped|todo)\b", told), told
    frontends.build(project)
    # What is installed is a link here, where people have a folder.
    assert set(_git(project, "status", "--porcelain").splitlines()) <= {"?? frontend/node_modules"}
    _check_build(project.path / "frontend" / "dist")


def test_a_build_that_was_interrupted_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has left is in nobody's way."""
    monkeypatch.setattr(node, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(frontends, "install", lambda _: None)
    project = projects.Project(tmp_path / "project", Row("react", "node").answers())
    folder = project.path / "frontend"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"scripts": {"build": "build"}}', encoding="utf-8")

    def make(_project: Project, _command: str) -> str:
        (folder / "dist").mkdir()
        (folder / "dist" / "index.html").write_text("built", encoding="utf-8")
        return ""

    def interrupt(_source: Path, to: Path) -> None:
        to.mkdir()
        (to / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(frontends, "run", make)
    with monkeypatch.context() as there:
        there.setattr(shutil, "copytree", interrupt)
        with pytest.raises(KeyboardInterrupt):
            frontends.build(project)
    shutil.rmtree(folder / "dist")
    frontends.build(project)
    (kept,) = (tmp_path / "cache").rglob("dist")
    assert [path.name for path in kept.iterdir()] == ["index.html"]


def _check_build(folder: Path) -> None:
    """Check that a build goes with the policy of contents, asks no other host and can be kept by its names."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page), page
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", page) == []
    assert f"<title>{PROJECT.replace('&', '&amp;')}</title>" in page
    assert '<html lang="en"' in page
    assert "<noscript>This page needs JavaScript.</noscript>" in page
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".js", ".css"):
            text = path.read_text(encoding="utf-8")
            assert ELSEWHERE.findall(text) == [], path
            assert path.suffix == ".html" or NAMED.search(path.name), path
        assert path.suffix != ".map", path


@pytest.mark.parametrize("stack", [str(one) for one in projects.values("stack")])
@pytest.mark.parametrize("auth", [str(one) for one in projects.values("auth")])
def test_the_types_of_an_application_are_those_of_the_api(stack: str, auth: str, tmp_path: Path) -> None:
    """Its own command makes the same files from the document of either stack."""
    row = Row("react", stack, auth)
    project = projects.prepared(row.answers(), tmp_path / "projects")
    frontends.install(project)
    folder = project.path / "frontend" / SCHEMA
    before = _texts(folder)
    assert before
    for file in folder.iterdir():
        file.write_text("", encoding="utf-8")
    with deployed(project, tmp_path / "server") as server:
        env = {**node.environment(), "APP_URL": server.url}
        projects.run(projects.Project(project.path / "frontend", project.answers), "npm run api", env=env)
    assert _texts(folder) == before


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def test_the_client_of_sockets_that_flask_serves_is_the_packages(tmp_path: Path) -> None:
    """Byte for byte the file that npm has, of the version that Express serves."""
    row = Row("pages", "flask", notes=False, live=False)
    flask = projects.generate(row.answers(), tmp_path / "flask")
    express = projects.prepared(Row("pages", "node", notes=False, live=False).answers(), tmp_path / "projects")
    found = list((flask.path / "app").rglob("socket.io*.js"))
    assert len(found) == 1, found
    package = express.path / "node_modules" / "socket.io-client" / "dist"
    assert found[0].read_bytes() == (package / "socket.io.esm.min.js").read_bytes()


def _git(project: Project, *words: str) -> str:
    who = ["-c", "user.name=A user", "-c", "user.email=user@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *words]
    return subprocess.run(command, cwd=project.path, check=True, capture_output=True, text=True).stdout


def _commit(project: Project) -> None:
    """Keep what was generated, to see what is left behind."""
    _git(project, "init", "-q")
    _git(project, "add", "-A")
    _git(project, "commit", "-q", "-m", "generated")
    shutil.rmtree(project.path / "frontend" / "dist", ignore_errors=True)
