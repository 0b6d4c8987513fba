"""`Input`: what all inputs have in common: a label, a value that is checked, help, errors, and who hears of it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.dom.events import RESTORED
from domsync_jupyter.errors import DomsyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["Input", "Refusal", "same"]

Value = TypeVar("Value")

STYLE = """
:where(.domsync-input) {
  display: block; min-width: 0; max-width: 100%; box-sizing: border-box; margin: 0; padding: 0; border: 0;
  color: var(--domsync-text);
}
:where(.domsync-input > label, .domsync-input > legend) { display: block; padding: 0; }
:where(.domsync-label) { display: block; margin-bottom: 4px; font-weight: 600; font-size: 0.93em; }
:where(.domsync-label:empty) { display: none; }
:where(.domsync-input input, .domsync-input select, .domsync-input textarea) {
  box-sizing: border-box; margin: 0; accent-color: var(--domsync-accent);
}
:where(.domsync-field) {
  width: 100%; min-height: 32px; padding: 4px 10px; font: inherit; border-radius: var(--domsync-radius);
  border: 1px solid var(--jp-border-color1, color-mix(in srgb, CanvasText 35%, Canvas));
}
:where(.domsync-input [aria-invalid="true"]) { border-color: var(--domsync-bad); outline-color: var(--domsync-bad); }
:where(.domsync-help, .domsync-error) { margin-top: 4px; font-size: 0.86em; line-height: 1.35; }
:where(.domsync-help) { color: var(--domsync-muted); }
:where(.domsync-error) { color: var(--domsync-bad); }
:where(.domsync-help:empty, .domsync-error:empty) { margin: 0; }
:where(.domsync-tick) {
  display: flex; align-items: baseline; gap: 8px; width: fit-content; padding: 2px 0; cursor: pointer;
}
:where(.domsync-tick > input) { flex: none; position: relative; top: 1px; cursor: inherit; }
:where(.domsync-tick:has(:disabled)) { cursor: default; opacity: 0.55; }
:where(.domsync-tick > :disabled) { opacity: 1; }
"""


class Refusal(DomsyncError, ValueError):
    """Somebody who watches an input does not take its new value; the message is for the person at the page."""


class Input(Component, Generic[Value]):
    """What all inputs have in common. Not made itself: see `TextInput`, `Slider`, `Select` and the others.

    The value is Python's: what one viewer does to it all others see. A wrong value that a program sets raises an error.
    One that a person gives (a page may say anything) changes nothing: the last good value stays, and below the control
    stands what is wrong, until there is another value.

    ```python
    name = TextInput(document, "Name", on_change=lambda value: print("hello", value))
    name.value = "Ada"  # shown at once; on_change is for what a person does
    name.error = "this name is taken"
    ```

    May be used from any thread. Callbacks are called where those of events are.

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        on_change: Called with the new value when a person has changed it; may be a coroutine function.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Attributes:
        on_change: See above; may be set at any time.
    """

    #: The tag of what is around it all: a ``fieldset`` where there is more than one control.
    _tag: ClassVar[str] = "div"
    #: Whether a person types it, so that it may be wrong for a while and must not be overwritten.
    _is_typed: ClassVar[bool] = False
    #: Whether a person changes it at one stroke, so that there is nothing to follow.
    _is_at_once: ClassVar[bool] = False
    #: What the page is asked for with an event: a property path, or nothing.
    _getter: ClassVar[str | None] = None

    on_change: Callable[[Value], Any] | None

    def __init__(
        self,
        parent: Parent,
        label: str,
        *,
        on_change: Callable[[Value], Any] | None,
        disabled: bool,
        help: str,
    ) -> None:
        super().__init__(parent)
        create = self.getDocument().createElement
        self.on_change = on_change
        self._watchers: list[Callable[[Value], object]] = []
        self._follows = True
        self._types: tuple[str, ...] = ("input", "change")
        self._is_refused = False
        self._is_disabled = disabled
        self._root = create(self._tag)
        self._root.className = "domsync-input"
        self._label = create("span")
        self._label.className = "domsync-label"
        if self._tag == "fieldset":
            self._frame = self._root
            self._frame.appendChild(create("legend")).append(self._label)
        else:
            self._frame = self._root.appendChild(create("label"))
            self._frame.append(self._label)
        # The names are those that a hot reload finds again: the same for the same app.
        self._help, self._error = (
            create("div", id=f"{self['id']}_{name}", attributes={"class": f"domsync-{name}"})
            for name in ("help", "error")
        )
        self._error.ariaLive = "polite"
        self._label.textContent = label
        self._help.textContent = help

    def _complete(self, value: Value, *controls: Element, style: str = "") -> None:
        """Show the first value in the controls, which are in the frame, listen to them, and mount it all."""
        self._controls = controls
        self._value = self._checked(value)
        self._root.append(self._help, self._error)
        self._disable()
        self._show(self._value)
        self._describe()
        if self._is_at_once or not self._follows:
            self._types = ("change",)
        for element in self._whole():
            for kind in self._types:
                element.addEventListener(kind, self._changed, self._getter)
        self._root.addEventListener(RESTORED, self._restored)
        self.mount(self._root, STYLE, style)

    # For derived classes

    @abstractmethod
    def _read(self, event: Event | None) -> Value:
        """The value that the controls show.

        Args:
            event: The event with which a person changed it, if that is why.

        Raises:
            ValueError: If it is none that may be; the message is for the person.
        """

    @abstractmethod
    def _show(self, value: Value) -> None:
        """Have the controls show this value."""

    @abstractmethod
    def _checked(self, value: Any) -> Value:
        """The value that a program gave, as it is kept.

        Raises:
            TypeError: If it is of a wrong type.
            ValueError: If it is none that may be.
        """

    def _handed_out(self) -> Value:
        """The value, for others, who may change a list."""
        return self._value

    # Members

    @property
    def control(self) -> Element:
        """The control that a person uses, for what is not said here: ``control.focus()``; of several the first."""
        return self._controls[0] if self._controls else self._root

    @property
    def value(self) -> Value:
        """The value, always a good one. To set it calls no `on_change`.

        Raises:
            TypeError: When set to what is of a wrong type.
            ValueError: When set to what cannot be, or is refused by what it is bound to. Nothing was changed.
        """
        return self._handed_out()

    @value.setter
    def value(self, value: Value) -> None:
        self._put(self._checked(value))

    @property
    def label(self) -> str:
        """The label."""
        return self._label.textContent or ""

    @label.setter
    def label(self, label: str) -> None:
        self._label.textContent = label

    @property
    def help(self) -> str:
        """What is said about it below."""
        return self._help.textContent or ""

    @help.setter
    def help(self, help: str) -> None:
        with self.getDocument().batch():
            self._help.textContent = help
            self._describe()

    @property
    def error(self) -> str:
        """What is wrong with it, or ``""``. It goes with the next value, whoever gives that."""
        return self._error.textContent or ""

    @error.setter
    def error(self, error: str) -> None:
        with self.getDocument().batch():
            self._is_refused = False
            if error != self.error:
                self._error.textContent = error
                self._describe()

    @property
    def disabled(self) -> bool:
        """Whether it can only be looked at: what a page says all the same is not taken."""
        return self._is_disabled

    @disabled.setter
    def disabled(self, disabled: bool) -> None:
        with self.getDocument().batch():
            if self._is_disabled and not disabled and not self.error:
                # What a page said meanwhile does not count later.
                self._show(self._value)
            self._is_disabled = disabled
            self._disable()

    def watch(self, callback: Callable[[Value], object]) -> Callable[[], None]:
        """Call `callback` with each new value, whoever it is from, before `on_change`; for several, in this order.

        Args:
            callback: A function. If it raises anything, the old value stays. A program gets the exception; a person is
                shown the message of a `Refusal`, and the rest is treated as what callbacks of events raise.

        Returns:
            A function that ends it.
        """
        self._watchers.append(callback)

        def end() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return end

    # Inside

    def _put(self, value: Value) -> None:
        """Take a value of a program's."""
        with self.getDocument().batch():
            before, self._value = self._value, value
            self.error = ""
            self._show(value)
        if not same(before, value):
            try:
                self._tell()
            except BaseException:
                self._value = before
                self._show(before)
                raise

    def _changed(self, event: Event) -> Any:
        """A person changed a control. Returns what is to be awaited, if anything is."""
        if self._is_disabled:
            # It was enabled when the page sent it, or the page lies.
            self._show(self._value)
            return None
        try:
            value = self._read(event)
        except ValueError as error:
            self._refuse(str(error))
            return None
        return self._take(value, event)

    def _restored(self, _: Event) -> Any:
        """After a hot reload: what a person did to the control of the app before counts as if it was done now.

        Not what takes effect only when it is let go: that may have been typed by half.
        """
        if self._is_disabled or (self._is_typed and not self._follows):
            return None
        try:
            value = self._read(None)
        except ValueError:
            return None
        self._show(value)
        return self._take(value)

    def _take(self, value: Value, event: Event | None = None) -> Any:
        """Take a good value of a person's. Returns what is to be awaited, if anything is."""
        before = self._value
        if same(value, before):
            # What was refused may have been taken back by us meanwhile, before a person let the control go.
            if self._is_refused and event is not None and event.type == self._types[0]:
                self.error = ""
            return None
        self._value = value
        self.error = ""
        try:
            self._tell()
        except BaseException as error:
            self._value = before
            self._refuse(str(error) if isinstance(error, Refusal) else "")
            if not isinstance(error, Refusal):
                raise
            return None
        return None if self.on_change is None else self.on_change(self._handed_out())

    def _refuse(self, message: str) -> None:
        with self.getDocument().batch():
            self.error = message
            self._is_refused = True
            if not self._is_typed:
                self._show(self._value)

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            # One before may have given it another value.
            watcher(self._handed_out())

    def _whole(self) -> tuple[Element, ...]:
        """What stands for all of it: the control, or the group of them."""
        return (self._root,) if self._tag == "fieldset" else self._controls

    def _disable(self) -> None:
        for element in self._whole():
            element.toggleAttribute("disabled", self._is_disabled)

    def _descriptions(self) -> tuple[Element, ...]:
        return self._error, self._help

    def _describe(self) -> None:
        """Have readers say what stands below with the control."""
        texts = [text.id for text in self._descriptions() if text.textContent]
        for element in self._whole():
            if texts:
                element.setAttribute("aria-describedby", " ".join(texts))
            else:
                element.removeAttribute("aria-describedby")
        for control in self._controls:
            if self.error:
                control.setAttribute("aria-invalid", "true")
            else:
                control.removeAttribute("aria-invalid")


def same(one: object, other: object) -> bool:
    """Whether two values are equal as far as anybody can tell: of one type, and neither minds being compared."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - arrays and frames do not say whether they are equal
        return False
