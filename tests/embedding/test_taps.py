"""Listening to what widgets say."""

from __future__ import annotations

from typing import Any

import ipywidgets

from domsync_jupyter.embedding import taps
from tests.in_threads import run_in_threads


class Heard:
    """Counts what it hears."""

    def __init__(self) -> None:
        self.count = 0

    def said(self, *_: Any) -> None:
        self.count += 1


def test_others_may_begin_to_listen_while_a_widget_speaks() -> None:
    widget = ipywidgets.IntSlider()
    first = Heard()
    taps.listen(widget, first)

    def speak() -> None:
        for number in range(1_000):
            widget.send({"number": number})

    def come_and_go() -> None:
        for _ in range(5_000):
            taps.listen(widget, Heard())

    run_in_threads(speak, come_and_go)
    assert first.count == 1_000
    widget.close()
