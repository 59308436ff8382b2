"""Where the numbers come from: five made-up prices that wander. Replace this module by a source of your own."""

from collections.abc import Iterator

# What each begins with, in hundredths.
_STARTS = {"AMBR": 12000, "BIRK": 4500, "CEDR": 28000, "DUNE": 950, "ELMS": 6400}

SYMBOLS = tuple(_STARTS)


def walk(symbol: str, last: float | None = None) -> Iterator[float]:
    """Return the prices of a symbol, one after the other, without end; they go on from the last one, if there is one.

    Each moves by half a per cent at the most, and stays above nothing. The same seeds give the same walk each time.
    """
    cents = _STARTS[symbol] if last is None else round(last * 100)
    for random in _numbers(SYMBOLS.index(symbol) + 1):
        spread = max(1, cents // 200)
        cents = max(1, cents + random * (2 * spread + 1) // 2**32 - spread)
        yield cents / 100


def _numbers(seed: int) -> Iterator[int]:
    """Return the numbers of mulberry32, whole and below 2**32."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        mixed = (state ^ state >> 15) * (state | 1) % 2**32
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) % 2**32
        yield mixed ^ mixed >> 14
