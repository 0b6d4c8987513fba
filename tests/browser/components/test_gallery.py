"""The gallery: every component as a person sees it, in light and dark, with nothing that axe-core calls serious."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domsync_jupyter import Document, components
from tests.browser.axe import serious_violations
from tests.browser.serving import serving

GALLERY = Path(__file__).parents[3] / "docs" / "examples" / "gallery"
FAMILIES = sorted(file.stem for file in GALLERY.glob("*.py"))
#: Vega's own: the rectangle with which one chooses a part of a chart has no name.
VEGA = "role-mark brush"
#: Bases of others, what others make, and those of domsync.
NOT_SHOWN = {
    "AccordionSection", "Binding", "CellEdit", "Component", "Disclosure", "Input", "Refusal", "SelectComponent",
    "TableComponent", "Toast", "Track",
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_serious_is_found(page: Page, family: str) -> None:
    spec = importlib.util.spec_from_file_location(f"gallery_{family}", GALLERY / f"{family}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document = Document()
    module.build(document)
    with serving(document) as (server, _):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(server.url)
            expect(page.locator(".domsync-card, .domsync-sidebar").first).to_be_visible()
            found = serious_violations(page.locator("body"))
            assert [each for each in found if VEGA not in each] == [], scheme
        page.goto("about:blank")


def test_every_component_is_in_it() -> None:
    source = "".join((GALLERY / f"{family}.py").read_text(encoding="utf-8") for family in FAMILIES)
    assert {name for name in components.__all__ if name not in source} <= NOT_SHOWN
