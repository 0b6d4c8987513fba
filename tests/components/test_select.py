"""`SelectComponent`."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import SelectComponent


def test_shows_options_and_calls_back() -> None:
    document = Document("root")
    chosen: list[Any] = []
    component = SelectComponent(
        document.getRootElement(),
        {"1": "one", "2": "two"},
        lambda event: chosen.append(event["value"]),
        "2",
        id="s",
    )
    select: Any = component.getElement()
    options: list[Any] = select.children
    assert [(option.value, option.innerText) for option in options] == [("1", "one"), ("2", "two")]
    assert select.value == "2"
    document.handle_event({"domsync": True, "event": "input", "id": "s", "value": "1"})
    assert chosen == ["1"]
    assert component.select is select is document.getElementById("s")
    component.remove()
    assert not document.getRootElement().children


def test_a_list_is_values_and_texts() -> None:
    component = SelectComponent(Document().getRootElement(), ["x", "y"], print)
    select: Any = component.select
    assert select.value == "x"
    assert component.select.id == ""
    assert component.getDocument().getElementById(component.getRootId()) is component.select


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="'z'"):
        SelectComponent(Document().getRootElement(), ["x"], print, "z")
    with pytest.raises(TypeError, match="list of names"):
        SelectComponent(Document().getRootElement(), "xy", print)
