"""What must hold of the repository itself: nothing dead, nothing unknown, and what its pages say works."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from harness import imports, parsers
from harness.questionnaire import ROOT, VOLATILE
from harness.render import YIELD
from harness.words import given
from jinja2 import nodes

if TYPE_CHECKING:
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import Renderer

TAGGED = re.compile(
    r"README\.md|\.env\.example|package\.json|pyproject\.toml|pnpm-workspace\.yaml|Dockerfile|\.dockerignore|compose\.yaml"
    r"|.*/features\.(py|ts)|docs/.*\.md|\.gitlab-ci\.yml|\.github/workflows/.*\.yml|deploy/kubernetes/.*\.yaml"
    r"|\.copier-answers\.yml|(app|src)/about\.json|\.gitignore|\.editorconfig|\.npmrc|\.yarnrc\.yml"
)
"""Rendered files whose source may carry block tags; everything else is real code without any."""
STUB = re.compile(r"\{% include '[^']+'( ~ file\.source)? -%\}\n")
"""A source that is nothing but a file which both stacks share."""
RESERVED = {"con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10))}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that a commit of the checkout would hold."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).exists())


def text_of(path: Path) -> str:
    """The text of a file, or none of a picture."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def relative(path: Path) -> str:
    """A path as the repository calls it."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def everything(questionnaire: Questionnaire, renderer: Renderer) -> dict[str, set[str]]:
    """Every source of the template, with the paths that it comes out as in all combinations."""
    out: dict[str, set[str]] = {source.path: set() for source in renderer.all_sources}
    texts = {source.path for source in renderer.all_sources if renderer.is_text(source)}
    for known in questionnaire.combinations(renderer.needed):
        for source in renderer.sources(known):
            if source.remembers:
                out[source.path].add(renderer.answers_file)
            elif source.path not in texts:
                out[source.path] |= {entry.path for entry in renderer.entries(source, known)}
    for known in questionnaire.combinations({*renderer.needed, *_text_names(renderer)}):
        missing = [source for source in renderer.sources(known) if source.path in texts and not out[source.path]]
        for source in missing:
            out[source.path] |= {entry.path for entry in renderer.entries(source, known)}
        if all(out[path] for path in texts):
            break
    return out


def _text_names(renderer: Renderer) -> set[str]:
    return {name for source in renderer.all_sources if renderer.is_text(source) for name in source.names}


def test_every_template_file_comes_out_somewhere(everything: dict[str, set[str]]) -> None:
    """A file whose name asks for an answer that does not exist would never be seen again."""
    assert not sorted(path for path, names in everything.items() if not names)


def test_every_shared_file_is_included_somewhere(questionnaire: Questionnaire, renderer: Renderer) -> None:
    """What no template includes is dead."""
    assert renderer.all_sources
    included = {other for others in questionnaire.names.included.values() for other in others}
    config = yaml.safe_load((questionnaire.root / "copier.yml").read_text(encoding="utf-8"))
    for key, value in config.items():
        if key.startswith("_message"):
            questionnaire.names.of(value)
    included |= {other for others in questionnaire.names.included.values() for other in others}
    folders = ("template/shared", "decision")
    shared = {
        path.relative_to(questionnaire.root).as_posix()
        for folder in folders
        for path in (questionnaire.root / folder).rglob("*")
        if path.is_file()
    }
    read = {path for path in shared - included if _is_read(questionnaire.root, path)}
    assert not sorted(shared - included - read)


def _is_read(root: Path, path: str) -> bool:
    """Whether a template yields or opens a file in some other way than by an include."""
    return any(path in text_of(other) for other in root.rglob("*") if other.is_file() and path not in str(other))


def test_every_file_of_a_front_end_is_in_its_list(questionnaire: Questionnaire) -> None:
    """Some answers bring each of them, and the list names nothing else and no place twice."""
    listed: set[str] = set()
    for known in questionnaire.combinations(["frontend_files"]):
        rows = known["frontend_files"] or []
        places = [row["to"] for row in rows]
        assert len(set(places)) == len(places), questionnaire.chosen(known)
        listed |= {row["source"] for row in rows}
    folder = questionnaire.root / "template/shared/frontend"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    # What pages load has stubs of its own.
    assert listed == {path for path in there if not path.startswith("pages/")} - {"files.yml.jinja"}


def test_every_name_in_a_template_is_an_answer(questionnaire: Questionnaire, renderer: Renderer) -> None:
    """A variable that no question sets would stop every copy, or silently choose nothing."""
    known = {*questionnaire.order, "_copier_conf", "_copier_answers"}
    env = questionnaire.env
    for path in sorted((questionnaire.root / "template").rglob("*")):
        name = path.relative_to(questionnaire.root).as_posix()
        sources = [name]
        if path.is_file() and (name.endswith(".jinja") or name in _included(questionnaire, renderer)):
            sources.append(text_of(path))
        for source in sources:
            tree = env.parse(source)
            local = {node.name for node in tree.find_all(nodes.Name) if node.ctx in {"store", "param"}}
            local |= {
                target[1] if isinstance(target, tuple) else target
                for node in tree.find_all(nodes.FromImport)
                for target in node.names
            }
            local |= {node.name for node in tree.find_all(nodes.Macro)} | {"loop", "caller", "varargs", "kwargs"}
            local |= set(YIELD.findall(name))
            used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
            assert used - local - known - set(env.globals) == set(), name


def _included(questionnaire: Questionnaire, renderer: Renderer) -> set[str]:
    assert renderer.all_sources
    return {other for others in questionnaire.names.included.values() for other in others}


def test_every_value_that_a_template_compares_with_exists(questionnaire: Questionnaire) -> None:
    """`{% if database == 'sqllite' %}` would never hold, and nobody would be told."""
    env = questionnaire.env
    for path in sorted((questionnaire.root / "template").rglob("*")):
        name = path.relative_to(questionnaire.root).as_posix()
        sources = [name, *([text_of(path)] if name.endswith(".jinja") and path.is_file() else [])]
        for source in sources:
            for compare in env.parse(source).find_all(nodes.Compare):
                if isinstance(compare.expr, nodes.Name) and (offered := _values(questionnaire, compare.expr.name)):
                    for operand in compare.ops:
                        wanted = [leaf.value for leaf in operand.find_all(nodes.Const)]
                        assert set(wanted) <= set(offered), f"{name}: {compare.expr.name} is never one of {wanted}"


def _values(questionnaire: Questionnaire, name: str) -> tuple[Any, ...]:
    return questionnaire.values(name) if name in questionnaire.asked else ()


def test_tags_stand_only_where_they_may(everything: dict[str, set[str]], renderer: Renderer) -> None:
    """Jinja chooses files, never lines, but for manifests, pages and the list of features."""
    for source in renderer.all_sources:
        if (
            source.template
            and not source.folder
            and not all(TAGGED.fullmatch(path) for path in everything[source.path])
        ):
            text = text_of(renderer.root / source.path)
            assert STUB.fullmatch(text) or not re.search(r"\{%", text), source.path
    for source in renderer.all_sources:
        if not source.template and not source.folder and "pages{% endif %}/templates/" not in source.path:
            assert not re.search(r"\{%|\{\{ ", text_of(renderer.root / source.path)), (
                f"{source.path} is copied as it is"
            )


def test_tags_of_a_front_end_stand_only_where_they_may(questionnaire: Questionnaire) -> None:
    """In its manifests, its list of files and its list of screens; elsewhere braces are those of Angular, kept raw."""
    for path in (questionnaire.root / "template/shared/frontend").rglob("*"):
        if path.is_file():
            text = text_of(path)
            tags = set(re.findall(r"\{%-?\s*(\w+)", text))
            if not re.fullmatch(r"(files\.yml|package\.json|screens\.ts)\.jinja", path.name):
                assert tags <= {"raw", "endraw"}, path
            if "raw" in tags and path.suffix != ".jinja":
                assert re.fullmatch(r"\{% raw -?%\}.*\{% endraw %\}\n?", text, re.DOTALL), path


def test_a_stub_is_one_line(renderer: Renderer) -> None:
    """What both stacks say is written once: a source that includes a whole shared file does nothing else."""
    for source in renderer.all_sources:
        if source.template and not source.folder:
            text = text_of(renderer.root / source.path)
            if text.startswith("{% include"):
                assert STUB.fullmatch(text), source.path


def test_nothing_is_written_twice(renderer: Renderer) -> None:
    """No two sources hold the same text, but for empty files and one-line stubs."""
    seen: dict[str, str] = {}
    for path in sorted((renderer.root / "template").rglob("*")):
        if path.is_file() and len(text := text_of(path)) > 200:
            other = seen.setdefault(text, path.as_posix())
            assert other == path.as_posix(), f"{path} repeats {other}"


def test_names_can_be_checked_out_anywhere(everything: dict[str, set[str]]) -> None:
    """No characters or names that Windows refuses, and no two names that differ in case only."""
    names = [relative(path) for path in tracked()]
    for name in [*names, *(out for outs in everything.values() for out in outs)]:
        for part in name.split("/"):
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', part), name
            assert not part.endswith((" ", ".")), name
            assert part.split(".")[0].lower() not in RESERVED, name
        assert len(name) < 200, name
    lowered = [name.lower() for name in names]
    assert len(set(lowered)) == len(lowered)


def test_conditional_names_are_conditional_as_a_whole() -> None:
    """A part that begins with a condition ends with it: else the rest stays behind as a strange file."""
    for path in tracked():
        for part in relative(path).split("/"):
            if "{%" in part:
                assert re.fullmatch(r"\{% (if|yield) .*\{% end(if|yield) %\}(\.jinja)?", part), part


def test_there_is_no_symbolic_link() -> None:
    """Git on Windows checks links out as text."""
    assert not [path for path in tracked() if path.is_symlink()]


def test_the_table_of_questions_is_that_of_copier(questionnaire: Questionnaire) -> None:
    """decision/questions.yml and copier.yml say the same questions and values, in the same order."""
    table = yaml.safe_load((questionnaire.root / "decision/questions.yml").read_text(encoding="utf-8"))
    assert list(table) == list(questionnaire.asked)
    for name, row in table.items():
        values = [str(value) for value in questionnaire.values(name)]
        assert [str(value) for value in row.get("values", {})] == values, name


def test_keys_of_questions_and_settings_are_those_that_copier_knows(questionnaire: Questionnaire) -> None:
    """Copier silently ignores a misspelt key."""
    known = {"type", "help", "default", "choices", "when", "validator", "placeholder", "multiselect", "secret", "qmark"}
    for name, details in questionnaire.details.items():
        assert set(details) <= known, name
    settings = {"_min_copier_version", "_subdirectory", "_templates_suffix", "_envops", "_exclude", "_answers_file"}
    settings |= {"_message_before_copy", "_message_after_copy", "_message_before_update", "_message_after_update"}
    config = yaml.safe_load((questionnaire.root / "copier.yml").read_text(encoding="utf-8"))
    assert {name for name in config if name.startswith("_")} <= settings


def test_templates_are_the_same_on_every_machine(questionnaire: Questionnaire) -> None:
    """Nothing random, dated or local is rendered."""
    for path in (questionnaire.root / "template").rglob("*"):
        if path.is_file() and path.name.endswith(".jinja"):
            text = text_of(path)
            assert not re.search(r"\b(random|ans_random|strftime|now\(\)|uuid)\b", text), path
            assert not set(re.findall(r"_copier_conf\.(\w+)", text)) - {"answers_file"}, path
            assert not {name for name in VOLATILE - {"_copier_answers", "now"} if name in text}, path


@cache
def sentences(path: str, content: bytes) -> frozenset[str]:
    """The sentences of one file of a project's own tests."""
    text = content.decode()
    if path.endswith(".py"):
        functions = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        said = [name.removeprefix("test_").replace("_", " ") for name in functions if name.startswith("test_")]
    else:
        said = re.findall(r"^(?:test|it)\(\s*['\"]([^'\"]+)['\"]", text, re.MULTILINE)
    assert len(set(said)) == len(said), f"{path} says a sentence twice"
    return frozenset(said)


