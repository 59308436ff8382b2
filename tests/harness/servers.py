"""Generated projects while they run: started on a free port, stopped by their process id, never left behind."""

import atexit
import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import node, projects
from harness.projects import Project

PATIENCE = 60.0
_running: set["Server"] = set()


class StartFailedError(AssertionError):
    """A server ended, or stayed silent, instead of coming to life."""


def free_port() -> int:
    """Find a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_command(project: Project) -> list[str]:
    """Say what the README's run command starts in the end, without the installer in front of it."""
    last = project.readme().run.split("&&")[-1].strip()
    words = shlex.split(last)
    if words[:2] == ["uv", "run"]:
        return [str(project.path / ".venv" / "bin" / words[2]), *words[3:]]
    assert words[0] in ("npm", "pnpm", "yarn"), f"cannot tell what {last!r} starts"
    script = json.loads((project.path / "package.json").read_text(encoding="utf-8"))["scripts"]["start"]
    *first, server = script.split("&&")
    return ["sh", "-c", " && ".join([*first, f"exec {server.strip()}"])]


def bare_environment(project: Project) -> dict[str, str]:
    """Return what a server gets besides the variables under test: where programs are, and nothing more."""
    path = os.environ.get("PATH", "/usr/bin:/bin")
    tools = node.commands() if project.stack == "node" else project.path / ".venv" / "bin"
    return {"PATH": f"{tools}{os.pathsep}{path}", "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


@dataclass(eq=False)
class Server:
    """A generated project that runs in a process group of its own."""

    project: Project
    process: subprocess.Popen[bytes]
    port: int
    output: Path
    errors: Path
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def stdout(self) -> str:
        """Return all that the server has printed."""
        return self.output.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        """Return all that the server has complained about."""
        return self.errors.read_text(encoding="utf-8")

    def told(self) -> str:
        """Return both outputs, for failure messages."""
        return (
            f"exit status {self.process.poll()}\n--- stdout\n{self.stdout[-6000:]}\n--- stderr\n{self.stderr[-6000:]}"
        )

    def lines(self) -> list[dict[str, Any]]:
        """Parse the printed JSON lines; one that is just being printed is not there yet."""
        whole, _, _ = self.stdout.rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, text: str) -> None:
        """Wait until the server has printed a text."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.stdout:
            ended = self.process.poll() is not None and text not in self.stdout
            if ended or time.monotonic() > deadline:
                raise StartFailedError(f"the server did not print {text!r}: {self.told()}")
            time.sleep(0.02)

    def connect(self) -> socket.socket:
        """Open a plain connection to the server."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Send the main process a signal."""
        self.process.send_signal(number)

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for the process to end and return its exit status."""
        return self.process.wait(timeout)

    def stop(self, expected: int | None = 0) -> int:
        """Ask the server to stop, check how it ends, and see that it leaves no process behind."""
        try:
            if self.process.poll() is None:
                self.signal()
            try:
                status = self.wait()
            except subprocess.TimeoutExpired:
                raise AssertionError(f"the server did not stop: {self.told()}") from None
            assert expected is None or status == expected, f"the server ended with {status}: {self.told()}"
            assert not self.left_behind(), f"processes of the server outlive it: {self.told()}"
        finally:
            self.kill()
        return status

    def left_behind(self) -> bool:
        """Say whether anything of the server's process group is still there shortly after its end."""
        for _ in range(100):
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return False
            time.sleep(0.02)
        return True

    def kill(self) -> None:
        """End the server's process group for good."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        _running.discard(self)


def spawn(
    project: Project,
    folder: Path,
    env: Mapping[str, str] | None = None,
    command: list[str] | None = None,
    bare: Mapping[str, str] | None = None,
) -> Server:
    """Start a project with exactly these variables, without waiting for it."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(list(folder.glob("stdout*")))
    output, errors = folder / f"stdout-{count}", folder / f"stderr-{count}"
    given = dict(env or {})
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command or start_command(project),
            cwd=project.path,
            env={**(bare_environment(project) if bare is None else bare), **given},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    server = Server(project, process, int(given.get("PORT") or 8000) if _is_port(given) else 0, output, errors, given)
    _running.add(server)
    return server


def _is_port(env: Mapping[str, str]) -> bool:
    """Say whether the port given is one that can be connected to."""
    return (env.get("PORT") or "8000").isascii() and (env.get("PORT") or "8000").isdigit()


def wait_until_live(server: Server) -> None:
    """Wait until a server answers that it is alive."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise StartFailedError(f"the server ended instead of listening: {server.told()}")
        with contextlib.suppress(OSError), server.connect() as connection:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if connection.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.03)
    raise StartFailedError(f"the server does not answer: {server.told()}")


@contextlib.contextmanager
def started(
    project: Project,
    folder: Path,
    env: Mapping[str, str] | None = None,
    *,
    command: list[str] | None = None,
    bare: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a project until the block ends, on a free port unless one is given."""
    server = spawn(project, folder, {"PORT": str(free_port()), **(env or {})}, command, bare)
    try:
        wait_until_live(server)
        yield server
    finally:
        server.kill()


def migrate(project: Project, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Bring a project's database to its schema, by the README's command."""
    return projects.run(project, project.readme().migrate, env=project.environment(env))


def stop_all() -> None:
    """End every server that a test forgot."""
    for server in list(_running):
        server.kill()


atexit.register(stop_all)
