"""Where a page of notes ended, in a form that clients hand back and do not read."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def encode(last: str) -> str:
    """Return the cursor behind this id."""
    return urlsafe_b64encode(last.encode("ascii")).decode("ascii")


def decode(cursor: str) -> str | None:
    """Return the id before which the next page begins, or nothing if this is no cursor of ours."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{48}", cursor):
        return None
    try:
        last = urlsafe_b64decode(cursor).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return last if _ID.fullmatch(last) else None


def identifier(sent: str) -> str | None:
    """Return an id as the stores know it, or nothing if this is none."""
    return sent.lower() if _ID.fullmatch(sent.lower()) else None
