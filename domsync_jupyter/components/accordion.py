"""`Accordion`: titles below each other, each of which shows and hides what is below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.disclosure import Disclosure

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Accordion", "AccordionSection"]

STYLE = """
:where(.domsync-accordion) {
  min-width: 0; background: var(--domsync-surface);
  border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius);
}
:where(.domsync-accordion > details + details) { border-top: 1px solid var(--domsync-line); }
"""


class Accordion(Component):
    """Sections below each other, of which a person opens those that they want to read.

    ```python
    accordion = Accordion(document, exclusive=True)
    general = accordion.add("General", open=True)
    advanced = accordion.add("Advanced")
    general.content.append("What everybody needs")
    advanced.open = True                                 # closes the other one
    ```

    Args:
        parent: The element, component or document to put it in.
        exclusive: Whether at most one section is open: opening one closes the one that was.
    """

    def __init__(self, parent: Parent, *, exclusive: bool = False) -> None:
        super().__init__(parent)
        self._sections: list[AccordionSection] = []
        self._is_exclusive = exclusive
        element = self.getDocument().createElement("div", attributes={"class": "domsync-accordion"})
        self.mount(element, STYLE)

    @property
    def sections(self) -> list[AccordionSection]:
        """Its sections, in order; a list of now."""
        return list(self._sections)

    def add(
        self, title: str, *, open: bool = False, on_toggle: Callable[[bool], object] | None = None
    ) -> AccordionSection:
        """Add a section at the end.

        Args:
            title: What is always seen of it.
            open: Whether the rest is seen, too. In an exclusive accordion this closes the one that was open.
            on_toggle: Called with the section's new ``open`` when a person changed that; may be a coroutine function.

        Returns:
            The section: a parent for other components.
        """
        return AccordionSection(self, title, open=open, on_toggle=on_toggle)


class AccordionSection(Disclosure):
    """A section of an `Accordion`, made by `Accordion.add`: a `Disclosure`."""

    def __init__(
        self,
        accordion: Accordion,
        title: str,
        *,
        open: bool = False,
        on_toggle: Callable[[bool], object] | None = None,
    ) -> None:
        self._accordion = accordion
        with accordion.getDocument().batch():
            super().__init__(accordion, title, on_toggle=on_toggle)
            if accordion._is_exclusive:
                # Of those with the same name the browser lets only one be open.
                self._details.setAttribute("name", accordion.getElement()._any_id())
            accordion._sections.append(self)
            self.open = open

    @property
    def open(self) -> bool:
        """Whether what is in it is seen."""
        return self._details.hasAttribute("open")

    @open.setter
    def open(self, open: bool) -> None:
        with self.getDocument().batch():
            if open and self._accordion._is_exclusive:
                for other in self._accordion._sections:
                    if other is not self:
                        other.open = False
            self._was_open = open
            self._details.toggleAttribute("open", open)

    def _remove(self) -> None:
        super()._remove()
        self._accordion._sections.remove(self)
