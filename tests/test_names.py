"""Any text that somebody types is refused in one clear line, or comes out of the project exactly as it went in."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from harness import parsers, projects
from harness.questionnaire import Refused
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from harness.questionnaire import Answers, Questionnaire
    from harness.render import Render, Renderer
    from pytest_copie.plugin import Copie

NASTY = [
    "{{ 7*7 }}",
    "{% raw %}",
    "{# no #}",
    "{{ '{{' }}",
    "${{ github.token }}",
    "a\nb",
    "a\r\nb",
    "a\tb",
    "a\x00b",
    "\x1b[31mred",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "line\u2028separator",
    "soft\u00adhyphen",
    "\ufeffmarked",
    "half \ud83d a pair",
    "🚀 Liftoff 👩‍👩‍👧",
    "🚀 Liftoff",
    "شركة",
    "日本語の名前",
    'O\'Brien & "Sons" <b>',
    "back\\slash \\n \\u0041",
    'quote " and \\" more',
    "''' \"\"\"",
    "# heading",
    "- item: [x] *y* _z_ `code`",
    "](https://example.org)",
    "<script>alert(1)</script>",
    "yes",
    "null",
    "1.0",
    "0x1f",
    "2026-11-22",
    "!!python/object:os.system",
    "&anchor *alias",
    "%TAG",
    "@at",
    "`tick",
    "| pipe",
    "> more",
    "key: value # comment",
    "...",
    "---",
    "~",
    "$HOME $(id) `id`",
    "é decomposed e\u0301",
    "  spaces  ",
    "",
    "x" * 80,
    "x" * 81,
    "\u00a0",
    "trailing\\",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=90),
    st.text(alphabet="{}%#'\"\\$`<>&*_[]()!|:-~ ab\n\té🚀", max_size=40),
    st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80),
)
slugs = st.one_of(
    st.from_regex(r"\A[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,7}){0,3}\Z"),
    st.sampled_from(
        [*NASTY, "con", "nul", "test", "app", "src", "node", "npm", "flask", "express", "x" * 40, "a-", "-a"]
    ),
    st.text(alphabet="abz09-_.A é/\n", max_size=45),
)


def looked_at(renderer: Renderer, known: Answers) -> None:
    """The project of these answers parses and carries the text."""
    files = renderer.render(known)
    for path, file in files.items():
        try:
            parsers.parse(path, file.content)
        except Exception as error:
            error.add_note(f"{path} of {known['project_name']!r}, {known['description']!r}")
            raise
    carried(files, known)


def carried(files: Render, known: Answers) -> None:
    """Every place that holds free text gives it back."""
    name, slug, description = (known[question] for question in ("project_name", "project_slug", "description"))
    remembered = yaml.safe_load(files[".copier-answers.yml"].content)
    assert [remembered[question] for question in ("project_name", "project_slug", "description")] == [
        name,
        slug,
        description,
    ]
    about = next(json.loads(file.content) for path, file in files.items() if path.endswith("/about.json"))
    assert (about["name"], about["description"]) == (name, description)
    for path, read in (("package.json", json.loads), ("pyproject.toml", tomllib.loads)):
        if path in files:
            manifest: Any = read(files[path].content.decode())
            manifest = manifest.get("project", manifest)
            assert (manifest["name"], manifest["description"]) == (slug, description)
    title = files["README.md"].content.decode().splitlines()[0]
    assert unmarked(title.removeprefix("# ")) == name


def unmarked(markdown: str) -> str:
    """What a reader of Markdown sees of one line: escapes and references taken back."""
    plain, escaped = [], False
    for character in markdown:
        if character == "\\" and not escaped:
            escaped = True
            continue
        if escaped and character.isalnum():
            plain.append("\\")
        plain.append(character)
        escaped = False
    return unescape("".join(plain))


def clear(error: Refused, *names: str) -> None:
    """A refusal is one line that names what it refuses."""
    assert "\n" not in str(error)
    assert any(name in str(error) for name in names), str(error)


def test_the_nasty_list_is_refused_or_carried(questionnaire: Questionnaire, renderer: Renderer) -> None:
    """Every text of the list as a name and as a description, in both stacks."""
    outcomes = set()
    for text in NASTY:
        for data in ({"project_name": text}, {"description": text}):
            for stack in questionnaire.values("stack"):
                try:
                    known = questionnaire.complete({"stack": stack, **data})
                except Refused as error:
                    clear(error, *data)
                    outcomes.add("refused")
                else:
                    looked_at(renderer, known)
                    outcomes.add("carried")
    assert outcomes == {"refused", "carried"}


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=texts, description=texts, node=st.booleans())
@example(name="{{ 7*7 }}", description="{% raw %}", node=True)
def test_any_name_and_description_is_refused_or_carried(
    questionnaire: Questionnaire, renderer: Renderer, name: str, description: str, node: bool
) -> None:
    """Hypothesis draws the text."""
    answers = {"project_name": name, "description": description, "stack": "node" if node else "flask"}
    try:
        known = questionnaire.complete(answers)
    except Refused as error:
        clear(error, "project_name", "description")
        return
    assert (known["project_name"], known["description"]) == (name, description)
    looked_at(renderer, known)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(slug=slugs)
def test_any_short_name_is_refused_or_carried(questionnaire: Questionnaire, renderer: Renderer, slug: str) -> None:
    """What is taken is safe in paths, image names, host names and package names."""
    try:
        known = questionnaire.complete(
            {"project_slug": slug, "stack": "node", "database": "none", "deploy": "kubernetes"}
        )
    except Refused as error:
        clear(error, "project_slug")
        return
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug)
    assert len(slug) <= 40
    looked_at(renderer, known)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=texts)
def test_the_short_name_that_is_proposed_is_always_taken(questionnaire: Questionnaire, name: str) -> None:
    """Enter at the second question works whatever was typed at the first."""
    known = {"project_name": name} | {other: questionnaire.complete()[other] for other in ("reserved",)}
    proposed = questionnaire.question("project_slug", known).get_default()
    assert 0 < len(proposed) <= 40


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ('Börse & Söhne "株" 100%', "borse-sohne-100"),
        ("🐙 Tür-zu-Tür\u2019s Café", "tur-zu-turs-cafe"),
        ("Zażółć gęślą jaźń, Łódź", "zazolc-gesla-jazn-lodz"),
        ("ŒUVRE de Þór, straße", "oeuvre-de-thor-strasse"),
        ("e\u0301te\u0301 2026", "ete-2026"),
        ("株式会社", "project"),
    ],
)
def test_a_short_name_keeps_the_letters_under_their_marks(questionnaire: Questionnaire, name: str, slug: str) -> None:
    """A name of Europe is not taken to pieces."""
    known = {"project_name": name, "reserved": questionnaire.complete()["reserved"]}
    assert questionnaire.question("project_slug", known).get_default() == slug


@pytest.mark.parametrize("stack", ["flask", "node"])
def test_copier_itself_carries_the_text(
    questionnaire: Questionnaire, renderer: Renderer, template: Path, copie: Copie, stack: str
) -> None:
    """A few of the worst through real Copier: the files are those of the render."""
    for text in ("{{ 7*7 }} {% raw %}", '🚀 O\'Brien & "Sons" \\n', "key: value # 日本語 <b>"):
        answers = {"project_name": text, "description": text, "stack": stack}
        result = copie.copy(extra_answers=answers, template_dir=template)
        assert result.exception is None
        assert result.exit_code == 0
        assert result.project_dir is not None
        for path, file in renderer.render(questionnaire.complete(answers)).items():
            assert (result.project_dir / path).read_bytes() == file.content, path


@pytest.mark.all("installing a project for each nasty name takes minutes")
@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} {% raw %}", '🚀 O\'Brien & "Sons" \\n', "شركة 日本語 <b>&amp;", "' OR 1=1 -- `id` $(id)"]
)
@pytest.mark.parametrize("stack", ["flask", "node"])
def test_a_project_with_a_nasty_name_passes_its_own_tests(tmp_path: Path, stack: str, text: str) -> None:
    """Installed and tested with the two commands of its README."""
    project = projects.generate({"project_name": text, "description": text, "stack": stack}, tmp_path / "project")
    projects.install(project)
    projects.run(project, project.readme().test)
