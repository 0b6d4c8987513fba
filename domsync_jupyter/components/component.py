"""`Component`: a group of elements with a root of its own, and data. What domsync's programs derive from."""

from __future__ import annotations

from typing import Any, overload

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.errors import DomsyncError

__all__ = ["Component"]


class Component(dict[str, Any]):
    """A reusable group of elements, along with data: it is a mapping in which a component keeps what it likes.

    A class derived from it makes its elements and puts them under the parent, and says in `_remove` how to
    take them away. There are two forms, those of domsync's two lines: ``Component(parent_el)`` and
    ``Component(doc, parent_id, id=None)``.

    Args:
        parent_el: The element to put the component's own under.
        doc: The document, instead.
        parent_id: And the ``id`` of that element.
        id: The ``id`` which the component means to give its root element; if there is none, one is made up, by
            which `getElement` finds it.

    Raises:
        TypeError: If the arguments have neither form.
        NotFoundError: If there is no element with the id `parent_id`.
    """

    @overload
    def __init__(self, parent_el: Element, /) -> None: ...
    @overload
    def __init__(self, *, parent_el: Element) -> None: ...
    @overload
    def __init__(self, doc: Document, parent_id: str, id: str | None = None) -> None: ...
    def __init__(
        self,
        doc: Document | Element | None = None,
        parent_id: str | None = None,
        id: str | None = None,
        *,
        parent_el: Element | None = None,
    ) -> None:
        if isinstance(doc, Element):
            parent_el, doc = doc, None
        if parent_el is None and doc is not None and parent_id is not None:
            parent_el = doc.getElementById(parent_id)
        if not isinstance(parent_el, Element):
            raise TypeError(
                f"expected a parent element, or a document and the id of one, not {type(doc).__name__}"
            )
        document = parent_el._document
        # A derived class may have put something in before.
        self["doc"] = document
        self["parent_el"] = parent_el
        self["parent_id"] = parent_el._any_id() if parent_id is None else parent_id
        self["id"] = document._made_up_id() if id is None else id
        self._has_been_removed = False

    def getDocument(self) -> Document:
        """The document."""
        document: Document = self["doc"]
        return document

    def getDoc(self) -> Document:
        """The document, as domsync 0.1 called it."""
        return self.getDocument()

    def getParentElement(self) -> Element:
        """The element under which the component put its own."""
        parent: Element = self["parent_el"]
        return parent

    def getRootId(self) -> str:
        """The id of the component's root element; one that was made up is no attribute of it."""
        root_id: str = self["id"]
        return root_id

    def getElement(self) -> Element:
        """The component's root element.

        Raises:
            NotFoundError: If none has its id (any more).
        """
        element = self.getDocument().getElementById(self.getRootId())
        assert element is not None
        return element

    def has_been_removed(self) -> bool:
        """Whether `remove` was called."""
        return self._has_been_removed

    def remove(self) -> None:
        """Take the component's elements out of the document.

        Raises:
            DomsyncError: If that was done before.
            NotImplementedError: If the component does not say how.
        """
        if self._has_been_removed:
            raise DomsyncError(f"this {type(self).__name__} has been removed already")
        self._remove()
        self._has_been_removed = True

    def _remove(self) -> None:
        """To be written in a derived class: take out all elements that the component put in."""
        raise NotImplementedError(f"{type(self).__name__} does not define _remove()")

    def _take_as_root(self, element: Element) -> None:
        """Have the made-up id mean `element`, if the component's user gave none."""
        if not element.id:
            self["id"] = element._any_id()
