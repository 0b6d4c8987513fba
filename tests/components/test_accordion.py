"""`Disclosure` and `Accordion`: what is open, whoever opened it."""

from __future__ import annotations

from domsync_jupyter import Document
from domsync_jupyter.components import Accordion, AccordionSection, Disclosure
from domsync_jupyter.testing import connect


def test_a_person_opens_it_and_python_knows() -> None:
    document = Document("root")
    toggles: list[bool] = []
    more = Disclosure(document, "More", on_toggle=toggles.append)
    more.content.append("the rest")
    assert not more.open
    with connect(document) as page, connect(document) as other:
        page.click("summary")
        assert more.open
        other.until(lambda: other.get("details").hasAttribute("open"))
        page.click("summary")
        assert not more.open
    assert toggles == [True, False]


def test_a_program_opens_it_and_calls_nobody() -> None:
    document = Document("root")
    toggles: list[bool] = []
    more = Disclosure(document, "More", open=True, on_toggle=toggles.append)
    with connect(document) as page:
        # A page tells of it whoever did it.
        page.fire("details", "toggle", bubbles=False)
        more.open = False
        page.until(lambda: not page.get("details").hasAttribute("open"))
        page.fire("details", "toggle", bubbles=False)
    assert toggles == []
    more.title = "Even more"
    assert more.title == "Even more"
    assert more.getElement().querySelector("summary").innerText == "Even more"  # type: ignore[union-attr]


def test_sections_are_independent() -> None:
    accordion = Accordion(Document("root"))
    sections = [accordion.add(title, open=True) for title in "abc"]
    assert accordion.sections == sections
    assert [section.open for section in sections] == [True] * 3
    sections[1].remove()
    assert [section.title for section in accordion.sections] == ["a", "c"]
    assert len(accordion.getElement().children) == 2


def test_of_exclusive_ones_at_most_one_is_open() -> None:
    document = Document("root")
    toggles: list[tuple[str, bool]] = []
    accordion = Accordion(document, exclusive=True)

    def add(title: str) -> AccordionSection:
        return accordion.add(title, open=True, on_toggle=lambda is_open: toggles.append((title, is_open)))

    one, two, three = add("One"), add("Two"), add("Three")
    assert [section.open for section in (one, two, three)] == [False, False, True]
    two.open = True
    assert [section.open for section in (one, two, three)] == [False, True, False]
    with connect(document) as page:
        page.click(page.get_by_text("One", "summary"))
        page.until(lambda: len(toggles) == 2)
    assert [section.open for section in (one, two, three)] == [True, False, False]
    assert toggles == [("One", True), ("Two", False)]


def test_two_exclusive_accordions_do_not_know_each_other() -> None:
    document = Document("root")
    sections = [Accordion(document, exclusive=True).add("a", open=True) for _ in range(2)]
    names = {section.getElement().getAttribute("name") for section in sections}
    assert len(names) == 2
    assert all(section.open for section in sections)


def test_on_toggle_may_be_set_later() -> None:
    document = Document("root")
    toggles: list[bool] = []
    Disclosure(document, "More").on_toggle = toggles.append
    with connect(document) as page:
        page.click("summary")
    assert toggles == [True]
