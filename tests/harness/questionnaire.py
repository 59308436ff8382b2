"""The questions of copier.yml, put by Copier's own code, and every valid combination of their answers.

What a question does depends only on the variables that its templates name, so each of its steps is taken once for
every value of those. Combinations are enumerated over any set of questions that holds, with each question, those that
its choices depend on; the rest of the questionnaire cannot change them.

This leans on private names of Copier, whose version is pinned for it; test_parity.py compares the outcome with what
`copier copy` writes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from copier._jinja_ext import get_yield_context
from copier._main import Worker
from copier._settings import SettingsModel
from copier._types import MISSING
from copier._user_data import CAST_STR_TO_NATIVE, AnswersMap, Question

from harness.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
ABSENT = "\0absent"
VOLATILE = frozenset(
    {"_copier_answers", "_copier_operation", "_copier_phase", "_copier_python", "_external_data", "_folder_name"}
    | {"make_secret", "now"}
)
"""Variables of Copier's own that differ between runs; all other names that are no question are never defined."""

Answers = dict[str, Any]


class Refused(ValueError):  # noqa: N818
    """Answers that the questionnaire does not take."""


class _Mapping(dict[str, Any]):
    """A mapping that can be a key, because nobody changes it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(len(self))


class _Sequence(list[Any]):
    """A list that can be a key, because nobody changes it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(len(self))


@dataclass(frozen=True, slots=True)
class Step:
    """What a question does after some answers: is it put, and which values does it take."""

    asked: bool
    values: tuple[Any, ...]
    refused: tuple[tuple[Any, str], ...] = ()


def snapshot(root: Path = ROOT) -> Path:
    """Copy what a commit of the checkout would hold, so that nobody's edits change it while tests read it."""
    to = Path(tempfile.mkdtemp(prefix="template-"))
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, listed):
        source = root / name
        if source.is_file() and not name.startswith(("tests/", "bench/")):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to / name)
    return to


