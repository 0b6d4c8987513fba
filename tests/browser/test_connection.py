"""Connections that are lost, half open, or lead to a kernel that is gone: what the page does, keeps and says.

Times are printed (``pytest -s``).
"""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from domsync_jupyter import Document, DomsyncServer
from domsync_jupyter.sync.limits import Limits
from scripts.lab_server import LabServer, free_port
from tests.browser.conftest import OpenNotebook, chromium_executable
from tests.browser.lab import LabNotebook
from tests.browser.serving import serving
from tests.faults.proxy import Proxy, until
from tests.faults.soak import pick

#: Seconds within which the badge says what happened to a kernel.
SHOWN_SECONDS = 2.0
#: Jupyter Server looks every 3 seconds whether a kernel has died by itself.
NOTICED_SECONDS = 3.0

# The page's own sockets, counted as they are made.
COUNT_SOCKETS = """
window.sockets = 0;
window.WebSocket = class extends WebSocket {
    constructor(...operands) { super(...operands); window.sockets++; }
};
"""
HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
# When a badge has these words and is seen, by the clock that Python has, too.
NOTE_BADGE = """(words) => {
    window.seenAt = new Promise((resolve) => {
        const look = () => {
            const view = document.querySelector(".domsync-view > div")?.shadowRoot;
            const badge = view?.querySelector(".domsync-badge").shadowRoot.querySelector("[role=status]");
            if (badge?.textContent.startsWith(words) && getComputedStyle(badge).opacity === "1")
                resolve(Date.now() / 1000);
            else requestAnimationFrame(look);
        };
        look();
    });
}"""
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"

COUNTER = """\
from domsync_jupyter import Document, DomsyncServer, DomsyncWidget
from domsync_jupyter.sync.limits import Limits

doc = Document()
button, field = doc.createElement("button", id="button", innerText="0"), doc.createElement("input", id="field")
clicks = []

def on_click(event):
    clicks.append(event)
    button.innerText = str(len(clicks))

button.addEventListener("click", on_click)
doc.getRootElement().append(button, field)
"""
SERVER = "server = DomsyncServer(doc, 'localhost', {port}, verbose=False{options}).start()\n"
LIVE = "widget = DomsyncWidget(doc)\nwidget"


def counter() -> tuple[Document, list[Any]]:
    """A document whose button counts, and the events that it has got."""
    document, events = Document(), []
    button = document.createElement("button", innerText="0")

    def on_click(event: Any) -> None:
        events.append(event)
        button.innerText = str(len(events))

    button.addEventListener("click", on_click)
    document.getRootElement().append(button)
    return document, events


def badge(page: Page) -> Locator:
    return page.locator(".domsync-badge [role=status]")


def view(notebook: LabNotebook) -> Locator:
    return notebook.page.locator(".domsync-view")


@contextmanager
def serving_through_proxy(document: Document, **options: Any) -> Iterator[tuple[DomsyncServer, Proxy, str]]:
    """Serve; the server, the proxy in front of it, and the address of the page behind that."""
    port = free_port()
    with (
        Proxy("localhost", port) as proxy,
        serving(document, port, origins=[f"http://localhost:{proxy.port}"], **options) as (server, _),
    ):
        yield server, proxy, proxy.through(server.url)


# On a page


