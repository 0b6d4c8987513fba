from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter.dom import Document, names
from domsync_jupyter.dom.html import HTMLElement, HTMLUnknownElement, MathMLElement, SVGElement, interface_for
from domsync_jupyter.errors import (
    IndexSizeError,
    InvalidStateError,
    NotFoundError,
    NotSupportedError,
)

# What is only computed is compared with a browser in tests/browser/test_live_properties.py.


@pytest.fixture
def document() -> Document:
    return Document()


def make(document: Document, tag: str, **properties: Any) -> Any:
    element = document.createElement(tag)
    for name, value in properties.items():
        setattr(element, name, value)
    return element


def shown(document: Document, *elements: Any) -> None:
    """Put elements into the tree, as if a viewer had them."""
    document.getRootElement().append(*elements)
    number = 2
    for element in elements:
        for each in (element, *element._descendants()):
            each._number = number
            number += 1
    document._take_changes()


def calls(document: Document) -> list[tuple[str, tuple[object, ...]]]:
    return [(method, arguments) for _, method, arguments in document._changes.calls]


def test_each_name_has_an_interface() -> None:
    assert interface_for(names.HTML, "td").__name__ == "HTMLTableCellElement"
    assert interface_for(names.HTML, "section") is HTMLElement
    assert interface_for(names.HTML, "x-y") is HTMLElement
    assert interface_for(names.HTML, "xy") is HTMLUnknownElement
    assert interface_for(names.SVG, "td") is SVGElement
    assert interface_for(names.MATHML, "mi") is MathMLElement
    assert interface_for("urn:x", "td").__name__ == "Element"


def test_a_property_of_another_element_raises(document: Document) -> None:
    with pytest.raises(AttributeError, match="<div> has no property 'href'"):
        make(document, "div", href="x")
    with pytest.raises(AttributeError):
        make(document, "div").href  # noqa: B018
    with pytest.raises(AttributeError, match="did you mean 'colSpan'"):
        make(document, "td", colspan=2)


def test_foreign_elements(document: Document) -> None:
    svg: Any = document.createElementNS(names.SVG, "svg")
    circle: Any = document.createElementNS(names.SVG, "circle")
    svg.append(circle)
    circle.style.fill = "red"
    circle.dataset.x = "1"
    circle.classList.add("a")
    assert circle.attributes == {"style": "fill: red;", "data-x": "1", "class": "a"}
    assert circle.ownerSVGElement is svg
    assert document.createElementNS(names.SVG, "a").tabIndex == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tag", "method", "arguments", "sent"),
    [
        ("p", "focus", (), ()),
        ("p", "focus", ({"preventScroll": True},), ({"preventScroll": True},)),
        ("p", "blur", (), ()),
        ("p", "click", (), ()),
        ("p", "scrollIntoView", (), ()),
        ("p", "scrollIntoView", (False,), (False,)),
        ("p", "scrollIntoView", ({"block": "center"},), ({"block": "center"},)),
        ("p", "scrollTo", (1, 2.5), (1, 2.5)),
        ("p", "scrollBy", ({"top": 5},), ({"top": 5},)),
        ("p", "showPopover", (), ()),
        ("p", "hidePopover", (), ()),
        ("p", "togglePopover", (True,), (True,)),
        ("input", "select", (), ()),
        ("input", "setSelectionRange", (1, 2), (1, 2)),
        ("textarea", "setSelectionRange", (1, 2, "backward"), (1, 2, "backward")),
        ("input", "setCustomValidity", ("no",), ("no",)),
        ("input", "reportValidity", (), ()),
        ("input", "showPicker", (), ()),
        ("select", "showPicker", (), ()),
        ("video", "play", (), ()),
        ("audio", "pause", (), ()),
        ("video", "load", (), ()),
        ("dialog", "show", (), ()),
        ("dialog", "showModal", (), ()),
        ("dialog", "close", (), ()),
        ("dialog", "close", ("ok",), ("ok",)),
        ("form", "requestSubmit", (), ()),
        ("form", "reportValidity", (), ()),
        ("form", "reset", (), ()),
    ],
)
def test_methods_of_the_page(
    document: Document, tag: str, method: str, arguments: tuple[Any, ...], sent: tuple[Any, ...]
) -> None:
    element = make(document, tag)
    shown(document, element)
    getattr(element, method)(*arguments)
    assert calls(document) == [(method, sent)]


