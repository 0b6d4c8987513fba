"""`toast`: a note that goes away by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.dom import Document

if TYPE_CHECKING:
    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["Kind", "Toast", "toast"]

Kind = Literal["info", "good", "warn", "bad"]

# In an output cell they stand at the end of what is seen of it, in a page at the end of the window.
STYLE = """
:where(.domsync-toasts) {
  position: sticky; bottom: 16px; z-index: 1000; height: 0; margin-inline: 8px; pointer-events: none;
  display: flex; flex-direction: column; align-items: flex-end; justify-content: flex-end; gap: 8px;
}
:where(body) :where(.domsync-toasts) { position: fixed; right: 8px; left: 8px; height: auto; }
:where(.domsync-toasts:empty) { display: none; }
:where(.domsync-toast) {
  display: flex; align-items: flex-start; gap: 8px; box-sizing: border-box; max-width: min(380px, 100%);
  padding: 9px 8px 9px 14px; pointer-events: auto; overflow-wrap: anywhere; flex: none;
  color: var(--domsync-text); background: var(--domsync-surface); border-radius: var(--domsync-radius);
  border: 1px solid var(--domsync-line); border-inline-start: 4px solid var(--domsync-accent);
  box-shadow: 0 4px 14px rgb(0 0 0 / 0.22);
  transition: opacity 0.2s, translate 0.2s; animation: domsync-toast-leaves 0.3s ease-in forwards;
}
:where(.domsync-toast:is(:hover, :focus-within)) { animation-play-state: paused; }
:where(.domsync-toast.domsync-good) { border-inline-start-color: var(--domsync-good); }
:where(.domsync-toast.domsync-warn) { border-inline-start-color: var(--domsync-warn); }
:where(.domsync-toast.domsync-bad) { border-inline-start-color: var(--domsync-bad); }
:where(.domsync-toast > button) {
  margin: 0; padding: 0 7px; border: 0; background: none; color: var(--domsync-muted); font-size: 1.1em;
}
@starting-style { :where(.domsync-toast) { opacity: 0; translate: 0 8px; } }
@keyframes domsync-toast-leaves { to { opacity: 0; translate: 0 8px; } }
@media (prefers-reduced-motion: reduce) { :where(.domsync-toast) { transition: none; animation-duration: 1ms; } }
"""
#: Others, such as what is wrong, are told at once, whatever a screen reader is saying.
_WAITS = ("info", "good")


def toast(parent: Parent, text: str, kind: Kind = "info", *, seconds: float | None = 4) -> Toast:
    """Show a note at the edge of what is seen; it goes away by itself, or when a person closes it.

    It stays while a pointer or the focus is on it. With several viewers, it goes when the first has seen it.

    ```python
    toast(document, "Saved", "good")
    ```

    Args:
        parent: The document, or an element or component in it: in a dialog, the note stands in the dialog.
        text: What it says.
        kind: What it is like: ``"info"``, ``"good"``, ``"warn"`` or ``"bad"``.
        seconds: How long it stays; ``None`` until a person closes it.

    Returns:
        It; ``remove()`` takes it away.
    """
    return Toast(parent, text, kind, seconds=seconds)


class Toast(Component):
    """A note; `toast` shows one.

    Args:
        parent: See `toast`, as for the rest.
        text: See there.
        kind: See there.
        seconds: See there.

    Raises:
        ValueError: If there is no such kind, or `seconds` are less than 0.
    """

    def __init__(self, parent: Parent, text: str, kind: Kind = "info", *, seconds: float | None = 4) -> None:
        if kind not in ("info", "good", "warn", "bad"):
            raise ValueError(f"there is no kind {kind!r}: there are info, good, warn, bad")
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"expected a number of seconds, not {seconds!r}")
        super().__init__(_region(parent))
        document = self.getDocument()
        words = document.createElement("span", innerText=text)
        close = document.createElement("button", innerText="×", attributes={"aria-label": "Close"})
        close.addEventListener("click", self._close)
        element = document.createElement("div", attributes={"class": f"domsync-toast domsync-{kind}"})
        element.setAttribute("role", "status" if kind in _WAITS else "alert")
        # The page has the clock: it waits and tells, whatever Python is doing, and only while somebody looks.
        element.setAttribute(
            "style", "animation: none" if seconds is None else f"animation-delay: {seconds:g}s"
        )
        element.addEventListener("animationend", self._close)
        element.append(words, close)
        self._words = words
        self.mount(element, STYLE)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.innerText

    @text.setter
    def text(self, text: str) -> None:
        self._words.innerText = text

    def _close(self, event: Event) -> None:
        # Other views tell it, too.
        if not self.has_been_removed():
            self.remove()


def _region(parent: Parent) -> Element:
    """Where notes stand: the last child of the dialog that `parent` is in, or of the document's root."""
    if isinstance(parent, Component):
        parent = parent.content
    document = parent if isinstance(parent, Document) else parent.getDocument()
    place = None if isinstance(parent, Document) else parent.closest("dialog")
    place = place or document.getRootElement()
    region = next((each for each in place.children if each.className == "domsync-toasts"), None)
    if region is None:
        region = document.createElement("div", attributes={"class": "domsync-toasts"})
    if place.lastChild is not region:
        place.append(region)
    return region
