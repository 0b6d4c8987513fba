"""`Button`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from domsync_jupyter.dom.events import Callback, Event

__all__ = ["Button"]

Kind = Literal["normal", "primary", "danger"]

STYLE = """
:where(.domsync-button) {
  display: inline-flex; align-items: center; justify-content: center; gap: 8px; box-sizing: border-box; margin: 0;
  min-height: 32px; padding: 4px 14px; font: inherit; font-weight: 500; border-radius: var(--domsync-radius);
  border: 1px solid var(--jp-border-color1, color-mix(in srgb, CanvasText 35%, Canvas));
}
:where(.domsync-button.primary) {
  color: var(--domsync-on-accent); background: var(--domsync-accent); border-color: transparent;
}
:where(.domsync-button.danger) {
  color: var(--domsync-bad); border-color: color-mix(in srgb, var(--domsync-bad) 50%, var(--domsync-surface));
}
:where(.domsync-button.primary:hover:enabled) {
  background: color-mix(in srgb, var(--domsync-accent) 88%, var(--domsync-text));
}
:where(.domsync-button.danger:hover:enabled) {
  background: color-mix(in srgb, var(--domsync-bad) 12%, var(--domsync-surface));
}
:where(.domsync-button[aria-busy="true"]) { cursor: progress; }
:where(.domsync-button[aria-busy="true"])::before {
  content: ""; width: 0.8em; height: 0.8em; border: 2px solid; border-right-color: transparent; border-radius: 50%;
  animation: domsync-button-busy 0.9s linear infinite;
}
@media (prefers-reduced-motion: reduce) {
  :where(.domsync-button[aria-busy="true"])::before { animation-duration: 6s; }
}
@keyframes domsync-button-busy { to { rotate: 1turn; } }
"""


class Button(Component):
    """Something to press.

    While a coroutine function that it calls runs, it is `busy`: it turns, and cannot be pressed.

    ```python
    async def run(event):
        await asyncio.sleep(3)
        result.textContent = "done"

    Button(document, "Run", run, kind="primary")
    result = document.getRootElement().appendChild(document.createElement("p"))
    ```

    Events of one viewer are handled one after the other. So what shall be possible while it runs, such as
    another button that stops it, needs a task of the app's own, and `busy` set by hand.

    Args:
        parent: The element, component or document to put it in.
        text: What stands on it.
        on_click: Called with the event, `Event`; may be a coroutine function.
        kind: ``"primary"`` for what is most likely wanted, ``"danger"`` for what cannot be undone.
        disabled: Whether it cannot be pressed.

    Attributes:
        on_click: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        text: str,
        on_click: Callback | None = None,
        *,
        kind: Kind = "normal",
        disabled: bool = False,
    ) -> None:
        super().__init__(parent)
        if kind not in ("normal", "primary", "danger"):
            raise ValueError(f"kind must be 'normal', 'primary' or 'danger', not {kind!r}")
        self.on_click = on_click
        self._busy = False
        self._button = self.getDocument().createElement(
            "button", innerText=text, attributes={"type": "button"}
        )
        self._button.className = "domsync-button" if kind == "normal" else f"domsync-button {kind}"
        self.disabled = disabled
        self._button.addEventListener("click", self._clicked)
        self.mount(self._button, STYLE)

    @property
    def text(self) -> str:
        """What stands on it."""
        return self._button.textContent or ""

    @text.setter
    def text(self, text: str) -> None:
        self._button.textContent = text

    @property
    def disabled(self) -> bool:
        """Whether it cannot be pressed."""
        return self._button.hasAttribute("disabled")

    @disabled.setter
    def disabled(self, disabled: bool) -> None:
        self._button.toggleAttribute("disabled", disabled)

    @property
    def busy(self) -> bool:
        """Whether what it does is under way: it shows so, keeps the focus, and cannot be pressed."""
        return self._busy

    @busy.setter
    def busy(self, busy: bool) -> None:
        with self.getDocument().batch():
            self._busy = busy
            if busy:
                self._button.setAttribute("aria-busy", "true")
                self._button.setAttribute("aria-disabled", "true")
                # The page then sends no clicks, which would wait for their turn.
                self._button.removeEventListener("click", self._clicked)
            else:
                self._button.removeAttribute("aria-busy")
                self._button.removeAttribute("aria-disabled")
                self._button.addEventListener("click", self._clicked)

    def _clicked(self, event: Event) -> Any:
        if self._busy or self.disabled or self.on_click is None:
            return None
        result = self.on_click(event)
        return self._while_busy(result) if inspect.isawaitable(result) else result

    async def _while_busy(self, awaitable: Awaitable[Any]) -> None:
        self.busy = True
        try:
            await awaitable
        finally:
            self.busy = False
