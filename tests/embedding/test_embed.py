"""What `Document.embed` takes and makes."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import pytest

from domsync_jupyter import Document, EmbeddedElement
from domsync_jupyter.errors import HierarchyRequestError

ESM = "export default { render({ model, el }) { el.textContent = model.get('count'); } }"


def test_a_widget() -> None:
    document = Document()
    slider = ipywidgets.IntSlider()
    element = document.embed(slider)
    assert element.widget is slider
    assert element.outerHTML == f'<domsync-embed model="{slider.model_id}"></domsync-embed>'


def test_an_island_is_an_anywidget_with_a_trait_for_each_value(tmp_path: Path) -> None:
    island = Document().embed(esm=ESM, css="b {}", model={"count": 1, "data": b"x"}).widget
    assert isinstance(island, anywidget.AnyWidget)
    state = island.get_state()
    assert (state["count"], state["data"], state["_esm"], state["_css"]) == (1, b"x", ESM, "b {}")
    seen: list[Any] = []
    island.observe(lambda change: seen.append(change["new"]), "count")
    island.count = 2
    assert seen == [2]
    (tmp_path / "island.js").write_text(ESM)
    assert Document().embed(esm=tmp_path / "island.js").widget.get_state()["_esm"] == ESM


def test_two_islands_have_values_of_their_own() -> None:
    one, other = (Document().embed(esm=ESM, model={"count": 1}).widget for _ in range(2))
    one.count = 5
    assert other.count == 1


def test_islands_share_a_name_for_their_styles_if_these_are_the_same() -> None:
    sheets = ("a {}", "b {}", "a {}", None)
    names = [Document().embed(esm=ESM, css=css).widget.get_state()["_anywidget_id"] for css in sheets]
    assert names[0] == names[2]
    assert len(set(names)) == 3


def test_a_copy_shows_the_same_widget() -> None:
    document = Document()
    row = document.createElement("div")
    row.append(document.embed(esm=ESM))
    copy = row.cloneNode(True)
    element = copy.firstChild
    assert isinstance(element, EmbeddedElement)
    assert element.widget is row.firstChild.widget  # type: ignore[union-attr]  # it is the embedded one
    assert element.getAttribute("model") == element.widget.model_id


def test_what_shows_itself_as_a_widget() -> None:
    class Shown:
        def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
            return {"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}}

    assert Document().embed(Shown()).getAttribute("model") == "abc"


def test_nothing_else_is_inside() -> None:
    document = Document()
    with pytest.raises(HierarchyRequestError, match="the widget's"):
        document.embed(esm=ESM).append(document.createElement("b"))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, TypeError, "a widget, or else the esm"),
        ({"widget": 1}, TypeError, "not int"),
        ({"widget": ipywidgets.IntSlider}, TypeError, "expected a widget"),
        ({"widget": ipywidgets.Widget()}, TypeError, "no view of its own"),
        ({"widget": ipywidgets.IntSlider(), "esm": ESM}, TypeError, "a widget, or else the esm"),
        ({"widget": ipywidgets.IntSlider(), "model": {}}, TypeError, "belong to an island"),
        ({"esm": ESM, "model": {"layout": 1}}, ValueError, "widgets have a member"),
        ({"esm": ESM, "model": {"_esm": 1}}, ValueError, "widgets have a member"),
        ({"esm": ESM, "model": {"two words": 1}}, ValueError, "not a name"),
        ({"esm": ESM, "model": {1: 1}}, TypeError, "must be str"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Document().embed(**arguments)


def test_a_closed_widget_is_refused() -> None:
    slider = ipywidgets.IntSlider()
    slider.close()
    with pytest.raises(ValueError, match="was closed"):
        Document().embed(slider)


def test_the_element_keeps_its_widget_and_nothing_else_does() -> None:
    class Shown:
        def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
            return {"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}}

    shown = Shown()
    gone = weakref.ref(shown)
    element = Document().embed(shown)
    del shown
    gc.collect()
    assert gone() is not None
    del element
    gc.collect()
    assert gone() is None
