"""Projects with edits of their own are updated: to a later template, and to another answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import copier
import pytest
import yaml
from copier._types import VcsRef
from copier.errors import DirtyLocalWarning
from harness import databases, projects
from harness.questionnaire import ROOT, Refused
from harness.render import working_tree

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import Render, Renderer

ANSWERS = ".copier-answers.yml"
IDENTITY = {
    **{
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A"), ("EMAIL", "a@b"))
    },
    "GIT_CONFIG_GLOBAL": os.devnull,
}

# What a user does


@dataclass(frozen=True)
class Edit:
    """One thing that a user changes: new text before a line that is there, instead of it, or a file of their own."""

    path: str
    new: str
    before: str | None = None
    instead: str | None = None

    def of(self, text: str) -> str:
        """The text with the edit in it."""
        old = self.before if self.before is not None else self.instead
        if old is None:
            return text + self.new
        assert text.count(old) == 1, f"{self.path} holds {old!r} {text.count(old)} times: change the edit of the test"
        return text.replace(old, self.new + (old if self.before is not None else ""))


README = Edit("README.md", "Ask Ada before you deploy on a Friday.\n\n", before="## What is where\n")
EDITS: dict[str, tuple[Edit, ...]] = {
    "flask": (
        README,
        Edit("app/health/__init__.py", "LIMIT = 1.5\n", instead="LIMIT = 2.0\n"),
        Edit("pyproject.toml", '    "hypothesis>=6,<7",\n', before='    "mypy>='),
        Edit(
            "app/greetings.py",
            '''"""Greets."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Keep the greeting where the application can find it."""
    app.extensions["greeting"] = "Hello"
''',
        ),
        Edit("app/features.py", "\n\nfrom app import greetings  # noqa: E402\n\nFEATURES.append(greetings)\n"),
        Edit(
            "tests/test_greetings.py",
            '''"""Greetings."""

from flask import Flask


def test_whoever_asks_is_greeted(app: Flask) -> None:
    assert app.extensions["greeting"] == "Hello"
