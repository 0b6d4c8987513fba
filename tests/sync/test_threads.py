"""A document that several threads read and change at random, while another sends what changed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from domsync_jupyter.dom import Document
from domsync_jupyter.errors import DomsyncError
from domsync_jupyter.sync.mirror import Mirror
from tests.faults.soak import pick, seeded
from tests.in_threads import run_in_threads
from tests.sync.follower import Follower

TAGS = [
    *("div", "p", "span", "table", "tr", "td", "ul", "li", "form", "label", "fieldset", "svg"),
    *("select", "option", "optgroup", "input", "textarea", "details", "dialog", "datalist"),
]
CONTROLS = ("SELECT", "INPUT", "TEXTAREA", "OPTION")
STEPS = pick(1_500, 50_000)
NODES = 60
SELECTORS = ["p.a, div b", ":checked", "option:not([id])", ".b > p", "#q ~ *", ":scope > :first-child"]
MARKUP = ["<p class=a><b id=q>x</b></p>", "<option>1<option selected>2", "<table><tr><td>1<td>2</table>", ""]

WRITES: list[Callable[[Any, Any, random.Random], object]] = [
    lambda one, other, _: one.append(other),
    lambda one, other, _: one.prepend("text", other),
    lambda one, other, _: one.before(other, "text"),
    lambda one, other, _: one.after(other),
    lambda one, other, _: one.replaceWith(other),
    lambda one, other, _: one.replaceChildren(other),
    lambda one, other, _: one.insertBefore(other, one.firstChild),
    lambda one, other, _: one.replaceChild(other, one.lastChild or one),
    lambda one, *_: one.remove(),
    lambda one, *_: one.ownerDocument.getRootElement().append(one),
    lambda one, _, rnd: setattr(one, "innerText", rnd.choice(["", "x", "two\nlines"])),
    lambda one, _, rnd: setattr(one, "innerHTML", rnd.choice(MARKUP)),
    lambda one, _, rnd: one.insertAdjacentHTML("beforeend", rnd.choice(MARKUP)),
    lambda one, _, rnd: setattr(one, "id", rnd.choice("pqr")),
    lambda one, _, rnd: setattr(one, "className", rnd.choice(["a", "b", "a b"])),
    lambda one, _, rnd: one.classList.toggle(rnd.choice("ab")),
    lambda one, _, rnd: one.style.setProperty("color", rnd.choice(["red", ""])),
    lambda one, _, rnd: one.toggleAttribute(rnd.choice(["hidden", "open", "selected", "disabled"])),
    lambda one, _, rnd: one.removeAttribute(rnd.choice(["class", "id", "hidden", "style", "selected"])),
    lambda one, _, rnd: setattr(one, "value", rnd.choice(["1", "2"])) if one.tagName in CONTROLS else None,
    lambda one, *_: one.addEventListener("click", print),
    lambda one, *_: one.removeEventListener("click", print),
    lambda one, *_: one.normalize(),
]
READS: list[Callable[[Any, Any, random.Random], object]] = [
    lambda one, _, rnd: one.ownerDocument.getElementById(rnd.choice("pqr"), strict=False),
    lambda one, _, rnd: one.ownerDocument.getRootElement().querySelectorAll(rnd.choice(SELECTORS)),
    lambda one, _, rnd: one.ownerDocument.getElementsByClassName(rnd.choice("ab")),
    lambda one, *_: one.ownerDocument.getElementsByTagName("p"),
    lambda one, *_: (one.innerHTML, one.outerHTML, one.textContent, one.innerText),
    lambda one, *_: (one.childNodes, one.children, one.nextSibling, one.previousElementSibling),
    lambda one, other, _: (one.contains(other), one.compareDocumentPosition(other), one.isEqualNode(other)),
    lambda one, *_: (one.getAttributeNames(), dict(one.dataset), list(one.classList), one.style.cssText),
    lambda one, *_: one.cloneNode(True),
    lambda one, *_: (one.options, one.selectedOptions) if hasattr(one, "selectedOptions") else None,
]


def test_threads_read_and_change_one_document_while_it_is_sent() -> None:
    rnd = seeded()
    document = Document()
    pool = [document.createElement(rnd.choice(TAGS)) for _ in range(NODES)]
    document.getRootElement().append(*pool)
    follower = Follower(Mirror.of(document))
    working = threading.Event()

    def work(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(STEPS):
            step = own.choice(WRITES if own.random() < 0.6 else READS)
            with suppress(DomsyncError):  # What a browser would refuse, too.
                step(own.choice(pool), own.choice(pool), own)

    def work_all() -> None:
        try:
            run_in_threads(*(partial(work, rnd.randrange(2**31)) for _ in range(4)))
        finally:
            working.set()

    def send() -> None:
        while not working.is_set():
            follower.mirror.collect()
            follower.pump()
            follower.ack()

    run_in_threads(work_all, send)
    follower.check()
    assert follower.applied > 1, "nothing was sent meanwhile"
    for node in pool:
        assert node.parentNode is None or node in node.parentNode.childNodes
