"""Subtrees by shape: what is alike is said once.

A `Shape` is what subtrees have in common: tags, names of attributes, listeners, and so on. The **values** of a
subtree are the rest, in a fixed order. Subtrees of one shape become one template, into which
the values that never vary are folded, and columns of the values that do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom import names
from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.node import Node

__all__ = ["Shape", "Templates", "make_shape"]

Spec = list[Any]


class Shape:
    """The shape of a subtree."""

    __slots__ = ("attributes", "key", "kids", "listeners", "live", "properties", "tag", "text")

    def __init__(
        self,
        tag: str | tuple[str | None, str],
        attributes: tuple[AttributeKey, ...] = (),
        properties: tuple[str, ...] = (),
        listeners: tuple[Any, ...] = (),
        text: bool = False,
        kids: tuple[Shape, ...] = (),
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.properties = properties
        self.listeners = listeners
        #: Whether the content is a primary text, or the data of a node that is not an element.
        self.text = text
        self.kids = kids
        #: How many values a subtree of this shape has.
        #: For each value whether it is that of a live property, which is never folded into a template.
        self.live: list[bool] = [False] * len(attributes) + [True] * len(properties) + [False] * text
        for kid in kids:
            self.live += kid.live
        self.key: tuple[Any, ...] = (
            tag,
            attributes,
            properties,
            listeners,
            text,
            tuple(kid.key for kid in kids),
        )

    def read(self, node: Node, values: list[Any], numbers: list[int], movers: AbstractSet[int]) -> bool:
        """Append the values and numbers of `node`, if its subtree has this shape.

        If not, returns False, and what was appended is rubbish.
        """
        tag = self.tag
        numbers.append(node._number)
        if not isinstance(node, Element):
            if node.nodeName != tag:
                return False
            assert isinstance(node, CharacterData)
            values.append(node._data)
            return True
        if tag != (node._tag if node._namespace == names.HTML else (node._namespace, node._tag)):
            return False
        attributes = node._attributes
        if tuple(attributes) != self.attributes:
            return False
        values.extend(attributes.values())
        if node._properties or self.properties:
            properties = node._properties or {}
            if tuple(properties) != self.properties:
                return False
            values.extend(properties.values())
        if (node._listeners or self.listeners) and _listeners(node) != self.listeners:
            return False
        kids = node._kids
        if isinstance(kids, str):
            if not self.text:
                return False
            values.append(kids)
            return True
        if self.text:
            return False
        if not kids or (movers and any(kid._number in movers for kid in kids)):
            return not self.kids
        if len(kids) != len(self.kids):
            return False
        return all(
            shape.read(kid, values, numbers, movers) for kid, shape in zip(kids, self.kids, strict=True)
        )

    def spec(self, constants: Sequence[Any], varying: Sequence[bool]) -> Spec:
        """The description for the page, with the `constants` where nothing varies."""
        return _spec(self, list(zip(constants, varying, strict=True))[::-1])


def make_shape(node: Node, movers: AbstractSet[int]) -> Shape:
    """The shape of the subtree of `node`, which the viewer does not have.

    Args:
        node: The top.
        movers: Numbers of nodes which the viewer has and which change their parent. A node that has one of them
            as a child is described without children: they follow later.
    """
    if not isinstance(node, Element):
        return Shape(node.nodeName, text=True)
    tag = node._tag if node._namespace == names.HTML else (node._namespace, node._tag)
    kids = node._kids
    below: tuple[Shape, ...] = ()
    if isinstance(kids, list) and not (movers and any(kid._number in movers for kid in kids)):
        below = tuple(make_shape(kid, movers) for kid in kids)
    return Shape(
        tag,
        tuple(node._attributes),
        tuple(node._properties) if node._properties else (),
        _listeners(node),
        isinstance(kids, str),
        below,
    )


class Templates:
    """The templates that viewers of one document remember. Ids count from 1; none is ever given up.

    Args:
        limit: How many at most; after that, specs are sent along each time.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._by_shape: dict[tuple[Any, ...], list[tuple[int, list[Any], list[bool]]]] = {}
        #: Spec of template ``i + 1``.
        self.specs: list[Spec] = []

    def find(self, shape: Shape, constants: list[Any], varying: list[bool]) -> tuple[int, list[bool]] | None:
        """A remembered template which suits: its id, and which of its places vary."""
        for number, folded, places in self._by_shape.get(shape.key, ()):
            if all(
                place or (not vary and constant == value)
                for place, value, vary, constant in zip(places, folded, varying, constants, strict=True)
            ):
                return number, places
        return None

    def add(self, shape: Shape, constants: list[Any], varying: list[bool]) -> int | None:
        """Remember a new template and return its id, or ``None`` if there are enough."""
        if len(self.specs) >= self._limit:
            return None
        self.specs.append(shape.spec(constants, varying))
        self._by_shape.setdefault(shape.key, []).append((len(self.specs), list(constants), list(varying)))
        return len(self.specs)


def _listeners(element: Element) -> tuple[Any, ...]:
    """What the page has to know of the element's listeners, each once."""
    if not element._listeners:
        return ()
    return tuple(
        dict.fromkeys(
            listener.descriptor for registered in element._listeners.values() for listener in registered
        )
    )


def listener_specs(element: Element) -> list[list[Any]]:
    """The element's listeners as they are written in a frame."""
    return [_listener_spec(listener) for listener in _listeners(element)]


def attribute_name(key: AttributeKey) -> str | list[str]:
    """An attribute's name as it is written in a frame."""
    return key if isinstance(key, str) else list(key)


def _spec(shape: Shape, values: list[tuple[Any, bool]]) -> Spec:
    def place() -> Any:
        constant, varies = values.pop()
        return 0 if varies else constant

    if isinstance(shape.tag, str) and shape.tag.startswith("#"):
        return [shape.tag, place()]
    attributes: list[Any] = []
    for key in shape.attributes:
        attributes += (attribute_name(key), place())
    for _ in shape.properties:
        values.pop()
    content: Any = None
    if shape.text:
        content = place()
    elif shape.kids:
        content = [_spec(kid, values) for kid in shape.kids]
    return _trim(
        [
            shape.tag,
            attributes,
            list(shape.properties),
            [_listener_spec(listener) for listener in shape.listeners],
            content,
        ]
    )


def _listener_spec(listener: tuple[Any, ...]) -> list[Any]:
    return _trim([list(part) if isinstance(part, tuple) else part for part in listener])


def _trim(parts: list[Any]) -> list[Any]:
    """Without the empty parts at the end."""
    while parts and parts[-1] in (None, [], ""):
        parts.pop()
    return parts
