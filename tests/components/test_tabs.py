"""`Tabs`: which one is seen, by program, mouse and keyboard."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document, DomsyncError, Event
from domsync_jupyter.components import Card, Tabs
from domsync_jupyter.testing import connect


def make(*titles: str) -> tuple[Document, Tabs, list[str]]:
    document = Document("root")
    changes: list[str] = []
    tabs = Tabs(document, label="Views", on_change=changes.append)
    for title in titles:
        Card(tabs.add(title)).content.append(f"what is in {title}")
    return document, tabs, changes


def test_shows_one_and_says_so_to_those_who_do_not_see_it() -> None:
    document, tabs, _ = make("One", "Two")
    assert (tabs.titles, tabs.selected) == (["One", "Two"], "One")
    assert tabs.getElement().querySelector("[role=tablist]").getAttribute("aria-label") == "Views"  # type: ignore[union-attr]
    for tab, panel in zip(
        document.querySelectorAll("[role=tab]"), document.querySelectorAll("[role=tabpanel]"), strict=True
    ):
        is_first = tab.innerText == "One"
        assert tab.getAttribute("aria-controls") == panel.id != ""
        assert panel.getAttribute("aria-labelledby") == tab.id != ""
        assert tab.getAttribute("aria-selected") == ("true" if is_first else "false")
        assert tab.getAttribute("tabindex") == ("0" if is_first else "-1")
        assert panel.hasAttribute("hidden") is not is_first


def test_a_program_selects_and_calls_nobody() -> None:
    _, tabs, changes = make("One", "Two")
    tabs.selected = "Two"
    assert tabs.selected == "Two"
    assert changes == []
    with pytest.raises(ValueError, match="'Three': there are 'One', 'Two'"):
        tabs.selected = "Three"
    with pytest.raises(ValueError, match="'One' already"):
        tabs.add("One")
    assert tabs.titles == ["One", "Two"]


def test_a_person_selects_by_mouse() -> None:
    document, tabs, changes = make("One", "Two")
    with connect(document) as page:
        page.click(page.get_by_text("Two", "button"))
        page.click(page.get_by_text("Two", "button"))
        assert page.get("[role=tabpanel]:not([hidden])").innerText == "what is in Two"
    assert tabs.selected == "Two"
    assert changes == ["Two"]


def test_a_person_selects_by_keyboard_and_the_focus_follows() -> None:
    document, tabs, changes = make("One", "Two", "Three")
    with connect(document) as page, connect(document) as other:
        page.focus("[role=tab]")
        seen = []
        for key in ("ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"):
            page.press(key)
            assert page.focused is not None
            seen.append(page.focused.innerText)
            assert tabs.selected == seen[-1]
        assert seen == ["Two", "Three", "One", "Three", "One"] == changes
        assert other.focused is None
        page.press("Tab")
        assert page.focused == page.get("[role=tabpanel]:not([hidden])")


def test_without_a_page_the_focus_is_the_documents() -> None:
    document, tabs, _ = make("One", "Two")
    with connect(document) as page:
        event = Event("keydown", fields={"key": "End"})
        document.querySelector("[role=tablist]").dispatchEvent(event)  # type: ignore[union-attr]
        page.until(lambda: page.focused is not None and page.focused.innerText == "Two")
    assert tabs.selected == "Two"


def test_waits_for_an_on_change_that_is_async() -> None:
    document = Document("root")
    done: list[str] = []

    async def on_change(title: str) -> None:
        done.append(title)

    tabs = Tabs(document, on_change=on_change)
    tabs.add("One")
    tabs.add("Two")
    with connect(document) as page:
        page.focus("[role=tab]")
        page.press("End")
        page.click("[role=tab]")
    assert done == ["Two", "One"]


def test_another_one_is_selected_when_the_selected_one_goes() -> None:
    document = Document("root")
    tabs = Tabs(document)
    one, two, three = map(tabs.add, ("One", "Two", "Three"))
    one.remove()
    assert (tabs.titles, tabs.selected) == (["Two", "Three"], "Two")
    tabs.selected = "Three"
    three.remove()
    assert tabs.selected == "Two"
    two.title = "Only"
    assert tabs.titles == ["Only"]
    two.remove()
    assert not tabs.titles
    assert tabs.selected is None
    assert tabs.getElement().querySelectorAll("[role=tab], [role=tabpanel]") == []
    with pytest.raises(DomsyncError, match="already"):
        two.remove()


def test_a_key_before_there_is_a_tab_does_nothing() -> None:
    document = Document("root")
    tabs = Tabs(document)
    with connect(document) as page:
        page.fire("[role=tablist]", "keydown", key="End")
    assert tabs.selected is None


def test_a_title_is_that_of_one_tab() -> None:
    _, tabs, _ = make("One", "Two")
    second = tabs.add("Three")
    second.title = "Three"
    with pytest.raises(ValueError, match="'One' already"):
        second.title = "One"
    assert tabs.titles == ["One", "Two", "Three"]


def test_a_click_on_a_tab_that_was_removed_selects_nothing() -> None:
    document, tabs, changes = make("One")
    second = tabs.add("Two")
    button = document.querySelectorAll("[role=tab]")[1]
    second.remove()
    button.dispatchEvent(Event("click"))
    assert tabs.selected == "One"
    assert changes == []


def test_on_change_may_be_set_later() -> None:
    _, tabs, changes = make("One", "Two")
    later: list[str] = []
    tabs.on_change = later.append
    tabs.getElement().querySelectorAll("[role=tab]")[1].dispatchEvent(Event("click"))
    assert (changes, later) == ([], ["Two"])
