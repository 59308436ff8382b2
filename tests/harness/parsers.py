"""What is wrong with one rendered file, read by the parser of its kind; each content is read once."""

from __future__ import annotations

import ast
import configparser
import io
import json
import re
import subprocess
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import tree_sitter_typescript
import yaml
from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]
from jinja2 import Environment
from tree_sitter import Language, Node, Parser

if TYPE_CHECKING:
    from collections.abc import Callable

LEFTOVER = re.compile(r"(?<!\$)\{\{-?\s|\{%|\{#-?\s|\bendif\s*%\}")
INSTRUCTIONS = frozenset(
    {"ADD", "ARG", "CMD", "COMMENT", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"}
) | {*("LABEL", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")}
LISTS = frozenset({".dockerignore", ".gitignore", ".gitattributes", ".npmrc", ".prettierignore", "yarn.lock"})
RUNNING = re.compile(r"app/pages/templates/.*\.html|frontend/src/app/.*\.html")
"""Templates that a project renders itself, with braces as this template has them."""


class Wrong(ValueError):  # noqa: N818
    """A file that its reader will not understand."""


@cache
def wrong(path: str, content: bytes) -> tuple[str, ...]:
    """Everything that is wrong with one file, looked at alone."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return (f"is not UTF-8: {error}",)
    found = [wrong for wrong in _untidy(text) if "template tag" not in wrong or not RUNNING.fullmatch(path)]
    try:
        reader(path)(text)
    except Exception as error:
        found.append(f"does not parse: {type(error).__name__}: {error}")
    return tuple(found)


@cache
def parse(path: str, content: bytes) -> None:
    """Read one file by the parser of its kind."""
    reader(path)(content.decode())


def _untidy(text: str) -> list[str]:
    found = []
    if text and (not text.endswith("\n") or text.endswith("\n\n") or text == "\n"):
        found.append("does not end with exactly one line break")
    if text.startswith("\n"):
        found.append("begins with an empty line")
    if "\r" in text:
        found.append("holds a carriage return")
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            found.append(f"line {number} ends with a space")
        if tag := LEFTOVER.search(line):
            found.append(f"line {number} holds a template tag: {line.strip()[:60]!r} at {tag.group()!r}")
    return found


def reader(path: str) -> Callable[[str], Any]:
    """The parser for a path; a kind of file that has none is refused."""
    name = PurePosixPath(path).name
    if name in LISTS:
        return str.splitlines
    if name == "Dockerfile":
        return dockerfile
    if name == ".prettierrc":
        return strict_json
    if path.startswith("app/pages/templates/"):
        return jinja
    if name == ".editorconfig":
        return editorconfig
    if name == ".env.example":
        return environment
    if (suffix := PurePosixPath(path).suffix) in READERS:
        return READERS[suffix]
    message = f"there is no parser for {path}: add one to tests/harness/parsers.py"
    raise Wrong(message)


def python(text: str) -> ast.Module:
    """Parse and compile Python."""
    tree = ast.parse(text)
    compile(text, "rendered", "exec", dont_inherit=True)
    return tree


class _Unique(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Read a mapping and count its keys."""
        keys = [key.value for key, _ in node.value]
        if len(set(map(str, keys))) != len(keys):
            message = f"a key stands twice among {keys}"
            raise Wrong(message)
        return super().construct_mapping(node, deep)


def documents(text: str) -> list[Any]:
    """Parse YAML, one document or several."""
    found = list(yaml.load_all(text, Loader=_Unique))
    if not found or any(document is None for document in found):
        message = "an empty YAML document"
        raise Wrong(message)
    return found


def strict_json(text: str) -> Any:
    """Parse JSON; a key that stands twice is refused."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            message = f"a key stands twice among {[key for key, _ in pairs]}"
            raise Wrong(message)
        return dict(pairs)

    return json.loads(text, object_pairs_hook=unique)


_typescript = Parser(Language(tree_sitter_typescript.language_typescript()))
_tsx = Parser(Language(tree_sitter_typescript.language_tsx()))


def typescript(text: str) -> Node:
    """Parse TypeScript, of which JavaScript is a part."""
    return _syntax(_typescript, text)


def tsx(text: str) -> Node:
    """Parse TypeScript with elements."""
    return _syntax(_tsx, text)


def _syntax(parser: Parser, text: str) -> Node:
    # The grammar knows neither types of a tagged template nor the type of a module.
    text = re.sub(r"\b(sql)<[^`()]*>`", r"\1`", text)
    text = re.sub(r"<typeof import\('[^']*'\)>", "<unknown>", text)
    root = parser.parse(text.encode()).root_node
    if root.has_error:
        message = f"a syntax error in line {_first_error(root)}"
        raise Wrong(message)
    return root


def _first_error(node: Node) -> int:
    for child in node.children:
        if child.is_error or child.is_missing:
            return child.start_point[0] + 1
        if child.has_error:
            return _first_error(child)
    return node.start_point[0] + 1


def dockerfile(text: str) -> list[dict[str, Any]]:
    """Parse a Dockerfile and know each of its instructions."""
    parsed = DockerfileParser(fileobj=io.BytesIO(text.encode())).structure
    strange = [step["instruction"] for step in parsed if step["instruction"] not in INSTRUCTIONS]
    if strange or not any(step["instruction"] == "FROM" for step in parsed):
        message = f"no Dockerfile: {strange or 'FROM is missing'}"
        raise Wrong(message)
    return [step for step in parsed if step["instruction"] != "COMMENT"]


def editorconfig(text: str) -> configparser.ConfigParser:
    """Parse an .editorconfig file."""
    parsed = configparser.ConfigParser()
    parsed.read_string(f"[top]\n{text}")
    return parsed


def environment(text: str) -> dict[str, str]:
    """Parse the variables of an environment file, those behind a comment sign too."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(# ?)?([A-Z][A-Z0-9_]*)=(.*)", line)
        if match:
            found[match[2]] = match[3]
        elif line and not line.startswith("#"):
            message = f"neither a comment nor a variable: {line!r}"
            raise Wrong(message)
    return found


def shell(text: str) -> None:
    """Let a shell read a script without running it."""
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(done.stderr.strip())


def markdown(text: str) -> None:
    """Look that every fence of a page is closed."""
    if len(re.findall(r"^```", text, re.MULTILINE)) % 2:
        message = "a fence is not closed"
        raise Wrong(message)


def html(text: str) -> None:
    """Look that every element of a page is closed."""
    void = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    opened: list[str] = []

    class Elements(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
            if tag not in void:
                opened.append(tag)

        def handle_startendtag(self, tag: str, attrs: Any) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            if not opened or opened.pop() != tag:
                message = f"</{tag}> closes nothing, line {self.getpos()[0]}"
                raise Wrong(message)

    Elements().feed(text)
    if opened:
        message = f"<{opened[-1]}> is not closed"
        raise Wrong(message)


def jinja(text: str) -> None:
    """Parse a page that a Flask project fills in, and see that it is closed whatever holds."""
    Environment(autoescape=True).parse(text)
    html(re.sub(r"\{[{%#].*?[}%#]\}", "", text, flags=re.DOTALL))


def ejs(text: str) -> None:
    """The same of a page that an Express project fills in."""
    plain = re.sub(r"<%.*?%>", "", text, flags=re.DOTALL)
    if "<%" in plain or "%>" in plain:
        message = "a tag is not closed"
        raise Wrong(message)
    html(plain)


READERS: dict[str, Callable[[str], Any]] = {
    ".css": str.splitlines,
    ".cjs": typescript,
    ".ejs": ejs,
    ".html": html,
    ".js": typescript,
    ".json": strict_json,
    ".md": markdown,
    ".mjs": typescript,
    ".py": python,
    ".sh": shell,
    ".svg": html,
    ".toml": tomllib.loads,
    ".ts": typescript,
    ".tsx": tsx,
    ".txt": str.splitlines,
    ".typed": str.splitlines,
    ".yaml": documents,
    ".yml": documents,
}
