"""`HTMLFormElement`, and the elements around controls. https://html.spec.whatwg.org/#forms"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.html.collections import HTMLFormControlsCollection
from domsync_jupyter.dom.html.controls import FormControl, Labelable, Validated, is_html
from domsync_jupyter.dom.reflected_table import (
    HTMLFieldSetElementAttributes,
    HTMLFormElementAttributes,
    HTMLLabelElementAttributes,
    HTMLLegendElementAttributes,
    HTMLOutputElementAttributes,
    HTMLProgressElementAttributes,
)
from domsync_jupyter.dom.reflection import number_text, parse_double, string, to_double
from domsync_jupyter.errors import NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.element import Element

__all__ = [
    "HTMLFieldSetElement",
    "HTMLFormElement",
    "HTMLLabelElement",
    "HTMLLegendElement",
    "HTMLMeterElement",
    "HTMLOutputElement",
    "HTMLProgressElement",
]


class HTMLFormElement(HTMLFormElementAttributes, HTMLElement):
    """A form. https://html.spec.whatwg.org/#htmlformelement

    ``form["email"]`` is the control with that ``id`` or ``name``, and ``len(form)`` the number of controls.
    """

    __slots__ = ()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: int | str) -> Any:
        try:
            return self.elements[key]
        except KeyError:
            return super().__getitem__(str(key))

    def __iter__(self) -> Iterator[Element]:
        return iter(self.elements)

    @property
    def elements(self) -> HTMLFormControlsCollection:
        """The controls, in tree order, as of now. https://html.spec.whatwg.org/#dom-form-elements"""
        return HTMLFormControlsCollection(
            element
            for element in self._controls()
            if not (is_html(element, "input") and element._attributes.get("type", "").lower() == "image")
        )

    @property
    def length(self) -> int:
        """The number of controls. https://html.spec.whatwg.org/#dom-form-length"""
        return len(self.elements)

    def reset(self) -> None:
        """Give all controls the values that they have in their attributes. https://html.spec.whatwg.org/#dom-form-reset

        The page does the same, in every view, and has the event ``reset``. Within one flush the page resets after
        it has taken new values; flush before setting values that shall outlast the reset.
        """
        with self._document.batch():
            for element in self._controls():
                if isinstance(element, FormControl):
                    element._reset()
            self._call("reset")

    def requestSubmit(self, submitter: Element | None = None) -> None:
        """Submit the form as a person would: the page checks it, and has the event ``submit``.

        https://html.spec.whatwg.org/#dom-form-requestsubmit

        Args:
            submitter: Always ``None`` here: use ``button.click()`` to submit with a button.

        Raises:
            NotSupportedError: If `submitter` is given.
        """
        if submitter is not None:
            raise NotSupportedError(
                f"a form is submitted with a button by clicking it: {submitter!r}.click()"
            )
        self._call("requestSubmit")

    def reportValidity(self) -> None:
        """Have every view tell the person what is wrong. https://html.spec.whatwg.org/#dom-form-reportvalidity"""
        self._call("reportValidity")

    # Inside

    def _controls(self) -> Iterator[HTMLElement]:
        """The listed elements of which it is the form owner. https://html.spec.whatwg.org/#category-listed"""
        root: Any = self.getRootNode()
        # Only an element with a "form" attribute can be outside; then the form has an id.
        scope: Any = root if self._attributes.get("id") and root is not self else self
        for element in scope._descendants():
            if element._tag in _LISTED and isinstance(element, HTMLElement) and element._form_owner() is self:
                yield element


class HTMLLabelElement(HTMLLabelElementAttributes, HTMLElement):
    """The label of a control. https://html.spec.whatwg.org/#htmllabelelement"""

    __slots__ = ()

    @property
    def control(self) -> HTMLElement | None:
        """The control that it is for. https://html.spec.whatwg.org/#dom-label-control"""
        identifier = self._attributes.get("for")
        if identifier is not None:
            found = self._document.getElementById(identifier, strict=False) if identifier else None
            if found is None or found.getRootNode() is not self.getRootNode():
                return None
            return found if isinstance(found, HTMLElement) and _is_labelable(found) else None
        return next((e for e in self._descendants() if isinstance(e, HTMLElement) and _is_labelable(e)), None)

    @property
    def form(self) -> HTMLFormElement | None:
        """The form of its control. https://html.spec.whatwg.org/#dom-label-form"""
        control = self.control
        return control.form if isinstance(control, FormControl) else None


class HTMLFieldSetElement(HTMLFieldSetElementAttributes, Validated):
    """A group of controls. https://html.spec.whatwg.org/#htmlfieldsetelement"""

    __slots__ = ()

    @property
    def type(self) -> str:
        """``"fieldset"``. https://html.spec.whatwg.org/#dom-fieldset-type"""
        return "fieldset"

    @property
    def elements(self) -> HTMLFormControlsCollection:
        """The controls in it, in tree order, as of now. https://html.spec.whatwg.org/#dom-fieldset-elements"""
        return HTMLFormControlsCollection(e for e in self._descendants() if is_html(e, *_LISTED))


