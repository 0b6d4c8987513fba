"""`SelectComponent`: a drop-down list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component
from domsync_jupyter.components.options import by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Callback

__all__ = ["SelectComponent"]


class SelectComponent(Component):
    """A ``<select>`` that calls back when an option is chosen.

    Args:
        parent_el: The element to put it in.
        options: Mapping from the values of the options to their texts, or a list of values which are the texts too.
        callback: Called with the event; ``event["value"]`` is the value that was chosen.
        selected_value: The value chosen at first; by default the first option's.
        id: The ``id`` of the ``<select>``.

    Raises:
        TypeError: If an argument is of a wrong type.
        ValueError: If no option has `selected_value`.
    """

    def __init__(
        self,
        parent_el: Element,
        options: Mapping[str, str] | Iterable[str],
        callback: Callback,
        selected_value: str | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(parent_el)
        if id is not None:
            self["id"] = id
        texts = by_id(options)
        if selected_value is not None and selected_value not in texts:
            raise ValueError(
                f"no option has the value {selected_value!r}: there are {', '.join(map(repr, texts))}"
            )
        document = self.getDocument()
        self.select = document.createElement("select", id=id)
        self._take_as_root(self.select)
        self.select.addEventListener("input", callback, "this.options[this.selectedIndex].value")
        for value, text in texts.items():
            self.select.appendChild(document.createElement("option", innerText=text, value=value))
        if selected_value is not None:
            self.select.value = selected_value
        parent_el.appendChild(self.select)

    def getElement(self) -> Element:
        """The ``<select>``."""
        return self.select

    def _remove(self) -> None:
        self.select.remove()
