"""A whole view: what it says about itself, how it outlives a reload, and how it speaks over a comm or a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.applier_page.stage import freeze, until

WELCOME = [0, 1, "s1", 1, 0, {"window": 8, "ack_ms": 50}]
SNAPSHOT = [2, 1, 0, [11, 1, 2, 1, 0, ["p", ["id", "p"], [], [["click", 0]], "shown"], 1, 2, 12]]
AUTO = {"transport": "auto", "url": "ws://127.0.0.1:9/", "isolate": True, "token": "t0k", "key": "k"}


def hellos(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("v.sent.filter((message) => message[0] === 0)")
    return found


def words(page: Page) -> str:
    return page.locator(".domsync-badge [role=status]").inner_text()


def test_the_badge_shows_only_what_is_not_well(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    badge = stage.locator(".domsync-badge [role=status]")
    expect(badge).to_have_text("connecting…")
    stage.evaluate("m => v.receive(...m)", [WELCOME, SNAPSHOT])
    expect(badge).to_be_hidden()
    stage.evaluate("v.lose('reconnecting…')")
    expect(badge).to_have_text("reconnecting…")
    stage.evaluate("v.reopen()")
    stage.evaluate("m => v.receive(m)", WELCOME)
    expect(badge).to_be_hidden()
    stage.evaluate("v.end()")
    assert stage.locator(".domsync-badge").count() == 0


def test_notices_are_folded_counted_and_dismissed(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    stage.evaluate("m => v.receive(...m)", [WELCOME, SNAPSHOT])
    trace = "Traceback\n  <img src=x onerror=alert(1)>"
    for count in (1, 2, 3):
        stage.evaluate("m => v.receive(m)", [8, "error", "ValueError: <b>no</b>", trace, count])
    stage.evaluate("v.receive([8, 'info', 'Other', '', 1])")
    notice = stage.locator("details.error")
    expect(notice).to_have_count(1)
    expect(notice.locator("summary")).to_contain_text("ValueError: <b>no</b> (3 times)")
    expect(notice.locator("pre")).to_be_hidden()
    notice.locator("summary").click()
    expect(notice.locator("pre")).to_have_text(trace)
    # One that is open stays open when it is counted on.
    stage.evaluate("m => v.receive(m)", [8, "error", "ValueError: <b>no</b>", trace, 4])
    expect(notice.locator("pre")).to_be_visible()
    stage.locator("section", has=notice).get_by_role("button").click()
    expect(notice).to_have_count(0)
    expect(stage.locator("details.info")).to_have_count(1)


def test_a_session_is_taken_up_once_after_a_reload(stage: Page) -> None:
    stage.evaluate("window.v = stageView('k')")
    stage.evaluate("m => v.receive(...m)", [WELCOME, SNAPSHOT])
    assert stage.evaluate("sessionStorage.length") == 0
    stage.reload()
    until(stage, "window.stageView")
    assert stage.evaluate("Object.entries(sessionStorage)") == [["domsync:k", "s1"]]
    stage.evaluate("window.v = stageView('k')")
    assert hellos(stage) == [[0, 1, "s1", 0, "the test"]]
    assert stage.evaluate("sessionStorage.length") == 0
    stage.evaluate("window.v = stageView('k')")
    assert hellos(stage) == [[0, 1, "", 0, "the test"]]


def test_a_page_that_goes_says_bye_with_its_last_edits(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    stage.evaluate(
        "m => v.receive(...m)", [WELCOME, [2, 1, 0, [11, 1, 2, 1, 0, ["input", ["id", "f"]], 1, 2, 12]]]
    )
    stage.locator("#f").press_sequentially("a")
    stage.evaluate(
        "v.sent.length = 0; dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
    )
    assert stage.evaluate("v.sent") == [[2, 1, 1, [2, "value", "a"]], [4, "pagehide"]]
    stage.evaluate(
        "v.sent.length = 0; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    assert hellos(stage) == [[0, 1, "s1", 1, "the test"]]
    assert stage.evaluate("sessionStorage.length") == 0


def test_code_of_the_page_speaks_to_the_application(stage: Page) -> None:
    stage.evaluate("window.v = stageView()")
    stage.evaluate("m => v.receive(...m)", [WELCOME, SNAPSHOT])
    stage.evaluate(
        "v.sent.length = 0; document.addEventListener('domsync:message', (e) => { window.got = e.detail })"
    )
    stage.evaluate("v.receive([5, 2, 0, 1, 'hello'])")
    assert stage.evaluate("got") == "hello"
    stage.evaluate("v.root.dispatchEvent(new CustomEvent('domsync:send', { detail: 'back' }))")
    assert stage.evaluate("v.sent.filter((m) => m[0] === 5)") == [[5, 1, 2, "back"]]


def test_a_widget_speaks_over_the_comm(stage: Page) -> None:
    stage.evaluate("window.w = stageWidget({ transport: 'auto', url: '', key: 'k' })")
    root = stage.locator(".domsync-view .domsync-root")
    view = stage.evaluate("w.sent[0].view")
    assert stage.evaluate("w.sent[0]") == {"view": view, "connection": "comm: no server to connect to"}
    assert stage.evaluate("[w.sent[1].view, JSON.parse(w.sent[1].text)]") == [
        view, [0, 1, "", 0, "comm: no server to connect to"],
    ]  # fmt: skip
    stage.evaluate("([a, b]) => { w.say(a); w.say(b, 'somebody else') }", [WELCOME, SNAPSHOT])
    expect(root).to_be_empty()
    stage.evaluate("message => w.say(message, '*')", SNAPSHOT)
    expect(root).to_have_text("shown")
    assert stage.evaluate("w.el.firstChild.shadowRoot.mode") == "open"
    stage.evaluate("w.sent.length = 0; w.end()")
    assert stage.evaluate("[w.sent.map((m) => m.text), w.handlers.length]") == [['[4,"view"]'], 0]


def test_a_widget_without_isolation_is_in_the_page(stage: Page) -> None:
    stage.evaluate("window.w = stageWidget({ transport: 'comm', isolate: false })")
    assert stage.evaluate("[w.el.firstChild.shadowRoot, w.el.querySelectorAll('.domsync-root').length]") == [
        None,
        1,
    ]
    assert stage.evaluate("w.el.dataset.lmSuppressShortcuts") == "true"


def test_a_widget_whose_kernel_is_gone_says_so(stage: Page) -> None:
    stage.evaluate("window.w = stageWidget({ transport: 'comm' })")
    stage.evaluate("([a, b]) => { w.say(a); w.say(b) }", [WELCOME, SNAPSHOT])
    stage.evaluate("w.dead = true")
    stage.locator("#p").click()
    expect(stage.locator(".domsync-badge [role=status]")).to_have_text(
        "kernel gone: run the cell again (events lost: 1)"
    )


def test_keys_in_a_field_stay_in_the_view(stage: Page) -> None:
    stage.evaluate("window.w = stageWidget({ transport: 'comm' })")
    fields = [
        2,
        1,
        0,
        [11, 1, 2, 1, 0, ["input", ["id", "f"]], 1, 2, 2, 1, 0, ["button", ["id", "b"]], 1, 3, 12],
    ]
    stage.evaluate("([a, b]) => { w.say(a); w.say(b) }", [WELCOME, fields])
    stage.evaluate("window.keys = []; document.addEventListener('keydown', (e) => keys.push(e.key))")
    stage.locator("#f").press("a")
    stage.locator("#b").press("b")
    assert stage.evaluate("keys") == ["b"]


def connect(page: Page, answers: bool = True) -> list[WebSocketRoute]:
    """Plays the server; gives its sockets as they come."""
    sockets: list[WebSocketRoute] = []

    def on_message(socket: WebSocketRoute, text: str | bytes) -> None:
        if answers and str(text).startswith("[0,"):
            socket.send(json.dumps(WELCOME))
            socket.send(json.dumps(SNAPSHOT))

    def on_socket(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.on_message(lambda text: on_message(socket, text))

    page.route_web_socket("ws://127.0.0.1:9/", on_socket)
    return sockets


def test_auto_takes_the_socket_that_answers(stage: Page) -> None:
    connect(stage)
    stage.evaluate("o => { window.w = stageWidget(o) }", AUTO)
    expect(stage.locator(".domsync-root")).to_have_text("shown")
    assert stage.evaluate("w.sent.map((m) => m.connection)") == ["websocket: ws://127.0.0.1:9/ answered"]


def test_auto_falls_back_to_the_comm_and_says_why(own_stage: Page) -> None:
    sockets = connect(own_stage, answers=False)
    freeze(own_stage)
    own_stage.evaluate("o => { window.w = stageWidget(o) }", AUTO)
    own_stage.clock.run_for(1499)
    assert len(sockets) == 1
    assert own_stage.evaluate("w.sent") == []
    own_stage.clock.run_for(2)
    reason = "comm: ws://127.0.0.1:9/ did not answer within 1.5 s"
    assert own_stage.evaluate("w.sent[0].connection") == reason
    assert own_stage.evaluate("JSON.parse(w.sent[1].text)") == [0, 1, "", 0, reason]
    own_stage.evaluate("([a, b]) => { w.say(a); w.say(b) }", [WELCOME, SNAPSHOT])
    expect(own_stage.locator(".domsync-root")).to_have_text("shown")


def test_a_lost_socket_comes_back_with_its_session(stage: Page) -> None:
    sockets = connect(stage)
    stage.evaluate("o => { window.w = stageWidget(o) }", {**AUTO, "transport": "websocket"})
    expect(stage.locator(".domsync-root")).to_have_text("shown")
    stage.evaluate("window.p = w.el.firstChild.shadowRoot.querySelector('p')")
    sockets[0].close(code=1012, reason="restart")
    badge = stage.locator(".domsync-badge [role=status]")
    expect(badge).to_be_hidden()
    until(stage, "p.isConnected")
    expect(stage.locator(".domsync-root")).to_have_text("shown")
    assert len(sockets) == 2


@pytest.mark.parametrize(
    ("code", "says"), [(1008, "refused by the server: why"), (4001, "closed by the server: why")]
)
def test_a_refused_socket_is_not_tried_again(own_stage: Page, code: int, says: str) -> None:
    sockets = connect(own_stage)
    own_stage.evaluate("o => { window.w = stageWidget(o) }", {**AUTO, "transport": "websocket"})
    expect(own_stage.locator(".domsync-root")).to_have_text("shown")
    freeze(own_stage)
    sockets[0].close(code=code, reason="why")
    expect(own_stage.locator(".domsync-badge [role=status]")).to_have_text(says)
    own_stage.clock.run_for(60_000)
    assert len(sockets) == 1
