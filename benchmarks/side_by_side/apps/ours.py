"""domsync-jupyter, as one writes it: DOM code in Python, for a page, for an output cell, or for both.

`by_creating` makes rows with `createElement`, `by_cloning` clones a prototype, as the vanilla page does. Nothing else
differs, and nothing here is written for speed. ``python -m benchmarks.side_by_side.apps.ours`` serves one to pages.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

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
from domsync_jupyter import DomsyncServer, Element


class Table:
    """The document of one client: buttons, the table and the grid."""

    def __init__(self, server: Any, client: Any) -> None:
        self.server, self.client = server, client
        self.doc = server.get_document(client)
        self.store = Store()
        self.rows: dict[Element, Row] = {}
        self.labels: dict[int, Element] = {}
        self.selected: Element | None = None
        self.build_page()

    def build_page(self) -> None:
        doc = self.doc
        bar = doc.createElement("div")
        for name, on_click in {
            "run": lambda event: self.replace(RUN),
            "runlots": lambda event: self.replace(LOTS),
            "add": lambda event: self.show(self.store.append(RUN)),
            "update": lambda event: self.update(),
            "clear": lambda event: self.clear(),
            "swaprows": lambda event: self.swap(),
            "sort": lambda event: self.sort(),
            "counter": lambda event: self.count_up(),
            "stream": lambda event: self.stream(),
        }.items():
            button = doc.createElement("button", id=name, innerText=name)
            button.addEventListener("click", on_click)
            bar.appendChild(button)
        self.count = bar.appendChild(doc.createElement("span", id="count", innerText="0"))
        self.info = bar.appendChild(doc.createElement("span", id="info"))
        self.tbody = doc.createElement("tbody", id="tbody")
        self.tbody.addEventListener("click", self.on_row_click)
        grid = doc.createElement("tbody", id="grid")
        self.cells = []
        for _ in range(GRID_ROWS):
            tr = grid.appendChild(doc.createElement("tr"))
            self.cells += [tr.appendChild(doc.createElement("td", innerText="0")) for _ in range(GRID_COLS)]
        doc.getRootElement().appendChild(bar)
        for body in (self.tbody, grid):
            table = doc.createElement("table")
            table.appendChild(body)
            doc.getRootElement().appendChild(table)

    def make_row(self, row: Row) -> tuple[Element, Element]:
        """Return the row's element, and in it the one that has the label."""
        doc = self.doc
        tr = doc.createElement("tr")
        tr.appendChild(doc.createElement("td", innerText=str(row.id), attributes={"class": "col-md-1"}))
        cell = doc.createElement("td", attributes={"class": "col-md-4"})
        label = doc.createElement("a", innerText=row.label, attributes={"class": "lbl"})
        cell.appendChild(label)
        tr.appendChild(cell)
        cell = doc.createElement("td", attributes={"class": "col-md-1"})
        remove = doc.createElement("a", attributes={"class": "remove"})
        icon = {"class": "glyphicon glyphicon-remove", "aria-hidden": "true"}
        remove.appendChild(doc.createElement("span", attributes=icon))
        cell.appendChild(remove)
        tr.appendChild(cell)
        tr.appendChild(doc.createElement("td", attributes={"class": "col-md-6"}))
        return tr, label

    def show(self, rows: list[Row]) -> None:
        for row in rows:
            tr, label = self.make_row(row)
            self.rows[tr] = row
            self.labels[row.id] = label
            self.tbody.appendChild(tr)

    def empty(self) -> None:
        self.tbody.replaceChildren()
        self.rows.clear()
        self.labels.clear()
        self.selected = None

    def replace(self, n: int) -> None:
        self.empty()
        self.show(self.store.replace(n))

    def clear(self) -> None:
        self.store.clear()
        self.empty()

    def update(self) -> None:
        for _, row in self.store.update():
            self.labels[row.id].textContent = row.label

    def swap(self) -> None:
        low, high = self.store.swap()
        a, b = self.tbody.children[low], self.tbody.children[high]
        after = b.nextSibling
        self.tbody.insertBefore(b, a)
        self.tbody.insertBefore(a, after)

    def sort(self) -> None:
        self.store.sort()
        elements = {row.id: tr for tr, row in self.rows.items()}
        for row in self.store.rows:
            self.tbody.appendChild(elements[row.id])

    def on_row_click(self, event: Any) -> None:
        link = event.target.closest("a")
        if link is None:
            return
        tr = link.closest("tr")
        if link.className == "lbl":
            self.select(tr)
        else:
            self.remove(tr)

    def select(self, tr: Element) -> None:
        if self.selected is not None:
            self.selected.className = ""
        self.selected = tr
        tr.className = "danger"

    def remove(self, tr: Element) -> None:
        row = self.rows.pop(tr)
        self.store.remove(row.id)
        del self.labels[row.id]
        tr.remove()

    def count_up(self) -> None:
        self.count.innerText = str(int(self.count.innerText) + 1)

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            tick = clock.next()
            for i, cell in enumerate(self.cells):
                cell.textContent = cell_text(tick, i)
            await self.server.flush(self.client)
            await asyncio.sleep(0)
        self.info.textContent = clock.done()


class ClonedTable(Table):
    """The same, with rows cloned from a prototype."""

    def build_page(self) -> None:
        super().build_page()
        self.prototype: Any = super().make_row(Row(0, ""))[0]

    def make_row(self, row: Row) -> tuple[Element, Element]:
        tr = self.prototype.cloneNode(True)
        tr.firstChild.textContent = str(row.id)
        label = tr.children[1].firstChild
        label.textContent = row.label
        return tr, label


async def by_creating(server: Any, client: Any) -> None:
    Table(server, client)


async def by_cloning(server: Any, client: Any) -> None:
    ClonedTable(server, client)


async def main(app: Any, port: int) -> None:
    async with DomsyncServer(app, "127.0.0.1", port, verbose=False):
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rows", choices=("create", "clone"), default="clone")
    options = parser.parse_args()
    asyncio.run(main(by_creating if options.rows == "create" else by_cloning, options.port))
