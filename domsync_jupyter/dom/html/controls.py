"""What the controls of forms have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom import names
from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.reflection import bad_type

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.html.forms import HTMLFormElement, HTMLLabelElement

__all__ = ["EditableText", "FormControl", "Labelable", "Validated", "is_html"]


def is_html(element: Element, *tags: str) -> bool:
    """Whether it is an HTML element with one of these tags."""
    return element._tag in tags and element._namespace == names.HTML


class FormControl(HTMLElement):
    """An element that belongs to a form."""

    __slots__ = ()

    @property
    def form(self) -> HTMLFormElement | None:
        """The form that it belongs to. https://html.spec.whatwg.org/#dom-fae-form"""
        return self._form_owner()

    def _reset(self) -> None:
        """https://html.spec.whatwg.org/#concept-form-reset-control: the page does the same by itself."""

    def _put_control(self, name: str, value: Any) -> None:
        """Set a live property, and forget the others that tell of the same state."""
        with self._document._lock:
            if self._properties is not None:
                for other in _SAME_STATE.get(name, ()):
                    self._properties.pop(other, None)
            self._put_property(name, value)

    def _accept_edit(self, name: str, value: object, *, note: bool) -> bool:
        """Take what the person at a page did to the control.

        Args:
            name: The property that tells it.
            value: Its value.
            note: Whether other viewers have to learn of it; the page that it comes from shows it already.

        Returns:
            Whether this control can have been edited so. If not, nothing was changed.
        """
        if not self._is_edit(name, value):
            return False
        with self._document._lock:
            if note:
                self._put_control(name, value)
            else:
                for other in _SAME_STATE.get(name, ()):
                    (self._properties or {}).pop(other, None)
                self._properties = {**(self._properties or {}), name: value}
        return True

    def _is_edit(self, name: str, value: object) -> bool:
        return False


#: Property -> those that tell of the same state, so that only the last one written counts.
_SAME_STATE = {
    "value": ("selectedIndex", "selectedOptions"),
    "selectedIndex": ("value", "selectedOptions"),
    "selectedOptions": ("value", "selectedIndex"),
}


class Labelable(FormControl):
    """A control that a label can be for."""

    __slots__ = ()

    @property
    def labels(self) -> list[HTMLLabelElement]:
        """The labels for it, in tree order, as of now. https://html.spec.whatwg.org/#dom-lfe-labels"""
        root: Any = self.getRootNode()
        if root is self:
            return []
        return [
            label for label in root.getElementsByTagName("label") if getattr(label, "control", None) is self
        ]


class Validated(FormControl):
    """A control that the page can check. Whether it is valid is known to the page only."""

    __slots__ = ()

    def setCustomValidity(self, error: str) -> None:
        """Declare the control invalid, in every view, or with ``""`` valid again.

        https://html.spec.whatwg.org/#dom-cva-setcustomvalidity

        Raises:
            TypeError: If `error` is not a ``str``.
        """
        if not isinstance(error, str):
            raise bad_type(self, "the argument of setCustomValidity()", error, "a str")
        self._call("setCustomValidity", names.text(error, "the message"))

    def reportValidity(self) -> None:
        """Have every view tell the person what is wrong. https://html.spec.whatwg.org/#dom-cva-reportvalidity"""
        self._call("reportValidity")


class EditableText(HTMLElement):
    """A control with a text in which something can be selected."""

    __slots__ = ()

    def select(self) -> None:
        """Select all of the text, in every view. https://html.spec.whatwg.org/#dom-textarea/input-select"""
        self._call("select")

    def setSelectionRange(self, start: int, end: int, direction: str | None = None) -> None:
        """Select a part of the text, in every view. https://html.spec.whatwg.org/#dom-textarea/input-setselectionrange

        Args:
            start: Where it begins, in UTF-16 code units.
            end: Where it ends.
            direction: ``"forward"``, ``"backward"`` or ``"none"``.

        Raises:
            TypeError: If `start` or `end` is not an ``int``, or `direction` not a ``str``.
        """
        for name, offset in (("start", start), ("end", end)):
            if not isinstance(offset, int):
                raise bad_type(self, f"{name} of setSelectionRange()", offset, "an int")
        if direction is None:
            self._call("setSelectionRange", start, end)
        elif isinstance(direction, str):
            self._call("setSelectionRange", start, end, direction)
        else:
            raise bad_type(self, "direction of setSelectionRange()", direction, "a str")
