"""HTML fragments over a websocket (the htmx / datastar style), on Starlette.

The page knows four instructions: put this HTML at the end of an element, in place
of its children, in place of an element, or take an element away. Clicks go up with
the data-do attribute of the clicked element.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from html import escape

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.side_by_side.apps.rowstore import (
    BUTTONS,
    GRID_COLS,
    GRID_ROWS,
    LOTS,
    RUN,
    Row,
    Store,
    StreamClock,
    cell_text,
)

PAGE = """<!doctype html><meta charset="utf-8"><title>html fragments</title>
<div>%(buttons)s<span id="count">0</span><span id="info"></span></div>
<table><tbody id="tbody"></tbody></table><table><tbody id="grid">%(grid)s</tbody></table>
<script>
"use strict";
const ws = new WebSocket(`ws://${location.host}/ws`);
const how = {
  append: (el, html) => el.insertAdjacentHTML("beforeend", html),
  inner: (el, html) => { el.innerHTML = html; },
  outer: (el, html) => { el.outerHTML = html; },
  remove: (el) => el.remove(),
};
ws.onmessage = (e) => {
  for (const [verb, id, html] of JSON.parse(e.data)) how[verb](document.getElementById(id), html);
};
document.addEventListener("click", (e) => {
  const el = e.target.closest("[data-do]");
  if (el) ws.send(el.dataset.do);
});
</script>"""


def grid_html(tick: int) -> str:
    return "".join(
        "<tr>" + "".join(f"<td>{cell_text(tick, r * GRID_COLS + c)}</td>" for c in range(GRID_COLS)) + "</tr>"
        for r in range(GRID_ROWS)
    )


def row_html(row: Row, selected: bool = False) -> str:
    chosen = ' class="danger"' if selected else ""
    return (
        f'<tr id="r{row.id}"{chosen}><td class="col-md-1">{row.id}</td><td class="col-md-4">'
        f'<a class="lbl" data-do="select {row.id}">{escape(row.label)}</a></td><td class="col-md-1">'
        f'<a class="remove" data-do="remove {row.id}"><span class="glyphicon glyphicon-remove" '
        'aria-hidden="true"></span></a></td><td class="col-md-6"></td></tr>'
    )


class Session:
    def __init__(self) -> None:
        self.store = Store()
        self.count = 0

    def redraw(self, row: Row) -> tuple[str, str, str]:
        return "outer", f"r{row.id}", row_html(row, row.id == self.store.selected)

    def handle(self, kind: str, arg: int | None) -> list:
        s = self.store
        match kind:
            case "run" | "runlots":
                return [("inner", "tbody", "".join(map(row_html, s.replace(RUN if kind == "run" else LOTS))))]
            case "add":
                return [("append", "tbody", "".join(map(row_html, s.append(RUN))))]
            case "update":
                return [self.redraw(row) for _, row in s.update()]
            case "clear":
                s.clear()
                return [("inner", "tbody", "")]
            case "swaprows":
                lo, hi = s.swap()
                a, b = s.rows[lo], s.rows[hi]  # `a` now stands where `b` was
                return [
                    ("outer", f"r{b.id}", row_html(a).replace(f'id="r{a.id}"', 'id="swap"', 1)),
                    ("outer", f"r{a.id}", row_html(b)),
                    ("outer", "swap", row_html(a)),
                ]
            case "sort":
                s.sort()
                return [("inner", "tbody", "".join(row_html(r, r.id == s.selected) for r in s.rows))]
            case "select":
                changed = [r for r in s.rows if r.id in (s.selected, arg)]
                s.selected = arg
                return [self.redraw(r) for r in changed]
            case "remove":
                s.remove(arg)
                return [("remove", f"r{arg}")]
            case "counter":
                self.count += 1
                return [("inner", "count", str(self.count))]
        return []


async def endpoint(ws: WebSocket) -> None:
    await ws.accept()
    session, tasks = Session(), set()

    async def stream() -> None:
        clock = StreamClock()
        while clock.running():
            await ws.send_text(json.dumps([("inner", "grid", grid_html(clock.next()))]))
            await asyncio.sleep(0)
        await ws.send_text(json.dumps([("inner", "info", clock.done())]))

    try:
        while True:
            kind, _, arg = (await ws.receive_text()).partition(" ")
            if kind == "stream":
                task = asyncio.create_task(stream())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            else:
                await ws.send_text(json.dumps(session.handle(kind, int(arg) if arg else None)))
    except WebSocketDisconnect:
        pass


async def index(request) -> HTMLResponse:
    buttons = "".join(f'<button id="{n}" data-do="{n}">{n}</button>' for n in BUTTONS)
    return HTMLResponse(PAGE % {"buttons": buttons, "grid": grid_html(0)})


app = Starlette(routes=[Route("/", index), WebSocketRoute("/ws", endpoint)])

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