''',
        ),
    ),
    "node": (
        README,
        Edit("src/health/routes.ts", "const LIMIT_MS = 1500;\n", instead="const LIMIT_MS = 2000;\n"),
        Edit("package.json", '    "ms": "^2.1.3",\n', before='    "@biomejs/biome": '),
        Edit(
            "src/greetings/routes.ts",
            """/** Greets. */

import type { App } from '../app.ts';

/** Says goodbye when the project stops. */
export function greetings(app: App): void {
  app.closers.push(async () => undefined);
}
""",
        ),
        Edit(
            "src/features.ts",
            "\nimport { greetings } from './greetings/routes.ts';\n\nfeatures.greetings = greetings;\n",
        ),
    ),
}


# The template and the project


def git(folder: Path, *arguments: str) -> str:
    """Run git, as somebody without settings."""
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **IDENTITY}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything in a folder."""
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture(scope="session")
def versions(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with two versions: v0.1.0 is the working tree, v0.2.0 changes a shared file and adds one."""
    folder = tmp_path_factory.mktemp("versions") / "template"
    shutil.copytree(template, folder)
    git(folder, "init", "--quiet")
    commit(folder, "One")
    git(folder, "tag", "v0.1.0")
    with (folder / "template/shared/editorconfig").open("a", encoding="utf-8") as file:
        file.write("\n[*.bat]\nend_of_line = crlf\n")
    for stack in EDITS:
        (folder / f"template/{stack}/docs/news.md").write_text("# News\n", encoding="utf-8")
    commit(folder, "Two")
    git(folder, "tag", "v0.2.0")
    return folder


def generate(versions: Path, folder: Path, answers: Answers, ref: str = "v0.1.0") -> None:
    """Bring a project of these answers, with a user's edits; each is generated once."""
    kept = versions.parent / f"project-{abs(hash((ref, *sorted(answers.items()))))}"
    if not kept.exists():
        make(versions, kept, answers, ref)
    shutil.copytree(kept, folder)


def make(versions: Path, folder: Path, answers: Answers, ref: str) -> None:
    """Generate a project, commit it, edit it as a user does, and commit that."""
    copier.run_copy(str(versions), folder, data=dict(answers), defaults=True, unsafe=False, quiet=True, vcs_ref=ref)
    git(folder, "init", "--quiet")
    commit(folder, "Generated")
    for edit in EDITS[answers["stack"]]:
        path = folder / edit.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edit.of(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    commit(folder, "Edited")


def update(folder: Path, data: Answers | None = None, ref: str | VcsRef | None = None) -> None:
    """Update a project, without trusting the template."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DirtyLocalWarning)
        copier.run_update(
            folder, data=dict(data or {}), defaults=True, overwrite=True, unsafe=False, quiet=True, vcs_ref=ref
        )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a project, but for git's and the answers."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith(".git/") and name != ANSWERS
    }


def edited(render: Render, stack: str) -> dict[str, bytes]:
    """What a project holds when its user has made the edits."""
    files = {path: file.content for path, file in render.items() if path != ANSWERS}
    for edit in EDITS[stack]:
        files[edit.path] = edit.of(files.get(edit.path, b"").decode()).encode()
    return files


def look_for_conflicts(folder: Path) -> None:
    """No marker and no rejected hunk is left."""
    for path, content in tree(folder).items():
        assert not path.endswith(".rej"), path
        assert b"<<<<<<<" not in content, content.decode()
        assert b">>>>>>>" not in content, content.decode()


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Paths at which two trees differ."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


# What is tried


def bases(questionnaire: Questionnaire, renderer: Renderer) -> Iterator[tuple[str, Answers]]:
    """For each stack the fewest files, to switch things on, the most, to switch them off, and the most with pages."""
    for stack in questionnaire.values("stack"):
        yield f"{stack}-least", farthest(questionnaire, renderer, stack, -1)
        most = farthest(questionnaire, renderer, stack, 1)
        yield f"{stack}-most", most
        pages = questionnaire.complete({**most, "auth": "session", "frontend": "pages"})
        yield f"{stack}-pages", questionnaire.chosen(pages)


def farthest(questionnaire: Questionnaire, renderer: Renderer, stack: str, way: int) -> Answers:
    """Answers of which no other single one makes more files, or fewer when `way` is -1."""
    best = questionnaire.complete({"stack": stack})
    size, going = way * len(renderer.render(best, text=False)), True
    while going:
        going = False
        for name in (name for name in questionnaire.choices if name in renderer.structure and name != "stack"):
            for value in questionnaire.values(name):
                try:
                    other = questionnaire.complete({**questionnaire.chosen(best), name: value})
                except Refused:
                    continue
                if way * (files := len(renderer.render(other, text=False))) > size:
                    best, size, going = other, way * files, True
    return questionnaire.chosen(best)


def flips(questionnaire: Questionnaire, answers: Answers) -> Iterator[tuple[str, Any]]:
    """Every other answer to every single question of choice; the stack cannot be changed."""
    for name in questionnaire.choices:
        if name in answers and name != "stack":
            yield from ((name, value) for value in questionnaire.values(name) if value != answers[name])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every single change."""
    if "flip" not in metafunc.fixturenames:
        return
    questionnaire, renderer = working_tree()
    cases = []
    for name, answers in bases(questionnaire, renderer):
        for question, value in flips(questionnaire, answers):
            if name.endswith("-pages") and question not in {"frontend", "auth"}:
                continue
            text = question not in renderer.structure
            marks = pytest.mark.all("changes of answers that reach only text take minutes") if text else ()
            cases.append(pytest.param((answers, question, value), id=f"{name}-{question}-{value}", marks=marks))
    metafunc.parametrize("flip", cases)


def test_a_single_answer_changes_only_the_files_of_its_feature(
    questionnaire: Questionnaire,
    renderer: Renderer,
    versions: Path,
    tmp_path: Path,
    flip: tuple[Answers, str, Any],
    count: Counter[str],
) -> None:
    """After `update --data`, the project is what it would have been from the start, with the user's edits in it."""
    answers, question, value = flip
    folder = tmp_path / "project"
    generate(versions, folder, answers)
    before = tree(folder)
    assert before == edited(renderer.render(questionnaire.complete(answers)), answers["stack"])
    try:
        after = questionnaire.complete({**answers, question: value})
    except Refused:
        with pytest.raises(Exception, match=r"R\d"):
            update(folder, {question: value}, VcsRef.CURRENT)
        assert differing(tree(folder), before) == []
        assert git(folder, "status", "--porcelain") == ""
        count["single answers that an update refuses"] += 1
        return
    update(folder, {question: value}, VcsRef.CURRENT)
    look_for_conflicts(folder)
    assert differing(tree(folder), edited(renderer.render(after), answers["stack"])) == []
    remembered = yaml.safe_load((folder / ANSWERS).read_text(encoding="utf-8"))
    assert {name: remembered[name] for name in questionnaire.chosen(after)} == questionnaire.chosen(after)
    assert remembered["_commit"] == "v0.1.0"
    count["single answers changed by an update"] += 1


@pytest.mark.parametrize("stack", EDITS)
def test_a_project_follows_its_template(
    questionnaire: Questionnaire, renderer: Renderer, versions: Path, tmp_path: Path, stack: str
) -> None:
    """What the later version changed arrives, and nothing of the user's is lost."""
    folder = tmp_path / "project"
    generate(versions, folder, {"stack": stack})
    known = questionnaire.complete({"stack": stack})
    update(folder)
    look_for_conflicts(folder)
    expected = edited(renderer.render(known), stack)
    expected[".editorconfig"] += b"\n[*.bat]\nend_of_line = crlf\n"
    expected["docs/news.md"] = b"# News\n"
    assert differing(tree(folder), expected) == []
    remembered = yaml.safe_load((folder / ANSWERS).read_text(encoding="utf-8"))
    assert remembered["_commit"] == "v0.2.0"
    assert {name: remembered[name] for name in questionnaire.chosen(known)} == questionnaire.chosen(known)


@pytest.mark.parametrize("stack", EDITS)
def test_an_updated_project_passes_its_own_tests(
    questionnaire: Questionnaire, versions: Path, tmp_path: Path, stack: str
) -> None:
    """With everything that can be had switched on later, on a project with edits."""
    folder = tmp_path / "project"
    generate(versions, folder, {"stack": stack, "database": "none", "api": "none"})
    wishes = {"database": "postgresql", "redis": True, "api": "rest", "deploy": "compose"}
    update(folder, wishes)
    look_for_conflicts(folder)
    check_its_tests(projects.Project(folder, questionnaire.complete({"stack": stack, **wishes})), tmp_path)


def check_its_tests(project: projects.Project, folder: Path) -> None:
    """Install a project and run its tests, beside the servers that it needs."""
    try:
        needed = databases.variables(project.answers, folder)
    except databases.ServerMissingError as error:
        pytest.skip(str(error))
    projects.install(project)
    projects.run(project, project.readme().test, env=project.environment(needed))


@pytest.mark.parametrize("stack", EDITS)
@pytest.mark.parametrize("database", ["mysql", "mongodb"])
@pytest.mark.all("the other databases that a project on SQLite may move to")
def test_a_project_moves_to_another_database(
    questionnaire: Questionnaire, versions: Path, tmp_path: Path, stack: str, database: str
) -> None:
    """From SQLite to a server, with edits: the project's tests pass after."""
    folder = tmp_path / "project"
    generate(versions, folder, {"stack": stack, "database": "sqlite", "api": "rest"})
    update(folder, {"database": database})
    look_for_conflicts(folder)
    check_its_tests(projects.Project(folder, questionnaire.complete({"stack": stack, "database": database})), tmp_path)


@pytest.mark.parametrize(("stack", "other"), [("flask", "node"), ("node", "flask")])
def test_the_stack_cannot_be_changed(versions: Path, tmp_path: Path, stack: str, other: str) -> None:
    """Rule R5: one line, exit status not 0, and the project as it was."""
    folder = tmp_path / "project"
    generate(versions, folder, {"stack": stack})
    before = tree(folder)
    command = [sys.executable, "-m", "copier", "update", "--defaults", "--data", f"stack={other}"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **IDENTITY}
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr, done.stderr
    assert "R5" in done.stderr.strip().splitlines()[-1]
    assert tree(folder) == before
    assert git(folder, "status", "--porcelain") == ""


def test_an_unknown_answer_is_refused_on_update(versions: Path, tmp_path: Path) -> None:
    """Rule R6 holds for updates too."""
    folder = tmp_path / "project"
    generate(versions, folder, {"stack": "flask"})
    with pytest.raises(Exception, match="R6"):
        update(folder, {"colour": "blue"})
    assert git(folder, "status", "--porcelain") == ""


def test_no_trust_is_asked_for(template: Path) -> None:
    """Nothing in the template needs --trust: no task, no migration, no extension."""
    config = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & config.keys()


def releases() -> list[str]:
    """The releases that users may have projects of."""
    return git(ROOT, "tag", "--list", "v*").split()


@pytest.mark.parametrize("stack", EDITS)
@pytest.mark.parametrize(
    "release", releases() or [pytest.param("none", marks=pytest.mark.skip(reason="nothing is released yet"))]
)
def test_a_project_of_any_release_can_be_updated_to_the_working_tree(
    template: Path, tmp_path: Path, release: str, stack: str
) -> None:
    """Every release there has been, with the user's edits, to what stands here now."""
    clone, folder = tmp_path / "template", tmp_path / "project"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(clone))
    generate(clone, folder, {"stack": stack}, release)
    for path in clone.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(template, clone, dirs_exist_ok=True)
    commit(clone, "The working tree")
    git(clone, "tag", "v999.0.0")
    update(folder)
    look_for_conflicts(folder)
    for edit in EDITS[stack]:
        assert edit.new.strip() in (folder / edit.path).read_text(encoding="utf-8")
    assert json.dumps(yaml.safe_load((folder / ANSWERS).read_text(encoding="utf-8"))["_commit"]) == '"v999.0.0"'