@pytest.mark.parametrize(
    ("tag", "method", "arguments", "message"),
    [
        ("p", "focus", ({"preventscroll": True},), "no option 'preventscroll': did you mean 'preventScroll'"),
        ("p", "focus", (5,), "must be a mapping of focusVisible, preventScroll, not int"),
        ("p", "scrollTo", (5,), "second argument of scrollTo"),
        ("p", "scrollTo", ({"top": [1]},), "the option top of scrollTo"),
        ("input", "setSelectionRange", ("1", 2), "start of setSelectionRange"),
        ("input", "setCustomValidity", (None,), "the argument of setCustomValidity"),
    ],
)
def test_wrong_arguments(
    document: Document, tag: str, method: str, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        getattr(make(document, tag), method)(*arguments)
    assert not calls(document)


def test_live_numbers(document: Document) -> None:
    element = make(document, "div")
    assert element.scrollTop == 0
    element.scrollTop = 5
    element.scrollLeft = float("nan")
    assert element._properties == {"scrollTop": 5, "scrollLeft": 0}
    video = make(document, "video", currentTime=3, playbackRate=2, volume=0.5, muted=True)
    assert video._properties == {"currentTime": 3, "playbackRate": 2, "volume": 0.5, "muted": True}
    assert (video.currentTime, video.volume, video.muted) == (3, 0.5, True)
    with pytest.raises(IndexSizeError):
        video.volume = 1.5


# Controls


def test_the_value_of_a_button_is_its_attribute(document: Document) -> None:
    for kind in ("hidden", "button", "checkbox", "radio"):
        control = make(document, "input", type=kind, value="x")
        assert (control.getAttribute("value"), control._properties) == ("x", None)
    control = make(document, "input", value="x")
    control.type = "hidden"
    assert control.value == "x"
    control.value = "y"
    assert (control.value, control.getAttribute("value")) == ("y", "y")
    with pytest.raises(InvalidStateError, match="only a person can choose files"):
        make(document, "input", type="file", value="x")


def test_the_default_value_shows_until_there_is_another(document: Document) -> None:
    for tag in ("input", "textarea"):
        control = make(document, tag, defaultValue="a")
        assert control.value == "a"
        control.value = "b"
        control.defaultValue = "c"
        assert (control.value, control.defaultValue) == ("b", "c")


def test_one_radio_button_of_a_group(document: Document) -> None:
    form, other = make(document, "form"), make(document, "form")
    a, b, c = (make(document, "input", type="radio", name="x") for _ in range(3))
    d = make(document, "input", type="radio", name="y", checked=True)
    form.append(a, b, d)
    other.append(c)
    c.checked = a.checked = b.checked = True
    assert [each.checked for each in (a, b, c, d)] == [False, True, True, True]
    assert a._accept_edit("checked", True, note=False)
    assert [each.checked for each in (a, b, c, d)] == [True, False, True, True]


def test_option_selected_is_a_property_of_the_select(document: Document) -> None:
    select = make(document, "select")
    options = [make(document, "option", value=str(value)) for value in range(3)]
    options[2].selected = True
    assert options[2].getAttribute("selected") == ""
    select.append(*options)
    assert (select.value, select.selectedIndex, select._properties) == ("2", 2, None)
    options[1].selected = True
    assert select._properties == {"selectedIndex": 1}
    select.multiple = True
    options[0].selected = True
    assert select._properties == {"selectedOptions": [0, 1]}
    assert list(select.selectedOptions) == options[:2]
    assert [option.selected for option in options] == [True, True, False]


def test_select_add_and_options(document: Document) -> None:
    select = make(document, "select")
    a, b = make(document, "option", value="a"), make(document, "option", value="b", id="i")
    select.add(a)
    select.options.add(b, 0)
    assert list(select.options) == [b, a]
    assert select.options["i"] is select.namedItem("i") is select.item(0) is select[0] is b
    select.options.remove(0)
    assert (select.length, len(select)) == (1, 1)
    with pytest.raises(TypeError, match="must be an option or an optgroup"):
        select.add(make(document, "p"))
    with pytest.raises(NotFoundError):
        select.add(b, b)
    with pytest.raises(ValueError, match="between 0 and 100000"):
        select.length = -1


def test_a_value_waits_for_its_option_in_an_empty_select(document: Document) -> None:
    select = make(document, "select", value="b")
    assert select.value == ""
    select.append(*(make(document, "option", value=value) for value in "abc"))
    assert (select.value, select.selectedIndex) == ("b", 1)
    assert select._properties == {"value": "b"}


def test_form_and_its_controls(document: Document) -> None:
    form = make(document, "form", id="f")
    inside = make(document, "input", name="a")
    outside = make(document, "input", name="b")
    outside.setAttribute("form", "f")
    label = make(document, "label", htmlFor="c")
    inside.id = "c"
    document.getRootElement().append(form, outside, label)
    form.append(make(document, "input", type="image"), inside)
    assert list(form.elements) == list(form) == [inside, outside]
    assert (form["a"], form.elements["b"], form.length) == (inside, outside, 2)
    assert outside.form is inside.form is label.form is form
    assert label.control is inside
    assert inside.labels == [label]
    with pytest.raises(NotSupportedError, match="click"):
        form.requestSubmit(inside)


def test_reset_is_known_at_once(document: Document) -> None:
    form = make(document, "form")
    text = make(document, "input", defaultValue="a")
    box = make(document, "input", type="checkbox")
    select = make(document, "select")
    area = make(document, "textarea", defaultValue="t")
    select.append(*(make(document, "option", value=value) for value in "ab"))
    form.append(text, box, select, area)
    text.value, box.checked, select.value, area.value = "b", True, "b", "u"
    form.reset()
    assert (text.value, box.checked, select.value, area.value) == ("a", False, "a", "t")


def test_edits_of_a_page(document: Document) -> None:
    text, select, details = (make(document, tag) for tag in ("input", "select", "details"))
    assert text._accept_edit("value", "x", note=False)
    assert not text._accept_edit("selectedIndex", 1, note=False)
    assert not text._accept_edit("value", 1, note=False)
    assert select._accept_edit("selectedOptions", [0, 2], note=True)
    assert select._accept_edit("selectedIndex", 1, note=True)
    assert not select._accept_edit("selectedIndex", True, note=True)
    assert details._accept_edit("open", True, note=False)
    assert (text.value, select._properties, details.open) == ("x", {"selectedIndex": 1}, True)


# Others


def test_tables(document: Document) -> None:
    table = make(document, "table")
    first = table.insertRow()
    cell = first.insertCell()
    assert table.tBodies[0].rows[0] is first
    assert (cell.cellIndex, first.rowIndex, first.sectionRowIndex) == (0, 0, 0)
    assert table.createTHead() is table.tHead is table.createTHead()
    with pytest.raises(IndexSizeError, match=r"insertRow\(\) of <table> takes -1 to 1, not 5"):
        table.insertRow(5)
    table.deleteRow(-1)
    assert not table.rows


def test_links_text_and_maps(document: Document) -> None:
    link = make(document, "a", href="/x", text="t", relList="noopener x")
    assert (link.href, link.textContent, list(link.relList)) == ("/x", "t", ["noopener", "x"])
    assert link.relList.supports("noopener")
    image_map = make(document, "map")
    area = make(document, "area")
    image_map.append(area)
    assert list(image_map.areas) == [area]
    assert make(document, "option", text=" a\n b ").text == "a b"


def test_a_dialog_is_modal_only_while_it_is_open(document: Document) -> None:
    dialog = make(document, "dialog")
    assert not dialog.modal
    dialog.modal = True
    assert dialog.open
    for close in (
        lambda: setattr(dialog, "modal", False),
        lambda: setattr(dialog, "open", False),
        lambda: dialog._accept_edit("open", False, note=True),
        lambda: dialog._accept_edit("open", False, note=False),
    ):
        dialog.modal = True
        close()
        assert (dialog.open, dialog.modal) == (False, False)
        # Opened in another way, it is none of what it was.
        dialog.open = True
        assert not dialog.modal
        dialog.open = False
    assert dialog._accept_edit("open", True, note=True)
    assert not dialog.modal
    dialog.modal = True
    assert dialog.modal
