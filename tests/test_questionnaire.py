"""The questions as a person meets them, and every bad answer refused in one clear line."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from harness.covering import cover
from harness.questionnaire import ROOT
from harness.terminal import CLEAR, COLUMNS, ENTER, Terminal
from wcwidth import wcswidth

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import Renderer

MOST = 2000
"""So many combinations of one question are all measured."""

PATHS: dict[str, Answers] = {
    "enter all the way": {},
    "a chat in typescript": {"use_case": "chat", "team": "javascript", "database": "none", "package_manager": "pnpm"},
    "against the recommendation": {"use_case": "prototype", "stack": "node", "ci": "gitlab"},
    "on kubernetes": {"project_name": "Price list", "use_case": "api", "database": "none", "deploy": "kubernetes"},
}


@pytest.mark.parametrize("wishes", PATHS.values(), ids=[name.replace(" ", "-") for name in PATHS])
def test_the_questions_can_be_answered_at_the_prompt(
    questionnaire: Questionnaire, template: Path, tmp_path: Path, wishes: Answers
) -> None:
    """What is chosen with the arrow keys is what the project remembers; nothing on the screen is cut off."""
    with Terminal(template, tmp_path / "project") as terminal:
        seen = terminal.answer(questionnaire, wishes)
        assert terminal.finish() == 0, terminal.text
    known = questionnaire.complete(wishes)
    remembered = yaml.safe_load((tmp_path / "project/.copier-answers.yml").read_text(encoding="utf-8"))
    chosen = questionnaire.chosen(known)
    assert {name: remembered[name] for name in chosen} == chosen
    assert list(seen) == list(chosen)
    for stack, score in known["decision"]["points"].items():
        name = {"flask": "Flask", "node": "Express"}[stack]
        assert re.search(rf"{name}: {score}$", seen["stack"], re.MULTILINE), seen["stack"]
    for row in known["decision"]["reasons"]:
        assert re.search(rf"\+{row['points']} +{re.escape(row['says'])}$", seen["stack"], re.MULTILINE), seen["stack"]


def test_a_choice_that_is_ruled_out_is_grey_and_says_why(
    questionnaire: Questionnaire, template: Path, tmp_path: Path
) -> None:
    """With SQLite, Kubernetes is there with the reason, and cannot be chosen."""
    with Terminal(template, tmp_path / "project") as terminal:
        seen = terminal.answer(questionnaire, {"database": "sqlite"})
    grey = [line for line in seen["deploy"].splitlines() if line.strip().startswith("- ")]
    assert len(grey) == 1, seen["deploy"]
    assert "R4" in grey[0]
    assert grey[0].rstrip().endswith(")"), f"the reason is cut off: {grey[0]}"


def lines(questionnaire: Questionnaire, name: str, known: Answers) -> list[str]:
    """Everything that the prompt of one question draws."""
    question = questionnaire.question(name, known)
    drawn = f"🎤 {question.get_message()}".rstrip().split("\n")
    for choice in question._formatted_choices:
        drawn.append(f"   - {choice.title} ({choice.disabled})" if choice.disabled else f"   {choice.title}")
    return drawn


def every(questionnaire: Questionnaire, names: Iterable[str]) -> Iterator[Answers]:
    """Every combination that matters to some names; where there are too many, so many that each pair is held."""
    if questionnaire.count(set(questionnaire.closure(names)) & set(questionnaire.choices)) <= MOST:
        yield from questionnaire.combinations(names)
    else:
        for answers in cover(questionnaire, questionnaire.closure(names)):
            yield next(questionnaire.combinations(names, **answers))


def test_no_line_of_a_question_is_wider_than_the_terminal(questionnaire: Questionnaire, count: Counter[str]) -> None:
    """Questionary cuts what does not fit; every text is measured, that of the stack for every pair of answers.

    Each line of the stack's help speaks of one answer; how many reasons there are at most is in test_rules.py.
    """
    wide: dict[str, str] = {}
    for name in questionnaire.asked:
        details = questionnaire.details[name]
        needs = questionnaire.names.of([details.get(key, "") for key in ("help", "choices", "default", "when")]) - {
            name
        }
        for known in every(questionnaire, needs):
            if not questionnaire.question(name, known).get_when():
                continue
            drawn = lines(questionnaire, name, known)
            count["prompts measured against 80 columns"] += 1
            wide |= {line: name for line in drawn if wcswidth(line) >= COLUMNS}
            assert len(drawn) <= 24, f"{name} is {len(drawn)} lines high: {drawn}"
    assert not wide, "\n".join(f"{name}: {wcswidth(line)} columns: {line}" for line, name in wide.items())


def test_the_readme_shows_the_question_as_it_looks(questionnaire: Questionnaire) -> None:
    """A website with a chat, to the letter."""
    known = questionnaire.complete({"use_case": "website", "chat": True})
    shown = questionnaire.question("stack", known).get_message().strip()
    assert f"```text\n{shown}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_tips_are_of_as_many_questions_as_can_be(questionnaire: Questionnaire) -> None:
    """A second tip of one question is shown only when there are too few questions for three."""
    for answers in cover(questionnaire, questionnaire.closure(["decision"])):
        known = questionnaire.complete(answers)
        tips = known["decision"]["tips"]
        shown = re.findall(r"^    ([A-Z][^:]*): ", questionnaire.question("stack", known).get_message(), re.MULTILINE)
        assert len(shown) == min(3, len(tips))
        assert len(set(shown)) == min(3, len({tip["question"] for tip in tips}))


@pytest.mark.parametrize("stack", ["flask", "node"])
def test_a_locked_stack_is_told_where_the_answers_speak_for_the_other(
    questionnaire: Questionnaire, renderer: Renderer, stack: str
) -> None:
    """At the prompt and in the record, which cannot know what the answers said when the project was made."""
    for use_case, speaks in (("prototype", "flask"), ("chat", "node")):
        known = questionnaire.complete({"use_case": use_case, "stack": stack})
        assert known["decision"]["recommended"] == speaks
        shown = questionnaire.question("stack", known).get_message()
        record = renderer.render(known)["docs/decisions/0001-stack.md"].content.decode()
        name, other = ("Flask", "Express") if stack == "flask" else ("Express", "Flask")
        assert (f"This project is on {name} and stays there" in shown) == (speaks != stack)
        assert (f"is on {name}, for which the answers below speak." in record) == (speaks == stack)
        assert (f"is on {name}; the answers below speak for {other}." in record) == (speaks != stack)


LONG = "x" * 161
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "unknown name": ({"colour": "blue"}, ("R6", "colour", "project_slug")),
    "misspelt name": ({"databse": "none"}, ("R6", "databse", "database")),
    "hidden name": ({"decision": "{}"}, ("R6", "decision")),
    "table of rules": ({"rules": "[]", "deploy": "kubernetes"}, ("R6", "rules")),
    "lock that is no stack": ({"stack_lock": "django"}, ("stack",)),
    "lock that contradicts": ({"stack_lock": "node", "stack": "flask"}, ("R5", "node")),
    "unknown value": ({"database": "oracle"}, ("database=oracle", "sqlite", "none")),
    "value in capitals": ({"stack": "Flask"}, ("stack=Flask", "flask", "node")),
    "empty value": ({"stack": ""}, ("stack", "flask", "node")),
    "rule R4": (
        {"deploy": "kubernetes", "database": "sqlite"},
        ("R4", "choose", "database postgresql", "deploy compose"),
    ),
    "rule R4 by a default": ({"deploy": "kubernetes", "use_case": "prototype"}, ("R4", "choose")),
    "empty name": ({"project_name": ""}, ("project_name", "empty")),
    "blank name": ({"project_name": " "}, ("project_name", "space")),
    "two-line name": ({"project_name": "one\ntwo"}, ("project_name", "one line")),
    "control character": ({"project_name": "a\x07b"}, ("project_name", "control")),
    "escape sequence": ({"description": "\x1b[31mred"}, ("description", "control")),
    "invisible character": ({"project_name": "a\u200bb"}, ("project_name", "invisible")),
    "text turned round": ({"project_name": "a\u202eb"}, ("project_name", "invisible")),
    "long name": ({"project_name": "x" * 81}, ("project_name", "80")),
    "long description": ({"description": LONG}, ("description", "160")),
    "two-line description": ({"description": "one\ntwo"}, ("description", "one line")),
    **{
        f"slug {slug!r}": ({"project_slug": slug}, ("project_slug", "for example"))
        for slug in (
            "",
            "My Project",
            "-a",
            "a-",
            "a--b",
            "1a",
            "a_b",
            "a\n",
            "x" * 41,
            "é",
            ".",
            "..",
            "a/b",
            "../x",
            "flask",
        )
    },
}
NOT_TEXT = {"number": 7, "nothing": None, "list": ["a"], "yes": True}


def refused(template: Path, folder: Path, *arguments: str) -> str:
    """Run Copier, expect a refusal that leaves nothing behind, and return its last line."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", *arguments, str(template), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode != 0, done.stderr
    assert not folder.exists() or not any(folder.rglob("*")), "something was written"
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_answer_given_with_data_is_refused(
    template: Path, tmp_path: Path, data: Answers, words: tuple[str, ...]
) -> None:
    """Nothing is written, the exit status is not 0, the last line says what is wrong and what to do."""
    arguments = [part for name, value in data.items() for part in ("--data", f"{name}={value}")]
    last = refused(template, tmp_path / "project", *arguments)
    for word in words:
        assert word in last


