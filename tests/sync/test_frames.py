"""Which ops a change makes: exactly, and as few as can be."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.dom import Document, Element, Event, Text
from domsync_jupyter.dom.names import SVG, XLINK
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.ops import Op
from domsync_jupyter.sync.templates import columns_of
from tests.sync.follower import Follower


class Page:
    """A document with some elements under its root, and one viewer that has them."""

    def __init__(self, tags: int = 0) -> None:
        self.document = Document()
        self.root = self.document.getRootElement()
        self.kids = [self.new() for _ in range(tags)]
        self.root.append(*self.kids)
        self.follower = Follower(Mirror.of(self.document))
        self.follower.check()

    def new(self, tag: str = "p", **arguments: Any) -> Element:
        return self.document.createElement(tag, **arguments)

    def ops(self) -> list[Any]:
        """What the page gets for what was done since the last time; it must end up right."""
        ops = self.follower.ops()
        self.follower.check()
        return ops


def split(ops: list[Any]) -> list[tuple[Any, ...]]:
    """One tuple for each op."""
    operands = {Op.TEMPLATE: 2, Op.MOVE: 3, Op.REMOVE: 1, Op.CLEAR: 1, Op.TEXT: 2, Op.ATTR: 3, Op.PROP: 3,
                Op.LISTEN: 2, Op.CALL: 3, Op.RESET: 1, Op.END: 0}  # fmt: skip
    templates: dict[int, Any] = {}
    found, at = [], 0
    while at < len(ops):
        code = Op(ops[at])
        if code is Op.TEMPLATE:
            templates[ops[at + 1]] = ops[at + 2]
        if code is Op.INSERT:
            spec = ops[at + 3]
            count = 5 + columns_of(spec if isinstance(spec, list) else templates[spec])
        else:
            count = operands[code]
        found.append((code, *ops[at + 1 : at + 1 + count]))
        at += 1 + count
    return found


# Children


def test_append() -> None:
    page = Page(1)
    page.root.appendChild(page.new())
    assert page.ops() == [Op.INSERT, 1, 0, ["p"], 1, 3]


def test_insert_before() -> None:
    page = Page(1)
    page.root.insertBefore(page.new(), page.kids[0])
    assert page.ops() == [Op.INSERT, 1, 2, ["p"], 1, 3]


def test_insert_text_and_comment() -> None:
    page = Page()
    page.root.append("text", page.document.createComment("comment"))
    assert page.ops() == [
        Op.INSERT,
        1,
        0,
        ["#text", "text"],
        1,
        2,
        Op.INSERT,
        1,
        0,
        ["#comment", "comment"],
        1,
        3,
    ]


def test_insert_what_is_in_no_other_namespace() -> None:
    page = Page()
    svg = page.document.createElementNS(SVG, "svg")
    svg.setAttributeNS(XLINK, "xlink:href", "#a")
    page.root.appendChild(svg)
    assert page.ops() == [Op.INSERT, 1, 0, [[SVG, "svg"], [[XLINK, "xlink:href"], "#a"]], 1, 2]


def test_insert_writes_the_final_state() -> None:
    page = Page()
    control = page.new("input", id="x", value="typed")
    page.root.appendChild(control)
    control.setAttribute("title", "first")
    control.setAttribute("title", "last")
    control.addEventListener("click", print)
    assert page.ops() == [
        Op.INSERT, 1, 0, ["input", ["id", "x", "title", "last"], ["value"], [["click", 0]]], 1, 2, ["typed"]
    ]  # fmt: skip


def test_insert_a_primary_text() -> None:
    page = Page()
    page.root.appendChild(page.new(innerText="x"))
    assert page.ops() == [Op.INSERT, 1, 0, ["p", [], [], [], "x"], 1, 2]


def test_remove_one_and_all() -> None:
    page = Page(3)
    page.root.removeChild(page.kids[1])
    assert page.ops() == [Op.REMOVE, [3]]
    page.root.replaceChildren()
    assert page.ops() == [Op.CLEAR, 1]


def test_removed_again_before_anyone_saw_it_costs_nothing() -> None:
    page = Page(2)
    for node in (page.new(innerText="never seen"), page.document.createTextNode("nor this")):
        page.root.insertBefore(node, page.kids[1])
        page.root.removeChild(node)
    assert page.ops() == []


def test_taken_out_and_put_back_costs_nothing() -> None:
    page = Page(3)
    page.root.removeChild(page.kids[1])
    page.root.insertBefore(page.kids[1], page.kids[2])
    assert page.ops() == []


def test_changes_of_what_is_not_in_the_tree_cost_nothing() -> None:
    page = Page(1)
    away = page.new()
    away.setAttribute("title", "x")
    away.appendChild(page.new())
    page.root.removeChild(page.kids[0])
    assert page.ops() == [Op.REMOVE, [2]]
    page.kids[0].setAttribute("title", "x")
    page.kids[0].textContent = "x"
    assert page.ops() == []


def test_what_left_and_comes_back_later_is_new() -> None:
    page = Page(1)
    page.root.removeChild(page.kids[0])
    assert page.ops() == [Op.REMOVE, [2]]
    page.root.appendChild(page.kids[0])
    assert page.ops() == [Op.INSERT, 1, 0, ["p"], 1, 3]


def test_move_to_another_parent() -> None:
    page = Page(2)
    page.kids[1].appendChild(page.kids[0])
    assert page.ops() == [Op.MOVE, 3, 0, [2]]


def test_move_into_something_new() -> None:
    page = Page(2)
    box = page.new("div")
    page.root.insertBefore(box, page.kids[0])
    box.append(*page.kids)
    assert split(page.ops()) == [(Op.INSERT, 1, 0, ["div"], 1, 4), (Op.MOVE, 4, 0, [2, 3])]


def test_move_out_of_something_that_goes() -> None:
    page = Page(1)
    inner = page.new("b", innerText="kept")
    page.kids[0].appendChild(inner)
    assert page.ops() == [Op.INSERT, 2, 0, ["b", [], [], [], "kept"], 1, 3]
    page.root.replaceChildren(inner)
    assert split(page.ops()) == [(Op.MOVE, 1, 0, [3]), (Op.REMOVE, [2])]


def test_child_becomes_parent() -> None:
    page = Page(1)
    inner = page.new("b")
    page.kids[0].appendChild(inner)
    page.ops()
    page.root.replaceChildren(inner)
    inner.appendChild(page.kids[0])
    assert split(page.ops()) == [(Op.MOVE, 1, 0, [3]), (Op.MOVE, 3, 0, [2])]


# The fewest moves


@pytest.fixture(scope="module")
def thousand() -> Page:
    return Page(1000)


def put(page: Page, order: list[Element]) -> None:
    page.root.replaceChildren(*order)


def moves(page: Page) -> list[tuple[Any, ...]]:
    """The moves which the page gets; nothing else may be among the ops, and every node must stay what it was."""
    before = dict(page.follower.replica.nodes)
    ops = split(page.ops())
    assert all(op[0] is Op.MOVE for op in ops)
    assert page.follower.replica.nodes == before
    page.kids = page.root.children
    return ops


def test_swap_of_two_rows_in_a_thousand_is_two_moves(thousand: Page) -> None:
    order = thousand.kids
    order[1], order[998] = order[998], order[1]
    put(thousand, order)
    assert len(moves(thousand)) == 2


def test_first_to_last_is_one_move(thousand: Page) -> None:
    first = thousand.kids[0]
    thousand.root.appendChild(first)
    assert moves(thousand) == [(Op.MOVE, 1, 0, [first._number])]


def test_last_to_first_is_one_move(thousand: Page) -> None:
    first, last = thousand.kids[0], thousand.kids[-1]
    thousand.root.insertBefore(last, first)
    assert moves(thousand) == [(Op.MOVE, 1, first._number, [last._number])]


def test_a_block_that_moves_is_one_op(thousand: Page) -> None:
    order = thousand.kids
    block = [kid._number for kid in order[100:150]]
    put(thousand, order[:100] + order[150:900] + order[100:150] + order[900:])
    assert moves(thousand) == [(Op.MOVE, 1, order[900]._number, block)]


def test_reversing_keeps_one_in_place(thousand: Page) -> None:
    put(thousand, thousand.kids[::-1])
    assert sum(len(op[3]) for op in moves(thousand)) == 999


def test_sorting_moves_what_is_out_of_order(thousand: Page) -> None:
    shuffled = thousand.kids
    random.Random(5).shuffle(shuffled)
    put(thousand, shuffled)
    moves(thousand)
    places = [kid._number for kid in shuffled]
    put(thousand, sorted(thousand.kids, key=lambda kid: kid._number))
    moved = sum(len(op[3]) for op in moves(thousand))
    assert moved == 1000 - longest_increasing(places)


@given(st.permutations(range(12)), st.sets(st.integers(0, 11)), st.integers(0, 3))
def test_any_order_takes_the_fewest_moves(order: list[int], removed: set[int], added: int) -> None:
    page = Page(12)
    new = [page.kids[place] for place in order if place not in removed]
    fresh = [page.new("b") for _ in range(added)]
    put(page, fresh[:1] + new + fresh[1:])
    ops = split(page.ops())
    moved = sum(len(op[3]) for op in ops if op[0] is Op.MOVE)
    assert moved == len(new) - longest_increasing([kid._number for kid in new])
    assert sum(op[4] for op in ops if op[0] is Op.INSERT) == added
    assert {op[0] for op in ops} <= {Op.MOVE, Op.TEMPLATE, Op.INSERT, Op.REMOVE, Op.CLEAR}


def longest_increasing(numbers: list[int]) -> int:
    ends: list[int] = []
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)


# Rows of one shape


def rows(page: Page, count: int) -> list[Element]:
    made = []
    for number in range(count):
        row = page.new("tr", attributes={"class": "row"})
        row.append(page.new("td", innerText=str(number)), page.new("td", innerText="same"))
        made.append(row)
    return made


def test_a_thousand_rows_of_one_shape_are_one_insert() -> None:
    page = Page()
    page.root.append(*rows(page, 1000))
    spec = ["tr", ["class", "row"], [], [], [["td", [], [], [], 0], ["td", [], [], [], "same"]]]
    assert page.ops() == [Op.TEMPLATE, 1, spec, Op.INSERT, 1, 0, 1, 1000, 2, 0]


@pytest.mark.parametrize(
    ("texts", "column"),
    [
        (["7", "8", "9", "10"], 7),
        (["7", "8", "9"], ["7", "8", "9"]),
        (["7", "8", "9", "11"], ["7", "8", "9", "11"]),
        (["7", "9", "8", "10"], ["7", "9", "8", "10"]),
        (["07", "08", "09", "10"], ["07", "08", "09", "10"]),
        (["\u0667", "\u0668", "\u0669", "10"], ["\u0667", "\u0668", "\u0669", "10"]),
        (["-1", "0", "1", "2"], ["-1", "0", "1", "2"]),
    ],
)
def test_a_column_that_counts_is_one_number(texts: list[str], column: Any) -> None:
    page = Page()
    page.root.append(*(page.new(innerText=text) for text in texts))
    assert page.ops()[-1] == column


def test_later_rows_use_the_same_template() -> None:
    page = Page()
    page.root.append(*rows(page, 3))
    page.ops()
    page.root.append(*rows(page, 2))
    assert page.ops() == [Op.INSERT, 1, 0, 1, 2, 11, ["0", "1"]]
    page.root.append(*rows(page, 1))
    assert page.ops() == [Op.INSERT, 1, 0, 1, 1, 17, ["0"]]


def test_a_row_that_differs_where_the_template_does_not_vary_has_a_spec_of_its_own() -> None:
    page = Page()
    page.root.append(*rows(page, 3))
    page.ops()
    row = rows(page, 1)[0]
    row.setAttribute("class", "other")
    page.root.append(row)
    spec = ["tr", ["class", 0], [], [], [["td", [], [], [], 0], ["td", [], [], [], "same"]]]
    assert page.ops() == [Op.TEMPLATE, 2, spec, Op.INSERT, 1, 0, 2, 1, 11, ["other"], ["0"]]


def test_one_template_suits_a_shape_whatever_its_constants() -> None:
    page = Page()
    for number in range(5):
        for row in rows(page, 2):
            row.setAttribute("class", str(number))
            page.root.append(row)
        page.ops()
    assert len(page.follower.mirror.templates.specs) == 2


def test_what_comes_alone_is_remembered_when_it_comes_again() -> None:
    page = Page()
    inserts = []
    for number in range(4):
        row = rows(page, 1)[0]
        row.children[0].textContent = str(number)
        page.root.append(row)
        inserts.append(page.ops()[-7:])
    assert isinstance(inserts[0][3], list)
    assert [insert[3:] for insert in inserts[1:]] == [
        [1, 1, first, [str(number)]] for number, first in ((1, 5), (2, 8), (3, 11))
    ]


def test_long_lists_are_columns_wherever_they_are() -> None:
    page = Page()
    table = page.new("table")
    body = page.new("tbody")
    table.append(page.new("caption"), body)
    body.append(*rows(page, 20))
    page.root.append(table, page.new())
    ops = split(page.ops())
    assert [op[0] for op in ops] == [Op.INSERT, Op.INSERT, Op.TEMPLATE, Op.INSERT]
    assert ops[0] == (Op.INSERT, 1, 0, ["table", [], [], [], [["caption"], ["tbody"]]], 1, 2)
    assert ops[3] == (Op.INSERT, 4, 0, 1, 20, 5, 0)


def test_a_snapshot_has_the_same_columns() -> None:
    page = Page()
    body = page.new("tbody")
    body.append(*rows(page, 1000))
    table = page.new("table")
    table.append(body)
    page.root.append(table)
    page.ops()
    other = Follower(page.follower.mirror)
    [[_, _, _, ops]] = [message for message in other.pump() if message[0] == 2]
    other.check()
    assert len(json.dumps(ops)) < 500


def test_copies_that_nobody_looked_into_are_one_insert() -> None:
    page = Page()
    prototype = rows(page, 1)[0]
    for _ in range(100):
        page.root.append(prototype.cloneNode(True))
    for number in (3, 50):
        page.root.children[number].children[0].textContent = "x"
    ops = page.ops()
    assert [op[0] for op in split(ops)] == [Op.TEMPLATE, Op.INSERT]
    assert ops[-1] == ["x" if number in (3, 50) else "0" for number in range(100)]


def test_very_deep_trees() -> None:
    page = Page()
    top = inner = page.new()
    for _ in range(3000):
        inner = inner.appendChild(page.new())
    page.root.append(top)
    page.follower.mirror.collect()
    page.follower.pump()
    page.follower.ack()
    assert len(page.follower.replica.nodes) == 3002


def test_a_custom_element_is_inserted_with_its_children() -> None:
    page = Page()
    custom = page.new("x-list")
    custom.append(*(page.new("li", innerText=str(number)) for number in range(20)))
    page.root.append(custom)
    assert [op[0] for op in split(page.ops())] == [Op.INSERT]


def test_shapes_in_turn_are_one_insert_each() -> None:
    page = Page()
    page.root.append(page.new("b"), page.new("b"), page.new("i"), page.new("b"))
    assert [(op[0], op[3], op[4]) for op in split(page.ops()) if op[0] is Op.INSERT] == [
        (Op.INSERT, 1, 2), (Op.INSERT, ["i"], 1), (Op.INSERT, 1, 1)
    ]  # fmt: skip


def test_live_properties_are_never_folded() -> None:
    page = Page()
    page.root.append(*(page.new("input", value="same") for _ in range(2)))
    assert page.ops()[:3] == [Op.TEMPLATE, 1, ["input", [], ["value"]]]
    page.root.append(page.new("input", value="other"))
    assert page.ops() == [Op.INSERT, 1, 0, 1, 1, 4, ["other"]]


def test_equal_numbers_of_different_types_are_told_apart() -> None:
    page = Page()
    for checked in (True, False):
        box = page.new("input")
        box.checked = checked
        page.root.append(box)
    page.ops()
    assert [kid.properties["checked"] for kid in page.follower.replica.root.kids] == [True, False]


def test_memory_of_templates_is_bounded() -> None:
    page = Page()
    for number in range(300):
        page.root.append(*(page.new(f"x-{number}") for _ in range(2)))
    inserts = [op for op in split(page.ops()) if op[0] is Op.INSERT]
    assert [op[3] for op in inserts[:256]] == list(range(1, 257))
    assert [op[3] for op in inserts[256:]] == [[f"x-{number}"] for number in range(256, 300)]


# Values


def test_last_value_wins() -> None:
    page = Page(1)
    for text in ("first", "last"):
        page.kids[0].setAttribute("title", text)
        page.kids[0].textContent = text
    assert page.ops() == [Op.TEXT, 2, "last", Op.ATTR, 2, "title", "last"]


def test_attributes() -> None:
    page = Page(1)
    page.kids[0].setAttributeNS(XLINK, "xlink:href", "#a")
    page.kids[0].setAttribute("b", "2")
    page.kids[0].setAttribute("a", "1")
    assert sorted(split(page.ops()), key=str) == [
        (Op.ATTR, 2, "a", "1"), (Op.ATTR, 2, "b", "2"), (Op.ATTR, 2, [XLINK, "xlink:href"], "#a")
    ]  # fmt: skip
    page.kids[0].removeAttribute("a")
    assert page.ops() == [Op.ATTR, 2, "a", None]


def test_equal_attribute_and_text_cost_nothing() -> None:
    page = Page(1)
    page.kids[0].setAttribute("a", "1")
    page.kids[0].textContent = "x"
    page.ops()
    page.kids[0].setAttribute("a", "1")
    page.kids[0].textContent = "x"
    assert page.ops() == []


def test_equal_property_is_said_again() -> None:
    """The page may show something else by now."""
    page = Page()
    control = page.new("input", value="x")
    page.root.appendChild(control)
    page.ops()
    control.value = "x"
    assert page.ops() == [Op.PROP, 2, "value", "x"]


def test_text_of_an_element_and_of_the_node_that_it_has_become() -> None:
    page = Page(1)
    page.kids[0].textContent = "x"
    assert page.ops() == [Op.TEXT, 2, "x"]
    text = page.kids[0].firstChild
    assert page.ops() == []
    assert text is not None
    text.textContent = "y"
    assert page.ops() == [Op.TEXT, -2, "y"]
    page.kids[0].appendChild(page.new("b"))
    assert page.ops() == [Op.INSERT, 2, 0, ["b"], 1, 3]
    page.root.insertBefore(text, page.kids[0])
    assert page.ops() == [Op.MOVE, 1, 2, [-2]]


def test_text_gives_way_to_text() -> None:
    page = Page(1)
    page.kids[0].textContent = "x"
    page.ops()
    page.kids[0].textContent = ""
    page.kids[0].textContent = "y"
    assert page.ops() == [Op.TEXT, 2, "y"]
    page.kids[0].textContent = ""
    assert page.ops() == [Op.REMOVE, [-2]]


def test_listeners_are_said_once_each() -> None:
    page = Page(1)

    def first(event: Event) -> None: ...
    def second(event: Event) -> None: ...

    page.kids[0].addEventListener("click", first)
    page.kids[0].addEventListener("click", second)
    page.kids[0].addEventListener(
        "input", first, "this.value", capture=True, once=True, passive=True, prevent_default=True,
        stop_propagation=True, fields=["key"],
    )  # fmt: skip
    assert page.ops() == [Op.LISTEN, 2, [["click", 0], ["input", 31, "this.value", ["key"]]]]
    page.kids[0].removeEventListener("click", first)
    page.kids[0].removeEventListener("input", first, capture=True)
    assert page.ops() == [Op.LISTEN, 2, [["click", 0]]]


def test_calls_come_last_and_in_order() -> None:
    page = Page()
    control: Any = page.new("input")
    control.focus()
    page.root.appendChild(control)
    control.scrollIntoView()
    ops = split(page.ops())
    assert [op[0] for op in ops] == [Op.INSERT, Op.CALL, Op.CALL]
    assert [op[1:3] for op in ops[1:]] == [(2, "focus"), (2, "scrollIntoView")]


def test_calls_of_what_is_not_there_are_dropped() -> None:
    page = Page(1)
    nowhere: Any = page.new()
    nowhere.focus()
    gone: Any = page.kids[0]
    gone.focus()
    page.root.removeChild(gone)
    assert page.ops() == [Op.REMOVE, [2]]


# For one viewer that was behind


def test_a_slow_viewer_gets_one_difference() -> None:
    document = Document()
    root = document.getRootElement()
    mirror = Mirror.of(document)
    follower = Follower(mirror, Limits(window_frames=1))
    follower.pump()
    kept = document.createElement("p")
    for number in range(100):
        passing = document.createElement("b")
        root.append(passing, kept)
        kept.textContent = str(number)
        mirror.collect()
        root.removeChild(passing)
        mirror.collect()
    assert follower.pump() == []
    follower.ack()
    (message,) = follower.pump()
    assert split(message[3]) == [(Op.INSERT, 1, 0, ["p", [], [], [], "99"], 1, kept._number)]
    follower.check()


def test_a_slow_viewer_learns_the_templates_that_it_missed() -> None:
    page = Page()
    slow = Follower(page.follower.mirror, Limits(window_frames=1))
    slow.pump()
    page.root.append(*rows(page, 2))
    page.ops()
    page.root.append(*rows(page, 2))
    page.ops()
    slow.check()
    assert slow.replica.templates == page.follower.replica.templates != {}


def test_a_text_that_was_emptied_written_again_and_removed_leaves_the_page() -> None:
    page = Page()
    paragraph = page.new(innerText="text")
    page.root.append(paragraph)
    page.ops()
    paragraph.textContent = ""
    paragraph.textContent = "other"
    text = paragraph.childNodes[0]
    page.root.append(paragraph)
    assert isinstance(text, Text)
    text.remove()
    paragraph.append(page.new("i"))
    assert split(page.ops()) == [(Op.REMOVE, [-2]), (Op.INSERT, 2, 0, ["i"], 1, 3)]
