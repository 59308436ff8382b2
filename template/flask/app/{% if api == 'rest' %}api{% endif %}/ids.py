"""Ids that sort by time: UUID version 7, RFC 9562, never smaller than the one before."""

import re
import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote
from uuid import UUID

from pydantic import Field, PlainSerializer

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Ids:
    """Makes ids; within one millisecond, or when the clock goes back, it counts on from the last."""

    def __init__(self) -> None:
        """Begin."""
        self._lock = threading.Lock()
        self._millisecond = 0
        self._count = 0

    def next(self) -> str:
        """Return a new id."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._millisecond:
                # Half of the twelve bits stays free to count on.
                self._millisecond, self._count = now, secrets.randbits(11)
            else:
                self._count += 1
                if self._count > 0xFFF:
                    self._millisecond, self._count = self._millisecond + 1, 0
            high = self._millisecond << 16 | 0x7000 | self._count
        return str(UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62)))


def now() -> datetime:
    """Return the millisecond that it is."""
    return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)


def moment(identifier: str) -> datetime:
    """Return the millisecond in which an id was made."""
    return datetime.fromtimestamp((UUID(identifier).int >> 80) / 1000, UTC)


def is_id(value: str) -> bool:
    """Tell whether this is an id as the stores know it."""
    return _ID.fullmatch(value) is not None


def id_in_path(sent: str) -> str | None:
    """Return an id as the stores know it, or nothing if this is none; the path is as it was sent."""
    found = unquote(sent).lower()
    return found if is_id(found) else None


def _rfc3339(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Time = Annotated[datetime, PlainSerializer(_rfc3339)]
