"""The names that the build shortens are ours alone."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

NAMES = Path(__file__).parents[2] / "js" / "internal_names.json"
FIND_KNOWN = """(names) => names.filter((name) => Object.getOwnPropertyNames(window).some((key) => {
    const { value } = Object.getOwnPropertyDescriptor(window, key);
    return [window, document, value, value?.prototype].some((place) => Object(place) === place && name in place);
}))"""


def test_the_browser_knows_no_name_that_is_shortened(page: Page) -> None:
    names = json.loads(NAMES.read_text(encoding="utf-8"))
    assert page.evaluate(
        FIND_KNOWN, ["addEventListener", "moveBefore", "selectionStart"]
    )  # it would find them
    assert page.evaluate(FIND_KNOWN, names) == []
