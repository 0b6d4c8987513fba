"""Nodes to HTML text: ``innerHTML``, ``outerHTML``, and the static form of a document.

https://html.spec.whatwg.org/#serialising-html-fragments

What is text here must not be read as markup by whoever parses the result, even where HTML's own
algorithm would let it happen (a comment with ``-->`` in it, a ``<style>`` with ``</style>``, markup in a
``<style>`` that the next parser finds inside an ``<svg>``): unless the document was made with
``allow_unsafe=True``, such text is written in a form that no parser takes for markup. Only there does it differ from
what a browser would write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domsync_jupyter.dom import names
from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["escape_attribute", "escape_text", "serialise"]

# https://html.spec.whatwg.org/#void-elements, and those that only serialise like them
_VOID = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
        "meta", "param", "source", "track", "wbr",
    }
)  # fmt: skip
_RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "xmp"})

_TEXT = str.maketrans({"&": "&amp;", "\xa0": "&nbsp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;"})
_SPECIAL = re.compile('[&\xa0<>"]')
# Where a parser could begin to see markup in a text.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_COMMENT_MARKUP = re.compile(r"<[A-Za-z/!?]|--!?>|^-?>")


def serialise(node: Node, *, outer: bool) -> str:
    """The HTML of a node, or of what is in it.

    Reads only: text that is not a node yet does not become one.

    Args:
        node: Any node. That of a document is that of its children.
        outer: With the node itself, instead of only what is in it.
    """
    if not outer and isinstance(node, Element) and node._tag in _VOID and node._namespace == names.HTML:
        return ""
    document = node._document
    with document._lock:
        parts: list[str] = []
        # Strings are written as they are; a node stands for what is still to be written.
        stack: list[Node | str] = [node] if outer else list(_content(node))[::-1]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            elif isinstance(item, Element):
                parts.append(_start_tag(item))
                if item._tag not in _VOID or item._namespace != names.HTML:
                    stack.append(f"</{item._tag}>")
                    stack.extend(list(_content(item))[::-1])
            elif isinstance(item, CharacterData):
                parts.append(_character_data(item))
            else:
                stack.extend(list(_content(item))[::-1])
        return "".join(parts)


def _content(node: Node) -> Iterator[Node | str]:
    """What is in a node: markup that is ready, and nodes that are not."""
    if not isinstance(node, ParentNode):
        return
    kids = node._read_kids()
    raw = isinstance(node, Element) and node._tag in _RAW_TEXT and node._namespace == names.HTML
    if raw and not node._document._allow_unsafe:
        assert isinstance(node, Element)
        # Only text can be text; a comment or an element in a <style> would be markup to no one but an attacker.
        texts = [kids] if isinstance(kids, str) else [k._data for k in kids or () if _is_text(k)]  # type: ignore[attr-defined]  # texts have data
        yield _inert(node._tag, "".join(texts))
    elif isinstance(kids, str):
        yield kids if raw else escape_text(kids)
    elif raw:
        for kid in kids or ():
            yield kid._data if _is_text(kid) else kid  # type: ignore[attr-defined]  # texts have data
    else:
        yield from kids or ()


def _is_text(node: Node) -> bool:
    return node.nodeType == Node.TEXT_NODE


def _inert(tag: str, text: str) -> str:
    """The text of an element whose text is written as it is, without anything that looks like markup."""
    if tag == "style":
        # CSS has an escape that means the same inside its strings and addresses; elsewhere it has no such text.
        return _MARKUP.sub(r"\\3c ", text)
    return "" if _MARKUP.search(text) else text


def _start_tag(element: Element) -> str:
    # With its prefix, if it has one: what the parser calls <sodipodi:namedview> has to stay that.
    if not element._attributes:
        return f"<{element._tag}>"
    parts = [f"<{element._tag}"]
    for key, value in element._attributes.items():
        name = key if isinstance(key, str) else _attribute_name(*key)
        parts.append(f' {name}="{escape_attribute(value)}"')
    parts.append(">")
    return "".join(parts)


def _attribute_name(namespace: str, qualified_name: str) -> str:
    """https://html.spec.whatwg.org/#attribute's-serialised-name"""
    local = names.local(qualified_name)
    if namespace == names.XML:
        return f"xml:{local}"
    if namespace == names.XMLNS:
        return local if local == "xmlns" else f"xmlns:{local}"
    if namespace == names.XLINK:
        return f"xlink:{local}"
    return qualified_name


def _character_data(node: CharacterData) -> str:
    if node.nodeType == Node.TEXT_NODE:
        return escape_text(node._data)
    data = node._data
    if not node._document._allow_unsafe and _COMMENT_MARKUP.search(data):
        data = data.replace("<", "&lt;").replace(">", "&gt;")
    return f"<!--{data}-->"


def escape_text(text: str) -> str:
    """Text between tags."""
    return text.translate(_TEXT) if _SPECIAL.search(text) else text


def escape_attribute(value: str) -> str:
    """The value of an attribute, to stand in double quotes."""
    return value.translate(_ATTRIBUTE) if _SPECIAL.search(value) else value
