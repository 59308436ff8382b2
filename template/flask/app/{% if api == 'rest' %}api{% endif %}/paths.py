"""What is in the path of an address."""

from urllib.parse import unquote

from app.ids import is_id


def id_in_path(sent: str) -> str | None:
    """Return an id as the stores know it, or nothing if this is none; the path is as it was sent."""
    found = unquote(sent).lower()
    return found if is_id(found) else None
