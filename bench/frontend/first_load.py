"""Weighs the first load of every front end: `.venv/bin/python bench/frontend/first_load.py`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import http.server
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import page
from browser.conftest import prepared, running
from browser.rows import Row
from harness import browser, node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Response

BEGIN, END = "<!-- front ends: written by first_load.py --write -->\n", "<!-- end of front ends -->\n"
# Both are the newest of their kind, as whoever starts today gets them.
STARTERS = {
    "react": "npx --yes create-vite@latest starter --template react-ts --no-interactive",
    "angular": "npx --yes @angular/cli@22 new starter --defaults --skip-git --skip-install --ssr=false --routing",
}
FETCHED = ("fetch", "xhr", "websocket")
REST_MS = 1000


@dataclass(frozen=True)
class Load:
    """What a browser fetches to show a page for the first time."""

    name: str
    files: int
    asks: int
    raw: int
    packed: int
    script: int


def main() -> None:
    """Weigh what was asked for, and show it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frontends", nargs="+", choices=("pages", "react", "angular"))
    parser.add_argument("--write", action="store_true", help="put the results into bench/README.md")
    options = parser.parse_args()
    loads: list[Load] = []
    versions: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        for frontend in options.frontends or ("pages", "react", "angular"):
            loads += ours(frontend, Path(made) / frontend)
            if frontend in STARTERS:
                folder = start(frontend, Path(made) / f"starter-{frontend}")
                versions.append(version(frontend, folder))
                with served(built(folder)) as address:
                    loads.append(weigh(f"{frontend}: its starter", f"{address}/"))
    told = shown(loads, versions)
    print(told)
    if options.write:
        page.put(told, BEGIN, END)


def ours(frontend: str, folder: Path) -> list[Load]:
    """Weigh a generated project with everything in it: its first page, and where its people go from there."""
    row = Row(frontend, "node")
    project = prepared(row, folder / "projects")
    with running(row, project, folder / "server") as site:
        paths = {"the first page": "/", **{name.lower(): path for name, path in row.subjects.items()}}
        return [weigh(f"{frontend}: {name}", site.address + path) for name, path in paths.items()]


def start(frontend: str, folder: Path) -> Path:
    """Make a starter as its own command does, install and build it."""
    folder.mkdir(parents=True)
    for command, place in (
        (STARTERS[frontend], folder),
        ("npm install --no-package-lock", folder / "starter"),
        ("npm run build", folder / "starter"),
    ):
        say(f"{frontend}: {command}")
        env = {**node.environment(), "NG_CLI_ANALYTICS": "false"}
        done = subprocess.run(["sh", "-c", command], cwd=place, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{command}: {done.stdout}{done.stderr}")
    return folder / "starter"


def version(frontend: str, folder: Path) -> str:
    """Name what a starter is made of."""
    names = {"react": ("react", "vite"), "angular": ("@angular/core", "@angular/build")}[frontend]
    found = [json.loads((folder / "node_modules" / one / "package.json").read_text(encoding="utf-8")) for one in names]
    return ", ".join(f"{one['name']} {one['version']}" for one in found)


def built(folder: Path) -> Path:
    """Find the folder that a starter's build is served from."""
    return min((folder / "dist").rglob("index.html"), key=lambda path: len(path.parts)).parent


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as it is."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def weigh(name: str, address: str) -> Load:
    """Open a page in a new window, and count all that it fetches until it rests."""
    say(name)
    answers: list[Response] = []
    with browser.window() as window:
        window.page.on("response", lambda answer: answers.append(answer))
        window.page.goto(address)
        window.page.locator("h1").first.wait_for()
        window.page.wait_for_timeout(REST_MS)
        files = {one.url: one for one in answers if one.request.resource_type not in FETCHED and one.status == 200}
        bodies = {url: one.body() for url, one in files.items()}
    packed = {url: len(gzip.compress(body, 6, mtime=0)) for url, body in bodies.items()}
    return Load(
        name=name,
        files=len(files),
        asks=len([one for one in answers if one.request.resource_type in FETCHED]),
        raw=sum(map(len, bodies.values())),
        packed=sum(packed.values()),
        script=sum(packed[url] for url, one in files.items() if one.request.resource_type == "script"),
    )


def shown(loads: list[Load], versions: list[str]) -> str:
    """Return the table."""
    starters = {load.name.partition(":")[0]: load for load in loads if load.name.endswith("starter")}
    head = f"{datetime.now(UTC):%d %B %Y}; {'; '.join(versions)}. kB are 1,000 bytes."
    lines = [head, "", "| what is opened | files | asks | kB | gzip kB | JavaScript, gzip kB | against the starter |"]
    lines.append("| --- |" + " ---: |" * 6)
    for load in loads:
        starter = starters.get(load.name.partition(":")[0])
        against = f"{load.packed / starter.packed:.2f}" if starter else ""
        cells = [f"{number / 1000:.1f}" for number in (load.raw, load.packed, load.script)]
        lines.append(f"| {load.name} | {load.files} | {load.asks} | {' | '.join(cells)} | {against} |")
    return "\n".join(lines) + "\n"


def say(line: str) -> None:
    """Tell whoever waits how it goes."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