def test_a_reconnection_keeps_what_a_person_has(page: Page, page_errors: list[str]) -> None:
    document, events = counter()
    root = document.getRootElement()
    note: Any = document.createElement("input", id="note", value="some words")
    box = document.createElement("div", id="box", attributes={"style": "height: 50px; overflow: auto"})
    box.append(*(document.createElement("p", innerText=f"{number}") for number in range(50)))
    root.append(note, box)
    with serving_through_proxy(document) as (server, proxy, url):
        page.goto(url)
        field = page.locator("#note")
        field.focus()
        field.evaluate("(field) => { window.field = field; field.setSelectionRange(2, 4); }")
        page.locator("#box").evaluate("(box) => { box.scrollTop = 123; }")
        (client,) = server.get_clients()
        proxy.refuse()
        proxy.cut()
        expect(badge(page)).to_have_text("reconnecting…")
        # Unsent input, and clicks that nobody gets for now; and what Python does meanwhile.
        page.keyboard.press("X")
        page.get_by_role("button").evaluate("(button) => { button.click(); button.click(); }")
        note.value = "Python's"
        root.prepend(document.createElement("p", innerText="above"))
        box.firstElementChild.remove()  # type: ignore[union-attr]  # it has one
        proxy.heal()
        expect(page.get_by_text("above")).to_be_visible()
        expect(page.get_by_role("button")).to_have_text("2")
        expect(badge(page)).to_be_hidden()
        assert len(events) == 2
        assert server.get_clients() == [client], "it is the same session"
        assert page.evaluate("document.activeElement === field && field.isConnected")
        assert page.evaluate("[field.value, field.selectionStart]") == ["soX words", 3]
        assert page.locator("#box").evaluate("(box) => box.scrollTop > 0")
        until(lambda: note.value == "soX words")
    page_errors.clear()


def test_a_half_open_connection_is_noticed_and_replaced(page: Page) -> None:
    document, events = counter()
    limits = Limits(heartbeat_ms=300, silence_ms=900)
    with serving_through_proxy(document, limits=limits) as (server, proxy, url):
        page.goto(url)
        expect(page.get_by_role("button")).to_have_text("0")
        (client,) = server.get_clients()
        before = proxy.accepted
        proxy.stall()
        start = time.monotonic()
        page.get_by_role("button").click()
        until(lambda: proxy.accepted > before)
        print(f"replaced after {time.monotonic() - start:.1f} s, where 0.9 s without a sign count as silence")
        page.get_by_role("button").click()
        proxy.heal()
        expect(page.get_by_role("button")).to_have_text("2")
        expect(badge(page)).to_be_hidden()
        assert len(events) == 2
        assert server.get_clients() == [client]


@pytest.mark.parametrize("sign", ["visible", "online"])
def test_a_hidden_page_does_not_try_until_there_is_a_sign(
    page: Page, page_errors: list[str], sign: str
) -> None:
    document, _ = counter()
    page.add_init_script(COUNT_SOCKETS)
    page.clock.install()
    with serving_through_proxy(document) as (_server, proxy, url):
        page.goto(url)
        expect(page.get_by_role("button")).to_have_text("0")
        page.clock.pause_at(time.time() + 3600)
        page.evaluate(HIDE, True)
        proxy.refuse()
        proxy.cut()
        expect(badge(page)).to_have_text("reconnecting…")
        page.clock.run_for(600_000)
        assert page.evaluate("sockets") == 1, "none while it is hidden"
        proxy.heal()
        page.evaluate("dispatchEvent(new Event('online'))")
        assert page.evaluate("sockets") == 1, "nor when the network is back"
        if sign == "visible":
            page.evaluate(HIDE, False)
        else:
            # Shown, with a long pause ahead.
            proxy.refuse()
            page.evaluate(HIDE, False)
            until(lambda: page.evaluate("sockets") > 1)
            proxy.heal()
            page.evaluate("dispatchEvent(new Event('online'))")
        page.clock.run_for(1)
        page.clock.resume()
        expect(badge(page)).to_be_hidden()
        page.get_by_role("button").click()
        expect(page.get_by_role("button")).to_have_text("1")
    page_errors.clear()


