"""Applications in the browser, installed once for each set of dependencies and built once for each set of sources."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from harness import node, projects

if TYPE_CHECKING:
    from pathlib import Path

    from harness.projects import Project

BUILT = ("react", "angular")
"""The front ends that are built before they are served."""
MADE = ("node_modules", "dist", ".angular", ".vite", *projects.LOCK_FILES)


def is_built(project: Project) -> bool:
    """Say whether a project has an application that has to be built."""
    return project.answers.get("frontend") in BUILT


def run(project: Project, command: str) -> str:
    """Run a command in the application's folder, and return what it prints."""
    place = projects.Project(project.path / "frontend", project.answers)
    env = {**project.environment(), **node.environment(), "NG_CLI_ANALYTICS": "false"}
    done = projects.run(place, command, env=env)
    return done.stdout + done.stderr


def install(project: Project) -> None:
    """Bring an application its dependencies, by npm once a week and by links after that."""
    folder = project.path / "frontend"
    home = _home("installed", _wanted(_manifest(folder)))
    with FileLock(f"{home}.lock"):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            shutil.copy2(folder / "package.json", home)
            place = projects.Project(home, project.answers)
            env = {**node.environment(), "NG_CLI_ANALYTICS": "false"}
            projects.run(place, "npm install --no-package-lock", env=env, timeout=1800)
            (home / "complete").touch()
        if not (folder / "node_modules").exists():
            (folder / "node_modules").symlink_to(home / "node_modules", target_is_directory=True)


def build(project: Project) -> None:
    """Build an application, unless one of the same sources was built this week."""
    folder = project.path / "frontend"
    home = _home("built", _sources(folder))
    with FileLock(f"{home}.lock"):
        if not (home / "dist").exists():
            install(project)
            run(project, "npm run build")
            # A run that was interrupted has left some of it there.
            shutil.rmtree(home / "part", ignore_errors=True)
            shutil.copytree(folder / "dist", home / "part")
            (home / "part").rename(home / "dist")
        # Another process may prepare the same project.
        if not (folder / "dist").exists():
            shutil.copytree(home / "dist", folder / "dist")


def _home(kind: str, key: str) -> Path:
    """Return the place of this week for what was made from something, those of former weeks being thrown away."""
    week = node.CACHE / f"frontends-{kind}" / f"{datetime.now(UTC):%G-%V}"
    if week.parent.exists():
        for old in week.parent.iterdir():
            if old.name < week.name:
                shutil.rmtree(old, ignore_errors=True)
    home = week / key
    home.mkdir(parents=True, exist_ok=True)
    return home


def _manifest(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return loaded


def _wanted(manifest: dict[str, Any]) -> str:
    """Name what is installed: the names of a project and its commands have no part in it."""
    kept = {name: manifest.get(name) for name in ("dependencies", "devDependencies", "overrides", "engines")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def _sources(folder: Path) -> str:
    """Name what a build is made from."""
    seed = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(MADE):
            content = path.read_bytes()
            if path.name == "package.json":
                manifest = _manifest(folder)
                content = (_wanted(manifest) + manifest["scripts"]["build"]).encode()
            seed.update(f"{path.relative_to(folder)} {len(content)} ".encode() + content)
    return seed.hexdigest()[:16]