def own_tests(renderer: Renderer, known: Answers) -> dict[str, frozenset[str]]:
    """The sentences of a project's own tests, file by file."""
    found: dict[str, frozenset[str]] = {}
    for source in renderer.sources(known):
        for entry in renderer.entries(source, known) if source.parts[0] == "tests" else ():
            match = re.fullmatch(r"tests/(?:test_)?(\w+?)(?:\.test)?\.(py|ts)", entry.path)
            if match and entry.file and (said := sentences(entry.path, entry.file.content)):
                found[match[1]] = said
    return found


def test_both_stacks_are_tested_by_the_same_sentences(questionnaire: Questionnaire, renderer: Renderer) -> None:
    """For every combination of what their tests depend on."""
    named = {name for source in renderer.all_sources if source.parts[0] == "tests" for name in source.names}
    assert "package_manager" not in named
    for known in questionnaire.combinations({*named, "stack"}, stack="flask"):
        flask, node = (own_tests(renderer, {**known, "stack": stack}) for stack in ("flask", "node"))
        assert flask, "the projects have no tests"
        for file in flask.keys() | node.keys():
            ours, theirs = flask.get(file, frozenset()), node.get(file, frozenset())
            answers = questionnaire.chosen(known)
            assert ours == theirs, f"{file}: only flask: {ours - theirs}, only node: {theirs - ours}, with {answers}"


