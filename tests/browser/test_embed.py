"""Widgets inside documents: islands and widgets of others, on a server's page and in a real JupyterLab."""

from __future__ import annotations

import base64
import inspect
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import anywidget
import pytest
from playwright.sync_api import Locator, Page, expect

from domsync_jupyter import Document
from tests.browser import guests
from tests.browser.conftest import OpenNotebook
from tests.browser.serving import serving
from tests.faults.proxy import until

COUNTER = """
export default {
  initialize({ model, signal }) {
    globalThis.initialized = (globalThis.initialized ?? 0) + 1;
    signal.addEventListener("abort", () => { globalThis.ended = (globalThis.ended ?? 0) + 1; });
    return { double: () => 2 * model.get("count") };
  },
  render({ model, el }) {
    const button = document.createElement("button");
    const paint = () => { button.innerHTML = `count <b>${model.get("count")}</b>`; };
    button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
    model.on("change:count", paint);
    paint();
    model.on("msg:custom", (message, buffers) => {
      if (message.echo) model.send({ back: message.echo }, undefined, buffers);
    });
    el.append(button);
    return () => { globalThis.cleaned = (globalThis.cleaned ?? 0) + 1; };
  },
};
"""


def counter(**values: Any) -> tuple[Document, Any]:
    """A document with an island that counts, and the island."""
    document = Document()
    island = document.embed(
        esm=COUNTER, css="button { outline: 3px solid rgb(1, 2, 3) }", model={"count": 3, **values}
    )
    document.body.append(document.createElement("h1", innerText="Page"), island)
    return document, island


def test_an_island_lives_on_the_page(page: Page) -> None:
    document, island = counter()
    with serving(document) as (server, loop):
        page.goto(server.url)
        button = page.get_by_role("button")
        expect(button).to_have_text("count 3")
        assert button.evaluate("(b) => getComputedStyle(b).outlineColor") == "rgb(1, 2, 3)"
        button.click()
        expect(button).to_have_text("count 4")
        until(lambda: island.widget.count == 4)
        loop.run(lambda: setattr(island.widget, "count", 10))
        expect(button).to_have_text("count 10")
        heard: list[Any] = []
        island.widget.on_msg(lambda _, content, buffers: heard.append((content, [bytes(b) for b in buffers])))
        loop.run(lambda: island.widget.send({"echo": "x"}, [b"\x00\xff"]))
        until(lambda: heard)
        assert heard == [({"back": "x"}, [b"\x00\xff"])]
        assert page.evaluate("[initialized, globalThis.cleaned]") == [1, None]
        loop.run(island.remove)
        expect(button).to_have_count(0)
        page.wait_for_function("globalThis.cleaned === 1 && globalThis.ended === 1")


def test_an_island_stays_where_its_element_is_moved_and_the_document_sent_anew(page: Page) -> None:
    document, island = counter()
    with serving(document, resume_seconds=0) as (server, loop):
        page.goto(server.url)
        button = page.get_by_role("button")
        expect(button).to_have_text("count 3")
        button.evaluate("(b) => { b.same = true; }")
        section = document.createElement("section")

        def move() -> None:
            document.body.prepend(section)
            section.append(island)

        loop.run(move)
        expect(page.locator("section button")).to_have_text("count 3")
        # The socket is lost, and with it the session: the page gets a snapshot, and asks for the model anew.
        loop.run(server._entrance.abort_all)
        loop.run(lambda: setattr(island.widget, "count", 20))
        expect(button).to_have_text("count 20")
        button.click()
        until(lambda: island.widget.count == 21)
        assert button.evaluate("(b) => b.same")
        assert page.evaluate("[initialized, globalThis.cleaned]") == [1, None]


def test_pages_share_an_island(page: Page) -> None:
    document, island = counter()
    with serving(document) as (server, loop):
        other = page.context.new_page()
        for each in (page, other):
            each.goto(server.url)
        page.get_by_role("button").click()
        expect(other.get_by_role("button")).to_have_text("count 4")
        other.get_by_role("button").click()
        expect(page.get_by_role("button")).to_have_text("count 5")
        until(lambda: island.widget.count == 5)
        page.reload()
        expect(page.get_by_role("button")).to_have_text("count 5")
        copy = island.cloneNode(True)
        loop.run(lambda: document.body.append(copy))
        expect(page.get_by_role("button")).to_have_text(["count 5", "count 5"])
        page.get_by_role("button").nth(1).click()
        expect(page.get_by_role("button")).to_have_text(["count 6", "count 6"])


