"""Solara with component_vue: the template (v-for) is on the client, the rows are a prop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import solara

from benchmarks.side_by_side.apps.rowstore import CELLS, LOTS, RUN, Store, StreamClock, cell_text


@solara.component_vue("solara_vue_table.vue")
def Table(
    rows: list = [],
    selected: int | None = None,
    count: int = 0,
    info: str = "",
    cells: list = [],
    event_press: Callable[[str], None] = lambda name: None,
    event_select: Callable[[int], None] = lambda i: None,
    event_remove: Callable[[int], None] = lambda i: None,
):
    pass


@solara.component
def Page():
    store = solara.use_memo(Store, [])
    rows, set_rows = solara.use_state([])
    selected, set_selected = solara.use_state(None)
    count, set_count = solara.use_state(0)
    tick, set_tick = solara.use_state(0)
    info, set_info = solara.use_state("")
    task = solara.use_ref(None)

    def push() -> None:
        set_rows([{"id": r.id, "label": r.label} for r in store.rows])
        set_selected(store.selected)

    async def stream() -> None:
        clock = StreamClock()
        while clock.running():
            set_tick(clock.next())
            await asyncio.sleep(0)
        set_info(clock.done())

    changes = {
        "run": lambda: store.replace(RUN),
        "runlots": lambda: store.replace(LOTS),
        "add": lambda: store.append(RUN),
        "update": store.update,
        "clear": store.clear,
        "swaprows": store.swap,
        "sort": store.sort,
    }

    def press(name: str) -> None:
        if name == "counter":
            set_count(lambda c: c + 1)
        elif name == "stream":
            task.current = asyncio.get_event_loop().create_task(stream())
        else:
            changes[name]()
            push()

    def select(row_id: int) -> None:
        store.selected = row_id
        set_selected(row_id)

    def remove(row_id: int) -> None:
        store.remove(row_id)
        push()

    Table(
        rows=rows,
        selected=selected,
        count=count,
        info=info,
        cells=[cell_text(tick, i) for i in range(CELLS)],
        event_press=press,
        event_select=select,
        event_remove=remove,
    )
