"""Random programs of document calls, and the canonical form in which trees are compared."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom import Comment, Document, Element, Node, Text
from domsync_jupyter.dom.names import HTML, SVG
from domsync_jupyter.errors import DOMException
from domsync_jupyter.sync.templates import listener_specs

if TYPE_CHECKING:
    from domsync_jupyter.sync.replica import ReplicaNode

TAGS = ["div", "p", "span", "tr", "td", "input", "button", "x-thing"]
TEXTS = ["", "a", "b", "<b>&amp;", "`${x}`", "\N{GRINNING FACE}", '"quoted"', "\u2028", "</script>", "long text " * 20]
ATTRIBUTES = ["class", "title", "data-x", "style"]


class Program:
    """Makes random calls on one document: reproducible from its seed."""

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.pool: list[Node] = [document.getRootElement()]

    def step(self) -> None:
        """One call; a DOM error is as good an outcome as any."""
        try:
            self._step()
        except DOMException:
            pass

    def _element(self) -> Element:
        return self.random.choice([node for node in self.pool if isinstance(node, Element)])

    def _new(self) -> Node:
        choice, document = self.random.random(), self.document
        node: Node
        if choice < 0.15:
            node = document.createTextNode(self.random.choice(TEXTS))
        elif choice < 0.2:
            node = document.createComment(self.random.choice(TEXTS))
        elif choice < 0.27:
            node = document.createElementNS(SVG, self.random.choice(["svg", "path", "g"]))
        elif choice < 0.35:
            node = self._row()
        else:
            node = document.createElement(self.random.choice(TAGS))
        self.pool.append(node)
        if len(self.pool) > 60:
            del self.pool[self.random.randrange(1, len(self.pool))]
        return node

    def _row(self) -> Element:
        row = self.document.createElement("tr", attributes={"class": self.random.choice("ab")})
        for number in range(3):
            cell = self.document.createElement("td", innerText=str(self.random.randrange(5)))
            if number == 1:
                cell.setAttribute("title", "t")
            row.appendChild(cell)
        return row

    def _step(self) -> None:
        pick = self.random.choice
        element = self._element()
        match self.random.randrange(17):
            case 0 | 1:
                element.appendChild(self._new())
            case 2:
                for _ in range(self.random.randrange(5)):
                    row = self._row()
                    self.pool.append(row)
                    element.appendChild(row)
            case 3:
                element.insertBefore(self._new(), pick(element.childNodes or [None]))
            case 4 | 5:
                element.insertBefore(pick(self.pool), pick([*element.childNodes, None]))
            case 6:
                pick(self.pool[1:] or self.pool).remove()
            case 7 | 8:
                element.textContent = pick(TEXTS)
            case 9:
                element.innerText = pick([*TEXTS, "two\nlines"])
            case 10:
                element.setAttribute(pick(ATTRIBUTES), pick(TEXTS))
            case 11:
                element.removeAttribute(pick(ATTRIBUTES))
            case 12:
                node = pick(self.pool)
                if isinstance(node, Text | Comment):
                    node.data = pick(TEXTS)
                elif node.firstChild is not None:
                    self.pool.append(node.firstChild)
            case 13:
                if element._tag == "input":
                    element.value = pick(TEXTS)
            case 14:
                element.addEventListener(pick(["click", "input"]), print, pick([None, "this.value"]))
            case 15:
                kids = element.childNodes
                self.random.shuffle(kids)
                element.replaceChildren(*kids)
            case 16:
                kids = element.childNodes
                if len(kids) > 1:
                    element.insertBefore(kids[-1], kids[0])


def canonical(node: Node) -> Any:
    """What a viewer has to show for `node`."""
    if isinstance(node, Text | Comment):
        return [node.nodeName, node.data]
    assert isinstance(node, Element)
    return [
        node._tag if node._namespace == HTML else [node._namespace, node._tag],
        sorted([key if isinstance(key, str) else list(key), value] for key, value in node._attributes.items()),
        sorted((node._properties or {}).items()),
        listener_specs(node),
        [canonical(kid) for kid in node.childNodes],
    ]


def replica_canonical(node: ReplicaNode) -> Any:
    """The same for a node of a replica."""
    if not node.is_element:
        return [node.tag, node.data]
    return [
        node.tag if node.namespace == HTML else [node.namespace, node.tag],
        sorted([key if isinstance(key, str) else list(key), value] for key, value in node.attributes.items()),
        sorted(node.properties.items()),
        node.listeners,
        [replica_canonical(kid) for kid in node.kids],
    ]


def peek(node: Node) -> Any:
    """`canonical`, without turning primary texts into nodes: looking must not change what is tested."""
    if isinstance(node, Element) and isinstance(node._kids, str):
        return [*_without_kids(node), [["#text", node._kids]]]
    if isinstance(node, Element):
        return [*_without_kids(node), [peek(kid) for kid in node._kids or ()]]
    return canonical(node)


def _without_kids(node: Element) -> list[Any]:
    return [
        node._tag if node._namespace == HTML else [node._namespace, node._tag],
        sorted([key if isinstance(key, str) else list(key), value] for key, value in node._attributes.items()),
        sorted((node._properties or {}).items()),
        listener_specs(node),
    ]
