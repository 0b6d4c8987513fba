"""`Checkbox` and `Switch`: yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from domsync_jupyter.components.input import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["Checkbox", "Switch"]

# Not where there are no pseudo-elements, as in a saved notebook: there it is the box that it is made of.
SWITCH_STYLE = """
@media screen {
  :where(.domsync-tick > input[role="switch"]) {
    appearance: none; position: relative; top: 5px; width: 36px; height: 20px; border-radius: 10px;
    background: color-mix(in srgb, var(--domsync-text) 45%, var(--domsync-surface)); transition: background 0.15s;
  }
  :where(.domsync-tick > input[role="switch"])::after {
    content: ""; position: absolute; inset: 3px auto auto 3px; width: 14px; height: 14px; border-radius: 50%;
    background: var(--domsync-surface); transition: translate 0.15s;
  }
  :where(.domsync-tick > input[role="switch"]:checked) { background: var(--domsync-accent); }
  :where(.domsync-tick > input[role="switch"]:checked)::after { translate: 16px; }
}
@media (prefers-reduced-motion: reduce) {
  :where(.domsync-tick > input[role="switch"]) { transition: none; }
  :where(.domsync-tick > input[role="switch"])::after { transition: none; }
}
@media (forced-colors: active) {
  :where(.domsync-tick > input[role="switch"]) { border: 1px solid; }
  :where(.domsync-tick > input[role="switch"])::after { background: CanvasText; }
  :where(.domsync-tick > input[role="switch"]:checked) { background: Highlight; }
}
"""


class Checkbox(Input[bool]):
    """Yes or no, with a box to tick.

    ```python
    smooth = Checkbox(document, "Smooth the curve", True)
    smooth.on_change = lambda value: print("smooth" if value else "as measured")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What is said yes or no to; it stands beside the box.
        value: Whether it is ticked at first.
        on_change: Called with ``True`` or ``False`` when a person has changed it; may be a coroutine function.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is no ``bool``.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _is_at_once = True
    _role: ClassVar[str] = ""
    _style: ClassVar[str] = ""

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: bool = False,
        *,
        on_change: Callable[[bool], Any] | None = None,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._box: Any = self.getDocument().createElement("input", attributes={"type": "checkbox"})
        if self._role:
            self._box.role = self._role
        self._label.removeAttribute("class")
        self._frame.className = "domsync-tick"
        self._frame.prepend(self._box)
        self._complete(value, self._box, style=self._style)

    def _read(self, event: Event | None) -> bool:
        return bool(self._box.checked)

    def _show(self, value: bool) -> None:
        self._box.checked = value

    def _checked(self, value: Any) -> bool:
        # NumPy's are no bool.
        if not isinstance(value, bool) and type(value).__name__ not in ("bool_", "bool"):
            raise TypeError(f"the value of a {type(self).__name__} must be True or False, not {value!r}")
        return bool(value)


class Switch(Checkbox):
    """Yes or no, with a switch to turn on and off: a `Checkbox` for what takes effect at once.

    ```python
    live = Switch(document, "Live updates", on_change=lambda on: print("on" if on else "off"))
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What is turned on and off; it stands beside the switch.
        value: Whether it is on at first.
        on_change: Called with ``True`` or ``False`` when a person has changed it; may be a coroutine function.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is no ``bool``.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _role = "switch"
    _style = SWITCH_STYLE
