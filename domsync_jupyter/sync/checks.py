"""What a page is asked to compare with the document, now and then: see "Checks" in `docs/protocol.md`.

Some nodes at a time, so that it costs the same however large the document is. `js/src/check.ts` writes the same texts.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element
from domsync_jupyter.sync.ops import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.node import Node

__all__ = ["BROWSER_ATTRIBUTES", "END_CHILDREN", "MOST_NODES", "checksum", "nodes_to_check"]

#: Nodes of one check, and the length of their texts at which no further one is taken.
MOST_NODES = 256
MOST_CHARACTERS = 20_000
#: Children at either end of a parent that are looked at; of those between, only the number.
END_CHILDREN = 100

#: The browser changes them by itself: `open` when a person opens something, `style` when they make it larger.
BROWSER_ATTRIBUTES = frozenset({"open", "style"})


def nodes_to_check(nodes: dict[int, Node], first: int) -> tuple[list[int], int]:
    """Choose nodes, from a place in the document on, and tell the checksum of their texts.

    Args:
        nodes: Those that pages have, by number.
        first: How many of them to pass over.

    Returns:
        Their numbers, and what `checksum` makes of their texts.
    """
    numbers: list[int] = []
    texts: list[str] = []
    length = 0
    editable: dict[Node, bool] = {}
    for number, node in islice(nodes.items(), first, first + MOST_NODES):
        text = _text(number, node)
        if text is None or length + len(text) > MOST_CHARACTERS or _is_pages(node, editable):
            continue
        length += len(text)
        numbers.append(number)
        texts.append(text)
    return numbers, checksum(texts)


def checksum(texts: list[str]) -> int:
    """CRC-32 of the UTF-8 of texts, joined by U+0001."""
    return crc32("\x01".join(texts).encode())


def _text(number: int, node: Node) -> str | None:
    """What a node is, as text; ``None`` if that cannot be told without looking into copies that are one node so far."""
    if isinstance(node, CharacterData):
        return f"{number}\0{node.nodeName}\0{node._data}"
    if not isinstance(node, Element) or isinstance(node._kids, Blueprint):
        return None
    parts = [str(number), node.nodeName]
    if number != ROOT:
        named = ((key if isinstance(key, str) else key[1], value) for key, value in node._attributes.items())
        # Pages sort by UTF-16 code units.
        parts += sorted(
            (f"{name}={value}" for name, value in named if name not in BROWSER_ATTRIBUTES),
            key=lambda text: text.encode("utf-16-be", "surrogatepass"),
        )
    kids = list(_kids(node))
    parts.append(str(len(kids)))
    parts += kids if len(kids) <= 2 * END_CHILDREN else kids[:END_CHILDREN] + kids[-END_CHILDREN:]
    return "\0".join(parts)


def _kids(node: Element) -> Iterator[str]:
    kids = node._kids
    if isinstance(kids, str):
        if kids:
            yield f"#text {kids}"
        return
    for kid in kids if isinstance(kids, list) else ():
        if not isinstance(kid, CharacterData):
            yield str(kid._number)
        elif kid._data:
            yield f"{kid.nodeName} {kid._data}"


def _is_pages(node: Node, known: dict[Node, bool]) -> bool:
    """Whether the page may change a node by itself: custom elements, and what a person may edit."""
    path: list[Node] = []
    at: Node | None = node
    while at is not None and at not in known:
        path.append(at)
        at = at._parent
    found = at is not None and known[at]
    for each in reversed(path):
        found = found or (
            isinstance(each, Element)
            and ("-" in each._tag or each._attributes.get("contenteditable", "false") != "false")
        )
        known[each] = found
    return found
