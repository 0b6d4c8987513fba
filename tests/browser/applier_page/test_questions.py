"""What Python asks a page, the files that it reads from it, and events that come faster than Python takes them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from tests.browser.applier_page.stage import until


@pytest.fixture
def page(shared_page: Page) -> Page:
    """That of the stage: one for all of these tests."""
    return shared_page


def show(page: Page, *ops: Any) -> None:
    page.evaluate("window.v = stageView()")
    page.evaluate(
        "ops => v.receive([0, 1, 's', 1, 0, {window: 8, ack_ms: 50}], [2, 1, 0, [11, 1, ...ops, 12]])", ops
    )
    page.evaluate("v.sent.length = 0")


def ask(page: Page, node: int, kind: str, name: str, *arguments: Any) -> list[Any]:
    """The answer: whether there is one, and what it is."""
    page.evaluate("q => v.receive(q)", [9, 1, node, kind, name, list(arguments)])
    until(page, "v.sent.some((m) => m[0] === 9)")
    answer = page.evaluate("v.sent.splice(0).find((m) => m[0] === 9)")
    assert answer[1] == 1
    found: list[Any] = answer[2:]
    return found


def test_questions(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f", "required", "", "style", "width:100px"]], 1, 2)
    assert ask(stage, 2, "call", "checkValidity") == [True, False]
    assert ask(stage, 2, "call", "matches", "#f") == [True, True]
    assert ask(stage, 2, "call", "focus") == [True, None]
    assert ask(stage, 2, "get", "value") == [True, ""]
    assert ask(stage, 2, "get", "duration") == [True, None]
    ok, rect = ask(stage, 2, "call", "getBoundingClientRect")
    assert ok
    assert set(rect) == {"x", "y", "width", "height", "top", "right", "bottom", "left"}


@pytest.mark.parametrize(
    ("node", "kind", "name", "arguments"),
    [
        (9, "get", "value", []),
        (2, "get", "innerHTML", []),
        (2, "call", "remove", []),
        (2, "call", "constructor", []),
        (2, "call", "showModal", []),
        (2, "call", "matches", ["["]),
        (2, "eval", "1", []),
        (0, "file", "", [7, 0, 1]),
    ],
)
def test_questions_that_are_not_answered(
    stage: Page, node: int, kind: str, name: str, arguments: list[Any]
) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f"]], 1, 2)
    ok, words = ask(stage, node, kind, name, *arguments)
    assert ok is False
    assert "Error" in words


def test_files(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f", "type", "file", "multiple", ""], [], [["change", 0]]], 1, 2)
    contents = bytes(range(256)) * 3
    binary = FilePayload(name="a.bin", mimeType="application/octet-stream", buffer=contents)
    stage.locator("#f").set_input_files(
        [binary, FilePayload(name="b.txt", mimeType="text/plain", buffer=b"")]
    )
    until(stage, "v.sent.some((m) => m[0] === 1)")
    files = stage.evaluate("v.sent.find((m) => m[0] === 1)[5].files")
    assert [file[:4] for file in files] == [
        [1, "a.bin", 768, "application/octet-stream"],
        [2, "b.txt", 0, "text/plain"],
    ]
    for offset, length in ((0, 768), (100, 5), (700, 500)):
        ok, part = ask(stage, 0, "file", "", 1, offset, length)
        assert ok
        assert base64.b64decode(part, validate=True) == contents[offset : offset + length]
    assert ask(stage, 0, "file", "", 2, 0, 10) == [True, ""]


def test_dropped_files(stage: Page) -> None:
    show(stage, 2, 1, 0, ["div", ["id", "d"], [], [["drop", 8]], "here"], 1, 2)
    stage.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["abc"], "x.txt", { type: "text/plain" }));
            v.node(2).dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }"""
    )
    assert stage.evaluate("v.sent.find((m) => m[0] === 1)[5].files[0].slice(0, 4)") == [
        1, "x.txt", 3, "text/plain",
    ]  # fmt: skip


def test_a_listener_for_some_keys(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f"], [], [["keydown", 8, "", [], ["Enter", "b"]]]], 1, 2)
    stage.locator("#f").press_sequentially("ab")
    stage.locator("#f").press("Enter")
    assert stage.evaluate("v.sent.filter((m) => m[0] === 1).map((m) => m[5].key)") == ["b", "Enter"]
    # Only the keys that it is for were prevented.
    assert stage.evaluate("v.node(2).value") == "a"


def test_fast_events_bring_the_latest(stage: Page) -> None:
    listeners = [["input", 0], ["keydown", 0, "", [], ["Enter"]]]
    show(stage, 2, 1, 0, ["input", ["id", "f"], [], listeners], 1, 2)
    stage.locator("#f").press_sequentially("abc")
    events = "v.sent.filter((m) => m[0] === 1).map((m) => [m[1], m[3], m[5].value, m[6]])"
    assert stage.evaluate(events) == [[1, "input", "a", [2, "value", "a"]]]
    stage.evaluate("v.receive([3, 1])")
    assert stage.evaluate(events)[1:] == [[2, "input", "abc", [2, "value", "abc"]]]
    stage.locator("#f").press_sequentially("d")
    stage.locator("#f").press("Enter")
    sent = stage.evaluate(events)[2:]
    assert [event[1:3] for event in sent] == [["input", "abcd"], ["keydown", "abcd"]]
