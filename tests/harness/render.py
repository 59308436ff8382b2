"""The whole template, rendered in memory: each file once for every value of the variables that it names.

The rules are those of Copier's worker: every part of a path is a template, an empty part leaves the file out, `yield`
makes a file of each item, files without the suffix are copied as they are, and what `_exclude` matches is not written.
"""

from __future__ import annotations

import atexit
import re
import shutil
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from copier._jinja_ext import get_yield_context
from copier._main import _pathspec_pattern
from copier._tools import scantree
from copier._user_data import AnswersMap
from pathspec import PathSpec

from harness.questionnaire import ABSENT, VOLATILE, Answers, Questionnaire, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YIELD = re.compile(r"\{%-?\s*yield\s+(\w+)\s+from\b")


class File(NamedTuple):
    """What a rendered file holds, and its permissions."""

    content: bytes
    mode: int


Render = dict[str, File]


@cache
def above(path: str) -> frozenset[str]:
    """Every folder that a path lies in."""
    parts = path.split("/")
    return frozenset("/".join(parts[:at]) for at in range(1, len(parts)))


@dataclass(frozen=True)
class Entry:
    """Something that a source of the template wrote: a file, or a folder when there is no file."""

    path: str
    file: File | None


@dataclass
class Source:
    """A file or folder of the template tree."""

    path: str
    parts: tuple[str, ...]
    folder: bool
    template: bool
    mode: int
    names: tuple[str, ...]
    remembers: bool
    """Whether it holds the answers as Copier remembers them, all at once."""
    text: bool | None = None
    """Whether it names questions that reach nothing but text; found out when first asked."""
    outcomes: dict[tuple[Any, ...], tuple[Entry, ...]] = field(default_factory=dict)


