"""`Blueprint`: a subtree as `cloneNode` copies it, shared by all the copies that nobody has looked into.

A deep copy of an element is one node: its children are the blueprint, until somebody asks for them, and then
one level of them is made. Making a table of a thousand copies of a row so costs little more than the parts of
them that the program touches.

Nodes remember their blueprint as long as nothing in them or below them changes (`Container._blueprint`); a node
that has one has children which have one. Must not know of viewers, except that what is opened in a tree which has
numbers gets its numbers: a blueprint's nodes count in document order, as those of any subtree do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.container import set_blueprint
from domsync_jupyter.dom.element import NO_ATTRIBUTES, Blank, Element, SharedAttributes
from domsync_jupyter.dom.node import set_index, set_number, set_parent

if TYPE_CHECKING:
    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.container import Container
    from domsync_jupyter.dom.node import Node

__all__ = ["Blueprint", "blueprint_of"]

_new = object.__new__

#: Whose copies have a state of their own beside attributes and children, or a widget.
_STATEFUL = frozenset({"domsync-embed", "input", "textarea"})


class Blueprint:
    """What copies of one node are made of. Never changed.

    Args:
        interface: The class of the node.
        namespace: Of an element.
        tag: Of an element; nothing else has one.
        attributes: Of an element.
        data: Of a text or a comment, or the primary text of an element.
        kids: The blueprints of the children of an element, if it has others than a primary text.
    """

    __slots__ = (
        "_recipe",
        "attributes",
        "data",
        "inner",
        "interface",
        "kids",
        "namespace",
        "shape",
        "size",
        "tag",
    )

    def __init__(
        self,
        interface: type[Node],
        namespace: str | None = None,
        tag: str = "",
        attributes: dict[AttributeKey, str] = NO_ATTRIBUTES,
        data: str | None = None,
        kids: tuple[Blueprint, ...] = (),
    ) -> None:
        self.interface = interface
        self.namespace = namespace
        self.tag = tag
        self.attributes = SharedAttributes(attributes) if attributes else NO_ATTRIBUTES
        self.data = data
        self.kids = kids
        #: What `Container._kids` of a copy is at first.
        self.inner: Blueprint | str | None = self if kids else data
        #: How many numbers a copy takes: primary texts have none.
        self.size: int = 1 + sum(kid.size for kid in kids)
        #: What `open` needs of each child.
        self._recipe = [(kid.interface, kid.inner, kid.namespace, kid.tag, kid.attributes) for kid in kids]
        #: For the layer above, which says in its own words what all copies have in common.
        self.shape: Any = None

    def open(self, parent: Container) -> list[Node]:
        """Make the children of a copy, and them only. Under the document's lock."""
        document = parent._document
        made: list[Node] = []
        for index, (interface, inner, namespace, tag, attributes) in enumerate(self._recipe):
            if not tag:
                text: Any = interface(document, inner)  # type: ignore[call-arg]  # so character data is made
                set_parent(text, parent)
                set_index(text, index)
                made.append(text)
            else:
                # As `make_element` does, without a call for each.
                element: Element = _new(Blank)
                element._document = document
                element._parent = parent  # type: ignore[assignment]  # who has children is a ParentNode
                element._index = index
                element._number = 0
                element._kids = inner
                element._blueprint = None
                element._namespace = namespace
                element._tag = tag
                element._attributes = attributes
                element._properties = None
                element._listeners = None
                element.__class__ = interface  # type: ignore[assignment]  # what is not character data is an element
                made.append(element)
        if parent._number:
            # Viewers have them: numbered when their parent was, in document order.
            number = parent._number + 1
            for node, part in zip(made, self.kids, strict=True):
                set_number(node, number)
                document._adopted(node)
                number += part.size
        return made


def blueprint_of(element: Element) -> Blueprint | None:
    """The blueprint of an element with the children it has now, or ``None`` if its copies have to be made at once.

    That is so if there are elements below which are found by their id, or which have a state. Under the
    document's lock.
    """
    if element._blueprint is not None:
        return element._blueprint
    parts: list[Blueprint] = []
    data: str | None = None
    kids = element._kids
    if isinstance(kids, Blueprint):
        parts = list(kids.kids)
    elif isinstance(kids, list):
        for kid in kids:
            part: Blueprint | None
            if isinstance(kid, CharacterData):
                part = Blueprint(type(kid), data=kid._data)
            elif not isinstance(kid, Element) or kid._tag in _STATEFUL or "id" in kid._attributes:
                part = None
            else:
                part = blueprint_of(kid)
            if part is None:
                return None
            parts.append(part)
    else:
        data = kids
    made = Blueprint(type(element), element._namespace, element._tag, element._attributes, data, tuple(parts))
    set_blueprint(element, made)
    return made
