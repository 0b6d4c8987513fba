"""`Delta`: what changed for one viewer, by node number.

`Changes` speaks of nodes; once changes are taken, what speaks of numbers lasts longer, because a number is never
used twice, while a node may leave the tree and come back under another one. Deltas of
successive moments merge, so a viewer that is slow or away costs one delta, never a queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.dom.changes import PRIMARY_TEXT, AttributeKey, Changes

if TYPE_CHECKING:
    from domsync_jupyter.dom.node import Node

__all__ = ["Delta"]

#: Method calls that a slow viewer's delta keeps; older ones are dropped.
_MAX_CALLS = 100


class Delta:
    """The difference between a document now and what a viewer has."""

    __slots__ = ("attributes", "born", "calls", "children", "listeners", "properties", "texts")

    def __init__(self) -> None:
        #: Number of a parent -> numbers of its children then; or how many there were, if nodes were only appended.
        self.children: dict[int, list[int] | int] = {}
        #: Numbers of nodes whose data, or of elements whose primary text, changed.
        self.texts: set[int] = set()
        self.attributes: dict[int, set[AttributeKey]] = {}
        self.properties: dict[int, set[str]] = {}
        self.listeners: set[int] = set()
        self.calls: list[tuple[int, str, tuple[object, ...]]] = []
        #: Primary texts (negative numbers) which the viewer does not have, although it has their element.
        self.born: set[int] = set()

    @classmethod
    def of(cls, changes: Changes) -> Delta:
        """The same by number, without the calls; to be made before nodes that left the tree lose theirs."""
        delta = cls()
        for parent, old in changes.children.items():
            if old is PRIMARY_TEXT:
                delta.children[parent._number] = [-parent._number]
            elif isinstance(old, int):
                delta.children[parent._number] = old
            else:
                delta.children[parent._number] = [kid._number for kid in old]  # type: ignore[union-attr]  # neither of the others
        delta.texts = {node._number for node in changes.texts}
        delta.attributes = {element._number: keys for element, keys in changes.attributes.items()}
        delta.properties = {element._number: names for element, names in changes.properties.items()}
        delta.listeners = {element._number for element in changes.listeners}
        return delta

    def add_calls(self, changes: Changes) -> None:
        """Add the method calls; to be done when nodes that are new have their numbers."""
        self.calls = [
            (element._number, method, arguments)
            for element, method, arguments in changes.calls
            if element._number
        ]

    def merge(self, newer: Delta, nodes: dict[int, Node], watermark: int) -> None:
        """Add what changed later.

        Args:
            newer: The changes between then and now.
            nodes: The nodes that are in the tree now, by number.
            watermark: The highest number that the viewer has: nodes above it will be new to it, whatever
                happened to them.
        """
        for number, old in newer.children.items():
            if number > watermark:
                continue
            if number in self.children:
                oldest = self.children[number]
                if isinstance(oldest, int) and not isinstance(old, int):
                    self.children[number] = old[:oldest]
            else:
                self.children[number] = old
            if isinstance(getattr(nodes.get(number), "_kids", None), str):
                oldest = self.children[number]
                if isinstance(oldest, int) or -number not in oldest:
                    self.born.add(-number)
                else:
                    self.texts.add(number)
        # Of nodes above the watermark nothing is kept: they come and go without end.
        self.texts |= {number for number in newer.texts if -watermark <= number <= watermark}
        for number, keys in newer.attributes.items():
            if number <= watermark:
                self.attributes[number] = self.attributes.get(number, set()) | keys
        for number, names in newer.properties.items():
            if number <= watermark:
                self.properties[number] = self.properties.get(number, set()) | names
        self.listeners |= {number for number in newer.listeners if number <= watermark}
        self.calls = (self.calls + newer.calls)[-_MAX_CALLS:]
