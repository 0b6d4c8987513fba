"""Solara: one ipyvuetify Html widget per HTML element, reacton keys, a handler per link."""

from __future__ import annotations

import asyncio

import solara
from reacton import ipyvue as vue

from benchmarks.side_by_side.apps.rowstore import (
    GRID_COLS,
    GRID_ROWS,
    LOTS,
    RUN,
    Store,
    StreamClock,
    cell_text,
)


def el(tag: str, *children, id: str | None = None, klass: str = "", on_click=None, **kw):
    attributes = {"id": id} if id else {}
    node = solara.v.Html(tag=tag, children=list(children), class_=klass, attributes=attributes, **kw)
    if on_click is not None:
        vue.use_event(node, "click", on_click)
    return node


@solara.component
def RowView(row_id: int, label: str, selected: bool, on_select, on_remove):
    return el(
        "tr",
        el("td", str(row_id), klass="col-md-1"),
        el("td", el("a", label, klass="lbl", on_click=lambda *_: on_select(row_id)), klass="col-md-4"),
        el(
            "td",
            el(
                "a",
                el("span", klass="glyphicon glyphicon-remove"),
                klass="remove",
                on_click=lambda *_: on_remove(row_id),
            ),
            klass="col-md-1",
        ),
        el("td", klass="col-md-6"),
        klass="danger" if selected else "",
    )


@solara.component
def Rows():
    store = solara.use_memo(Store, [])
    _, set_version = solara.use_state(0)

    def act(change):
        def handler(*_):
            change()
            set_version(lambda v: v + 1)

        return handler

    def select(row_id):
        store.selected = row_id
        set_version(lambda v: v + 1)

    def remove(row_id):
        store.remove(row_id)
        set_version(lambda v: v + 1)

    buttons = [
        el("button", name, id=name, on_click=act(change))
        for name, change in {
            "run": lambda: store.replace(RUN),
            "runlots": lambda: store.replace(LOTS),
            "add": lambda: store.append(RUN),
            "update": store.update,
            "clear": store.clear,
            "swaprows": store.swap,
            "sort": store.sort,
        }.items()
    ]
    rows = [
        RowView(r.id, r.label, r.id == store.selected, select, remove).key(f"row{r.id}") for r in store.rows
    ]
    return el("div", *buttons, el("table", el("tbody", *rows, id="tbody")))


@solara.component
def Counter():
    count, set_count = solara.use_state(0)
    return el(
        "div",
        el("button", "counter", id="counter", on_click=lambda *_: set_count(lambda c: c + 1)),
        el("span", str(count), id="count"),
    )


@solara.component
def Grid():
    tick, set_tick = solara.use_state(0)
    info, set_info = solara.use_state("")
    running = solara.use_ref(None)

    async def stream():
        clock = StreamClock()
        while clock.running():
            set_tick(clock.next())
            await asyncio.sleep(0)
        set_info(clock.done())

    def start(*_):
        running.current = asyncio.get_event_loop().create_task(stream())

    return el(
        "div",
        el("button", "stream", id="stream", on_click=start),
        el("span", info, id="info"),
        el(
            "table",
            el(
                "tbody",
                *[
                    el("tr", *[el("td", cell_text(tick, r * GRID_COLS + c)) for c in range(GRID_COLS)])
                    for r in range(GRID_ROWS)
                ],
                id="grid",
            ),
        ),
    )


@solara.component
def Page():
    return el("div", Rows(), Counter(), Grid())
