"""Snapshots that come in several messages: nothing is replaced before the last of them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

WELCOME = [0, 1, "s", 1, 0, {"window": 8, "ack_ms": 50}]
PAGE = [
    2,
    1,
    0,
    ["p", [], [], [["click", 0]], [["input", ["id", "f"]], ["b", ["id", "b"], [], [], "b"]]],
    1,
    2,
]
ROW = [1, 1, ["li", [], [], [], [["i", [], [], [], 0]]]]


def receive(page: Page, *messages: Any) -> None:
    page.evaluate("messages => v.receive(...messages)", list(messages))


def show(page: Page) -> None:
    page.evaluate("window.v = stageView()")
    receive(page, WELCOME, [2, 1, 0, [11, 1, *PAGE, 12]])


def html(page: Page) -> str:
    text: str = page.evaluate("v.root.innerHTML")
    return text


def sent(page: Page, tag: int) -> list[Any]:
    found: list[Any] = page.evaluate("tag => v.sent.splice(0).filter((m) => m[0] === tag)", tag)
    return found


def test_the_first_one_shows_what_has_come(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    receive(stage, WELCOME, [2, 1, 0, [11, 1, *ROW, 2, 1, 0, ["ul"], 1, 2]])
    receive(stage, [1, 2, 0, [2, 2, 0, 1, 2, 3, 8]])
    assert html(stage) == "<ul><li><i>8</i></li><li><i>9</i></li></ul>"
    receive(
        stage, [1, 3, 0, [2, 2, 0, 1, 1, 7, 10, 12, 10, 1, "scrollIntoView", []]], [1, 4, 0, [6, 4, "text"]]
    )
    assert html(stage) == "<ul><li><i>text</i></li><li><i>9</i></li><li><i>10</i></li></ul>"
    assert sent(stage, 8) == []


def test_the_present_tree_is_in_use_until_the_end(stage: Page) -> None:
    show(stage)
    stage.locator("#f").press_sequentially("typed")
    stage.evaluate("window.kept = [2, 3, 4].map((number) => v.node(number))")
    before = html(stage)
    receive(stage, [2, 2, 0, [11, 1, *ROW, 2, 1, 0, ["ul"], 1, 5]])
    receive(stage, [1, 3, 0, [2, 5, 0, 1, 2, 6, 1, 8, 5, "scrollTop", 0]])
    assert html(stage) == before
    stage.evaluate("v.sent.length = 0")
    stage.locator("#b").click()
    (event,) = sent(stage, 1)
    assert event[3:5] == ["click", 4]
    assert event[6] == [3, "value", "typed"]
    stage.locator("#f").focus()
    receive(stage, [1, 4, 0, [*PAGE, 12]])
    assert html(stage) == f"<ul><li><i>1</i></li><li><i>2</i></li></ul>{before}"
    assert stage.evaluate("kept.every((node, place) => node === v.node(place + 2))")
    assert stage.evaluate("document.activeElement === kept[1] && kept[1].value") == "typed"
    receive(stage, [1, 5, 1, [6, 9, "text", 10, 3, "blur", []]])
    assert stage.locator("i").all_inner_texts() == ["1", "text"]
    assert stage.evaluate("v.leaks()") == 0


def test_a_part_that_cannot_be_applied_changes_nothing(stage: Page) -> None:
    show(stage)
    before = html(stage)
    receive(stage, [2, 2, 0, [11, 1, *ROW, 2, 1, 0, ["ul"], 1, 5]])
    receive(stage, [1, 3, 0, [2, 5, 0, 1, 2, 6, 1, 7, 99, "a", "b"]])
    assert html(stage) == before
    (fault,) = sent(stage, 8)
    assert "there is no node 99" in fault[2]
    stage.locator("#b").click()
    assert [event[4] for event in sent(stage, 1)] == [4]
    # What follows is not for this tree.
    receive(stage, [1, 4, 0, [2, 1, 0, ["hr"], 1, 50]])
    assert html(stage) == before
    receive(stage, [2, 5, 1, [11, 1, 2, 1, 0, ["hr"], 1, 50]], [1, 6, 1, [12]])
    assert html(stage) == "<hr>"
    assert stage.evaluate("v.leaks()") == 0


def test_another_one_throws_the_first_half_away(stage: Page) -> None:
    show(stage)
    stage.evaluate("window.kept = v.node(3)")
    receive(stage, [2, 2, 0, [11, 1, 7, 1, "title", "t", 2, 1, 0, ["ul"], 1, 5, 8, 5, "scrollTop", 9]])
    receive(stage, [2, 3, 0, [11, 1, 2, 1, 0, ["ol"], 1, 6]])
    receive(stage, [1, 4, 0, [3, 1, 0, [6], *PAGE, 12]])
    assert html(stage) == '<ol></ol><p><input id="f"><b id="b">b</b></p>'
    assert stage.evaluate("v.root.title") == ""
    assert stage.evaluate("kept === v.node(3)")
    assert stage.evaluate("v.leaks()") == 0
    assert sent(stage, 8) == []


def test_a_first_half_that_was_shown_is_kept_if_the_next_one_has_it_too(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    receive(stage, WELCOME, [2, 1, 0, [11, 1, *PAGE, 2, 1, 0, ["hr"], 1, 9]])
    stage.locator("#f").press_sequentially("typed")
    stage.evaluate("window.kept = v.node(3)")
    receive(stage, [2, 2, 0, [11, 1]], [1, 3, 0, [*PAGE, 12]])
    assert html(stage) == '<p><input id="f"><b id="b">b</b></p>'
    assert stage.evaluate("kept === v.node(3) && document.activeElement === kept && kept.value") == "typed"
