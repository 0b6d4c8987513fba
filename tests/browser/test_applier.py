"""The applier in a real browser: the ops, what they leave alone, and what they refuse."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.browser.applier_page.stage import serve, until, vectors

# What the ops of the vectors in faults.json start from.
BEFORE_FAULTS = [
    1, 1, ["p", [], [], [], 0],
    2, 1, 0, ["div", [], [], [], [["p", [], [], [], "t"], ["#text", "x"]]], 1, 2,
]  # fmt: skip
LIST = ["ul", [], [], [], [["li", [], [], [], name] for name in "abcde"]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("applier")) as address:
        yield address


@pytest.fixture
def applier(shared_page: Page, address: str) -> Iterator[Page]:
    """A page with an applier of its own as `a`. Nothing may leak from it, or break the policy of the page."""
    page = shared_page
    page.goto(address)
    until(page, "window.stageApplier")
    page.evaluate("window.a = stageApplier()")
    yield page
    assert page.evaluate("a.leaks()") == 0
    assert page.evaluate("violations") == []


def apply(page: Page, *ops: Any) -> None:
    page.evaluate("ops => a.apply(ops)", list(ops))


def html(page: Page) -> str:
    text: str = page.evaluate("a.root.innerHTML")
    return text


@pytest.mark.parametrize("vector", vectors("ops"), ids=lambda vector: vector["name"])
def test_ops(applier: Page, vector: dict[str, Any]) -> None:
    for step in vector["steps"]:
        apply(applier, *step["ops"])
        assert applier.evaluate("a.leaks()") == 0
    assert html(applier) == vector["html"]


@pytest.mark.parametrize("vector", vectors("faults"), ids=lambda vector: vector["name"])
def test_faults_name_the_op_and_a_snapshot_repairs_them(applier: Page, vector: dict[str, Any]) -> None:
    apply(applier, *BEFORE_FAULTS)
    error = applier.evaluate("ops => { try { a.apply(ops) } catch (e) { return e.message } }", vector["ops"])
    assert error
    assert error.startswith("op ")
    apply(applier, 11, 1, 2, 1, 0, ["b", [], [], [], "good"], 1, 50, 12)
    assert html(applier) == "<b>good</b>"


def test_unsafe_names_are_let_through_if_the_program_wants_them(
    applier: Page, page_errors: list[str]
) -> None:
    applier.evaluate("a.unsafe()")
    with pytest.raises(Error, match="TrustedScript"):
        apply(applier, 2, 1, 0, ["p", ["onclick", "alert(1)"]], 1, 2)
    # It was the browser that refused it, by the policy of this page, and it says so.
    applier.evaluate("violations.length = 0")
    assert "TrustedScript" in page_errors.pop()


def test_a_method_that_throws_does_not_keep_later_ops_from_being_applied(applier: Page) -> None:
    apply(applier, 2, 1, 0, ["dialog", ["open", ""]], 1, 2, 2, 1, 0, ["input"], 1, 3)
    error = applier.evaluate(
        "ops => { try { a.apply(ops) } catch (e) { return e.message } }",
        [10, 2, "showModal", [], 7, 3, "class", "later"],
    )
    assert "showModal" in error
    assert applier.locator("input.later").count() == 1


def test_equal_values_do_not_touch_the_tree(applier: Page) -> None:
    ops = [2, 1, 0, ["p", ["class", "c"], [], [], "text"], 1, 2, 2, 1, 0, LIST, 1, 3]
    apply(applier, *ops)
    apply(applier, 7, 1, "title", "t")
    applier.evaluate(
        """() => {
            window.changes = [];
            new MutationObserver((records) => changes.push(...records.map((r) => r.type))).observe(
                a.root, { attributes: true, childList: true, characterData: true, subtree: true });
        }"""
    )
    apply(applier, 6, 2, "text", 7, 2, "class", "c")
    apply(applier, 11, 1, *ops, 7, 1, "title", "t", 12)
    assert applier.evaluate("changes") == []


def test_the_root_keeps_the_attributes_of_the_page(applier: Page) -> None:
    apply(applier, 7, 1, "id", "theirs", 7, 1, "class", "x", 7, 1, "title", "t")
    apply(applier, 11, 1, 7, 1, "title", "t", 12)
    assert applier.evaluate("a.root.outerHTML") == '<div id="root" title="t"></div>'


def test_moves_keep_nodes_focus_caret_and_scroll(applier: Page) -> None:
    spec = ["section", [], [], [], [
        ["div", [], [], [], [["input"]]],
        ["div", ["style", "height:40px;overflow:auto"], [], [], [["p", ["style", "height:400px"]]]],
        ["div"],
    ]]  # fmt: skip
    apply(applier, 2, 1, 0, spec, 1, 2)
    applier.locator("input").press_sequentially("abcd")
    applier.evaluate("a.node(4).setSelectionRange(1, 3); a.node(5).scrollTop = 33; window.input = a.node(4)")
    apply(applier, 3, 2, 0, [3, 5], 3, 7, 0, [4])
    assert applier.evaluate(
        "[document.activeElement === input, a.node(4) === input, input.selectionStart, input.selectionEnd,"
        " a.node(5).scrollTop, input.parentNode === a.node(7)]"
    ) == [True, True, 1, 3, 33, True]


@pytest.mark.parametrize("moves", ["with moveBefore", "without moveBefore"])
def test_a_snapshot_keeps_nodes_focus_caret_scroll_and_text(applier: Page, moves: str) -> None:
    if moves == "without moveBefore":
        applier.evaluate("Object.defineProperty(Element.prototype, 'moveBefore', { value: undefined })")
    scroller = ["div", ["style", "height:40px;overflow:auto"], [], [], [["p", ["style", "height:400px"]]]]
    apply(applier, 2, 1, 0, ["p"], 1, 2, 2, 1, 0, ["form", [], [], [], [["b"], ["input"], scroller]], 1, 3)
    applier.locator("input").press_sequentially("typed")
    applier.evaluate(
        """() => {
            a.node(5).setSelectionRange(2, 4);
            a.node(6).scrollTop = 44;
            window.before = [3, 5, 6].map((number) => a.node(number));
            window.blurs = 0;
            a.node(5).addEventListener("blur", () => blurs++);
        }"""
    )
    # The field stays where it is; all around it goes, comes, or changes places.
    form = ["form", ["class", "new"], [], [], [["i"], scroller, ["input", ["name", "n"]], ["p"]]]
    apply(applier, 11, 1, 2, 1, 0, form, 1, [3, 8, 6, 7, 5, 2], 12)
    assert html(applier) == (
        '<form class="new"><i></i><div style="height:40px;overflow:auto"><p style="height:400px"></p></div>'
        '<input name="n"><p></p></form>'
    )
    assert applier.evaluate(
        "[...[3, 5, 6].map((number) => a.node(number) === before.shift()), document.activeElement === a.node(5)]"
    ) == [True, True, True, True]
    assert applier.evaluate("[a.node(5).value, a.node(5).selectionStart, a.node(5).selectionEnd]") == [
        "typed",
        2,
        4,
    ]
    if moves == "with moveBefore":
        assert applier.evaluate("[blurs, a.node(6).scrollTop]") == [0, 44]


def test_what_a_snapshot_leaves_in_order_is_not_moved(applier: Page) -> None:
    apply(applier, 2, 1, 0, LIST, 1, 2)
    applier.evaluate(
        """() => {
            window.moved = new Set();
            new MutationObserver((records) => {
                for (const { addedNodes } of records) for (const node of addedNodes) moved.add(node.textContent);
            }).observe(a.node(2), { childList: true });
        }"""
    )
    # a (3) and c (5) go, d (6) moves to another parent, x (9) comes; b (4) and e (7) stay where they are.
    items = [["li", [], [], [], name] for name in "bxe"]
    apply(
        applier,
        11, 1,
        2, 1, 0, ["ol", [], [], [], [["li", [], [], [], "d"]]], 1, [8, 6],
        2, 1, 0, ["ul", [], [], [], items], 1, [2, 4, 9, 7],
        12,
    )  # fmt: skip
    assert html(applier) == "<ol><li>d</li></ol><ul><li>b</li><li>x</li><li>e</li></ul>"
    assert applier.evaluate("[...moved]") == ["x"]


def test_only_what_is_in_the_tree_comes_to_life(applier: Page) -> None:
    """Neither a template's prototype nor what a snapshot is built of runs a custom element or loads an image."""
    requests: list[str] = []
    applier.on("request", lambda request: requests.append(request.url))
    applier.evaluate(
        """() => {
            window.made = 0;
            customElements.define("x-y", class extends HTMLElement { constructor() { super(); made++; } });
        }"""
    )
    apply(applier, 1, 1, ["p", [], [], [], [["x-y"], ["img", ["src", "/none.png"]]]])
    assert applier.evaluate("made") == 0
    image = ["img", ["src", "data:image/gif;base64,R0lGODlhAQABAAAAACw="]]
    apply(applier, 1, 2, ["p", [], [], [], [["x-y"], image]], 2, 1, 0, 2, 2, 2)
    assert applier.evaluate("made") == 2
    apply(applier, 11, 1, 2, 1, 0, ["p", [], [], [], [["x-y"], image]], 3, 2, 12)
    assert applier.evaluate("made") == 3
    apply(applier, 11, 1, 2, 1, 0, ["div", [], [], [], [["x-y"]]], 1, [50, 3], 12)
    assert applier.evaluate("made") == 3
    assert requests == []