class HTMLLegendElement(HTMLLegendElementAttributes, HTMLElement):
    """The caption of a ``fieldset``. https://html.spec.whatwg.org/#htmllegendelement"""

    __slots__ = ()

    @property
    def form(self) -> HTMLFormElement | None:
        """The form of its ``fieldset``. https://html.spec.whatwg.org/#dom-legend-form"""
        parent = self.parentElement
        return parent.form if isinstance(parent, HTMLFieldSetElement) else None


class HTMLOutputElement(HTMLOutputElementAttributes, Labelable, Validated):
    """A result. https://html.spec.whatwg.org/#htmloutputelement

    `value` and `defaultValue` are both its text here.
    """

    __slots__ = ()

    @property
    def type(self) -> str:
        """``"output"``. https://html.spec.whatwg.org/#dom-output-type"""
        return "output"

    @property
    def value(self) -> str:
        """Its text. https://html.spec.whatwg.org/#dom-output-value"""
        return self.textContent or ""

    @value.setter
    def value(self, value: str | float) -> None:
        self.textContent = string(self, "value", value)

    @property
    def defaultValue(self) -> str:
        """Its text. https://html.spec.whatwg.org/#dom-output-defaultvalue"""
        return self.value

    @defaultValue.setter
    def defaultValue(self, value: str | float) -> None:
        self.textContent = string(self, "defaultValue", value)


class HTMLProgressElement(HTMLProgressElementAttributes, Labelable):
    """How far something has come. https://html.spec.whatwg.org/#htmlprogresselement"""

    __slots__ = ()

    @property
    def value(self) -> float:
        """How far, from 0 to `max`. https://html.spec.whatwg.org/#dom-progress-value

        Raises:
            TypeError: When set to what is not a finite number.
        """
        number = parse_double(self._attributes.get("value", ""))
        return 0.0 if number is None else min(max(number, 0.0), self.max)

    @value.setter
    def value(self, value: float) -> None:
        self.setAttribute("value", number_text(to_double(self, "value", value)))

    @property
    def position(self) -> float:
        """`value` as a part of `max`, or -1 if there is no value. https://html.spec.whatwg.org/#dom-progress-position"""
        return self.value / self.max if "value" in self._attributes else -1.0


class HTMLMeterElement(Labelable):
    """A measure within a known range. https://html.spec.whatwg.org/#htmlmeterelement"""

    __slots__ = ()

    @property
    def value(self) -> float:
        """The measure, within the range. https://html.spec.whatwg.org/#dom-meter-value"""
        return self._within("value", 0.0, self.min, self.max)

    @value.setter
    def value(self, value: float) -> None:
        self._set("value", value)

    @property
    def min(self) -> float:
        """The lower end. https://html.spec.whatwg.org/#dom-meter-min"""
        number = parse_double(self._attributes.get("min", ""))
        return 0.0 if number is None else number

    @min.setter
    def min(self, value: float) -> None:
        self._set("min", value)

    @property
    def max(self) -> float:
        """The upper end. https://html.spec.whatwg.org/#dom-meter-max"""
        number, low = parse_double(self._attributes.get("max", "")), self.min
        return _between(1.0 if number is None else number, low, float("inf"))

    @max.setter
    def max(self, value: float) -> None:
        self._set("max", value)

    @property
    def low(self) -> float:
        """Below it the measure counts as low. https://html.spec.whatwg.org/#dom-meter-low"""
        return self._within("low", self.min, self.min, self.max)

    @low.setter
    def low(self, value: float) -> None:
        self._set("low", value)

    @property
    def high(self) -> float:
        """Above it the measure counts as high. https://html.spec.whatwg.org/#dom-meter-high"""
        return self._within("high", self.max, self.low, self.max)

    @high.setter
    def high(self, value: float) -> None:
        self._set("high", value)

    @property
    def optimum(self) -> float:
        """The best measure. https://html.spec.whatwg.org/#dom-meter-optimum"""
        return self._within("optimum", (self.min + self.max) / 2, self.min, self.max)

    @optimum.setter
    def optimum(self, value: float) -> None:
        self._set("optimum", value)

    def _within(self, name: str, default: float, low: float, high: float) -> float:
        number = parse_double(self._attributes.get(name, ""))
        return _between(default if number is None else number, low, high)

    def _set(self, name: str, value: float) -> None:
        self.setAttribute(name, number_text(to_double(self, name, value)))


_LISTED = ("button", "fieldset", "input", "object", "output", "select", "textarea")
_LABELABLE = ("button", "input", "meter", "output", "progress", "select", "textarea")


def _is_labelable(element: HTMLElement) -> bool:
    """https://html.spec.whatwg.org/#category-label"""
    return is_html(element, *_LABELABLE) and not (
        element._tag == "input" and element._attributes.get("type", "").lower() == "hidden"
    )


def _between(number: float, low: float, high: float) -> float:
    # In this order: where the ends are the wrong way round, the lower one counts.
    return max(min(number, high), low)
