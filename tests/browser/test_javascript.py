"""JavaScript text in a real browser: the vectors of the ops, random programs, and what must never run as code."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from domsync_jupyter import Document
from domsync_jupyter.errors import SecurityError
from domsync_jupyter.sync.javascript import JavaScript
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.ops import ROOT, Op
from tests.browser.applier_page.stage import until, vectors
from tests.browser.payloads import PAYLOADS, Sample
from tests.browser.serving import CLIENT_HTML, pages, serving
from tests.sync.follower import numbers_of
from tests.sync.programs import Program

BLANK = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="root"></div>
<script>
  var said = [], attacks = 0;
  function ws_send(message) { said.push(JSON.parse(JSON.stringify(message))); }
  function attack() { attacks++; }
</script>"""

#: What a page shows, in the form in which two pages are compared. Without the values of lists and text areas: they
#: depend on the way, such as on when an option that was chosen is moved, and pages get there on different ones.
CANONICAL = """(root) => {
  const visit = (node) => node.nodeType !== 1 ? [node.nodeName, node.data] : [
    node.namespaceURI, node.tagName,
    [...node.attributes].map((a) => [a.namespaceURI, a.name, a.value]).sort((a, b) => a[1] < b[1] ? -1 : 1),
    ["value", "checked", "selectedIndex", "open"].map(
      (name) => /^(select|textarea)/.test(node.type) || typeof node[name] === "object" ? null : node[name]),
    [...node.childNodes].map(visit),
  ];
  return JSON.stringify([...root.childNodes].map(visit));
}"""
#: How many numbers are held for nodes that are not in the tree (any more).
LEAKS = "Object.values(__domsync__).filter((node) => !document.getElementById('root').contains(node)).length"

NASTY = [
    "`+attack()+`", "${attack()}", "'+attack()+'", '"+attack()+"', "\\", "\\\"+attack()+\"", "\\u0022;attack();//",
    "</script><script>attack()</script>", "<!--", "-->", "]]>", "<img src=x onerror=attack()>", "\u2028attack()\u2029",
    "\nattack()\n", "\r", "\x00", "\ufeff", "*/attack()/*", "__proto__", "constructor", "\N{GRINNING FACE}", "%s{}",
]  # fmt: skip

#: Counts what runs, and stays here: other pages are of no interest, and addresses that are scripts open none.
STAY = """() => {
    window.alert = () => { attacks += 1; };
    navigation.addEventListener("navigate", (event) => { if (event.cancelable) event.preventDefault(); });
}"""
#: Follows every link, gives every control the focus, and lets what was started come to an end.
CLICK_ALL = """async () => {
    for (const element of document.querySelectorAll("#root *")) {
        element.dispatchEvent(new Event("load"));
        element.dispatchEvent(new Event("error"));
        element.focus?.();
        element.click?.();
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""


@pytest.fixture
def blank(shared_page: Page) -> Page:
    """A page of the old kind which records what it would send, and calls of ``attack``."""
    shared_page.set_content(BLANK)
    return shared_page


def evaluate(page: Page, text: str) -> None:
    """As domsync's page does it."""
    page.evaluate("(text) => { (function () { eval.apply(this, arguments); })(text); }", text)


@pytest.mark.parametrize("vector", vectors("ops"), ids=lambda vector: vector["name"])
def test_ops(blank: Page, vector: dict[str, Any]) -> None:
    javascript = JavaScript("root")
    evaluate(blank, javascript.text([Op.RESET, ROOT]))
    for step in vector["steps"]:
        evaluate(blank, javascript.text(step["ops"]))
        assert blank.evaluate(LEAKS) == 0
    assert blank.evaluate("document.getElementById('root').innerHTML") == vector["html"]


