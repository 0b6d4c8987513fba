"""DOM events in the page: which are sent, what they tell, and what the browser does about them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.applier_page.stage import until

CAPTURE, PREVENT, STOP = 1, 8, 16


@pytest.fixture
def page(shared_page: Page) -> Page:
    """That of the stage: one for all of these tests."""
    return shared_page


def show(page: Page, *ops: Any) -> None:
    """A view `v` that is welcomed and shows what the ops insert."""
    page.evaluate("window.v = stageView()")
    page.evaluate(
        "ops => v.receive([0, 1, 's', 1, 0, {window: 8, ack_ms: 50}], [2, 1, 0, [11, 1, ...ops, 12]])", ops
    )
    page.evaluate("v.sent.length = 0")


def events(page: Page) -> list[dict[str, Any]]:
    """The Event messages sent since the last call."""
    names = ["tag", "seq", "ack", "type", "target", "fields", "edits", "values"]
    sent = page.evaluate("v.sent.splice(0).filter((message) => message[0] === 1)")
    return [dict(zip(names, message, strict=True)) for message in sent]


def nested(outer: list[Any], middle: list[Any], inner: list[Any]) -> list[Any]:
    button = ["button", ["id", "b"], [], inner, [["i", ["id", "i"], [], [], "x"]]]
    return [2, 1, 0, ["section", [], [], outer, [["div", [], [], middle, [button]]]], 1, 2]


def test_one_event_however_many_listeners(stage: Page) -> None:
    show(stage, *nested([["click", 0]], [["click", CAPTURE]], [["click", 0], ["click", CAPTURE]]))
    stage.locator("#i").click()
    (event,) = events(stage)
    assert event["type"] == "click"
    assert event["target"] == 5
    assert event["seq"] == 1
    assert event["edits"] == []
    fields = event["fields"]
    assert fields["bubbles"] is True
    assert {"clientX", "offsetY", "button", "shiftKey", "detail", "pointerType"} <= set(fields)


def test_no_event_without_a_listener_on_the_path(stage: Page) -> None:
    show(stage, *nested([], [["keydown", 0]], []), 2, 1, 0, ["p", ["id", "p"], [], [["click", 0]], "p"], 1, 6)
    stage.locator("#i").click()
    assert events(stage) == []
    stage.locator("#p").click()
    assert [event["target"] for event in events(stage)] == [6]


@pytest.mark.parametrize(
    ("outer", "inner", "sent"),
    [
        ([], [["focus", 0]], 1),
        ([["focus", CAPTURE]], [], 1),
        ([["focus", 0]], [], 0),
        ([["focusin", 0]], [], 1),
    ],
)
def test_events_that_do_not_bubble(stage: Page, outer: list[Any], inner: list[Any], sent: int) -> None:
    show(stage, *nested(outer, [], inner))
    stage.locator("#b").focus()
    found = events(stage)
    assert len(found) == sent
    assert all(event["target"] == 4 for event in found)


def test_listeners_change_with_frames(stage: Page) -> None:
    show(stage, *nested([], [], []))
    stage.evaluate("v.receive([1, 2, 0, [9, 4, [['click', 0]]]])")
    stage.locator("#b").click()
    assert len(events(stage)) == 1
    stage.evaluate("v.receive([1, 3, 0, [9, 4, []]])")
    stage.locator("#b").click()
    assert events(stage) == []
    stage.evaluate("v.receive([1, 4, 0, [9, 1, [['click', 0]]]])")
    stage.locator("#b").click()
    assert len(events(stage)) == 1


def test_getters_and_wanted_fields(stage: Page) -> None:
    spec = ["select", ["id", "s"], [], [
        ["change", 0, "this.options[this.selectedIndex].value", ["timeStamp", "isTrusted", "nonsense"]],
        ["change", 0, "event.type"],
    ], [["option", ["value", "one"]], ["option", ["value", "two"]]]]  # fmt: skip
    show(stage, 2, 1, 0, spec, 1, 2)
    stage.locator("#s").select_option("two")
    (event,) = events(stage)
    assert event["values"] == [2, "this.options[this.selectedIndex].value", "two", 2, "event.type", "change"]
    assert event["edits"] == [2, "selectedIndex", 1]
    fields = event["fields"]
    assert fields["value"] == "two"
    assert isinstance(fields["timeStamp"], (int, float))
    assert fields["isTrusted"] is False  # Playwright made it
    assert fields["nonsense"] is None


def test_usual_fields_by_interface(stage: Page) -> None:
    listeners = [[kind, 0] for kind in ("keydown", "wheel", "input", "focus", "pointerdown")]
    show(stage, 2, 1, 0, ["input", ["id", "f"], [], listeners], 1, 2)
    stage.locator("#f").click()
    stage.keyboard.press("Shift+A")
    stage.mouse.wheel(0, 10)
    until(stage, "v.sent.some((message) => message[3] === 'wheel')")
    fields = {event["type"]: event["fields"] for event in events(stage)}
    assert fields["keydown"]["code"] == "KeyA"
    assert fields["keydown"]["shiftKey"] is True
    assert fields["input"]["data"] == "A"
    assert fields["input"]["inputType"] == "insertText"
    assert fields["input"]["value"] == "A"
    assert fields["wheel"]["deltaY"] == 10
    assert fields["pointerdown"]["pointerType"] == "mouse"
    assert fields["focus"]["bubbles"] is False


def test_prevent_default_and_stop_propagation_are_flags(stage: Page) -> None:
    link = ["a", ["href", "#gone", "id", "a"], [], [["click", PREVENT]], "link"]
    show(stage, 2, 1, 0, ["div", [], [], [["click", 0]], [link]], 1, 2)
    stage.evaluate("window.outside = 0; document.body.addEventListener('click', () => outside++)")
    stage.locator("#a").click()
    assert stage.evaluate("[location.hash, outside]") == ["", 1]
    stage.evaluate("v.receive([1, 2, 1, [9, 3, [['click', 24]]]])")
    stage.evaluate("window.inside = 0; v.node(3).addEventListener('click', () => inside++)")
    stage.locator("#a").click()
    # Code of the page inside the view still sees it; nobody outside does, and no listener further up.
    assert stage.evaluate("[location.hash, outside, inside]") == ["", 1, 1]
    assert len(events(stage)) == 2


def test_a_listener_that_is_not_reached_prevents_nothing(stage: Page) -> None:
    link = ["a", ["href", "#there", "id", "a"], [], [["click", STOP | CAPTURE]], "link"]
    show(stage, 2, 1, 0, ["div", [], [], [["click", PREVENT]], [link]], 1, 2)
    stage.locator("#a").click()
    assert stage.evaluate("location.hash") == "#there"


def test_scrolling_does_not_wait_for_listeners_that_prevent_nothing(stage: Page) -> None:
    stage.evaluate(
        """() => {
            window.passive = [];
            const add = EventTarget.prototype.addEventListener;
            EventTarget.prototype.addEventListener = function (type, callback, options) {
                if (type === "wheel") passive.push(options.passive);
                return add.call(this, type, callback, options);
            };
        }"""
    )
    show(
        stage,
        2,
        1,
        0,
        ["p", [], [], [["wheel", 0]]],
        2,
        2,
        2,
        1,
        0,
        ["p", [], [], [["wheel", PREVENT]]],
        2,
        4,
    )
    assert stage.evaluate("passive") == [True, False]


def test_forms_never_navigate(stage: Page) -> None:
    form = [
        "form",
        ["action", "/elsewhere"],
        [],
        [["submit", 0]],
        [["input", ["name", "q"]], ["button", ["id", "go"]]],
    ]
    show(stage, 2, 1, 0, form, 1, 2, 2, 1, 0, ["form", [], [], [], [["button", ["id", "quiet"]]]], 1, 5)
    before = stage.url
    stage.locator("#go").click()
    stage.locator("#quiet").click()
    assert [event["type"] for event in events(stage)] == ["submit"]
    assert stage.url == before


def test_a_dialogs_form_closes_it_and_python_hears_of_it(stage: Page) -> None:
    dialog = [
        "dialog",
        [],
        [],
        [["close", 0]],
        [["form", ["method", "dialog"], [], [], [["button", ["id", "ok"]]]]],
    ]
    show(stage, 2, 1, 0, dialog, 1, 2)
    stage.evaluate("v.receive([1, 2, 0, [10, 2, 'showModal', []]])")
    stage.locator("#ok").click()
    until(stage, "v.sent.some((message) => message[3] === 'close')")
    assert events(stage)[-1]["edits"] == [2, "open", False]


def test_calls_from_python_fire_events_that_are_sent(stage: Page) -> None:
    show(stage, *nested([], [], [["focus", 0], ["click", 0]]))
    stage.evaluate("v.receive([1, 2, 0, [10, 4, 'focus', [], 10, 4, 'click', []]])")
    assert [event["type"] for event in events(stage)] == ["focus", "click"]


def test_targets_inside_a_shadow_tree_of_the_page(stage: Page) -> None:
    show(stage, 2, 1, 0, ["div", ["id", "host"], [], [["click", 0]]], 1, 2)
    stage.evaluate(
        "v.node(2).attachShadow({ mode: 'open' }).append(Object.assign(document.createElement('button'), { id: 'in' }))"
    )
    stage.locator("#in").click()
    assert [event["target"] for event in events(stage)] == [2]


def test_events_end_with_the_view(stage: Page) -> None:
    show(stage, *nested([["click", 0]], [], []))
    stage.evaluate("v.end(); v.sent.length = 0")
    stage.locator("#b").click()
    assert events(stage) == []
