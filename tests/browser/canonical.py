"""The form in which the DOM of a page and a document are compared, node by node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domsync_jupyter import Element
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.names import HTML
from tests.sync.programs import peek

__all__ = ["CANONICAL", "differences", "shown"]

#: The page's side of `shown`.
CANONICAL = """
(() => {
  const HTML = "http://www.w3.org/1999/xhtml";
  const byName = (a, b) => (String(a[0]) < String(b[0]) ? -1 : 1);
  const live = (node) =>
    node.namespaceURI !== HTML ? []
    : node.localName === "input" ? [node.value, node.checked]
    : node.localName === "textarea" ? [node.value]
    : node.localName === "select" ? [node.selectedIndex]
    : [];
  window.canonical = (node) =>
    node.nodeType !== Node.ELEMENT_NODE
      ? [node.nodeName, node.data]
      : [
          node.namespaceURI === HTML ? node.localName : [node.namespaceURI, node.nodeName],
          [...node.attributes].map((a) => [a.namespaceURI ? [a.namespaceURI, a.name] : a.name, a.value]).sort(byName),
          live(node),
          [...node.childNodes].map(window.canonical),
        ];
})();
"""


def shown(node: Any) -> Any:
    """What a page has to show for a node: `peek`, with states of controls as they read."""
    if not isinstance(node, Element):
        return peek(node)
    tag, attributes, _, _, kids = peek(node)
    attributes.sort(key=lambda item: item[0] if isinstance(item[0], str) else ",".join(item[0]))
    if isinstance(node._kids, list):
        kids = [shown(kid) for kid in node._kids]
    elif isinstance(node._kids, Blueprint):
        # Looking must not change what is tested, so it is done in a copy.
        kids = [shown(kid) for kid in node.cloneNode(True).childNodes]
    live: list[Any] = []
    if node._namespace == HTML:
        match node._tag:
            case "input":
                live = [node.value, node.checked]  # type: ignore[attr-defined]  # an input has them
            case "textarea":
                live = [node.value]  # type: ignore[attr-defined]  # a textarea has it
            case "select":
                live = [node.selectedIndex]  # type: ignore[attr-defined]  # a select has it
    return [tag, attributes, live, kids]


def differences(page: Any, document: Any, place: str = "") -> Iterator[str]:
    """What is not as it should be, and where."""
    if isinstance(page, list) and isinstance(document, list) and len(page) == len(document):
        for number, (one, other) in enumerate(zip(page, document, strict=True)):
            yield from differences(one, other, f"{place}/{number}")
    elif page != document:
        yield f"{place}: the page has {page!r:.500}, the document {document!r:.500}"
