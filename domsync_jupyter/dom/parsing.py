"""HTML text to nodes: what ``innerHTML`` and its kin do with what they are given.

The text is parsed here, by turbohtml, as a browser would parse it; the page gets nodes, never
HTML. Must not know of viewers or frames. https://html.spec.whatwg.org/#parsing-html-fragments

The children of a ``<template>`` are its children here. The standard keeps them in a fragment of its own,
``content``; neither is shown, and both serialise alike.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import turbohtml

from domsync_jupyter.dom import names, safety
from domsync_jupyter.dom.character_data import Comment, Text
from domsync_jupyter.dom.container import set_kids
from domsync_jupyter.dom.element import Element, make_element
from domsync_jupyter.dom.html import interface_for
from domsync_jupyter.dom.node import set_index, set_parent
from domsync_jupyter.errors import InvalidCharacterError, NamespaceError, UnsafeMarkupWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.node import Node

__all__ = ["parse_fragment"]

#: Elements deeper than this become siblings, as in Blink's parser: a text of a few kilobytes must not make a tree
#: so deep that walking it fails.
MAX_DEPTH = 512
#: How many of the things left out a warning names.
NAMED = 5

_NAMESPACES = {
    turbohtml.Namespace.HTML: names.HTML,
    turbohtml.Namespace.SVG: names.SVG,
    turbohtml.Namespace.MATHML: names.MATHML,
}
# How the parser names contexts, and one that stands for all those whose name it does not know.
_CONTEXTS = {names.HTML: ("", "span"), names.SVG: ("svg ", "svg g"), names.MATHML: ("math ", "math mrow")}
# https://html.spec.whatwg.org/#adjust-foreign-attributes
_FOREIGN_ATTRIBUTES: dict[str, AttributeKey] = {
    name: (namespace, name)
    for namespace, prefix, locals_ in (
        (names.XLINK, "xlink:", ("actuate", "arcrole", "href", "role", "show", "title", "type")),
        (names.XML, "xml:", ("lang", "space")),
        (names.XMLNS, "", ("xmlns", "xmlns:xlink")),
    )
    for name in (prefix + local for local in locals_)
}


def parse_fragment(document: Document, html: str, context: Element, *, stacklevel: int = 3) -> list[Node]:
    """Parse HTML as the content of an element, into new nodes of the document that are nowhere yet.

    Whatever the text is, there is a result: HTML has no syntax errors. Parts that would bring code into the page
    are left out unless the document was made with ``allow_unsafe=True``, and parts with a name which
    ``createElement`` or ``setAttribute`` refuses (``<a"b>``) always are; an element with such a name leaves its
    children. One warning names them.

    https://html.spec.whatwg.org/#html-fragment-parsing-algorithm

    Args:
        document: Whose nodes to make.
        html: The text; of any length.
        context: The element whose content the text is: ``<td>`` means a cell in a ``<tr>`` only.
        stacklevel: Whom a warning blames; 3 is the caller of the caller.

    Raises:
        TypeError: If `html` is not a ``str``.
        InvalidCharacterError: If it has a lone surrogate.

    Warns:
        UnsafeMarkupWarning: If parts were left out.
    """
    names.text(html, "HTML")
    if context._tag in _TAKES_TEXT and context._namespace == names.HTML and not _NOT_TEXT.search(html):
        # Text alone is the commonest HTML of all.
        return [Text(document, html)] if html else []
    builder = _Builder(document, in_form=_is_in_form(context))
    nodes = builder.build(_parsed(html, context))
    if builder.dropped:
        warnings.warn(builder.warning(), UnsafeMarkupWarning, stacklevel=stacklevel)
    return nodes


def _parsed(html: str, context: Element) -> turbohtml.Node:
    prefix, other = _CONTEXTS.get(context._namespace or "", _CONTEXTS[names.HTML])
    try:
        return turbohtml.parse_fragment(html, f"{prefix}{context.localName}", positions=False, scripting=True)
    except ValueError:
        return turbohtml.parse_fragment(html, other, positions=False, scripting=True)


_NOT_TEXT = re.compile("[<&\r\0]")
#: Elements in which text is one text, whatever it is; a table would not take it.
_TAKES_TEXT = frozenset(
    {
        "a", "article", "b", "button", "code", "dd", "div", "dt", "em", "figcaption", "footer", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "i", "label", "li", "main", "nav", "p", "pre", "section", "small", "span", "strong",
        "td", "th",
    }
)  # fmt: skip


def _is_in_form(context: Element | None) -> bool:
    """Whether the parser's form element pointer is set: a form in a form is ignored."""
    while context is not None:
        if context._tag == "form" and context._namespace == names.HTML:
            return True
        context = context.parentElement
    return False


class _Builder:
    """Makes nodes of the document out of the parser's."""

    def __init__(self, document: Document, *, in_form: bool) -> None:
        self._document = document
        self._allow_unsafe = document._allow_unsafe
        self._in_form = in_form
        #: What was left out, in order -> whether because it is code.
        self.dropped: dict[str, bool] = {}

    def build(self, root: turbohtml.Node) -> list[Node]:
        """Nodes for the children of a node of the parser, without recursion: depth is the author's choice."""
        result: list[Node] = []
        # Sources still to do, each with where its nodes go, how deep that is, and whether forms are ignored.
        stack: list[tuple[turbohtml.Node, list[Node], Element | None, int, bool]] = [
            (kid, result, None, 0, self._in_form) for kid in reversed(_content(root))
        ]
        while stack:
            source, siblings, parent, depth, in_form = stack.pop()
            node: Node
            if isinstance(source, turbohtml.Text):
                if siblings and isinstance(siblings[-1], Text):
                    # Two texts meet where something between them was left out.
                    siblings[-1]._data += source.data
                    continue
                node = Text(self._document, source.data)
            elif isinstance(source, turbohtml.Comment):
                node = Comment(self._document, source.data)
            elif isinstance(source, turbohtml.ProcessingInstruction):
                # There are none in this DOM, nor were there in any browser's HTML before 2026: they were comments.
                node = Comment(self._document, f"?{source.target} {source.data}?")
            elif isinstance(source, turbohtml.Element):
                kids = _content(source)
                html = source.namespace is turbohtml.Namespace.HTML
                element = None
                if not (in_form and html and source.tag == "form"):
                    try:
                        element = self._element(source, html=html)
                    except (InvalidCharacterError, NamespaceError):
                        self.dropped[f"the tag of <{source.tag}>"] = False
                    else:
                        if element is None:
                            continue
                if element is None:
                    # Not this one, but what is in it.
                    stack.extend((kid, siblings, parent, depth, in_form) for kid in reversed(kids))
                    continue
                node = element
                in_form = in_form and not (html and source.tag == "template")
                if depth >= MAX_DEPTH:
                    stack.extend((kid, siblings, parent, depth, in_form) for kid in reversed(kids))
                elif len(kids) == 1 and isinstance(kids[0], turbohtml.Text):
                    set_kids(element, kids[0].data)
                elif kids:
                    inner: list[Node] = []
                    set_kids(element, inner)
                    stack.extend((kid, inner, element, depth + 1, in_form) for kid in reversed(kids))
            else:  # a doctype, which no fragment has
                continue
            if parent is not None:
                set_parent(node, parent)
                set_index(node, len(siblings))
            siblings.append(node)
        return result

    def _element(self, source: turbohtml.Element, *, html: bool) -> Element | None:
        """The element without its children, or ``None`` if it is dropped."""
        namespace = _NAMESPACES[source.namespace]
        # The page makes HTML elements with createElement and others with createElementNS, which takes less.
        tag = names.tag_name(source.tag) if html else names.qualified_tag_name(namespace, source.tag)[1]
        if not self._allow_unsafe and safety.tag_danger(tag.lower()) is not None:
            self.dropped[f"<{tag}>"] = True
            return None
        element = make_element(self._document, namespace, tag, interface_for(namespace, names.local(tag)))
        for name in source.attrs:
            self._attribute(element, name, source.attr(name) or "", html=html)
        return element

    def _attribute(self, element: Element, name: str, value: str, *, html: bool) -> None:
        key: AttributeKey
        try:
            key = names.attribute_name(name) if html else names.foreign_attribute_name(name)
        except InvalidCharacterError:
            self.dropped[f"the attribute {name!r} of <{element._tag}>"] = False
            return
        if not self._allow_unsafe and safety.attribute_danger(element._tag, name.lower(), value) is not None:
            self.dropped[f"{name}={value[:30]!r} of <{element._tag}>"] = True
            return
        if not html:
            key = _FOREIGN_ATTRIBUTES.get(name, key)
            self._document._has_namespaced_attributes |= isinstance(key, tuple)
        element._put_attribute(key, value)

    def warning(self) -> str:
        """One text of bounded length for everything that was left out."""
        parts = [part if len(part) <= 80 else part[:77] + "..." for part in list(self.dropped)[:NAMED]]
        more = len(self.dropped) - len(parts)
        listed = ", ".join(parts) + (f" and {more} more" if more else "")
        if not any(self.dropped.values()):
            return f"left out of the HTML: {listed}. No document can have what is named so"
        return (
            f"left out of the HTML: {listed}. Use addEventListener for behaviour, or "
            "Document(allow_unsafe=True) if you trust everything that the document is made of"
        )


def _content(node: turbohtml.Node) -> Sequence[turbohtml.Node]:
    """The children, or those of its fragment if it is a template."""
    kids = node.children
    if len(kids) == 1 and isinstance(kids[0], turbohtml.DocumentFragment):
        return kids[0].children
    return kids