def test_a_page_that_comes_back_from_the_browsers_cache_goes_on(chromium: Browser) -> None:
    """Going back in the history, with the cache that Playwright turns off."""
    document, events = counter()
    browser = chromium.browser_type.launch(
        executable_path=chromium_executable(),
        args=["--no-sandbox", "--enable-features=BackForwardCache"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    try:
        page = browser.new_page()
        with serving(document) as (server, _), serving(Document()) as (other, _):
            page.goto(server.url)
            page.get_by_role("button").click()
            expect(page.get_by_role("button")).to_have_text("1")
            (client,) = server.get_clients()
            page.evaluate("window.mark = 'the same page'")
            page.goto(other.url)
            until(lambda: not client.attached)
            assert server.get_clients() == [client], "it may come back"
            page.evaluate("history.back()")
            expect(page.get_by_role("button")).to_have_text("1")
            assert page.evaluate("window.mark") == "the same page", "the browser has loaded it anew"
            expect(badge(page)).to_be_hidden()
            page.get_by_role("button").click()
            expect(page.get_by_role("button")).to_have_text("2")
            assert len(events) == 2
            assert server.get_clients() == [client]
    finally:
        browser.close()


def test_another_server_in_its_place_is_said_to_be_another(page: Page, page_errors: list[str]) -> None:
    """And what was typed into the document before goes into no control of this one that has the same number."""
    first = Document()
    first.getRootElement().append(first.createElement("input"))
    second = Document()
    control: Any = second.createElement("input", value="mine")
    second.getRootElement().append(control, second.createElement("p", innerText="second"))
    with serving(first) as (server, _):
        port = server.port
        page.goto(server.url)
        expect(page.get_by_role("textbox")).to_have_count(1)
    page.get_by_role("textbox").fill("theirs")
    expect(badge(page)).to_have_text("reconnecting…")
    with serving(second, port=port):
        expect(page.get_by_text("second")).to_be_visible(timeout=15_000)
        expect(page.get_by_text("This is a new session")).to_be_visible()
        expect(badge(page)).to_be_hidden()
        expect(page.get_by_role("textbox")).to_have_value("mine")
        assert control.value == "mine"
        # It is of use, too.
        page.get_by_role("textbox").fill("theirs, now")
        until(lambda: control.value == "theirs, now")
    page_errors.clear()


def test_the_badge_waits_before_it_shows_and_goes_by_itself(page: Page, page_errors: list[str]) -> None:
    document, _ = counter()
    with serving_through_proxy(document) as (_server, proxy, url):
        page.goto(url)
        expect(page.get_by_role("button")).to_have_text("0")
        proxy.refuse()
        proxy.cut()
        expect(badge(page)).to_have_text("reconnecting…")
        # What was said for less than that, nobody has seen. (It begins anew: by now it may be over.)
        assert badge(page).evaluate(
            """(badge) => {
                badge.style.animation = "none";
                badge.getBoundingClientRect();
                badge.style.animation = "";
                return badge.getAnimations().map((animation) => [
                    getComputedStyle(badge).opacity, animation.effect.getComputedTiming().duration,
                ]);
            }"""
        ) == [["0", 300]]
        badge(page).evaluate("(badge) => Promise.all(badge.getAnimations().map(({ finished }) => finished))")
        assert badge(page).evaluate("(badge) => getComputedStyle(badge).opacity") == "1"
        proxy.heal()
        expect(badge(page)).to_be_hidden()
    page_errors.clear()


def test_the_badge_says_that_python_is_busy(page: Page) -> None:
    document = Document()
    release = threading.Event()
    button = document.createElement("button", innerText="wait")
    button.addEventListener("click", lambda _: release.wait(30))
    document.getRootElement().append(button)
    with serving(document, limits=Limits(busy_ms=300)) as (server, _):
        page.goto(server.url)
        page.get_by_role("button").click()
        page.get_by_role("button").click()
        expect(badge(page)).to_have_text("Python is busy…")
        expect(badge(page)).to_be_visible()
        release.set()
        expect(badge(page)).to_be_hidden()


# In JupyterLab


@pytest.fixture
def proxy(jupyter_lab: LabServer) -> Iterator[Proxy]:
    """Stands before Jupyter."""
    with Proxy("127.0.0.1", jupyter_lab.port) as proxy:
        yield proxy


@pytest.fixture
def record_sent() -> Iterator[Callable[[Page], list[str]]]:
    """Note what a page sends in messages of our views, over WebSockets that it opens from then on."""
    sent: list[str] = []
    pages: list[Page] = []

    def note(payload: str | bytes) -> None:
        text = payload if isinstance(payload, str) else payload.decode(errors="replace")
        if '"view":' in text:
            sent.append(text)

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", note)

    def record_sent(page: Page) -> list[str]:
        page.on("websocket", watch)
        pages.append(page)
        return sent

    yield record_sent
    for page in pages:
        page.remove_listener("websocket", watch)


def in_background(function: Callable[[], object]) -> Callable[[], None]:
    thread = threading.Thread(target=function)
    thread.start()
    return thread.join


ENDS = {
    "restarted here": "kernel restarted: run the cell again",
    "restarted elsewhere": "kernel restarted: run the cell again",
    "shut down here": "kernel shut down: run the cell again",
    "shut down elsewhere": "kernel shut down: run the cell again",
    "killed": "kernel died and was restarted: run the cell again",
}


# One of each kind; `make soak` has all.
@pytest.mark.parametrize("end", pick(["restarted elsewhere", "shut down here", "killed"], [*ENDS]))
def test_what_happened_to_the_kernel_is_said_and_nothing_is_sent_to_the_next(
    lab_page: Page,
    jupyter_lab: LabServer,
    open_beside: OpenNotebook,
    record_sent: Callable[[Page], list[str]],
    page_errors: list[str],
    end: str,
) -> None:
    page = lab_page
    sent = record_sent(page)
    notebook = open_beside([COUNTER + LIVE, "import os\nos.kill(os.getpid(), 9)", "print('another')"])
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    assert sent, "what is recorded is what is sent"
    kernel = page.evaluate(f"{KERNEL}.id")
    page.evaluate(NOTE_BADGE, ENDS[end])
    start = time.time()

    def done() -> None:
        return None

    match end:
        case "restarted here":
            page.evaluate(f"void {KERNEL}.restart()")
        case "restarted elsewhere":
            done = in_background(lambda: jupyter_lab.request("POST", f"api/kernels/{kernel}/restart"))
        case "shut down here":
            page.evaluate("void window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        case "shut down elsewhere":
            done = in_background(lambda: jupyter_lab.request("DELETE", f"api/kernels/{kernel}"))
        case "killed":
            notebook.start_cell(1)
    seconds = page.evaluate("seenAt") - start
    print(f"{end}: said after {seconds:.2f} s")
    done()
    sent.clear()
    before = button.inner_text()
    button.evaluate("(button) => button.click()")
    expect(badge(page)).to_have_text(f"{ENDS[end]} (events lost: 1)")
    if not end.startswith("shut down"):
        # The next kernel is there, and has had the time to get whatever was meant for the one before.
        page.evaluate(
            "document.querySelectorAll('.jp-Dialog .jp-mod-accept').forEach((button) => button.click())"
        )
        notebook.wait_until_ready()
        notebook.run_cell(2)
        expect(notebook.output(2)).to_have_text("another\n")
        button.evaluate("(button) => button.click()")
        expect(badge(page)).to_have_text(f"{ENDS[end]} (events lost: 2)")
    assert button.inner_text() == before
    assert sent == [], "a view of a kernel that is gone sends nothing"
    assert seconds < SHOWN_SECONDS + (NOTICED_SECONDS if end == "killed" else 0)
    page_errors.clear()


@pytest.mark.parametrize("restarted", [False, True])
def test_events_wait_while_the_link_to_jupyter_is_down(
    page: Page,
    jupyter_lab: LabServer,
    proxy: Proxy,
    record_sent: Callable[[Page], list[str]],
    page_errors: list[str],
    request: pytest.FixtureRequest,
    restarted: bool,
) -> None:
    """And if another kernel is there when it is up again, they go to nobody."""
    sent = record_sent(page)
    behind = copy.copy(jupyter_lab)
    behind.port = proxy.port
    notebook = LabNotebook.write(behind, f"link-{restarted}.ipynb", [COUNTER + LIVE, "print(len(clicks))"])
    request.addfinalizer(LabNotebook(jupyter_lab, notebook.name).shut_down)
    notebook.open(page)
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    kernel = page.evaluate(f"{KERNEL}.id")
    proxy.refuse()
    proxy.cut()
    expect(badge(page)).to_have_text(re.compile("reconnecting…|no link to the kernel"))
    sent.clear()
    for _ in range(3):
        button.evaluate("(button) => button.click()")
    if restarted:
        jupyter_lab.request("POST", f"api/kernels/{kernel}/restart")
    assert sent == []
    proxy.heal()
    # JupyterLab itself would wait for up to 30 seconds.
    page.evaluate(f"void {KERNEL}.reconnect()")
    if restarted:
        expect(badge(page)).to_have_text(
            "kernel restarted: run the cell again (events lost: 3)", timeout=30_000
        )
        assert not [text for text in sent if '"text":"[1,' in text], "an event was sent to another kernel"
    else:
        expect(button).to_have_text("4", timeout=30_000)
        expect(badge(page)).to_be_hidden()
        notebook.run_cell(1)
        expect(notebook.output(1)).to_have_text("4\n")
    page.goto("about:blank")  # JupyterLab's own requests may fail later than this.
    page_errors.clear()


def test_a_view_that_python_has_given_up_is_there_again_after_a_while(open_beside: OpenNotebook) -> None:
    """As after a long sleep of the machine: the comm works, and nobody listens any more."""
    options = ", limits=Limits(heartbeat_ms=300, silence_ms=1000)"
    notebook = open_beside(
        [
            COUNTER
            + SERVER.format(port=0, options=options)
            + "widget = server.widget(transport='comm')\nwidget",
            "widget._views.clear()",
            "print(len(clicks), len(server.get_clients()))",
        ]
    )
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    notebook.run_cell(1)
    for _ in range(3):
        button.click()
    expect(button).to_have_text("4")
    expect(badge(notebook.page)).to_be_hidden()
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text("4 1\n")


@pytest.fixture
def proxy_of_server() -> Iterator[Proxy]:
    """Stands before a port on which a server may be started."""
    with Proxy("localhost", free_port()) as proxy:
        yield proxy


@pytest.mark.parametrize("way", ["proxy", "loopback"])
def test_a_socket_lost_for_good_gives_way_to_the_comm(
    open_beside: OpenNotebook, proxy_of_server: Proxy, page_errors: list[str], way: str
) -> None:
    """While somebody clicks: each click is counted once, in the same session."""
    proxy = proxy_of_server
    address = f"localhost:{proxy.port}"
    changed = {"proxy": f"proxy/{proxy.port}/" if way == "proxy" else "", "url": f"ws://{address}/"}
    server = SERVER.format(port=proxy.target[1], options=f", origins=['http://{address}']")
    notebook = open_beside(
        [
            f"{COUNTER}{server}widget = DomsyncWidget(server)\nwidget._options = widget._options | {changed}\nwidget",
            "print(widget.connection)",
            "print(widget.connection)",
            "print(len(clicks), len(server.get_clients()))",
        ]
    )
    page = notebook.page
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    notebook.run_cell(1)
    via = f"/proxy/{proxy.port}/" if way == "proxy" else f"//{address}/"
    expect(notebook.output(1)).to_have_text(re.compile(rf"^websocket: ws:.*{via} answered\n$"))
    button.evaluate("(button) => { window.button = button; }")
    clicks = 60
    for number in range(clicks):
        if number == clicks // 3:
            proxy.refuse()
            proxy.cut()
        button.evaluate("(button) => button.click()")
    start = time.monotonic()
    expect(button).to_have_text(str(clicks + 1))
    print(f"{way}: on the comm {time.monotonic() - start:.1f} s after the last click")
    expect(badge(page)).to_be_hidden()
    assert page.evaluate("button.isConnected"), "it is the same view"
    button.click()
    expect(button).to_have_text(str(clicks + 2))
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text(re.compile(rf"^comm: ws:.*{via} was lost"))
    notebook.run_cell(3)
    expect(notebook.output(3)).to_have_text(f"{clicks + 2} 1\n")
    page_errors.clear()
