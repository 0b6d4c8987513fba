"""Progress while Python is busy, a log that follows its end, and what the others look like."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show

PROGRAM = """
import time
from domsync_jupyter.components import Button, Code, Column, LogView, Markdown, ProgressBar, Spinner, Stat, track

page = Column(document)
def read(event):
    for item in track(range(8), page, "Reading"):
        time.sleep(0.25)                              # nothing else runs meanwhile

log = LogView(page, max_lines=150, height="100px")
def more(event):
    for number in range(20):
        log.append(f"line {len(log.lines) + 1}", ("info", "good", "warn", "bad", "debug")[number % 5])

Button(page, "Read", read)
Button(page, "More", more)
more(None)
ProgressBar(page, "Waiting", value=None)
Spinner(page, "Turning")
Stat(page, "Yield", 0.5, delta=-0.1, format=".0%")
Markdown(page, "**bold** [link](https://example.com)\\n\\n```python\\nx = 1  # one\\n```")
Code(page, 'def f(x: int) -> str:\\n    return f"{x} is" # ' + "long " * 80)
"""


def test_shows_what_is_going_on(show: Show) -> None:
    root = show(PROGRAM)
    assert serious_violations(root) == []
    root.get_by_role("button", name="Read").click()
    bar = root.locator(".domsync-progress").filter(has_text="Reading")
    # It is seen in the middle of a callback that blocks, and nothing is left afterwards.
    expect(bar).to_contain_text(" left")
    expect(bar).to_contain_text("8 of 8")
    assert bar.get_by_role("progressbar").evaluate("bar => bar.position") == 1

    log = root.get_by_role("log")
    expect(log.get_by_text("line 20", exact=True)).to_be_in_viewport()
    root.get_by_role("button", name="More").click()
    expect(log.get_by_text("line 40", exact=True)).to_be_in_viewport()
    # Whoever has scrolled up goes on reading what is there.
    log.focus()
    root.page.keyboard.press("Home")
    expect(log.get_by_text("line 1", exact=True)).to_be_in_viewport()
    root.get_by_role("button", name="More").click()
    expect(log.get_by_text("line 60", exact=True)).to_be_attached()
    expect(log.get_by_text("line 1", exact=True)).to_be_in_viewport()
    log.focus()
    root.page.keyboard.press("End")
    expect(log.get_by_text("line 60", exact=True)).to_be_in_viewport()
    root.get_by_role("button", name="More").click()
    expect(log.get_by_text("line 80", exact=True)).to_be_in_viewport()

    spinning = "wheel => getComputedStyle(wheel, '::before').animationName"
    assert root.get_by_text("Turning").evaluate(spinning) == "domsync-spinner"
