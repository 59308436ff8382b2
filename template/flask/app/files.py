"""Files that browsers load: asked for each time, and sent again only when they have changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, request

ASKED = "no-cache"

_KINDS = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


def page(path: Path) -> Response:
    """Return a page as the answer."""
    return Response(path.read_bytes(), content_type=_KINDS[".html"])


def serve(to: Blueprint, folder: str, paths: Iterable[Path]) -> None:
    """Add an address for each file, all in one folder."""
    for path in paths:
        to.add_url_rule(f"{folder}/{path.name}", "file", _file, defaults={"path": path})


def send(name: str, content: bytes, tag: str, cache: str = ASKED) -> Response:
    """Return a file as the answer to this request: no content for who has it."""
    kind = _KINDS.get(Path(name).suffix.lower(), "application/octet-stream")
    response = Response(content, content_type=kind, headers={"Cache-Control": cache})
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def tag_of(content: bytes) -> str:
    """Return what tells this content from any other."""
    return hashlib.sha256(content).hexdigest()[:32]


def _file(path: Path) -> Response:
    content = path.read_bytes()
    return send(path.name, content, tag_of(content))