def test_a_snapshot_that_fails_changes_nothing(applier: Page) -> None:
    apply(applier, 2, 1, 0, LIST, 1, 2)
    before = html(applier)
    with pytest.raises(Error, match="there is no node 99"):
        apply(applier, 11, 1, 2, 1, 0, ["p"], 1, 50, 7, 99, "a", "b", 12)
    assert html(applier) == before
    apply(applier, 6, 3, "still numbered")
    assert applier.locator("li").first.inner_text() == "still numbered"


def test_properties_are_set_when_their_node_is_in_place(applier: Page) -> None:
    options = [["option", [], [], [], name] for name in "abc"]
    tall = ["p", ["style", "height:99px"]]
    apply(
        applier,
        2, 1, 0, ["select", [], ["value"], [], options], 1, 2, ["b"],
        2, 1, 0, ["select", ["multiple", ""], ["selectedOptions"], [], options], 1, 6, [[0, 2]],
        2, 1, 0, ["div", ["style", "height:9px;overflow:auto"], ["scrollTop"], [], [tall]], 1, 10, [7],
        2, 1, 0, ["input", ["type", "file"], ["value"]], 1, 12, ["C:\\fakepath\\x"],
    )  # fmt: skip
    assert applier.evaluate(
        "[a.node(2).selectedIndex, [...a.node(6).selectedOptions].map((o) => o.text), a.node(10).scrollTop]"
    ) == [1, ["a", "c"], 7]
    apply(applier, 8, 2, "selectedIndex", 2, 8, 6, "selectedOptions", [1], 8, 10, "scrollTop", 3)
    assert applier.evaluate(
        "[a.node(2).value, [...a.node(6).selectedOptions].map((o) => o.text), a.node(10).scrollTop]"
    ) == ["c", ["b"], 3]


