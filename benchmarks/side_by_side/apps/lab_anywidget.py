"""The limit in JupyterLab: a hand-tuned anywidget; compact data in binary buffers, rows built by the page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import anywidget
import msgspec

from benchmarks.side_by_side.apps.rowstore import StreamClock
from benchmarks.side_by_side.apps.wireproto import WINDOW, Session, sweep

ROWVIEW = Path(__file__).with_name("rowview.js").read_text(encoding="utf-8")


class BenchWidget(anywidget.AnyWidget):
    _esm = (
        ROWVIEW
        + """
function render({ model, el }) {
  el.innerHTML = PAGE;
  const view = rowView(el, (message) => model.send(message));
  const decoder = new TextDecoder();
  model.on("msg:custom", (_, buffers) => view.apply(JSON.parse(decoder.decode(buffers[0]))));
  model.send(["hello"]);
}
export default { render };
"""
    )

    def __init__(self) -> None:
        super().__init__()
        self._session = Session()
        self._credit = asyncio.Semaphore(WINDOW)
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_msg(self._on_page_message)

    def _reply(self, message: list[object]) -> None:
        self.send({}, [msgspec.json.encode(message)])

    def _on_page_message(self, _widget: object, content: list[Any], _buffers: object) -> None:
        kind, *args = content
        if kind == "ack":
            self._credit.release()
        elif kind == "stream":
            task = asyncio.get_running_loop().create_task(self._stream())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._reply(self._session.handle(kind, *args))

    async def _stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            await self._credit.acquire()
            self._reply(sweep(clock.next()))
        self._reply(["info", clock.done()])
