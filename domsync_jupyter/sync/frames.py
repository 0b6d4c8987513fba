"""Frames: a delta, written as ops. See "Ops" in `docs/protocol.md`.

The order within a frame makes each op possible when its turn comes:

1. removals, unless some node moves to another parent (it might be inside what is removed): then they come after 2;
2. children of each changed parent, parents before their descendants in the *new* tree, so that no node is ever put
   into its own descendant on the way;
3. texts, attributes, listeners, live properties (a ``select`` has its options by then);
4. calls; but ``reset()`` of a form comes before 3.

Children of one parent take the fewest moves: see `domsync_jupyter.sync.siblings`.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element
from domsync_jupyter.sync.ops import METHODS, ROOT, Op
from domsync_jupyter.sync.runs import Run, Runs
from domsync_jupyter.sync.siblings import arrange, stretches
from domsync_jupyter.sync.templates import Templates, attribute_name, listener_specs, make_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.delta import Delta

__all__ = ["frame_ops", "movers_of", "snapshot_ops"]

#: From how many values on a column is looked at whether it counts, and up to which length of its first one.
_COUNTING: Final = 4
_DIGITS: Final = 15


def frame_ops(
    delta: Delta,
    nodes: dict[int, Node],
    watermark: int,
    templates: Templates,
    *,
    remember: bool,
    runs: Runs | None = None,
    is_snapshot: bool = False,
) -> list[Any]:
    """The ops which bring a viewer from its state to that of the document.

    Args:
        delta: What differs.
        nodes: The nodes that are in the tree now, by number; all of them have one.
        watermark: The highest number that the viewer has.
        templates: What all viewers of the document remember.
        remember: Whether new templates may be added: only if all viewers get this frame.
        runs: What was read of the new nodes already, and who moves.
        is_snapshot: Whether to say where the tree is complete.
    """
    if runs is None:
        runs = Runs(movers_of(delta, nodes))
    return _Frame(delta, nodes, watermark, templates, runs, remember, is_snapshot).ops()


def movers_of(delta: Delta, nodes: dict[int, Node]) -> frozenset[int]:
    """Numbers of nodes that the viewer has, are in the tree, and have another parent now."""
    return frozenset(
        number
        for parent, old in delta.children.items()
        if isinstance(old, list)
        for number in old
        if (node := nodes.get(number)) is not None
        and node._parent is not nodes.get(parent)
        and node.isConnected
    )


def snapshot_ops(nodes: dict[int, Node], templates: Templates) -> list[Any]:
    """The ops which bring any viewer to the state of the document, and teach it all templates."""
    from domsync_jupyter.sync.delta import Delta  # noqa: PLC0415 - only here

    root = nodes[ROOT]
    assert isinstance(root, Element)
    delta = Delta()
    delta.children[ROOT] = 0
    delta.born.add(-ROOT)
    delta.attributes[ROOT] = set(root._attributes)
    delta.properties[ROOT] = set(root._properties or ())
    if root._listeners:
        delta.listeners.add(ROOT)
    ops: list[Any] = [Op.RESET, ROOT]
    for number, spec in enumerate(templates.specs, 1):
        ops += (Op.TEMPLATE, number, spec)
    return ops + frame_ops(delta, nodes, ROOT, templates, remember=False, is_snapshot=True)


class _Frame:
    """The writing of one frame."""

    def __init__(
        self,
        delta: Delta,
        nodes: dict[int, Node],
        watermark: int,
        templates: Templates,
        runs: Runs,
        remember: bool,
        is_snapshot: bool,
    ) -> None:
        self._delta = delta
        self._nodes = nodes
        self._watermark = watermark
        self._templates = templates
        self._remember = remember
        self._is_snapshot = is_snapshot
        self._inserts: list[Any] = []
        self._removed: list[int] = []
        self._cleared: list[tuple[int, list[int]]] = []
        #: Changed parents, the topmost first: (depth, number).
        self._parents: list[tuple[int, int]] = []
        #: New elements whose children come after them.
        self._holes: list[Element] = []
        self._old: dict[int, list[int] | int] = {}
        self._runs = runs

    def ops(self) -> list[Any]:
        for number, old in self._delta.children.items():
            element = self._node(number)
            if element is not None and number <= self._watermark:
                self._add_parent(element, old)
        while self._parents:
            _, number = heapq.heappop(self._parents)
            parent = self._nodes[number]
            assert isinstance(parent, Element)
            self._children(parent, self._old[number])
        if self._runs.movers:
            removed = self._removed + [number for _, numbers in self._cleared for number in numbers]
            structure = self._inserts + ([Op.REMOVE, removed] if removed else [])
        else:
            structure = [op for number, _ in self._cleared for op in (Op.CLEAR, number)]
            if self._removed:
                structure += (Op.REMOVE, self._removed)
            structure += self._inserts
        # A reset of a form comes before the values which were set after it, or it would undo them.
        resets = [call for call in self._delta.calls if call[1] == "reset"]
        others = [call for call in self._delta.calls if call[1] != "reset"]
        end = [Op.END] if self._is_snapshot else []
        return structure + self._calls(resets) + self._values() + end + self._calls(others)

    def _node(self, number: int) -> Node | None:
        node = self._nodes.get(number)
        # Those that have just left the tree have their numbers still.
        return None if node is None or (self._runs.has_leavings and not node.isConnected) else node

    # Children

    def _add_parent(self, element: Node, old: list[int] | int) -> None:
        depth = 0
        ancestor = element._parent
        while ancestor is not None:
            depth += 1
            ancestor = ancestor._parent
        self._old[element._number] = old
        heapq.heappush(self._parents, (depth, element._number))

    def _is_known(self, node: Node) -> bool:
        number = node._number
        if number > 0:
            return number <= self._watermark
        return -number <= self._watermark and number not in self._delta.born

    def _children(self, parent: Element, old: list[int] | int) -> None:
        kids = parent._kids
        if isinstance(kids, str):
            # TEXT forgets whatever else was there; its turn comes when the moves are done.
            self._delta.texts.add(parent._number)
            return
        new = parent._child_list()
        if isinstance(old, int):
            self._insert(parent, new[old:], 0)
            return
        arrangement = self._runs.arrangements.get(parent)
        if arrangement is None:
            arrangement = arrange(old, [kid._number for kid in new])
            gone = [number for number in arrangement.gone if number not in self._runs.movers]
        else:
            gone = [node._number for node in arrangement.gone if node._number not in self._runs.movers]
        if gone and len(gone) == len(old) > 1:
            self._cleared.append((parent._number, gone))
        else:
            self._removed += gone
        for first, end in arrangement.ranges():
            self._insert(parent, new[first:end], new[end]._number if end < len(new) else 0)

    def _insert(self, parent: Element, nodes: Sequence[Node], before: int) -> None:
        """Write the insertion of `nodes`, in order, before the node numbered `before`."""
        if nodes and min([node._number for node in nodes]) > self._watermark:
            known = [False] * len(nodes)  # All are new, which is told quickly.
        else:
            known = [self._is_known(node) for node in nodes]
        for is_known, at, end in stretches(known):
            first = at
            if is_known:
                moved = [node._number for node in nodes[at:end]]
                self._inserts += (Op.MOVE, parent._number, before, moved)
                first = end
            while first < end:
                run = self._runs.at(nodes, first, end)
                self._insert_new(parent, run, before)
                first += len(run.nodes)

    def _insert_new(self, parent: Element, run: Run, before: int) -> None:
        """Write the creation of nodes that have one shape."""
        count = len(run.nodes)
        constants = [column[0] for column in run.values]
        varying = [
            live or column.count(column[0]) != count
            for live, column in zip(run.shape.live, run.values, strict=True)
        ]
        template, places = self._template(run, constants, varying)
        self._inserts += (Op.INSERT, parent._number, before, template, count, run.numbers())
        self._inserts += [
            column if live else _column(column)
            for live, column, varies in zip(run.shape.live, run.values, places, strict=True)
            if varies
        ]
        for hole in run.holes:
            self._add_parent(hole, 0)
            self._holes.append(hole)

    def _template(
        self, run: Run, constants: list[Any], varying: list[bool]
    ) -> tuple[int | list[Any], list[bool]]:
        found = self._templates.find(run.shape, constants, varying)
        if found is not None:
            return found
        if self._remember:
            added = self._templates.add(run.shape, constants, varying, len(run.nodes))
            if added is not None:
                self._inserts += (Op.TEMPLATE, added[0], self._templates.specs[-1])
                return added
        return make_spec(run.shape, constants, varying), varying

    # Values

    def _values(self) -> list[Any]:
        delta = self._delta
        ops: list[Any] = []
        for number in sorted(delta.texts):
            node = self._node(number)
            if isinstance(node, Element) and isinstance(node._kids, str):
                if number <= self._watermark:
                    ops += (Op.TEXT, number, node._kids)
            elif isinstance(node, CharacterData):
                ops += self._text(node)
            else:
                # Its primary text has become a node with a number of its own since, and may be elsewhere.
                ops += self._text(self._node(-number))
        for element in self._elements(delta.attributes):
            for key in sorted(delta.attributes[element._number], key=str):
                ops += (Op.ATTR, element._number, attribute_name(key), element._attributes.get(key))
        for element in self._elements(delta.listeners):
            ops += (Op.LISTEN, element._number, listener_specs(element))
        for element in self._elements(delta.properties):
            for name in sorted(delta.properties[element._number]):
                if name in (element._properties or {}):
                    ops += (Op.PROP, element._number, name, element._properties[name])  # type: ignore[index]  # there is one
        for element in self._holes:
            # It was made with them, but a select had no options then.
            for name, value in (element._properties or {}).items():
                ops += (Op.PROP, element._number, name, value)
        return ops

    def _text(self, node: Node | None) -> tuple[Any, ...]:
        if isinstance(node, CharacterData) and self._is_known(node):
            return (Op.TEXT, node._number, node._data)
        return ()

    def _elements(self, numbers: Iterable[int]) -> list[Element]:
        """Those that the viewer has, and had before this frame."""
        found = (self._node(number) for number in sorted(numbers) if number <= self._watermark)
        return [element for element in found if isinstance(element, Element)]

    def _calls(self, calls: list[tuple[int, str, tuple[object, ...]]]) -> list[Any]:
        ops: list[Any] = []
        for number, method, arguments in calls:
            if self._node(number) is not None and method in METHODS:
                ops += (Op.CALL, number, method, list(arguments))
        return ops


def _column(values: list[str]) -> list[str] | int:
    """The values of a column as they are written: texts that count need only the first number."""
    first = values[0]
    if len(values) < _COUNTING or not (first.isascii() and first.isdecimal()) or len(first) > _DIGITS:
        return values
    number = int(first)
    if values[-1] == str(number + len(values) - 1) and values == [
        str(each) for each in range(number, number + len(values))
    ]:
        return number
    return values
