from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.html import HTMLElement
from domsync_jupyter.errors import DOMSyntaxError

# Which name is which attribute is compared with a browser in tests/browser/test_live_properties.py.


@pytest.fixture
def element() -> HTMLElement:
    element = Document().createElement("p", attributes={"data-foo-bar": "1", "class": "x"})
    assert isinstance(element, HTMLElement)
    return element


def test_is_a_mapping_and_an_object(element: HTMLElement) -> None:
    data = element.dataset
    assert (data.fooBar, data["fooBar"], data.get("x")) == ("1", "1", None)
    data.a = "2"
    data["items"] = 3  # type: ignore[assignment]  # as setAttribute does
    assert element.attributes == {"data-foo-bar": "1", "class": "x", "data-a": "2", "data-items": "3"}
    assert dict(data) == {"fooBar": "1", "a": "2", "items": "3"}
    assert len(data) == 3
    del data.a, data["fooBar"]
    assert list(data) == ["items"]


def test_what_is_not_there(element: HTMLElement) -> None:
    with pytest.raises(AttributeError, match="no attribute 'data-x-y'"):
        element.dataset.xY  # noqa: B018
    with pytest.raises(KeyError):
        del element.dataset["x"]
    with pytest.raises(AttributeError):
        del element.dataset.x
    assert "foo-bar" not in element.dataset


def test_a_hyphen_before_a_letter_is_an_error_that_helps(element: HTMLElement) -> None:
    with pytest.raises(DOMSyntaxError, match="use 'fooBar' for the attribute 'data-foo-bar'"):
        element.dataset["foo-bar"] = "x"
