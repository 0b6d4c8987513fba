"""Widgets of cells that are run again. In JupyterLab: `tests/browser/test_life_cycle.py`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget
from domsync_jupyter.notebook import leftovers
from domsync_jupyter.sync import messages
from tests.peer import CommPage, eventually

if TYPE_CHECKING:
    from tests.notebook.conftest import FakeShell


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE_SECONDS", 0.02)


def is_closed(widget: DomsyncWidget) -> bool:
    return widget.comm is None


def run_cell(shell: FakeShell, cell: str = "a", *, shown: bool = True) -> DomsyncWidget:
    shell.cell(cell)
    widget = DomsyncWidget(save=False)
    if shown:
        leftovers.displayed(widget)
    return widget


async def test_what_the_cell_made_before_is_closed(shell: FakeShell) -> None:
    widgets = [run_cell(shell) for _ in range(5)]
    other = run_cell(shell, "b")
    await eventually(lambda: all(map(is_closed, widgets[:-1])))
    await asyncio.sleep(0.1)
    assert not is_closed(widgets[-1])
    assert not is_closed(other)


async def test_what_has_a_name_stays(shell: FakeShell) -> None:
    first = run_cell(shell)
    shell.user_ns["kept"] = first
    second = run_cell(shell)
    shell.user_ns["_5"] = second  # A result that IPython remembers.
    run_cell(shell)
    await eventually(lambda: is_closed(second))
    assert not is_closed(first)


@pytest.mark.parametrize("container", [list, tuple, set, lambda widgets: dict(enumerate(widgets))])
async def test_what_is_in_a_container_that_has_a_name_stays(shell: FakeShell, container: Any) -> None:
    first, second = run_cell(shell), run_cell(shell)
    shell.user_ns["widgets"] = container([first])
    shell.user_ns["data"] = list(range(leftovers.MAX_ITEMS))
    # What IPython remembers is not what a person does, and two levels are too many.
    shell.user_ns["Out"] = {1: second}
    shell.user_ns["deep"] = [[second]]
    run_cell(shell)
    await eventually(lambda: is_closed(second))
    assert not is_closed(first)
    del shell.user_ns["widgets"]
    run_cell(shell)
    await eventually(lambda: is_closed(first))


async def test_no_more_than_so_many_items_are_looked_at(
    shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "MAX_ITEMS", 10)
    shell.user_ns |= {"short": [1, 2], "long": list(range(9)), "too long": list(range(11))}
    assert list(leftovers._named())[3:] == [1, 2, *range(8)]


async def test_the_widget_of_a_server_stays(shell: FakeShell) -> None:
    """It may have views over WebSockets, of which it is told nothing."""
    server = DomsyncServer(Document(), "localhost", 0)
    shell.cell("a")
    first = DomsyncWidget(server, save=False)
    leftovers.displayed(first)
    run_cell(shell)
    shell.cell("a")
    leftovers.displayed(DomsyncWidget(server, save=False))
    await asyncio.sleep(0.1)
    assert not is_closed(first)


@pytest.mark.parametrize("where", ["nowhere", "in another cell too"])
async def test_what_may_be_seen_elsewhere_stays(shell: FakeShell, where: str) -> None:
    first = run_cell(shell, shown=where != "nowhere")
    if where != "nowhere":
        shell.cell("b")
        leftovers.displayed(first)
    run_cell(shell)
    await asyncio.sleep(0.1)
    assert not is_closed(first)


async def test_what_has_a_view_stays_until_that_is_gone(shell: FakeShell) -> None:
    first = run_cell(shell)
    view = CommPage("v", first._receive)
    first.send = lambda content, buffers=None: view.deliver(content, buffers)
    await view.hello()
    run_cell(shell)
    await asyncio.sleep(0.05)
    assert not is_closed(first)
    view.say_now(messages.Bye("view"))
    await eventually(lambda: is_closed(first))
