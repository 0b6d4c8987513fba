"""`Button`."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Button
from domsync_jupyter.testing import connect


def test_calls_back_with_the_event() -> None:
    document = Document()
    events: list[Any] = []
    button = Button(document, "Go", events.append, kind="primary")
    assert button.getElement().outerHTML == '<button type="button" class="domsync-button primary">Go</button>'
    with connect(document) as page:
        page.click("button", ctrlKey=True)
        assert [event.ctrlKey for event in events] == [True]
        button.text = "Go on"
        page.wait_for_text("Go on")
    assert button.text == "Go on"


def test_takes_no_click_while_it_is_disabled() -> None:
    clicks: list[Any] = []
    button = Button(Document(), "Go", clicks.append, disabled=True)
    button.getElement().click()  # type: ignore[attr-defined]
    button._clicked(None)  # type: ignore[arg-type]  # a page that does not care
    assert button.disabled
    assert clicks == []
    button.disabled = False
    button._clicked(None)  # type: ignore[arg-type]
    assert len(clicks) == 1
    button.on_click = None
    button._clicked(None)  # type: ignore[arg-type]
    assert len(clicks) == 1


async def test_is_busy_while_a_coroutine_function_runs() -> None:
    document = Document()
    go, runs = asyncio.Event(), 0

    async def run(event: object) -> None:
        nonlocal runs
        runs += 1
        await go.wait()

    button = Button(document, "Run", run)
    async with connect(document) as one, connect(document) as other:
        element = one.get("button")
        clicking = asyncio.create_task(one.click(element))
        await other.wait_for("button[aria-busy=true][aria-disabled=true]")
        assert button.busy
        # It could not be pressed, neither here nor there: the pages do not send it.
        await other.click("button")
        assert runs == 1
        go.set()
        await clicking
        await other.wait_for("button:not([aria-busy]):not([aria-disabled])")
        assert not button.busy
        await other.click("button")
        assert runs == 2


async def test_is_free_again_after_an_error(expected_errors: list[logging.LogRecord]) -> None:
    document = Document()

    async def fail(event: object) -> None:
        raise RuntimeError("no luck")

    button = Button(document, "Run", fail)
    async with connect(document, raise_errors=False) as page:
        await page.click("button")
        assert [notice.kind for notice in page.notices] == ["error"]
    assert "no luck" in expected_errors.pop().getMessage()
    assert not button.busy


async def test_an_app_may_say_itself_that_it_is_busy() -> None:
    document = Document()
    clicks: list[Any] = []
    button = Button(document, "Run", clicks.append)
    async with connect(document) as page:
        button.busy = True
        await page.wait_for("[aria-busy]")
        sent = [frame for frame in page.frames if frame.name == "Event"]
        await page.click("button")
        assert [frame for frame in page.frames if frame.name == "Event"] == sent
        button._clicked(None)  # type: ignore[arg-type]  # a page that does not care
        assert clicks == []
        button.busy = False
        await page.settle()
        await page.click("button")
    assert len(clicks) == 1


def test_knows_its_kinds() -> None:
    with pytest.raises(ValueError, match="'huge'"):
        Button(Document(), "Go", kind="huge")  # type: ignore[arg-type]
