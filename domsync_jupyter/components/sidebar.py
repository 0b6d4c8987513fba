"""`Sidebar`: something at the side, such as filters, and the main thing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.disclosure import Disclosure

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom import Element

__all__ = ["Sidebar"]

# How much room there is counts, not how large the screen is: an output cell may be narrow on a wide screen.
STYLE = """
:where(.domsync-sidebar) { container-type: inline-size; width: 100%; }
:where(.domsync-sidebar > div) { display: flex; align-items: stretch; gap: calc(1.5 * var(--domsync-gap)); }
:where(.domsync-sidebar > div > aside) {
  flex: none; min-width: 0; background: var(--domsync-raised); border-radius: var(--domsync-radius);
}
:where(.domsync-sidebar > div > aside > details[open]) { width: var(--domsync-sidebar-width); }
:where(.domsync-sidebar > div > aside > details > div) {
  display: flex; flex-direction: column; gap: var(--domsync-gap);
}
:where(.domsync-sidebar > div > aside > details:not([open]) > summary) { writing-mode: vertical-rl; padding: 14px 8px; }
:where(.domsync-sidebar > div > div) { flex: 1; min-width: 0; }
@container (width < 560px) {
  :where(.domsync-sidebar > div) { flex-direction: column; }
  :where(.domsync-sidebar > div > aside > details[open]) { width: auto; }
  :where(.domsync-sidebar > div > aside > details:not([open]) > summary) { writing-mode: initial; padding: 8px 14px; }
}
"""


class Sidebar(Component):
    """A side, such as for filters, and the main thing beside it; where there is little room, below it.

    What is put into the component itself is in the main part.

    ```python
    page = Sidebar(document, "Filters")
    page.side.content.append("Where one chooses")
    Card(page, "What was chosen")
    page.open = False                      # a narrow strip is left of the side
    ```

    Args:
        parent: The element, component or document to put it in.
        title: The title of the side, by which a person opens and closes it.
        width: CSS length: how wide the side is while it is open.
        open: Whether it is at first.
        on_toggle: Called with the new `open` when a person changed it; may be a coroutine function. ``side.on_toggle``
            may be set at any time.

    Attributes:
        side: The side: a parent for other components.
    """

    def __init__(
        self,
        parent: Parent,
        title: str,
        *,
        width: str = "240px",
        open: bool = True,
        on_toggle: Callable[[bool], object] | None = None,
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        aside = document.createElement("aside", attributes={"aria-label": title})
        aside.setAttribute("style", f"--domsync-sidebar-width: {width}")
        self.side = Disclosure(aside, title, open=open, on_toggle=on_toggle)
        self._content = document.createElement("div")
        # A container can be asked how wide it is by what is in it, not by itself.
        both = document.createElement("div")
        both.append(aside, self._content)
        element = document.createElement("div", attributes={"class": "domsync-sidebar"})
        element.append(both)
        self.mount(element, STYLE)

    @property
    def content(self) -> Element:
        """The element for the main part."""
        return self._content

    @property
    def open(self) -> bool:
        """Whether the side is open."""
        return self.side.open

    @open.setter
    def open(self, open: bool) -> None:
        self.side.open = open
