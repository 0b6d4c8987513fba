"""An SVG element of a document as the text of a file of its own, such as an image may show.

A file is XML, whose parsers forgive nothing: one ``&nbsp;`` or ``<br>``, and there is no picture at all. So this is
not what `serialise` writes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.node import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["svg_file"]

_NAME: Final = re.compile(r"(?:xlink:|xml:)?[A-Za-z_][\w.-]*", re.ASCII)
#: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def svg_file(svg: Element, styles: Mapping[Element, str]) -> str:
    """The element and what is in it, without what runs, and what only an editor reads.

    Call it under the document's lock.

    Args:
        svg: The element.
        styles: What stands in place of the ``style`` attributes of elements below it.
    """
    parts: list[str] = []
    # Strings are written as they are; an element stands for what is still to be written.
    stack: list[tuple[Node, str | None] | str] = [(svg, None)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        node, around = item
        if isinstance(node, CharacterData):
            if node.nodeType == Node.TEXT_NODE:
                parts.append(_escape(node._data))
            continue
        # One with a prefix is of an editor's own; nothing of it is seen.
        if not isinstance(node, Element) or node._tag == "script" or not _NAME.fullmatch(node._tag):
            continue
        attributes = _attributes(node)
        if node is not svg and (style := styles.get(node)):
            attributes["style"] = style
        if node._namespace != around:
            attributes = {"xmlns": node._namespace or "", **attributes}
        if node is svg:
            attributes["xmlns:xlink"] = names.XLINK
        parts.append(f"<{node._tag}")
        parts.extend(f' {name}="{_escape(value)}"' for name, value in attributes.items())
        parts.append(">")
        stack.append(f"</{node._tag}>")
        kids = node._read_kids()
        if isinstance(kids, str):
            stack.append(_escape(kids))
        else:
            stack.extend((kid, node._namespace) for kid in reversed(list(kids or ())))
    return "".join(parts)


def _attributes(element: Element) -> dict[str, str]:
    attributes = {}
    for key, value in element._attributes.items():
        namespace, name = ("", key) if isinstance(key, str) else key
        if namespace == names.XLINK:
            name = f"xlink:{names.local(name)}"
        # What was entered in a field is none of a picture's.
        is_entered = name == "value" and element._namespace == names.HTML
        if _NAME.fullmatch(name) and name != "xmlns" and not name.startswith("on") and not is_entered:
            attributes[name] = value
    return attributes


def _escape(text: str) -> str:
    return _NO_CHARACTER.sub("", text).translate(_ESCAPES)
