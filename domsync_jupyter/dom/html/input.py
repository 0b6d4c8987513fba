"""`HTMLInputElement`, `HTMLTextAreaElement` and `HTMLButtonElement`. https://html.spec.whatwg.org/#the-input-element"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.html.controls import EditableText, Labelable, Validated, is_html
from domsync_jupyter.dom.html.input_values import VALUE_MODES, Steps, sanitised
from domsync_jupyter.dom.reflected_table import (
    HTMLButtonElementAttributes,
    HTMLInputElementAttributes,
    HTMLTextAreaElementAttributes,
    PopoverTargetAttributesAttributes,
)
from domsync_jupyter.dom.reflection import bad_type, number_text, parse_double, string, to_double
from domsync_jupyter.errors import InvalidStateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.html.select import HTMLDataListElement

__all__ = ["HTMLButtonElement", "HTMLInputElement", "HTMLTextAreaElement"]


class HTMLInputElement(
    HTMLInputElementAttributes, PopoverTargetAttributesAttributes, EditableText, Labelable, Validated
):
    """A control of one of many kinds. https://html.spec.whatwg.org/#htmlinputelement"""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The value; what the person at the page typed, as far as it is known.

        https://html.spec.whatwg.org/#dom-input-value

        It is what a browser would make of what was set: a text field has no line breaks, a slider stays on its steps.
        A ``None`` that is set counts as ``""``. Setting the value of a checkbox, a radio button or a button sets the
        attribute.

        Raises:
            TypeError: When set to what is neither text nor a number.
            InvalidStateError: When the value of a file input is set: only a person can choose files.
        """
        kind = self.type
        mode = VALUE_MODES.get(kind, "value")
        if mode == "filename":
            return ""
        value = None if self._properties is None else self._properties.get("value")
        if mode == "value":
            if value is None:
                value = self._attributes.get("value", "")
            return sanitised(kind, value, self._attributes)
        # A value of the time before the type was set has become the attribute's.
        if value is not None:
            return str(value)
        return self._attributes.get("value", "on" if mode == "default/on" else "")

    @value.setter
    def value(self, value: str | float | None) -> None:
        text = string(self, "value", value, none="")
        mode = VALUE_MODES.get(self.type, "value")
        if mode == "value":
            self._put_control("value", sanitised(self.type, text, self._attributes))
        elif mode == "filename":
            if text:
                raise InvalidStateError(
                    "the value of <input type=file> cannot be set: only a person can choose files"
                )
        else:
            if self._properties is not None:
                self._properties.pop("value", None)
            self.setAttribute("value", text)

    @property
    def valueAsNumber(self) -> float:
        """The value as a number; NaN if it is none. https://html.spec.whatwg.org/#dom-input-valueasnumber

        For the types ``number`` and ``range``; those of dates and times have no number here.

        Raises:
            TypeError: When set to what is not a number, or is infinite.
            InvalidStateError: When set on another type.
        """
        if self.type not in ("number", "range"):
            return math.nan
        number = parse_double(self.value)
        return math.nan if number is None else number

    @valueAsNumber.setter
    def valueAsNumber(self, number: float) -> None:
        checked = to_double(self, "valueAsNumber", number, finite=False)
        if math.isinf(checked):
            raise bad_type(self, "valueAsNumber", number, "a finite number")
        if self.type not in ("number", "range"):
            raise InvalidStateError(f"<input type={self.type}> has no valueAsNumber that could be set")
        self.value = "" if math.isnan(checked) else number_text(checked)

    @property
    def checked(self) -> bool:
        """Whether it is ticked. https://html.spec.whatwg.org/#dom-input-checked

        Ticking a radio button unticks the others of its group.
        """
        if self._properties is not None and "checked" in self._properties:
            return bool(self._properties["checked"])
        return "checked" in self._attributes

    @checked.setter
    def checked(self, checked: bool) -> None:
        with self._document._lock:
            self._put_property("checked", bool(checked))
            if checked:
                for other in self._others_of_its_group():
                    if other.checked:
                        other._put_property("checked", False)

    @property
    def indeterminate(self) -> bool:
        """Whether the tick is shown as neither. https://html.spec.whatwg.org/#dom-input-indeterminate"""
        return bool((self._properties or {}).get("indeterminate", False))

    @indeterminate.setter
    def indeterminate(self, indeterminate: bool) -> None:
        self._put_property("indeterminate", bool(indeterminate))

    @property
    def list(self) -> HTMLDataListElement | None:
        """The ``datalist`` with its suggestions. https://html.spec.whatwg.org/#dom-input-list"""
        identifier = self._attributes.get("list")
        found = self._document.getElementById(identifier, strict=False) if identifier else None
        return found if found is not None and is_html(found, "datalist") else None  # type: ignore[return-value]  # its tag says so

    def stepUp(self, n: int = 1) -> None:
        """Add `n` steps to a number. https://html.spec.whatwg.org/#dom-input-stepup

        Raises:
            InvalidStateError: If the type is not ``number`` or ``range``, or ``step`` is ``any``.
        """
        self._step(n)

    def stepDown(self, n: int = 1) -> None:
        """Subtract `n` steps from a number. https://html.spec.whatwg.org/#dom-input-stepdown

        Raises:
            InvalidStateError: As `stepUp`.
        """
        self._step(-n)

    def showPicker(self) -> None:
        """Open the picker, as a click would; the browser wants a click or key before.

        https://html.spec.whatwg.org/#dom-input-showpicker
        """
        self._call("showPicker")

    # Inside

    def _step(self, count: int) -> None:
        kind = self.type
        steps = Steps(self._attributes, is_range=kind == "range") if kind in ("number", "range") else None
        if steps is None or steps.step is None:
            raise InvalidStateError(f"{self!r} of type {kind!r} has no steps that Python knows")
        value = steps.move(self.value, count)
        if value is not None:
            self.value = value

    def _others_of_its_group(self) -> Iterator[HTMLInputElement]:
        """https://html.spec.whatwg.org/#radio-button-group"""
        name = self._attributes.get("name")
        if not name or self.type != "radio":
            return
        form, root = self.form, self.getRootNode()
        scope: Any = root
        for other in scope._descendants():
            if (
                other is not self
                and isinstance(other, HTMLInputElement)
                and other._attributes.get("name") == name
                and other.type == "radio"
                and other.form is form
            ):
                yield other

    def _reset(self) -> None:
        for name in ("value", "checked"):
            (self._properties or {}).pop(name, None)

    def _is_edit(self, name: str, value: object) -> bool:
        return (name == "value" and isinstance(value, str)) or (name == "checked" and isinstance(value, bool))

    def _accept_edit(self, name: str, value: object, *, note: bool) -> bool:
        if not super()._accept_edit(name, value, note=note):
            return False
        if name == "checked":
            # A click has made the tick a definite one, and has unticked the rest of the group, in the page.
            assert self._properties is not None
            self._properties.pop("indeterminate", None)
            if value:
                for other in self._others_of_its_group():
                    if other.checked:
                        other._properties = {**(other._properties or {}), "checked": False}
        return True


