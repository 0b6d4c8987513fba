"""`Disclosure`: a title that shows and hides what is below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["Disclosure"]

STYLE = """
:where(.domsync-disclosure) { min-width: 0; }
:where(.domsync-disclosure > summary) {
  padding: 8px 14px; cursor: pointer; font-weight: 600; border-radius: var(--domsync-radius);
}
:where(.domsync-disclosure > summary:hover) { background: var(--domsync-raised); }
:where(.domsync-disclosure > summary:focus-visible) { outline-offset: -2px; }
:where(.domsync-disclosure > div) { padding: 4px 14px 14px; }
"""


class Disclosure(Component):
    """A title which shows and hides what is below it: a ``<details>``, which the browser opens and closes by itself.

    ```python
    more = Disclosure(document, "More options", on_toggle=lambda is_open: print(is_open))
    more.content.append("What few people need")
    more.open = True
    ```

    Args:
        parent: The element, component or document to put it in.
        title: What is always seen.
        open: Whether the rest is seen, too, at first.
        on_toggle: Called with the new `open` when a person changed it; may be a coroutine function.

    Attributes:
        on_toggle: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        title: str,
        *,
        open: bool = False,
        on_toggle: Callable[[bool], object] | None = None,
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        self.on_toggle = on_toggle
        self._summary = document.createElement("summary", innerText=title)
        self._content = document.createElement("div")
        self._details = document.createElement("details", attributes={"class": "domsync-disclosure"})
        self._details.append(self._summary, self._content)
        self._was_open = open
        self._details.toggleAttribute("open", open)
        self._details.addEventListener("toggle", self._toggled)
        self.mount(self._details, STYLE)

    @property
    def content(self) -> Element:
        """The element for what is shown and hidden."""
        return self._content

    @property
    def title(self) -> str:
        """What is always seen."""
        return self._summary.innerText

    @title.setter
    def title(self, title: str) -> None:
        self._summary.innerText = title

    @property
    def open(self) -> bool:
        """Whether what is in it is seen."""
        return self._details.hasAttribute("open")

    @open.setter
    def open(self, open: bool) -> None:
        self._was_open = open
        self._details.toggleAttribute("open", open)

    def _toggled(self, event: Event) -> object:
        # It comes for what Python did as well, and from every view.
        is_open = self.open
        if is_open == self._was_open:
            return None
        self._was_open = is_open
        return None if self.on_toggle is None else self.on_toggle(is_open)
