"""`Card`: a frame with a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from domsync_jupyter.dom import Element

__all__ = ["Card"]

STYLE = """
:where(.domsync-card) {
  display: flex; flex-direction: column; gap: 8px; min-width: 0; box-sizing: border-box; padding: 12px 16px 16px;
  background: var(--domsync-surface); border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius);
}
:where(.domsync-card > header) { display: flex; align-items: baseline; gap: 8px; }
:where(.domsync-card > header > h3) { flex: 1; margin: 0; font-size: 1em; }
/* Not a gap, as text and elements in it stand beside each other, as anywhere; and stronger than what the parts say of
   themselves, by the name of an element. */
:where(.domsync-card) > div > :where([class^="domsync-"]:not(:last-child)) { margin-bottom: var(--domsync-gap); }
"""


class Card(Component):
    """A frame with a title; what is put into it stands below the title.

    ```python
    card = Card(document, "Simulation")
    card.content.append("What is in it")
    Button(card.header, "Run")                    # beside the title
    ```

    Args:
        parent: The element, component or document to put it in.
        title: Its title; without one there is none.

    Attributes:
        header: The element beside the title, for what concerns the card as a whole: a button, a figure.
    """

    def __init__(self, parent: Parent, title: str = "") -> None:
        super().__init__(parent)
        document = self.getDocument()
        card = document.createElement("section")
        card.className = "domsync-card"
        self.header, self._title = document.createElement("header"), document.createElement("h3")
        self.header.append(self._title)
        self._content = document.createElement("div")
        card.append(self._content)
        self.title = title
        self.mount(card, STYLE)

    @property
    def content(self) -> Element:
        """The element for what is in the card."""
        return self._content

    @property
    def title(self) -> str:
        """Its title."""
        return self._title.textContent or ""

    @title.setter
    def title(self, title: str) -> None:
        self._title.textContent = title
        if title:
            self._content.before(self.header)
        else:
            self.header.remove()