class HTMLTextAreaElement(HTMLTextAreaElementAttributes, EditableText, Labelable, Validated):
    """A text of several lines. https://html.spec.whatwg.org/#htmltextareaelement"""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The text; what the person at the page typed, as far as it is known.

        https://html.spec.whatwg.org/#dom-textarea-value

        Line breaks are line feeds, whatever was set. A ``None`` that is set counts as ``""``.

        Raises:
            TypeError: When set to what is neither text nor a number.
        """
        value = None if self._properties is None else self._properties.get("value")
        return _normalised(self.defaultValue if value is None else str(value))

    @value.setter
    def value(self, value: str | float | None) -> None:
        self._put_control("value", _normalised(string(self, "value", value, none="")))

    @property
    def defaultValue(self) -> str:
        """The text that it has when nobody has changed it. https://html.spec.whatwg.org/#dom-textarea-defaultvalue"""
        kids = self._read_kids()
        if not isinstance(kids, list):
            return kids or ""
        return "".join(kid.textContent or "" for kid in kids if kid.nodeType == self.TEXT_NODE)

    @defaultValue.setter
    def defaultValue(self, value: str) -> None:
        self.textContent = string(self, "defaultValue", value)

    @property
    def type(self) -> str:
        """``"textarea"``. https://html.spec.whatwg.org/#dom-textarea-type"""
        return "textarea"

    @property
    def textLength(self) -> int:
        """The length of the value in UTF-16 code units. https://html.spec.whatwg.org/#dom-textarea-textlength"""
        return len(self.value.encode("utf-16-le")) // 2

    def _reset(self) -> None:
        (self._properties or {}).pop("value", None)

    def _is_edit(self, name: str, value: object) -> bool:
        return name == "value" and isinstance(value, str)


class HTMLButtonElement(HTMLButtonElementAttributes, PopoverTargetAttributesAttributes, Labelable, Validated):
    """A button. https://html.spec.whatwg.org/#htmlbuttonelement"""

    __slots__ = ()

    @property
    def command(self) -> str:
        """What the button does to `commandForElement`. https://html.spec.whatwg.org/#dom-button-command"""
        text = self._attributes.get("command", "")
        if text.startswith("--"):
            return text
        return text.lower() if text.lower() in _COMMANDS else ""

    @command.setter
    def command(self, command: str) -> None:
        self.setAttribute("command", string(self, "command", command))


_COMMANDS = frozenset(
    {"toggle-popover", "show-popover", "hide-popover", "close", "request-close", "show-modal"}
)


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
