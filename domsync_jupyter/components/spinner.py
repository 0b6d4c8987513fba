"""`Spinner`: something is going on, and nobody knows for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Spinner"]

STYLE = """
:where(.domsync-spinner) { display: inline-flex; align-items: center; gap: 8px; color: var(--domsync-muted); }
:where(.domsync-spinner)::before {
  content: ""; flex: none; width: 1em; height: 1em; box-sizing: border-box; border-radius: 50%;
  border: 2px solid var(--domsync-line); border-top-color: var(--domsync-accent);
  animation: domsync-spinner 0.8s linear infinite;
}
@keyframes domsync-spinner { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { :where(.domsync-spinner)::before { animation-duration: 4s; } }
"""


class Spinner(Component):
    """A wheel that turns, and words. As a context manager it is seen as long as the block runs.

    ```python
    with Spinner(document, "Reading the file"):
        rows = list(range(1000))
    ```

    Args:
        parent: The element, component or document to put it in.
        text: What is going on.
    """

    def __init__(self, parent: Parent, text: str = "Loading …") -> None:
        super().__init__(parent)
        element = self.getDocument().createElement(
            "div", innerText=text, attributes={"class": "domsync-spinner", "role": "status"}
        )
        self.mount(element, STYLE)

    @property
    def text(self) -> str:
        """What is going on."""
        return self.getElement().innerText

    @text.setter
    def text(self, text: str) -> None:
        self.getElement().innerText = text

    def __enter__(self) -> Self:
        # The block may keep the cell of a notebook from ending.
        self.getDocument().flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self.has_been_removed():
            self.remove()
