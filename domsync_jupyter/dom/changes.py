"""What changed in a document since its changes were last taken.

Records *that* something changed, not what was done: a value has one entry however often it
was written, and a parent remembers the children it had when the changes were last taken. So
the size is bounded by the size of the document, never by the number of calls.

Only nodes which some viewer has (`Node._number` is not 0) are recorded. Must not know of frames,
viewers or the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Union

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node

__all__ = ["PRIMARY_TEXT", "AttributeKey", "Changes", "OldChildren", "PrimaryTextType"]


class PrimaryTextType:
    """The children were one text, kept as a plain `str`: see `Element._kids`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "PRIMARY_TEXT"


PRIMARY_TEXT: Final = PrimaryTextType()

#: How an attribute is named: its qualified name, or with its namespace where it has one.
AttributeKey = str | tuple[str, str]

#: What the children of a parent were: a list of nodes; or the number of them, if nodes were only
#: appended since then; or `PRIMARY_TEXT`.
OldChildren = Union["list[Node]", int, PrimaryTextType]


class Changes:
    """The difference between a document now and at an earlier moment."""

    __slots__ = ("attributes", "calls", "children", "listeners", "properties", "texts")

    def __init__(self) -> None:
        #: Parent -> its children then.
        self.children: dict[Element, OldChildren] = {}
        #: Nodes whose data changed, and elements whose primary text did.
        self.texts: dict[Node, None] = {}
        #: Element -> qualified names, or (namespace, qualified name), of its changed attributes.
        self.attributes: dict[Element, set[AttributeKey]] = {}
        #: Element -> names of its changed live properties (``value``, ``checked``, ...).
        self.properties: dict[Element, set[str]] = {}
        #: Elements which gained or lost listeners.
        self.listeners: dict[Element, None] = {}
        #: Method calls to make in the page, in order: element, method, arguments.
        self.calls: list[tuple[Element, str, tuple[object, ...]]] = []

    def __bool__(self) -> bool:
        return bool(
            self.children or self.texts or self.attributes or self.properties or self.listeners or self.calls
        )
