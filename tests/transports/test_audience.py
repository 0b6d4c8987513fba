"""`Audience`: the viewers of one document are told together; over comms in memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.transports import audience as audience_module
from domsync_jupyter.transports.audience import Audience
from domsync_jupyter.transports.host import Host
from tests.peer import eventually
from tests.transports.test_host import View, nothing


class Crowd:
    """Viewers of one document, who have seen what there was."""

    def __init__(self, size: int) -> None:
        self.document = Document()
        self.host = Host(self.document)
        self.views = [View(self.host, f"view {number}") for number in range(size)]

    @property
    def audience(self) -> Audience:
        return self.host._audiences[self.document]

    async def greet(self) -> None:
        for view in self.views:
            await view.page.hello()
        # Their frames were just now; the next one need not wait.
        for view in self.views:
            view.viewer._not_before = 0.0

    def change(self, text: str) -> None:
        self.document.getRootElement().setAttribute("title", text)

    def shown(self) -> list[Any]:
        return [view.page.replica.root.attributes.get("title") for view in self.views]


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    crowd = Crowd(3)
    await crowd.greet()
    yield crowd
    await crowd.host.end_all()
    await asyncio.gather(*(view.running for view in crowd.views))


async def test_one_run_serves_all(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    scheduled = []
    call_soon = loop.call_soon

    def counting(callback: Any, *args: Any, **options: Any) -> asyncio.Handle:
        if isinstance(getattr(callback, "__self__", None), Audience):
            scheduled.append(callback)
        return call_soon(callback, *args, **options)

    monkeypatch.setattr(loop, "call_soon", counting)
    crowd.change("a")
    crowd.change("b")
    assert crowd.shown() == [None] * 3, "code that runs is not interrupted"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert crowd.shown() == ["b"] * 3
    assert len(scheduled) == 1


async def test_a_change_in_another_thread(crowd: Crowd) -> None:
    thread = threading.Thread(target=crowd.change, args=("a",))
    thread.start()
    thread.join()
    await eventually(lambda: crowd.shown() == ["a"] * 3)


async def test_the_next_run_waits_for_a_frames_time(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_module, "FRAME_SECONDS", 1000)
    crowd.change("a")
    await eventually(lambda: crowd.shown() == ["a"] * 3)
    for view in crowd.views:
        view.viewer._not_before = 0.0
    crowd.change("b")
    for _ in range(20):
        await asyncio.sleep(0)
    assert crowd.shown() == ["a"] * 3
    await crowd.views[1].viewer.flush()
    assert crowd.shown() == ["a", "b", "a"]


async def test_a_run_that_sent_nothing_makes_nobody_wait(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_module, "FRAME_SECONDS", 1000)
    crowd.change("a")
    crowd.document.flush()  # Leaves nothing to the run that the change has asked for.
    for _ in range(20):
        await asyncio.sleep(0)
    crowd.change("b")
    await eventually(lambda: crowd.shown() == ["b"] * 3)


async def test_a_viewer_who_got_a_frame_just_now_gets_the_next_one_later(crowd: Crowd) -> None:
    viewer = crowd.views[0].viewer
    viewer._not_before = asyncio.get_running_loop().time() + 1000
    crowd.change("a")
    await eventually(lambda: crowd.shown() == [None, "a", "a"])
    later = viewer._pumping
    assert isinstance(later, asyncio.TimerHandle)
    assert later.when() == viewer._not_before
    viewer._pump()
    assert crowd.shown() == ["a"] * 3


async def test_one_who_left_is_told_nothing(crowd: Crowd) -> None:
    await crowd.host.end(crowd.views[0].viewer)
    crowd.change("a")
    await eventually(lambda: crowd.shown() == [None, "a", "a"])


async def test_nothing_is_left_when_all_have_left(crowd: Crowd) -> None:
    audience, mirror = crowd.audience, Mirror.of(crowd.document)
    assert len(mirror._on_change) == 1
    crowd.change("a")  # The run that it asks for has nobody to serve.
    await crowd.host.end_all()
    assert not audience
    assert mirror._on_change == mirror._on_flush == []
    assert crowd.host._audiences == {}


async def test_a_document_for_each_client_is_not_kept() -> None:
    host = Host(nothing)
    views = [View(host, name) for name in "abc"]
    assert len(host._audiences) == 3
    await host.end(views[0].viewer)
    assert len(host._audiences) == 2
    await host.end_all()
    assert host._audiences == {}
    for view in views:
        view.running.cancel()
    await asyncio.gather(*(view.running for view in views), return_exceptions=True)


def test_the_next_loop_gets_an_audience_of_its_own() -> None:
    crowd = Crowd(0)

    async def show(text: str) -> None:
        crowd.views = [View(crowd.host)]
        await crowd.greet()
        crowd.change(text)
        await eventually(lambda: crowd.shown() == [text])
        await crowd.host.end_all()
        await crowd.views[0].running

    asyncio.run(show("a"))
    crowd.change("in between")
    asyncio.run(show("b"))
