"""Serves the document, and Swagger UI to read and try it: every file comes from this process."""

from importlib.resources import files
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Flask, Response, current_app, send_from_directory

from app.api.document import build
from app.api.operations import Answer, operation
from app.errors import to_json

CACHED = "public, max-age=3600"

_OURS = Path(__file__).parent / "page"
_THEIRS = Path(str(files(flask_swagger_ui))) / "dist"
_ASSETS = {
    "docs.js": _OURS,
    "swagger-ui.css": _THEIRS,
    "swagger-ui-bundle.js": _THEIRS,
    "favicon-32x32.png": _THEIRS,
}

api = Blueprint("api", __name__, url_prefix="/api")


def init_app(app: Flask) -> None:
    """Add the document and its page."""
    app.register_blueprint(api)


@api.get("/openapi.json")
@operation("api", "The OpenAPI document", {200: Answer("This document.", schema={"type": "object"})})
def openapi() -> Response:
    """Return the document, which is written once: every route is there by now."""
    known = current_app.extensions
    if "openapi" not in known:
        known["openapi"] = to_json(build(current_app, known["about"]))
    return Response(known["openapi"], content_type="application/json")


@api.get("/docs")
@operation(
    "api",
    "A page to read and try the API",
    {200: Answer("The page.", media_type="text/html", schema={"type": "string"})},
)
def docs() -> Response:
    """Return the page."""
    return Response((_OURS / "index.html").read_bytes(), content_type="text/html; charset=utf-8")


def asset(name: str) -> Response:
    """Return one file of the page."""
    response = send_from_directory(_ASSETS[name], name, conditional=False, etag=False)
    response.headers["Cache-Control"] = CACHED
    return response


for _name in _ASSETS:
    api.add_url_rule(f"/docs/{_name}", view_func=asset, defaults={"name": _name})
