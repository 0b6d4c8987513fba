"""domsync 0.1.2: elements made one by one in Python, a listener per link.

domsync has no move operation (a removed element cannot be inserted again), so
`swap` re-creates the two rows, and `sort` all; `clear` drops the tbody and makes a new one.
"""

from __future__ import annotations

import argparse
import asyncio

from domsync.domsync_server import DomsyncServer

from benchmarks.side_by_side.apps.rowstore import (
    GRID_COLS,
    GRID_ROWS,
    LOTS,
    RUN,
    Row,
    Store,
    StreamClock,
    cell_text,
)


class Page:
    def __init__(self, server: DomsyncServer, client) -> None:
        self.server, self.client = server, client
        self.doc = server.get_document(client)
        self.store = Store()
        self.count = 0
        self.views: dict[int, tuple] = {}  # row id -> (tr, label link)
        self.tasks: set[asyncio.Task] = set()
        self.layout()

    def el(self, tag, parent, id=None, text=None, **attributes):
        attrs = {k.replace("_", "-").strip("-"): v for k, v in attributes.items()}
        node = self.doc.createElement(tag, id=id, innerText=text, attributes=attrs or None)
        if parent is not None:
            parent.appendChild(node)
        return node

    def layout(self) -> None:
        root = self.doc.getElementById(self.doc.getRootId())
        bar = self.el("div", root)
        handlers = {
            "run": lambda m: self.replace(RUN),
            "runlots": lambda m: self.replace(LOTS),
            "add": lambda m: self.add(),
            "update": lambda m: self.update(),
            "clear": lambda m: self.clear(),
            "swaprows": lambda m: self.swap(),
            "sort": lambda m: self.sort(),
            "counter": lambda m: self.bump(),
            "stream": lambda m: self.start_stream(),
        }
        for name, handler in handlers.items():
            self.el("button", bar, id=name, text=name).addEventListener("click", handler)
        self.count_el = self.el("span", bar, id="count", text="0")
        self.info_el = self.el("span", bar, id="info", text="")
        self.table = self.el("table", root)
        self.tbody = self.el("tbody", self.table, id="tbody")
        grid = self.el("tbody", self.el("table", root), id="grid")
        self.cells = []
        for _ in range(GRID_ROWS):
            tr = self.el("tr", grid)
            self.cells += [self.el("td", tr, text="0") for _ in range(GRID_COLS)]

    # rows
    def make_row(self, row: Row):
        tr = self.el("tr", None)
        self.el("td", tr, text=str(row.id), class_="col-md-1")
        label = self.el("a", self.el("td", tr, class_="col-md-4"), text=row.label, class_="lbl")
        label.addEventListener("click", lambda m, i=row.id: self.select(i))
        remove = self.el("a", self.el("td", tr, class_="col-md-1"), class_="remove")
        self.el("span", remove, class_="glyphicon glyphicon-remove", aria_hidden="true")
        remove.addEventListener("click", lambda m, i=row.id: self.remove(i))
        self.el("td", tr, class_="col-md-6")
        self.views[row.id] = (tr, label)
        return tr

    def show(self, rows) -> None:
        for row in rows:
            self.tbody.appendChild(self.make_row(row))

    def wipe(self) -> None:
        self.tbody.remove()
        self.views.clear()
        self.tbody = self.el("tbody", self.table, id="tbody")

    def replace(self, n: int) -> None:
        if self.store.rows:
            self.wipe()
        self.show(self.store.replace(n))

    def add(self) -> None:
        self.show(self.store.append(RUN))

    def update(self) -> None:
        for _, row in self.store.update():
            self.views[row.id][1].innerText = row.label

    def clear(self) -> None:
        self.store.clear()
        self.wipe()

    def swap(self) -> None:
        lo, hi = self.store.swap()
        rows = self.store.rows
        for i in (lo, hi):
            old = self.tbody.children[i]
            self.tbody.insertBefore(self.make_row(rows[i]), old)
            old.remove()

    def sort(self) -> None:
        self.store.sort()
        self.wipe()
        self.show(self.store.rows)

    def select(self, row_id: int) -> None:
        if self.store.selected is not None and self.store.selected in self.views:
            self.views[self.store.selected][0].setAttribute("class", "")
        self.store.selected = row_id
        self.views[row_id][0].setAttribute("class", "danger")

    def remove(self, row_id: int) -> None:
        self.store.remove(row_id)
        self.views.pop(row_id)[0].remove()

    # counter and stream
    def bump(self) -> None:
        self.count += 1
        self.count_el.innerText = str(self.count)

    def start_stream(self) -> None:
        task = asyncio.create_task(self.stream())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            tick = clock.next()
            for i, cell in enumerate(self.cells):
                cell.innerText = cell_text(tick, i)
            await self.server.flush(self.client)
            await asyncio.sleep(0)
        self.info_el.innerText = clock.done()
        await self.server.flush(self.client)


async def on_connect(server: DomsyncServer, client) -> None:
    Page(server, client)
    await server.flush(client)


async def main(port: int) -> None:
    await DomsyncServer(on_connect, "127.0.0.1", port, verbose=False).serve()
    await asyncio.Future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(main(parser.parse_args().port))
