"""What a run leaves to `--all`, counted by the reason, so that it can say so in the end."""

from collections import Counter

import pytest

LEFT_OUT = pytest.StashKey[Counter[str]]()
"""Where a run's configuration keeps the count."""