@pytest.mark.parametrize("value", NOT_TEXT.values(), ids=NOT_TEXT.keys())
@pytest.mark.parametrize("name", ["project_name", "database"])
def test_a_bad_answer_in_a_file_is_refused(template: Path, tmp_path: Path, name: str, value: object) -> None:
    """A data file can hold more than text."""
    (tmp_path / "answers.yml").write_text(yaml.safe_dump({name: value}), encoding="utf-8")
    assert name in refused(template, tmp_path / "project", "--data-file", str(tmp_path / "answers.yml"))


def test_a_yes_or_no_takes_nothing_else(questionnaire: Questionnaire, template: Path, tmp_path: Path) -> None:
    """Copier would take `maybe` for yes; every yes or no question there is refuses it."""
    for name in questionnaire.choices:
        if questionnaire.values(name) == (False, True):
            last = refused(template, tmp_path / name, "--data", f"{name}=maybe")
            assert name in last


def test_a_bad_answer_is_refused_before_the_first_question(template: Path, tmp_path: Path) -> None:
    """Nobody answers ten questions to learn that the command line was wrong."""
    with Terminal(template, tmp_path / "project", "--data", "colour=blue") as terminal:
        assert terminal.finish() != 0
        assert "What is the project called?" not in terminal.told
        assert "R6" in terminal.text
    assert not (tmp_path / "project").exists()


