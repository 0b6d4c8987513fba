"""The document's lock is free again after whatever ends an operation: others wait for it, in other threads."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from tests.faults.soak import seeded

ROUNDS = 40

OPERATIONS: dict[str, Callable[[Any, Any], object]] = {
    "appendChild": lambda root, node: (node.remove(), root.appendChild(node)),
    "append": lambda root, node: root.append(node),
    "insertBefore": lambda root, node: root.insertBefore(node, None),
    "textContent": lambda _, node: setattr(node, "textContent", "x"),
    "getElementById": lambda root, _: root.ownerDocument.getElementById(root.id),
}


def again_and_again(operation: Callable[[Any, Any], object], root: Any, node: Any) -> None:
    while True:
        operation(root, node)


def is_free(lock: Any) -> bool:
    """Whether another thread can have it."""
    had: list[bool] = []

    def take() -> None:
        had.append(lock.acquire(timeout=0.3))
        if had[0]:
            lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return had[0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interrupt_leaves_the_lock_free(name: str) -> None:
    """As the stop button of a notebook does: it may come between any two steps."""
    rnd = seeded()
    before = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    try:
        for _ in range(ROUNDS):
            document = Document()
            root, node = document.getRootElement(), document.createElement("p")
            with suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_VIRTUAL, rnd.uniform(0.004, 0.008))
                again_and_again(OPERATIONS[name], root, node)
            assert is_free(document._lock)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
