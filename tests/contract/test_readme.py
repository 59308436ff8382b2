"""The README: the commands that it prints are the ones that work."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
import websocket
from harness import databases, projects, servers
from harness.projects import Project

from contract.conftest import is_real_time
from contract.wire import ask


@pytest.mark.needs(api="rest")
def test_the_run_command_of_the_readme_serves_until_it_is_interrupted(project: Project, tmp_path: Path) -> None:
    """As printed, in a shell, then Ctrl-C; nothing stays behind."""
    place = projects.sandbox(project, tmp_path / "project")
    for name in projects.INSTALLED:
        if (place.path / name).is_symlink():
            (place.path / name).unlink()
    projects.install(place)
    command = ["sh", "-c", place.readme().run]
    env = databases.variables(project.answers, tmp_path)
    with servers.started(place, tmp_path / "output", env, command=command, bare=place.environment()) as server:
        assert ask(server, "GET", "/health/ready").status == 200
        assert ask(server, "GET", "/api/docs").status == 200
        os.killpg(server.process.pid, signal.SIGINT)
        server.wait()
        assert not server.left_behind(), server.told()
        assert "stopped" in server.stdout, server.told()
        assert "Traceback" not in server.stdout + server.stderr


@pytest.mark.needs(api="rest")
def test_the_develop_command_of_the_readme_serves(project: Project, tmp_path: Path) -> None:
    """As printed, on the port that it says or the one that is given; a client that goes is nothing to tell of."""
    place = projects.sandbox(project, tmp_path / "project")
    port = servers.free_port()
    command = place.readme().develop.replace("8000", str(port))
    with servers.started(
        place,
        tmp_path / "output",
        {"PORT": str(port), **databases.variables(project.answers, tmp_path)},
        command=["sh", "-c", command],
        bare=place.environment(),
    ) as server:
        assert ask(server, "GET", "/health/ready").status == 200
        if is_real_time(project):
            poll = "/socket.io/?EIO=4&transport=polling"
            session = json.loads(ask(server, "GET", poll).content[1:])["sid"]
            address = server.url.replace("http", "ws") + poll.replace("polling", "websocket")
            upgraded = websocket.create_connection(f"{address}&sid={session}", timeout=10)
            upgraded.send("2probe")
            assert upgraded.recv() == "3probe"
            upgraded.send("5")
            upgraded.close()
            time.sleep(0.5)
        os.killpg(server.process.pid, signal.SIGINT)
        server.wait()
        assert not server.left_behind(), server.told()
        assert "Traceback" not in server.stdout + server.stderr, server.told()
