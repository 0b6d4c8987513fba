"""How much the tests of this folder do: little in ``make test``, all of it in ``make soak``; and from which seed.

``DOMSYNC_SOAK=1`` asks for all of it. ``DOMSYNC_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
from typing import TypeVar

__all__ = ["SECONDS", "SOAK", "pick", "report", "seeded"]

T = TypeVar("T")

SOAK = os.environ.get("DOMSYNC_SOAK", "") not in ("", "0")

#: What pytest gives one test.
SECONDS = 4 * 3600 if SOAK else 120


def pick(small: T, full: T) -> T:
    """The one for ``make test``, or the one for ``make soak``."""
    return full if SOAK else small


def seeded() -> random.Random:
    """A source of chance whose seed is printed, and taken from ``DOMSYNC_SEED`` if that is set."""
    seed = int(os.environ.get("DOMSYNC_SEED") or random.randrange(2**31))
    print(f"DOMSYNC_SEED={seed}")
    return random.Random(seed)


def report(words: str) -> None:
    """Print a figure; ``make soak`` shows these lines."""
    print(f"FIGURE {words}")
