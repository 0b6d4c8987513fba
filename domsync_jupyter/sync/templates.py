"""Templates: what is alike in subtrees of one shape is said once.

A template is a `Shape` with the values that never vary; the values that do are columns. Viewers remember templates,
so that what comes again later needs no description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domsync_jupyter.sync.shapes import Shape, listeners_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.element import Element

__all__ = ["Templates", "attribute_name", "columns_of", "listener_specs", "make_spec", "nodes_of"]

Spec = list[Any]

#: A description with fewer nodes and values in it is as short as what would refer to it.
_WORTH_REMEMBERING: Final = 3
#: How many shapes that came once are remembered, in case they come again.
_SEEN_AT_MOST: Final = 256


class Templates:
    """The templates that viewers of one document remember. Ids count from 1; none is ever given up.

    Args:
        limit: How many at most; after that, specs are sent along each time.
        max_nodes: How many nodes they describe at most, all together.
    """

    def __init__(self, limit: int = 256, max_nodes: int = 4096) -> None:
        self._limit = limit
        self._nodes_left = max_nodes
        self._by_shape: dict[tuple[Any, ...], list[_Remembered]] = {}
        #: The values of shapes that came once, and alone.
        self._seen: dict[tuple[Any, ...], list[Any]] = {}
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

    def add(
        self, shape: Shape, constants: list[Any], varying: list[bool], count: int
    ) -> tuple[int, list[bool]] | None:
        """Remember a new template for `count` subtrees, or ``None`` if they are better described this once.

        What differs from the templates that the shape has already varies from now on, so that the same
        shape with other constants each time ends up with one that suits all of them. A shape that comes alone is
        remembered when it comes again.

        Returns:
            The id, and which of the places vary.
        """
        if len(self.specs) >= self._limit or shape.size > self._nodes_left:
            return None
        known = self._by_shape.setdefault(shape.key, [])
        earlier: list[Any] | None = None
        if known:
            _, earlier, places = known[-1]
            varying = [one or other for one, other in zip(varying, places, strict=True)]
        elif count == 1:
            if shape.size + len(constants) < _WORTH_REMEMBERING:
                return None
            earlier = self._seen.get(shape.key)
            if earlier is None:
                if len(self._seen) >= _SEEN_AT_MOST:
                    self._seen.clear()
                self._seen[shape.key] = constants
                return None
        if earlier is not None:
            varying = [
                vary or value != other for vary, value, other in zip(varying, constants, earlier, strict=True)
            ]
        self._nodes_left -= shape.size
        self.specs.append(make_spec(shape, constants, varying))
        known.append(_Remembered(len(self.specs), constants, varying))
        return len(self.specs), varying


class _Remembered(NamedTuple):
    number: int
    constants: list[Any]
    varying: list[bool]


def make_spec(shape: Shape, constants: Sequence[Any], varying: Sequence[bool]) -> Spec:
    """The description of a shape for the page, with the `constants` where nothing varies."""
    return _spec(shape, list(zip(constants, varying, strict=True))[::-1])


def columns_of(spec: Spec) -> int:
    """How many columns an INSERT of a spec has."""
    if spec[0] in ("#text", "#comment"):
        return int(spec[1] == 0)
    _, attributes, properties, _, content = (*spec, *_LEFT_OUT[len(spec) :])
    inside: int = sum(map(columns_of, content)) if isinstance(content, list) else content == 0
    varying: int = attributes[1::2].count(0)
    return len(properties) + varying + inside


def nodes_of(spec: Spec) -> int:
    """How many numbers an INSERT of a spec has for each subtree."""
    kids = spec[4] if len(spec) == len(_LEFT_OUT) else None
    return 1 + sum(map(nodes_of, kids)) if isinstance(kids, list) else 1


#: What the parts of a spec are that were left out.
_LEFT_OUT: Final[tuple[Any, ...]] = ("", (), (), (), None)


def listener_specs(element: Element) -> list[list[Any]]:
    """The element's listeners as they are written in a frame."""
    return [_listener_spec(listener) for listener in listeners_of(element)]


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
