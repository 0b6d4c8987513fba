"""Layout: a sidebar, tabs, an accordion, a dialog, and notes that go away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.components import (
    Accordion,
    Button,
    Card,
    Checkbox,
    Column,
    Dialog,
    Grid,
    Markdown,
    Row,
    Select,
    Sidebar,
    Slider,
    Stat,
    Tabs,
    toast,
)

if TYPE_CHECKING:
    from domsync_jupyter.components.component import Parent

PLANTS = {"Basil": ("Water daily", 21), "Fern": ("Keep it moist", 17), "Cactus": ("Leave it alone", 26)}


def build(parent: Parent) -> None:
    """Put the demonstration into `parent`."""
    page = Sidebar(parent, "Settings")
    Select(page.side, "Season", ["Spring", "Summer", "Autumn", "Winter"])
    Slider(page.side, "Hours of light", 12, min=6, max=18)
    Checkbox(page.side, "Remind me", True)

    main = Column(page, gap="16px")
    tabs = Tabs(Card(main, "Tabs"), label="Plants", on_change=lambda title: toast(page, f"{title} it is"))
    for name, (advice, warmth) in PLANTS.items():
        figures = Row(tabs.add(name), gap="40px")
        Stat(figures, "Warmth", f"{warmth} °C")
        Stat(figures, "Advice", advice)

    both = Grid(main, min_width="260px", gap="16px")
    questions = Accordion(Card(both, "Accordion"), exclusive=True)
    for question, answer in (
        ("How much water?", "As much as the soil takes, and *not a drop more*."),
        ("How much light?", "A window to the **east** or the west."),
        ("Which soil?", "One that lets water through."),
    ):
        Markdown(questions.add(question, open=question.endswith("light?")), answer)

    notes = Column(Card(both, "Dialog and toasts"))
    Markdown(notes, "A dialog asks; a toast tells, and goes away by itself.")

    def on_close(result: str | None) -> None:
        if result == "Remove":
            toast(page, "The fern is gone", "warn")

    dialog = Dialog(page, "Remove the fern?", ["Cancel", "Remove"], on_close=on_close)
    Markdown(dialog, "Its 34 measurements will be removed with it. This **cannot be undone**.")
    buttons = Row(notes, gap="8px")
    Button(buttons, "Remove …", lambda event: dialog.show(), kind="danger")
    Button(buttons, "Save", lambda event: toast(page, "Saved", "good"), kind="primary")
    Button(buttons, "Tell", lambda event: toast(page, "It is going to be warm today"))
    Button(buttons, "Fail", lambda event: toast(page, "The tap cannot be reached", "bad", seconds=None))
