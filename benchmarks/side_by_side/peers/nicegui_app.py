"""NiceGUI: one ui.element per HTML element, a handler per link, one page state per client."""

from __future__ import annotations

import argparse
import asyncio

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

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


def ident(element: ui.element, name: str) -> ui.element:
    return element.props(f"id={name}")


class Table:
    def __init__(self) -> None:
        self.store = Store()
        self.count = 0
        self.views: dict[int, tuple[ui.element, TextElement]] = {}
        with ui.element("div"):
            for name, handler in {
                "run": lambda: self.replace(RUN),
                "runlots": lambda: self.replace(LOTS),
                "add": self.add,
                "update": self.update,
                "clear": self.clear,
                "swaprows": self.swap,
                "sort": self.sort,
                "counter": self.bump,
                "stream": self.stream,
            }.items():
                ident(TextElement(tag="button", text=name), name).on("click", handler, args=[])
            self.count_el = ident(TextElement(tag="span", text="0"), "count")
            self.info_el = ident(TextElement(tag="span", text=""), "info")
        with ui.element("table"):
            self.tbody = ident(ui.element("tbody"), "tbody")
        self.cells: list[TextElement] = []
        with ui.element("table"), ident(ui.element("tbody"), "grid"):
            for _ in range(GRID_ROWS):
                with ui.element("tr"):
                    self.cells += [TextElement(tag="td", text="0") for _ in range(GRID_COLS)]

    def show(self, rows: list[Row]) -> None:
        with self.tbody:
            for row in rows:
                with ui.element("tr") as tr:
                    TextElement(tag="td", text=str(row.id)).classes("col-md-1")
                    with ui.element("td").classes("col-md-4"):
                        label = TextElement(tag="a", text=row.label).classes("lbl")
                        label.on("click", lambda i=row.id: self.select(i), args=[])
                    with (
                        ui.element("td").classes("col-md-1"),
                        ui.element("a")
                        .classes("remove")
                        .on("click", lambda i=row.id: self.remove(i), args=[]),
                    ):
                        ui.element("span").classes("glyphicon glyphicon-remove").props("aria-hidden=true")
                    ui.element("td").classes("col-md-6")
                self.views[row.id] = (tr, label)

    def wipe(self) -> None:
        self.tbody.clear()
        self.views.clear()

    def replace(self, n: int) -> None:
        self.wipe()
        self.show(self.store.replace(n))

    def add(self) -> None:
        self.show(self.store.append(RUN))

    def update(self) -> None:
        for _, row in self.store.update():
            self.views[row.id][1].set_text(row.label)

    def clear(self) -> None:
        self.store.clear()
        self.wipe()

    def swap(self) -> None:
        lo, hi = self.store.swap()
        a, b = (self.views[self.store.rows[i].id][0] for i in (hi, lo))
        b.move(target_index=lo)
        a.move(target_index=hi)

    def sort(self) -> None:
        self.store.sort()
        self.tbody.default_slot.children = [self.views[row.id][0] for row in self.store.rows]
        self.tbody.update()

    def select(self, row_id: int) -> None:
        if self.store.selected in self.views:
            self.views[self.store.selected][0].classes(remove="danger")
        self.store.selected = row_id
        self.views[row_id][0].classes("danger")

    def remove(self, row_id: int) -> None:
        self.store.remove(row_id)
        self.views.pop(row_id)[0].delete()

    def bump(self) -> None:
        self.count += 1
        self.count_el.set_text(str(self.count))

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            tick = clock.next()
            for i, cell in enumerate(self.cells):
                cell.set_text(cell_text(tick, i))
            await asyncio.sleep(0.01)  # NiceGUI sends from a task of its own: let it run
        self.info_el.set_text(clock.done())


@ui.page("/")
def index() -> None:
    Table()


if __name__ in {"__main__", "__mp_main__"}:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    ui.run(host="127.0.0.1", port=parser.parse_args().port, show=False, reload=False)
