"""Subtrees by shape: what they have in common, and reading many of one shape at once.

A `Shape` is what subtrees have in common: tags, names of attributes, listeners, and so on. The **values** of a
subtree are the rest, in the order of `docs/protocol.md`. A `Run` is a number of neighbours of one shape. It is read
column by column: for each place in the shape, one list of the nodes there, and one of each of their values. That
costs a fraction of looking at node after node, because the loops are those of list comprehensions.

A run ends where the shape changes. How far it goes is tried in steps that grow, so that a list of many short runs
costs no more than one that is a single run.

Not everything is described with its content. A **hole** is an element that is written without its children, which
follow as runs of their own: one that contains a node which the viewer has already, one with a long run or very much in
it (so that the rows of a new table are columns, wherever the table is, and no description is larger than a message
should be), and what is very deep. Only a subtree that
is described alone can have holes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domsync_jupyter.dom import names
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.character_data import CharacterData, Comment, Text
from domsync_jupyter.dom.element import Element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.siblings import Arrangement

__all__ = ["Run", "Runs", "Shape", "listeners_of"]

#: Subtrees with more nodes than this are described one by one.
_MAX_REPEATED: Final = 256
#: So many children of one shape make their parent a hole.
_LONG: Final = 8
#: What is deeper in an inserted subtree is written on its own.
_MAX_DEPTH: Final = 100
#: How many neighbours are compared at first; it grows by the same factor.
_STEP: Final = 8


class Shape:
    """The shape of a subtree.

    Args:
        interface: The class of the top.
        tag: Its tag, in a tuple with its namespace unless that is HTML; or ``"#text"`` or ``"#comment"``.
        attributes: The names of its attributes.
        properties: The names of its live properties.
        listeners: What the page has to know of its listeners.
        text: Whether its content is a primary text, or the data of a node that is not an element.
        kids: The shapes of its children, if they are described with it.
    """

    __slots__ = (
        "attributes",
        "interface",
        "key",
        "kids",
        "listeners",
        "live",
        "properties",
        "size",
        "tag",
        "text",
    )

    def __init__(
        self,
        interface: type[Node],
        tag: str | tuple[str | None, str],
        attributes: tuple[AttributeKey, ...] = (),
        properties: tuple[str, ...] = (),
        listeners: tuple[Any, ...] = (),
        text: bool = False,
        kids: tuple[Shape, ...] = (),
    ) -> None:
        self.interface = interface
        self.tag = tag
        self.attributes = attributes
        self.properties = properties
        self.listeners = listeners
        self.text = text
        self.kids = kids
        #: How many nodes with numbers a subtree has.
        self.size: int = 1 + sum(kid.size for kid in kids)
        #: For each value whether it is that of a live property, which is never folded into a template.
        self.live: list[bool] = [False] * len(attributes) + [True] * len(properties) + [False] * text
        for kid in kids:
            self.live += kid.live
        #: Equal for shapes that are described alike.
        self.key: tuple[Any, ...] = (
            tag,
            attributes,
            properties,
            listeners,
            text,
            tuple(kid.key for kid in kids),
        )


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
            description = _Description(self.movers)
            try:
                pattern = description.of(top)
            except _NotPlainError:
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
        description = _Description(self.movers, self)
        pattern = description.of(top)
        run = Run(pattern.shape, description.holes)
        _extend(run, pattern, [top], self.movers)
        return run

    def has_long(self, siblings: Sequence[Node]) -> bool:
        """Whether there is a run among them which is worth columns of its own."""
        return any(len(run.nodes) >= _LONG for run in self.of(siblings))


class _NotPlainError(Exception):
    """A subtree cannot be described together with its neighbours."""


class _OpenedError(Exception):
    """Children of copies were made, so what was read before is out of date."""


class _Pattern(NamedTuple):
    """What the subtrees of a run are compared with: the first one."""

    shape: Shape
    node: Node
    kids: Sequence[_Pattern] = ()
    #: Instead of the children, if nobody has looked into them.
    blueprint: Blueprint | None = None
    is_hole: bool = False


class _Description:
    """How one subtree is described.

    Args:
        movers: See `Runs`.
        runs: If it is described alone, so that it may have holes.
    """

    def __init__(self, movers: AbstractSet[int], runs: Runs | None = None) -> None:
        self._movers = movers
        self._runs = runs
        self._budget = _MAX_REPEATED
        self.holes: list[Element] = []
        #: Whether something in it has so many children that they might better be left out.
        self.has_long = False

    def of(self, node: Node, depth: int = 0) -> _Pattern:
        """The pattern of a subtree.

        Raises:
            _NotPlainError: If it cannot be described together with others.
        """
        if not isinstance(node, Element):
            return _Pattern(_DATA_SHAPES[type(node)], node)
        kids = node._kids
        if isinstance(kids, Blueprint):
            inside = _inside(kids)
            self.has_long |= inside.has_long
            if self._runs is None:
                self._spend(kids.size)
            if self._runs is None or not inside.has_long:
                return _Pattern(_shape(node, inside.shapes), node, (), kids)
            kids = node._child_list()
        if not isinstance(kids, list):
            return _Pattern(_shape(node), node)
        if self._is_hole(node, kids, depth):
            self.holes.append(node)
            return _Pattern(_shape(node), node, is_hole=True)
        inner = [self.of(kid, depth + 1) for kid in kids]
        return _Pattern(_shape(node, tuple([kid.shape for kid in inner])), node, inner)

    def _is_hole(self, node: Element, kids: list[Node], depth: int) -> bool:
        necessary = depth >= _MAX_DEPTH or (
            bool(self._movers) and any(kid._number in self._movers for kid in kids)
        )
        is_long = len(kids) >= _LONG
        if self._runs is not None:
            # A custom element is given its children before it comes to life.
            return necessary or (
                is_long
                and "-" not in node._tag
                and (_is_large(kids, _MAX_REPEATED) or self._runs.has_long(kids))
            )
        if necessary:
            raise _NotPlainError
        self._spend(len(kids))
        self.has_long |= is_long
        return False

    def _spend(self, count: int) -> None:
        self._budget -= count
        if self._budget < 0:
            raise _NotPlainError


def _is_large(nodes: list[Node], limit: int) -> bool:
    """Whether there are more nodes than that, with all that is below."""
    stack = list(nodes)
    while stack and limit >= 0:
        limit -= 1
        kids = getattr(stack.pop(), "_kids", None)
        if isinstance(kids, list):
            stack += kids
        elif isinstance(kids, Blueprint):
            limit -= kids.size
    return limit < 0


class _Inside(NamedTuple):
    """What all copies of a blueprint have in their children."""

    shapes: tuple[Shape, ...]
    values: list[Any]
    has_long: bool


def _inside(blueprint: Blueprint) -> _Inside:
    known = blueprint.shape
    if known is None:
        shapes: list[Shape] = []
        values: list[Any] = []
        has_long = len(blueprint.kids) >= _LONG
        for part in blueprint.kids:
            if issubclass(part.interface, CharacterData):
                shapes.append(_DATA_SHAPES[part.interface])
                values.append(part.data)
                continue
            below = _inside(part)
            shapes.append(
                Shape(
                    part.interface,
                    _tag(part.namespace, part.tag),
                    tuple(part.attributes),
                    text=part.data is not None,
                    kids=below.shapes,
                )
            )
            values += part.attributes.values()
            if part.data is not None:
                values.append(part.data)
            values += below.values
            has_long |= below.has_long
        known = blueprint.shape = _Inside(tuple(shapes), values, has_long)
    assert isinstance(known, _Inside)
    return known


def _shape(element: Element, kids: tuple[Shape, ...] = ()) -> Shape:
    return Shape(
        type(element),
        _tag(element._namespace, element._tag),
        tuple(element._attributes),
        tuple(element._properties) if element._properties else (),
        listeners_of(element),
        isinstance(element._kids, str),
        kids,
    )


def _tag(namespace: str | None, tag: str) -> str | tuple[str | None, str]:
    return tag if namespace == names.HTML else (namespace, tag)


_DATA_SHAPES: Final[dict[type[Node], Shape]] = {
    Text: Shape(Text, "#text", text=True),
    Comment: Shape(Comment, "#comment", text=True),
}


def listeners_of(element: Element) -> tuple[Any, ...]:
    """What the page has to know of the element's listeners, each once."""
    if not element._listeners:
        return ()
    return tuple(
        dict.fromkeys(
            listener.descriptor for registered in element._listeners.values() for listener in registered
        )
    )


def _extend(run: Run, pattern: _Pattern, nodes: Sequence[Node], movers: AbstractSet[int]) -> int:
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

    def read(self, pattern: _Pattern, column: list[Any], offset: int) -> int:
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

    def _read_kids(self, pattern: _Pattern, column: list[Any], offset: int) -> int:
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
            self.values += [[value] * len(column) for value in _inside(pattern.blueprint).values]
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
