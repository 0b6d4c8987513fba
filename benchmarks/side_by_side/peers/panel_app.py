"""Panel: ReactiveHTML; the table body is one HTML string, clicks are delegated to Python by id."""

from __future__ import annotations

import argparse
import asyncio

import panel as pn
import param
from panel.reactive import ReactiveHTML

from benchmarks.side_by_side.apps.rowstore import (
    BUTTONS,
    GRID_COLS,
    GRID_ROWS,
    LOTS,
    RUN,
    Store,
    StreamClock,
    cell_text,
)


def grid_html(tick: int) -> str:
    return "".join(
        "<tr>" + "".join(f"<td>{cell_text(tick, r * GRID_COLS + c)}</td>" for c in range(GRID_COLS)) + "</tr>"
        for r in range(GRID_ROWS)
    )


class Bench(ReactiveHTML):
    body = param.List([""])  # lists of one string: Panel strips the tags from plain strings
    grid = param.List([grid_html(0)])
    count = param.String("0")
    info = param.String("")
    click = param.List([])

    _template = (
        "<div id='bar' onclick=\"${script('press')}\">"
        + "".join(f'<button class="pb-{n}" data-name="{n}">{n}</button>' for n in BUTTONS)
        + "<span id='countEl' class='pb-count'></span><span id='infoEl' class='pb-info'></span></div>"
        "<table><tbody id='rows' class='pb-tbody' onclick=\"${script('pick')}\"></tbody></table>"
        "<table><tbody id='cells' class='pb-grid'></tbody></table>"
    )
    _scripts = {
        "render": "rows.innerHTML = data.body[0]; cells.innerHTML = data.grid[0];"
        "countEl.textContent = data.count; infoEl.textContent = data.info; state.n = 0",
        "body": "rows.innerHTML = data.body[0]",
        "grid": "cells.innerHTML = data.grid[0]",
        "count": "countEl.textContent = data.count",
        "info": "infoEl.textContent = data.info",
        "press": "const b = event.target.closest('button'); if (b) data.click = [b.dataset.name, ++state.n]",
        "pick": "const a = event.target.closest('a');"
        "if (a) data.click = [a.className, ++state.n, +a.closest('tr').dataset.id]",
    }

    def __init__(self, **params) -> None:
        super().__init__(**params)
        self.store = Store()

    def row_html(self, row) -> str:
        chosen = ' class="danger"' if row.id == self.store.selected else ""
        return (
            f'<tr data-id="{row.id}"{chosen}><td class="col-md-1">{row.id}</td><td class="col-md-4">'
            f'<a class="lbl">{row.label}</a></td><td class="col-md-1"><a class="remove">'
            '<span class="glyphicon glyphicon-remove" aria-hidden="true"></span></a></td>'
            '<td class="col-md-6"></td></tr>'
        )

    @param.depends("click", watch=True)
    async def _on_click(self) -> None:
        kind, _, *args = self.click
        s = self.store
        match kind:
            case "run":
                s.replace(RUN)
            case "runlots":
                s.replace(LOTS)
            case "add":
                s.append(RUN)
            case "update":
                s.update()
            case "clear":
                s.clear()
            case "swaprows":
                s.swap()
            case "sort":
                s.sort()
            case "lbl":
                s.selected = args[0]
            case "remove":
                s.remove(args[0])
            case "counter":
                self.count = str(int(self.count) + 1)
                return
            case "stream":
                await self.stream()
                return
        self.body = ["".join(map(self.row_html, s.rows))]

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            self.grid = [grid_html(clock.next())]
            await asyncio.sleep(0.001)
        self.info = clock.done()


def app() -> Bench:
    return Bench()  # a new one for each page; the class itself would not be called


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    pn.extension()
    pn.serve({"app": app}, port=parser.parse_args().port, address="127.0.0.1", show=False)