class Renderer:
    """Renders one template, remembering what it has rendered."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        """Render the template of a questionnaire."""
        self.questionnaire = questionnaire
        self.root = questionnaire.root
        self.env = questionnaire.env
        self.template = questionnaire.worker.template
        self.suffix = self.template.templates_suffix
        self.answers_file = str(questionnaire.worker.answers_relpath)
        self.seen: set[str] = set()
        """Sources that came out in some render."""
        self._trees: dict[str, tuple[Source, ...]] = {}
        self._base = {
            name: value
            for name, value in questionnaire.worker._render_context().items()
            if name.startswith("_") and name != "_copier_answers"
        }

    # Renders

    def render(self, known: Answers, *, text: bool = True) -> Render:
        """Every file of the project that these answers make; without `text` only those that the structure decides."""
        files: Render = {}
        for source in self.sources(known):
            if not text and (source.remembers or self.is_text(source)):
                continue
            for entry in self.entries(source, known):
                if entry.file is not None:
                    if entry.path in files:
                        message = f"{source.path} is a second source of {entry.path}"
                        raise ValueError(message)
                    files[entry.path] = entry.file
        return files

    def folders(self, known: Answers) -> set[str]:
        """Every folder of the project, also those that Copier makes though no file comes into them."""
        found: set[str] = set()
        for source in self.sources(known):
            if source.remembers or self.is_text(source):
                continue
            for entry in self.entries(source, known):
                found |= above(entry.path)
                if entry.file is None:
                    found.add(entry.path)
        return found

    def entries(self, source: Source, known: Mapping[str, Any]) -> tuple[Entry, ...]:
        """What one source writes."""
        if source.remembers:
            return tuple(self._make(source, known))
        key = tuple([known.get(name, ABSENT) for name in source.names])
        if key not in source.outcomes:
            source.outcomes[key] = tuple(self._make(source, known))
        return source.outcomes[key]

    # Sources

    def sources(self, known: Mapping[str, Any]) -> tuple[Source, ...]:
        """The sources that the subdirectory of these answers holds."""
        folder = self.env.from_string(self.template.subdirectory).render(known)
        if folder not in self._trees:
            self._trees[folder] = tuple(self._scan(self.root / folder))
        return self._trees[folder]

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """The sources of every subdirectory."""
        names = self.questionnaire.names.of(self.template.subdirectory)
        found: dict[str, Source] = {}
        for known in self.questionnaire.combinations(names):
            found |= {source.path: source for source in self.sources(known)}
        return tuple(found.values())

    @cached_property
    def structure(self) -> frozenset[str]:
        """Questions that reach more than text: any path, and any file that is not Markdown."""
        names: set[str] = set(self.questionnaire.names.of(self.template.subdirectory))
        for source in self.all_sources:
            if not source.remembers and not source.path.removesuffix(self.suffix).endswith(".md"):
                names |= set(source.names)
            names |= self._path_names(source.parts)
        return frozenset(set(self.questionnaire.closure(names)) & set(self.questionnaire.choices))

    @cached_property
    def needed(self) -> frozenset[str]:
        """What a render of the structure needs to know: its answers, free text, and what is computed of them alone."""
        computed = {
            name
            for source in self.all_sources
            for name in {*source.names, *self._path_names(source.parts)} & {*self.questionnaire.hidden}
            if set(self.questionnaire.closure([name])) & set(self.questionnaire.choices) <= self.structure
        }
        return frozenset({*self.structure, *self.questionnaire.free, *computed})

    def is_text(self, source: Source) -> bool:
        """Whether a source names questions that reach nothing but text."""
        if source.text is None:
            needs = set(self.questionnaire.closure(source.names)) & set(self.questionnaire.choices)
            source.text = not source.remembers and not needs <= self.structure
        return source.text

    def _scan(self, folder: Path) -> Iterator[Source]:
        for item in sorted(scantree(str(folder), follow_symlinks=False), key=lambda item: item.path):
            path = Path(item.path)
            relative = path.relative_to(folder)
            if item.is_symlink():
                message = f"{path.relative_to(self.root)} is a symbolic link"
                raise ValueError(message)
            is_folder = item.is_dir()
            if (path.parent / f"{path.name}{self.suffix}").exists():
                continue
            template = relative.name.endswith(self.suffix)
            if template:
                relative = relative.with_suffix("")
            name = path.relative_to(self.root).as_posix()
            body = self.questionnaire.names.of_file(name) if template and not is_folder else frozenset()
            yields = {variable for part in relative.parts for variable in YIELD.findall(part)}
            named = (self._path_names(relative.parts) | body) - yields
            strange = named & VOLATILE - {"_copier_answers"}
            if strange:
                message = f"{name} names {sorted(strange)}, which differ between machines and runs"
                raise ValueError(message)
            yield Source(
                path=name,
                parts=relative.parts,
                folder=is_folder,
                template=template,
                mode=path.stat().st_mode & 0o777,
                names=tuple(other for other in self.questionnaire.order if other in named),
                remembers="_copier_answers" in named,
            )

    def _path_names(self, parts: tuple[str, ...]) -> frozenset[str]:
        return frozenset().union(*(self.questionnaire.names.of(part) for part in parts)) - VOLATILE

    # One source

    def _make(self, source: Source, known: Mapping[str, Any]) -> Iterator[Entry]:
        context: dict[str, Any] = {**self._base, **known}
        if source.remembers:
            context["_copier_answers"] = self._remembered(known)
        for path, more in self._paths(source.parts, (), context, {}):
            if (self.root / f"{path}{self.suffix}").exists() and not source.template:
                continue
            if self._excludes(known).match_file(path):
                continue
            self.seen.add(source.path)
            if source.folder:
                yield Entry(path, None)
            elif source.template:
                text = self.env.get_template(source.path).render({**context, **more})
                yield Entry(path, File(text.encode(), source.mode))
            else:
                yield Entry(path, File((self.root / source.path).read_bytes(), source.mode))

    def _paths(
        self, parts: tuple[str, ...], above: tuple[str, ...], context: dict[str, Any], more: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Render a path part by part; a part with `yield` makes several."""
        if not parts:
            yield "/".join(above), more
            return
        rendered = self._string(parts[0], {**context, **more})
        state = get_yield_context(self.env)
        variable, items = state.yield_name, state.yield_iterable
        contexts = [{**more, variable: item} for item in items or ()] if variable else [more]
        for each in contexts:
            text = self._string(parts[0], {**context, **each}) if variable else rendered
            if text == self.answers_file:
                yield self.answers_file, each
            elif text:
                yield from self._paths(parts[1:], (*above, text), context, each)

    def _string(self, source: str, context: Mapping[str, Any]) -> str:
        return self.env.from_string(source).render(context)

    def _excludes(self, known: Mapping[str, Any]) -> PathSpec[Any]:
        patterns = [line for pattern in self.template.exclude for line in self._lines(pattern, known)]
        key = tuple(patterns)
        if key not in self._specs:
            self._specs[key] = PathSpec.from_lines(_pathspec_pattern, (normalize("NFD", line) for line in patterns))
        return self._specs[key]

    def _lines(self, pattern: str, known: Mapping[str, Any]) -> list[str]:
        plain = "{" not in pattern
        text = pattern if plain else self._string(pattern, {**known, "_copier_operation": "copy"})
        return re.split(r"\r\n|\r|\n", text)

    @cached_property
    def _specs(self) -> dict[tuple[str, ...], PathSpec[Any]]:
        return {}

    def _remembered(self, known: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers as Copier writes them into the answers file."""
        questionnaire = self.questionnaire
        answers = AnswersMap(user=dict(known), metadata=self.template.metadata)
        for name in questionnaire.order:
            if name not in questionnaire.asked or not questionnaire.step(name, known).asked:
                answers.hide(name)
        questionnaire.worker.answers = answers
        return questionnaire.worker._answers_to_remember()


@cache
def working_tree() -> tuple[Questionnaire, Renderer]:
    """The questions and the renderer of the checkout as it stands when this is first called."""
    copy = snapshot()
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    questionnaire = Questionnaire(copy)
    return questionnaire, Renderer(questionnaire)
