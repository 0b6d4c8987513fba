"""`copy_of`: what a page shows, as a document of its own, so that it is read like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document
from domsync_jupyter.dom.names import HTML

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.replica import Replica, ReplicaNode

__all__ = ["copy_of"]


def copy_of(replica: Replica) -> tuple[Document, dict[Element, int]]:
    """The present state of a replica as a document, and the numbers of its elements.

    Changes to it change nothing else.
    """
    # Whether a name or an address is let in was decided when it was written.
    document = Document(allow_unsafe=True)
    root = document.getRootElement()
    numbers = {root: replica.root.number}
    _put_attributes(root, replica.root)
    root.append(*(_node(document, kid, numbers) for kid in replica.root.kids))
    # Properties last: what is chosen in a select depends on its options.
    for element, number in numbers.items():
        _put_properties(element, replica.nodes[number].properties)
    return document, numbers


def _node(document: Document, node: ReplicaNode, numbers: dict[Element, int]) -> Node:
    if node.tag == "#text":
        return document.createTextNode(node.data)
    if node.tag == "#comment":
        return document.createComment(node.data)
    made = (
        document.createElement(node.tag)
        if node.namespace == HTML
        else document.createElementNS(node.namespace, node.tag)
    )
    numbers[made] = node.number
    _put_attributes(made, node)
    made.append(*(_node(document, kid, numbers) for kid in node.kids))
    return made


def _put_attributes(element: Element, node: ReplicaNode) -> None:
    for name, value in node.attributes.items():
        if isinstance(name, str):
            element.setAttribute(name, value)
        else:
            element.setAttributeNS(*name, value)


def _put_properties(element: Any, properties: dict[str, Any]) -> None:
    for name, value in properties.items():
        if name == "selectedOptions":
            for index, option in enumerate(element.options):
                option.selected = index in value
        elif hasattr(type(element), name) and not (
            name == "value" and element.getAttribute("type") == "file"
        ):
            setattr(element, name, value)
