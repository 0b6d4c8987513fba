"""Large frames in parts."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.ops import Op
from domsync_jupyter.sync.parts import divide
from domsync_jupyter.sync.replica import Replica
from tests.sync.follower import FRAME, SNAPSHOT, Follower
from tests.sync.programs import Program

ROW: list[Any] = ["tr", [], [], [], [["td", [], [], [], 0], ["td", ["n", 0]]]]


def rows(count: int, numbers: int | list[int] = 2) -> list[Any]:
    return [Op.TEMPLATE, 1, ROW, Op.INSERT, 1, 0, 1, count, numbers, [f"text {n}" for n in range(count)], 5]


def test_what_is_small_is_one_part() -> None:
    ops = rows(10)
    assert divide(ops, [ROW], 1000) == [json.dumps(ops, separators=(",", ":")).encode()]


@pytest.mark.parametrize("numbers", [2, [*range(3001, 1, -1)]])
def test_parts_do_what_the_whole_does(numbers: int | list[int]) -> None:
    ops = [
        *rows(1000, numbers),
        Op.TEXT,
        1001,
        "x" * 50,
        Op.REMOVE,
        [*range(2, 902, 3)],
        Op.ATTR,
        1,
        "a",
        "b",
    ]
    parts = divide(ops, [ROW], 600)
    assert len(parts) > 30
    assert max(map(len, parts)) <= 600
    whole, divided = Replica(), Replica()
    whole.apply(ops)
    for part in parts:
        divided.apply(json.loads(part))
    assert divided.root.html() == whole.root.html()
    assert divided.nodes.keys() == whole.nodes.keys()


def test_one_value_is_not_divided() -> None:
    parts = divide([Op.TEXT, 1, "x" * 500, Op.TEXT, 1, "y"], [], 100)
    assert [json.loads(part) for part in parts] == [[Op.TEXT, 1, "x" * 500], [Op.TEXT, 1, "y"]]


def big_document() -> Document:
    document = Document()
    for number in range(200):
        document.getRootElement().append(
            document.createElement("p", innerText=f"{number * 7919 % 1000} and {number}")
        )
    return document


def test_a_large_subtree_without_repetition_is_divided_too() -> None:
    document = Document()
    article = document.createElement("article")
    for number in range(2000):
        paragraph = document.createElement("p", attributes={f"a{number % 7}": "x"})
        paragraph.append(f"text {number}", document.createElement("b", innerText=str(number)))
        if number % 3:
            paragraph.append("more")
        article.append(paragraph)
    document.getRootElement().append(article)
    mirror = Mirror.of(document)
    mirror.part_bytes = 5000
    parts = [bytes(part) for part in mirror.snapshot()]
    assert max(map(len, parts)) <= 5000
    Follower(mirror).check()


def test_parts_wait_for_room_in_the_window() -> None:
    mirror = Mirror.of(big_document())
    mirror.part_bytes = 500
    follower = Follower(mirror, Limits(window_frames=2))
    kinds = [message[0] for message in follower.pump()]
    assert kinds == [0, SNAPSHOT, FRAME]
    assert not follower.pump()
    assert not follower.session.up_to_date
    mirror.document.getRootElement().append("changed meanwhile")
    mirror.collect()
    follower.ack()
    assert [message[0] for message in follower.pump()] == [FRAME, FRAME]
    follower.check()


def test_a_snapshot_ends_in_its_last_part() -> None:
    mirror = Mirror.of(big_document())
    mirror.part_bytes = 500
    parts = [json.loads(bytes(part)) for part in mirror.snapshot()]
    assert parts[0][:2] == [Op.RESET, 1]
    assert parts[-1][-1] == Op.END


def test_an_urgent_flush_sends_one_part_more() -> None:
    mirror = Mirror.of(big_document())
    mirror.part_bytes = 500
    follower = Follower(mirror, Limits(window_frames=1))
    follower.pump()
    assert len(follower.pump(urgent=True)) == 1


def test_a_fault_among_parts_begins_again() -> None:
    mirror = Mirror.of(big_document())
    mirror.part_bytes = 500
    follower = Follower(mirror, Limits(window_frames=3))
    follower.pump()
    follower.fault()
    assert follower.pump()[0][0] == SNAPSHOT
    follower.check()


@pytest.mark.parametrize("attempt", range(20))
def test_random_programs_in_small_parts(attempt: int) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}, attempt {attempt}")
    document = Document()
    program = Program(document, seed)
    mirror = Mirror.of(document)
    mirror.part_bytes = program.random.choice([1, 30, 200])
    followers = [Follower(mirror, Limits(window_frames=size)) for size in (1, 3)]
    for _ in range(60):
        program.step()
        follower = program.random.choice(followers)
        if program.random.random() < 0.3:
            mirror.collect()
        if program.random.random() < 0.5:
            follower.pump()
        if program.random.random() < 0.3:
            follower.ack()
    for follower in followers:
        follower.check()


def test_a_part_does_not_overwrite_what_was_typed_after_it_was_written() -> None:
    document = big_document()
    field: Any = document.createElement("input", value="Python's")
    document.getRootElement().prepend(field)
    mirror = Mirror.of(document)
    follower = Follower(mirror, Limits(window_frames=1))
    follower.settle()
    mirror.part_bytes = 500
    for paragraph in document.getElementsByTagName("p"):
        paragraph.textContent = "new " * 5
    field.value = "Python's again"
    mirror.collect()
    follower.pump()
    follower.type(field._number, "typed")
    follower.process()
    assert field.value == "typed"
    follower.ack()
    assert [message[0] for message in follower.pump()] == [FRAME]
    follower.settle()
    assert follower.replica.nodes[field._number].properties["value"] == "typed"
    assert follower.received[-1][-1] == 1 or follower.received[-1][2] == 1, "it is acknowledged in the end"
