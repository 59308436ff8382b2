"""Few combinations that hold every valid pair of answers at least once."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from harness.questionnaire import Answers, Questionnaire

Answer = tuple[str, Any]
Pair = tuple[Answer, Answer]


def pairs(questionnaire: Questionnaire, questions: Iterable[str] | None = None, **fixed: Any) -> set[Pair]:
    """Every pair of answers to two questions that some valid combination gives."""
    names = _ordered(questionnaire, questions)
    found: set[Pair] = set()
    for one, other in combinations(names, 2):
        for known in questionnaire.combinations([one, other, *fixed], **fixed):
            if all(questionnaire.step(name, known).asked for name in (one, other)):
                found.add(((one, known[one]), (other, known[other])))
    return found


def single(questionnaire: Questionnaire, questions: Iterable[str] | None = None) -> set[Answer]:
    """Every answer that some valid combination gives."""
    names = _ordered(questionnaire, questions)
    return {
        (name, known[name])
        for name in names
        for known in questionnaire.combinations([name])
        if questionnaire.step(name, known).asked
    }


def cover(questionnaire: Questionnaire, questions: Iterable[str] | None = None, **fixed: Any) -> list[Answers]:
    """Choose combinations, always the same ones, until every valid pair is held; answers as somebody gives them."""
    names = _ordered(questionnaire, questions)
    wanted = pairs(questionnaire, names, **fixed)
    chosen: list[Answers] = []
    while wanted:
        seed = min(wanted, key=repr)
        known = _grow(questionnaire, dict(seed) | fixed, wanted)
        given = questionnaire.chosen(known)
        wanted -= held(names, given)
        chosen.append({name: given[name] for name in names if name in given} | fixed)
    return chosen


def held(names: Iterable[str], answers: Mapping[str, Any]) -> set[Pair]:
    """The pairs that one combination holds."""
    return set(combinations([(name, answers[name]) for name in names if name in answers], 2))


def _ordered(questionnaire: Questionnaire, questions: Iterable[str] | None) -> tuple[str, ...]:
    wanted = set(questionnaire.choices if questions is None else questions)
    return tuple(name for name in questionnaire.choices if name in wanted)


def _grow(questionnaire: Questionnaire, fixed: Mapping[str, Any], wanted: set[Pair]) -> Answers:
    """Complete some answers with those that hold most of the wanted pairs, taking back what leads nowhere."""
    order = questionnaire.order
    gain: dict[Answer, list[Answer]] = {}
    for one, other in wanted:
        gain.setdefault(one, []).append(other)
        gain.setdefault(other, []).append(one)

    def extend(at: int, known: Answers) -> Answers | None:
        if at == len(order):
            return known
        name = order[at]
        step = questionnaire.step(name, known)
        values = [value for value in step.values if name not in fixed or fixed[name] == value or not step.asked]
        if name in fixed and not step.asked and name in questionnaire.choices:
            return None
        given = {**known, **fixed}
        scores = [
            -sum(given.get(other, value) == wish for other, wish in gain.get((name, value), ())) for value in values
        ]
        for value in (values[at] for at in sorted(range(len(values)), key=lambda at: (scores[at], at))):
            found = extend(at + 1, {**known, name: value})
            if found is not None:
                return found
        return None

    found = extend(0, {})
    if found is None:
        message = f"no valid combination has {dict(fixed)}"
        raise ValueError(message)
    return found
