"""`DateInput`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import DateInput
from domsync_jupyter.testing import connect
from tests.components.person import change

DAY = dt.date(2024, 2, 29)


def test_has_dates() -> None:
    document = Document()
    heard: list[Any] = []
    start = DateInput(document, "Start", DAY, on_change=heard.append)
    assert start.control.value == "2024-02-29"  # type: ignore[attr-defined]
    with connect(document) as page:
        page.fill("input", "2025-03-01")
        page.fill("input", "")
        assert heard == [dt.date(2025, 3, 1), None]
        start.value = DAY
        page.until(lambda: page.get("input").value == "2024-02-29")  # type: ignore[attr-defined]


def test_what_is_no_date_yet_leaves_the_last_good_one() -> None:
    heard: list[Any] = []
    start = DateInput(Document(), "Start", DAY, on_change=heard.append)
    change(start.control, "value", "", bad=True)
    assert (start.value, start.error) == (DAY, "Enter a whole date.")
    # As somebody types the year 2025.
    for year in ("0002", "0020", "0202"):
        change(start.control, "value", f"{year}-01-01")
        assert (start.value, start.error) == (DAY, "Enter a year of four digits.")
    change(start.control, "value", "2025-01-01")
    assert (start.error, heard) == ("", [dt.date(2025, 1, 1)])


def test_stays_within_its_bounds() -> None:
    start = DateInput(
        Document(), "Start", DAY, min=dt.date(2024, 1, 1), max=dt.date(2024, 12, 31), required=True
    )
    assert (start.control.getAttribute("min"), start.control.getAttribute("max")) == (
        "2024-01-01",
        "2024-12-31",
    )
    for said, message in {
        "2023-12-31": "2024-01-01 or later, not 2023-12-31.",
        "2025-01-01": "2024-12-31 or earlier, not 2025-01-01.",
        "12025-01-01": "Enter a date of the years 1 to 9999.",
        "": "Enter a date.",
    }.items():
        change(start.control, "value", said)
        assert (start.value, start.error) == (DAY, message)
    with pytest.raises(ValueError, match="or earlier"):
        start.value = dt.date(2025, 1, 1)
    with pytest.raises(ValueError, match="Enter a date"):
        start.value = None
    ancient = DateInput(Document(), "Founded", min=dt.date(476, 1, 1))
    change(ancient.control, "value", "0753-04-21")
    assert ancient.value == dt.date(753, 4, 21)


@given(st.text() | st.dates().map(str))
def test_whatever_a_page_says_the_value_is_a_date(said: str) -> None:
    start = DateInput(Document(), "Start", DAY, min=dt.date(1900, 1, 1))
    change(start.control, "value", said)
    day = start.value
    assert day is None or (isinstance(day, dt.date) and day >= dt.date(1900, 1, 1))
    assert day in (DAY, None) or day.isoformat() == said


def test_says_what_is_wrong() -> None:
    with pytest.raises(TypeError, match="datetime"):
        DateInput(Document(), "Start", dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(TypeError, match="min must be a date"):
        DateInput(Document(), "Start", min="2024-01-01")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="after max"):
        DateInput(Document(), "Start", min=DAY, max=dt.date(2000, 1, 1))
