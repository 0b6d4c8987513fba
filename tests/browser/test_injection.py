"""Nothing that is data runs in the page: several hundred hostile texts, everywhere a text can be put.

The page runs under its Content-Security-Policy, and once more without it: safety must not depend on it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

from domsync_jupyter import DomsyncServer
from domsync_jupyter.dom import Document, Element, names
from domsync_jupyter.dom.serialising import serialise
from domsync_jupyter.errors import DomsyncError
from tests.browser.applier_page.stage import until
from tests.browser.payloads import ADDRESSES, MARKUP, OTHERS, PAYLOADS, SCRIPTS, Sample
from tests.browser.serving import serving

# Reports whatever runs, in all frames; and keeps clicks on addresses that are harmless from leading away.
SPY = """(() => {
    for (const name of ["alert", "prompt", "confirm", "print"]) {
        window[name] = (...values) => { window.reportExecution(`${name} in ${location.protocol}: ${values}`); };
    }
    const isCode = (address) => /^(javascript|data|vbscript):/i.test(String(address));
    addEventListener("click", (event) => {
        const link = event.composedPath().find((node) => node.href !== undefined && node.localName !== "use");
        if (link && !isCode(link.href.baseVal ?? link.href)) event.preventDefault();
    }, true);
    addEventListener("submit", (event) => {
        const action = event.submitter?.formAction ?? event.target.action;
        if (!isCode(action)) event.preventDefault();
    }, true);
    window.provoke = (root) => {
        let count = 0;
        for (const element of root.querySelectorAll("*")) {
            count++;
            for (const type of ["mouseover", "focus", "focusin", "error", "load", "toggle", "animationstart", "wheel",
                "begin", "beforetoggle", "pointerrawupdate", "scrollend", "beforematch"]) {
                element.dispatchEvent(new Event(type));
            }
            if (element.localName !== "summary" && element.type !== "file" && element.localName !== "select") {
                element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
            }
        }
        return count;
    };
})()"""

URL_ATTRIBUTES = [
    ("a", "href"), ("area", "href"), ("iframe", "src"), ("form", "action"), ("button", "formaction"),
    ("input", "formaction"),
    ("img", "src"), ("video", "poster"), ("iframe", "srcdoc"), ("div", "background"), ("q", "cite"),
]  # fmt: skip


class Watched:
    """A page in which nothing may run."""

    def __init__(self, page: Page, *, policy: bool) -> None:
        self.page = page
        self.policy = policy
        self.executed: list[str] = []
        page.expose_binding("reportExecution", lambda source, text: self.executed.append(text))
        page.on("dialog", self._dismiss)
        page.add_init_script(SPY)

    def _dismiss(self, dialog: Dialog) -> None:
        self.executed.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def provoke(self, selector: str) -> int:
        """Do to each element what a person could; returns their number."""
        count: int = self.page.evaluate("selector => provoke(document.querySelector(selector))", selector)
        # Two rounds of timers and frames: navigation to a script address, and images that fail, take one.
        for _ in range(2):
            self.page.evaluate(
                "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => done()), 60))"
            )
        return count


def only_local(route: Route) -> None:
    if route.request.url.startswith(("http://localhost", "http://127.0.0.1")):
        route.continue_()
    else:
        route.abort()


@contextmanager
def watched(chromium: Browser, *, policy: bool) -> Iterator[Watched]:
    context = chromium.new_context(bypass_csp=not policy)
    context.route("**/*", only_local)
    try:
        yield Watched(context.new_page(), policy=policy)
    finally:
        context.close()


@pytest.fixture(params=[True, False], ids=["policy", "no-policy"])
def watch(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    with watched(chromium, policy=request.param) as watch:
        yield watch


@contextmanager
def shown(watch: Watched, document: Document) -> Iterator[DomsyncServer]:
    """The document in the page."""
    with serving(document) as (server, _):
        assert server.url is not None
        watch.page.goto(server.url)
        yield server


def attempt(element: Element, name: str, value: str) -> bool:
    """Set an attribute if it is allowed; returns whether it was refused."""
    try:
        element.setAttribute(name, value)
    except DomsyncError:
        return True
    return False


def show(watch: Watched, document: Document, elements: list[Element]) -> int:
    """Put elements on the page in place of those before, and provoke them."""
    root = document.getRootElement()
    show.count += 1  # type: ignore[attr-defined]  # it tells one batch from the next
    mark = f"batch {show.count}"  # type: ignore[attr-defined]  # as above
    root.replaceChildren(*elements, document.createElement("output", innerText=mark))
    document.flush()
    until(watch.page, f"document.querySelector('#domsync_root_id > output')?.textContent === '{mark}'")
    return watch.provoke("#domsync_root_id")


show.count = 0  # type: ignore[attr-defined]  # as above


def as_text(document: Document, payload: str) -> list[Element]:
    """The payload in all places that hold text."""
    div = document.createElement("div", innerText=payload)
    div.append(document.createTextNode(payload), document.createComment(payload))
    for tag in ("style", "textarea", "title", "option", "pre", "template", "iframe"):
        inner = document.createElement(tag)
        inner.textContent = payload
        div.append(inner)
    svg = document.createElementNS(names.SVG, "svg")
    for tag in ("style", "text", "title"):
        inner = document.createElementNS(names.SVG, tag)
        inner.textContent = payload
        svg.append(inner)
    div.append(svg)
    return [div]


def as_attribute(document: Document, payload: str) -> list[Element]:
    """The payload as the value of attributes that are not addresses, and as a name."""
    div = document.createElement("div", id=payload, innerText="x")
    for name in (
        "class",
        "style",
        "title",
        "data-x",
        "name",
        "lang",
        "aria-label",
        "slot",
        "is",
        "part",
        payload,
    ):
        attempt(div, name, payload)
    field = document.createElement("input", value=payload)
    for name in ("type", "pattern", "placeholder", "list", "form", "accept"):
        attempt(field, name, payload)
    result = [div, field]
    with suppress(DomsyncError):
        result.append(document.createElement(payload))
    return result


def as_address(document: Document, payload: str) -> list[Element]:
    result = []
    for tag, name in URL_ATTRIBUTES:
        element = document.createElement(tag)
        attempt(element, name, payload)
        if tag in ("button", "input"):
            attempt(element, "type", "submit")
            form = document.createElement("form")
            form.append(element)
            element = form
        result.append(element)
    svg = document.createElementNS(names.SVG, "svg")
    for tag in ("a", "use", "image", "animate", "set"):
        inner = document.createElementNS(names.SVG, tag)
        attempt(inner, "attributeName", "href")
        for name in ("href", "to", "from", "values", "xlink:href"):
            attempt(inner, name, payload)
        with suppress(DomsyncError):
            inner.setAttributeNS(names.XLINK, "xlink:href", payload)
        svg.append(inner)
    return [*result, svg]


def as_html(document: Document, payload: str) -> list[Element]:
    div = document.createElement("div")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        div.innerHTML = payload
    return [div]


PLACES = {"text": as_text, "attribute": as_attribute, "address": as_address, "html": as_html}


def test_there_are_enough() -> None:
    assert len(PAYLOADS) > 600
    assert len(set(ADDRESSES)) == len(ADDRESSES)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_runs(watch: Watched, place: str) -> None:
    document = Document()
    some = Sample()
    # Each payload stands where it belongs; elsewhere some of each kind do.
    addresses = some(ADDRESSES, 2 if place == "address" else 6)
    markup = some(MARKUP, 2) if place == "html" else some(MARKUP, 24, 9)
    payloads = [*SCRIPTS, *addresses, *markup, *OTHERS]
    if watch.policy:  # Which stops most of them by itself: what counts is that the document does.
        payloads = some(payloads, 3)
    with shown(watch, document):
        for start in range(0, len(payloads), 120):
            batch = payloads[start : start + 120]
            elements = [element for payload in batch for element in PLACES[place](document, payload)]
            assert show(watch, document, elements) > len(batch) / 2
            assert watch.executed == [], batch


def test_the_same_would_run_if_it_were_let_in(chromium: Browser) -> None:
    """The texts are dangerous, and the watch notices: a document that is unsafe on purpose runs many of them."""
    document = Document(allow_unsafe=True)
    with watched(chromium, policy=False) as watch, shown(watch, document):
        elements = [as_html(document, f"<img src=x onerror=alert({number})>")[0] for number in range(5)]
        link = document.createElement("a", innerText="x")
        link.setAttribute("href", "javascript:alert('link')")
        frame = document.createElement("iframe")
        frame.setAttribute("src", "data:text/html,<script>alert('frame')</script>")
        show(watch, document, [*elements, link, frame])
        deadline = time.monotonic() + 10
        while len(watch.executed) < 7 and time.monotonic() < deadline:
            watch.page.evaluate("() => new Promise(requestAnimationFrame)")
        assert any("link" in text for text in watch.executed)
        assert any("frame" in text for text in watch.executed)
        assert sum("alert in http:" in text for text in watch.executed) >= 5


@pytest.mark.parametrize("place", PLACES)
def test_nothing_runs_in_what_was_serialised(chromium: Browser, place: str) -> None:
    """The static form of a document is HTML for any parser: what it holds stays what it is."""
    body = ""
    with watched(chromium, policy=False) as watch:
        watch.page.route(
            "http://localhost/static", lambda route: route.fulfill(content_type="text/html", body=body)
        )
        # How a text can become markup is what counts here: not each event and each address again.
        some = Sample()
        last = some(MARKUP[-130:], 2 if place == "html" else 6)
        payloads = [*SCRIPTS, *some(ADDRESSES, 15, 5), *some(MARKUP, 60, 20), *last]
        for start in range(0, len(payloads), 150):
            document = Document()
            batch = payloads[start : start + 150]
            made = [element for payload in batch for element in PLACES[place](document, payload)]
            html = [serialise(element, outer=True) for element in made]
            # Once in one document, where each begins in what the one before left open, and once each by itself.
            body = f"<!doctype html><meta charset=utf-8><div id=all>{''.join(html)}"
            watch.page.goto("http://localhost/static")
            watch.provoke("html")
            assert watch.executed == [], batch
            watch.page.evaluate(
                """html => document.documentElement.replaceChildren(...html.map((text) => {
                    const div = document.createElement("div");
                    div.innerHTML = text;
                    return div;
                }))""",
                html,
            )
            assert watch.provoke("html") > len(batch) / 2
            assert watch.executed == [], batch


def test_what_a_person_types_is_text(watch: Watched) -> None:
    document = Document()
    field = document.createElement("textarea")
    echo = document.createElement("div", id="echo")

    def repeat(event: object) -> None:
        value = event.value  # type: ignore[attr-defined]  # it is an Event
        echo.replaceChildren(
            *as_text(document, value),
            *as_attribute(document, value),
            *as_address(document, value),
            *as_html(document, value),
        )
        said = document.createElement("output")
        said.textContent = value
        echo.append(said)

    field.addEventListener("input", repeat, "this.value")
    document.getRootElement().append(field, echo)
    with shown(watch, document):
        box = watch.page.locator("#domsync_root_id > textarea")
        typed = "document.querySelector('#domsync_root_id > textarea').value"
        some = Sample()
        for payload in [*SCRIPTS[:4], *ADDRESSES[:3], *some(MARKUP, 150, 50), *some(MARKUP[-30:], 5)]:
            text = payload.replace("\0", "").replace("\r", "")
            box.fill(text)
            until(watch.page, f"document.querySelector('#echo > output')?.textContent === {typed}")
            watch.provoke("#echo")
            assert watch.executed == [], payload


@pytest.mark.parametrize("payload", SCRIPTS)
def test_a_value_getter_is_a_path_and_no_code(payload: str) -> None:
    document = Document()
    with pytest.raises(DomsyncError):
        document.createElement("input").addEventListener("input", print, payload)
