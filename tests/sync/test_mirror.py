"""Numbers of nodes, and who gets which frame."""

from __future__ import annotations

import gc
import weakref

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from tests.sync.follower import FRAME, SNAPSHOT, Follower


def test_a_document_has_one_mirror() -> None:
    document = Document()
    assert Mirror.of(document) is Mirror.of(document)
    assert Mirror.of(Document()) is not Mirror.of(document)


def test_nodes_are_numbered_in_document_order() -> None:
    document = Document()
    root = document.getRootElement()
    for _ in range(2):
        row = document.createElement("tr")
        row.append(
            document.createElement("td", innerText="primary texts have none"), document.createElement("td")
        )
        root.append(row)
    mirror = Mirror.of(document)
    assert [mirror.node(number) for number in range(1, 8)] == [root, *root.getElementsByTagName("*")]
    assert mirror.node(8) is None
    assert mirror.last_number == 7


def test_numbers_are_never_used_again() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    seen = {1}
    node = root
    for _ in range(5):
        node = document.createElement("p")
        root.replaceChildren(node)
        mirror.collect()
        assert node._number not in seen
        seen.add(node._number)
    assert mirror.nodes.keys() == {1, node._number}


def test_what_left_the_tree_is_not_kept_alive() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    follower = Follower(mirror)
    follower.check()

    def come_and_go() -> weakref.ref[Element]:
        box = document.createElement("div", id="x")
        box.append(document.createElement("p", innerText="x"))
        root.append(box)
        follower.check()
        box.firstChild.setAttribute("title", "x")  # type: ignore[union-attr]  # it is the p
        root.removeChild(box)
        follower.check()
        return weakref.ref(box)

    gone = come_and_go()
    gc.collect()
    assert gone() is None


def test_a_frame_is_encoded_once_for_all_who_are_up_to_date() -> None:
    document = Document()
    mirror = Mirror.of(document)
    followers = [Follower(mirror) for _ in range(3)]
    for follower in followers:
        follower.pump()
    document.getRootElement().append("x")
    mirror.collect()
    bodies = [follower.session.take()[0].partition(b",0,")[2] for follower in followers]
    assert bodies[0] == bodies[1] == bodies[2] != b""


def test_one_slow_viewer_does_not_hold_up_the_others() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    slow, quick = Follower(mirror, Limits(window_frames=1)), Follower(mirror)
    slow.pump()
    quick.pump()
    for number in range(5):
        root.setAttribute("title", str(number))
        mirror.collect()
        assert [message[0] for message in quick.pump()] == [FRAME]
        quick.ack()
        assert slow.pump() == []
    quick.check()
    slow.ack()
    assert [message[0] for message in slow.pump()] == [FRAME]
    slow.check()


def test_collect_without_changes_says_nothing() -> None:
    document = Document()
    mirror = Mirror.of(document)
    follower = Follower(mirror)
    follower.settle()
    mirror.collect()
    root = document.getRootElement()
    root.setAttribute("title", "x")
    root.removeAttribute("title")
    mirror.collect()
    follower.check()


def test_tells_subscribers_of_the_first_change_only() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    told: list[str] = []
    changed, flushed = lambda: told.append("changed"), lambda: told.append("flush")
    mirror.subscribe(changed, flushed)
    for number in range(3):
        root.setAttribute("title", str(number))
    assert told == ["changed"]
    mirror.collect()
    root.setAttribute("title", "x")
    document.flush()
    assert told == ["changed", "changed", "flush"]
    mirror.collect()
    with document.batch():
        root.setAttribute("title", "y")
        root.setAttribute("title", "z")
        mirror.collect()
        assert told == ["changed", "changed", "flush"]
    assert told == ["changed", "changed", "flush", "changed"]
    mirror.unsubscribe(changed, flushed)
    mirror.collect()
    root.setAttribute("title", "w")
    document.flush()
    assert len(told) == 4


def test_batches_may_be_nested_and_may_raise() -> None:
    document = Document()
    root = document.getRootElement()
    follower = Follower(Mirror.of(document))
    follower.check()
    try:
        with document.batch():
            with document.batch():
                root.append("a")
            follower.mirror.collect()
            assert follower.pump() == []
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert follower.ops() != []
    follower.check()


def test_a_late_viewer_gets_a_snapshot_of_everything() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    first = Follower(mirror)
    first.check()
    root.append(*(document.createElement("p", innerText=str(number)) for number in range(3)))
    root.setAttribute("title", "x")
    root.addEventListener("click", print)
    late = Follower(mirror)
    assert [message[0] for message in late.pump()] == [0, SNAPSHOT]
    late.check()
    first.check()


def test_a_snapshot_is_made_anew_after_each_change() -> None:
    document = Document()
    mirror = Mirror.of(document)
    assert mirror.snapshot() is mirror.snapshot()
    first = [*map(bytes, mirror.snapshot())]
    document.getRootElement().append("x")
    mirror.collect()
    assert [*map(bytes, mirror.snapshot())] != first
