"""`ColorInput`: a colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.input import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["ColorInput"]

STYLE = """
:where(.domsync-color > label) {
  display: grid; grid-template-columns: auto 1fr; align-items: center; column-gap: 10px;
}
:where(.domsync-color > label > .domsync-label) { grid-column: 1 / 3; }
:where(.domsync-color input) {
  width: 48px; height: 32px; padding: 3px; border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius);
  background: var(--domsync-surface); cursor: pointer;
}
:where(.domsync-color output) {
  color: var(--domsync-muted); font-family: var(--jp-code-font-family, ui-monospace, monospace);
}
"""
_SHORT = re.compile("#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")
_BLACK = re.compile(r"\s*(#0{3}|#0{6}|black|rgb\(\s*0\s*,\s*0\s*,\s*0\s*\))\s*", re.IGNORECASE)


class ColorInput(Input[str]):
    """A colour, with the picker of the browser.

    The value is text such as ``"#1e90ff"``: six digits in lower case.

    ```python
    line = ColorInput(document, "Line", "steelblue", on_change=lambda colour: print(colour))
    print(line.value)  # #4682b4
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The colour at first: ``#rrggbb``, or whatever CSS 3 calls a colour.
        on_change: Called with the colour when a person has changed it; may be a coroutine function.
        continuous: Whether the value changes while colours are tried; else only when one is chosen.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is not a ``str``.
        ValueError: If `value` is no colour.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: str = "#000000",
        *,
        on_change: Callable[[str], Any] | None = None,
        continuous: bool = True,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        create = self.getDocument().createElement
        self._follows = continuous
        self._root.classList.add("domsync-color")
        self._well: Any = create("input", attributes={"type": "color"})
        # After the control, which is to be the label's. A reader is told by the control.
        self._output = create("output", attributes={"aria-hidden": "true"})
        self._frame.append(self._well, self._output)
        self._complete(value, self._well, style=STYLE)

    def _read(self, event: Event | None) -> str:
        # Whatever a page sends is a colour here: what is none is black.
        colour: str = self._well.value
        if event is not None:
            self._output.textContent = colour
        return colour

    def _show(self, value: str) -> None:
        self._well.value = self._output.textContent = value

    def _checked(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"the value of a ColorInput must be a str, not {type(value).__name__}")
        well: Any = self._well.cloneNode()
        well.value = _SHORT.sub(r"#\1\1\2\2\3\3", value) if _SHORT.fullmatch(value) else value
        colour: str = well.value
        if colour == "#000000" and not _BLACK.fullmatch(value):
            raise ValueError(f"{value!r} is no colour: write for example '#1e90ff' or 'steelblue'")
        return colour
