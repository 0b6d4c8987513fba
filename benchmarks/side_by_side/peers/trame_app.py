"""trame (vue3): the template is on the client (v-for), the rows are shared state."""

from __future__ import annotations

import argparse
import asyncio

from trame.app import get_server
from trame.ui.html import DivLayout
from trame.widgets import html

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


class App:
    def __init__(self, server) -> None:
        self.server, self.state, self.ctrl = server, server.state, server.controller
        self.store = Store()
        self.state.update({"rows": [], "selected": None, "count": 0, "info": "", "cells": ["0"] * CELLS})
        self.build()

    def push(self) -> None:
        self.state.rows = [{"id": r.id, "label": r.label} for r in self.store.rows]
        self.state.selected = self.store.selected

    def act(self, change):
        def handler():
            change()
            self.push()

        return handler

    def select(self, row_id: int) -> None:
        self.store.selected = self.state.selected = row_id

    def remove(self, row_id: int) -> None:
        self.store.remove(row_id)
        self.push()

    def bump(self) -> None:
        self.state.count += 1

    async def stream(self) -> None:
        clock = StreamClock()
        while clock.running():
            tick = clock.next()
            with self.state:
                self.state.cells = [cell_text(tick, i) for i in range(CELLS)]
            await asyncio.sleep(0.001)
        with self.state:
            self.state.info = clock.done()

    def start_stream(self) -> None:
        self.task = asyncio.create_task(self.stream())

    def build(self) -> None:
        s = self.store
        with DivLayout(self.server):
            with html.Div():
                for name, handler in {
                    "run": self.act(lambda: s.replace(RUN)),
                    "runlots": self.act(lambda: s.replace(LOTS)),
                    "add": self.act(lambda: s.append(RUN)),
                    "update": self.act(s.update),
                    "clear": self.act(s.clear),
                    "swaprows": self.act(s.swap),
                    "sort": self.act(s.sort),
                    "counter": self.bump,
                    "stream": self.start_stream,
                }.items():
                    html.Button(name, id=name, click=handler)
                html.Span("{{ count }}", id="count")
                html.Span("{{ info }}", id="info")
            with html.Table(), html.Tbody(id="tbody"):
                with html.Tr(v_for="row in rows", key="row.id", classes=("{ danger: row.id === selected }",)):
                    html.Td("{{ row.id }}", classes="col-md-1")
                    with html.Td(classes="col-md-4"):
                        html.A("{{ row.label }}", classes="lbl", click=(self.select, "[row.id]"))
                    with html.Td(classes="col-md-1"):
                        with html.A(classes="remove", click=(self.remove, "[row.id]")):
                            html.Span(classes="glyphicon glyphicon-remove", aria_hidden="true")
                    html.Td(classes="col-md-6")
            with html.Table(), html.Tbody(id="grid"), html.Tr(v_for=f"r in {GRID_ROWS}", key="r"):
                html.Td(f"{{{{ cells[(r - 1) * {GRID_COLS} + c - 1] }}}}", v_for=f"c in {GRID_COLS}", key="c")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    server = get_server(client_type="vue3")
    App(server)
    server.start(port=port, host="127.0.0.1", open_browser=False, show_connection_info=False)
