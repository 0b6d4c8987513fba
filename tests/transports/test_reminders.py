"""`Reminder`: what is repeated until it is acknowledged, in memory."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, cast

import pytest

from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.transports import reminders
from domsync_jupyter.transports.reminders import Reminder
from tests.peer import eventually

if TYPE_CHECKING:
    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports.client import Client


class Page:
    """As much of a client and its session as a reminder sees."""

    def __init__(self, *, tells_its_end: bool = False) -> None:
        self.loop = asyncio.get_running_loop()
        self.tells_its_end = tells_its_end
        self.limits = Limits(ack_ms=0)
        self.acknowledged = 0
        self.unacknowledged = 1
        #: When it was reminded, in pauses of the first length.
        self.times: list[float] = []
        self._began = self.loop.time()

    def remind(self) -> None:
        self.times.append((self.loop.time() - self._began) / reminders._FIRST)

    @property
    def reminder(self) -> Reminder:
        return Reminder(cast("Client", self), cast("Session", self), lambda: None)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "_FIRST", 0.05)
    monkeypatch.setattr(reminders, "_MOST", 0.1)


async def test_reminds_with_growing_pauses_until_it_is_acknowledged() -> None:
    page = Page()
    reminder = page.reminder
    reminder.expect()
    reminder.expect()
    await asyncio.sleep(0.6)
    # After 1, 2.25, 3.8, 5.8, 7.8 ... of them.
    assert 2 <= len(page.times) <= 8
    assert page.times[0] >= 0.9
    assert page.times[1] - page.times[0] >= 1.15
    page.unacknowledged = 0
    await asyncio.sleep(0.15)
    count = len(page.times)
    await asyncio.sleep(0.2)
    assert len(page.times) == count
    page.unacknowledged = 1
    reminder.expect()
    await asyncio.sleep(0.1)
    assert len(page.times) > count
    reminder.close()


async def test_a_page_that_keeps_up_is_not_reminded() -> None:
    class KeepsUp(Page):
        """Has acknowledged more whenever it is looked at."""

        looks = 0

        @property
        def acknowledged(self) -> int:
            self.looks += 1
            return self.looks

        @acknowledged.setter
        def acknowledged(self, number: int) -> None:
            """Begin without any."""

    page = KeepsUp()
    reminder = page.reminder
    reminder.expect()
    await eventually(lambda: page.looks >= 8)
    assert page.times == []
    reminder.close()
    await asyncio.sleep(0.2)
    assert page.times == []
    reminder.expect()
    await asyncio.sleep(0.1)
    assert page.times == [], "after its end"


async def test_a_carrier_that_loses_nothing_needs_no_reminder() -> None:
    page = Page(tells_its_end=True)
    page.reminder.expect()
    await asyncio.sleep(0.1)
    assert page.times == []


async def test_from_another_thread() -> None:
    page = Page()
    reminder = page.reminder
    await asyncio.to_thread(reminder.expect)
    await asyncio.sleep(0.1)
    assert page.times
    reminder.close()


async def test_what_another_thread_sends_while_it_ends_is_not_forgotten() -> None:
    class Racing(Page):
        """Something is sent just when the page is found to have everything."""

        thread: threading.Thread | None = None

        def __init__(self) -> None:
            super().__init__()
            self._sent = 0

        @property
        def unacknowledged(self) -> int:
            sent = self._sent
            if self.thread is None:
                self._sent = 1
                self.thread = threading.Thread(target=reminder.expect)
                self.thread.start()
                self.thread.join(0.02)
            return sent

        @unacknowledged.setter
        def unacknowledged(self, number: int) -> None:
            """Begin without any."""

    page = Racing()
    reminder = page.reminder
    reminder.expect()
    await eventually(lambda: bool(page.times))
    reminder.close()


async def test_the_end_comes_before_what_another_thread_has_asked_for() -> None:
    page = Page()
    reminder = page.reminder
    reminder.expect()
    reminder.close()
    await asyncio.sleep(0.1)
    assert page.times == []