def test_no_page_names_a_registry_mirror() -> None:
    """What works on one machine only stays out of the repository."""
    hosts = r"https?://[^\s/]*(artifactory|nexus|mirror|registry\.internal|pypi-mirror|npm-mirror)|index-url|extra-index|/opt/pypi|127\.0\.0\.1:\d+/simple"
    for path in tracked():
        if path.name != "test_repository.py":
            assert not re.search(hosts, text_of(path)), relative(path)


def test_examples_are_named_in_the_readme() -> None:
    """Every example is in the table, and every one in the table is there."""
    names = {path.name for path in (ROOT / "examples").glob("*.yml")}
    assert names
    assert set(re.findall(r"`([\w-]+\.yml)` \|", (ROOT / "README.md").read_text(encoding="utf-8"))) == names


def test_pages_link_to_what_is_there() -> None:
    """Relative links of the repository's own pages."""
    for path in tracked():
        if path.suffix == ".md" and "template" not in path.parts:
            for target in re.findall(r"(?:\]\(|src=\")(?!https?:|#|mailto:)([^)#\s\"]+)", text_of(path)):
                assert (path.parent / target).exists(), f"{relative(path)} links to {target}"


def test_every_file_of_the_repository_is_tidy_and_parses() -> None:
    """The repository keeps the rules that it sets for projects."""
    for path in tracked():
        name = relative(path)
        if not name.startswith("template/") and not name.endswith((".jinja", ".png")) and "tests/" not in name:
            assert not [wrong for wrong in parsers.wrong(name, path.read_bytes()) if not _own(wrong, name)], name