def test_many_changes_at_once_end_with_the_last(page: Page) -> None:
    document, island = counter()
    with serving(document) as (server, loop):
        page.goto(server.url)
        button = page.get_by_role("button")
        expect(button).to_have_text("count 3")
        button.evaluate("(b) => { for (let i = 0; i < 500; i++) b.click(); }")
        until(lambda: island.widget.count == 503)

        def count() -> None:
            for number in range(2000):
                island.widget.count = number

        loop.run(count)
        expect(button).to_have_text("count 1999")


class Parent(anywidget.AnyWidget):
    """Shows another widget inside, calls what that exports, and a command in Python."""

    _esm = """
    export default {
      async render({ model, el, host, experimental }) {
        const child = await host.getWidget(model.get("child"));
        const inside = document.createElement("section");
        await child.render({ el: inside });
        const other = await model.widget_manager.get_model(model.get("child").split(":")[1]);
        const [answer, buffers] = await experimental.invoke("_double", 21, { buffers: [new Uint8Array([1, 2])] });
        const note = document.createElement("p");
        note.textContent = [child.exports.double(), other.get("count"), answer, buffers[0].getUint8(1)].join(" ");
        el.append(inside, note);
      },
    };
    """
    child = anywidget.WidgetTrait().tag(sync=True)

    @anywidget.experimental.command
    def _double(self, number: int, buffers: list[bytes]) -> tuple[int, list[bytes]]:
        return 2 * number, buffers


def test_a_widget_shows_another_and_calls_python(page: Page) -> None:
    document, island = counter()
    document.body.replaceChildren(document.embed(Parent(child=island.widget)))
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("p")).to_have_text("6 3 42 2")
        page.locator("section button").click()
        until(lambda: island.widget.count == 4)


def test_a_new_module_takes_the_place_of_the_old_one(page: Page) -> None:
    document, island = counter()
    with serving(document) as (server, loop):
        page.goto(server.url)
        expect(page.get_by_role("button")).to_have_text("count 3")
        loop.run(lambda: setattr(island.widget, "_esm", COUNTER.replace("count <b>", "number <b>")))
        expect(page.get_by_role("button")).to_have_text("number 3")
        assert page.evaluate("[initialized, cleaned, ended]") == [2, 1, 1]
        loop.run(island.widget.close)
        expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("esm", "words"),
    [
        ("export const nothing = 1", "exports nothing as default"),
        ("export default { render() { throw new Error('of its own') } }", "of its own"),
        ("this is no module", "Unexpected"),
        ("https://elsewhere.example/widget.js", "dynamically imported module"),
    ],
)
def test_what_cannot_be_shown_says_why(page: Page, page_errors: list[str], esm: str, words: str) -> None:
    document = Document()
    document.body.append(document.embed(esm=esm), document.createElement("button", innerText="fine"))
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("domsync-embed")).to_contain_text(words)
        expect(page.get_by_role("button")).to_have_text("fine")
        page_errors.clear()


def test_scripts_from_elsewhere_need_to_be_named(page: Page, page_errors: list[str]) -> None:
    page.route(
        "https://elsewhere.example/*",
        lambda route: route.fulfill(
            content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"}, body=COUNTER
        ),
    )
    document = Document()
    document.body.append(document.embed(esm="https://elsewhere.example/widget.js", model={"count": 1}))
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("domsync-embed")).to_contain_text("cannot be shown")
        page_errors.clear()
    with serving(document, script_sources=["https://elsewhere.example"]) as (server, _):
        page.goto(server.url)
        expect(page.get_by_role("button")).to_have_text("count 1")


def test_html_of_a_widget_runs_no_script(page: Page, page_errors: list[str]) -> None:
    """The page lets widgets set HTML from text; what is in there is under the rest of its policy."""
    document = Document()
    esm = """export default { render({ el }) {
        el.innerHTML = "<b>bold</b><script>globalThis.ran = 1</script><img src=x: onerror='globalThis.ran = 2'>";
        const script = document.createElement("script");
        script.text = "globalThis.ran = 3";
        el.append(script);
        try { eval("globalThis.ran = 4"); } catch {}
    } }"""
    document.body.append(document.embed(esm=esm))
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("b")).to_have_text("bold")
        page.wait_for_function("document.querySelector('img').complete")
        assert page.evaluate("globalThis.ran") is None
        page_errors.clear()


def test_the_module_is_at_an_address_that_was_told(page: Page) -> None:
    document, _ = counter()
    with serving(document) as (server, _loop):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.url)
        expect(page.get_by_role("button")).to_have_text("count 3")
        address = next(url for url in asked if "/modules/" in url)
        assert re.search(r"/modules/[0-9a-f]{64}\.js$", address)
        with urllib.request.urlopen(address) as response:
            assert response.read().decode() == COUNTER


# Front ends without a widget manager


