"""`Dialog`: a question above the rest of the page, which waits for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event
    from domsync_jupyter.dom.html import HTMLDialogElement

__all__ = ["Dialog"]

STYLE = """
:where(.domsync-dialog) {
  box-sizing: border-box; width: fit-content; min-width: min(320px, 90vw); max-width: min(560px, 90vw); padding: 0;
  color: var(--domsync-text); background: var(--domsync-surface);
  border: 1px solid var(--domsync-line); border-radius: calc(1.5 * var(--domsync-radius));
  box-shadow: 0 12px 40px rgb(0 0 0 / 0.35);
}
:where(.domsync-dialog)::backdrop { background: rgb(0 0 0 / 0.45); }
:where(.domsync-dialog > h2) { margin: 0; padding: 16px 52px 0 20px; font-size: 1.15em; }
:where(.domsync-dialog > div) { padding: 10px 20px; overflow: auto; overflow-wrap: break-word; }
:where(.domsync-dialog > footer) {
  display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; padding: 8px 20px 16px;
}
:where(.domsync-dialog > footer > button) { margin: 0; min-height: 32px; border-radius: var(--domsync-radius); }
:where(.domsync-dialog > footer > button:last-child) {
  color: var(--domsync-on-accent); background: var(--domsync-accent); border-color: transparent;
}
:where(.domsync-dialog > footer > button:last-child:hover) {
  background: color-mix(in srgb, var(--domsync-accent) 88%, var(--domsync-text));
}
:where(.domsync-dialog > button) {
  position: absolute; top: 12px; right: 12px; margin: 0; padding: 0 9px; border: 0; background: none;
  color: var(--domsync-muted); font-size: 1.3em; line-height: 1.6;
}
"""


class Dialog(Component):
    """Something above the rest of the page, which cannot be used until it is closed: a ``<dialog>``.

    A person closes it by one of its buttons, by the cross, or with Escape.

    ```python
    def on_close(result):
        if result == "Delete":
            print("gone")

    dialog = Dialog(document, "Delete the file?", ["Cancel", "Delete"], on_close=on_close)
    dialog.content.append("It cannot be brought back.")
    dialog.show()
    ```

    It opens in every view of the document, also in those to come, and the first answer counts.

    Args:
        parent: The element, component or document to put it in.
        title: What it is about.
        buttons: The texts of its buttons; the last one is what one would mostly press.
        on_close: Called with the `result` when a person has closed it; may be a coroutine function.

    Raises:
        TypeError: If `buttons` is a single text.

    Attributes:
        on_close: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        title: str,
        buttons: Iterable[str] = ("OK",),
        *,
        on_close: Callable[[str | None], object] | None = None,
    ) -> None:
        super().__init__(parent)
        if isinstance(buttons, str):
            raise TypeError(f"expected the texts of several buttons, not one text: [{buttons!r}]?")
        document = self.getDocument()
        self.on_close = on_close
        self._was_open = False
        self._result: str | None = None
        self._dialog = cast("HTMLDialogElement", document.createElement("dialog"))
        self._dialog.className = "domsync-dialog"
        self._title = document.createElement("h2", innerText=title)
        self._title.id = self._title._any_id()
        self._dialog.setAttribute("aria-labelledby", self._title.id)
        self._content, footer = document.createElement("div"), document.createElement("footer")
        footer.append(*(self._button(text, text) for text in buttons))
        cross = self._button("×", None)
        cross.setAttribute("aria-label", "Close")
        # The cross comes last: what comes first in it gets the focus when it opens.
        self._dialog.append(self._title, self._content, footer, cross)
        self._dialog.addEventListener("close", self._closed)
        self.mount(self._dialog, STYLE)

    @property
    def content(self) -> Element:
        """The element for what is between the title and the buttons."""
        return self._content

    @property
    def title(self) -> str:
        """What it is about."""
        return self._title.innerText

    @title.setter
    def title(self, title: str) -> None:
        self._title.innerText = title

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self._dialog.hasAttribute("open")

    @property
    def result(self) -> str | None:
        """The text of the button by which it was closed last; ``None`` if that was no button, or not yet."""
        return self._result

    def show(self) -> None:
        """Open it, as `showModal` of the DOM does; nothing happens if it is open."""
        if not self.open:
            self._was_open, self._result = True, None
            self._dialog.modal = True

    def close(self, result: str | None = None) -> None:
        """Close it as if a person had, but for `on_close`, which is not called; nothing happens if it is closed.

        Args:
            result: Its `result` from now on.
        """
        if self.open:
            self._was_open, self._result = False, result
            self._dialog.modal = False

    def _button(self, text: str, result: str | None) -> Element:
        def press(event: Event) -> object:
            if not self.open:
                return None
            self.close(result)
            return self._tell()

        button = self.getDocument().createElement("button", innerText=text, attributes={"type": "button"})
        button.addEventListener("click", press)
        return button

    def _closed(self, event: Event) -> object:
        # It comes for what Python did as well, and from every view.
        if self.open or not self._was_open:
            return None
        self._was_open = False
        return self._tell()

    def _tell(self) -> object:
        return None if self.on_close is None else self.on_close(self._result)
