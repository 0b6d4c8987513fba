"""`HTMLDetailsElement` and `HTMLDialogElement`. https://html.spec.whatwg.org/#interactive-elements"""

from __future__ import annotations

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.reflected_table import HTMLDetailsElementAttributes, HTMLDialogElementAttributes
from domsync_jupyter.dom.reflection import string

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

    `open` changes when a page has told that it opened or closed the dialog, or at once when it is set.
    """

    __slots__ = ()

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
