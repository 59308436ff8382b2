"""Takes pictures of every screen, light and dark, wide and narrow: `.venv/bin/python tests/screenshots.py FOLDER`."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

from browser.conftest import prepared, running
from browser.rows import SHORT, Row
from browser.screens import SCREENS, inhabit
from browser.site import Visitor
from harness import browser

WIDTHS = (1280, 360)


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures are put")
    parser.add_argument("--frontends", nargs="+", choices=SHORT, default=list(SHORT))
    parser.add_argument("--stack", choices=("flask", "node"), help="instead of the one of the tests")
    parser.add_argument("--auth", choices=("none", "session", "token"), help="instead of those of the tests")
    parser.add_argument("--screens", nargs="+", choices=[screen.name for screen in SCREENS])
    parser.add_argument("--widths", nargs="+", type=int, default=WIDTHS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="screenshots-") as made:
        for frontend in options.frontends:
            stack, auth = SHORT[frontend]
            row = Row(frontend, options.stack or stack, options.auth or auth)
            take(row, options.folder / frontend, Path(made) / frontend, options)


def take(row: Row, folder: Path, workshop: Path, options: argparse.Namespace) -> None:
    """Take the pictures of one project."""
    folder.mkdir(parents=True, exist_ok=True)
    project = prepared(row, workshop / "projects")
    with running(row, project, workshop / "server") as site, browser.window() as known, browser.window() as unknown:
        inhabit(site)
        resident, stranger = Visitor(site, known), Visitor(site, unknown)
        resident.come("Ada")
        for screen in SCREENS:
            if not screen.of(row) or (options.screens and screen.name not in options.screens):
                continue
            who = resident if screen.signed_in else stranger
            who.page.set_viewport_size({"width": WIDTHS[0], "height": 800})
            try:
                screen.show(who)
            except AssertionError as error:
                print(f"{row.name} {screen.name}: {str(error).splitlines()[0]}", file=sys.stderr)
            for theme, width in itertools.product(browser.THEMES, options.widths):
                who.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                who.page.set_viewport_size({"width": width, "height": 800})
                who.page.screenshot(path=folder / f"{screen.name}-{theme}-{width}.png", full_page=True)
            print(f"{row.name} {screen.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
