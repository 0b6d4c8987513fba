"""`Sidebar`: two places to put things, one of which can be closed."""

from __future__ import annotations

from domsync_jupyter import Document
from domsync_jupyter.components import Card, Sidebar
from domsync_jupyter.testing import connect


def test_has_two_places() -> None:
    document = Document("root")
    page = Sidebar(document, "Filters", width="300px")
    Card(page.side, "in the side")
    Card(page, "in the main part")
    aside = document.querySelector("aside")
    assert aside is not None
    assert aside.getAttribute("aria-label") == "Filters"
    assert "300px" in (aside.getAttribute("style") or "")
    assert aside.innerText == "Filtersin the side"
    assert page.content.innerText == "in the main part"


def test_a_person_closes_it() -> None:
    document = Document("root")
    toggles: list[bool] = []
    sidebar = Sidebar(document, "Filters", on_toggle=toggles.append)
    assert sidebar.open
    with connect(document) as page:
        page.click("summary")
        assert not sidebar.open
        sidebar.open = True
        page.until(lambda: page.get("details").hasAttribute("open"))
    assert toggles == [False]
