"""The kernel's side of a schedule in JupyterLab: a widget whose comm loses, doubles, delays and reorders messages.

A notebook's cells call `Stage`; the test and it exchange files in the notebook's folder.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget
from domsync_jupyter.sync.limits import Limits
from tests.browser.page_schedules_document import Play

__all__ = ["ORDER", "RESULT", "Stage"]

#: What is to be played, and what came of it.
ORDER, RESULT = "order.json", "result.json"
#: The longest that a message is late, in seconds.
LATE_SECONDS = 0.2


class FaultyWidget(DomsyncWidget):
    """Both ways pass through `_carry`."""

    #: Probabilities, of each message.
    drop = double = delay = 0.0
    chance = random.Random()
    dropped = doubled = delayed = 0

    def send(self, content: Any, buffers: Any = None) -> None:
        self._carry(super().send, content, buffers)

    def _on_message(self, widget: object, content: Any, buffers: list[memoryview]) -> None:
        self._carry(super()._on_message, widget, content, buffers)

    def _carry(self, deliver: Callable[..., None], *message: Any) -> None:
        if self.chance.random() < self.drop:
            self.dropped += 1
            return
        twice = self.chance.random() < self.double
        self.doubled += twice
        for _ in range(1 + twice):
            if self.chance.random() < self.delay:
                self.delayed += 1
                late = self.chance.uniform(0, LATE_SECONDS)
                asyncio.get_running_loop().call_later(late, deliver, *message)
            else:
                deliver(*message)


class Stage:
    """One document and one widget for all schedules."""

    def __init__(self) -> None:
        self.document = Document()
        # A server that is not started: its sessions have the limits that are wanted here.
        limits = Limits(ack_ms=50, heartbeat_ms=500, check_frames=4)
        self.widget = FaultyWidget(
            DomsyncServer(self.document, "localhost", 0, limits=limits), transport="comm"
        )
        self._play: Play | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Show what is to be played; it begins when the page has reached the fence."""
        order = json.loads(Path(ORDER).read_text())
        play = self._play = Play(self.document, order["seed"])
        root = self.document.getRootElement()
        root.setAttribute("data-fence", "")
        root.setAttribute("data-seed", str(order["seed"]))
        self._task = asyncio.get_running_loop().create_task(self._run(play, order))

    async def _run(self, play: Play, order: dict[str, Any]) -> None:
        root, widget = self.document.getRootElement(), self.widget
        while not root.getAttribute("data-fence"):  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.005)
        rnd = widget.chance = random.Random(order["seed"])
        widget.drop, widget.double, widget.delay = (
            rnd.choice([0, 0.02, 0.2]),
            rnd.choice([0, 0.02, 0.2]),
            rnd.choice([0, 0.1, 0.5]),
        )
        try:
            await play.run(order["operations"], order["seconds"])
        finally:
            widget.drop = widget.double = widget.delay = 0.0
        root.setAttribute("data-done", str(order["seed"]))

    def end(self) -> None:
        """Say what came of it."""
        assert self._play is not None
        widget = self.widget
        faults = {name: getattr(widget, name) for name in ("dropped", "doubled", "delayed")}
        widget.dropped = widget.doubled = widget.delayed = 0
        sessions = [viewer.session for viewer in widget._host._viewers.values()]
        counts = {**faults, "sessions": len(sessions), "Hellos": sum(session.epoch for session in sessions)}
        Path(RESULT).write_text(json.dumps({**self._play.result(), "counts": counts}))
