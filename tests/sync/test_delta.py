"""Deltas of successive moments merge into one."""

from __future__ import annotations

from domsync_jupyter.dom import Document
from domsync_jupyter.sync.delta import _MAX_CALLS, Delta
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from tests.sync.follower import Follower


def test_size_is_bounded_by_the_document_not_by_the_number_of_changes() -> None:
    document = Document()
    root = document.getRootElement()
    kept = document.createElement("p", innerText="x")
    root.append(kept)
    mirror = Mirror.of(document)
    slow = Follower(mirror, Limits(window_frames=1))
    slow.pump()

    def size() -> int:
        delta = slow.session._behind
        assert delta is not None
        return sum(len(getattr(delta, name)) for name in Delta.__slots__)

    def change(number: int) -> None:
        passing = document.createElement("b", innerText=str(number))
        text = document.createTextNode("more")
        passing.append(text)
        passing.addEventListener("click", print)
        root.append(passing)
        mirror.collect()
        kept.textContent = str(number)
        kept.setAttribute("title", str(number))
        passing.setAttribute("title", str(number))
        text.data = str(number)
        passing.removeEventListener("click", print)
        mirror.collect()
        passing.textContent = ""
        root.removeChild(passing)
        mirror.collect()

    for number in range(10):
        change(number)
    small = size()
    for number in range(1000):
        change(number)
    assert size() <= small + 10, "what is no longer there leaves nothing behind"
    slow.check()


def test_calls_are_bounded() -> None:
    document = Document()
    mirror = Mirror.of(document)
    slow = Follower(mirror, Limits(window_frames=1))
    slow.pump()
    for _ in range(_MAX_CALLS * 2):
        document.getRootElement().scrollIntoView()
        mirror.collect()
    slow.check()
    assert len(slow.replica.calls) == _MAX_CALLS
