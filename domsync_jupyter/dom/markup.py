"""`ElementMarkup`: the content of an element as HTML text, and what is put next to it.

Text is parsed here and becomes nodes: a page never gets HTML. The modules behind it make elements, so they
know the one that is made of this one, and are imported when they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domsync_jupyter.dom import names
from domsync_jupyter.dom.child import ChildNode
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode
from domsync_jupyter.errors import DOMSyntaxError, NoModificationAllowedError

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element

__all__ = ["ElementMarkup"]


class ElementMarkup(ParentNode, ChildNode):
    """A base of `Element`."""

    __slots__ = ()

    @property
    def innerHTML(self) -> str:
        """The children as HTML text. https://html.spec.whatwg.org/#dom-element-innerhtml

        When set, the text is parsed here and becomes nodes: the page never gets HTML. What would bring code into the
        page is left out, with an ``UnsafeMarkupWarning`` that names it; see ``Document(allow_unsafe=True)``.

        Raises:
            TypeError: When set to what is neither a ``str`` nor ``None``, which is the empty text.
            InvalidCharacterError: When set to a text with a lone surrogate.
        """
        from domsync_jupyter.dom.serialising import serialise  # noqa: PLC0415

        return serialise(self, outer=False)

    @innerHTML.setter
    def innerHTML(self, html: str | None) -> None:
        self.replaceChildren(*self._parse("" if html is None else html, self, through=2))

    @property
    def outerHTML(self) -> str:
        """The element as HTML text. https://html.spec.whatwg.org/#dom-element-outerhtml

        When set, what the text says takes the element's place, if it has a parent. As `innerHTML` otherwise.
        """
        from domsync_jupyter.dom.serialising import serialise  # noqa: PLC0415

        return serialise(self, outer=True)

    @outerHTML.setter
    def outerHTML(self, html: str | None) -> None:
        parent = self._parent
        if parent is None:
            return
        if self is self._document._root:
            raise NoModificationAllowedError("the root element cannot be replaced: set its innerHTML")
        self.replaceWith(*self._parse("" if html is None else html, parent, through=2))

    def insertAdjacentElement(self, where: str, element: Element) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-element-insertadjacentelement

        Args:
            where: ``"beforebegin"``, ``"afterbegin"``, ``"beforeend"`` or ``"afterend"``.
            element: What to insert; returned, or ``None`` if this element has no parent to insert it into.

        Raises:
            DOMSyntaxError: If `where` is none of the four.
            HierarchyRequestError: As `appendChild`.
        """
        if getattr(element, "nodeType", None) != Node.ELEMENT_NODE:
            raise TypeError(f"element must be an Element, not {type(element).__name__}")
        return element if self._insert_adjacent(where, element) else None

    def insertAdjacentText(self, where: str, data: str) -> None:
        """https://dom.spec.whatwg.org/#dom-element-insertadjacenttext

        Raises:
            DOMSyntaxError: If `where` is not as in `insertAdjacentElement`.
        """
        self._insert_adjacent(where, self._document.createTextNode(data))

    def _insert_adjacent(self, where: str, node: Node) -> bool:
        match where.lower():
            case "afterbegin":
                self.insertBefore(node, self.firstChild)
            case "beforeend":
                self.appendChild(node)
            case "beforebegin" | "afterend" if self._parent is None:
                return False
            case "beforebegin":
                assert self._parent is not None
                self._parent.insertBefore(node, self)
            case "afterend":
                assert self._parent is not None
                self._parent.insertBefore(node, self.nextSibling)
            case _:
                raise DOMSyntaxError(
                    f"expected 'beforebegin', 'afterbegin', 'beforeend' or 'afterend', got {where!r}"
                )
        return True

    def insertAdjacentHTML(self, where: str, html: str) -> None:
        """https://html.spec.whatwg.org/#dom-element-insertadjacenthtml; what `html` may be is as for `innerHTML`.

        Args:
            where: As in `insertAdjacentElement`.
            html: What to insert.

        Raises:
            DOMSyntaxError: If `where` is none of the four.
            NoModificationAllowedError: If there is no parent element to insert it into.
        """
        context: ParentNode = self
        if where.lower() in ("beforebegin", "afterend"):
            if self._parent is None or self._parent is self._document:
                raise NoModificationAllowedError(f"{self!r} has no parent element to insert into")
            context = self._parent
        fragment = self._document.createDocumentFragment()
        fragment.append(*self._parse(html, context))
        self._insert_adjacent(where, fragment)

    def append_html(self, thing: object) -> None:
        """Append what a notebook would show for `thing`: a table for a DataFrame, an image for a figure, ...

        Args:
            thing: HTML text; or anything that IPython can render, by its ``_repr_html_`` and so on. As for `innerHTML`,
                what would bring code into the page is left out.
        """
        from domsync_jupyter.dom.rich import to_nodes  # noqa: PLC0415

        self.append(*to_nodes(self._document, thing, cast("Element", self)))

    def _parse(self, html: str, context: ParentNode, *, through: int = 1) -> list[Node]:
        """Parse HTML as the content of `context`, or of a ``<body>`` if that is no element.

        Args:
            html: The text.
            context: Where it shall go.
            through: Calls between the user's and this one: a warning shall name the user's line.
        """
        from domsync_jupyter.dom.parsing import parse_fragment  # noqa: PLC0415

        element = context if context.nodeType == Node.ELEMENT_NODE else self._document.createElement("body")
        text = names.text(html, "HTML")
        return parse_fragment(self._document, text, cast("Element", element), stacklevel=3 + through)