def test_random_programs_arrive(blank: Page) -> None:
    shown = f"({CANONICAL})(document.getElementById('root'))"
    for seed in range(25):
        rnd = random.Random(seed)
        document = Document("root")
        program = Program(document, seed)
        for _ in range(60):
            program.step()
            if rnd.random() < 0.2:
                evaluate(blank, document.render_js_updates())
        evaluate(blank, document.render_js_updates())
        followed = blank.evaluate(shown)
        assert blank.evaluate(LEAKS) == 0, seed
        numbers = blank.evaluate("Object.keys(__domsync__).map(Number).filter((number) => number > 0)")
        assert sorted(numbers) == sorted(
            number for number in numbers_of(Mirror.of(document)) if number > 0
        ), seed
        # A page that comes now is told the same in one piece.
        evaluate(blank, document.render_js_full())
        assert blank.evaluate(shown) == followed, seed
        blank.evaluate(
            "for (const { name } of [...__domsync__[1].attributes]) __domsync__[1].removeAttribute(name)"
        )
        blank.evaluate("__domsync__[1].id = 'root'")


def test_an_eval_client_and_a_page_of_v1_show_the_same(page: Page) -> None:
    document = Document()
    with (
        serving(document) as (server, loop),
        pages(CLIENT_HTML.replace("PORT", str(server.port))) as address,
    ):
        other = page.context.new_page()
        page.goto(address)
        other.goto(server.url)
        expression = f"({CANONICAL})(document.getElementById('domsync_root_id'))"
        for seed in range(12):
            program = Program(document, seed)
            for step in range(40):
                loop.run(program.step)
                if step % 10 == 9:
                    loop.run(document.flush)
            # What comes last says that all has come.
            loop.run(
                lambda mark: document.getRootElement().appendChild(
                    document.createElement("hr", attributes={"class": f"mark-{mark}"})
                ),
                seed,
            )
            for each in (page, other):
                until(each, f"document.querySelector('.mark-{seed}')")
            assert json.loads(page.evaluate(expression)) == json.loads(other.evaluate(expression))
        other.close()  # It would try to come back to the server.


def test_data_is_never_code(blank: Page) -> None:
    for nasty in NASTY:
        document = Document("root")
        root = document.getRootElement()
        for _ in range(2):
            # In a snapshot, and then in a frame.
            for _ in range(2):
                field = document.createElement("input", id=nasty, value=nasty, attributes={"title": nasty})
                field.addEventListener(nasty, print, fields=[nasty], keys=[nasty])
                root.append(
                    field, document.createElement("p", innerText=nasty), nasty, document.createComment(nasty)
                )
            evaluate(blank, document.render_js_updates())
        first = root.children[0]
        first.value = "other"
        first.setAttribute("title", "other")
        root.children[1].innerText = "other"
        evaluate(blank, document.render_js_updates())
        first.value = nasty
        first.setAttribute("title", nasty)
        first.addEventListener("click", print, "this.value")
        root.children[1].innerText = nasty
        evaluate(blank, document.render_js_updates())
        blank.evaluate("said.length = 0")
        blank.locator("input").first.click()
        evaluate(blank, document.render_js_full())
        assert blank.evaluate("attacks") == 0, nasty
        shown = blank.evaluate(
            "[...document.querySelectorAll('#root > *')].map((e) => e.id ? [e.id, e.title, e.value] : e.textContent)"
        )
        # A field of one line drops line ends; a text is broken there.
        value = nasty.replace("\n", "").replace("\r", "")
        assert shown == [[nasty, nasty, value], value] * 4, nasty
        said = blank.evaluate("said.map((message) => [message.id, message.event, message.value])")
        assert said == [[nasty, "click", value]], nasty


def test_a_script_tag_would_not_end(page: Page) -> None:
    document = Document("root")
    document.getRootElement().textContent = "</script><script>attacked = true</script><!--"
    text = document.render_js_updates()
    page.set_content(f'<div id="root"></div><script>{text}</script>')
    assert page.locator("#root").text_content() == "</script><script>attacked = true</script><!--"
    assert page.evaluate("window.attacked") is None


def test_a_node_with_the_focus_keeps_it_and_its_caret(blank: Page) -> None:
    document = Document("root")
    field = document.createElement("input")
    root = document.getRootElement()
    root.append(document.createElement("p"), field)
    evaluate(blank, document.render_js_updates())
    blank.locator("input").press_sequentially("abc")
    blank.evaluate("document.querySelector('input').setSelectionRange(1, 2)")
    root.insertBefore(field, root.firstChild)
    evaluate(blank, document.render_js_updates())
    assert blank.evaluate("[document.activeElement.localName, document.activeElement.selectionStart]") == [
        "input",
        1,
    ]


