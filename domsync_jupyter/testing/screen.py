"""`Screen`: what a person sees of a document, and what a browser makes of what they do.

The events of a click, a key, a tick, and what a browser does by itself with them: a label clicks its control, a box
is ticked, Enter submits. It posts what a page would post. It knows no clock and no sockets, nor does it know of layout:
everything that is in the document is there to be clicked, unless it is disabled.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.states import STATES
from domsync_jupyter.sync import messages
from domsync_jupyter.testing.copying import copy_of
from domsync_jupyter.testing.reporting import BOXES, PREVENT_DEFAULT, is_tag, reached, read_getter, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.sync.page_session import PageSession

__all__ = ["Screen"]

_MODIFIERS = {"Control": "ctrlKey", "Shift": "shiftKey", "Alt": "altKey", "Meta": "metaKey"}
_CODES = {" ": "Space"}
_BUTTONS = ("button", "image", "reset", "submit")
_FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]"


class Screen:
    """A page's document, as a person sees it and acts in it.

    Args:
        session: The page's. Events are posted to it.
    """

    def __init__(self, session: PageSession) -> None:
        self._session = session
        self._copy: Document | None = None
        self._elements: dict[int, Element] = {}
        #: Of all copies so far: an element that was found stays good as long as its node is there.
        self._numbers: weakref.WeakKeyDictionary[Element, int] = weakref.WeakKeyDictionary()
        #: Controls whose state Python does not know yet.
        self._edited: dict[int, None] = {}
        #: Number of the node with the focus; 0: none has it.
        self._focus = 0
        #: The value that the focused control had when it got the focus, if that has changed since.
        self._before: str | None = None
        self._calls = 0

    # Seeing

    @property
    def document(self) -> Document:
        """What the page shows, as a document: a copy, made anew after each change."""
        if self._copy is None:
            self._copy, numbers = copy_of(self._session.replica)
            self._numbers.update(numbers)
            self._elements = {number: element for element, number in numbers.items()}
        return self._copy

    @property
    def focused(self) -> Element | None:
        """The element with the focus."""
        return self._element(self._focus)

    def changed(self) -> None:
        """Say that something came: what is shown may be another state."""
        self._copy = None
        calls = self._session.replica.calls
        # A snapshot makes the replica a new one.
        new = calls[self._calls :] if len(calls) >= self._calls else calls
        self._calls = len(calls)
        for number, method, _ in new:
            element = self._element(number)
            if element is None:
                continue
            match method:
                case "focus":
                    self.focus(element)
                case "blur" if number == self._focus:
                    self.focus(None)
                case "click":
                    self.click(element)
                case "show" | "showModal" | "close":
                    self._edit(element, "open", method != "close")

    def locate(self, target: str | Element) -> Element:
        """The element that a selector finds first, or that was found before, as it is now.

        Raises:
            AssertionError: If it is not there.
        """
        if isinstance(target, str):
            found = self.document.querySelector(target)
            if found is None:
                raise AssertionError(f"nothing matches {target!r} in this page:\n{self.html}")
            return found
        number = self._numbers.get(target)
        element = None if number is None else self._element(number)
        if element is None:
            raise AssertionError(f"{target!r} is not in this page (any more):\n{self.html}")
        return element

    @property
    def html(self) -> str:
        """What the page shows, as HTML."""
        return self._session.replica.root.html()

    # Acting

    def click(self, element: Element, **fields: Any) -> None:
        """Click: the focus moves there, and a browser does what it does with such an element.

        Raises:
            AssertionError: If it is disabled: a person cannot click it.
        """
        self._check_enabled(element, "clicked")
        mouse = _mouse() | fields
        self.fire(element, "pointerdown", **_pointer(), **mouse)
        if not self.fire(element, "mousedown", **mouse):
            self.focus(_closest(element, _FOCUSABLE))
        self.fire(element, "pointerup", **_pointer(), **mouse)
        self.fire(element, "mouseup", **mouse)
        self._activate(element, mouse)

    def _activate(self, element: Element, fields: dict[str, Any]) -> None:
        control: Any = _closest(element, "input, button, summary, select, textarea, option, label, a")
        is_box = is_tag(control, "input") and control.type in BOXES
        state = control.checked if is_box else None
        if is_box:
            # Before the event, whose listeners see the new state.
            self._edit(control, "checked", control.type == "radio" or not state)
        if self.fire(element, "click", **_pointer(), detail=1, **fields):
            if is_box:
                self._edit(control, "checked", state)
            return
        match getattr(control, "_tag", ""):
            case "input" if is_box:
                if control.type == "checkbox" or not state:
                    self.fire(control, "input")
                    self.fire(control, "change")
            case "input" | "button" if control.type in ("submit", "image"):
                self.submit(control)
            case "input" | "button" if control.type == "reset":
                self._reset(control.form)
            case "label":
                labelled = control.control
                if labelled is not None and labelled is not element:
                    self.focus(labelled)
                    if not STATES["disabled"](labelled):
                        self._activate(labelled, fields)
            case "summary" if (details := control.parentElement) is not None and is_tag(details, "details"):
                self._toggle(details)

    def _toggle(self, details: Element) -> None:
        """Open or close details; of those with the same name at most one is open."""
        changed = [details]
        if (name := details._attributes.get("name")) and "open" not in details._attributes:
            group = self.document.getElementsByName(name)
            changed += [each for each in group if is_tag(each, "details") and "open" in each._attributes]
        for each in changed:
            self._edit(each, "open", "open" not in each._attributes)
        for each in changed:
            self.fire(each, "toggle", bubbles=False)

    def _leave_modal(self) -> None:
        """Close the dialog that is above the rest of the page, if there is one."""
        dialogs: list[Any] = [each for each in self.document.querySelectorAll("dialog") if each.modal]  # type: ignore[attr-defined]
        for dialog in dialogs[-1:]:
            self._edit(dialog, "open", False)
            self.fire(dialog, "close", bubbles=False)

    def submit(self, element: Any) -> None:
        """Submit the form that an element belongs to, if there is one. A browser's own checks are not made."""
        form = element.form
        if form is not None:
            self.fire(form, "submit")

    def _reset(self, form: Any) -> None:
        if form is None or self.fire(form, "reset"):
            return
        form.reset()
        for control in form.elements:
            if _is_control(control):
                self._note(control)

    def focus(self, element: Element | None) -> None:
        """Move the focus; what had it before tells its change first."""
        number = 0 if element is None else self._numbers[element]
        if number == self._focus:
            return
        if (last := self._element(self._focus)) is not None:
            self._commit(last)
            self.fire(last, "blur", bubbles=False)
            self.fire(last, "focusout")
        self._focus, self._before = number, None
        if element is not None:
            self.fire(element, "focus", bubbles=False)
            self.fire(element, "focusin")

    def put(self, element: Element, name: str, value: Any, **fields: Any) -> None:
        """Set the state of a control as the person does, with the event ``input``."""
        if name == "value" and self._before is None:
            self._before = str(getattr(element, "value", ""))
        self._edit(element, name, value)
        self.fire(element, "input", **fields)

    def change(self, element: Element) -> None:
        """End an edit: the event ``change``."""
        self._before = None
        self.fire(element, "change")

    def _commit(self, element: Element) -> None:
        if self._before is not None and self._before != getattr(element, "value", None):
            self.change(element)
        self._before = None

    def press(self, key: str) -> None:
        """Press and release a key where the focus is, such as ``"a"``, ``"Enter"``, ``"Control+s"``."""
        *held, key = key.split("+") if len(key) > 1 else [key]
        key = key or "+"
        fields: dict[str, Any] = dict.fromkeys(_MODIFIERS.values(), False)
        fields |= {_MODIFIERS[name]: True for name in held}
        fields |= {"key": key, "code": _code(key), "repeat": False, "isComposing": False, "detail": 0}
        element = self.focused or self.document.getRootElement()
        prevented = self.fire(element, "keydown", **fields)
        if not prevented and not (set(held) - {"Shift"}):
            self._type(element, key, fields)
        # The focus may have moved.
        self.fire(self.focused or self.document.getRootElement(), "keyup", **fields)

    def _type(self, element: Any, key: str, fields: dict[str, Any]) -> None:
        """What a browser does with a key."""
        if (len(key) == 1 or key == "Enter") and self.fire(element, "keypress", **fields):
            return
        if key == "Tab":
            self._tab(back=fields["shiftKey"])
        elif _is_text(element):
            self._type_text(element, key)
        elif is_tag(element, "input") and element.type in BOXES:
            if key == " ":
                self._activate(element, _mouse())
        elif key == "Escape":
            self._leave_modal()
        elif (key == "Enter" and is_tag(element, "a")) or (
            key in ("Enter", " ") and is_tag(element, "button", "summary", "input")
        ):
            self._activate(element, _mouse())

    def _type_text(self, element: Any, key: str) -> None:
        value = element.value
        if key == "Enter" and not is_tag(element, "textarea"):
            self._commit(element)
            if element.form is not None:
                buttons = (each for each in element.form.elements if getattr(each, "type", "") == "submit")
                button = next(buttons, None)
                if button is None:
                    self.submit(element)
                elif not STATES["disabled"](button):
                    self._activate(button, _mouse())
        elif "readonly" in element._attributes:
            return
        elif key == "Backspace":
            if value:
                self.put(element, "value", value[:-1], data=None, inputType="deleteContentBackward")
        elif len(key) == 1 or key == "Enter":
            text = "\n" if key == "Enter" else key
            kind = "insertLineBreak" if key == "Enter" else "insertText"
            limit = element._attributes.get("maxlength", "")
            if not limit.isdigit() or len(value) < int(limit):
                self.put(element, "value", value + text, data=None if key == "Enter" else key, inputType=kind)

    def _tab(self, *, back: bool) -> None:
        order = [
            element
            for element in self.document.querySelectorAll(_FOCUSABLE)
            if not STATES["disabled"](element) and getattr(element, "tabIndex", 0) >= 0
        ]
        order.sort(key=lambda element: getattr(element, "tabIndex", 0) or 1 << 20)
        if back:
            order.reverse()
        at = next((i for i, element in enumerate(order) if self._numbers[element] == self._focus), -1)
        self.focus(order[at + 1] if at + 1 < len(order) else None)

    def fire(self, element: Element, type: str, /, *, bubbles: bool = True, **fields: Any) -> bool:
        """Let an event happen, and post it if a listener of Python's would be reached.

        Returns:
            Whether a listener that is reached prevents what a browser would do.
        """
        target = self._numbers[element]
        called = reached(self._session.replica.nodes.get(target), type, fields.get("key"), bubbles=bubbles)
        if not called:
            return False
        fields = {"bubbles": bubbles} | fields
        if isinstance(value := getattr(element, "value", None), str):
            fields.setdefault("value", value)
        if getattr(element, "type", "") in BOXES:
            fields.setdefault("checked", element.checked)  # type: ignore[attr-defined]
        values: list[Any] = []
        for node, listener in called:
            getter = listener[2] if len(listener) > 2 else ""
            for name in listener[3] if len(listener) > 3 else ():
                fields.setdefault(name, None)
            if getter:
                this = self._elements[node.number]
                values += (node.number, getter, read_getter(getter, this, fields))
        if is_tag(element, "select"):
            self._note(element)
        edits = self._take_edits()
        self._session.post(lambda seq, ack: messages.Event(seq, ack, type, target, fields, edits, values))
        return any(listener[1] & PREVENT_DEFAULT for _, listener in called)

    def flush(self) -> Callable[[], bool]:
        """Post the edits that no event has told. What is returned tells whether all that was posted is processed."""
        edits = self._take_edits()
        number = 0

        def compose(seq: int, ack: int) -> messages.Edits:
            nonlocal number
            number = seq
            return messages.Edits(seq, ack, edits)

        # Even if there are none.
        self._session.post(compose)
        return lambda: 0 < number <= self._session.processed

    # Inside

    def _element(self, number: int) -> Element | None:
        document = self.document  # There may be a new copy to make.
        assert document is not None
        return self._elements.get(number)

    def _check_enabled(self, element: Element, done: str) -> None:
        if (control := _closest(element, "button, input, select, textarea, option")) is not None and STATES[
            "disabled"
        ](control):
            raise AssertionError(f"{element!r} is disabled: it cannot be {done}")

    def check_editable(self, element: Element) -> None:
        """See to it that a person could change the state of a control.

        Raises:
            AssertionError: If it is no control, disabled, or may only be read.
        """
        self._check_enabled(element, "changed")
        if not _is_control(element):
            raise AssertionError(f"{element!r} has no state that a person could change")
        if "readonly" in element._attributes:
            raise AssertionError(f"{element!r} may only be read")

    def _edit(self, element: Any, name: str, value: Any) -> None:
        """A control has another state; in the copy at once, and in the page's own."""
        others = element._others_of_its_group() if name == "checked" and value else ()
        element._accept_edit(name, value, note=True)
        for each in (element, *others):
            self._note(each)

    def _note(self, element: Any) -> None:
        number = self._numbers[element]
        node = self._session.replica.nodes.get(number)
        if node is None:
            return
        name, value = state_of(element)
        if name == "open":
            # It is an attribute, in the page as here.
            node.attributes.pop("open", None)
            node.properties.pop("modal", None)
            if value:
                node.attributes["open"] = ""
        else:
            for other in ("value", "selectedIndex", "selectedOptions") if is_tag(element, "select") else ():
                node.properties.pop(other, None)
            node.properties[name] = value
        self._edited[number] = None

    def _take_edits(self) -> list[Any]:
        edits: list[Any] = []
        for number in self._edited:
            if (element := self._element(number)) is not None:
                edits += (number, *state_of(element))
        self._edited = {}
        return edits


def _is_control(element: Any) -> bool:
    return (
        is_tag(element, "input", "textarea", "select", "details", "dialog")
        and element.getAttribute("type") != "file"
    )


def _is_text(element: Any) -> bool:
    return is_tag(element, "textarea") or (
        is_tag(element, "input")
        and element.type not in (*BOXES, *_BUTTONS, "color", "file", "hidden", "range")
    )


def _closest(element: Element, selector: str) -> Element | None:
    return element.closest(selector)


def _mouse() -> dict[str, Any]:
    return {
        "clientX": 0, "clientY": 0, "offsetX": 0, "offsetY": 0, "button": 0, "buttons": 0,
        **dict.fromkeys(_MODIFIERS.values(), False),
    }  # fmt: skip


def _pointer() -> dict[str, Any]:
    return {"pointerId": 1, "pointerType": "mouse", "pressure": 0}


def _code(key: str) -> str:
    if len(key) == 1 and key.isascii() and key.isalnum():
        return f"Digit{key}" if key.isdigit() else f"Key{key.upper()}"
    return _CODES.get(key, key if len(key) > 1 else "")
