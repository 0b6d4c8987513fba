"""`SavedOutput`, with a shell that displays into a list. In notebooks: `tests/browser/test_saved_notebook.py`."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import IPython
import IPython.display
import pytest

from domsync_jupyter import Document
from domsync_jupyter.dom.static_html import static_html
from domsync_jupyter.notebook import saved_output
from domsync_jupyter.notebook.saved_output import SavedOutput
from tests.peer import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from domsync_jupyter.dom.element import Element


class Shell:
    """As much of an interactive shell with a kernel as an output sees."""

    kernel = object()

    def __init__(self) -> None:
        self.callbacks: list[Callable[[object], None]] = []
        #: HTML, and whether it took the place of what was displayed before.
        self.displayed: list[tuple[str, bool]] = []
        self.ids: set[str] = set()
        self.events = self

    def register(self, event: str, callback: Callable[[object], None]) -> None:
        assert event == "post_run_cell"
        self.callbacks.append(callback)

    def unregister(self, event: str, callback: Callable[[object], None]) -> None:
        assert event == "post_run_cell"
        self.callbacks.remove(callback)

    def display(self, html: Any, *, display_id: str, update: bool) -> None:
        self.ids.add(display_id)
        self.displayed.append((html.data, update))

    def end_cell(self) -> None:
        for callback in list(self.callbacks):
            callback(None)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    shell = Shell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", shell.display)
    monkeypatch.setattr(saved_output, "QUIET_SECONDS", 0.02)
    monkeypatch.setattr(saved_output, "PAUSE_SECONDS", 0.6)
    yield shell
    assert len(shell.ids) <= 1


@pytest.fixture
async def output() -> SavedOutput:
    return SavedOutput("key", asyncio.get_running_loop())


def texts(shell: Shell) -> list[str]:
    return [
        html.rpartition('domsync-saved-key"><div>')[2].removesuffix("</div></div>")
        for html, _ in shell.displayed
    ]


async def test_outside_a_notebook_nothing_is_displayed(
    output: SavedOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    assert not output.show(Document())
    monkeypatch.setattr(IPython, "get_ipython", object)  # A shell without a kernel.
    assert not output.show(Document())
    output.close()


async def test_it_follows_the_document(output: SavedOutput, shell: Shell) -> None:
    document = Document()
    root = document.getRootElement()
    assert output.show(document)
    assert texts(shell) == [""]
    root.textContent = "1 < 2"
    await asyncio.sleep(0.1)
    assert texts(shell) == ["", "1 &lt; 2"]
    # The next one comes after a pause; what is the same is not displayed again.
    for number in range(20):
        root.textContent = str(number)
        await asyncio.sleep(0.005)
    assert len(shell.displayed) == 2
    await asyncio.sleep(0.9)
    assert texts(shell)[2:] == ["19"]
    root.textContent = "20"
    root.textContent = "19"
    await asyncio.sleep(0.9)
    assert len(shell.displayed) == 3
    assert [update for _, update in shell.displayed] == [False, True, True]
    output.close()
    root.textContent = "after its end"
    await asyncio.sleep(0.9)
    assert len(shell.displayed) == 3
    assert shell.callbacks == []


async def test_after_a_cell_it_is_up_to_date_at_once(output: SavedOutput, shell: Shell) -> None:
    document = Document()
    output.show(document)
    for text in ("a", "b"):
        document.getRootElement().textContent = text
        shell.end_cell()
        assert texts(shell)[-1] == text
    count = len(shell.displayed)
    shell.end_cell()
    assert len(shell.displayed) == count
    output.close()


async def test_it_may_come_to_follow_another_document(output: SavedOutput, shell: Shell) -> None:
    """That of the last view, if each has its own."""
    assert output.show(None)
    assert texts(shell)[0].endswith('<div class="domsync-saved domsync-saved-key"></div>')
    one, other = Document(), Document()
    for document in (one, other):
        document.getRootElement().textContent = "x"
        output.follow(document)
    await asyncio.sleep(0.1)
    one.getRootElement().textContent = "nobody's"
    other.getRootElement().textContent = "y"
    await asyncio.sleep(0.9)
    assert texts(shell)[1:] == ["x", "y"]
    output.close()


async def test_it_says_so_if_there_is_too_much(
    output: SavedOutput, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_output, "MOST", 100)
    document = Document()
    document.getRootElement().textContent = "x" * 200
    output.show(document)
    assert "too large to be saved: 211 characters" in shell.displayed[0][0]
    output.close()


async def test_the_longer_it_takes_the_less_often_it_happens(
    output: SavedOutput, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def takes_its_time(root: Element) -> str:
        time.sleep(0.03)
        return static_html(root)

    monkeypatch.setattr(saved_output, "static_html", takes_its_time)
    document = Document()
    output.show(document)
    document.getRootElement().textContent = "a"
    await eventually(lambda: len(shell.displayed) == 2)
    # Not only the usual pause of 0.2 s.
    assert output._not_before > asyncio.get_running_loop().time() + 0.3
    document.getRootElement().textContent = "b"
    await eventually(lambda: texts(shell)[-1] == "b")
    output.close()


async def test_what_cannot_be_saved_is_displayed_all_the_same(
    output: SavedOutput,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    expected_errors: list[logging.LogRecord],
) -> None:
    def raises(root: Element) -> str:
        raise RecursionError

    monkeypatch.setattr(saved_output, "static_html", raises)
    assert output.show(Document())
    assert shell.displayed[0][0].endswith('<div class="domsync-saved domsync-saved-key"></div>')
    assert "cannot be saved" in expected_errors.pop().getMessage()
    output.close()
