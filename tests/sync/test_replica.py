"""The replica applies what the page's applier applies, and refuses what is a fault there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domsync_jupyter.dom.names import SVG, XLINK
from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync.ops import Op
from domsync_jupyter.sync.replica import Replica


def vectors(name: str) -> list[dict[str, Any]]:
    """The vectors that both halves read."""
    found: list[dict[str, Any]] = json.loads(
        (Path(__file__).parents[1] / "wire" / f"{name}.json").read_text()
    )
    return found


def replica(*frames: list[Any]) -> Replica:
    made = Replica()
    for ops in frames:
        made.apply(ops)
    return made


THREE = [Op.INSERT, 1, 0, ["p", [], [], [], 0], 3, 2, ["a", "b", "c"]]


def test_insert() -> None:
    assert replica(THREE).root.html() == "<p>a</p><p>b</p><p>c</p>"
    assert replica(THREE, [Op.INSERT, 1, 3, ["#text", "x"], 1, 5]).root.html() == "<p>a</p>x<p>b</p><p>c</p>"
    assert replica([Op.INSERT, 1, 0, ["#comment", 0], 2, [7, 9], ["x", "y"]]).nodes.keys() == {1, 7, 9}


def test_columns_are_in_the_order_of_the_places() -> None:
    spec = [
        "p",
        ["a", 0, "b", "constant"],
        ["value"],
        [["click", 0]],
        [["b", ["c", 0]], ["#text", 0], ["i", [], [], [], 0]],
    ]
    made = replica([Op.INSERT, 1, 0, spec, 1, 2, ["1"], ["2"], ["3"], ["4"], ["5"]])
    assert made.root.html() == '<p a="1" b="constant"><b c="3"></b>4<i>5</i></p>'
    assert made.nodes[2].properties == {"value": "2"}
    assert made.nodes[2].listeners == [["click", 0]]
    assert made.nodes.keys() == {1, 2, 3, 4, 5}


def test_templates() -> None:
    made = replica([Op.TEMPLATE, 1, ["p", ["a", 0]], Op.INSERT, 1, 0, 1, 2, 2, ["x", "y"]])
    assert made.root.html() == '<p a="x"></p><p a="y"></p>'
    made.apply([Op.TEMPLATE, 1, ["b"], Op.INSERT, 1, 0, 1, 1, 4])
    assert made.root.html() == '<p a="x"></p><p a="y"></p><b></b>'


def test_move_remove_clear() -> None:
    assert replica(THREE, [Op.MOVE, 1, 2, [4, 3]]).root.html() == "<p>c</p><p>b</p><p>a</p>"
    assert replica(THREE, [Op.MOVE, 2, 0, [4]]).root.html() == "<p>a<p>c</p></p><p>b</p>"
    gone = replica(THREE, [Op.MOVE, 2, 0, [4], Op.REMOVE, [2]])
    assert gone.root.html() == "<p>b</p>"
    assert gone.nodes.keys() == {1, 3}
    assert replica(THREE, [Op.CLEAR, 1]).nodes.keys() == {1}


def test_text() -> None:
    assert replica(THREE, [Op.TEXT, 2, "x"]).root.html() == "<p>x</p><p>b</p><p>c</p>"
    assert replica(THREE, [Op.TEXT, 2, ""]).root.html() == "<p></p><p>b</p><p>c</p>"
    assert replica(THREE, [Op.TEXT, -2, "x"]).root.html() == "<p>x</p><p>b</p><p>c</p>"
    assert replica(THREE, [Op.TEXT, 1, "x"]).root.html() == "x"
    kept = replica(THREE, [Op.TEXT, -2, "x"])
    text = kept.nodes[-2]
    kept.apply([Op.TEXT, 2, "y"])
    assert kept.nodes[-2] is text
    assert text.data == "y"


def test_primary_text_keeps_its_number_elsewhere() -> None:
    made = replica(THREE, [Op.MOVE, 1, 0, [-2], Op.REMOVE, [2], Op.TEXT, -2, "x"])
    assert made.root.html() == "<p>b</p><p>c</p>x"


def test_values() -> None:
    made = replica(
        THREE, [Op.ATTR, 2, "a", "1", Op.ATTR, 2, [XLINK, "xlink:href"], "#", Op.PROP, 3, "value", "x"]
    )
    assert made.nodes[2].attributes == {"a": "1", (XLINK, "xlink:href"): "#"}
    assert made.nodes[3].properties == {"value": "x"}
    made.apply([Op.ATTR, 2, "a", None, Op.LISTEN, 2, [["click", 1]], Op.CALL, 2, "focus", []])
    assert made.nodes[2].attributes == {(XLINK, "xlink:href"): "#"}
    assert made.nodes[2].listeners == [["click", 1]]
    assert made.calls == [(2, "focus", [])]


def test_reset_forgets_everything() -> None:
    made = replica([Op.TEMPLATE, 1, ["p"], Op.INSERT, 1, 0, 1, 1, 2, Op.ATTR, 1, "a", "1"], [Op.RESET, 1])
    assert made.root.html() == ""
    assert made.root.attributes == {}
    assert made.nodes.keys() == {1}
    assert made.templates == {}


def test_html_escapes() -> None:
    made = replica([Op.INSERT, 1, 0, ["p", ["a", '"<&\xa0'], [], [], "<&\xa0"], 1, 2])
    assert made.root.html() == '<p a="&quot;&lt;&amp;&nbsp;">&lt;&amp;&nbsp;</p>'
    assert replica([Op.INSERT, 1, 0, ["br"], 1, 2]).root.html() == "<br>"
    assert replica([Op.INSERT, 1, 0, [[SVG, "path"]], 1, 2]).root.html() == "<path></path>"


@pytest.mark.parametrize(
    "ops",
    [
        [99], [0], ["x"], [None], [Op.INSERT], [Op.REMOVE, [9]], [Op.REMOVE, 9], [Op.CLEAR, 9], [Op.TEXT,
        9, "x"],
        [Op.TEXT, -3], [Op.MOVE, 1, 0, [9]], [Op.MOVE, 9, 0, [2]], [Op.MOVE, 1, 9, [2]], [Op.MOVE, 2, 0, [2]],
        [Op.MOVE, 2, 0, [1]], [Op.MOVE, 2, 3, [4]], [Op.INSERT, 9, 0, ["p"], 1, 5], [Op.INSERT, 1, 9,
        ["p"], 1, 5],
        [Op.INSERT, 1, 0, ["p"], 1, 2], [Op.INSERT, 1, 0, ["p"], 2, [5]], [Op.INSERT, 1, 0, 7, 1, 5],
        [Op.INSERT, 1, 0, ["p", ["a", 0]], 2, 5, ["x"]], [Op.INSERT, 1, 0, ["p", ["a", 0]], 1, 5],
        [Op.PROP, 2, "innerHTML", "x"],
        [Op.CALL, 2, "remove", []], [Op.ATTR, 9, "a", "x"], [Op.LISTEN, 9, []], [Op.RESET, 2],
    ],
)  # fmt: skip
def test_faults(ops: list[Any]) -> None:
    with pytest.raises(FrameError):
        replica(THREE, ops)


@pytest.mark.parametrize("vector", vectors("ops"), ids=lambda vector: vector["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    """What the page's applier does with these ops in a browser."""
    made = replica(*(step["ops"] for step in vector["steps"]))
    assert made.root.html() == vector["html"]


#: What the ops of the vectors of faults start from.
BEFORE_FAULTS: list[Any] = [
    1, 1, ["p", [], [], [], 0],
    2, 1, 0, ["div", [], [], [], [["p", [], [], [], "t"], ["#text", "x"]]], 1, 2,
]  # fmt: skip

#: Faults that only a page can notice, which keeps code out itself; Python refuses it before it becomes ops.
ONLY_IN_A_PAGE = {
    "event handler attribute",
    "event handler attribute, in capitals",
    "event handler attribute in a spec",
    "script element",
    "script element, in capitals",
    "script element of svg",
    "method that the element does not have",
}


@pytest.mark.parametrize("vector", vectors("faults"), ids=lambda vector: vector["name"])
def test_fault_vectors(vector: dict[str, Any]) -> None:
    made = replica(BEFORE_FAULTS)
    if vector["name"] in ONLY_IN_A_PAGE:
        return
    with pytest.raises(FrameError):
        made.apply(vector["ops"])
