"""The screens: which there are, and how one of them becomes an answer."""

from dataclasses import dataclass, field

from flask import Flask, Response, current_app, render_template


@dataclass(frozen=True, slots=True)
class Screen:
    """What the first page leads to; without a blueprint of pages it is a document."""

    title: str
    path: str
    says: str
    pages: str = ""


@dataclass(slots=True)
class Screens:
    """What features add to the pages."""

    offered: list[Screen] = field(default_factory=list)
    # Templates of which the header shows a part.
    parts: list[str] = field(default_factory=list)
    # Scripts by the template that loads them.
    scripts: dict[str, list[str]] = field(default_factory=dict)

    def cards(self) -> list[Screen]:
        """Return what the first page leads to, documents last."""
        return sorted(self.offered, key=lambda screen: not screen.pages)


def screens(app: Flask) -> Screens:
    """Return the screens of this application."""
    found: Screens = app.extensions["screens"]
    return found


def show(template: str, status: int = 200, *, bare: bool = False, **values: object) -> Response:
    """Return a page; a bare one has a header without its parts, which may be what went wrong."""
    found = screens(current_app)
    html = render_template(
        template,
        project=current_app.extensions["about"],
        screens=[screen for screen in found.offered if screen.pages],
        parts=[] if bare or status >= 500 else found.parts,
        scripts=found.scripts.get(template, []),
        status=status,
        **values,
    )
    return Response(html, status, content_type="text/html; charset=utf-8")


def go(path: str) -> Response:
    """Send a browser to another page, which it reads."""
    response = Response(status=303, headers={"Location": path})
    # There is nothing in it that could be of a type.
    del response.headers["Content-Type"]
    return response