def test_random_programs_leave_what_a_snapshot_of_them_describes(applier: Page) -> None:
    """Frames and snapshots agree: the tree after many ops is the tree that a snapshot of the model brings about."""
    seed = random.randrange(2**32)
    print(f"seed: {seed}")
    rng = random.Random(seed)
    children: dict[int, list[int]] = {1: []}
    parents: dict[int, int] = {}
    following = 2

    def inside(number: int) -> set[int]:
        return {number}.union(*(inside(child) for child in children[number]))

    def spec(number: int) -> list[Any]:
        return ["div", ["n", str(number)], [], [], [spec(child) for child in children[number]]]

    def numbers(number: int) -> list[int]:
        return [number, *(below for child in children[number] for below in numbers(child))]

    for _ in range(30):
        ops: list[Any] = []
        for _ in range(rng.randrange(1, 12)):
            what, parent = rng.random(), rng.choice(list(children))
            places = children[parent]
            if what < 0.5 or len(children) < 4:
                at = rng.randrange(len(places) + 1)
                before = places[at] if at < len(places) else 0
                count = rng.randrange(1, 4)
                made = list(range(following, following + count))
                ops += (
                    2,
                    parent,
                    before,
                    ["div", ["n", 0]],
                    count,
                    following,
                    [str(number) for number in made],
                )
                following += count
                places[at:at] = made
                for number in made:
                    children[number], parents[number] = [], parent
            elif what < 0.8:
                mover = rng.choice([number for number in children if number != 1])
                if parent in inside(mover):
                    continue
                children[parents[mover]].remove(mover)
                at = rng.randrange(len(places) + 1)
                ops += (3, parent, places[at] if at < len(places) else 0, [mover])
                places.insert(at, mover)
                parents[mover] = parent
            else:
                gone = rng.choice([number for number in children if number != 1])
                ops += (4, [gone])
                children[parents[gone]].remove(gone)
                for number in inside(gone):
                    del children[number], parents[number]
        # Either the frame itself, or a snapshot of the state after it, as after a gap.
        snapshot = [11, 1, *(op for top in children[1] for op in (2, 1, 0, spec(top), 1, numbers(top))), 12]
        apply(applier, *(ops if rng.random() < 0.6 else snapshot))
        assert applier.evaluate("a.leaks()") == 0
        expected = "".join(_markup(top, children) for top in children[1])
        assert html(applier) == expected


def _markup(number: int, children: dict[int, list[int]]) -> str:
    inside = "".join(_markup(child, children) for child in children[number])
    return f'<div n="{number}">{inside}</div>'
