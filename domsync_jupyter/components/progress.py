"""`ProgressBar`: how far something has come."""

from __future__ import annotations

from domsync_jupyter.components.component import Component, Parent

__all__ = ["ProgressBar"]

STYLE = """
:where(.domsync-progress) { display: flex; flex-direction: column; gap: 4px; min-width: 0; }
:where(.domsync-progress > div) { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; }
:where(.domsync-progress > div > span + span) { color: var(--domsync-muted); font-variant-numeric: tabular-nums; }
:where(.domsync-progress > progress) { width: 100%; height: 16px; margin: -4px 0; accent-color: var(--domsync-accent); }
:where(.domsync-progress.domsync-good > progress) { accent-color: var(--domsync-good); }
:where(.domsync-progress.domsync-bad > progress) { accent-color: var(--domsync-bad); }
"""


class ProgressBar(Component):
    """A bar that fills: a ``<progress>``, with a label, and in words how far it is.

    ```python
    bar = ProgressBar(document, "Upload", max=250)
    bar.value = 100                              # 40 %
    bar.text = "100 of 250 MB"
    bar.value = None                             # moves to and fro: nobody knows how far
    ```

    For loops there is `track`.

    Args:
        parent: The element, component or document to put it in.
        label: What is going on.
        value: How far it is, from 0 to `max`; ``None`` if that is not known.
        max: The value at the end, more than 0.

    Raises:
        ValueError: If `max` is not more than 0.
    """

    def __init__(self, parent: Parent, label: str = "", *, value: float | None = 0, max: float = 1) -> None:
        super().__init__(parent)
        document = self.getDocument()
        self._label, self._text = document.createElement("span"), document.createElement("span")
        words = document.createElement("div")
        words.append(self._label, self._text)
        self._progress = document.createElement("progress")
        self._own_text: str | None = None
        self._value: float | None = None
        self._max = 1.0
        self.label, self.max, self.value = label, max, value
        element = document.createElement("div", attributes={"class": "domsync-progress"})
        element.append(words, self._progress)
        self.mount(element, STYLE)

    @property
    def label(self) -> str:
        """What is going on."""
        return self._label.innerText

    @label.setter
    def label(self, label: str) -> None:
        self._label.innerText = label
        self._progress.setAttribute("aria-label", label or "Progress")

    @property
    def max(self) -> float:
        """The value at the end.

        Raises:
            ValueError: When set to what is not more than 0.
        """
        return self._max

    @max.setter
    def max(self, max: float) -> None:
        if not max > 0:
            raise ValueError(f"the value at the end must be more than 0, not {max!r}")
        self._max = max
        self._show()

    @property
    def value(self) -> float | None:
        """How far it is, from 0 to `max`, and as far as the bar can show; ``None`` if that is not known."""
        return self._value

    @value.setter
    def value(self, value: float | None) -> None:
        self._value = None if value is None else sorted((0, value, self._max))[1]
        self._show()

    @property
    def text(self) -> str:
        """In words, how far it is: per cent, unless it was set. ``None`` makes it that again."""
        return self._text.innerText

    @text.setter
    def text(self, text: str | None) -> None:
        self._own_text = text
        self._show()

    def _show(self) -> None:
        text = self._own_text
        with self.getDocument().batch():
            if self._value is None:
                self._progress.removeAttribute("value")
            else:
                part = self._value / self._max
                self._progress.setAttribute("value", f"{part:.4g}")
                text = f"{part:.0%}".replace("%", " %") if text is None else text
            self._text.innerText = text or ""
