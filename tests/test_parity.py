"""What is rendered in memory is, to the byte and the run bit, what Copier writes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from harness.covering import cover, single

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import File, Render, Renderer
    from pytest_copie.plugin import Copie


def written(folder: Path) -> tuple[dict[str, tuple[bytes, bool]], set[str]]:
    """Every file of a folder with its run bit, and every folder in it."""
    files, folders = {}, set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            folders.add(name)
        else:
            files[name] = (path.read_bytes(), os.access(path, os.X_OK))
    return files, folders


def expected(files: Render) -> dict[str, tuple[bytes, bool]]:
    """The same of a render in memory."""

    def runs(file: File) -> bool:
        return bool(file.mode & 0o100)

    return {path: (file.content, runs(file)) for path, file in files.items()}


def difference(one: dict[str, tuple[bytes, bool]], other: dict[str, tuple[bytes, bool]]) -> list[str]:
    """The paths at which two trees differ."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def copy(template: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `copier copy` as a person does."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", *arguments, str(template), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def sample(questionnaire: Questionnaire, size: int) -> list[Answers]:
    """Combinations that hold every answer, from the covering array: always the same ones."""
    wanted = single(questionnaire)
    chosen: list[Answers] = []
    for answers in cover(questionnaire):
        if len(chosen) < size or wanted & answers.items():
            chosen.append(answers)
            wanted -= answers.items()
    assert not wanted, f"no combination of the sample holds {wanted}"
    return chosen


def data(answers: Answers) -> list[str]:
    """Answers as arguments."""
    return [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]


def test_copier_in_the_process_writes_what_was_rendered(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, copie: Copie, count: Counter[str]
) -> None:
    """A sample that holds every answer, through pytest-copie."""
    for answers in sample(questionnaire, 12):
        result = copie.copy(extra_answers=dict(answers), template_dir=template)
        assert result.exception is None
        assert result.exit_code == 0
        assert result.project_dir is not None
        files, folders = written(result.project_dir)
        known = questionnaire.complete(answers)
        assert difference(files, expected(renderer.render(known))) == [], answers
        assert folders == renderer.folders(known)
        count["combinations compared with what Copier writes"] += 1


def test_copier_as_a_process_writes_what_was_rendered(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, tmp_path: Path, count: Counter[str]
) -> None:
    """The fewest combinations that hold every answer, each a process."""
    for at, answers in enumerate(sample(questionnaire, 0)):
        folder = tmp_path / str(at)
        done = copy(template, folder, *data(answers))
        assert done.returncode == 0, done.stderr
        assert difference(written(folder)[0], expected(renderer.render(questionnaire.complete(answers)))) == [], answers
        count["combinations compared with what a process of Copier writes"] += 1


def test_an_example_is_complete_and_makes_what_was_rendered(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, tmp_path: Path, example: Path
) -> None:
    """An example answers every question that is asked, and no other; as --data-file it makes the same project."""
    answers: dict[str, Any] = yaml.safe_load(example.read_text(encoding="utf-8"))
    known = questionnaire.complete(answers)
    assert set(answers) == set(questionnaire.chosen(known))
    assert {name: known[name] for name in answers} == answers
    done = copy(template, tmp_path / "project", "--data-file", str(example))
    assert done.returncode == 0, done.stderr
    assert difference(written(tmp_path / "project")[0], expected(renderer.render(known))) == []


def test_all_defaults_make_what_was_rendered(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, tmp_path: Path
) -> None:
    """Enter all the way is a valid project."""
    done = copy(template, tmp_path / "project")
    assert done.returncode == 0, done.stderr
    assert difference(written(tmp_path / "project")[0], expected(renderer.render(questionnaire.complete()))) == []


@pytest.mark.all("real Copier over the whole covering array takes a minute")
def test_every_pair_of_answers_is_written_as_rendered(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, copie: Copie
) -> None:
    """The covering array, through pytest-copie."""
    for answers in cover(questionnaire):
        result = copie.copy(extra_answers=dict(answers), template_dir=template)
        assert result.exception is None
        assert result.exit_code == 0
        assert result.project_dir is not None
        rendered = expected(renderer.render(questionnaire.complete(answers)))
        assert difference(written(result.project_dir)[0], rendered) == [], answers
