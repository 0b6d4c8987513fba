from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.html import HTMLElement
from domsync_jupyter.dom.style import _MAX_PARSED, _parse, _parsed
from domsync_jupyter.errors import DOMSyntaxError, InvalidCharacterError

# That the attribute means to a browser what the calls do is tested in tests/browser/test_live_properties.py.


@pytest.fixture
def element() -> HTMLElement:
    return make()


def make() -> HTMLElement:
    element = Document().createElement("p")
    assert isinstance(element, HTMLElement)
    return element


def test_camel_case_and_css_names_are_the_same(element: HTMLElement) -> None:
    style = element.style
    style.backgroundColor = "red"
    style["z-index"] = 3
    style.cssFloat = "left"
    style.webkitTextStroke = "1px"
    style["--Gap"] = "1px"
    assert element.getAttribute("style") == (
        "background-color: red; z-index: 3; float: left; -webkit-text-stroke: 1px; --Gap: 1px;"
    )
    assert (style["background-color"], style.zIndex, style.WebkitTextStroke) == ("red", "3", "1px")
    assert list(style) == ["background-color", "z-index", "float", "-webkit-text-stroke", "--Gap"]
    assert (style.length, style.item(1), style.item(9)) == (5, "z-index", "")
    assert "--Gap" in style
    assert "--gap" not in style
    del style.zIndex, style["float"]
    assert style.removeProperty("background-color") == "red"
    assert style.cssText == "-webkit-text-stroke: 1px; --Gap: 1px;"


def test_priorities(element: HTMLElement) -> None:
    element.style.setProperty("color", "red", "IMPORTANT")
    assert element.style.cssText == "color: red !important;"
    assert element.style.getPropertyPriority("COLOR") == "important"
    element.style.color = "red"
    assert element.style.getPropertyPriority("color") == ""
    with pytest.raises(DOMSyntaxError, match="'' or 'important', not 'very'"):
        element.style.setProperty("color", "red", "very")


@pytest.mark.parametrize("value", ["", None])
def test_nothing_removes(element: HTMLElement, value: str | None) -> None:
    element.style.color = "red"
    element.style.color = value
    assert element.getAttribute("style") == ""


def test_unknown_names_are_errors_that_help(element: HTMLElement) -> None:
    with pytest.raises(
        AttributeError, match="no CSS property 'backgroundcolor': did you mean 'backgroundColor'"
    ):
        element.style.backgroundcolor = "red"
    with pytest.raises(AttributeError, match="did you mean 'width'"):
        element.style.widht  # noqa: B018
    with pytest.raises(DOMSyntaxError, match="cannot be the name"):
        element.style["a;b"] = "1"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("red; top: 1px", "';'"),
        ("red !important", "'!'"),
        ("rgb(1, 2", "open"),
        ("'a", "open"),
        ("a /*", "open"),
        ("red}", "error"),
        ("a {} top: 1px", "block"),
    ],
)
def test_a_value_stays_in_its_declaration(element: HTMLElement, value: str, problem: str) -> None:
    with pytest.raises(DOMSyntaxError, match=problem):
        element.style.color = value
    assert element.getAttribute("style") is None


def test_other_wrong_values(element: HTMLElement) -> None:
    with pytest.raises(TypeError, match="CSS property color must be a str, not list"):
        element.style.color = []  # type: ignore[assignment]
    with pytest.raises(InvalidCharacterError):
        element.style.color = "\ud800"


@given(st.dictionaries(st.sampled_from(["color", "width", "--x", "content"]), st.text(max_size=12)))
def test_what_is_written_is_what_is_read(declarations: dict[str, str]) -> None:
    """Whatever text is accepted as a value, the attribute has that many declarations, with those values."""
    element = make()
    kept: dict[str, str] = {}
    for name, value in declarations.items():
        try:
            element.style[name] = value
        except (DOMSyntaxError, InvalidCharacterError):
            continue
        if element.style[name]:
            kept[name] = element.style[name]
    text = element.style.cssText
    _parsed.clear()
    assert list(_parse(text)) == list(kept)


def test_the_last_of_shorthands_and_longhands_counts(element: HTMLElement) -> None:
    style = element.style
    style.marginTop = "1px"
    style.margin = "2px"
    assert style.cssText == "margin: 2px;"
    style.marginTop = "3px"
    style.color = "red"
    assert style.cssText == "margin: 2px; margin-top: 3px; color: red;"
    style.margin = "2px"
    assert style.cssText == "margin: 2px; color: red;"


def test_an_equal_value_is_no_change(element: HTMLElement) -> None:
    element.style.color = "red"
    element._number = 2
    element.style.color = "red"
    element.style.cssText = "color:red"
    assert not element._document._changes


def test_text_that_python_did_not_write(element: HTMLElement) -> None:
    element.setAttribute("style", "COLOR:RED!important;/* x */--A:b;x;top")
    assert dict.fromkeys(element.style) == {"color": None, "--A": None}
    element.style.top = "1px"
    assert element.getAttribute("style") == "color: RED !important; --A: b; top: 1px;"


def test_the_whole_text_can_be_set(element: HTMLElement) -> None:
    element.style = "color:red;x"
    assert element.getAttribute("style") == "color: red;"
    with pytest.raises(TypeError):
        element.style.cssText = 5  # type: ignore[assignment]


def test_several_at_once(element: HTMLElement) -> None:
    element.style.update({"backgroundColor": "red", "z-index": 1, "--x": "y"})
    assert element.style.cssText == "background-color: red; z-index: 1; --x: y;"


def test_what_is_remembered_is_bounded(element: HTMLElement) -> None:
    for width in range(2 * _MAX_PARSED):
        element.style.width = f"{width}px"
    assert len(_parsed) <= _MAX_PARSED
