"""Reflected properties, against Chromium: the same values and attributes, set on both sides, must read alike."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from domsync_jupyter.dom import Document, Element, names
from domsync_jupyter.dom import reflection as r
from domsync_jupyter.dom.element import make_element
from domsync_jupyter.dom.html import HTMLElement, interface_for
from domsync_jupyter.dom.html.interfaces import TAGS
from domsync_jupyter.dom.token_list import DOMTokenList
from domsync_jupyter.errors import DOMException

#: Texts of attributes, by kind of property; and values to set. What JavaScript would convert and Python refuses, such
#: as a text for a number, is in tests/dom/test_reflection.py.
TEXTS = ["", " ", "x", " a  b ", "A b\tA", "é ☃ 𝄞", "0", "true", "<&\"'>"]
NUMBER_TEXTS = [
    "", " ", "x", "5", "-5", "+7", " 12px", "\t3", "3.9", "-0", "007", "1e3", "0", "1", "8", "9", "1000", "1001",
    "65534", "65535", "2147483647", "2147483648", "-2147483648", "-2147483649", "99999999999999999999", ".5", "5.",
    "-.5e-2", "1e400", "NaN", "Infinity", "+.5",
]  # fmt: skip
INTEGERS = [
    0,
    1,
    2,
    7,
    -1,
    1000,
    1001,
    65535,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
    2**32 + 5,
    -(2**31),
    -(2**31) - 1,
]
DOUBLES = [
    0.0,
    1.0,
    0.5,
    -0.5,
    1e21,
    1e-7,
    123456789.125,
    5e-324,
    1.7976931348623157e308,
    100.0,
    1e20,
    0.000001,
    1 / 3,
]
STRINGS = [*TEXTS, 5, 1.5, True, False, 1e21, -0.0]

#: Reflected properties of which Chromium knows nothing (yet); the test fails if it has learned them.
NOT_IN_CHROMIUM: dict[str, set[str]] = {
    "HTMLAreaElement": {"hreflang", "type"},
    "HTMLElement": {"headingOffset", "headingReset"},
    "HTMLImageElement": {"controls"},
    "HTMLInputElement": {"alpha", "colorSpace"},
}

#: (tag, property) -> why Chromium's and Python's differ. Each one must differ, or the test fails.
DIFFERENCES: dict[tuple[str, str], str] = {
    (
        "a",
        "href",
    ): "Chromium leaves white space in an address that it cannot resolve; here no page could be resolved against",
    ("area", "href"): "the same",
    (
        "base",
        "href",
    ): "without the attribute, Chromium gives the address of the page, which Python does not know",
    ("form", "action"): "the same",
    ("button", "formAction"): "the same; and what it cannot resolve against it is '' there",
    ("input", "formAction"): "the same",
    ("iframe", "loading"): "Chromium has a third state, 'auto', which the standard does not",
    ("img", "loading"): "the same",
    ("img", "width"): "Chromium takes an attribute of up to 2**32 - 1",
    ("img", "height"): "the same",
    ("input", "width"): "in Chromium it is 0 for all but an image button that is shown",
    ("input", "height"): "the same",
    ("link", "as"): "Chromium reads only what it can preload; the standard has one list for all",
    ("input", "autocomplete"): "Chromium reads '' for what is no autofill detail; Python gives the text",
    ("select", "autocomplete"): "the same",
    ("textarea", "autocomplete"): "the same",
}

SCRIPT = """cases => cases.map(([tag, property, how, given]) => {
    const show = value =>
        value === null || ["string", "boolean"].includes(typeof value) ? value
        : typeof value === "number" ? (Number.isFinite(value) ? value : String(value))
        : value === undefined ? "(undefined)" : String(value);
    const element = document.createElement(tag);
    if (!(property in element)) return ["(no such property)"];
    try {
        if (how === "attribute") element.setAttribute(given[0], given[1]);
        else if (how === "property") element[property] = given;
    } catch (error) {
        return [error.name, element.attributes.length];
    }
    const attributes = [...element.attributes].map(attribute => [attribute.name, attribute.value]);
    return [show(element[property]), attributes];
})"""


def make(document: Document, tag: str) -> Element:
    return make_element(document, names.HTML, tag, interface_for(names.HTML, tag))


def show(value: object) -> object:
    if isinstance(value, DOMTokenList):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    return value


def in_python(document: Document, tag: str, name: str, how: str, given: Any) -> list[Any]:
    element = make(document, tag)
    try:
        if how == "attribute":
            element.setAttribute(*given)
        elif how == "property":
            setattr(element, name, given)
    except DOMException as error:
        return [error.name, len(element.attributes)]
    return [show(getattr(element, name)), [list(item) for item in element.attributes.items()]]


def reflected(cls: type[HTMLElement]) -> dict[str, r.Reflected[Any, Any]]:
    found: dict[str, r.Reflected[Any, Any]] = {}
    for base in cls.__mro__:
        if base is HTMLElement and cls is not HTMLElement:
            break
        for name, member in vars(base).items():
            if isinstance(member, r.Reflected) and name not in found:
                found[name] = member
    # What a class of ours defines anew is not reflected.
    return {name: member for name, member in found.items() if getattr(cls, name) is member}


def inputs(member: r.Reflected[Any, Any]) -> tuple[list[str], list[Any]]:
    """Texts for the attribute, and values for the property."""
    match member:
        case r.Double():
            return NUMBER_TEXTS, [*DOUBLES, *INTEGERS]
        case r.Long() | r.NonNegativeLong() | r.UnsignedLong():
            return NUMBER_TEXTS, INTEGERS
        case r.Boolean():
            return TEXTS, [True, False, 0, 1, "", "false", None]
        case r.Enumerated() | r.NullableEnumerated():
            keywords = list(member._keywords._canonical)
            texts = [
                *TEXTS,
                *keywords,
                *(k.upper() for k in keywords),
                *(f" {k}" for k in keywords[:2]),
                "ſ",
                "K",
            ]
            return texts, [*texts, *([None] if isinstance(member, r.NullableEnumerated) else [])]
        case r.NullableString() | r.StringOrNull():
            return TEXTS, [*STRINGS, None]
    return TEXTS, STRINGS


def cases_of(cls: type[HTMLElement]) -> list[tuple[str, str, str, Any]]:
    tag = TAGS[cls].split()[0]
    cases: list[tuple[str, str, str, Any]] = []
    for name, member in reflected(cls).items():
        if isinstance(member, (r.ElementReference, r.ElementReferences)) or type(member).__name__ == "Live":
            continue
        texts, values = inputs(member)
        cases.append((tag, name, "nothing", None))
        cases += [(tag, name, "attribute", (member.attribute, text)) for text in texts]
        cases += [(tag, name, "property", value) for value in values]
    return cases


@pytest.fixture(scope="module")
def blank_page(chromium: Browser) -> Iterator[Page]:
    """One page for all: these elements are never in its document."""
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("cls", TAGS, ids=lambda cls: cls.__name__)
def test_reflected_properties_are_the_browsers(blank_page: Page, cls: type[HTMLElement]) -> None:
    cases = cases_of(cls)
    document = Document(allow_unsafe=True)
    found: dict[str, list[str]] = {}
    missing: set[str] = set()
    for case, theirs in zip(cases, blank_page.evaluate(SCRIPT, [list(case) for case in cases]), strict=True):
        if theirs == ["(no such property)"]:
            missing.add(case[1])
            continue
        ours = in_python(document, *case)
        if json.dumps(ours) != json.dumps(theirs) and ours != theirs:
            found.setdefault(case[1], []).append(f"{case}: Chromium {theirs}, Python {ours}")
    assert missing == NOT_IN_CHROMIUM.get(cls.__name__, set())
    tag = TAGS[cls].split()[0]
    explained = {name for of, name in DIFFERENCES if of == tag}
    unexplained = {name: lines for name, lines in found.items() if name not in explained}
    assert not unexplained, "\n".join(line for lines in unexplained.values() for line in lines)
    assert explained <= set(found), "there is no such difference any more"


def test_every_tag_has_the_browsers_interface(blank_page: Page) -> None:
    tags = [tag for tags in TAGS.values() for tag in tags.split()]
    tags += [
        "x-y",
        "x",
        "blink",
        "bgsound",
        "isindex",
        "keygen",
        "multicol",
        "nextid",
        "spacer",
        "applet",
        "image",
    ]
    theirs = blank_page.evaluate(
        "tags => tags.map(tag => document.createElement(tag).constructor.name)", tags
    )
    assert dict(zip(tags, theirs, strict=True)) == {
        tag: interface_for(names.HTML, tag).__name__ for tag in tags
    }
