"""The ReactPy components, shared by the FastAPI and the JupyterLab variants.

The rows live in one child component, so that the counter and the stream do not
render them again; within it a change of any row renders the list again, as in React.
"""

from __future__ import annotations

import asyncio

from reactpy import component, hooks, html

from benchmarks.side_by_side.apps.rowstore import (
    CELLS,
    GRID_COLS,
    GRID_ROWS,
    LOTS,
    RUN,
    Store,
    StreamClock,
    cell_text,
)


def button(name: str, handler):
    return html.button({"id": name, "onClick": handler}, name)


def row_view(row, selected: bool, on_select, on_remove):
    return html.tr(
        {"key": row.id, "className": "danger" if selected else ""},
        html.td({"className": "col-md-1"}, str(row.id)),
        html.td(
            {"className": "col-md-4"},
            html.a({"className": "lbl", "onClick": lambda event: on_select(row.id)}, row.label),
        ),
        html.td(
            {"className": "col-md-1"},
            html.a(
                {"className": "remove", "onClick": lambda event: on_remove(row.id)},
                html.span({"className": "glyphicon glyphicon-remove", "aria-hidden": "true"}),
            ),
        ),
        html.td({"className": "col-md-6"}),
    )


@component
def Rows(lots: int = LOTS, run: int = RUN):
    store = hooks.use_memo(Store, dependencies=[])
    _, set_version = hooks.use_state(0)

    def act(change):
        def handler(event=None):
            change()
            set_version(lambda v: v + 1)

        return handler

    def select(row_id):
        store.selected = row_id
        set_version(lambda v: v + 1)

    def remove(row_id):
        store.remove(row_id)
        set_version(lambda v: v + 1)

    return html.div(
        button("run", act(lambda: store.replace(run))),
        button("runlots", act(lambda: store.replace(lots))),
        button("add", act(lambda: store.append(run))),
        button("update", act(store.update)),
        button("clear", act(store.clear)),
        button("swaprows", act(store.swap)),
        button("sort", act(store.sort)),
        html.table(
            html.tbody(
                {"id": "tbody"},
                *[row_view(r, r.id == store.selected, select, remove) for r in store.rows],
            )
        ),
    )


@component
def Counter():
    count, set_count = hooks.use_state(0)
    return html.div(
        button("counter", lambda event: set_count(lambda c: c + 1)),
        html.span({"id": "count"}, str(count)),
    )


@component
def Grid():
    tick, set_tick = hooks.use_state(0)
    info, set_info = hooks.use_state("")

    async def stream(event):
        clock = StreamClock()
        while clock.running():
            set_tick(clock.next())
            await asyncio.sleep(0)
        set_info(clock.done())

    texts = [cell_text(tick, i) for i in range(CELLS)]
    return html.div(
        button("stream", stream),
        html.span({"id": "info"}, info),
        html.table(
            html.tbody(
                {"id": "grid"},
                *[
                    html.tr(
                        {"key": r}, *[html.td({"key": c}, texts[r * GRID_COLS + c]) for c in range(GRID_COLS)]
                    )
                    for r in range(GRID_ROWS)
                ],
            )
        ),
    )


@component
def Bench():
    return html.div(Rows(), Counter(), Grid())