def test_a_front_end_without_a_manager_shows_anywidgets(page: Page, tmp_path: Path) -> None:
    """Such as marimo: what anywidget gives to modules has to do; or the place says that it cannot be shown."""
    node = ["node", "build.mjs", str(tmp_path), "src/guests.ts"]
    subprocess.run(node, cwd=Path(__file__).parents[2] / "js", check=True)
    code = base64.b64encode((tmp_path / "guests.js").read_bytes()).decode()
    shown = page.evaluate(
        """async (address) => {
            const { showGuests } = await import(address);
            const life = new AbortController();
            const said = [];
            const host = { getWidget: async (reference) => ({ render: ({ el, signal }) => {
                el.textContent = reference;
                signal.addEventListener("abort", () => said.push("aborted " + reference));
            } }) };
            const show = (outer, guestHost) => {
                const root = document.createElement("div");
                (outer?.attachShadow({ mode: "open" }) ?? document.body).append(root);
                showGuests(root, outer, {}, guestHost, life.signal);
                const place = document.createElement("domsync-embed");
                place.setAttribute("model", "m" + said.push("shown"));
                root.append(place);
                return place;
            };
            const outer = document.createElement("section");
            document.body.append(outer);
            const [slotted, inside, hostless] = [show(outer, host), show(undefined, host), show(undefined, undefined)];
            await new Promise((resolve) => setTimeout(resolve));
            const texts = () => [outer.textContent, inside.textContent, hostless.textContent];
            const before = texts();
            const slot = slotted.querySelector("slot").assignedElements()[0].textContent;
            inside.parentNode.prepend(inside);
            slotted.remove();
            await new Promise((resolve) => setTimeout(resolve));
            const after = texts();
            life.abort();
            return { before, slot, after, end: texts(), said };
        }""",
        f"data:text/javascript;base64,{code}",
    )
    words = "The widget cannot be shown: Error: this page shows no widgets inside others"
    assert shown == {
        "before": ["anywidget:m1", "anywidget:m2", words],
        "slot": "anywidget:m1",
        "after": ["", "anywidget:m2", words],
        "end": ["", "", ""],
        "said": ["shown", "shown", "shown", "aborted anywidget:m1", "aborted anywidget:m2"],
    }


# Widgets of others


def use(page: Page, *, slider: bool) -> None:
    """Do something in each of the guests; what it told Python is shown in the document."""
    told = page.locator("#told")
    if slider:
        page.locator(".noUi-handle").press("ArrowRight")
        expect(told).to_contain_text('"slider": 4')
    drag(page, page.locator("#sliderCanvas"), (0.5, 0.5), (0.8, 0.5))
    expect(told).to_contain_text(re.compile(r'"slider2d": 0\.\d'))
    adding = page.locator(".add-input")
    adding.fill("three")
    adding.press("Enter")
    expect(told).to_contain_text('"sortable": ["one", "two", "three"]')
    drag(page, page.locator("svg[width='800']"), (0.3, 0.5), (0.6, 0.3))
    expect(told).to_contain_text(re.compile(r'"collection": "one", "value": 0\.\d'))
    # It is seen, and can be clicked, when the mouse is there.
    drag(page, page.locator(".quak th svg").first, (0.5, 0.5), (0.5, 0.5))
    expect(told).to_contain_text("ORDER BY")
    drag(page, page.locator(".vega-embed svg.marks"), (0.2, 0.2), (0.8, 0.8))
    expect(told).to_contain_text(re.compile(r'"chart": \{"x": \[\d'))


def shows_changes(page: Page, *, slider: bool) -> None:
    """See what `Guests.change` did."""
    if slider:
        expect(page.locator(".widget-readout")).to_have_text("42")
    expect(page.locator("#sliderValues")).to_contain_text("X: 0.25")
    expect(page.locator(".item-label")).to_have_text(["three", "four"])
    expect(page.locator(".vega-embed .role-title-text")).to_contain_text("Second")


def drag(page: Page, where: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    where.scroll_into_view_if_needed()
    box = where.bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=8)
    page.mouse.up()


# Of the guests' own: an attribute with a wrong value, and a handler in HTML, which the page's policy does not let run.
GUESTS_NOISE = re.compile(r"<svg> attribute height|Executing inline event handler violates")


def take_noise(page_errors: list[str]) -> None:
    page_errors[:] = [error for error in page_errors if not GUESTS_NOISE.search(error)]


def test_widgets_of_others_live_on_the_page(page: Page, page_errors: list[str]) -> None:
    shown = guests.Guests()
    with serving(shown.document, script_sources=["'unsafe-eval'"]) as (server, loop):
        page.goto(server.url)
        expect(page.locator("#slider")).to_contain_text("IntSlider is shown in a notebook only")
        expect(page.locator(".quak tbody tr").first).to_contain_text("a")
        expect(page.locator(".vega-embed svg.marks")).to_be_visible()
        use(page, slider=False)
        loop.run(shown.change)
        shows_changes(page, slider=False)
        take_noise(page_errors)


