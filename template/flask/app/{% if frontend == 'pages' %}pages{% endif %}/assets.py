"""What pages load: every file of the folder `static`, under its name."""

from pathlib import Path

from flask import Blueprint, Flask, Response

PREFIX = "/assets/"
CACHED = "public, max-age=3600"

_FOLDER = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

assets = Blueprint("assets", __name__)


def serve(app: Flask) -> None:
    """Add an address for each file."""
    app.register_blueprint(assets)


def asset(name: str) -> Response:
    """Return one of the files."""
    path = _FOLDER / name
    return Response(path.read_bytes(), content_type=_KINDS[path.suffix], headers={"Cache-Control": CACHED})


for _path in sorted(_FOLDER.iterdir()):
    assets.add_url_rule(f"{PREFIX}{_path.name}", view_func=asset, defaults={"name": _path.name})
