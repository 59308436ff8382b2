"""The two servers that are compared, and what each of them uses."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from harness import node, projects, servers
from harness.projects import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from harness.servers import Server

KINDS = ("ours", "bare")
STACKS = ("flask", "node")

_BARE = Path(__file__).with_name("bare")
_ANSWERS = {"database": "none", "chat": True, "live_data": True, "api": "none", "redis": False}
_GUNICORN = "gunicorn --worker-class gevent --worker-connections 20000 --backlog 2048 --log-level warning"
_SHOWN = {
    "flask": ("flask", "flask-socketio", "python-socketio", "simple-websocket", "gunicorn", "gevent"),
    "node": ("express", "socket.io", "engine.io", "ws"),
}
_TICKS = os.sysconf("SC_CLK_TCK")


def prepare(stack: str, kind: str, folder: Path) -> Project:
    """Generate and install a project, or install the bare server."""
    place = folder / f"{stack}-{kind}"
    if kind == "ours":
        project = projects.generate({"stack": stack, **_ANSWERS}, place)
    else:
        project = projects.sandbox(Project(_BARE / stack, {"stack": stack}), place)
    projects.install(project)
    return project


@contextlib.contextmanager
def started(project: Project, folder: Path, interval_ms: int) -> Iterator[Server]:
    """Run a server until the block ends: a generated project as its README says."""
    port = str(servers.free_port())
    command = None
    if not (project.path / "README.md").exists():
        flask = f".venv/bin/{_GUNICORN} --bind 127.0.0.1:{port} server:app"
        command = ["sh", "-c", f"exec {flask if project.stack == 'flask' else 'node server.js'}"]
    env = {"PORT": port, "TICK_INTERVAL_MS": str(interval_ms)}
    with servers.started(project, folder, env, command=command) as server:
        yield server


def seconds_used(server: Server) -> float:
    """Return the processor time that all processes of a server have used."""
    return sum(_seconds(fields) for fields in _processes() if int(fields[2]) == server.process.pid)


def megabytes(server: Server) -> int:
    """Return the memory that all processes of a server hold."""
    pages = sum(int(fields[21]) for fields in _processes() if int(fields[2]) == server.process.pid)
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def seconds_of(processes: list[Popen[str]]) -> float:
    """Return the processor time that these processes have used."""
    return sum(_seconds(_fields(Path(f"/proc/{process.pid}/stat"))) for process in processes)


def seconds_of_all() -> float:
    """Return the processor time that everything on this machine has used, and what other machines took away."""
    times = [int(time) for time in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return (sum(times) - times[3] - times[4]) / _TICKS


def machine() -> str:
    """Name the machine."""
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return f"{os.cpu_count()} cores of {found[1] if found else os.uname().machine}, Linux {os.uname().release}"


def versions(stack: str, bare: Project, ours: Project) -> str:
    """Name what both run on; where they differ, both."""
    one, other = _versions(stack, bare), _versions(stack, ours)
    return ", ".join(f"{name} {one[name]}{_or(one[name], other.get(name))}" for name in one)


def _or(one: str, other: str | None) -> str:
    return f" (ours {other})" if other not in (one, None) else ""


def _versions(stack: str, project: Project) -> dict[str, str]:
    found = {}
    if stack == "node":
        asked = [str(node.node()), "--print", "process.versions.node"]
        found["Node"] = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        for name in _SHOWN[stack]:
            manifest = project.path / "node_modules" / name / "package.json"
            if manifest.exists():
                found[name] = json.loads(manifest.read_text(encoding="utf-8"))["version"]
        return found
    installed = {
        name.lower().replace("_", "-"): version
        for path in (project.path / ".venv").glob("lib/*/site-packages/*.dist-info")
        for name, version in [path.stem.rsplit("-", 1)]
    }
    settings = (project.path / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")
    python = re.search(r"^version_info = (.*)$", settings, re.MULTILINE)
    found["Python"] = python[1] if python else "?"
    return found | {name: installed[name] for name in _SHOWN[stack] if name in installed}


def _processes() -> Iterator[list[str]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if fields := _fields(stat):
            yield fields


def _fields(stat: Path) -> list[str]:
    """Read what Linux says of a process, behind its name, which may have blanks; nothing when it is gone."""
    try:
        return stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(fields: list[str]) -> float:
    return sum(map(int, fields[11:13])) / _TICKS
