"""`Tabs`: several things in one place, of which one is seen. https://www.w3.org/WAI/ARIA/apg/patterns/tabs/"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.events import Event
    from domsync_jupyter.dom.html import HTMLElement

__all__ = ["Tab", "Tabs"]

STYLE = """
:where(.domsync-tabs) { min-width: 0; }
:where(.domsync-tabs > [role=tablist]) {
  display: flex; gap: 2px; overflow-x: auto; border-bottom: 1px solid var(--domsync-line);
}
:where(.domsync-tabs > [role=tablist] > button) {
  flex: none; margin: 0; padding: 7px 14px; color: var(--domsync-muted); background: none;
  border: 0; border-bottom: 2px solid transparent; border-radius: var(--domsync-radius) var(--domsync-radius) 0 0;
}
:where(.domsync-tabs > [role=tablist] > button:hover) { color: var(--domsync-text); background: var(--domsync-raised); }
:where(.domsync-tabs > [role=tablist] > button[aria-selected=true]) {
  color: var(--domsync-text); border-bottom-color: var(--domsync-accent); font-weight: 600;
}
:where(.domsync-tabs > [role=tablist] > button:focus-visible) { outline-offset: -2px; }
:where(.domsync-tabs > [role=tabpanel]) { padding-top: 14px; }
:where(.domsync-tabs > [role=tabpanel][hidden]) { display: none; }
"""
KEYS = ("ArrowLeft", "ArrowRight", "Home", "End")


class Tabs(Component):
    """Several things in one place; a person chooses by a tab which of them is seen.

    With the keyboard: the arrow keys, Home and End, while the focus is on a tab.

    ```python
    tabs = Tabs(document, on_change=lambda title: print("now", title))
    data, chart = tabs.add("Data"), tabs.add("Chart")
    Card(data, "A table")
    tabs.selected = "Chart"
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What the tabs are about, for those who do not see it.
        on_change: Called with the title of the tab that a person has selected; may be a coroutine function.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self, parent: Parent, *, label: str = "", on_change: Callable[[str], object] | None = None
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        self.on_change = on_change
        self._tabs: list[Tab] = []
        self._selected: Tab | None = None
        self._list = document.createElement("div", attributes={"role": "tablist"})
        if label:
            self._list.setAttribute("aria-label", label)
        self._list.addEventListener("keydown", self._key_pressed, keys=KEYS, prevent_default=True)
        element = document.createElement("div", attributes={"class": "domsync-tabs"})
        element.append(self._list)
        self.mount(element, STYLE)

    def add(self, title: str) -> Tab:
        """Add a tab at the end; the first one is selected.

        Returns:
            The tab: a parent for what is seen while it is selected.

        Raises:
            ValueError: If there is one with this title.
        """
        self._check_new(title)
        return Tab(self, title)

    @property
    def titles(self) -> list[str]:
        """The titles of its tabs, in order."""
        return [tab.title for tab in self._tabs]

    @property
    def selected(self) -> str | None:
        """The title of the selected tab; ``None`` as long as there is no tab.

        Raises:
            ValueError: When set to what is no title of a tab.
        """
        return None if self._selected is None else self._selected.title

    @selected.setter
    def selected(self, title: str) -> None:
        tab = next((tab for tab in self._tabs if tab.title == title), None)
        if tab is None:
            raise ValueError(f"there is no tab {title!r}: there are {', '.join(map(repr, self.titles))}")
        self._select(tab)

    def _check_new(self, title: str) -> None:
        if title in self.titles:
            raise ValueError(f"there is a tab {title!r} already")

    def _select(self, selected: Tab | None) -> None:
        with self.getDocument().batch():
            self._selected = selected
            for tab in self._tabs:
                is_selected = tab is selected
                tab._button.setAttribute("aria-selected", "true" if is_selected else "false")
                # The Tab key stops at the selected one; arrows lead to the others.
                tab._button.setAttribute("tabindex", "0" if is_selected else "-1")
                tab.getElement().toggleAttribute("hidden", not is_selected)

    def _choose(self, tab: Tab) -> object:
        """Select a tab for a person."""
        # One that was removed a page may still have clicked.
        if tab is self._selected or tab not in self._tabs:
            return None
        self._select(tab)
        return None if self.on_change is None else self.on_change(tab.title)

    async def _key_pressed(self, event: Event) -> None:
        if self._selected is None:
            return
        at, last = self._tabs.index(self._selected), len(self._tabs) - 1
        wanted = {"ArrowLeft": at - 1, "ArrowRight": at + 1 if at < last else 0, "Home": 0, "End": last}
        tab = self._tabs[wanted[event.key]]
        result = self._choose(tab)
        if event.client is None:
            cast("HTMLElement", tab._button).focus()
        else:
            # Not in the other views: whoever looks at them has the focus somewhere else.
            await event.client.call(tab._button, "focus")
        if hasattr(result, "__await__"):
            await result


class Tab(Component):
    """A tab of `Tabs`, made by `Tabs.add`; what is put into it is seen while it is selected."""

    def __init__(self, tabs: Tabs, title: str) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        document = self.getDocument()
        self._button = document.createElement("button", attributes={"type": "button", "role": "tab"})
        self._button.innerText = title
        # One comes to it by the Tab key even if there is nothing in it that takes the focus.
        panel = document.createElement("div", attributes={"role": "tabpanel", "tabindex": "0"})
        for element in (self._button, panel):
            element.id = element._any_id()
        self._button.setAttribute("aria-controls", panel.id)
        panel.setAttribute("aria-labelledby", self._button.id)
        self._button.addEventListener("click", lambda event: tabs._choose(self))
        with document.batch():
            tabs._list.append(self._button)
            tabs._tabs.append(self)
            self.mount(panel)
            tabs._select(tabs._selected or self)

    @property
    def title(self) -> str:
        """What stands on the tab.

        Raises:
            ValueError: When set to that of another tab.
        """
        return self._button.innerText

    @title.setter
    def title(self, title: str) -> None:
        if title != self.title:
            self._tabs._check_new(title)
            self._button.innerText = title

    def _remove(self) -> None:
        tabs, at = self._tabs, self._tabs._tabs.index(self)
        with self.getDocument().batch():
            super()._remove()
            self._button.remove()
            tabs._tabs.remove(self)
            if tabs._selected is self:
                tabs._select(tabs._tabs[min(at, len(tabs._tabs) - 1)] if tabs._tabs else None)
