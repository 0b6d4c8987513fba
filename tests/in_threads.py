"""Functions that run at the same time, in threads that take turns as often as they can."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["run_in_threads"]

#: Seconds after which threads that have not ended wait for each other, or go round in a circle.
PATIENCE = 60


def run_in_threads(*functions: Callable[[], object]) -> None:
    """Run all functions at the same time; fail if one raises, or does not end."""
    failures: list[BaseException] = []

    def run(function: Callable[[], object]) -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - it is shown by the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=[function], daemon=True) for function in functions]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        sys.setswitchinterval(interval)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads), "some threads do not end"
