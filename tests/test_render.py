"""Every valid combination of answers makes a project that holds together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from harness import imports, parsers, words
from harness.covering import cover
from harness.render import above

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import Entry, Render, Renderer, Source

LIMIT = 150_000
"""So many combinations of one text at most; beyond, every pair of the answers that it depends on."""


class Problems:
    """What is wrong, each thing once, with the first answers that show it."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.found: dict[str, str] = {}

    def add(self, problem: str, answers: Any) -> None:
        """Remember a problem."""
        self.found.setdefault(problem, json.dumps(answers, ensure_ascii=False, default=str))

    def report(self) -> str:
        """List them for a reader."""
        return "\n".join(f"{problem}\n    with {answers}" for problem, answers in sorted(self.found.items()))


def structures(questionnaire: Questionnaire, renderer: Renderer, shard: Answers) -> Iterator[tuple[Answers, Render]]:
    """Every combination that changes more than text, rendered; what is text is rendered for some 2,000 of them."""
    turns = cycle(list(questionnaire.combinations(set(questionnaire.choices) - renderer.structure)))
    often = max(1, questionnaire.count(renderer.structure) // 2000)
    texts: Render = {}
    for at, known in enumerate(questionnaire.combinations(renderer.needed, **shard)):
        if at % often == 0:
            given = {**next(turns), **questionnaire.chosen(known)}
            whole = next(
                questionnaire.combinations(**{name: given[name] for name in questionnaire.choices if name in given})
            )
            files = renderer.render(whole)
            texts = {entry.path: files[entry.path] for entry in written_last(renderer, whole)}
        else:
            files = {**texts, **renderer.render(known, text=False)}
        yield known, files


def written_last(renderer: Renderer, known: Answers) -> Iterator[Entry]:
    """What the sources write whose outcome depends on more than the structure."""
    for source in renderer.sources(known):
        if source.remembers or renderer.is_text(source):
            yield from (entry for entry in renderer.entries(source, known) if entry.file is not None)


def test_every_combination_holds_together(
    questionnaire: Questionnaire, renderer: Renderer, shard: Answers, count: Counter[str]
) -> None:
    """Files parse, imports and declarations meet, and no word speaks of a feature that was not chosen."""
    problems = Problems()
    for known, files in structures(questionnaire, renderer, shard):
        given = questionnaire.chosen(known)
        count["combinations that change more than text, rendered and checked as a whole"] += 1
        for path, file in files.items():
            for wrong in parsers.wrong(path, file.content):
                problems.add(f"{path} {wrong}", given)
        for folder in renderer.folders(known).difference(*map(above, files)):
            problems.add(f"{folder}/ is an empty folder", given)
        if any("does not parse" in problem for problem in problems.found):
            continue
        forbidden = words.forbidden(known)
        for path, file in files.items():
            for word in words.found(path, file.content) & forbidden:
                problems.add(f"{path} speaks of {word}, which was not chosen", given)
        for problem in imports.problems(files):
            problems.add(problem, given)
        for problem in dangling_links(files):
            problems.add(problem, given)
    assert not problems.found, problems.report()
    assert count, "no combination was rendered"


def dangling_links(files: Render) -> Iterator[str]:
    """Relative links of pages, and files that a Dockerfile copies, which are not in the project."""
    for path, file in files.items():
        if path.endswith(".md"):
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", file.content.decode()):
                base = path.rpartition("/")[0]
                name = "/".join(filter(None, [base, target]))
                if name.rstrip("/") not in files and not any(
                    other.startswith(f"{name.rstrip('/')}/") for other in files
                ):
                    yield f"{path} links to {target}, which is not there"
        if path == "Dockerfile":
            for step in parsers.dockerfile(file.content.decode()):
                sources = [word for word in step["value"].split()[:-1] if not word.startswith("--")]
                if step["instruction"] == "COPY" and "--from=" not in step["value"]:
                    for name in sources:
                        wanted = name.removeprefix("./").rstrip("/")
                        if "*" not in name and wanted not in {"", "."} and not _is_there(wanted, files):
                            yield f"Dockerfile copies {name}, which is not there"


def _is_there(name: str, files: Render) -> bool:
    return name in files or any(path.startswith(f"{name}/") for path in files)


def python_projects(questionnaire: Questionnaire, renderer: Renderer) -> Iterator[Render]:
    """What is Python in Flask projects that hold every pair of answers, and each file that only three bring."""
    sources = [
        source
        for source in renderer.sources({"stack": "flask"})
        if not source.folder and (".py" in source.parts[-1] or source.parts[-1] == "pyproject.toml")
    ]
    names = {name for source in sources for name in source.names}
    missing = {source.path for source in sources}

    def render(given: Answers) -> Render:
        known = questionnaire.complete(given)
        made = {source.path: renderer.entries(source, known) for source in sources}
        missing.difference_update(path for path, entries in made.items() if entries)
        return {entry.path: entry.file for entries in made.values() for entry in entries if entry.file}

    for given in cover(questionnaire, names & set(questionnaire.choices), stack="flask"):
        yield render(given)
    for source in sources:
        if source.path in missing:
            every = questionnaire.combinations({*source.names, "stack"}, stack="flask")
            yield render(questionnaire.chosen(next(known for known in every if renderer.entries(source, known))))
    assert not missing


def test_what_is_written_for_python_is_linted_and_formatted(
    questionnaire: Questionnaire, renderer: Renderer, tmp_path: Path, count: Counter[str]
) -> None:
    """As the project's own commands find it, by the rules of its own pyproject.toml, without installing it."""
    for at, files in enumerate(python_projects(questionnaire, renderer)):
        assert "pyproject.toml" in files
        for path, file in files.items():
            place = tmp_path / str(at) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.content)
        count["Flask projects linted and formatted"] += 1
    for command in (["check", "--output-format=concise"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", "."]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def text_sources(renderer: Renderer) -> list[Source]:
    """Sources whose outcome depends on more than the structure of the project."""
    return [source for source in renderer.all_sources if renderer.is_text(source)]


def test_every_text_reads_well(
    questionnaire: Questionnaire, renderer: Renderer, shard: Answers, count: Counter[str]
) -> None:
    """What only words depend on is rendered for every combination that its words depend on."""
    problems = Problems()
    sources = text_sources(renderer)
    needs = set().union(*(source.names for source in sources)) if sources else set()
    names = {*needs, *shard}
    if questionnaire.count(set(questionnaire.closure(names)) & set(questionnaire.choices)) <= LIMIT:
        combinations = questionnaire.combinations(names, **shard)
    else:
        combinations = (
            next(questionnaire.combinations(**answers))
            for answers in cover(questionnaire, questionnaire.closure(names), **shard)
        )
    for known in combinations:
        for source in renderer.sources(known):
            if renderer.is_text(source):
                for entry in renderer.entries(source, known):
                    assert entry.file is not None
                    count["texts of a decision rendered"] += 1
                    for wrong in parsers.wrong(entry.path, entry.file.content):
                        problems.add(
                            f"{entry.path} {wrong}",
                            {name: known[name] for name in questionnaire.choices if name in known},
                        )
    assert not problems.found, problems.report()


def test_the_number_of_combinations_is_told(
    questionnaire: Questionnaire, renderer: Renderer, count: Counter[str]
) -> None:
    """The whole product is the structures times the decisions, because neither limits the other."""
    structure = renderer.structure
    text = set(questionnaire.choices) - structure
    whole = questionnaire.count(questionnaire.choices)
    count["valid combinations of all choice questions, covered as structure times text"] += whole
    assert whole == questionnaire.count(structure) * questionnaire.count(text)
    assert not set(questionnaire.closure(structure)) & text


def test_the_prompt_offers_nothing_that_the_guard_refuses(questionnaire: Questionnaire) -> None:
    """Whatever the choices leave open can be gone on with to the end."""
    for name in questionnaire.order:
        for known in questionnaire.combinations(set(questionnaire.closure([name])) - {name}):
            step = questionnaire.step(name, known)
            assert step.values, f"{name} leaves no answer after {questionnaire.chosen(known)}: {step.refused}"


def test_enter_is_always_an_answer(questionnaire: Questionnaire) -> None:
    """Every default is one of the answers that the question takes, whatever was answered before."""
    names = questionnaire.names
    for name in questionnaire.choices:
        details = questionnaire.details[name]
        needs = names.of([details.get("default", ""), details.get("choices", ""), details.get("when", "")])
        for known in questionnaire.combinations({*needs, *questionnaire.closure([name])} - {name}):
            if questionnaire.step(name, known).asked:
                assert questionnaire.default(name, known) in questionnaire.step(name, known).values


@pytest.mark.parametrize("answers", [{"nonsense": "yes"}, {"stack": "django"}, {"stack": ""}])
def test_the_harness_refuses_what_is_no_answer(questionnaire: Questionnaire, answers: Answers) -> None:
    """A test that gives an answer which does not exist would otherwise test something else."""
    from harness.questionnaire import Refused

    with pytest.raises(Refused):
        questionnaire.complete(answers)
