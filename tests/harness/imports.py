"""What the files of a project import from each other and from packages, and what its manifest declares."""

from __future__ import annotations

import ast
import json
import posixpath
import re
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from harness import parsers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from harness.render import File, Render

DISTRIBUTIONS = {
    "yaml": "pyyaml",
    "dateutil": "python-dateutil",
    "jwt": "pyjwt",
    "argon2": "argon2-cffi",
    "pymysql": "pymysql",
    "socketio": "python-socketio",
    "engineio": "python-engineio",
}
"""Distributions that are called otherwise than what one imports; all others differ in - and _ at most."""
TOOLS = {
    "ruff": r"\bruff (check|format)\b",
    "mypy": r"\bmypy \.",
    "pytest-cov": r"--cov\b",
    "coverage": r"^\[tool\.coverage",
    "typescript": r"\b(tsc|ngc)\b",
    "concurrently": r"\"concurrently ",
    "vite": r"\bvite( build)?\"",
    "vitest": r"\bvitest run\b",
    "jsdom": r"environment: 'jsdom'|\bng test\b",
    "@testing-library/dom": r"@testing-library/react",
    "@angular/cli": r"\"ng build\b",
    "@angular/build": r"@angular/build:",
    "@angular/compiler": r"@angular/compiler-cli",
    "@angular/compiler-cli": r"\bngc\b|@angular/build:",
    "eslint": r"\beslint \.",
    "prettier": r"\bprettier --check\b",
    "tslib": r"importHelpers",
    "@biomejs/biome": r"\bbiome (check|format|lint|ci)\b",
    "types-": r"",
}
"""Packages that nothing imports because they are run by name; each must be called by a manifest or a page."""
FRONTEND = "frontend/"
SOURCES = re.compile(r"\.py\Z|\.[cm]?[jt]sx?\Z|\.(json|css|svg)\Z|\Apyproject\.toml\Z")
"""What a manifest, a source or an import of one may be."""
BUNDLED = ("", ".ts", ".tsx", ".d.ts", ".js", "/index.ts")
"""What a bundler puts behind the name of an import until a file is found."""
UNSHIPPED = re.compile(r"(?!src/).*|.*\.(test|spec|fake)\.tsx?|src/testing\.tsx?")
"""Files of a package that only its developers run."""
EXTRA_STANDARD = frozenset({"__future__", "_typeshed"})


@dataclass(frozen=True)
class Import:
    """One import: the module, the names taken from it, and whether only types are."""

    module: str
    names: tuple[str, ...] = ()
    types: bool = False


@dataclass(frozen=True)
class Module:
    """What one source file imports and offers."""

    imports: tuple[Import, ...] = ()
    offers: frozenset[str] = frozenset()
    open: bool = False
    """Whether it passes on names that cannot be told from its text."""


@dataclass
class Manifest:
    """What a project declares: what it runs with, and what its developers need besides."""

    runs: set[str] = field(default_factory=set)
    develops: set[str] = field(default_factory=set)


def problems(files: Render) -> Iterator[str]:
    """Every dangling import, undeclared package and declared package that nothing uses."""
    own = [item for item in files.items() if not item[0].startswith(FRONTEND)]
    front = [(path.removeprefix(FRONTEND), file) for path, file in files.items() if path.startswith(FRONTEND)]
    yield from _problems(own, ("",))
    # A package of its own, whose imports name no extensions.
    yield from (f"{FRONTEND}{problem}" for problem in _problems(front, BUNDLED))


def _problems(files: list[tuple[str, File]], extensions: tuple[str, ...]) -> Iterator[str]:
    """Those of one package: what its sources say is read once for all projects that share them."""
    sources = frozenset(item for item in files if SOURCES.search(item[0]))
    manifest = next((path for path, _ in files if path in {"pyproject.toml", "package.json"}), None)
    if manifest is None:
        return
    wrong, imported, unimported = _wrong(sources, extensions)
    yield from wrong
    text = _callers(files) if unimported else ""
    for declared in unimported:
        if not _called(declared, imported, text):
            yield f"{manifest} declares {declared}, which nothing imports or runs"


@cache
def _wrong(
    sources: frozenset[tuple[str, File]], extensions: tuple[str, ...]
) -> tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]:
    """What is wrong with imports, the packages that are imported, and those that are declared and not imported."""
    files = dict(sorted(sources))
    imported: set[str] = set()
    unimported: list[str] = []
    find = _python_problems(files, imported, unimported) if "pyproject.toml" in files else None
    find = find or _node_problems(files, imported, unimported, extensions)
    return tuple(find), frozenset(imported), tuple(unimported)


