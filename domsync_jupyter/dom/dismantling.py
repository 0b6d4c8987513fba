"""Taking apart subtrees that left the document and that nobody has.

Parents and children refer to each other, so what was removed is a cycle, which only the garbage collector finds. After
a table of some thousand rows was replaced a few times, that stops the program for a tenth of a second. CPython
counts references, so it can be told at once whether anything refers to a node except the subtree that it is in. If
nothing does, nobody can ever see that the links between its nodes are cut, and their memory is free without the
collector. In doubt nothing is done.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.container import set_kids

if TYPE_CHECKING:
    from domsync_jupyter.dom.node import Node

__all__ = ["dismantle"]


def _counts(nodes: list[Any]) -> list[int]:
    return [sys.getrefcount(node) for node in nodes]


def _count_of_the_unknown() -> int:
    """What is counted for an object that two lists have, and nobody else."""
    one = [object()]
    other = [one[0]]
    return _counts(one)[0] if other else 0


_UNHELD: Final = _count_of_the_unknown()
#: Whether the counts say what is meant here; where threads run without a lock of the interpreter, they are estimates.
_COUNTS: Final = sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()


def dismantle(tops: list[Node]) -> None:
    """Cut the links in those subtrees of which nobody but `tops` has a node. Under the document's lock.

    Args:
        tops: Nodes that were removed from the document. The list is emptied.
    """
    while tops:
        if _COUNTS:
            _dismantle_last(tops)
        tops.pop()


def _dismantle_last(tops: list[Node]) -> None:
    nodes = tops[-1:]
    # Everything below is appended while it goes on.
    for node in nodes:
        kids: Any = getattr(node, "_kids", None)
        if kids.__class__ is list:
            nodes += kids
    del node
    # A node is in `nodes`, in the list of its parent or in `tops`, and is what its children call their parent.
    inside: list[Any] = [getattr(node, "_kids", None) for node in nodes]
    expected = [_UNHELD + (len(kids) if kids.__class__ is list else 0) for kids in inside]
    del inside
    if _counts(nodes) == expected:
        for node in nodes:
            if hasattr(node, "_kids"):
                set_kids(node, None)