def test_what_is_being_typed_is_not_overwritten(blank: Page) -> None:
    document = Document("root")
    field = document.createElement("input")
    field.addEventListener(
        "input", lambda event: setattr(field, "value", event["value"].upper()), "this.value"
    )
    document.getRootElement().append(field)
    evaluate(blank, document.render_js_updates())
    blank.locator("input").press_sequentially("ab")
    first, second = blank.evaluate("said")
    document.handle_event(first)
    late = document.render_js_updates()
    evaluate(blank, late)
    assert blank.locator("input").input_value() == "ab", "Python has not heard of the b yet"
    document.handle_event(second)
    evaluate(blank, document.render_js_updates())
    assert blank.locator("input").input_value() == "AB"


def test_events_say_what_domsync_said_and_where(blank: Page) -> None:
    document = Document("root")
    box = document.createElement("div", id="box")
    button = document.createElement("button", innerText="b")
    check: Any = document.createElement("input", attributes={"type": "checkbox"})
    box.append(button, check)
    document.getRootElement().append(box)
    calls: list[tuple[Any, ...]] = []
    box.addEventListener(
        "click", lambda e: calls.append(("box", e["id"], e["value"], e.target, e.shiftKey)), "event.detail"
    )
    button.addEventListener("click", lambda e: calls.append(("button", e["event"], e["doc"])))
    evaluate(blank, document.render_js_updates())
    blank.locator("input").check()
    blank.locator("button").click(modifiers=["Shift"])
    said = blank.evaluate("said")
    assert len(said) == 2, "one message for one event, however many listeners it meets"
    assert {"domsync": True, "event": "click", "id": "", "value": None}.items() <= said[1].items()
    for message in said:
        document.handle_event(message)
    assert calls == [
        ("box", "box", 1, check, False),
        ("button", "click", document),
        ("box", "box", 1, button, True),
    ]
    assert check.checked
    assert document.render_js_updates() == "", "the page shows what it said"


def test_listeners_come_and_go_and_ask_the_page(blank: Page) -> None:
    document = Document("root")
    field = document.createElement("input")
    keys: list[str] = []

    def on_key(event: Any) -> None:
        keys.append(event.key)

    field.addEventListener("keydown", on_key, keys=["x"], prevent_default=True)
    document.getRootElement().append(field)
    evaluate(blank, document.render_js_updates())
    blank.locator("input").press_sequentially("axb")
    assert blank.locator("input").input_value() == "ab"
    for message in blank.evaluate("said"):
        document.handle_event(message)
    assert keys == ["x"]
    field.removeEventListener("keydown", on_key)
    evaluate(blank, document.render_js_updates())
    blank.locator("input").press_sequentially("x")
    assert blank.locator("input").input_value() == "abx"
    evaluate(blank, document.render_js_full())
    assert blank.evaluate("said.length") == 1


@pytest.mark.filterwarnings("ignore::domsync_jupyter.errors.UnsafeMarkupWarning")
def test_no_payload_runs(blank: Page, page_errors: list[str]) -> None:
    blank.route("**", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    blank.goto("http://127.0.0.1:9/")
    blank.evaluate(STAY)
    payloads = Sample()(PAYLOADS, 3)
    for start in range(0, len(payloads), 100):
        document = Document("root")
        batch = payloads[start : start + 100]
        for payload in batch:
            field = document.createElement("input", id=payload, value=payload)
            field.className = field.title = payload
            markup, link = document.createElement("div"), document.createElement("a")
            for element, name in ((markup, "style"), (link, "href"), (link, "xlink:href")):
                with contextlib.suppress(SecurityError):
                    element.setAttribute(name, payload)
            markup.innerHTML = payload
            document.getRootElement().append(field, markup, link, payload, document.createComment(payload))
        evaluate(blank, document.render_js_updates())
        shown = blank.evaluate("document.querySelectorAll('#root > input').length")
        assert shown == len(batch)
        blank.evaluate(CLICK_ALL)
        assert blank.evaluate("attacks") == 0, start
        blank.evaluate("__domsync__[1].id = 'root'")
    page_errors.clear()  # What could not be loaded, and styles that are none.
