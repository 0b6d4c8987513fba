"""The messages of the two hand-tuned limits: a click comes in, compact data goes out, and rowview.js applies it."""

from __future__ import annotations

from benchmarks.side_by_side.apps.rowstore import CELLS, GRID_COLS, GRID_ROWS, LOTS, RUN, Store, cell_text

WINDOW = 2  # sweeps in flight while streaming


class Session:
    """One client: turns the message of a click into the reply."""

    def __init__(self) -> None:
        self.store = Store()
        self.count = 0

    def handle(self, kind: str, arg: int | None = None) -> list[object]:
        store = self.store
        match kind:
            case "hello":
                return ["grid", GRID_ROWS, GRID_COLS]
            case "run" | "runlots":
                first = store.next_id
                return ["set", first, [row.label for row in store.replace(RUN if kind == "run" else LOTS)]]
            case "add":
                first = store.next_id
                return ["add", first, [row.label for row in store.append(RUN)]]
            case "update":
                return ["label", [(i, row.label) for i, row in store.update()]]
            case "clear":
                store.clear()
                return ["clear"]
            case "swaprows":
                return ["swap", *store.swap()]
            case "sort":
                store.sort()
                return ["order", [row.id for row in store.rows]]
            case "select":
                store.selected = arg
                return ["select", store.index(arg)]
            case "remove":
                return ["remove", store.remove(arg)]
            case "counter":
                self.count += 1
                return ["count", self.count]
        raise ValueError(f"no message of the page: {kind!r}")


def sweep(tick: int) -> list[object]:
    return ["cells", [cell_text(tick, i) for i in range(CELLS)]]
