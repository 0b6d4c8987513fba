"""`ProgressBar`: what it shows of its value."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import ProgressBar


def shown(bar: ProgressBar) -> str:
    progress = bar.getElement().querySelector("progress")
    assert progress is not None
    return (
        f"{bar.getElement().innerText}|{progress.getAttribute('value')}|{progress.getAttribute('aria-label')}"
    )


def test_shows_per_cent_or_what_it_is_told() -> None:
    bar = ProgressBar(Document(), "Upload", max=250)
    assert shown(bar) == "Upload0 %|0|Upload"
    bar.value = 100
    assert shown(bar) == "Upload40 %|0.4|Upload"
    bar.text = "100 of 250 MB"
    bar.label = ""
    assert shown(bar) == "100 of 250 MB|0.4|Progress"
    bar.max = 200
    assert shown(bar) == "100 of 250 MB|0.5|Progress"
    bar.text = None
    assert (bar.text, bar.label) == ("50 %", "")


def test_is_in_motion_while_nobody_knows_how_far() -> None:
    bar = ProgressBar(Document(), "Wait", value=None)
    assert shown(bar) == "Wait|None|Wait"
    bar.value = 0.25
    assert shown(bar) == "Wait25 %|0.25|Wait"
    bar.value = None
    assert bar.value is None
    assert shown(bar) == "Wait|None|Wait"


def test_stays_in_its_range() -> None:
    bar = ProgressBar(Document(), max=10)
    for value, expected in ((12, 10), (-1, 0), (3, 3)):
        bar.value = value
        assert bar.value == expected
    with pytest.raises(ValueError, match="more than 0, not 0"):
        bar.max = 0
    with pytest.raises(ValueError, match="more than 0"):
        ProgressBar(Document(), max=float("nan"))
    assert bar.max == 10
