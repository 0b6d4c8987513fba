"""`Checkbox` and `Switch`."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Checkbox, Switch
from domsync_jupyter.testing import connect


@pytest.mark.parametrize("kind", [Checkbox, Switch])
def test_is_ticked_by_its_label(kind: type[Checkbox]) -> None:
    document = Document()
    heard: list[bool] = []
    box = kind(document, "Live", True, on_change=heard.append)
    with connect(document) as page:
        page.click("label")
        assert (box.value, heard) == (False, [False])
        page.press(" ", "input")
        assert (box.value, heard) == (True, [False, True])
        box.value = False
        page.until(lambda: not page.get("input").checked)  # type: ignore[attr-defined]
    assert heard == [False, True]


def test_a_switch_says_that_it_is_one() -> None:
    assert Switch(Document(), "Live").control.role == "switch"
    assert Checkbox(Document(), "Live").control.role is None


@pytest.mark.parametrize("wrong", [None, 1, "on"])
def test_is_yes_or_no(wrong: Any) -> None:
    box = Checkbox(Document(), "Live", True)
    with pytest.raises(TypeError, match="True or False"):
        box.value = wrong
    assert box.value is True


def test_takes_that_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    box = Checkbox(Document(), "Live")
    box.value = numpy.bool_(1)
    assert box.value is True
