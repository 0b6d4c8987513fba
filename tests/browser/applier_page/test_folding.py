"""Folded instances: the nodes of an INSERT are numbered when somebody asks for them, and nobody sees a difference."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.browser.applier_page.stage import until

CAPTURE = 1
ROW = ["tr", [], [], [["click", CAPTURE]], [
    ["td", [], [], [], 0],
    ["td", [], [], [], [["a", ["class", "go"], [], [["click", 0]], "go"]]],
    ["td", [], [], [], [["#text", "mixed "], ["input"], ["b", [], [], [], [["i", [], [], [], "deep"]]]]],
]]  # fmt: skip
# A row's nodes, from the number of its top on.
TD, CELL, LINK, MIXED, TEXT, INPUT, BOLD, ITALIC = range(1, 9)
SIZE = 9
FIRST = 10
TABLE = [2, 1, 0, ["table", [], [], [], [["tbody"]]], 1, 2]


@pytest.fixture
def page(shared_page: Page) -> Page:
    """That of the stage: one for all of these tests."""
    return shared_page


def rows(count: int = 3, first: int = FIRST) -> list[Any]:
    return [2, 3, 0, ROW, count, first, [f"row {row}" for row in range(count)]]


@pytest.fixture
def folded(stage: Page) -> Iterator[Page]:
    """A page with an applier `a` that shows a table of three rows, none of them unfolded."""
    stage.evaluate("window.a = stageApplier()")
    apply(stage, *TABLE, *rows())
    # The root, the table and its body, which the rows are in, and the top of each row.
    assert size(stage) == 1 + 2 + 3
    yield stage
    assert stage.evaluate("a.leaks()") == 0


def apply(page: Page, *ops: Any) -> None:
    page.evaluate("ops => a.apply(ops)", list(ops))


def size(page: Page) -> int:
    found: int = page.evaluate("a.size()")
    return found


def row(page: Page, place: int) -> str:
    text: str = page.evaluate("place => a.root.querySelectorAll('tr')[place].innerHTML", place)
    return text


PLAIN = '<td>row {0}</td><td><a class="go">go</a></td><td>mixed <input><b><i>deep</i></b></td>'


def test_a_thousand_rows_take_a_thousand_numbers(stage: Page) -> None:
    stage.evaluate("window.a = stageApplier()")
    apply(stage, *TABLE)
    before = size(stage)
    stage.evaluate(
        """() => {
            window.asked = 0;
            for (const name of ["firstChild", "nextSibling", "parentNode"]) {
                const { get } = Object.getOwnPropertyDescriptor(Node.prototype, name);
                Object.defineProperty(Node.prototype, name, { get() { asked++; return get.call(this); } });
            }
        }"""
    )
    apply(stage, *rows(1000))
    # The body was unfolded, and for each row there is one step to the node with a value.
    assert size(stage) == before + 1 + 1000
    assert stage.evaluate("asked") < 1020
    # To forget them, one step from each to the next.
    stage.evaluate("asked = 0")
    apply(stage, 5, 3)
    assert size(stage) == before + 1
    assert stage.evaluate("asked") < 1020


#: The second of three rows.
ROW_1 = FIRST + SIZE


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        ([6, ROW_1 + LINK, "TEXT"], PLAIN.replace(">go<", ">TEXT<")),
        ([6, ROW_1 + TEXT, "TEXT"], PLAIN.replace("mixed ", "TEXT")),
        ([6, -ROW_1 - TD, "TEXT"], PLAIN.replace("row {0}", "TEXT")),
        ([6, ROW_1 + MIXED, "TEXT"], PLAIN.replace("mixed <input><b><i>deep</i></b>", "TEXT")),
        ([7, ROW_1 + ITALIC, "n", "v"], PLAIN.replace("<i>", '<i n="v">')),
        ([8, ROW_1 + INPUT, "value", "v"], PLAIN),
        ([9, ROW_1 + LINK, [["keydown", 0]]], PLAIN),
        ([10, ROW_1 + INPUT, "focus", []], PLAIN),
        (
            [3, ROW_1 + MIXED, ROW_1 + TEXT, [ROW_1 + BOLD]],
            PLAIN.replace("mixed <input><b><i>deep</i></b>", "<b><i>deep</i></b>mixed <input>"),
        ),
        (
            [4, [ROW_1 + TEXT, ROW_1 + BOLD]],
            PLAIN.replace("mixed ", "").replace("<b><i>deep</i></b>", ""),
        ),
        ([5, ROW_1 + MIXED], PLAIN.replace("mixed <input><b><i>deep</i></b>", "")),
        ([2, ROW_1 + MIXED, ROW_1 + INPUT, ["u"], 1, 99], PLAIN.replace("<input>", "<u></u><input>")),
        ([2, ROW_1 + TD, -ROW_1 - TD, ["u"], 1, 99], PLAIN.replace("<td>row", "<td><u></u>row")),
    ],
    ids=[
        *("text of an element", "data", "data of a primary text", "text of what has children"),
        *("attribute", "property", "listeners", "call"),
        *("move", "remove", "clear", "insert", "insert before a primary text"),
    ],
)
def test_an_op_on_a_node_of_an_instance_reaches_it_and_no_other(
    folded: Page, ops: list[Any], expected: str
) -> None:
    apply(folded, *ops)
    assert [row(folded, place) for place in range(3)] == [
        PLAIN.format(0),
        expected.format(1),
        PLAIN.format(2),
    ]
    for place in (0, 2):
        apply(folded, 7, FIRST + place * SIZE + BOLD, "n", "b")
        assert row(folded, place) == PLAIN.format(place).replace("<b>", '<b n="b">')


def test_tops_are_moved_removed_and_changed_without_a_look_inside(folded: Page) -> None:
    before = size(folded)
    apply(folded, 3, 3, FIRST, [FIRST + 2 * SIZE], 7, FIRST, "class", "c", 4, [FIRST + SIZE])
    assert size(folded) == before - 1
    assert folded.evaluate("[...a.root.querySelectorAll('tr')].map((tr) => tr.className)") == ["", "c"]
    apply(folded, 6, FIRST + TD, "first", 6, FIRST + 2 * SIZE + TD, "last")
    assert folded.evaluate("[...a.root.querySelectorAll('td:first-child')].map((td) => td.textContent)") == [
        "last",
        "first",
    ]


def test_the_children_of_a_top_change_before_any_of_them_was_named(folded: Page) -> None:
    apply(
        folded,
        2, 10, 0, ["td", [], [], [], "new"], 1, 100,
        2, 10, 11, ["td", [], [], [], "newer"], 1, 101,
        5, 19,
        2, 19, 0, ["td", [], [], [], "only"], 1, 102,
        9, 28, [["keydown", 0]],
    )  # fmt: skip
    assert row(folded, 0) == f"<td>newer</td>{PLAIN.format(0)}<td>new</td>"
    assert row(folded, 1) == "<td>only</td>"
    apply(folded, 7, 10 + CELL, "n", "1", 7, 101, "n", "2", 7, 102, "n", "3")
    assert folded.evaluate("[...a.root.querySelectorAll('[n]')].map((td) => td.textContent)") == [
        "newer",
        "go",
        "only",
    ]
    assert folded.evaluate("[10, 28, 31].map((number) => a.describe(number).at(-1))") == [
        "click",
        "keydown",
        "click",
    ]


def test_a_text_that_replaces_the_children_of_a_top_is_none_of_them(stage: Page) -> None:
    stage.evaluate("window.a = stageApplier()")
    apply(stage, 2, 1, 0, ["p", [], [], [], [["b"], ["#text", "t"]]], 2, 2)
    apply(stage, 6, 2, "primary")
    apply(stage, 2, 2, -2, ["i"], 1, 8, 6, -2, "named")
    assert stage.evaluate("a.root.innerHTML") == "<p><i></i>named</p><p><b></b>t</p>"
    with pytest.raises(Error, match="there is no node 4"):
        apply(stage, 6, 4, "gone")


def test_an_empty_primary_text_that_was_named_is_forgotten_with_its_top(stage: Page) -> None:
    stage.evaluate("window.a = stageApplier()")
    apply(stage, 2, 1, 0, ["p", [], [], [], 0], 2, 2, ["", ""])
    apply(stage, 6, -2, "named", 4, [2])
    assert stage.evaluate("a.root.innerHTML") == "<p></p>"
    assert stage.evaluate("a.leaks()") == 0


def test_what_a_snapshot_has_left_out_does_not_take_numbers_back(folded: Page) -> None:
    folded.evaluate("window.gone = a.root.querySelector('td')")
    apply(folded, 11, 1, *TABLE, 2, 3, 0, ["p"], 1, FIRST, 12)
    assert folded.evaluate("[a.numberOf(gone), a.numberOf(gone.parentNode)]") == [0, 0]
    assert folded.evaluate("a.node(10).localName") == "p"


@pytest.mark.parametrize("number", [FIRST + SIZE + LINK, FIRST + SIZE])
def test_what_is_forgotten_is_not_found_again(folded: Page, number: int) -> None:
    apply(folded, 4, [FIRST + SIZE])
    error = folded.evaluate(
        "number => { try { a.apply([7, number, 'a', 'b']) } catch (e) { return e.message } }", number
    )
    assert error == f"op 7 at 0: there is no node {number}"
    apply(folded, 5, 3)
    assert size(folded) == 3


def test_a_translated_page_still_knows_which_element_is_which(folded: Page) -> None:
    folded.evaluate(
        """() => {
            for (const td of a.root.querySelectorAll("td")) {
                for (const text of [...td.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
                    text.replaceWith(Object.assign(document.createElement("font"), { textContent: "übersetzt" }));
                }
            }
        }"""
    )
    apply(folded, 7, FIRST + INPUT, "n", "input", 7, FIRST + ITALIC, "n", "i")
    assert row(folded, 0).endswith('<input n="input"><b><i n="i">deep</i></b></td>')


def test_custom_elements_may_change_what_is_in_them(stage: Page) -> None:
    stage.evaluate(
        """() => {
            window.a = stageApplier();
            customElements.define("x-frame", class extends HTMLElement {
                connectedCallback() { this.prepend(document.createElement("p")); }
            });
        }"""
    )
    apply(stage, 2, 1, 0, ["x-frame", [], [], [], [["p", [], [], [], 0]]], 2, 2, ["a", "b"])
    apply(stage, 6, 3, "A", 6, 5, "B")
    assert stage.evaluate("a.root.innerHTML") == (
        "<x-frame><p></p><p>A</p></x-frame><x-frame><p></p><p>B</p></x-frame>"
    )


def test_a_snapshot_laid_over_folded_instances_keeps_their_nodes(folded: Page) -> None:
    folded.locator("input").nth(1).press_sequentially("typed")
    folded.evaluate(
        "window.before = [...a.root.querySelectorAll('*')]; window.focused = document.activeElement"
    )
    apply(folded, 11, 1, *TABLE, *rows(), 12)
    assert folded.evaluate(
        "[...a.root.querySelectorAll('*')].every((element, place) => element === before[place])"
        " && document.activeElement === focused && focused.value === 'typed'"
    )
    # Both of them are folded: the second row goes, parts of it go elsewhere, another one has its number.
    apply(folded, *rows(2, 50))
    apply(
        folded,
        11, 1, *TABLE, *rows(1), 2, 3, 0, ["tr", [], [], [], [["td", [], [], [], [["b"], ["input"]]]]], 1,
        [28, 200, 35, 25], 2, 3, 0, ROW, 1, 59, ["row 1"], 2, 3, 0, ["p"], 1, 50, 12,
    )  # fmt: skip
    assert folded.evaluate("a.root.querySelector('tbody').innerHTML") == (
        f"<tr>{PLAIN.format(0)}</tr><tr><td><b></b><input></td></tr><tr>{PLAIN.format(1)}</tr><p></p>"
    )
    assert folded.evaluate(
        "a.node(25) === focused && focused.value === 'typed' && document.activeElement === focused"
    )
    apply(folded, 6, 59 + LINK, "last", 6, FIRST + LINK, "first", 6, 35, "mine")
    assert folded.evaluate("[59, 10, 28].map((number) => a.node(number).textContent)") == [
        "row 1lastmixed deep",
        "row 0firstmixed deep",
        "mine",
    ]


def test_a_kept_top_has_the_children_of_the_snapshot(folded: Page) -> None:
    """Its template says something else."""
    apply(folded, 11, 1, *TABLE, 2, 3, 0, ["tr", [], [], [], [["td", [], [], [], "x"]]], 1, [10, 300], 12)
    folded.evaluate("a.root.querySelector('td').dispatchEvent(new Event('click'))")
    apply(folded, 2, 10, 0, ["td"], 1, 301, 7, 300, "n", "1")
    assert row(folded, 0) == '<td n="1">x</td><td></td>'
    with pytest.raises(Error, match="there is no node 11"):
        apply(folded, 7, 11, "n", "1")


def show(page: Page, *ops: Any) -> None:
    page.evaluate("window.v = stageView()")
    page.evaluate(
        "ops => v.receive([0, 1, 's', 1, 0, {window: 8, ack_ms: 50}], [2, 1, 0, [11, 1, ...ops, 12]])", ops
    )
    page.evaluate("v.sent.length = 0")


def test_events_find_targets_and_listeners_in_folded_instances(stage: Page) -> None:
    show(stage, *TABLE, *rows())
    before = stage.evaluate("v.size()")
    for locator, target in (("a", LINK), ("i", ITALIC), ("td:first-child", TD)):
        stage.locator(locator).nth(1).click()
        event = stage.evaluate("v.sent.splice(0).find((m) => m[0] === 1)")
        assert event[3:5] == ["click", FIRST + SIZE + target]
    # One row was asked about.
    assert stage.evaluate("v.size()") == before + SIZE - 1
    stage.evaluate("v.receive([1, 2, 3, [9, 28, [['click', 17]], 9, 31, [['click', 0, 'this.className']]]])")
    stage.locator("a").nth(2).click()
    # The row captures the click, and stops it there.
    assert stage.evaluate("v.sent.splice(0).find((m) => m[0] === 1)").pop() == []
    stage.evaluate("v.receive([1, 3, 4, [9, 28, []]])")
    stage.locator("a").nth(2).click()
    assert stage.evaluate("v.sent.splice(0).find((m) => m[0] === 1)").pop() == [31, "this.className", "go"]


def test_edits_and_questions_find_controls_in_folded_instances(stage: Page) -> None:
    form = ["form", [], [], [], [["p", [], [], [], [["input", ["type", "radio", "name", "g"]]]]]]
    show(stage, 2, 1, 0, form, 1, 2, 2, 4, 0, ["b"], 1, 5, *rows_of_radios())
    stage.locator("input").nth(2).click()
    until(stage, "v.sent.some((m) => m[0] === 2)")
    assert stage.evaluate("v.sent.find((m) => m[0] === 2)[3]") == [
        *(14, "checked", True),
        *(11, "checked", False),
        *(17, "checked", False),
    ]
    stage.evaluate("v.receive([9, 1, 17, 'get', 'checked', []])")
    until(stage, "v.sent.some((m) => m[0] === 9)")
    assert stage.evaluate("v.sent.find((m) => m[0] === 9)") == [9, 1, True, False]


def rows_of_radios() -> list[Any]:
    """Three, of which the first is ticked."""
    return [2, 2, 0, ["p", [], [], [], [["b"], ["input", ["type", "radio", "name", "h"], ["checked"]]]], 3, 9,
            [True, False, False]]  # fmt: skip


PROGRAMS = int(os.environ.get("DOMSYNC_FOLDING_PROGRAMS", "60"))
SPECS: list[list[Any]] = [
    ["div"],
    ["p", [], [], [["click", 0]], "text"],
    ["div", [], [], [], [["b", [], [], [["keydown", 0]], "b"], ["#text", "t"], ["p", [], [], [], [["i"], ["i"]]]]],
    ["p", [], [], [["click", 0]], [["#text", "t"], ["div", [], [], [["input", 0]], [["b", [], [], [], "b"]]]]],
]  # fmt: skip


class Tree:
    """What the ops have made so far, by number."""

    def __init__(self) -> None:
        self.children: dict[int, list[int]] = {1: []}
        self.parents: dict[int, int] = {}
        self.texts: set[int] = set()
        self.following = 2

    def insert(self, parent: int, at: int, spec: list[Any]) -> None:
        number = self.following
        self.following += 1
        self.children[parent].insert(at, number)
        self.parents[number] = parent
        if spec[0] == "#text":
            self.texts.add(number)
            return
        self.children[number] = []
        for place, below in enumerate(spec[4] if len(spec) > 4 and isinstance(spec[4], list) else []):
            self.insert(number, place, below)

    def remove(self, number: int) -> None:
        self.children[self.parents[number]].remove(number)
        for gone in self.inside(number):
            self.children.pop(gone, None)
            self.texts.discard(gone)
            del self.parents[gone]

    def inside(self, number: int) -> list[int]:
        return [number, *(below for child in self.children.get(number, []) for below in self.inside(child))]


def test_random_programs_do_the_same_to_instances_that_are_never_folded(stage: Page) -> None:
    """With an array of numbers there is no folding. Nothing else may be different."""
    seed = int(os.environ.get("DOMSYNC_SEED", random.randrange(2**31)))
    for program in range(seed, seed + PROGRAMS):
        print(f"seed {program}")  # the last one is shown if the test fails
        rng = random.Random(program)
        stage.evaluate("window.b = stageApplier(); window.a = stageApplier()")
        tree = Tree()
        for _ in range(rng.randrange(1, 5)):
            ops, eager = frame(tree, rng)
            stage.evaluate("([ops, eager]) => { a.apply(ops); b.apply(eager) }", [ops, eager])
            assert (
                stage.evaluate("[a, b].map((one) => one.root.innerHTML)")
                == [stage.evaluate("b.root.innerHTML")] * 2
            )
            some = [number for number in tree.children if rng.random() < 0.1]
            same(stage, some)
        same(stage, list(tree.children))
        assert stage.evaluate("[a.leaks(), b.leaks()]") == [0, 0]


def same(page: Page, numbers: list[int]) -> None:
    described = page.evaluate("ns => [a, b].map((one) => ns.map((n) => one.describe(n)))", numbers)
    assert described[0] == described[1]


def frame(tree: Tree, rng: random.Random) -> tuple[list[Any], list[Any]]:
    """Random ops, and the same with arrays of numbers."""
    ops: list[Any] = []
    eager: list[Any] = []
    for _ in range(rng.randrange(1, 10)):
        parent = rng.choice(list(tree.children))
        places = tree.children[parent]
        at = rng.randrange(len(places) + 1)
        before = places[at] if at < len(places) else 0
        what = rng.random()
        same_ops: list[Any] = []
        others = [number for number in tree.parents if parent not in tree.inside(number)]
        if what < 0.4 or not others:
            spec, count, first = rng.choice(SPECS), rng.randrange(1, 4), tree.following
            for place in range(count):
                tree.insert(parent, at + place, spec)
            ops += (2, parent, before, spec, count, first)
            eager += (2, parent, before, spec, count, list(range(first, tree.following)))
        elif what < 0.55:
            mover = rng.choice(others)
            if mover == before:
                continue
            tree.children[tree.parents[mover]].remove(mover)
            tree.parents[mover] = parent
            places.insert(places.index(before) if before else len(places), mover)
            same_ops = [3, parent, before, [mover]]
        elif what < 0.7:
            same_ops = [4, [mover := rng.choice(others)]]
            tree.remove(mover)
        elif what < 0.75:
            same_ops = [5, parent]
            for child in [*places]:
                tree.remove(child)
        elif what < 0.85 and parent != 1:
            same_ops = [6, parent, rng.choice(["", "text"])]
            for child in [*places]:
                tree.remove(child)
        elif what < 0.9 and tree.texts:
            same_ops = [6, rng.choice(sorted(tree.texts)), "data"]
        elif what < 0.95:
            same_ops = [9, parent, rng.choice([[], [["keyup", 0]]])]
        else:
            same_ops = [7, parent, "n", str(parent)]
        ops += same_ops
        eager += same_ops
    return ops, eager
