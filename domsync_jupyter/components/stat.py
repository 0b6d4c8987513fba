"""`Stat`: a figure that matters, large, with what it is and how it has changed."""

from __future__ import annotations

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.formats import Format, written

__all__ = ["Stat"]

# As they are, some of JupyterLab's colours have too little contrast for text.
STYLE = """
:where(.domsync-stat) { display: flex; flex-direction: column; min-width: 0; margin: 0; }
:where(.domsync-stat > dt) { color: var(--domsync-muted); }
:where(.domsync-stat > dd) { margin: 0; font-variant-numeric: tabular-nums; }
:where(.domsync-stat > dt + dd) { font-size: 1.9em; font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
:where(.domsync-stat > .domsync-delta) { color: var(--domsync-muted); font-size: 0.95em; }
:where(.domsync-stat > .domsync-good) { color: color-mix(in srgb, var(--domsync-good) 70%, var(--domsync-text)); }
:where(.domsync-stat > .domsync-bad) { color: color-mix(in srgb, var(--domsync-bad) 70%, var(--domsync-text)); }
"""


class Stat(Component):
    """A figure for a dashboard: a label, a large value, and below it how that has changed.

    ```python
    visits = Stat(document, "Visits", 12_345, delta=+678)
    visits.value, visits.delta = 12_300, -45
    Stat(document, "Mean", 21.4142, format="{:.1f} °C")
    Stat(document, "Error rate", "0.2 %", delta="-0.1 %", lower_is_better=True)
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is.
        value: The figure: a text, or a number.
        delta: How it has changed: a number, or a text, which tells of a fall if it begins with a minus. ``None`` for
            nothing.
        format: How numbers are written: ``"{:.1f} km"``, ``".1f"``, or a function.
        lower_is_better: Whether a fall is good, and a rise is bad.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: str | float = "",
        *,
        delta: str | float | None = None,
        format: Format = ",",
        lower_is_better: bool = False,
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        self._format = format
        self._lower_is_better = lower_is_better
        self._value: str | float = ""
        self._delta: str | float | None = None
        self._elements = [document.createElement(tag) for tag in ("dt", "dd", "dd")]
        element = document.createElement("dl", attributes={"class": "domsync-stat"})
        element.append(*self._elements[:2])
        self.mount(element, STYLE)
        self.label, self.value, self.delta = label, value, delta

    @property
    def label(self) -> str:
        """What it is."""
        return self._elements[0].innerText

    @label.setter
    def label(self, label: str) -> None:
        self._elements[0].innerText = label

    @property
    def value(self) -> str | float:
        """The figure."""
        return self._value

    @value.setter
    def value(self, value: str | float) -> None:
        self._elements[1].innerText = self._written(value)
        self._value = value

    @property
    def delta(self) -> str | float | None:
        """How it has changed."""
        return self._delta

    @delta.setter
    def delta(self, delta: str | float | None) -> None:
        element = self._elements[2]
        self._delta = delta
        if delta is None:
            element.remove()
            return
        text = self._written(delta)
        digits = text.lstrip("+-−")
        is_fall = text.startswith(("-", "−"))
        is_nothing = not delta if not isinstance(delta, str) else not any("1" <= each <= "9" for each in text)
        kind = "" if is_nothing else " domsync-good" if is_fall == self._lower_is_better else " domsync-bad"
        with self.getDocument().batch():
            element.className = f"domsync-delta{kind}"
            # The sign says it, too: not everybody sees the colour.
            element.innerText = digits if is_nothing else f"{'▼ −' if is_fall else '▲ +'}{digits}"
            self.getElement().append(element)

    def _written(self, value: str | float) -> str:
        return value if isinstance(value, str) else written(value, self._format)