def _own(wrong: str, name: str) -> bool:
    """What a page of this repository may hold though a rendered one may not."""
    return "there is no parser" in wrong or ("template tag" in wrong and name.endswith((".md", ".yml", ".py")))


def test_the_harness_knows_its_tools() -> None:
    """A package that is excused from being imported says how it is called, and no word is allowed by accident."""
    assert all(pattern or name.endswith("-") for name, pattern in imports.TOOLS.items())
    assert not given("no_such_question", "yes")({"stack": "flask"})


def commands(heading: str) -> str:
    """The shell block under a heading of the README."""
    match = re.search(rf"^## {heading}\n.*?^```sh\n(.*?)^```", text_of(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    assert match, f"the README has no command under {heading}"
    return match[1].strip()


def checkout(folder: Path) -> Path:
    """A fresh clone that holds the working tree, committed."""
    for path in tracked():
        (folder / relative(path)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / relative(path))
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    for arguments in (["init", "--quiet"], ["add", "--all"], [*identity, "commit", "--quiet", "--message", "One"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return folder


def test_the_readme_has_one_line_to_generate_and_one_to_test() -> None:
    """Two commands, each on one line, with the pinned version of Copier."""
    generate, test = commands("Generate a project"), commands("Test this repository")
    assert "\n" not in generate
    assert "\n" not in test
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)", text_of(ROOT / "requirements.txt"), re.MULTILINE))
    assert f"copier=={pins['copier']}" in generate


@pytest.mark.all("making a fresh environment takes a minute")
def test_the_command_of_the_readme_generates_a_project(tmp_path: Path) -> None:
    """As printed, in a fresh clone, with nothing but Python and git; Enter all the way."""
    clone = checkout(tmp_path / "checkout")
    command = commands("Generate a project").replace(" copy ", " copy --defaults ")
    done = subprocess.run(["bash", "-c", command], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-project/README.md").exists()


@pytest.mark.all("making a fresh environment takes a minute")
def test_the_command_of_the_readme_runs_the_tests(tmp_path: Path) -> None:
    """As printed, in a fresh clone, but for the tests themselves, which are only collected."""
    clone = checkout(tmp_path / "checkout")
    command = commands("Test this repository") + " --collect-only --quiet"
    done = subprocess.run(["bash", "-c", command], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