# Python


@cache
def read_python(path: str, content: bytes) -> Module:
    """Read the imports of a Python file, and the names that it defines."""
    tree = ast.parse(content)
    package = path.removesuffix(".py").removesuffix("/__init__").split("/")
    if not path.endswith("/__init__.py"):
        package = package[:-1]
    imports, offers, is_open = [], set[str](), False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [Import(name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            imports.append(Import(module, tuple(name.name for name in node.names)))
    for node in _top_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            offers.add(node.name)
            is_open |= node.name == "__getattr__"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            offers |= {(name.asname or name.name).split(".")[0] for name in node.names}
            is_open |= any(name.name == "*" for name in node.names)
        elif isinstance(node, ast.TypeAlias if hasattr(ast, "TypeAlias") else ()):
            offers.add(node.name.id)
        else:
            offers |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return Module(tuple(imports), frozenset(offers), is_open)


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run on import, those inside conditions and tries too."""
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With):
            for name in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from _top_level(handler.body)
        else:
            yield node


def _python_problems(files: Render, imported: set[str], unimported: list[str]) -> Iterator[str]:
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): read_python(path, file.content)
        for path, file in files.items()
        if path.endswith(".py")
    }
    paths = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in files
        if path.endswith(".py")
    }
    packages = {".".join(name.split(".")[:at]) for name in modules for at in range(1, name.count(".") + 1)}
    local = {name.split(".")[0] for name in modules}
    manifest = _python_manifest(files["pyproject.toml"].content)
    for name, module in modules.items():
        shipped = paths[name].split("/")[0] == "app"
        for one in module.imports:
            top = one.module.split(".")[0]
            if top in local and (top not in sys.stdlib_module_names or one.module in modules):
                yield from _dangling(paths[name], one, modules, packages)
            elif top not in sys.stdlib_module_names | EXTRA_STANDARD:
                distribution = DISTRIBUTIONS.get(top, top).replace("_", "-").lower()
                imported.add(distribution)
                if distribution not in (manifest.runs if shipped else manifest.runs | manifest.develops):
                    where = "[project] dependencies" if shipped else "any group"
                    yield f"{paths[name]} imports {top}, and {where} of pyproject.toml does not name {distribution}"
    unimported += sorted((manifest.runs | manifest.develops) - imported)


def _dangling(path: str, one: Import, modules: dict[str, Module], packages: set[str]) -> Iterator[str]:
    if one.module not in modules and one.module not in packages:
        yield f"{path} imports {one.module}, which is not there"
        return
    target = modules.get(one.module, Module())
    for name in one.names:
        inner = f"{one.module}.{name}"
        if (
            name != "*"
            and not target.open
            and name not in target.offers
            and inner not in modules
            and inner not in packages
        ):
            yield f"{path} imports {name} from {one.module}, which has no such name"


@cache
def _python_manifest(content: bytes) -> Manifest:
    parsed = tomllib.loads(content.decode())

    def names(requirements: Iterable[object]) -> set[str]:
        found = (re.match(r"[A-Za-z0-9._-]+", item) for item in requirements if isinstance(item, str))
        return {match.group().lower().replace("_", "-") for match in found if match}

    groups = [item for group in parsed.get("dependency-groups", {}).values() for item in group]
    extras = [item for group in parsed["project"].get("optional-dependencies", {}).values() for item in group]
    return Manifest(names(parsed["project"].get("dependencies", [])), names([*groups, *extras]))


# Node


@cache
def read_typescript(path: str, content: bytes) -> Module:
    """Read the imports of a TypeScript or JavaScript file, and the names that it exports."""
    root = (parsers.tsx if path.endswith("x") else parsers.typescript)(content.decode())
    imports, offers, is_open = [], set[str](), False
    for node in _descend(root):
        text = _text(node)
        if node.type in {"import_statement", "export_statement"}:
            source = node.child_by_field_name("source")
            if node.type == "export_statement":
                offers |= _exported(node)
                is_open |= source is not None and "*" in text.split("from")[0]
            if source is not None:
                names = tuple(_specified(node)) if node.type == "import_statement" else ()
                types = re.match(r"(import|export)\s+type\b", text) is not None
                imports.append(Import(_text(source)[1:-1], names, types))
        elif node.type == "call_expression" and (called := node.child_by_field_name("function")) is not None:
            arguments = node.child_by_field_name("arguments")
            first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            if first is not None and first.type == "string" and _text(called) in CALLS:
                imports.append(Import(_text(first)[1:-1]))
    return Module(tuple(imports), frozenset(offers), is_open)


CALLS = frozenset({"import", "require", "require.resolve", "import.meta.resolve"})


def _descend(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _descend(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _specified(node: Node) -> Iterator[str]:
    """The names between the braces of an import."""
    for child in _descend(node):
        if child.type == "import_specifier" and (name := child.child_by_field_name("name")) is not None:
            yield _text(name)
        elif child.type == "import_clause" and child.children[0].type == "identifier":
            yield "default"


def _exported(node: Node) -> set[str]:
    """The names that one export statement offers."""
    found = {"default"} if any(child.type == "default" for child in node.children) else set()
    for child in _descend(node):
        if child.type == "export_specifier":
            name = child.child_by_field_name("alias") or child.child_by_field_name("name")
            found |= {_text(name)} if name is not None else set()
    declaration = node.child_by_field_name("declaration")
    if declaration is not None:
        if (name := declaration.child_by_field_name("name")) is not None:
            found.add(_text(name))
        for child in declaration.named_children:
            if child.type == "variable_declarator" and (name := child.child_by_field_name("name")) is not None:
                found |= {_text(leaf) for leaf in _descend(name) if "identifier" in leaf.type and not leaf.children}
    return found


def _node_problems(
    files: Render, imported: set[str], unimported: list[str], extensions: tuple[str, ...]
) -> Iterator[str]:
    manifest = _node_manifest(files["package.json"].content)
    sources = {path: file for path, file in files.items() if re.search(r"\.[cm]?[jt]sx?\Z", path)}
    # What a browser loads of a page's scripts are addresses, not files.
    modules = {
        path: read_typescript(path, file.content) for path, file in sources.items() if "/pages/static/" not in path
    }
    builtin = False
    for path, module in modules.items():
        for one in module.imports:
            if one.module.startswith("."):
                name = posixpath.normpath(posixpath.join(posixpath.dirname(path), one.module))
                target = next((name + more for more in extensions if name + more in files), name)
                if target not in files:
                    yield f"{path} imports {one.module}, which is not there"
                elif target in modules and not modules[target].open:
                    yield from (
                        f"{path} imports {name} from {one.module}, which does not export it"
                        for name in one.names
                        if name not in modules[target].offers
                    )
            elif one.module.startswith("node:"):
                builtin = True
            else:
                package = "/".join(one.module.split("/")[: 2 if one.module.startswith("@") else 1])
                imported.add(package)
                shipped = not UNSHIPPED.fullmatch(path) and not one.types
                typed = {f"@types/{package}"} & manifest.develops if one.types else set()
                if not typed and package not in (manifest.runs if shipped else manifest.runs | manifest.develops):
                    yield f"{path} imports {package}, and package.json does not declare it as it should"
    for declared in sorted((manifest.runs | manifest.develops) - imported):
        described = declared.removeprefix("@types/")
        if described == declared or not (described in imported or (described == "node" and builtin)):
            unimported.append(declared)
    for called in re.findall(r"\b(?:src|tests|scripts)/[\w./-]+\.[cm]?[jt]s\b", files["package.json"].content.decode()):
        if called not in files:
            yield f"package.json runs {called}, which is not there"


@cache
def _node_manifest(content: bytes) -> Manifest:
    parsed = json.loads(content)
    return Manifest(set(parsed.get("dependencies", {})), set(parsed.get("devDependencies", {})))


# Both


def _callers(files: list[tuple[str, File]]) -> str:
    """Everything that calls tools by their names."""
    callers = re.compile(
        r"pyproject\.toml|package\.json|README\.md|Dockerfile|.*\.ya?ml|(angular|tsconfig.*)\.json|vite\.config\.ts"
    )
    return "\n".join(file.content.decode() for path, file in files if callers.fullmatch(path))


def _called(package: str, imported: frozenset[str], text: str) -> bool:
    if package.startswith("types-"):
        return package.removeprefix("types-").lower() in imported
    return package in TOOLS and re.search(TOOLS[package], text, re.MULTILINE) is not None
