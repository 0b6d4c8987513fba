"""JavaScript text for eval clients: what is written, and that nothing of a document can be code in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.javascript import JavaScript, ask_statement, literal, notice_statement
from domsync_jupyter.sync.ops import Op

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["</script>", "<!--", "\u2028\u2029", "`${x}`", "\\", '"', "'", "\n\r", "\x00", "*/", "//"]
)
#: A whole string literal, as JavaScript and JSON have it.
STRING = re.compile(r'"(?:[^"\\\n\r\u2028\u2029]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*"')
#: All that is left of a frame when its strings are taken out.
CODE = re.compile(r"[\w\s().,;=\[\]{}$-]*")

# "S" is any string: what of it is code does not depend on it.
OPS: list[list[Any]] = [
    [
        Op.INSERT,
        1,
        0,
        ["S", ["S", "S", ["S", "S"], "S"], [], [["S", 31, "this.value", ["S"], ["S"]]], "S"],
        1,
        2,
    ],
    [
        Op.INSERT,
        1,
        2,
        [["S", "S"], [], [], [], [["#text", "S"], ["#comment", "S"], ["#text", 0]]],
        1,
        3,
        ["S"],
    ],
    [Op.TEMPLATE, 1, ["S", ["S", 0], ["value"], [], 0]],
    [Op.INSERT, 1, 0, 1, 2, [8, 9], ["S", "S"], ["S", "S"], ["S", "S"]],
    [Op.MOVE, 1, 2, [3, -2]],
    [Op.MOVE, 1, 0, [3]],
    [Op.REMOVE, [3, -2]],
    [Op.CLEAR, 1],
    [Op.TEXT, 2, "S"],
    [Op.TEXT, -2, "S"],
    [Op.ATTR, 2, "S", "S"],
    [Op.ATTR, 2, "S", None],
    [Op.ATTR, 2, ["S", "S"], "S"],
    [Op.ATTR, 2, ["S", "S"], None],
    [Op.PROP, 2, "value", "S"],
    [Op.LISTEN, 2, [["S", 0, "event.target.value", ["S", "S"], ["S"]], ["S", 1]]],
    [Op.CALL, 2, "setCustomValidity", ["S"]],
    [Op.CALL, 2, "scrollIntoView", [{"S": "S", "behavior": ["S", {"S": 1}]}]],
]


def text(ops: list[Any]) -> str:
    javascript = JavaScript("root")
    javascript.text([Op.TEMPLATE, 1, ["td", ["class", 0], ["value"], [], 0]])
    return javascript.text(ops)


def replace(item: Any, strings: Any) -> Any:
    match item:
        case "S":
            return next(strings)
        case list():
            return [replace(each, strings) for each in item]
        case dict():
            return {replace(key, strings): replace(value, strings) for key, value in item.items()}
    return item


@given(TEXTS)
def test_a_literal_is_json_that_is_safe_in_code(value: str) -> None:
    written = literal(value)
    assert json.loads(written) == value
    assert STRING.fullmatch(written)
    assert "<" not in written


@pytest.mark.parametrize("value", [0, -1, 1.5, True, False, None, "x", [], [1, "<", None]])
def test_other_literals(value: Any) -> None:
    assert json.loads(literal(value)) == value


def test_a_mapping_is_parsed_by_the_page() -> None:
    written = literal([{"__proto__": {"a": "</"}}])
    assert written.startswith("JSON.parse(")
    assert written.endswith(")")
    assert json.loads(json.loads(written[11:-1])) == [{"__proto__": {"a": "</"}}]


@pytest.mark.parametrize("op", OPS, ids=lambda op: f"{op[0].name} {len(op)}")
@given(data=st.data())
def test_strings_never_become_code(op: list[Any], data: st.DataObject) -> None:
    given_strings: list[str] = []

    def strings() -> Any:
        while True:
            given_strings.append(data.draw(TEXTS))
            yield given_strings[-1]

    def harmless() -> Any:
        while True:
            yield "harmless"

    written = text(replace(op, strings()))
    assert "</" not in written
    assert "<!--" not in written
    skeleton = STRING.sub("", written)
    assert CODE.fullmatch(skeleton)
    # A name of a field that is no path is left out; apart from that the strings leave no trace in the code.
    if op[0] not in (Op.LISTEN, Op.INSERT):
        assert skeleton == STRING.sub("", text(replace(op, harmless())))


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        ([Op.INSERT, 1, 0, ["p", ["class", "c"], [], [], "t"], 1, 2],
         ['n.add(2, d.createElement("p"));', 'n[2].setAttribute("class", "c");', 'n[2].textContent = "t";',
          "n[1].append(n[2]);"]),
        ([Op.INSERT, 1, 9, ["ul", [], [], [], [["li"], ["#text", "100%"]]], 1, 2],
         ['n.add(2, d.createElement("ul"));', 'n[2].append(n.add(3, d.createElement("li")));',
          'n[2].append(n.add(4, d.createTextNode("100%")));', "n[1].insertBefore(n[2], n[9]);"]),
        ([Op.INSERT, 1, 0, ["input", ["type", 0], ["value"]], 2, 5, ["a", "b"], ["x", "y"]],
         ['n.add(5, d.createElement("input"));', 'n[5].setAttribute("type", "a");', "n[1].append(n[5]);",
          'n.set(5, "value", "x");',
          'n.add(6, d.createElement("input"));', 'n[6].setAttribute("type", "b");', "n[1].append(n[6]);",
          'n.set(6, "value", "y");']),
        ([Op.INSERT, 1, 0, ["tr", [], [], [], [["td", [], [], [], 0]]], 2, [9, 7, 8, 6], ["a", "b"]],
         ['n.add(9, d.createElement("tr"));', 'n[9].append(n.add(7, d.createElement("td")));',
          'n[7].textContent = "a";', "n[1].append(n[9]);",
          'n.add(8, d.createElement("tr"));', 'n[8].append(n.add(6, d.createElement("td")));',
          'n[6].textContent = "b";', "n[1].append(n[8]);"]),
        ([Op.INSERT, 1, 0, [["ns", "svg"], [["x", "x:a"], "v"]], 1, [7]],
         ['n.add(7, d.createElementNS("ns", "svg"));', 'n[7].setAttributeNS("x", "x:a", "v");',
          "n[1].append(n[7]);"]),
        ([Op.MOVE, 2, -2, [3, 4]], ["n.move(n[2], n.text(-2), [n[3], n[4]]);"]),
        ([Op.TEXT, 2, "t"], ['n.setText(2, "t");']),
        ([Op.TEXT, -2, "t"], ['n.text(-2).data = "t";']),
        ([Op.ATTR, 2, ["ns", "x:a"], None], ['n[2].removeAttributeNS("ns", "a");']),
        ([Op.LISTEN, 2, [["click", 8, "this.a[event.b][3]", ["x", "no path"]]]],
         ['n.listen(2, [["click",8,"this.a[event.b][3]",["this","a",["event","b"],3],[["x",["event","x"]]],[]]]);']),
        ([Op.CALL, 2, "focus", []], ['n.call(2, "focus", []);']),
    ],
)  # fmt: skip
def test_writes(ops: list[Any], expected: list[str]) -> None:
    assert JavaScript("root").text(ops).splitlines() == [
        '(function (n, d) { "use strict";', *expected, "})(window.__domsync__, document);"
    ]  # fmt: skip


def test_a_snapshot_brings_the_runtime_and_forgets_templates() -> None:
    javascript = JavaScript('ro"ot')
    first = javascript.text([Op.RESET, 1, Op.TEMPLATE, 1, ["p"], Op.INSERT, 1, 0, 1, 1, 2])
    assert first.endswith('})("ro\\"ot"), document);\n')
    assert "window.__domsync__ = nodes" in first
    javascript.text([Op.INSERT, 1, 0, 1, 1, 3])
    javascript.text([Op.RESET, 1])
    with pytest.raises(KeyError):
        javascript.text([Op.INSERT, 1, 0, 1, 1, 2])


def test_says_what_python_has_seen() -> None:
    assert "n.seen(7);" in JavaScript("root").text([Op.CLEAR, 1], processed=7)


@pytest.mark.parametrize(
    "ops",
    [
        [Op.PROP, 2, "innerHTML", "x"],
        [Op.INSERT, 1, 0, ["p", [], ["innerHTML"]], 1, 2, ["x"]],
        [Op.CALL, 2, "remove", []],
        [Op.RESET, 2],
        [99, 1],
    ],
)
def test_refuses_what_no_page_is_to_be_told(ops: list[Any]) -> None:
    with pytest.raises(FrameError):
        JavaScript("root").text(ops)


@pytest.mark.parametrize("number", ["1];attack();n[1", "x", None])
def test_a_number_is_a_number(number: Any) -> None:
    for ops in ([Op.CLEAR, number], [Op.REMOVE, [number]], [Op.INSERT, 1, 0, ["p"], 1, [number]]):
        with pytest.raises((TypeError, ValueError)):
            JavaScript("root").text(ops)


def test_questions() -> None:
    assert ask_statement(messages.Ask(3, 2, "get", "scrollTop", [])) == (
        'window.__domsync__.ask(3, 2, "get", "scrollTop", []);\n'
    )
    assert ask_statement(messages.Ask(3, 2, "call", "getBoundingClientRect", [])) is not None
    assert ask_statement(messages.Ask(3, 2, "get", "getBoundingClientRect", [])) is None
    assert ask_statement(messages.Ask(3, 2, "call", "remove", [])) is None
    assert ask_statement(messages.Ask(3, 0, "file", "", [1, 0, 10])) is None


def test_notices_go_to_the_console() -> None:
    assert notice_statement(messages.Notice("error", "t", "</script>", 1)) == (
        'console.error("t" + "\\n\\u003c/script>");\n'
    )
    assert notice_statement(messages.Notice("info", "t", "x", 1)).startswith("console.info(")
