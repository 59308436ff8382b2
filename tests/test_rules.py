"""The rules and the recommendation, held against a statement of them in plain Python.

What follows down to the tests is written from the description of the questions, not from decision/: when a row there
changes, somebody has to agree with it here.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from copier.errors import UserMessageError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from harness.questionnaire import Answers, Questionnaire

FLASK = {
    ("use_case", "prototype"): 3,
    ("use_case", "website"): 2,
    ("use_case", "api"): 1,
    ("use_case", "microservice"): 1,
    ("team", "python"): 3,
    ("team", "new"): 2,
    ("clients", "few"): 1,
    ("priority", "simplicity"): 2,
    ("database", "sqlite"): 1,
    ("database", "postgresql"): 1,
    ("database", "mysql"): 1,
    ("auth", "session"): 1,
    ("auth", "token"): 1,
    ("frontend", "pages"): 1,
}
NODE = {
    ("use_case", "api"): 2,
    ("use_case", "microservice"): 3,
    ("use_case", "chat"): 3,
    ("use_case", "live_data"): 3,
    ("use_case", "high_traffic"): 3,
    ("use_case", "rich_client"): 2,
    ("team", "javascript"): 3,
    ("clients", "hundreds"): 1,
    ("clients", "thousands"): 3,
    ("priority", "performance"): 2,
    ("priority", "ecosystem"): 2,
    ("database", "mongodb"): 1,
    ("chat", True): 2,
    ("live_data", True): 2,
    ("frontend", "react"): 1,
    ("frontend", "angular"): 1,
}
# With nine lines about points, tips and contract they fill the 24 lines of a terminal.
MOST_REASONS = 15
DECIDING = (
    *("use_case", "team", "clients", "priority", "database", "chat", "live_data", "api", "auth", "frontend", "redis"),
)


def points(answers: Mapping[str, Any]) -> dict[str, int]:
    """What the answers say for each stack."""
    given = [(name, answers[name]) for name in DECIDING]
    return {
        "flask": sum([FLASK.get(answer, 0) for answer in given]),
        "node": sum([NODE.get(answer, 0) for answer in given]),
    }


def recommended(answers: Mapping[str, Any]) -> str:
    """The stack with more points; a tie goes to the language of the team, else to Flask."""
    scores = points(answers)
    if scores["flask"] == scores["node"]:
        return "node" if answers["team"] == "javascript" else "flask"
    return max(scores, key=lambda stack: scores[stack])


def valid(answers: Mapping[str, Any]) -> bool:
    """Whether answers go together."""
    accounts = answers["auth"] != "none"
    if accounts and answers["database"] == "none":  # R1
        return False
    served = answers["api"] == "rest" or answers["chat"] or answers["live_data"]
    if answers["frontend"] in {"react", "angular"} and not served:  # R2
        return False
    if answers["frontend"] == "pages" and answers["auth"] == "token":  # R3
        return False
    if answers["deploy"] == "kubernetes":  # R4
        shared = answers["chat"] or answers["live_data"] or accounts
        return answers["database"] != "sqlite" and (answers["redis"] or not shared)
    return True


def winner(decision: Mapping[str, Any]) -> str:
    """The stack that the template recommends."""
    return str(decision["recommended"])


def decide(questionnaire: Questionnaire, known: Answers) -> Any:
    """The decision of the template after some answers."""
    return questionnaire.step("decision", known).values[0]


@pytest.fixture
def decisions(questionnaire: Questionnaire, part: Answers) -> list[Answers]:
    """Every combination of the answers that the decision listens to, with the decision, for one use case."""
    return list(questionnaire.combinations(["decision"], **part))


def test_the_recommendation_is_that_of_the_statement(decisions: list[Answers], count: Counter[str]) -> None:
    """Over the whole product, points and winner are the same."""
    for known in decisions:
        count["combinations of decision answers compared with the plain statement"] += 1
        assert dict(known["decision"]["points"]) == points(known)
        assert winner(known["decision"]) == recommended(known)


def test_points_are_the_sum_of_the_reasons_shown(decisions: list[Answers]) -> None:
    """Nothing counts that the owner is not told, strongest first."""
    for known in decisions:
        rows = known["decision"]["reasons"]
        for stack, score in known["decision"]["points"].items():
            assert sum(row["points"] for row in rows if row["for"] == stack) == score
        assert [row["points"] for row in rows] == sorted((row["points"] for row in rows), reverse=True)
        assert len(rows) <= MOST_REASONS


def test_a_tip_turns_the_recommendation(decisions: list[Answers], questionnaire: Questionnaire) -> None:
    """The answers named as turning it do, and no others that can be given would."""
    for known in decisions:
        tips = {(tip["question"], tip["value"]) for tip in known["decision"]["tips"]}
        turning = {
            (name, value)
            for name in DECIDING
            for value in questionnaire.values(name)
            if recommended({**known, name: value}) != recommended(known)
            and valid({**known, name: value, "deploy": "none"})
        }
        assert tips == turning


def test_what_speaks_more_for_a_stack_never_costs_it_the_recommendation(
    decisions: list[Answers], questionnaire: Questionnaire
) -> None:
    """Where one other answer makes the lead of a stack no smaller, the stack stays recommended, as stated above."""
    for known in decisions[::5]:  # the statement is that of the template, whose whole product the first test compares
        before, won = points(known), winner(known["decision"])
        other = "node" if won == "flask" else "flask"
        for name in DECIDING:
            for value in questionnaire.values(name):
                changed = {**known, name: value}
                after = points(changed)
                grown = (after[won] - after[other]) - (before[won] - before[other])
                if grown > 0 or (grown == 0 and name != "team"):
                    assert recommended(changed) == won


def test_every_reason_holds_somewhere_and_each_stack_can_win(questionnaire: Questionnaire) -> None:
    """No row is dead, and the outcome is open."""
    rows, winners = set(), set()
    reasons = questionnaire.complete()["reasons"]
    for (name, value), others in product((FLASK | NODE).keys(), ({}, {"team": "javascript", "clients": "thousands"})):
        known = next(questionnaire.combinations(["decision"], **{**others, name: value}))
        winners.add(winner(known["decision"]))
        rows |= {row["says"] for row in known["decision"]["reasons"]}
    assert winners == set(questionnaire.values("stack"))
    assert rows == {row["says"] for row in reasons}
    assert len(rows) == len(reasons), "two reasons say the same"


def test_a_reason_never_lowers_the_stack_that_it_speaks_for(questionnaire: Questionnaire) -> None:
    """Taking one row out takes its points from its stack, and never makes that stack win."""
    known = questionnaire.complete()
    for row in known["reasons"]:
        question, values = next(iter(row["when"].items()))
        with_it = {**known, question: values[0]}
        fewer = [other for other in known["reasons"] if other != row]
        before = decide(questionnaire, with_it)
        leads = questionnaire.question("leads", {**with_it, "reasons": fewer}).get_default()
        after = questionnaire.question("decision", {**with_it, "reasons": fewer, "leads": leads}).get_default()
        other = "node" if row["for"] == "flask" else "flask"
        assert after["points"][row["for"]] == before["points"][row["for"]] - row["points"]
        assert after["points"][other] == before["points"][other]
        assert not (winner(after) == row["for"] and winner(before) != row["for"])


def test_reasons_can_be_read_at_the_prompt(questionnaire: Questionnaire) -> None:
    """A reason names existing answers, is worth one to three points, and fits its line."""
    for row in questionnaire.complete()["reasons"]:
        assert row.keys() <= {"for", "points", "when", "point", "says", "today"}
        assert row["for"] in questionnaire.values("stack")
        assert row["points"] in {1, 2, 3}
        assert row["point"] in range(1, 8)
        assert len(row["says"]) <= 60
        assert len(row["when"]) == 1
        for question, values in row["when"].items():
            assert set(values) <= set(questionnaire.values(question))


def test_the_statement_speaks_of_every_question_of_the_decision(questionnaire: Questionnaire) -> None:
    """A new question that the decision listens to has to be stated above."""
    needs = set(questionnaire.closure(["decision"])) & set(questionnaire.choices)
    assert needs == set(DECIDING)
    assert set(FLASK | NODE) <= {(name, value) for name in DECIDING for value in questionnaire.values(name)}


def test_validity_is_that_of_the_statement(questionnaire: Questionnaire, count: Counter[str]) -> None:
    """Over the whole product of answers that rules can speak of, exactly the valid ones can be given."""
    ruled = [
        name
        for name in questionnaire.choices
        if name not in {"stack", "package_manager"}
        and (set(questionnaire.closure([name])) & set(questionnaire.choices) - {name} or _is_ruled(questionnaire, name))
    ]
    taken = {tuple(known[name] for name in ruled) for known in questionnaire.combinations(ruled)}
    for values in product(*(questionnaire.values(name) for name in ruled)):
        count["combinations held against the plain statement of the rules"] += 1
        assert (values in taken) == valid(dict(zip(ruled, values, strict=True))), dict(zip(ruled, values, strict=True))


def _is_ruled(questionnaire: Questionnaire, name: str) -> bool:
    return any(name in rule["not"] for rule in questionnaire.complete()["rules"])


def test_every_rule_refuses_something_and_names_two_ways_out(questionnaire: Questionnaire) -> None:
    """The ways out that a rule names are valid answers."""
    plain = {"database": "postgresql"}  # what no other rule refuses
    least = {**plain, "api": "none", "chat": False, "live_data": False}
    known = questionnaire.complete(plain)
    for rule in known["rules"]:
        assert len(rule["ways"]) == 2
        *others, last = sorted(rule["not"], key=questionnaire.order.index)
        refused = {**known, **{name: rule["not"][name][0] for name in others}}
        messages = dict(questionnaire.step(last, refused).refused)
        assert rule["number"] in messages[rule["not"][last][0]]
        for way in rule["ways"]:
            question, value = way.split(" ")
            given = value == "yes" if value in {"yes", "no"} else value
            both = {name: values[0] for name, values in rule["not"].items()}
            for rest in (plain, least):
                questionnaire.complete({**rest, **both, question: given})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"deploy": "kubernetes", "database": "sqlite"}, ("R4", "SQLite", "Kubernetes", " or ")),
        ({"deploy": "kubernetes", "chat": True, "redis": False, "database": "none"}, ("R4", "chat", "Redis", " or ")),
        ({"deploy": "kubernetes", "live_data": True, "redis": False, "database": "none"}, ("R4", "live data", "Redis")),
        (
            {"deploy": "kubernetes", "auth": "session", "redis": False, "database": "mysql"},
            ("R4", "signed in", "Redis", " or "),
        ),
        ({"auth": "token", "database": "none"}, ("R1", "database", " or ")),
        (
            {"frontend": "react", "api": "none", "chat": False, "live_data": False},
            ("R2", "API", "chat", "live data", " or "),
        ),
        ({"frontend": "angular", "api": "none"}, ("R2", "frontend=angular")),
        ({"frontend": "pages", "auth": "token", "database": "sqlite"}, ("R3", "cookie", " or ")),
        ({"colour": "blue"}, ("R6", "colour", "project_name")),
        ({"stack": "django"}, ("stack=django", "flask, node")),
    ],
)
def test_the_guard_refuses_what_is_given_with_data(
    questionnaire: Questionnaire, data: Answers, words: tuple[str, ...]
) -> None:
    """The rule is named, with what conflicts and what to do."""
    with pytest.raises((UserMessageError, ValueError)) as refusal:
        _put_all(questionnaire, data)
    for word in words:
        assert word in str(refusal.value)


def _put_all(questionnaire: Questionnaire, data: Answers) -> None:
    known: Answers = {}
    for name in questionnaire.order:
        question = questionnaire.question(name, known, data)
        question.get_when()
        known[name] = question.get_default()


@pytest.mark.parametrize(("lock", "other"), [("flask", "node"), ("node", "flask")])
def test_the_stack_of_a_project_is_locked(questionnaire: Questionnaire, lock: str, other: str) -> None:
    """Rule R5: the other stack is greyed, with the reason, and refused with --data."""
    known = {**questionnaire.complete(), "stack_lock": lock}
    choices = {choice.value: choice.disabled for choice in questionnaire.question("stack", known)._formatted_choices}
    assert not choices[lock]
    assert "R5" in str(choices[other])
    before = {name: known[name] for name in questionnaire.order[: questionnaire.order.index("guard")]}
    with pytest.raises(UserMessageError, match="R5"):
        questionnaire.question("guard", {**before, "stack_lock": lock}, {"stack": other}).get_when()
