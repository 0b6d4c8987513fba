from __future__ import annotations

import math
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.reflection import number_text
from domsync_jupyter.dom.suggestions import suggest
from domsync_jupyter.errors import InvalidStateError, SecurityError

# What each property reads and writes is compared with a browser in tests/browser/test_reflection.py.


@pytest.mark.parametrize(
    ("tag", "name", "value", "message"),
    [
        ("td", "colSpan", "2", "colSpan of <td> must be an int, not str '2'"),
        ("td", "colSpan", 1.5, "colSpan of <td> must be an int, not float 1.5"),
        ("td", "colSpan", None, "must be an int, not None"),
        ("p", "title", None, "title of <p> must be a str, not None"),
        ("p", "title", ["x"], r"must be a str, not list \['x'\]"),
        ("progress", "max", "1", "must be a number, not str '1'"),
        ("progress", "max", math.inf, "must be a finite number, not float inf"),
        ("button", "popoverTargetElement", "id", "must be an element, not str 'id'"),
    ],
)
def test_a_wrong_type_is_named(tag: str, name: str, value: Any, message: str) -> None:
    element = Document().createElement(tag)
    with pytest.raises(TypeError, match=message):
        setattr(element, name, value)
    assert not element.attributes


class Seven:
    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (Seven(), "7"), (True, "1")])
def test_what_counts_as_an_integer(value: Any, text: str) -> None:
    cell: Any = Document().createElement("td")
    cell.colSpan = value
    assert cell.getAttribute("colspan") == text


def test_elements_are_found_by_their_ids() -> None:
    document = Document()
    root = document.getRootElement()
    button: Any = document.createElement("button")
    target = document.createElement("div")
    root.append(button, target)
    with pytest.raises(InvalidStateError, match="needs an element that has an id"):
        button.popoverTargetElement = target
    target.id = "t"
    button.popoverTargetElement = target
    button.ariaControlsElements = [target]
    assert button.attributes == {"popovertarget": "t", "aria-controls": "t"}
    assert button.popoverTargetElement is target
    assert button.ariaControlsElements == [target]
    target.remove()
    assert button.popoverTargetElement is None
    button.ariaControlsElements = None
    assert button.ariaControlsElements is None


def test_what_carries_code_is_refused_here_too() -> None:
    link: Any = Document().createElement("a")
    with pytest.raises(SecurityError):
        link.href = "javascript:alert(1)"


def test_properties_are_documented() -> None:
    td = type(Document().createElement("td"))
    assert "https://html.spec.whatwg.org/#dom-tdth-colspan" in (vars(td.__mro__[1])["colSpan"].__doc__ or "")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123456789012345678912.0, "123456789012345680000"),
        (1e-7, "1e-7"),
        (1.5e-6, "0.0000015"),
        (-0.0, "0"),
        (5, "5"),
    ],
)
def test_numbers_are_written_as_in_javascript(number: float, text: str) -> None:
    assert number_text(number) == text


def test_suggestions() -> None:
    assert suggest("innerhtml", ["innerHTML", "outerHTML"]) == "innerHTML"
    assert suggest("inner_text", ["innerText"]) == "innerText"
    assert suggest("colour", ["color", "width"]) == "color"
    assert suggest("xyz", ["color"]) is None
