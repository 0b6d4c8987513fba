"""Shapes: what subtrees have in common, and how much of a subtree is described at once.

A `Shape` is what subtrees have in common: tags, names of attributes, listeners, and so on. The **values** of a
subtree are the rest, in the order of `docs/protocol.md`.

Not everything is described with its content. A **hole** is an element that is written without its children, which
follow as runs of their own: one that contains a node which the viewer has already, one with a long run or very much in
it (so that the rows of a new table are columns, wherever the table is, and no description is larger than a message
should be), and what is very deep. Only a subtree that is described alone can have holes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domsync_jupyter.dom import names
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.character_data import CharacterData, Comment, Text
from domsync_jupyter.dom.element import Element

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.node import Node

__all__ = ["LONG", "Description", "NotPlainError", "Pattern", "Shape", "inside_of", "listeners_of"]

#: Subtrees with more nodes than this are described one by one.
_MAX_REPEATED: Final = 256
#: So many children of one shape make their parent a hole.
LONG: Final = 8
#: What is deeper in an inserted subtree is written on its own.
_MAX_DEPTH: Final = 100


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


class NotPlainError(Exception):
    """A subtree cannot be described together with its neighbours."""


class Pattern(NamedTuple):
    """What the subtrees of a run are compared with: the first one."""

    shape: Shape
    node: Node
    kids: Sequence[Pattern] = ()
    #: Instead of the children, if nobody has looked into them.
    blueprint: Blueprint | None = None
    is_hole: bool = False


class Description:
    """How one subtree is described.

    Args:
        movers: Numbers of nodes which the viewer has, and which have another parent now.
        has_long_run: Whether there is a long run among siblings, if the subtree is described alone, so that it may
            have holes.
    """

    def __init__(
        self, movers: AbstractSet[int], has_long_run: Callable[[Sequence[Node]], bool] | None = None
    ) -> None:
        self._movers = movers
        self._has_long_run = has_long_run
        self._budget = _MAX_REPEATED
        self.holes: list[Element] = []
        #: Whether something in it has so many children that they might better be left out.
        self.has_long = False

    def of(self, node: Node, depth: int = 0) -> Pattern:
        """The pattern of a subtree.

        Raises:
            NotPlainError: If it cannot be described together with others.
        """
        if not isinstance(node, Element):
            return Pattern(_DATA_SHAPES[type(node)], node)
        kids = node._kids
        if isinstance(kids, Blueprint):
            inside = inside_of(kids)
            self.has_long |= inside.has_long
            if self._has_long_run is None:
                self._spend(kids.size)
            if self._has_long_run is None or not inside.has_long:
                return Pattern(_shape(node, inside.shapes), node, (), kids)
            kids = node._child_list()
        if not isinstance(kids, list):
            return Pattern(_shape(node), node)
        if self._is_hole(node, kids, depth):
            self.holes.append(node)
            return Pattern(_shape(node), node, is_hole=True)
        inner = [self.of(kid, depth + 1) for kid in kids]
        return Pattern(_shape(node, tuple([kid.shape for kid in inner])), node, inner)

    def _is_hole(self, node: Element, kids: list[Node], depth: int) -> bool:
        necessary = depth >= _MAX_DEPTH or (
            bool(self._movers) and any(kid._number in self._movers for kid in kids)
        )
        is_long = len(kids) >= LONG
        if self._has_long_run is not None:
            # A custom element is given its children before it comes to life.
            return necessary or (
                is_long
                and "-" not in node._tag
                and (_is_large(kids, _MAX_REPEATED) or self._has_long_run(kids))
            )
        if necessary:
            raise NotPlainError
        self._spend(len(kids))
        self.has_long |= is_long
        return False

    def _spend(self, count: int) -> None:
        self._budget -= count
        if self._budget < 0:
            raise NotPlainError


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


def inside_of(blueprint: Blueprint) -> _Inside:
    """What copies have in common below; found once for a blueprint."""
    known = blueprint.shape
    if known is None:
        shapes: list[Shape] = []
        values: list[Any] = []
        has_long = len(blueprint.kids) >= LONG
        for part in blueprint.kids:
            if issubclass(part.interface, CharacterData):
                shapes.append(_DATA_SHAPES[part.interface])
                values.append(part.data)
                continue
            below = inside_of(part)
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
