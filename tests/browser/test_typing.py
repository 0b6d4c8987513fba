"""The browser owns what is being typed: while Python rewrites the same and other fields, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domsync_jupyter import DomsyncServer
from tests.browser.serving import serving

TEXT = "The quick brown fox jumps over the lazy dog, 0123456789 times; and then once more."


async def rewriting(server: Any, client: Any) -> None:
    """Writes both fields twenty times a second; the first one in capitals."""
    document = server.get_document(client)
    field = document.createElement("input", id="field")
    other, seen = document.createElement("input", id="other"), document.createElement("output", id="seen")
    field.addEventListener("input", lambda event: setattr(seen, "textContent", field.value))
    document.getRootElement().append(field, other, seen)
    count = 0
    while server.is_connected(client):
        count += 1
        field.value = field.value.upper()
        other.value = str(count)
        await asyncio.sleep(0.05)


@contextmanager
def shown(page: Page) -> Iterator[DomsyncServer]:
    with serving(rewriting) as (server, _):
        page.goto(server.url)
        expect(page.locator("#other")).not_to_have_value("")
        page.locator("#field").focus()
        yield server
        page.goto("about:blank")  # Else it would try to come back to the server.


@pytest.mark.parametrize("delay", [0, 7, 40])
def test_no_keystroke_is_lost(page: Page, delay: int) -> None:
    with shown(page):
        page.keyboard.type(TEXT, delay=delay)
        expect(page.locator("#field")).to_have_value(TEXT.upper())
        expect(page.locator("#seen")).to_have_text(TEXT.upper(), ignore_case=True)
        expect(page.locator("#field")).to_be_focused()


def test_the_caret_stays_in_the_middle(page: Page) -> None:
    with shown(page):
        page.keyboard.type("startend")
        expect(page.locator("#field")).to_have_value("STARTEND")
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type("-in-the-middle-", delay=30)
        expect(page.locator("#field")).to_have_value("START-IN-THE-MIDDLE-END")


def test_an_input_method_is_not_interrupted(page: Page) -> None:
    with shown(page):
        keyboard = page.context.new_cdp_session(page)
        page.keyboard.type("x")
        expect(page.locator("#field")).to_have_value("X")
        before = int(page.locator("#other").input_value())
        for composed in ("k", "ka", "kan", "kanj", "kanji"):
            caret = {"selectionStart": len(composed), "selectionEnd": len(composed)}
            keyboard.send("Input.imeSetComposition", {"text": composed, **caret})
            before += 3  # What Python writes meanwhile arrives, elsewhere.
            page.wait_for_function("(count) => document.getElementById('other').value > count", arg=before)
            assert page.locator("#field").input_value() == "X" + composed
        keyboard.send("Input.insertText", {"text": "\u6f22\u5b57"})
        expect(page.locator("#field")).to_have_value("X\u6f22\u5b57")
        expect(page.locator("#seen")).to_have_text("X\u6f22\u5b57")
