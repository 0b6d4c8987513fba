from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.dom.token_list import DOMTokenList
from domsync_jupyter.errors import DOMSyntaxError, InvalidCharacterError

# What it does with any program of calls is compared with a browser in tests/browser/test_live_properties.py.


@pytest.fixture
def element() -> Element:
    return Document().createElement("p", attributes={"class": " b  a b "})


def test_is_a_set_in_order(element: Element) -> None:
    tokens = element.classList
    assert list(tokens) == ["b", "a"]
    assert (len(tokens), tokens.length, tokens[1], tokens.item(1), tokens.item(2)) == (2, 2, "a", "a", None)
    assert "a" in tokens
    assert tokens.contains("b")
    assert "c" not in tokens
    assert str(tokens) == tokens.value == " b  a b "


def test_adds_removes_toggles_and_replaces(element: Element) -> None:
    element.classList.add("c", "a")
    assert element.className == "b a c"
    element.classList.remove("b", "x")
    assert element.className == "a c"
    assert element.classList.toggle("a") is False
    assert element.classList.toggle("a", False) is False
    assert element.classList.toggle("d", True) is True
    assert element.classList.replace("c", "d") is True
    assert element.classList.replace("c", "e") is False
    assert element.className == "d"


@pytest.mark.parametrize(
    ("token", "error", "name"),
    [("", DOMSyntaxError, "SyntaxError"), ("a\tb", InvalidCharacterError, "InvalidCharacterError")],
)
def test_checks_everything_before_it_changes_anything(
    element: Element, token: str, error: type[DOMSyntaxError], name: str
) -> None:
    for call in (element.classList.add, element.classList.remove, element.classList.replace):
        with pytest.raises(error) as caught:
            call("a", token)
        assert caught.value.name == name
    assert element.className == " b  a b "


def test_other_types_are_refused(element: Element) -> None:
    with pytest.raises(TypeError, match="a token must be a str, not int"):
        element.classList.add(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hash(element.classList)


def test_an_equal_value_is_no_change(element: Element) -> None:
    element.className = "a b"
    element._number = 2
    element.classList.add("a")
    element.classList.remove("x")
    assert not element._document._changes


def test_equality(element: Element) -> None:
    other = Document().createElement("p")
    other.className = "b a"
    assert element.classList == other.classList
    assert other.classList == "b a"
    assert element.classList != "b a"
    assert element.classList != ["b", "a"]


def test_can_be_set_as_a_whole(element: Element) -> None:
    element.classList = "x y"
    assert list(element.classList) == ["x", "y"]


def test_supports_what_the_attribute_defines(element: Element) -> None:
    with pytest.raises(TypeError, match="the class attribute has no tokens"):
        element.classList.supports("a")
    assert DOMTokenList(element, "rel", frozenset({"noopener"})).supports("NoOpener")
