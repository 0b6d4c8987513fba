"""What domsync's documents and elements have besides the DOM: so that its programs run here.

Must not know how JavaScript text is made: the layer above says so, by setting `LegacyDocument._make_rendering`.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from domsync_jupyter.dom.parent import ParentNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element

__all__ = ["LegacyDocument", "LegacyElement", "Rendering"]


class Rendering(Protocol):
    """A document as JavaScript text."""

    def updates(self) -> str:
        """What changed since the last call."""

    def full(self) -> str:
        """Everything."""

    def event(self, message: object) -> Any:
        """Run the callbacks for a page's message."""


class LegacyDocument(ParentNode):
    """The members of domsync's ``Document`` that the DOM does not have."""

    __slots__ = ("_made_up", "_rendering")

    #: Set by the layer above.
    _make_rendering: ClassVar[Callable[[Document], Rendering] | None] = None

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._rendering: Rendering | None = None
        self._made_up: _MadeUpIds | None = None

    def __getitem__(self, key: str) -> Any:
        """The documents of domsync were dicts; these are the keys that programs read.

        Raises:
            KeyError: If it is another one.
        """
        document = cast("Document", self)
        match key:
            case "elements_by_id":
                return ElementsById(document)
            case "root_id":
                return document.getRootId()
        raise KeyError(f'{key!r}: a document has only ["elements_by_id"] and ["root_id"]')

    def render_js_updates(self) -> str:
        """JavaScript text for what changed since the last call; at first, for everything. Any thread.

        Only for a program that has a server of its own and pages that evaluate what they get. `DomsyncServer` needs
        neither, and does not disturb it. Each text is to be evaluated once, in order.

        Returns:
            ``""`` if nothing changed, or inside a `Document.batch`.
        """
        return self._the_rendering().updates()

    def render_js_full(self) -> str:
        """JavaScript text for everything, for a page that is new; later ones are for it too. Any thread.

        Raises:
            InvalidStateError: If `render_js_updates` has something to return: the new page would get it twice. Or
                inside a `Document.batch`.
        """
        return self._the_rendering().full()

    def handle_event(self, msg: Mapping[str, Any]) -> Any:
        """Run the callbacks for a message which a page sent with ``ws_send``. In the thread that shall run them.

        Args:
            msg: ``{"domsync": True, "event": type, "id": id, "value": value}``, with whatever else the page says. One
                that is malformed, or is for an element or a listener that is not there, does nothing.

        Returns:
            What the callback returns; of several, the first. From the first coroutine function on, a coroutine which
            does the rest and has this result: await it.

        Raises:
            Exception: What a callback raises.
        """
        return self._the_rendering().event(msg)

    def _the_rendering(self) -> Rendering:
        with self._document._lock:
            if self._rendering is None:
                make = LegacyDocument._make_rendering
                assert make is not None, "set when the package is imported"
                self._rendering = make(cast("Document", self))
            return self._rendering

    def _made_up_id(self, element: Element | None = None) -> str:
        """An id by which `getElementById` finds an element that has none. It is no attribute and never in a page.

        Without an element, one that nobody has yet.
        """
        with self._document._lock:
            if self._made_up is None:
                self._made_up = _MadeUpIds()
            return self._made_up.id_of(element)

    def _by_made_up_id(self, id: str) -> Element | None:
        return None if self._made_up is None else self._made_up.find(id)


class LegacyElement:
    """The members of domsync's elements that the DOM does not have."""

    __slots__ = ()

    def getDocument(self) -> Document:
        """The document: `Node.ownerDocument`."""
        return cast("Element", self)._document

    def __getitem__(self, key: str) -> Any:
        """The elements of domsync were dicts. ``element["id"]`` is never empty: it makes up an id where there is none.

        On a ``<select>`` and a ``<form>``, items are what the DOM has there: options and controls.

        Raises:
            KeyError: If it is a key that domsync did not have.
        """
        element = cast("Element", self)
        match key:
            case "id":
                return self._any_id()
            case "document":
                return element._document
            case "tag":
                return element.localName
            case "parent":
                return element.parentElement
            case "children" | "attributes" | "innerText" | "value":
                return getattr(element, key)
        raise KeyError(f"{key!r}: an element has no such item; see its attributes")

    def _any_id(self) -> str:
        """An id by which `Document.getElementById` finds the element: its own, or one made up."""
        element = cast("Element", self)
        return element.id or element._document._made_up_id(element)


class ElementsById(Mapping[str, "Element"]):
    """``document["elements_by_id"]``: a view of now, of what `Document.getElementById` finds."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __getitem__(self, id: object) -> Element:
        element = self._document.getElementById(id, strict=False) if isinstance(id, str) else None
        if element is None:
            raise KeyError(id)
        return element

    def __iter__(self) -> Iterator[str]:
        seen = dict.fromkeys(element.id for element in self._document._descendants())
        seen.pop("", None)
        return iter(seen)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _MadeUpIds:
    """Ids for elements without one, without keeping the elements alive."""

    __slots__ = ("_by_element", "_by_id", "_last")

    def __init__(self) -> None:
        self._by_element: weakref.WeakKeyDictionary[Element, str] = weakref.WeakKeyDictionary()
        self._by_id: weakref.WeakValueDictionary[str, Element] = weakref.WeakValueDictionary()
        self._last = -1

    def id_of(self, element: Element | None) -> str:
        known = None if element is None else self._by_element.get(element)
        if known is not None:
            return known
        self._last += 1
        made_up = f"__domsync_el_{self._last}"
        if element is not None:
            self._by_element[element] = made_up
            self._by_id[made_up] = element
        return made_up

    def find(self, id: str) -> Element | None:
        return self._by_id.get(id)
