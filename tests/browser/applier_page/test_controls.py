"""Form controls: what a person does is reported, and is not overwritten by what Python wrote before it knew."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.applier_page.stage import freeze, until

OPTIONS = [["option", [], [], [], "x"], ["option", [], [], [], "y"]]
INPUT = [2, 1, 0, ["input", ["id", "f"]], 1, 2]


def show(page: Page, *ops: Any) -> None:
    page.evaluate("window.v = stageView()")
    page.evaluate(
        "ops => v.receive([0, 1, 's', 1, 0, {window: 8, ack_ms: 50}], [2, 1, 0, [11, 1, ...ops, 12]])", ops
    )
    page.evaluate("v.sent.length = 0")


def edits(page: Page) -> list[Any]:
    """Waits for the next message that carries edits, and gives them.

    Who types several letters before freezes the clock or fills at once: edits go while one types slowly.
    """
    until(page, "v.sent.some((m) => (m[0] === 1 && m[6].length) || m[0] === 2)")
    found: list[Any] = page.evaluate(
        "v.sent.splice(0).filter((m) => m[0] === 1 || m[0] === 2).flatMap((m) => m[0] === 1 ? m[6] : m[3])"
    )
    return found


def value(page: Page, number: int = 2) -> Any:
    return page.evaluate("number => v.node(number).value", number)


def test_typing_without_a_listener_is_reported_once_it_is_quiet(own_stage: Page) -> None:
    show(own_stage, *INPUT)
    freeze(own_stage)
    own_stage.locator("#f").press_sequentially("abc")
    own_stage.clock.run_for(249)
    assert own_stage.evaluate("v.sent.filter((m) => m[0] === 2)") == []
    own_stage.clock.run_for(2)
    assert own_stage.evaluate("v.sent.filter((m) => m[0] === 2)") == [[2, 1, 1, [2, "value", "abc"]]]


def test_edits_travel_with_the_next_event(own_stage: Page) -> None:
    show(own_stage, *INPUT, 2, 1, 0, ["button", ["id", "b"], [], [["click", 0]]], 1, 3)
    freeze(own_stage)  # However slow the machine is, the click comes before the edits would go alone.
    own_stage.locator("#f").press_sequentially("abc")
    own_stage.locator("#b").click()
    assert edits(own_stage) == [2, "value", "abc"]
    assert own_stage.evaluate("v.sent.filter((m) => m[0] === 2)") == []


def test_what_python_knows_is_no_edit(stage: Page) -> None:
    listeners = [["keydown", 1], ["keyup", 0], ["input", 0]]
    show(stage, 2, 1, 0, ["input", ["id", "f"], [], listeners], 1, 2)
    events = "v.sent.filter((m) => m[0] === 1).map((m) => [m[3], m[6]])"
    # The default is known, and so is what was reported: a key that changes nothing says nothing of it.
    stage.locator("#f").press("Escape")
    stage.locator("#f").fill("abc")
    stage.locator("#f").press("Enter")
    nothing: list[Any] = [["keydown", []], ["keyup", []]]
    assert stage.evaluate(events) == [*nothing, ["input", [2, "value", "abc"]], *nothing]
    # So what Python makes of the key applies, though it was written before the last event came there.
    stage.evaluate("v.sent.length = 0; v.receive([1, 2, 4, [8, 2, 'value', '']])")
    assert value(stage) == ""
    stage.locator("#f").press("Enter")
    assert stage.evaluate(events) == nothing
    # What a script has written is known to nobody.
    stage.evaluate("v.sent.length = 0; v.node(2).value = 'of a script'")
    stage.locator("#f").press("Enter")
    assert stage.evaluate(events) == [["keydown", [2, "value", "of a script"]], ["keyup", []]]


def test_python_does_not_overwrite_what_it_has_not_seen(stage: Page) -> None:
    show(stage, *INPUT)
    stage.locator("#f").press_sequentially("a")
    # Not sent yet.
    stage.evaluate("v.receive([1, 2, 0, [8, 2, 'value', 'old']])")
    assert value(stage) == "a"
    assert edits(stage) == [2, "value", "a"]
    # Sent, not processed.
    stage.evaluate("v.receive([1, 3, 0, [8, 2, 'value', 'old']])")
    stage.evaluate(
        "v.receive([2, 4, 0, [11, 1, 2, 1, 0, ['input', ['id', 'f'], ['value']], 1, 2, ['older'], 12]])"
    )
    assert value(stage) == "a"
    # Processed: this frame's writer knew.
    stage.evaluate("v.receive([1, 5, 1, [8, 2, 'value', 'new']])")
    assert value(stage) == "new"


def test_a_processed_edit_gives_the_control_back_even_if_an_ack_alone_says_so(stage: Page) -> None:
    show(stage, *INPUT)
    stage.locator("#f").press_sequentially("a")
    assert edits(stage) == [2, "value", "a"]
    stage.evaluate("v.receive([3, 1], [1, 2, 1, [8, 2, 'value', 'new']])")
    assert value(stage) == "new"


def test_a_later_edit_is_owned_when_an_earlier_one_is_processed(own_stage: Page) -> None:
    show(own_stage, 2, 1, 0, ["input", ["id", "f"], [], [["input", 0]]], 1, 2)
    freeze(own_stage)  # However slow the machine is, the second edit waits for the first one's event.
    own_stage.locator("#f").press_sequentially("ab")
    own_stage.evaluate("v.receive([1, 2, 1, [8, 2, 'value', 'A']])")
    assert value(own_stage) == "ab"
    own_stage.evaluate("v.receive([1, 3, 2, [8, 2, 'value', 'AB']])")
    assert value(own_stage) == "AB"


def test_the_caret_stays(stage: Page) -> None:
    show(stage, *INPUT)
    stage.locator("#f").fill("hello")
    assert edits(stage) == [2, "value", "hello"]
    stage.evaluate("v.node(2).setSelectionRange(2, 3); v.receive([1, 2, 1, [8, 2, 'value', 'hello']])")
    assert stage.evaluate("[v.node(2).selectionStart, v.node(2).selectionEnd]") == [2, 3]
    stage.evaluate("v.receive([1, 3, 1, [8, 2, 'value', 'HELLO']])")
    assert stage.evaluate("[v.node(2).value, v.node(2).selectionStart, v.node(2).selectionEnd]") == [
        "HELLO",
        2,
        3,
    ]


def test_an_equal_value_is_never_assigned(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f"], ["value"]], 1, 2, ["same"])
    stage.evaluate(
        """() => {
            window.assigned = [];
            Object.defineProperty(v.node(2), "value", { get: () => "same", set: (value) => assigned.push(value) });
        }"""
    )
    stage.evaluate("v.receive([1, 2, 0, [8, 2, 'value', 'same']], [1, 3, 0, [8, 2, 'value', 'other']])")
    assert stage.evaluate("assigned") == ["other"]


@pytest.mark.parametrize(
    ("spec", "act", "expected"),
    [
        (["input", ["id", "f", "type", "checkbox"]], "click", [2, "checked", True]),
        (["textarea", ["id", "f"]], "type", [2, "value", "a\nb"]),
        (["select", ["id", "f"], [], [], OPTIONS], "select", [2, "selectedIndex", 1]),
        (["select", ["id", "f", "multiple", ""], [], [], OPTIONS], "select", [2, "selectedOptions", [1]]),
        (["details", ["id", "f"], [], [], [["summary", [], [], [], "s"]]], "click", [2, "open", True]),
    ],
)  # fmt: skip
def test_states_of_controls(stage: Page, spec: list[Any], act: str, expected: list[Any]) -> None:
    show(stage, 2, 1, 0, spec, 1, 2)
    control = stage.locator("#f")
    if act == "click":
        control.click()
    elif act == "type":
        control.fill("a\nb")
    else:
        control.select_option("y")
    assert edits(stage) == expected


def test_a_radio_button_reports_its_group(stage: Page) -> None:
    radio = ["input", ["type", "radio", "name", "g", "id", 0]]
    show(
        stage, 2, 1, 0, radio, 2, 2, ["one", "two"], 2, 1, 0, ["input", ["type", "radio", "name", "h"]], 1, 4
    )
    stage.locator("#one").click()
    assert edits(stage) == [2, "checked", True, 3, "checked", False]
    stage.locator("#two").click()
    assert edits(stage) == [2, "checked", False, 3, "checked", True]


def test_a_radio_button_is_its_groups_while_another_one_is_ticked(stage: Page) -> None:
    listeners = [["click", 0], ["input", 0], ["change", 0]]
    radio = ["input", ["type", "radio", "name", "g", "id", 0], [], listeners]
    show(stage, 2, 1, 0, radio, 2, 2, ["one", "two"])
    stage.locator("#one").click()
    until(stage, "v.sent.filter((m) => m[0] === 1).length === 3")
    found = stage.evaluate("v.sent.filter((m) => m[0] === 1).map((m) => m[6])")
    assert found == [*[[2, "checked", True, 3, "checked", False]] * 2, []]
    # Python ticks the other one when it has seen the first of these: the second will take that back.
    stage.evaluate("v.receive([1, 2, 1, [8, 3, 'checked', true]])")
    assert stage.evaluate("[v.node(2).checked, v.node(3).checked]") == [True, False]
    stage.evaluate("v.receive([1, 3, 2, [8, 3, 'checked', true]])")
    assert stage.evaluate("[v.node(2).checked, v.node(3).checked]") == [False, True]


@pytest.mark.parametrize(
    ("spec", "prop", "op"),
    [
        (["input"], ["value", ""], [7, 2, "value", "default"]),
        (["textarea"], ["value", ""], [6, 2, "default"]),
        (["input", ["type", "checkbox"]], ["checked", False], [7, 2, "checked", ""]),
    ],
)
def test_a_value_that_was_set_does_not_follow_the_default_one(
    stage: Page, spec: list[Any], prop: list[Any], op: list[Any]
) -> None:
    show(stage, 2, 1, 0, spec, 1, 2)
    name, wanted = prop
    stage.evaluate("([prop, op]) => v.receive([1, 2, 0, [8, 2, ...prop]], [1, 3, 0, op])", [prop, op])
    assert stage.evaluate("name => v.node(2)[name]", name) == wanted


def test_nor_does_one_that_was_reported(own_stage: Page) -> None:
    show(own_stage, 2, 1, 0, ["input", ["id", "f"], [], [["keyup", 0]]], 1, 2)
    freeze(own_stage)
    own_stage.locator("#f").press("a")
    assert edits(own_stage) == [2, "value", "a"]
    own_stage.locator("#f").press("Backspace")
    assert edits(own_stage) == [2, "value", ""]
    own_stage.evaluate("v.receive([1, 2, 0, [7, 2, 'value', 'default']])")
    assert value(own_stage) == ""


def test_to_report_a_number_leaves_what_is_half_typed(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f", "type", "number"], [], [["input", 0]]], 1, 2)
    stage.locator("#f").press_sequentially("-")
    assert edits(stage) == [2, "value", ""]
    assert stage.evaluate("v.node(2).validity.badInput")


def test_a_choice_is_reported_again_if_python_removes_the_option(own_stage: Page) -> None:
    show(own_stage, 2, 1, 0, ["select", ["id", "f"], [], [], [*OPTIONS, ["option", [], [], [], "z"]]], 1, 2)
    own_stage.locator("#f").select_option("z")
    assert edits(own_stage) == [2, "selectedIndex", 2]
    # For Python, which has not heard of it, 2 will be another one, or none.
    own_stage.evaluate("v.receive([1, 2, 0, [4, [5]]])")
    assert edits(own_stage) == [2, "selectedIndex", 0]
    freeze(own_stage)
    own_stage.locator("#f").select_option("y")
    own_stage.clock.run_for(300)
    assert edits(own_stage) == [2, "selectedIndex", 1]
    # Python has heard of it, and chooses itself.
    own_stage.evaluate("v.receive([1, 3, 3, [8, 2, 'selectedIndex', 0]])")
    own_stage.clock.run_for(300)
    assert own_stage.evaluate("v.sent.filter((m) => m[0] < 3 && m[0])") == []
    assert own_stage.evaluate("v.node(2).selectedIndex") == 0


def test_what_only_looks_like_a_control_is_none(stage: Page) -> None:
    svg = "http://www.w3.org/2000/svg"
    named = [[[svg, tag], ["id", tag], [], [["click", 0]]] for tag in ("input", "select", "details")]
    show(stage, 2, 1, 0, [[svg, "svg"], [], [], [], named], 1, 2)
    stage.evaluate("for (const n of [3, 4, 5]) v.node(n).dispatchEvent(new Event('click'))")
    assert stage.evaluate("v.sent.filter((m) => m[0] === 1).map((m) => m[6])") == [[], [], []]


DETAILS = ["details", ["id", "f"], [], [["toggle", 0]], [["summary", [], [], [], "s"]]]


def test_python_does_not_close_what_a_person_has_opened_unless_it_knows(stage: Page) -> None:
    show(stage, 2, 1, 0, DETAILS, 1, 2)
    # At once: the browser tells of it later.
    stage.evaluate("v.node(3).click(); v.receive([1, 2, 0, [7, 2, 'open', null]])")
    assert edits(stage) == [2, "open", True]
    assert stage.evaluate("v.node(2).open")
    stage.evaluate("details => v.receive([2, 3, 0, [11, 1, 2, 1, 0, details, 1, 2, 12]])", DETAILS)
    assert stage.evaluate("v.node(2).open")
    stage.evaluate("v.receive([1, 4, 1, [7, 2, 'open', null]])")
    assert not stage.evaluate("v.node(2).open")


def test_what_python_opens_and_closes_is_nobodys_edit(stage: Page) -> None:
    other = ["details", ["name", "g", "open", ""], [], [["toggle", 0]], [["summary", [], [], [], "s"]]]
    show(stage, 2, 1, 0, DETAILS, 1, 2, 2, 1, 0, other, 1, 4)
    stage.evaluate("v.receive([1, 2, 0, [7, 2, 'open', '']])")
    until(stage, "v.sent.some((m) => m[2] && m[3] === 'toggle' && m[4] === 2)")
    stage.evaluate("v.receive([1, 3, 0, [7, 2, 'open', null]])")
    assert not stage.evaluate("v.node(2).open")
    opened = [*DETAILS[:1], [*DETAILS[1], "open", ""], *DETAILS[2:]]
    stage.evaluate(
        "([a, b]) => v.receive([2, 4, 0, [11, 1, 2, 1, 0, a, 1, 2, 2, 1, 0, b, 1, 4, 12]])", [opened, other]
    )
    assert stage.evaluate("v.node(2).open")
    assert stage.evaluate("v.sent.flatMap((m) => m[0] === 1 ? m[6] : m[0] === 2 ? m[3] : [])") == []
    # But this is: the browser closes one of two that have the same name, of which Python knows nothing.
    stage.evaluate("v.receive([1, 5, 0, [7, 2, 'name', 'g']])")
    assert edits(stage) == [2, "open", False]


def test_a_reset_form_reports_its_controls(stage: Page) -> None:
    fields = [["input", ["id", "f", "value", "first"]], ["button", ["type", "reset", "id", "r"]]]
    show(stage, 2, 1, 0, ["form", [], [], [], fields], 1, 2)
    stage.locator("#f").fill("other")
    assert edits(stage) == [3, "value", "other"]
    stage.locator("#r").click()
    assert edits(stage) == [3, "value", "first"]


def test_a_prevented_checkbox_reports_what_it_fell_back_to(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f", "type", "checkbox"], [], [["click", 8]]], 1, 2)
    stage.locator("#f").click()
    seen = edits(stage)
    if len(seen) == 3:  # On a slow machine, both in one message.
        seen += edits(stage)
    assert seen == [2, "checked", True, 2, "checked", False]


def test_file_fields_report_nothing(stage: Page) -> None:
    show(stage, 2, 1, 0, ["input", ["id", "f", "type", "file"], [], [["change", 0]]], 1, 2)
    stage.locator("#f").set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"x"})
    until(stage, "v.sent.some((m) => m[0] === 1)")
    assert stage.evaluate("v.sent.find((m) => m[0] === 1)[6]") == []


def test_edits_of_a_lost_session_are_reported_in_the_new_one(stage: Page) -> None:
    show(stage, *INPUT)
    stage.locator("#f").fill("kept")
    assert edits(stage) == [2, "value", "kept"]
    stage.evaluate("v.lose('gone'); v.reopen(); v.sent.length = 0")
    field = ["input", ["id", "f"], ["value"]]
    stage.evaluate(
        "field => v.receive([0, 1, 'other', 1, 0, {}], [2, 1, 0, [11, 1, 2, 1, 0, field, 1, 2, [''], 12]])",
        field,
    )
    assert value(stage) == "kept"
    assert edits(stage) == [2, "value", "kept"]


def test_a_control_that_is_gone_is_forgotten(stage: Page) -> None:
    show(stage, *INPUT, 2, 1, 0, ["button", ["id", "b"], [], [["click", 0]]], 1, 3)
    stage.locator("#f").press_sequentially("a")
    stage.evaluate("v.receive([1, 2, 0, [4, [2]]])")
    stage.locator("#b").click()
    until(stage, "v.sent.some((m) => m[0] === 1)")
    assert stage.evaluate("v.sent.find((m) => m[0] === 1)[6]") == []


MODAL = ["dialog", ["id", "f", "open", ""], ["modal"], [["close", 0]], [["button", ["id", "in"]]]]


def is_modal(page: Page) -> bool:
    modal: bool = page.evaluate("v.node(2).matches('dialog[open]:modal')")
    return modal


def test_a_dialog_is_above_the_rest_for_who_comes_later_too(stage: Page) -> None:
    show(stage, 2, 1, 0, MODAL, 1, 2, [True], 2, 1, 0, ["button", ["id", "out"]], 1, 4)
    assert is_modal(stage)
    # A snapshot says nothing new.
    stage.evaluate("ops => v.receive([2, 2, 0, ops])", [11, 1, 2, 1, 0, MODAL, 1, 2, [True], 12])
    assert is_modal(stage)
    assert stage.evaluate("v.sent.filter((m) => m[0] === 2)") == []


@pytest.mark.parametrize(
    "ops",
    [[7, 2, "open", None], [8, 2, "modal", False, 7, 2, "open", None], None],
    ids=["open", "both", "snapshot"],
)
def test_the_rest_can_be_used_when_python_closes_the_dialog(stage: Page, ops: list[Any] | None) -> None:
    show(stage, 2, 1, 0, MODAL, 1, 2, [True], 2, 1, 0, ["button", ["id", "out"], [], [["click", 0]]], 1, 4)
    if ops is None:
        closed = ["dialog", ["id", "f"], [], [["close", 0]]]
        out = ["button", ["id", "out"], [], [["click", 0]]]
        stage.evaluate(
            "ops => v.receive([2, 2, 0, ops])", [11, 1, 2, 1, 0, closed, 1, 2, 2, 1, 0, out, 1, 4, 12]
        )
    else:
        stage.evaluate("ops => v.receive([1, 2, 0, ops])", ops)
    assert not is_modal(stage)
    stage.locator("#out").click(timeout=5_000)
    until(stage, "v.sent.some((message) => message[3] === 'click')")


def test_a_dialog_may_stay_open_without_being_above_the_rest(stage: Page) -> None:
    show(stage, 2, 1, 0, MODAL, 1, 2, [True])
    stage.evaluate("v.receive([1, 2, 0, [8, 2, 'modal', false]])")
    assert stage.evaluate("v.node(2).open")
    assert not is_modal(stage)


def test_python_does_not_open_a_dialog_again_before_it_has_seen_that_it_was_closed(stage: Page) -> None:
    show(stage, 2, 1, 0, MODAL, 1, 2, [True])
    stage.keyboard.press("Escape")
    stage.evaluate("v.receive([1, 2, 0, [7, 2, 'open', '', 8, 2, 'modal', true]])")
    assert not is_modal(stage)
    assert edits(stage) == [2, "open", False]
    stage.evaluate("v.receive([1, 3, 1, [7, 2, 'open', '', 8, 2, 'modal', true]])")
    assert is_modal(stage)
