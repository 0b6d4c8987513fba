"""What domsync's documents and elements have besides the DOM."""

from __future__ import annotations

import gc

import pytest

from domsync_jupyter import Document
from domsync_jupyter.dom import Event


def test_items_of_an_element() -> None:
    document = Document("root")
    root = document.getRootElement()
    element = document.createElement("input", id="p", value="v", attributes={"title": "x"})
    root.append(element)
    assert element["id"] == "p"
    assert element["document"] is document is element.getDocument()
    assert element["tag"] == "input"
    assert element["value"] == "v"
    assert element["parent"] is root
    assert root["children"] == [element]
    assert element["attributes"]["title"] == "x"
    assert root["innerText"] == ""
    with pytest.raises(KeyError, match="title"):
        element["title"]


def test_a_made_up_id_finds_its_element_and_is_no_attribute() -> None:
    document = Document("root")
    one, two = document.createElement("p"), document.createElement("p")
    made_up = one["id"]
    assert made_up == one["id"] != two["id"]
    assert document.getElementById(made_up) is one
    assert one.id == ""
    assert not one.hasAttribute("id")
    one.id = "real"
    assert one["id"] == "real"
    assert document.getElementById(made_up) is one
    del one
    gc.collect()
    assert document.getElementById(made_up, strict=False) is None


def test_items_of_a_document() -> None:
    document = Document("root")
    document.getRootElement().append(document.createElement("p", id="p"))
    by_id = document["elements_by_id"]
    assert "p" in by_id
    assert "q" not in by_id
    assert 3 not in by_id
    assert by_id["root"] is document.getRootElement()
    assert dict(by_id) == {"root": document.getRootElement(), "p": document.getElementById("p")}
    assert len(by_id) == 2
    with pytest.raises(KeyError):
        by_id["q"]
    assert document["root_id"] == "root"
    with pytest.raises(KeyError, match="elements_by_id"):
        document["js_buffer"]


def test_the_id_of_an_event_is_never_empty() -> None:
    document = Document("root")
    button = document.createElement("button")
    found = []
    button.addEventListener("click", lambda event: found.append(document.getElementById(event["id"])))
    button.dispatchEvent(Event("click"))
    assert found == [button]
