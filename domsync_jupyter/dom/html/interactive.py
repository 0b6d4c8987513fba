"""`HTMLDetailsElement` and `HTMLDialogElement`. https://html.spec.whatwg.org/#interactive-elements"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.reflected_table import HTMLDetailsElementAttributes, HTMLDialogElementAttributes
from domsync_jupyter.dom.reflection import string

if TYPE_CHECKING:
    from domsync_jupyter.dom.changes import AttributeKey

__all__ = ["HTMLDetailsElement", "HTMLDialogElement"]


class _Openable(HTMLElement):
    """An element that a person can open or close."""

    __slots__ = ()

    def _accept_edit(self, name: str, value: object, *, note: bool) -> bool:
        """Take what the person at a page did. See `FormControl._accept_edit`."""
        if name != "open" or not isinstance(value, bool):
            return False
        with self._document._lock:
            if note:
                self.toggleAttribute("open", value)
            elif value:
                self._own_attributes().setdefault("open", "")
            else:
                self._own_attributes().pop("open", None)
        return True


class HTMLDetailsElement(HTMLDetailsElementAttributes, _Openable):
    """Details that can be opened. https://html.spec.whatwg.org/#htmldetailselement"""

    __slots__ = ()


class HTMLDialogElement(HTMLDialogElementAttributes, _Openable):
    """A dialog. https://html.spec.whatwg.org/#htmldialogelement

    `open` changes when a page has told that it opened or closed the dialog, or at once when it or `modal` is set.
    """

    __slots__ = ()

    @property
    def modal(self) -> bool:
        """Whether it is open above the rest of the page, which cannot be used meanwhile.

        The DOM has no such property, but a method, `showModal`, which a page that is opened later has not heard of. Set
        it to open or close the dialog so in every view, also in those to come.
        """
        return "open" in self._attributes and bool((self._properties or {}).get("modal", False))

    @modal.setter
    def modal(self, modal: bool) -> None:
        if modal == self.modal:
            return
        with self._document.batch():
            self.toggleAttribute("open", modal)
            self._put_property("modal", modal)

    def _accept_edit(self, name: str, value: object, *, note: bool) -> bool:
        accepted = super()._accept_edit(name, value, note=note)
        if accepted and not value and self._properties and "modal" in self._properties:
            self._properties["modal"] = False
        return accepted

    def _drop_attribute(self, key: AttributeKey) -> None:
        with self._document.batch():
            super()._drop_attribute(key)
            if key == "open" and (self._properties or {}).get("modal"):
                self._put_property("modal", False)

    @property
    def returnValue(self) -> str:
        """What it was closed with, as far as Python knows it. https://html.spec.whatwg.org/#dom-dialog-returnvalue

        In a listener of ``close``, the ``js_value_getter`` ``"this.returnValue"`` brings what the page has.
        """
        return str((self._properties or {}).get("returnValue", ""))

    @returnValue.setter
    def returnValue(self, value: str) -> None:
        self._put_property("returnValue", string(self, "returnValue", value))

    def show(self) -> None:
        """Show it beside the rest of the page, in every view. https://html.spec.whatwg.org/#dom-dialog-show"""
        self._call("show")

    def showModal(self) -> None:
        """Show it above the rest of the page, which cannot be used meanwhile; in every view.

        https://html.spec.whatwg.org/#dom-dialog-showmodal
        """
        self._call("showModal")

    def close(self, returnValue: str | None = None) -> None:
        """Close it, in every view. https://html.spec.whatwg.org/#dom-dialog-close

        Args:
            returnValue: If given, its new `returnValue`.
        """
        if returnValue is None:
            self._call("close")
            return
        text = string(self, "the argument of close()", returnValue)
        with self._document.batch():
            self.returnValue = text
            self._call("close", text)
