"""Listeners and their order; https://dom.spec.whatwg.org/#concept-event-dispatch"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from domsync_jupyter.dom import Element, Event
from domsync_jupyter.errors import InvalidStateError
from tests.dom.trees import Family


class Log:
    """A family whose elements write down what happens."""

    def __init__(self) -> None:
        self.family = Family()
        self.lines: list[str] = []

    def listen(
        self, element: Element, name: str, do: Callable[[Event], Any] | None = None, **options: Any
    ) -> Any:
        def callback(event: Event) -> None:
            self.lines.append(f"{name}{event.eventPhase}")
            if do is not None:
                do(event)

        element.addEventListener("x", callback, **options)
        return callback

    def fire(self, element: Element, **init: Any) -> str:
        self.lines.clear()
        element.dispatchEvent(Event("x", {"bubbles": True} | init))
        return " ".join(self.lines)


@pytest.fixture
def log() -> Log:
    return Log()


def test_order(log: Log) -> None:
    root, a, b = log.family.root, log.family.a, log.family.b
    for element, name in ((root, "root"), (a, "a"), (b, "b")):
        log.listen(element, name)
        log.listen(element, name.upper(), capture=True)
        log.listen(element, name + "'")
    assert log.fire(b) == "ROOT1 A1 B2 b2 b'2 a3 a'3 root3 root'3"
    assert log.fire(b, bubbles=False) == "ROOT1 A1 B2 b2 b'2"
    assert log.fire(root) == "ROOT2 root2 root'2"
    assert log.fire(log.family.d) == "ROOT1 root3 root'3"


def test_what_the_event_says(log: Log) -> None:
    seen: list[Any] = []
    log.listen(log.family.a, "a", lambda event: seen.append((event.target, event.currentTarget)))
    event = Event("x", {"bubbles": True, "detail": 3})
    assert log.family.b.dispatchEvent(event)
    assert seen == [(log.family.b, log.family.a)]
    assert (event.currentTarget, event.eventPhase, event.target) == (None, 0, log.family.b)
    assert event.detail == 3


def test_stop_propagation(log: Log) -> None:
    root, a, b = log.family.root, log.family.a, log.family.b
    log.listen(a, "a1", lambda event: event.stopPropagation())
    log.listen(a, "a2")
    log.listen(root, "r")
    log.listen(root, "R", capture=True)
    assert log.fire(b) == "R1 a13 a23"
    log.listen(root, "S", lambda event: event.stopPropagation(), capture=True)
    assert log.fire(b) == "R1 S1"


def test_stop_propagation_while_capturing_at_the_target(log: Log) -> None:
    b = log.family.b
    log.listen(b, "B1", lambda event: event.stopPropagation(), capture=True)
    log.listen(b, "B2", capture=True)
    log.listen(b, "b")
    assert log.fire(b) == "B12 B22"


def test_stop_immediate_propagation(log: Log) -> None:
    a = log.family.a
    log.listen(a, "1", lambda event: event.stopImmediatePropagation())
    log.listen(a, "2")
    log.listen(log.family.root, "r")
    assert log.fire(a) == "12"


def test_stop_propagation_as_an_option(log: Log) -> None:
    log.listen(log.family.a, "a", stop_propagation=True)
    log.listen(log.family.root, "r")
    assert log.fire(log.family.b) == "a3"


def test_prevent_default(log: Log) -> None:
    a = log.family.a
    assert a.dispatchEvent(Event("x"))
    callback = log.listen(a, "a", lambda event: event.preventDefault())
    assert not a.dispatchEvent(Event("x"))
    a.removeEventListener("x", callback)
    log.listen(a, "b", prevent_default=True)
    assert not a.dispatchEvent(Event("x"))


def test_registered_once_for_each_phase(log: Log) -> None:
    a = log.family.a
    calls: list[Event] = []
    for _ in range(2):
        a.addEventListener("x", calls.append)
        a.addEventListener("x", calls.append, capture=True)
        a.addEventListener("x", calls.append, once=True)
    a.dispatchEvent(Event("x"))
    assert len(calls) == 2
    a.removeEventListener("x", calls.append)
    a.dispatchEvent(Event("x"))
    assert len(calls) == 3
    a.removeEventListener("x", calls.append)
    a.removeEventListener("y", calls.append)
    a.removeEventListener("x", calls.append, capture=True)
    a.dispatchEvent(Event("x"))
    assert len(calls) == 3


def test_options_as_in_javascript(log: Log) -> None:
    a = log.family.a
    log.listen(log.family.root, "true", js_value_getter=True)
    log.listen(log.family.root, "mapping", js_value_getter={"capture": True, "once": True})
    log.listen(a, "a")
    assert log.fire(a) == "true1 mapping1 a2"
    assert log.fire(a) == "true1 a2"
    callback = log.listen(a, "b", js_value_getter={"capture": True})
    a.removeEventListener("x", callback)
    assert log.fire(a) == "true1 b2 a2"
    a.removeEventListener("x", callback, True)
    assert log.fire(a) == "true1 a2"


def test_once(log: Log) -> None:
    a = log.family.a
    log.listen(a, "a", lambda event: a.dispatchEvent(Event("x")), once=True)
    assert log.fire(a) == "a2", "removed before it is called"
    assert log.fire(a) == ""


def test_listeners_may_come_and_go_meanwhile(log: Log) -> None:
    a = log.family.a
    second: list[Any] = []
    log.listen(a, "1", lambda event: a.removeEventListener("x", second[0]))
    second.append(log.listen(a, "2"))
    log.listen(a, "3", lambda event: log.listen(a, "new"))
    assert log.fire(a) == "12 32"


def test_the_path_stays_what_it_was(log: Log) -> None:
    log.listen(log.family.b, "b", lambda event: log.family.d.append(log.family.b))
    log.listen(log.family.a, "a")
    log.listen(log.family.d, "d")
    assert log.fire(log.family.b) == "b2 a3"


def test_types_are_told_apart(log: Log) -> None:
    log.listen(log.family.a, "a")
    log.family.a.dispatchEvent(Event("X"))
    log.family.a.dispatchEvent(Event("y"))
    assert log.lines == []


def test_what_a_callback_raises_reaches_who_dispatched(log: Log) -> None:
    log.listen(log.family.a, "a", lambda event: 1 / 0)
    log.listen(log.family.a, "b")
    with pytest.raises(ZeroDivisionError):
        log.fire(log.family.a)
    assert log.lines == ["a2"]


def test_an_event_may_be_dispatched_again(log: Log) -> None:
    event = Event("x", bubbles=True)
    log.listen(log.family.a, "a", lambda event: event.stopPropagation())
    log.listen(log.family.d, "d")
    log.family.a.dispatchEvent(event)
    log.family.d.dispatchEvent(event)
    assert log.lines == ["a2", "d2"]


def test_keys(log: Log) -> None:
    log.listen(log.family.a, "enter", keys=["Enter"])
    log.listen(log.family.a, "one", keys="Escape")
    assert log.fire(log.family.a, key="Enter") == "enter2"
    assert log.fire(log.family.a, key="Escape") == "one2"
    assert log.fire(log.family.a) == ""


async def test_coroutine_functions_need_a_viewer(log: Log) -> None:
    async def callback(event: Event) -> None:
        await asyncio.sleep(0)

    log.family.a.addEventListener("x", callback)
    with pytest.raises(InvalidStateError, match="shown nowhere"):
        log.fire(log.family.a)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((1, print), TypeError), ((None, print), TypeError), (("x", None), TypeError),
        (("x", "print"), TypeError),
        (("x", print, "alert(1)"), ValueError), (("x", print, 1), TypeError),
    ],
)  # fmt: skip
def test_what_is_no_listener(log: Log, arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        log.family.a.addEventListener(*arguments)
    assert not log.family.a._listeners


# The event as an object


def test_fields() -> None:
    event = Event("click", fields={"clientX": 1, "value": "v", "type": "forged"})
    assert event.clientX == 1
    assert event.type == "click"
    with pytest.raises(AttributeError, match="fields="):
        _ = event.clientY
    with pytest.raises(AttributeError):
        _ = event._private
    assert not hasattr(event, "clientY")


def test_as_a_mapping(log: Log) -> None:
    seen: list[dict[str, Any]] = []
    log.family.a.addEventListener("x", lambda event: seen.append(dict(event)))
    log.family.b.dispatchEvent(Event("x", True, {"value": "v", "clientX": 1, "event": "forged"}))
    assert seen == [
        {"domsync": True, "event": "x", "id": "a", "doc": log.family.document, "value": "v", "clientX": 1}
    ]
    event = Event("x")
    assert len(event) == len(list(event)) == 5
    assert "clientX" not in event
    assert event.get("clientX") is None
    with pytest.raises(KeyError):
        _ = event["clientX"]


def test_what_is_no_event() -> None:
    with pytest.raises(TypeError):
        Event(1)  # type: ignore[arg-type]  # that is the point
