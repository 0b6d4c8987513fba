"""That what axe-core finds is found: in a page, and behind a shadow root."""

from __future__ import annotations

from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show


def test_an_image_without_a_text_is_found(show: Show) -> None:
    root = show('document.getRootElement().append(document.createElement("img"))')
    assert ["critical: image-alt" in found for found in serious_violations(root)] == [True]
