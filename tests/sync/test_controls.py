"""States of form controls, as a page reports them."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.sync.controls import apply_edits, getter_values
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.ops import Op
from tests.sync.follower import ACK, Follower


class Form:
    """One control of each kind, and a viewer."""

    def __init__(self) -> None:
        self.document = Document()
        root = self.document.getRootElement()
        self.controls: dict[str, Any] = {}
        for tag in ("input", "textarea", "select", "details", "p"):
            self.controls[tag] = self.document.createElement(tag)
            root.append(self.controls[tag])
        for name in "abc":
            self.controls["select"].append(self.document.createElement("option", innerText=name, value=name))
        self.mirror = Mirror.of(self.document)
        self.follower = Follower(self.mirror)
        self.follower.check()

    def edit(self, tag: str, name: object, value: object) -> None:
        apply_edits(self.follower.session, [self.controls[tag]._number, name, value])


@pytest.fixture
def form() -> Form:
    return Form()


def test_what_is_typed_arrives_and_is_not_sent_back(form: Form) -> None:
    form.edit("input", "value", "typed")
    form.edit("textarea", "value", "more")
    form.edit("input", "checked", True)
    form.edit("select", "selectedIndex", 2)
    assert form.controls["input"].value == "typed"
    assert form.controls["textarea"].value == "more"
    assert form.controls["input"].checked
    assert form.controls["select"].value == "c"
    assert form.follower.ops() == []


def test_other_viewers_get_it(form: Form) -> None:
    other = Follower(form.mirror)
    other.check()
    form.edit("input", "value", "typed")
    assert other.ops() == [Op.PROP, form.controls["input"]._number, "value", "typed"]


def test_a_later_viewer_gets_it(form: Form) -> None:
    form.follower.pump()
    form.edit("input", "value", "typed")
    late = Follower(form.mirror)
    late.check()
    assert late.replica.nodes[form.controls["input"]._number].properties == {"value": "typed"}


def test_a_page_that_was_reloaded_gets_what_was_typed_before_and_had_to_wait(form: Form) -> None:
    number = form.controls["input"]._number
    form.follower.type(number, "typed")
    form.follower.reload()
    form.follower.pump()
    assert "value" not in form.follower.replica.nodes[number].properties
    form.follower.process()
    assert form.follower.ops() == [Op.PROP, number, "value", "typed"]
    # What the new page says it shows already.
    form.follower.type(number, "more")
    form.follower.process()
    form.mirror.collect()
    assert [tag for tag, *_ in form.follower.pump()] == [ACK]


def test_the_viewer_that_remains_gets_what_waited_when_another_one_ended(form: Form) -> None:
    number = form.controls["input"]._number
    other = Follower(form.mirror)
    other.check()
    form.follower.type(number, "typed")
    form.follower.session.close()
    form.follower.process()
    assert other.ops() == [Op.PROP, number, "value", "typed"]


def test_choosing_forgets_the_value_that_was_set_before(form: Form) -> None:
    select = form.controls["select"]
    select.value = "b"
    assert select.value == "b"
    form.edit("select", "selectedIndex", 0)
    assert select.value == "a"
    select.value = "b"
    assert select.value == "b"


def test_choosing_several_forgets_the_value_that_was_set_before(form: Form) -> None:
    select = form.controls["select"]
    select.setAttribute("multiple", "")
    select.value = "b"
    form.edit("select", "selectedOptions", [0, 2])
    assert "value" not in (select._properties or {})
    form.edit("select", "selectedIndex", 1)
    assert "selectedOptions" not in (select._properties or {})


@pytest.mark.parametrize(
    ("tag", "name", "value"),
    [
        ("input", "value", 1), ("input", "value", None), ("input", "checked", 1),
        ("input", "checked", "true"),
        ("input", "selectedIndex", 1), ("input", "innerHTML", "x"), ("input", "onclick", "x"),
        ("input", 1, "x"),
        ("input", None, "x"), ("input", [1], "x"), ("select", "selectedIndex", True),
        ("select", "selectedIndex", -2),
        ("select", "selectedIndex", 1.5), ("select", "selectedOptions", "01"),
        ("select", "selectedOptions", [-1]),
        ("select", "selectedOptions", [True]), ("p", "value", "x"), ("details", "open", 1),
        ("p", "open", True),
    ],
)  # fmt: skip
def test_what_cannot_be_is_dropped(form: Form, tag: str, name: Any, value: Any) -> None:
    before = dict(form.controls[tag]._properties or {})
    form.edit(tag, name, value)
    assert dict(form.controls[tag]._properties or {}) == before
    assert form.follower.ops() == []


@pytest.mark.parametrize("number", [0, -1, 999, 10**30, 1.5, True, "2", None, [2]])
def test_nodes_that_are_not_there_are_ignored(form: Form, number: Any) -> None:
    apply_edits(form.follower.session, [number, "value", "x"])
    assert form.follower.ops() == []


def test_one_bad_edit_does_not_keep_the_others_out(form: Form) -> None:
    number = form.controls["input"]._number
    apply_edits(
        form.follower.session,
        [999, "value", "x", number, "bad", 1, number, "value", "typed", number, "value"],
    )
    assert form.controls["input"].value == "typed"


def test_getter_values() -> None:
    assert getter_values([2, "this.value", "x", 3, "event.clientX", 1.5]) == {
        (2, "this.value"): "x",
        (3, "event.clientX"): 1.5,
    }
    assert getter_values([2, "this.value", [1], "2", "x", 1, 2, 3, 4, True, "x", 1]) == {
        (2, "this.value"): [1]
    }
