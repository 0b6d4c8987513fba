"""Charts as a person sees and uses them: a stream of points, and figures of matplotlib, Altair and Plotly."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from domsync_jupyter import Document
from domsync_jupyter.components import TimeSeries
from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show
from tests.browser.serving import serving

PROGRAM = """
import altair as alt
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure
from domsync_jupyter.components import Button, Column, TimeSeries

page = Column(document)
said = document.createElement("p", id="said")

chart = TimeSeries(page, ["cpu", "memory"], x="number", title="Load", height=160)
chart.extend(range(100), [range(100), [50] * 100])
steps = iter(range(100, 1000))
def add(event):
    step = next(steps)
    chart.append(step, [step, None])
Button(page, "Add", add)
Button(page, "Clear", lambda event: chart.clear())

figure = Figure(figsize=(4, 2))
figure.subplots().plot([1, 2])
picture = document.embed(figure)
def redraw(event):
    figure.suptitle("Redrawn")
    picture.redraw()
Button(page, "Redraw", redraw)

brush = alt.selection_interval(name="brush")
frame = pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})
points = alt.Chart(frame, title="Points", width=250, height=150).mark_point().encode(x="x", y="y").add_params(brush)
vega = document.embed(points)
vega.widget.selections.observe(lambda change: setattr(said, "innerText", str(sorted(change["new"].value))), "brush")

bars = document.embed(go.Figure(go.Bar(x=["a", "b"], y=[1, 2]), layout={"height": 250}))
def change(event):
    bars.widget.data[0].y = [2, 7]
Button(page, "Change", change)
page.content.append(picture, said, vega, bars)
"""


def drag(page: Page, place: Locator, start: float, end: float) -> None:
    """With the mouse, in the middle, between two shares of the width."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y + 20, steps=6)
    page.mouse.up()


def test_charts_live(show: Show) -> None:
    # What is embedded stands beside the document's own tree, in a notebook.
    root = show(PROGRAM)
    page = root.page
    cpu, memory = (page.locator(".domsync-legend button", has_text=name) for name in ("cpu", "memory"))
    live = page.get_by_role("button", name="Live")
    expect(cpu).to_have_text("cpu99")
    root.get_by_role("button", name="Add").click()
    expect(cpu).to_have_text("cpu100")
    expect(memory).to_have_text("memory–")
    memory.press("Enter")
    expect(memory).to_have_attribute("aria-pressed", "false")
    expect(live).to_be_hidden()
    plot = page.locator(".domsync-plot .u-over")
    drag(page, plot, 0.2, 0.6)
    expect(live).to_be_visible()
    expect(cpu).to_have_text(re.compile("^cpu4[3-5]$"))
    page.mouse.move(0, 0)
    root.get_by_role("button", name="Add").click()
    expect(cpu).to_have_text("cpu101")
    live.press("Enter")
    expect(live).to_be_hidden()
    assert serious_violations(page.locator(".domsync-series")) == []
    expect(page.get_by_role("figure", name="Load: cpu 101, memory –")).to_be_attached()
    root.get_by_role("button", name="Clear").click()
    expect(cpu).to_have_text("cpu–")

    image = root.get_by_role("img", name="Figure")
    image.evaluate("image => { globalThis.drawn = image; }")
    expect(image).to_have_js_property("naturalWidth", 384)
    root.get_by_role("button", name="Redraw").click()
    expect(root.get_by_role("img", name="Redrawn")).to_be_visible()
    assert page.evaluate("drawn.alt") == "Redrawn"

    svg = page.locator(".vega-embed svg").first
    expect(svg).to_contain_text("Points")
    drag(page, svg, 0.3, 0.7)
    expect(root.locator("#said")).to_have_text("['x', 'y']")

    plotly = page.locator(".js-plotly-plot")
    expect(plotly.locator(".barlayer .point")).to_have_count(2)
    plotly.evaluate("plot => { globalThis.plot = plot; globalThis.main = plot.querySelector('.main-svg'); }")
    root.get_by_role("button", name="Change").click()
    expect(plotly.locator(".ytick", has_text="6")).to_be_attached()
    assert page.evaluate("plot.isConnected && main.isConnected && plot.data[0].y[1]") == 7


def colors(page: Page) -> list[int]:
    """How many pixels of the plot are about as blue, and as dark, as the first line and the grid are on white."""
    found: list[int] = page.locator(".domsync-plot canvas").evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let blue = 0, light = 0;
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 3] < 200) continue;
                if (data[at] < 60 && data[at + 2] > 180) blue++;
                if (data[at] > 90 && data[at] < 130 && data[at + 2] > 230) light++;
            }
            return [blue, light];
        }"""
    )
    return found


def at_left(page: Page) -> str | None:
    """What the chart says of its first point."""
    box = page.locator(".domsync-plot .u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + 30)
    expect(page.locator(".domsync-below > time")).not_to_have_text("")
    return page.locator(".domsync-below > time").text_content()


def test_a_chart_follows_theme_width_and_lost_connections(page: Page) -> None:
    document = Document()
    chart = TimeSeries(document, ["cpu"], x="number", points=5000)
    chart.extend(range(2000), [range(2000)])
    cpu = page.locator(".domsync-legend button")
    with serving(document, resume_seconds=0) as (server, loop):
        page.goto(server.url)
        expect(cpu).to_have_text("cpu1,999")
        blue, light = colors(page)
        assert blue > 100 > light
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("() => matchMedia('(prefers-color-scheme: dark)').matches")
        expect(page.locator(".domsync-probe")).to_have_css("background-color", "rgb(18, 18, 18)")
        page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))")
        blue, light = colors(page)
        assert light > 100 > blue
        page.set_viewport_size({"width": 500, "height": 500})
        canvas = page.locator(".domsync-plot canvas")
        expect(canvas).to_have_js_property(
            "width", page.locator(".domsync-plot").evaluate("place => place.clientWidth")
        )
        assert at_left(page) == "0"
        page.mouse.move(0, 0)

        # The session ends, and points come before there is another one.
        loop.run(server._entrance.abort_all)
        for number in range(2000, 6000):
            chart.append(number, number)
        expect(cpu).to_have_text("cpu5,999")
        assert at_left(page) == "1,000"
        page.mouse.move(0, 0)
        page.reload()
        expect(cpu).to_have_text("cpu5,999")
        assert at_left(page) == "1,000"


def test_many_pages_see_the_same(page: Page) -> None:
    document = Document()
    chart = TimeSeries(document, ["a"], x="number")
    with serving(document) as (server, _):
        pages: list[Any] = [page, page.context.new_page()]
        for number, each in enumerate(pages):
            chart.append(number, number)
            each.goto(server.url)
            expect(each.locator(".domsync-legend button")).to_have_text(f"a{number}")
        for number in range(2, 300):
            chart.append(number, number)
        for each in pages:
            expect(each.locator(".domsync-legend button")).to_have_text("a299")
            assert at_left(each) == "0"
