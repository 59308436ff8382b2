"""Entity tags: the version in quotes, and what clients say of them."""

import re

from flask import request

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t]*(?:{_TAG})?(?:[ \t]*,[ \t]*(?:{_TAG})?)*[ \t]*")
_VERSION = r'"([1-9][0-9]{0,17})"'


def etag(version: int) -> str:
    """Return the tag of a version."""
    return f'"{version}"'


def wanted() -> frozenset[int] | None:
    """Return the versions that If-Match accepts; nothing when any will do."""
    sent = request.headers.get("If-Match")
    if sent is None or sent.strip() == "*":
        return None
    return frozenset(map(int, re.findall(rf"(?<!W/){_VERSION}", sent))) if _LIST.fullmatch(sent) else frozenset()


def unchanged(version: int) -> bool:
    """Tell whether If-None-Match names this version, weakly or not."""
    sent = request.headers.get("If-None-Match", "")
    return sent.strip() == "*" or (bool(_LIST.fullmatch(sent)) and etag(version) in re.findall(r'"[^"]*"', sent))
