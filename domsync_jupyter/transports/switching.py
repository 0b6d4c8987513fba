"""`prompt_switching`: how soon a thread gets its turn while another one computes.

A thread that wants the interpreter waits for `sys.getswitchinterval`, 5 ms, and then asks for it; and waits anew
whenever the interpreter was free for a moment. So a cell whose loop reads a file or prints every millisecond, and takes
the interpreter back before others are awake, keeps them waiting for seconds: on two cores, a loop with one `os.stat` in
0.5 ms let another thread in three times in four seconds. If the interval is shorter than the time between two such
calls, that does not happen: 177 times a second, beside the same loop.
"""

from __future__ import annotations

import math
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SECONDS", "prompt_switching"]

#: While there is a thread that has to answer.
SECONDS = 0.0001

_lock = threading.Lock()
_count = 0
_before = 0.0


@contextmanager
def prompt_switching() -> Iterator[None]:
    """Have threads switch within 0.1 ms, in the whole process, until the last one who wants that is done."""
    global _count, _before  # noqa: PLW0603 - like the interval, they are the process's
    with _lock:
        if not _count:
            _before = sys.getswitchinterval()
            sys.setswitchinterval(min(SECONDS, _before))
        _count += 1
    try:
        yield
    finally:
        with _lock:
            _count -= 1
            # Unless somebody has set another one meanwhile.
            if not _count and math.isclose(sys.getswitchinterval(), SECONDS, rel_tol=0.1):
                sys.setswitchinterval(_before)
