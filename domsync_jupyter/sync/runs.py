"""Runs: neighbours of one shape, read at once.

A `Run` is read column by column: for each place in the shape, one list of the nodes there, and one of each of their
values. That costs a fraction of looking at node after node, because the loops are those of list comprehensions. It ends
where the shape changes. How far it goes is tried in steps that grow, so that a list of many short runs costs no
more than one that is a single run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.element import Element
from domsync_jupyter.sync.shapes import LONG, Description, NotPlainError, inside_of, listeners_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.shapes import Pattern, Shape
    from domsync_jupyter.sync.siblings import Arrangement

__all__ = ["Run", "Runs"]

#: How many neighbours are compared at first; it grows by the same factor.
_STEP: Final = 8


class Run:
    """Neighbours of one shape, column by column.

    Args:
        shape: Their shape.
    """

    __slots__ = ("first", "holes", "nodes", "pending", "places", "shape", "values")

    def __init__(self, shape: Shape, holes: Sequence[Element] = ()) -> None:
        self.shape = shape
        #: The neighbours.
        self.nodes: list[Node] = []
        #: For each place of the shape in document order: how many nodes of a subtree come before it, and
        #: the node there of each subtree. Places in children that nobody has looked into are left out.
        self.places: list[tuple[int, list[Any]]] = []
        #: For each value of the shape, that of each subtree.
        self.values: list[list[Any]] = []
        #: Indices of those of `places` whose children nobody has looked into.
        self.pending: list[int] = []
        #: Elements whose children are left out.
        self.holes = holes
        #: The first number, if it is known that the others follow on.
        self.first = 0

    def numbers(self) -> int | list[int]:
        """The numbers of all nodes as INSERT has them: the first one if the others follow on, or all."""
        if self.first:
            return self.first
        first, size, count = self.nodes[0]._number, self.shape.size, len(self.nodes)
        if all(
            [node._number for node in column]
            == list(range(first + offset, first + offset + size * count, size))
            for offset, column in self.places
        ):
            return first
        rows: list[list[int]] = [[] for _ in range(count)]
        ends = [offset for offset, _ in self.places[1:]] + [size]
        for (offset, column), end in zip(self.places, ends, strict=True):
            for row, node in zip(rows, column, strict=True):
                # Children that nobody has looked into are numbered after their parent.
                row.extend(range(node._number, node._number + end - offset))
        return [number for row in rows for number in row]


class Runs:
    """Reads the runs in lists of siblings which a viewer does not have.

    For one frame: what was read is kept, since the tree does not change meanwhile. Under the document's lock.

    Args:
        movers: Numbers of nodes which the viewer has, and which have another parent now.
        has_leavings: Whether there are nodes which left the tree and have their numbers still.
    """

    def __init__(self, movers: AbstractSet[int] = frozenset(), *, has_leavings: bool = False) -> None:
        self.movers = movers
        self.has_leavings = has_leavings
        #: Parent -> what became of its children, as far as that was found out already.
        self.arrangements: dict[Node, Arrangement] = {}
        #: First node -> the run that begins with it.
        self._known: dict[Node, Run] = {}

    def at(self, siblings: Sequence[Node], start: int, end: int) -> Run:
        """The run which begins at index `start` and goes on to `end` at the most; at least one node."""
        top = siblings[start]
        run = self._known.get(top)
        if (
            run is None
            or len(run.nodes) > end - start
            or run.nodes[-1] is not siblings[start + len(run.nodes) - 1]
        ):
            run = self._known[top] = self._read(siblings, start, end)
        return run

    def of(self, siblings: Sequence[Node]) -> Iterator[Run]:
        """All runs of a list."""
        start = 0
        while start < len(siblings):
            run = self.at(siblings, start, len(siblings))
            yield run
            start += len(run.nodes)

    def _read(self, siblings: Sequence[Node], start: int, end: int) -> Run:
        top = siblings[start]
        while True:
            description = Description(self.movers)
            try:
                pattern = description.of(top)
            except NotPlainError:
                return self._read_alone(top)
            run = Run(pattern.shape)
            at, step = start, 1
            try:
                while at < end:
                    some = siblings[at : min(at + step, end)]
                    got = _extend(run, pattern, some, self.movers)
                    at += got
                    if got < len(some):
                        break
                    step *= _STEP
            except _OpenedError:
                continue  # Some copies of these had been looked into: now all are, and can be compared.
            if len(run.nodes) == 1 and description.has_long:
                return self._read_alone(top)
            return run

    def _read_alone(self, top: Node) -> Run:
        description = Description(self.movers, self._has_long)
        pattern = description.of(top)
        run = Run(pattern.shape, description.holes)
        _extend(run, pattern, [top], self.movers)
        return run

    def _has_long(self, siblings: Sequence[Node]) -> bool:
        """Whether there is a run among them which is worth columns of its own."""
        return any(len(run.nodes) >= LONG for run in self.of(siblings))


class _OpenedError(Exception):
    """Children of copies were made, so what was read before is out of date."""


def _extend(run: Run, pattern: Pattern, nodes: Sequence[Node], movers: AbstractSet[int]) -> int:
    """Add as many of `nodes`, from the first on, as have the run's shape; return how many.

    Raises:
        _OpenedError: If nothing was added, since it has to be read from the beginning again.
    """
    reading = _Reading(movers)
    count = reading.read(pattern, list(nodes), 0)
    if not run.nodes:
        run.places = [(offset, []) for offset, _ in reading.places]
        run.values = [[] for _ in reading.values]
        run.pending = reading.pending
    if count:
        run.nodes += nodes[:count]
        for (_, column), (_, more) in zip(run.places, reading.places, strict=True):
            column.extend(more[:count])
        for values, new in zip(run.values, reading.values, strict=True):
            values.extend(new[:count])
    return count


class _Reading:
    """Columns of some subtrees, as far as they have one shape."""

    def __init__(self, movers: AbstractSet[int]) -> None:
        self._movers = movers
        self.places: list[tuple[int, list[Any]]] = []
        self.values: list[list[Any]] = []
        self.pending: list[int] = []

    def read(self, pattern: Pattern, column: list[Any], offset: int) -> int:
        """Read the nodes of one place and what is below; return how many have the shape, from the first on.

        Columns that were added before it came out that there are fewer may be longer.
        """
        shape, node = pattern.shape, pattern.node
        column = _alike([each.__class__ for each in column], shape.interface, column)
        self.places.append((offset, column))
        if not isinstance(node, Element):
            self.values.append([each._data for each in column])
            return len(column)
        column = _alike([each._tag for each in column], node._tag, column)
        if shape.interface is Element:
            column = _alike([each._namespace for each in column], node._namespace, column)
        column = self._read_attributes(shape, column)
        if shape.properties or shape.listeners:
            column = self._read_state(shape, column)
        else:
            # Most elements have neither.
            state = [each._properties or each._listeners for each in column]
            if any(state):
                column = _alike([not each for each in state], True, column)
        return self._read_kids(pattern, column, offset)

    def _read_attributes(self, shape: Shape, column: list[Any]) -> list[Any]:
        everything = [each._attributes for each in column]
        if not shape.attributes:
            return _alike([not each for each in everything], True, column) if any(everything) else column
        if len(shape.attributes) == 1 and everything and tuple(everything[0]) == shape.attributes:
            first = everything[0]
            if everything.count(first) == len(everything):
                # Often one value is all there is, and that is told quickly.
                self.values.append([*first.values()] * len(column))
                return column
        column = _alike([*map(tuple, everything)], shape.attributes, column)
        for name in shape.attributes:
            self.values.append([each[name] for each in everything[: len(column)]])
        return column

    def _read_state(self, shape: Shape, column: list[Any]) -> list[Any]:
        everything = [tuple(each._properties or ()) for each in column]
        column = _alike(everything, shape.properties, column)
        for name in shape.properties:
            self.values.append([each._properties[name] for each in column])
        return _alike([listeners_of(each) for each in column], shape.listeners, column)

    def _read_kids(self, pattern: Pattern, column: list[Any], offset: int) -> int:
        if pattern.is_hole:
            return len(column)
        shape = pattern.shape
        kids = [each._kids for each in column]
        if shape.text:
            column = _alike([each.__class__ for each in kids], str, column)
            self.values.append(kids[: len(column)])
            return len(column)
        if pattern.blueprint is not None:
            if list in {each.__class__ for each in kids}:
                assert isinstance(pattern.node, Element)
                pattern.node._child_list()
                raise _OpenedError
            column = _alike(kids, pattern.blueprint, column)
            self.pending.append(len(self.places) - 1)
            self.values += [[value] * len(column) for value in inside_of(pattern.blueprint).values]
            return len(column)
        if not pattern.kids:
            if any(kids):
                column = _alike([not each for each in kids], True, column)
            return len(column)
        if any(each.__class__ is Blueprint for each in kids):
            kids = [each._read_kids() for each in column]
        column = _alike([each.__class__ for each in kids], list, column)
        column = _alike([*map(len, kids[: len(column)])], len(pattern.kids), column)
        if self._movers:
            has_mover = [any(kid._number in self._movers for kid in each) for each in kids[: len(column)]]
            column = _alike(has_mover, False, column)
        count = len(column)
        offset += 1
        for index, kid in enumerate(pattern.kids):
            count = self.read(kid, [each[index] for each in kids[:count]], offset)
            offset += kid.shape.size
        return count


def _alike(values: list[Any], wanted: object, column: list[Any]) -> list[Any]:
    """The beginning of `column` for which `values` are what is wanted."""
    if values.count(wanted) == len(values):
        return column
    return column[: next(index for index, value in enumerate(values) if value != wanted)]
