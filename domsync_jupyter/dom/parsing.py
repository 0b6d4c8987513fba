"""HTML text to nodes: what ``innerHTML`` and its kin do with what they are given.

The text is parsed here, by JustHTML, as a browser would parse it; the page gets nodes, never
HTML. Must not know of viewers or frames. https://html.spec.whatwg.org/#parsing-html-fragments

The children of a ``<template>`` are its children here. The standard keeps them in a fragment of its own,
``content``; neither is shown, and both serialise alike.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import justhtml
from justhtml.parser.context import FragmentContext

from domsync_jupyter.dom import names, safety
from domsync_jupyter.dom.character_data import Comment, Text
from domsync_jupyter.dom.element import Element, make_element
from domsync_jupyter.dom.node import set_index, set_parent
from domsync_jupyter.dom.parent import set_kids
from domsync_jupyter.errors import InvalidCharacterError, NamespaceError, UnsafeMarkupWarning

if TYPE_CHECKING:
    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.node import Node

    _Root = justhtml.Node

__all__ = ["parse_fragment"]

#: Elements deeper than this become siblings, as in Blink's parser: a text of a few kilobytes must not make a tree
#: so deep that walking it fails.
MAX_DEPTH = 512
#: How many of the things left out a warning names.
NAMED = 5

_NAMESPACES = {"html": names.HTML, "svg": names.SVG, "math": names.MATHML}
_PARSER_NAMESPACES = {names.HTML: None, names.SVG: "svg", names.MATHML: "math"}
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
    nodes = builder.build(_parsed_by_justhtml(html, context))
    if builder.dropped:
        warnings.warn(builder.warning(), UnsafeMarkupWarning, stacklevel=stacklevel)
    return nodes


def _parsed_by_justhtml(html: str, context: Element) -> _Root:
    if context._tag == "template" and context._namespace == names.HTML:
        # JustHTML does not start in the mode for templates, which takes a <td>, when that is the context. In a
        # template that it sees itself, it does; but then </template> ends it, which nothing in the text should.
        root = _parse(f"<template>{html}", FragmentContext("div"))
        templates = [kid for kid in root.children or () if isinstance(kid, justhtml.Template)]
        if len(root.children or ()) == len(templates) == 1 and templates[0].template_content is not None:
            return templates[0].template_content
    return _parse(html, FragmentContext(context.localName, _PARSER_NAMESPACES.get(context._namespace or "")))


def _parse(html: str, context: FragmentContext) -> _Root:
    return justhtml.JustHTML(html, sanitize=False, fragment_context=context).root


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

    def build(self, root: _Root) -> list[Node]:
        """Nodes for the children of a node of the parser, without recursion: depth is the author's choice."""
        result: list[Node] = []
        # Sources still to do, each with where its nodes go, how deep that is, and whether forms are ignored.
        stack: list[tuple[justhtml.NodeType, list[Node], Element | None, int, bool]] = [
            (kid, result, None, 0, self._in_form) for kid in reversed(root.children or ())
        ]
        while stack:
            source, siblings, parent, depth, in_form = stack.pop()
            name = source.name
            node: Node
            if name == "#text":
                data = _data(source)
                if siblings and isinstance(siblings[-1], Text):
                    # Two texts meet where something between them was left out.
                    siblings[-1]._data += data
                    continue
                node = Text(self._document, data)
            elif name in ("#comment", "#processing-instruction"):
                # There are no processing instructions in this DOM, nor in any browser's from HTML until 2026.
                node = Comment(self._document, _data(source) if name == "#comment" else f"?{_data(source)}?")
            elif in_form and name == "form" and source.namespace == "html":
                stack.extend(
                    (kid, siblings, parent, depth, in_form) for kid in reversed(source.children or ())
                )
                continue
            else:
                kids = source.children or ()
                if isinstance(source, justhtml.Template) and source.template_content is not None:
                    kids = source.template_content.children or ()
                    inner_form = False
                else:
                    inner_form = in_form
                try:
                    element = self._element(source)
                except (InvalidCharacterError, NamespaceError):
                    self.dropped[f"the tag of <{name}>"] = False
                    stack.extend((kid, siblings, parent, depth, in_form) for kid in reversed(kids))
                    continue
                if element is None:
                    continue
                node = element
                if not kids:
                    pass
                elif depth >= MAX_DEPTH:
                    stack.extend((kid, siblings, parent, depth, inner_form) for kid in reversed(kids))
                elif len(kids) == 1 and kids[0].name == "#text":
                    set_kids(element, _data(kids[0]) or None)
                else:
                    inner: list[Node] = []
                    set_kids(element, inner)
                    stack.extend((kid, inner, element, depth + 1, inner_form) for kid in reversed(kids))
            if parent is not None:
                set_parent(node, parent)
                set_index(node, len(siblings))
            siblings.append(node)
        return result

    def _element(self, source: justhtml.NodeType) -> Element | None:
        """The element without its children, or ``None`` if it is dropped."""
        name = source.name
        html = source.namespace in ("html", None)
        namespace = _NAMESPACES[source.namespace or "html"]
        # The page makes HTML elements with createElement and others with createElementNS, which takes less.
        tag = names.tag_name(name) if html else names.qualified_tag_name(namespace, name)[1]
        if not self._allow_unsafe and safety.tag_danger(tag.lower()) is not None:
            self.dropped[f"<{tag}>"] = True
            return None
        element = make_element(self._document, namespace, tag, Element)
        for attribute, value in (source.attrs or {} if isinstance(source, justhtml.Node) else {}).items():
            self._attribute(element, attribute, value or "", html=html)
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


def _data(source: justhtml.NodeType) -> str:
    return source.data if isinstance(source.data, str) else ""
