"""A document as it looks now, in HTML that can stand anywhere: no script, no ids, no style sheet, nothing to press.

For where nobody answers: a saved notebook, a page made from one. What is allowed is listed here, as other people's
sanitisers do it, and kept small: what they would remove is not written in the first place.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.cascade import inline_styles
from domsync_jupyter.dom.character_data import CharacterData
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.embedded import EMBED, EmbeddedElement
from domsync_jupyter.dom.html.input import HTMLInputElement, HTMLTextAreaElement
from domsync_jupyter.dom.html.select import HTMLOptionElement
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode
from domsync_jupyter.dom.serialising import escape_attribute, escape_text
from domsync_jupyter.dom.style import CSSStyleDeclaration
from domsync_jupyter.dom.svg_file import svg_file

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["static_html"]

#: HTML elements that are written; of others there is what is in them, in a ``<span>``.
_TAGS: Final = frozenset(
    {
        "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "button", "caption", "cite",
        "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img",
        "input", "ins", "kbd", "label", "legend", "li", "main", "mark", "menu", "meter", "nav", "ol", "optgroup",
        "option", "output", "p", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "search", "section", "select",
        "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "textarea", "tfoot", "th", "thead",
        "time", "tr", "u", "ul", "var", "wbr",
    }
)  # fmt: skip
#: Written as another element with the same look.
_INSTEAD: Final = {"form": "div", "dialog": "div"}
#: What cannot be seen without a script, or another server's answer, or at all.
_LEFT_OUT: Final = frozenset(
    {
        "area", "audio", "base", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "link", "map",
        "meta", "noembed", "noframes", "noscript", "object", "param", "portal", "script", "source", "style", "template",
        "title", "track", "video",
    }
)  # fmt: skip
_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "wbr"})
_ATTRIBUTES: Final = frozenset(
    {
        "abbr", "align", "alt", "cite", "cols", "colspan", "datetime", "dir", "headers", "height", "high",
        "href", "label", "lang", "low", "max", "min", "multiple", "open", "optimum", "placeholder",
        "reversed", "role", "rows", "rowspan", "scope", "size", "span", "src", "start", "step", "style",
        "title", "type", "value", "width", "aria-label", "aria-hidden", "aria-checked", "aria-selected",
        "aria-valuenow", "aria-valuetext",
    }
)  # fmt: skip
_CONTROLS: Final = frozenset({"button", "fieldset", "input", "optgroup", "option", "select", "textarea"})
#: Addresses that lead out of the document, and pictures that are in it.
_LINK: Final = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_PICTURE: Final = re.compile(r"(?:https?:|data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,])", re.IGNORECASE)


def static_html(root: Element) -> str:
    """What is in an element, as it looks now.

    Styles are those of the elements and of ``<style>`` elements below `root`, as far as they do not depend on a page
    (see `inline_styles`). Form controls show what was entered or chosen, and cannot be changed; what was typed as a
    password and what stands in hidden fields is left out. SVG becomes a picture.

    Returns:
        One ``<div>``. Any thread; takes the document's lock, for a time in proportion to the document's size.
    """
    with root._document._lock:
        sheets = [sheet.cssText for sheet in root._document.adoptedStyleSheets]
        # In a page, those of the tree come before adopted ones.
        sheets[:0] = [style.textContent or "" for style in root.getElementsByTagName("style")]
        return _Writer(inline_styles(root, sheets)).write(root)


class _Writer:
    """Writes one document, in which nothing changes meanwhile."""

    def __init__(self, styles: dict[Element, str]) -> None:
        self._styles = styles

    def write(self, root: Element) -> str:
        parts = ["<div", *self._attributes(root, "div"), ">"]
        # Strings are written as they are; a node stands for what is still to be written.
        stack: list[Node | str] = ["</div>", *_kids(root)[::-1]]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            elif isinstance(item, Element):
                stack.extend(self._element(item, parts)[::-1])
            elif isinstance(item, CharacterData):
                if item.nodeType == Node.TEXT_NODE:
                    parts.append(escape_text(item._data))
            else:
                stack.extend(_kids(item)[::-1])
        return "".join(parts)

    def _element(self, element: Element, parts: list[str]) -> list[Node | str]:
        """Write the start of an element; what is to be written next."""
        tag = element._tag
        if element._namespace == names.SVG:
            parts.append(self._picture(element))
            return []
        if element._namespace != names.HTML or tag in _LEFT_OUT or self._is_hidden(element):
            return []
        if tag == EMBED:
            if isinstance(element, EmbeddedElement) and element.picture is not None:
                parts.append(self._picture(element.picture(element._document)))
            return []
        tag = _INSTEAD.get(tag, tag if tag in _TAGS else "span")
        parts.extend((f"<{tag}", *self._attributes(element, tag), ">"))
        if tag in _VOID:
            return []
        if isinstance(element, HTMLTextAreaElement):
            # The first line break after the tag is none.
            return ["\n", escape_text(element.value), f"</{tag}>"]
        return [*_kids(element), f"</{tag}>"]

    def _is_hidden(self, element: Element) -> bool:
        """Whether it is not to be seen: not all who show the result know these attributes."""
        attributes = element._attributes
        if element._tag == "dialog" or "popover" in attributes:
            return "open" not in attributes
        if "hidden" in attributes or (
            element._tag == "input" and attributes.get("type", "").lower() == "hidden"
        ):
            return True
        return "display: none" in self._styles.get(element, "") or (
            CSSStyleDeclaration(element).display == "none"
        )

    def _attributes(self, element: Element, tag: str) -> Iterator[str]:
        attributes = {
            name: value
            for name, value in element._attributes.items()
            if isinstance(name, str) and name in _ATTRIBUTES and _is_allowed(name, value)
        }
        if style := self._styles.get(element):
            attributes["style"] = style
        if tag in _CONTROLS:
            attributes |= _state(element)
        for name, value in attributes.items():
            yield f' {name}="{escape_attribute(value)}"'

    def _picture(self, svg: Element) -> str:
        """An SVG element as an image: in that, nothing runs and nothing is loaded."""
        data = base64.b64encode(svg_file(svg, self._styles).encode()).decode()
        sizes = "".join(
            f' {name}="{escape_attribute(value)}"'
            for name in ("width", "height")
            if (value := svg._attributes.get(name, "")).removesuffix("px").replace(".", "", 1).isdigit()
        )
        alt = escape_attribute(_name_of(svg))
        style = escape_attribute(self._styles.get(svg) or svg._attributes.get("style", ""))
        return f'<img alt="{alt}"{sizes} style="{style}" src="data:image/svg+xml;base64,{data}">'


def _kids(node: Node) -> list[Node | str]:
    if not isinstance(node, ParentNode):
        return []
    kids = node._read_kids()
    return [escape_text(kids)] if isinstance(kids, str) else list(kids or ())


def _name_of(svg: Element) -> str:
    """What an SVG shows, in words, if it says so."""
    if label := svg._attributes.get("aria-label"):
        return label
    title = next((kid for kid in svg.children if kid._tag == "title"), None)
    return "" if title is None else (title.textContent or "")


def _is_allowed(name: str, value: str) -> bool:
    if name == "href":
        return _LINK.match(value) is not None
    return name != "src" or _PICTURE.match(value) is not None


def _state(control: Element) -> dict[str, str]:
    """The state of a form control, as attributes."""
    state = {} if control._tag == "option" else {"disabled": ""}
    if isinstance(control, HTMLInputElement):
        kind = control._attributes.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            state |= {"checked": ""} if control.checked else {}
        elif kind in ("password", "file"):
            state["value"] = ""
        else:
            state["value"] = control.value
    elif isinstance(control, HTMLOptionElement) and control.selected:
        state["selected"] = ""
    return state
