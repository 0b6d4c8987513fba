"""ipywidgets: a row is an HBox of HTML, Button, Button and HTML; layouts and styles are shared."""

from __future__ import annotations

import asyncio

import ipywidgets as w

from benchmarks.side_by_side.apps.rowstore import GRID_COLS, GRID_ROWS, Row, Store, StreamClock, cell_text


def tagged(widget, *classes: str):
    for c in classes:
        widget.add_class(c)
    return widget


class Table:
    def __init__(self, rows: int, lots: int) -> None:
        self.n = rows
        self.store = Store()
        self.count = 0
        self.views: dict[int, tuple[w.HBox, w.Button]] = {}
        self.layout = w.Layout(width="auto")
        self.style = w.ButtonStyle()
        self.html_style = w.HTML().style
        buttons = []
        for name, handler in {
            "run": lambda: self.replace(rows),
            "runlots": lambda: self.replace(lots),
            "add": self.add,
            "update": self.update,
            "clear": self.clear,
            "swaprows": self.swap,
            "sort": self.sort,
            "counter": self.bump,
            "stream": self.start_stream,
        }.items():
            b = tagged(w.Button(description=name), f"pb-{name}")
            b.on_click(lambda _, h=handler: h())
            buttons.append(b)
        self.count_el = tagged(w.Label("0"), "pb-count")
        self.info_el = tagged(w.Label(""), "pb-info")
        self.body = tagged(w.VBox([]), "pb-tbody")
        self.cells = [self.text("0", "pb-cell") for _ in range(GRID_ROWS * GRID_COLS)]
        grid = tagged(
            w.GridBox(self.cells, layout=w.Layout(grid_template_columns=f"repeat({GRID_COLS}, 60px)")),
            "pb-grid",
        )
        self.root = w.VBox([w.HBox(buttons), self.count_el, self.info_el, self.body, grid])

    def text(self, value: str, *classes: str) -> w.HTML:
        return w.HTML(value, layout=self.layout, style=self.html_style, _dom_classes=classes)

    def row(self, row: Row) -> w.HBox:
        label = w.Button(description=row.label, layout=self.layout, style=self.style, _dom_classes=("lbl",))
        label.on_click(lambda _, i=row.id: self.select(i))
        remove = w.Button(icon="times", layout=self.layout, style=self.style, _dom_classes=("remove",))
        remove.on_click(lambda _, i=row.id: self.remove(i))
        box = w.HBox([self.text(str(row.id), "pb-id"), label, remove, self.text("")], layout=self.layout)
        self.views[row.id] = (box, label)
        return box

    def wipe(self) -> None:
        old = self.body.children
        self.body.children = ()
        for box in old:
            self.dispose(box)
        self.views.clear()

    @staticmethod
    def dispose(box: w.HBox) -> None:
        for child in box.children:
            child.close()
        box.close()

    def replace(self, n: int) -> None:
        self.wipe()
        self.body.children = tuple(self.row(r) for r in self.store.replace(n))

    def add(self) -> None:
        self.body.children += tuple(self.row(r) for r in self.store.append(self.n))

    def update(self) -> None:
        for _, row in self.store.update():
            self.views[row.id][1].description = row.label

    def clear(self) -> None:
        self.store.clear()
        self.wipe()

    def swap(self) -> None:
        self.store.swap()
        self.order()

    def sort(self) -> None:
        self.store.sort()
        self.order()

    def order(self) -> None:
        self.body.children = tuple(self.views[r.id][0] for r in self.store.rows)

    def select(self, row_id: int) -> None:
        if self.store.selected in self.views:
            self.views[self.store.selected][0].remove_class("danger")
        self.store.selected = row_id
        self.views[row_id][0].add_class("danger")

    def remove(self, row_id: int) -> None:
        self.store.remove(row_id)
        box, _ = self.views.pop(row_id)
        self.body.children = tuple(self.views[r.id][0] for r in self.store.rows)
        self.dispose(box)

    def bump(self) -> None:
        self.count += 1
        self.count_el.value = str(self.count)

    def start_stream(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self.stream())

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            tick = clock.next()
            for i, cell in enumerate(self.cells):
                cell.value = cell_text(tick, i)
            await asyncio.sleep(0)
        self.info_el.value = clock.done()