def _read_yaml(text: str) -> Any:
    """Read YAML as Copier does, but quickly when it is JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class Questionnaire:
    """The questions of one template."""

    def __init__(self, template: Path, texts: Mapping[str, str] | None = None) -> None:
        """Read the template in the folder `template`; `texts` are answers to the questions that take text."""
        self.root = template
        self.worker = Worker(src_path=str(template), dst_path=template / "nowhere", defaults=True, quiet=True)
        self.env = self.worker.jinja_env
        self._remember_compiled_strings()
        self.names = Names(self.env)
        self.details: dict[str, dict[str, Any]] = self.worker.template.questions_data
        self.order = tuple(self.details)
        self.conf = self.worker._render_context()["_copier_conf"]
        self.texts = dict(texts or {})
        self._steps: dict[str, dict[tuple[Any, ...], Step]] = {name: {} for name in self.order}
        self._interned: dict[str, Any] = {}
        self._plain = {name: self._without_labels(details) for name, details in self.details.items()}
        self._needs: dict[str, tuple[str, ...]] = {}
        for name in self.order:
            self._needs[name] = self._find_needs(name)

    # What there is

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Questions that are never put: computed values."""
        never = {name for name, details in self.details.items() if details.get("when") is False}
        return tuple(name for name in self.order if name in never or name == "guard")

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Questions that somebody is asked, in order."""
        return tuple(name for name in self.order if name not in self.hidden)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Questions with a closed list of answers: choices and yes or no."""
        return tuple(name for name in self.asked if self.values(name))

    @cached_property
    def free(self) -> tuple[str, ...]:
        """Questions that take text."""
        return tuple(name for name in self.asked if not self.values(name))

    @lru_cache  # noqa: B019
    def values(self, name: str) -> tuple[Any, ...]:
        """Every value that copier.yml lists for a question; none when it takes text."""
        details = self.details[name]
        if details.get("type") == "bool":
            return (False, True)
        choices = details.get("choices", ())
        if isinstance(choices, str):
            message = f"{name}: choices that are a template cannot be listed"
            raise TypeError(message)
        pairs = choices.items() if isinstance(choices, dict) else (self._pair(choice) for choice in choices)
        return tuple(value["value"] if isinstance(value, dict) else value for _, value in pairs)

    # What a question does

    def step(self, name: str, known: Mapping[str, Any]) -> Step:
        """Put one question after the answers in `known`."""
        needs = self._needs[name]
        key = tuple([known.get(other, ABSENT) for other in needs])
        steps = self._steps[name]
        if key not in steps:
            steps[key] = self._take(name, {other: known[other] for other in needs if other in known})
        return steps[key]

    def default(self, name: str, known: Mapping[str, Any], *, check: bool = True) -> Any:
        """The answer that Enter gives; a `Refused` when the question would not take it."""
        question = self.question(name, known)
        try:
            value = question.get_default()
            if check and value is not MISSING:
                question.validate_answer(value)
        except Exception as error:
            message = f"the default of {name} is refused: {error}"
            raise Refused(message) from error
        return self._intern(value)

    def question(self, name: str, known: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> Question:
        """Copier's own object for one question."""
        return self._question(name, self.details[name], known, data)

    # Combinations

    def closure(self, names: Iterable[str]) -> tuple[str, ...]:
        """The questions among `names` and all that their answers depend on, in order."""
        found: set[str] = set()
        todo = [name for name in names if name in self.details]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(other for other in self._needs[name] if other in self.details)
        return tuple(name for name in self.order if name in found)

    def combinations(self, names: Iterable[str] | None = None, **fixed: Any) -> Iterator[Answers]:
        """Every valid combination of the questions that matter to `names`, hidden values among them."""
        yield from self._extend(self.closure(self.order if names is None else names), 0, {}, fixed)

    def count(self, names: Iterable[str] | None = None) -> int:
        """How many valid combinations there are, without making each of them."""
        closure = self.closure(self.choices if names is None else names)
        states: dict[tuple[Any, ...], int] = {(): 1}
        live: tuple[str, ...] = ()
        for at, name in enumerate(closure):
            later = {other for after in closure[at + 1 :] for other in self._needs[after]}
            kept = tuple(other for other in (*live, name) if other in later)
            grown: dict[tuple[Any, ...], int] = {}
            for state, ways in states.items():
                known = {other: value for other, value in zip(live, state, strict=True) if value != ABSENT}
                for value in self.step(name, known).values:
                    after = {**known, name: value}
                    key = tuple(after.get(other, ABSENT) for other in kept)
                    grown[key] = grown.get(key, 0) + ways
            states, live = grown, kept
        return sum(states.values())

    def complete(self, data: Mapping[str, Any] | None = None) -> Answers:
        """All answers that `copier copy --defaults` would come to when given `data`."""
        data = dict(data or {})
        unknown = data.keys() - set(self.asked)
        if unknown:
            message = f"no question is called {', '.join(sorted(unknown))}"
            raise Refused(message)
        known: Answers = {}
        for name in self.order:
            question = self.question(name, known, data)
            try:
                asked = question.get_when()
                value = question.get_default()
                if value is MISSING:
                    if asked:
                        message = f"{name} has no default and no answer"
                        raise Refused(message)  # noqa: TRY301
                    continue
                if asked or name in data:
                    question.validate_answer(question.parse_answer(value))
            except Refused:
                raise
            except Exception as error:
                raise Refused(str(error)) from error
            known[name] = self._intern(value)
        return known

    def chosen(self, known: Mapping[str, Any]) -> Answers:
        """Those of the answers that somebody gave: neither computed nor passed over."""
        return {name: known[name] for name in self.asked if name in known and self.step(name, known).asked}

    # Behind it

    def _extend(self, closure: tuple[str, ...], at: int, known: Answers, fixed: Mapping[str, Any]) -> Iterator[Answers]:
        if at == len(closure):
            yield known
            return
        name = closure[at]
        step = self.step(name, known)
        for value in step.values:
            if not (step.asked and name in fixed and fixed[name] != value):
                yield from self._extend(closure, at + 1, known if value == ABSENT else {**known, name: value}, fixed)

    def _take(self, name: str, known: Mapping[str, Any]) -> Step:
        details = self._plain[name]
        question = self._question(name, details, known)
        try:
            if not question.get_when():
                value = self._question(name, self.details[name] | {"help": ""}, known).get_default()
                return Step(asked=False, values=(ABSENT if value is MISSING else self._intern(value),))
        except Exception as error:
            return Step(asked=False, values=(), refused=((None, str(error)),))
        if not self.values(name):
            value = self.texts.get(name, ABSENT)
            if value == ABSENT:
                value = self.default(name, known)
            return Step(asked=True, values=(value,))
        taken, refused = [], []
        for value in self.values(name):
            try:
                answer = question.parse_answer(value)
                question.validate_answer(answer)
                taken.append(answer)
            except ValueError as error:
                refused.append((value, str(error)))
        return Step(asked=True, values=tuple(taken), refused=tuple(refused))

    def _question(
        self, name: str, details: Mapping[str, Any], known: Mapping[str, Any], data: Mapping[str, Any] | None = None
    ) -> Question:
        conf = {**self.conf, "data": dict(data)} if data else self.conf
        return Question(
            var_name=name,
            answers=AnswersMap(init=dict(data or {})),
            context={**known, "_copier_conf": conf},
            jinja_env=self.env,
            settings=SettingsModel(),
            **details,
        )

    def _find_needs(self, name: str) -> tuple[str, ...]:
        """What decides whether a question is put and what it takes; its default only when it can be passed over."""
        details = self._plain[name]
        needs = self.names.of([details.get(key, "") for key in ("when", "type", "choices")])
        needs |= self.names.of(details.get("validator", "")) - {name}
        self._needs[name] = self._checked(name, needs)
        if not self.values(name) or self._passed_over(name):
            needs |= self.names.of(self.details[name].get("default", ""))
            self._needs[name] = self._checked(name, needs)
        return self._needs[name]

    def _passed_over(self, name: str) -> bool:
        when = self.details[name].get("when", True)
        if isinstance(when, bool):
            return not when
        needs = self.names.of(when)
        return any(
            not self._question(name, {"when": when, "type": "str"}, known).get_when()
            for known in self.combinations(needs & self._needs.keys())
        )

    def _checked(self, name: str, needs: Iterable[str]) -> tuple[str, ...]:
        """Earlier questions: later ones are not defined yet, and nothing else may change."""
        strange = set(needs) & VOLATILE
        if strange:
            message = f"{name} names {sorted(strange)}: the combinations cannot be told apart by that"
            raise ValueError(message)
        wanted = set(needs)
        return tuple(other for other in self.order[: self.order.index(name)] if other in wanted)

    def _without_labels(self, details: dict[str, Any]) -> dict[str, Any]:
        choices = details.get("choices")
        plain = {key: value for key, value in details.items() if key not in {"help", "default", "placeholder"}}
        if isinstance(choices, dict):
            plain["choices"] = [[str(at), value] for at, value in enumerate(choices.values())]
        elif isinstance(choices, list):
            plain["choices"] = [[str(at), self._pair(choice)[1]] for at, choice in enumerate(choices)]
        plain.setdefault("type", "str")
        return plain

    @staticmethod
    def _pair(choice: Any) -> tuple[Any, Any]:
        return (choice[0], choice[1]) if isinstance(choice, list | tuple) else (choice, choice)

    def _intern(self, value: Any) -> Any:
        """Make a computed structure one object that can be a key."""
        if not isinstance(value, dict | list):
            return value
        text = json.dumps(value, ensure_ascii=False)
        if text not in self._interned:
            self._interned[text] = _Mapping(value) if isinstance(value, dict) else _Sequence(value)
        return self._interned[text]

    def _remember_compiled_strings(self) -> None:
        """Compile each string once; Copier compiles it again for every use, which is most of its time."""
        env, compile_string = self.env, self.env.from_string
        compiled: dict[str, Any] = {}

        def from_string(source: Any, *args: Any, **kwargs: Any) -> Any:
            if not isinstance(source, str) or args or kwargs:
                return compile_string(source, *args, **kwargs)
            context = get_yield_context(env)
            context.yield_name = context.yield_iterable = None
            if source not in compiled:
                compiled[source] = compile_string(source)
            return compiled[source]

        env.from_string = from_string  # type: ignore[method-assign]
        CAST_STR_TO_NATIVE["yaml"] = _read_yaml  # type: ignore[index]
