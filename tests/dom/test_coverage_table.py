"""`docs/dom-coverage.md` says what is so."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.html import HTMLElement
from domsync_jupyter.dom.html.interfaces import TAGS
from scripts import dom_coverage, make_reflected


def test_the_page_is_what_the_script_writes() -> None:
    assert dom_coverage.PAGE.read_text(encoding="utf-8") == dom_coverage.page(), "run scripts/dom_coverage.py"


def test_the_table_of_reflected_properties_is_what_the_script_writes() -> None:
    assert make_reflected.TABLE.read_text(encoding="utf-8") == make_reflected.table(), (
        "run scripts/make_reflected.py"
    )


def test_the_data_is_small() -> None:
    assert make_reflected.IDL_JSON.stat().st_size < 150_000


def test_what_is_not_there_has_a_reason() -> None:
    interfaces = make_reflected.load()
    without = [
        f"{interface}.{name}"
        for interface in interfaces
        if interface not in dom_coverage.NOT_HERE
        for name, there, reason in dom_coverage.members_of(interface, interfaces)
        if not there and not reason
    ]
    assert not without


@pytest.mark.parametrize("cls", TAGS, ids=lambda cls: cls.__name__)
def test_a_property_that_an_element_has_not_raises(cls: type[HTMLElement]) -> None:
    interface = cls.__name__
    interfaces = make_reflected.load()
    element = Document(allow_unsafe=True).createElement(TAGS[cls].split()[0])
    for name, there, _ in dom_coverage.members_of(interface, interfaces):
        if there:
            assert hasattr(element, name)
        else:
            with pytest.raises(AttributeError):
                setattr(element, name, "x")
