"""Figures of matplotlib's as elements."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import threading
from typing import Any, Literal
from urllib.parse import unquote

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from domsync_jupyter import Document
from domsync_jupyter.dom.figure import FigureElement
from domsync_jupyter.dom.static_html import static_html


@pytest.fixture
def document() -> Document:
    return Document()


def figure(**options: Any) -> Figure:
    drawn = Figure(**options)
    drawn.subplots().plot([1, 3, 2])
    return drawn


def svg(element: FigureElement) -> str:
    kind, _, text = (element.getAttribute("src") or "").partition(",")
    assert kind == "data:image/svg+xml"
    return unquote(text)


def test_svg_in_css_pixels(document: Document) -> None:
    drawn = figure(figsize=(4, 3), dpi=100)
    element = document.embed(drawn)
    assert (element.tagName, element.figure, element.width, element.height) == ("IMG", drawn, 400, 300)
    assert element.getAttribute("style") == "display: block; max-width: 100%; height: auto"
    text = svg(element)
    assert text.startswith("<svg")
    assert text.endswith("</svg>\n")
    assert re.search(r'viewBox="0 0 288 216"', text)


def test_png_has_twice_as_many_pixels(document: Document) -> None:
    element = document.embed(figure(figsize=(4, 3), dpi=80), format="png", width=200)
    assert (element.width, element.height) == (320, 240)
    assert "width: 200px" in (element.getAttribute("style") or "")
    data = base64.b64decode((element.getAttribute("src") or "").partition(";base64,")[2])
    assert (data[:4], data[16:24]) == (b"\x89PNG", (640).to_bytes(4) + (480).to_bytes(4))


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_tight_figure_keeps_its_proportions(document: Document, form: Any) -> None:
    with mpl.rc_context({"savefig.bbox": "tight"}):
        element = document.embed(figure(figsize=(4, 3), dpi=100), format=form)
    assert 300 < element.width < 400
    assert 200 < element.height < 300


def test_as_wide_as_what_it_is_in(document: Document) -> None:
    assert "width: 100%" in (document.embed(figure(), width="100%").getAttribute("style") or "")


def test_redrawn_in_place(document: Document) -> None:
    drawn = figure(figsize=(4, 3))
    element = document.embed(drawn)
    element.style.border = "1px solid"
    document.body.append(element)
    before = svg(element)
    drawn.axes[0].set_title("Now <b>& 100%")
    drawn.set_size_inches(5, 3)
    element.redraw()
    assert svg(element) != before
    assert (element.alt, element.width, element.style.border) == ("Now <b>& 100%", 500, "1px solid")


def test_what_cannot_be_drawn_changes_nothing(document: Document) -> None:
    drawn = figure()
    element = document.embed(drawn)
    before = element.outerHTML
    drawn.axes[0].set_title("$\\nonsense$")
    with pytest.raises(ValueError, match="nonsense"):
        element.redraw()
    assert element.outerHTML == before


def test_what_it_shows_in_words(document: Document) -> None:
    drawn = Figure()
    left, right = drawn.subplots(1, 2)
    assert document.embed(drawn).alt == "Figure"
    left.set(xlabel="hours", ylabel="°C")
    right.set_title("Wind")
    assert document.embed(drawn).alt == "°C against hours; Wind"
    drawn.suptitle("Weather")
    element = document.embed(drawn)
    assert element.alt == "Weather; °C against hours; Wind"
    assert document.embed(drawn, alt="").alt == ""
    element = document.embed(drawn, alt="mine")
    element.redraw()
    assert element.alt == "mine"


def test_axes_stand_for_their_figure(document: Document) -> None:
    drawn = figure()
    element: Any = document.embed(drawn.axes[0])
    assert element.figure is drawn


def test_a_copy_is_redrawn_by_itself(document: Document) -> None:
    element = document.embed(figure())
    copy = element.cloneNode(True)
    assert isinstance(copy, FigureElement)
    assert copy.outerHTML == element.outerHTML
    copy.figure.suptitle("Copy")
    copy.redraw()
    assert (copy.alt, element.alt) == ("Copy", "Figure")


def test_a_saved_notebook_has_the_image(document: Document) -> None:
    forms: list[Literal["svg", "png"]] = ["svg", "png"]
    for form in forms:
        element = document.embed(figure(), format=form)
        document.body.replaceChildren(element)
        assert f'src="{element.getAttribute("src")}"' in static_html(document.body).replace("&amp;", "&")


def test_many_threads_draw(document: Document) -> None:
    elements = [document.embed(figure()) for _ in range(4)]

    def draw(element: FigureElement) -> None:
        for number in range(3):
            element.figure.suptitle(str(number))
            element.redraw()

    threads = [threading.Thread(target=draw, args=[element]) for element in elements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [element.alt for element in elements] == ["2"] * 4


def test_matplotlib_is_not_imported_by_us() -> None:
    program = (
        "import sys, domsync_jupyter as d; d.Document().embed(esm=''); "
        "assert not {'matplotlib', 'altair', 'plotly'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_format_that_there_is_not(document: Document) -> None:
    with pytest.raises(ValueError, match="not 'pdf'"):
        document.embed(figure(), format="pdf")  # type: ignore[call-overload]  # that is what is refused
