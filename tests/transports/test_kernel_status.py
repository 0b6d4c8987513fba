"""`hush`, against a kernel that writes down what it publishes and a loop whose time stands still."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

import pytest
from ipykernel.kernelbase import Kernel

from domsync_jupyter.transports import kernel_status
from domsync_jupyter.transports.kernel_status import MOST_OWED, hush


class FakeKernel:
    """Says busy and idle for each message, as ipykernel does."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str, str]] = []
        self._parents: dict[str, Any] = {}

    def get_parent(self, channel: str | None = None) -> Any:
        return self._parents.get(channel or "shell", {})

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        message = parent or self.get_parent(channel)
        self.published.append((status, channel, message["header"]["msg_id"]))

    def handle(self, msg_id: str, content: Any, msg_type: str = "comm_msg", channel: str = "shell") -> None:
        self._parents[channel] = {"header": {"msg_id": msg_id, "msg_type": msg_type}, "content": content}
        self._publish_status("busy", channel)
        self._publish_status("idle", channel)


class FakeComm:
    def __init__(self, kernel: object, comm_id: str) -> None:
        self.kernel = kernel
        self.comm_id = comm_id


class StillLoop:
    """What `hush` uses of an event loop; runs what is due when it is told to."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.closed = False

    def is_closed(self) -> bool:
        return self.closed

    def call_soon_threadsafe(self, callback: Callable[..., object], *args: Any) -> None:
        if self.closed:
            raise RuntimeError("Event loop is closed")
        callback(*args)

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        assert delay == kernel_status.CALM_SECONDS
        self.timers.append(Timer(self.timers, callback))
        return self.timers[-1]

    def calm(self) -> None:
        (timer,) = self.timers
        timer.cancel()
        timer.callback()


class Timer:
    def __init__(self, timers: list[Self], callback: Callable[..., object]) -> None:
        self.callback = callback
        self._timers = timers

    def cancel(self) -> None:
        if self in self._timers:
            self._timers.remove(self)


@pytest.fixture
def kernel() -> FakeKernel:
    return FakeKernel()


@pytest.fixture
def loop() -> StillLoop:
    return StillLoop()


@pytest.fixture
def comm(kernel: FakeKernel, loop: Any) -> FakeComm:
    comm = FakeComm(kernel, "ours")
    hush(comm, loop)
    return comm


def custom(comm_id: str = "ours") -> dict[str, Any]:
    return {"comm_id": comm_id, "data": {"method": "custom", "content": {}}}


def spoken(msg_id: str, channel: str = "shell") -> list[tuple[str, str, str]]:
    return [("busy", channel, msg_id), ("idle", channel, msg_id)]


def test_messages_make_no_busy_and_their_idle_waits_for_calm(
    kernel: FakeKernel, loop: Any, comm: FakeComm
) -> None:
    kernel.handle("1", custom())
    kernel.handle("2", custom())
    assert kernel.published == []
    loop.calm()
    assert kernel.published == [("idle", "shell", "1"), ("idle", "shell", "2")]
    assert loop.timers == []
    kernel.handle("3", custom())
    loop.calm()
    assert kernel.published[2:] == [("idle", "shell", "3")]


def test_calm_does_not_come_for_ever(kernel: FakeKernel, loop: Any, comm: FakeComm) -> None:
    for number in range(MOST_OWED - 1):
        kernel.handle(str(number), custom())
    assert kernel.published == []
    kernel.handle("last", custom())
    assert len(kernel.published) == MOST_OWED
    assert kernel.published[-1] == ("idle", "shell", "last")
    assert loop.timers == []


@pytest.mark.parametrize(
    ("content", "msg_type", "channel"),
    [
        ({"code": "1"}, "execute_request", "shell"),
        (custom("another's"), "comm_msg", "shell"),
        ({"comm_id": "ours", "data": {"method": "update", "state": {}}}, "comm_msg", "shell"),
        ({"comm_id": "ours", "data": {}}, "comm_close", "shell"),
        ({"comm_id": "ours", "data": "no object"}, "comm_msg", "shell"),
        ({"comm_id": ["ours"], "data": {"method": "custom"}}, "comm_msg", "shell"),
        ({}, "comm_msg", "shell"),
        (None, "comm_msg", "shell"),
        ({}, "usage_request", "control"),
    ],
)
def test_all_else_is_said_as_ever(
    kernel: FakeKernel, loop: Any, comm: FakeComm, content: object, msg_type: str, channel: str
) -> None:
    kernel.handle("1", content, msg_type, channel)
    assert kernel.published == spoken("1", channel)
    assert loop.timers == []


def test_a_status_of_a_given_parent(kernel: FakeKernel, comm: FakeComm) -> None:
    kernel.handle("1", custom())
    kernel._publish_status("idle", "shell", {"header": {"msg_id": "2", "msg_type": "execute_request"}})
    assert kernel.published == [("idle", "shell", "2")]
    kernel._publish_status(
        "busy", "shell", parent={"header": {"msg_id": "3", "msg_type": "comm_msg"}, "content": custom()}
    )
    assert len(kernel.published) == 1


def test_before_any_message(kernel: FakeKernel, comm: FakeComm) -> None:
    parent = {"header": {"msg_id": "", "msg_type": ""}}
    kernel._publish_status("starting", "shell", parent)
    assert kernel.published == [("starting", "shell", "")]


def test_one_stand_in_for_all_comms(kernel: FakeKernel, loop: Any, comm: FakeComm) -> None:
    stand_in = kernel._publish_status
    other = FakeComm(kernel, "other")
    hush(other, loop)
    assert kernel._publish_status == stand_in
    kernel.handle("1", custom())
    kernel.handle("2", custom("other"))
    loop.calm()
    assert [msg_id for *_, msg_id in kernel.published] == ["1", "2"]


def test_a_comm_that_is_gone_is_forgotten(kernel: FakeKernel, loop: Any) -> None:
    comm = FakeComm(kernel, "ours")
    hush(comm, loop)
    del comm
    gc.collect()
    kernel.handle("1", custom())
    assert kernel.published == spoken("1")


def test_without_a_loop_idle_is_said_at_once(kernel: FakeKernel, loop: Any, comm: FakeComm) -> None:
    kernel.handle("1", custom())
    loop.closed = True
    kernel.handle("2", custom())
    assert kernel.published == [("idle", "shell", "1"), ("idle", "shell", "2")]


def test_a_closed_loop_gives_way_to_the_next(kernel: FakeKernel, loop: Any, comm: FakeComm) -> None:
    kernel.handle("1", custom())
    loop.closed = True
    later: Any = StillLoop()
    other = FakeComm(kernel, "other")
    hush(other, later)
    kernel.handle("2", custom())
    assert kernel.published == []
    later.calm()
    assert [msg_id for *_, msg_id in kernel.published] == ["1", "2"]


def test_a_blocked_loop_does_not_hold_back_all(kernel: FakeKernel) -> None:
    """As while a cell runs, and messages come in a subshell."""
    blocked: Any = SimpleNamespace(is_closed=bool, call_soon_threadsafe=lambda *arguments: None)
    comm = FakeComm(kernel, "ours")
    hush(comm, blocked)
    for number in range(3 * MOST_OWED):
        kernel.handle(str(number), custom())
    assert [msg_id for *_, msg_id in kernel.published] == [str(number) for number in range(3 * MOST_OWED)]


def test_threads_that_pay_at_once(kernel: FakeKernel, comm: FakeComm) -> None:
    threads = [threading.Thread(target=pay_often, args=(kernel, str(number))) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kernel._publish_status._pay()  # type: ignore[attr-defined]  # the stand-in's
    assert len(kernel.published) == len(set(kernel.published)) == 4 * MOST_OWED


def pay_often(kernel: FakeKernel, name: str) -> None:
    for number in range(MOST_OWED):
        parent = {"header": {"msg_id": f"{name} {number}", "msg_type": "comm_msg"}, "content": custom()}
        kernel._publish_status("idle", "shell", parent)


@pytest.mark.parametrize(
    "kernel",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(_publish_status="text", get_parent=dict),
        SimpleNamespace(_publish_status=lambda status, channel, parent=None: None),
        SimpleNamespace(_publish_status=lambda status, parent=None: None, get_parent=dict),
    ],
)
def test_a_kernel_of_another_kind_is_left_alone(kernel: Any, loop: Any) -> None:
    before = getattr(kernel, "_publish_status", None)
    hush(FakeComm(kernel, "ours"), loop)
    hush(None, loop)
    hush(SimpleNamespace(), loop)
    assert getattr(kernel, "_publish_status", None) is before


def test_ipykernel_is_of_the_kind_that_is_known(loop: Any) -> None:
    kernel = Kernel()  # type: ignore[no-untyped-call]
    hush(FakeComm(kernel, "ours"), loop)
    assert "_publish_status" in vars(kernel)