def test_widgets_of_others_live_in_jupyterlab(open_beside: OpenNotebook, page_errors: list[str]) -> None:
    source = inspect.getsource(guests).replace("from __future__ import annotations\n", "")
    notebook = open_beside(
        [
            source + "\nfrom domsync_jupyter import DomsyncWidget\nguests = Guests()",
            "DomsyncWidget(guests.document)",
            "guests.change()",
            "DomsyncWidget(guests.document)",
            "guests.widgets['slider'].value = 8; guests.document.getElementById('slider').remove()",
        ]
    )
    page = notebook.page
    notebook.run_cell(0)
    notebook.run_cell(1)
    expect(page.locator(".quak tbody tr").first).to_contain_text("a")
    use(page, slider=True)
    notebook.run_cell(2)
    shows_changes(page, slider=True)
    # A second view has views of its own, of the same models.
    notebook.run_cell(3)
    expect(page.locator(".widget-readout")).to_have_text(["42", "42"])
    expect(notebook.output(3).locator(".vega-embed .role-title-text")).to_contain_text("Second")
    notebook.output(3).locator(".noUi-handle").press("ArrowRight")
    expect(page.locator(".widget-readout")).to_have_text(["43", "43"])
    # Whatever takes a view out of the page takes its widgets along, and brings them back.
    notebook.execute("notebook:hide-cell-outputs", 20)
    expect(page.locator(".widget-readout")).to_have_text(["43"])
    notebook.execute("notebook:show-cell-outputs", 20)
    expect(page.locator(".widget-readout")).to_have_text(["43", "43"])
    notebook.execute("notebook:delete-cell", 20)
    expect(page.locator(".widget-readout")).to_have_text(["43"])
    notebook.run_cell(3)
    expect(page.locator(".widget-readout")).to_have_count(0)
    take_noise(page_errors)


TOGETHER = """
import ipywidgets
from domsync_jupyter import Document, DomsyncWidget

document = Document()
label = document.createElement("b", innerText="0")
label.className = "label"
island = document.embed(esm='''ESM''', model={"count": 0})
document.body.append(label, island)

def view():
    return DomsyncWidget(document)

box = ipywidgets.VBox([view(), ipywidgets.Label("beside")])
tab = ipywidgets.Tab([ipywidgets.Label("first"), view()], titles=["one", "two"])
output = ipywidgets.Output()
with output:
    display(view())
slider = ipywidgets.IntSlider(max=10)
slider.add_class("linked")
ipywidgets.link((slider, "value"), (island.widget, "count"))

@ipywidgets.interact(number=(0, 10))
def show(number=1):
    label.innerText = str(number)
"""


DOCUMENT_IN_A_DOCUMENT = """
outer = Document()
outer.body.append(outer.embed(view()), outer.embed(ipywidgets.HBox([ipywidgets.IntSlider(5)])))
DomsyncWidget(outer, isolate=False)
"""


def test_together_with_other_widgets(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        [
            TOGETHER.replace("ESM", COUNTER),
            "display(box, tab, output, slider)",
            "box.children[0].layout.height = '123px'; tab.selected_index = 1",
            DOCUMENT_IN_A_DOCUMENT,
        ]
    )
    notebook.run_cell(0)
    notebook.run_cell(1)
    labels = notebook.cell(1).locator(".label")
    expect(labels).to_have_text(["1", "1", "1"])
    # interact drives the document, in a box, behind a tab and in an output alike.
    notebook.cell(0).locator(".noUi-handle").press("ArrowRight")
    expect(labels).to_have_text(["2", "2", "2"])
    # A slider is linked to an island, both ways.
    handle = notebook.cell(1).locator(".linked .noUi-handle")
    handle.click()
    handle.press("ArrowRight")
    buttons = notebook.cell(1).get_by_role("button", name="count")
    expect(buttons.first).to_have_text("count 1")
    buttons.first.click()
    expect(notebook.cell(1).locator(".linked .widget-readout")).to_have_text("2")
    expect(buttons.last).to_have_text("count 2")
    notebook.run_cell(2)
    expect(notebook.cell(1).locator(".domsync-view").first).to_have_css("height", "123px")
    expect(labels.nth(1)).to_be_visible()
    # A document in a document, and a box of widgets, without a shadow tree around them.
    notebook.run_cell(3)
    inner = notebook.cell(3)
    expect(inner.locator("domsync-embed .label")).to_have_text("2")
    expect(inner.locator("domsync-embed .widget-readout")).to_have_text("5")
    inner.get_by_role("button", name="count").click()
    expect(buttons.first).to_have_text("count 3")
