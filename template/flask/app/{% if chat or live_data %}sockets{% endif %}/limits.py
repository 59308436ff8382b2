"""How much a client may ask."""

import time
from collections import deque

EVENTS = 20
REFUSED = 200
PACKETS = 2000
ROOMS = 20

TOO_MANY = "Too many events; try again later."


class Rate:
    """The events of the last second."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: deque[float] = deque()
        self._refused: deque[float] = deque()

    def take(self) -> bool:
        """Tell whether one more is not too many; what was refused does not count."""
        return _counted(self._taken, EVENTS)

    def bears(self) -> bool:
        """Tell whether one more refusal is not too many: who goes on regardless is no client but a flood."""
        return _counted(self._refused, REFUSED)


class Flow:
    """What comes of one connection, frame by frame and packet by packet, whatever it is good for."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._began = 0.0
        self._count = 0

    def bears(self, more: int = 1) -> bool:
        """Tell whether so many more within a second are not too many: no client has so much to say."""
        now = time.monotonic()
        if now - self._began >= 1:
            self._began, self._count = now, 0
        self._count += more
        return self._count <= PACKETS


def _counted(times: deque[float], most: int) -> bool:
    now = time.monotonic()
    while times and now - times[0] >= 1:
        times.popleft()
    if len(times) >= most:
        return False
    times.append(now)
    return True
