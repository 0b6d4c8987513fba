"""`EmbeddedElement`: where a widget stands in a document. What a widget is, a layer above knows."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ClassVar, Final

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.errors import HierarchyRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node

__all__ = ["EMBED", "EmbeddedElement"]

#: The name of the elements. Pages know it, and no element with a hyphen in its name is part of a check.
EMBED: Final = "domsync-embed"


class EmbeddedElement(HTMLElement):
    """An element that shows a widget. Made by `Document.embed`.

    It can be moved, styled, removed and copied like others; what is inside is the widget's.
    """

    __slots__ = ()
    _appends_plainly: ClassVar[bool] = False

    #: Not in a slot: an element is made before its class is known, so all have the same ones.
    _widgets: ClassVar[weakref.WeakKeyDictionary[EmbeddedElement, Any]] = weakref.WeakKeyDictionary()

    _pictures: ClassVar[weakref.WeakKeyDictionary[EmbeddedElement, Callable[[Document], Element]]] = (
        weakref.WeakKeyDictionary()
    )

    _read_only: ClassVar[weakref.WeakSet[EmbeddedElement]] = weakref.WeakSet()

    @property
    def widget(self) -> Any:
        """The widget that is shown."""
        return EmbeddedElement._widgets[self]

    @staticmethod
    def _shown_by(widget: Any) -> EmbeddedElement | None:
        """An element that shows a widget, if there is any. Any thread, also while memory is freed."""
        while True:
            try:
                return next(
                    (element for element, shown in EmbeddedElement._widgets.items() if shown is widget), None
                )
            except RuntimeError:
                continue  # Another thread made an element meanwhile.

    @property
    def picture(self) -> Callable[[Document], Element] | None:
        """What makes an ``<svg>`` element to be seen where nothing runs: in a saved notebook. ``None`` by default.

        It is called with the document, under its lock. It must not hold the element, or neither is ever freed.
        """
        return EmbeddedElement._pictures.get(self)

    @picture.setter
    def picture(self, make: Callable[[Document], Element] | None) -> None:
        if make is None:
            EmbeddedElement._pictures.pop(self, None)
        else:
            EmbeddedElement._pictures[self] = make

    @property
    def read_only(self) -> bool:
        """Whether a page of a server may only look: what it sets of the widget's values is not taken. False by default.

        A person still sees what they do, alone; messages of the widget's own (``model.send``) are heard. In a notebook
        it means nothing: who is there may run code in the kernel.
        """
        return self in EmbeddedElement._read_only

    @read_only.setter
    def read_only(self, read_only: bool) -> None:
        (EmbeddedElement._read_only.add if read_only else EmbeddedElement._read_only.discard)(self)

    def _check_insertion(self, node: Node, child: Node | None) -> None:
        super()._check_insertion(node, child)
        raise HierarchyRequestError(f"{node!r} cannot be put into {self!r}: what is inside is the widget's")

    def _clone(self, document: Document, deep: bool) -> EmbeddedElement:
        clone = super()._clone(document, deep)
        assert isinstance(clone, EmbeddedElement)
        clone.picture = self.picture
        clone.read_only = self.read_only
        clone._start(self.widget)
        return clone

    def _start(self, widget: Any) -> None:
        """Show a widget from now on."""
        EmbeddedElement._widgets[self] = widget
        if EmbeddedElement._on_start is not None:
            EmbeddedElement._on_start(self)

    #: Set by the layer above: have the widget of a new element hear what pages say to it.
    _on_start: ClassVar[Any] = None