TYPED = {
    "project_name": {
        "": "not empty",
        " x": "no space at the ends",
        "a\u200bb": "no invisible characters",
        "x" * 81: "at most 80 characters",
    },
    "project_slug": {
        "": "not empty",
        "My Project": "only a-z, 0-9 and -",
        "a/b": "only a-z, 0-9 and -",
        "a--b": "no two dashes in a row",
        "9x": "begins with a letter",
        "-a": "begins with a letter",
        "foo-": "ends with a letter or digit",
        "x" * 41: "at most 40 characters",
        "flask": "a library has that name",
    },
    "description": {LONG: "at most 160 characters", "x ": "no space at the ends"},
}


@pytest.mark.parametrize("name", TYPED)
def test_a_bad_answer_is_refused_at_the_prompt(
    questionnaire: Questionnaire, template: Path, tmp_path: Path, name: str
) -> None:
    """The prompt says what is wrong with just that, whole, and waits for something better."""
    earlier = questionnaire.free[: questionnaire.free.index(name)]
    with Terminal(template, tmp_path / "project") as terminal:
        for before in earlier:
            terminal.wait(questionnaire.details[before]["help"][:40])
            terminal.type(ENTER)
        terminal.wait(questionnaire.details[name]["help"][:40])
        for text, wrong in TYPED[name].items():
            terminal.type(CLEAR + text + ENTER)
            shown = terminal.wait(f"{name}': ")
            message = next(line for line in shown.splitlines() if f"{name}': " in line).rstrip()
            assert message.endswith(f"{name}': {wrong}"), message
            assert len(message) < COLUMNS, f"cut off: {message!r}"
            assert questionnaire.details["use_case"]["help"] not in shown
            terminal.type(CLEAR + "a")
        terminal.type(CLEAR + "better" + ENTER)
        after = questionnaire.asked[questionnaire.asked.index(name) + 1]
        terminal.wait(questionnaire.details[after]["help"][:40])
