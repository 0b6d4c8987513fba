"""Debounced and throttled listeners, by a clock in the test."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domsync_jupyter.dom.events import Event, Listener
from domsync_jupyter.transports.pacing import Pacer


class Clock:
    """What a `Pacer` needs of an event loop, with a time that the test makes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Any, *arguments: Any) -> Timer:
        timer = Timer(self.now + delay, callback, arguments)
        self.timers.append(timer)
        return timer

    def go_to(self, milliseconds: float) -> None:
        """Go on to so many milliseconds after the beginning, and call what is due on the way."""
        end = 100 + milliseconds / 1000
        while due := [timer for timer in self.timers if timer.when <= end + 1e-9 and not timer.done]:
            timer = min(due, key=lambda timer: timer.when)
            self.now = max(self.now, timer.when)
            timer.done = True
            timer.callback(*timer.arguments)
        self.now = end


class Timer:
    def __init__(self, when: float, callback: Any, arguments: tuple[Any, ...]) -> None:
        self.when, self.callback, self.arguments, self.done = when, callback, arguments, False

    def cancel(self) -> None:
        self.done = True


class Stage:
    """A pacer, and what it let through and when."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.calls: list[tuple[int, str]] = []
        self.listener = Listener("x", print, **options)
        loop: Any = self.clock
        self.pacer = Pacer(loop, lambda listener, event: self._called(event))

    def _called(self, event: Event) -> None:
        self.calls.append((round((self.clock.now - 100) * 1000), event["name"]))

    def event(self, milliseconds: float, name: str) -> None:
        self.clock.go_to(milliseconds)
        event = Event("x", fields={"name": name})
        if not self.pacer.holds(self.listener, event):
            self._called(event)


def test_others_are_let_through() -> None:
    stage = Stage()
    for number in range(3):
        stage.event(number, str(number))
    assert stage.calls == [(0, "0"), (1, "1"), (2, "2")]


def test_debounced_when_it_is_quiet_with_the_last_event() -> None:
    stage = Stage(debounce_ms=100)
    stage.event(0, "a")
    stage.event(50, "b")
    stage.event(120, "c")
    stage.clock.go_to(1000)
    stage.event(2000, "d")
    stage.clock.go_to(3000)
    assert stage.calls == [(220, "c"), (2100, "d")]


def test_throttled_with_the_first_and_the_last_event() -> None:
    stage = Stage(throttle_ms=100)
    for time, name in ((0, "a"), (10, "b"), (20, "c"), (150, "d"), (500, "e")):
        stage.event(time, name)
    stage.clock.go_to(1000)
    assert stage.calls == [(0, "a"), (100, "c"), (200, "d"), (500, "e")]


def test_a_listener_that_was_removed_is_not_called() -> None:
    stage = Stage(debounce_ms=100)
    stage.event(0, "a")
    stage.listener.removed = True
    stage.clock.go_to(1000)
    assert stage.calls == []


def test_close_forgets_what_is_to_come() -> None:
    stage = Stage(debounce_ms=100)
    stage.event(0, "a")
    stage.pacer.close()
    stage.clock.go_to(1000)
    assert stage.calls == []


def test_the_event_is_kept_as_the_listener_would_have_seen_it() -> None:
    stage = Stage(debounce_ms=100)
    kept: list[Any] = []
    loop: Any = stage.clock
    pacer = Pacer(loop, lambda listener, event: kept.append(event.value))
    event = Event("x")
    event.value = "now"
    assert pacer.holds(stage.listener, event)
    event.value = "later"
    stage.clock.go_to(1000)
    assert kept == ["now"]


@pytest.mark.parametrize("name", ["debounce_ms", "throttle_ms"])
def test_times_are_not_negative(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Listener("x", print, **{name: -1})  # type: ignore[arg-type]  # it is one of the two


async def test_a_real_loop_will_do() -> None:
    done = asyncio.Event()
    pacer = Pacer(asyncio.get_running_loop(), lambda listener, event: done.set())
    assert pacer.holds(Listener("x", print, debounce_ms=1), Event("x"))
    await done.wait()
