"""`ErrorsRaised`: how much of what a page can cause is logged."""

from __future__ import annotations

import logging

import pytest

from domsync_jupyter.transports import errors_raised
from domsync_jupyter.transports.errors_raised import ErrorsRaised


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def raised(words: str) -> ValueError:
    """An error with a traceback."""
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


def texts(records: list[logging.LogRecord]) -> list[str]:
    found = [record.getMessage() for record in records]
    records.clear()
    return found


def test_one_that_comes_again_is_logged_ever_more_seldom(expected_errors: list[logging.LogRecord]) -> None:
    errors = ErrorsRaised("c", Clock())
    counts = [errors.report("it", raised("no")).count for _ in range(2_500)]
    assert counts == list(range(1, 2_501))
    first, *others = texts(expected_errors)
    assert first.startswith("client c: it raised ValueError: no\nTraceback")
    assert others == [f"client c: it raised ValueError: no ({count} times)" for count in (10, 100, 1000)]


def test_the_page_is_told_all_of_each(expected_errors: list[logging.LogRecord]) -> None:
    errors = ErrorsRaised("c", Clock())
    notices = [errors.report("it", raised("no")) for _ in range(3)]
    assert {notice.kind for notice in notices} == {"error"}
    assert all("Traceback" in notice.text for notice in notices)
    expected_errors.clear()


def test_a_page_cannot_flood_the_log_with_errors_that_differ(
    expected_errors: list[logging.LogRecord],
) -> None:
    clock = Clock()
    errors = ErrorsRaised("c", clock)
    for number in range(2_000):
        errors.report("it", raised(f"no {number}"))
    assert len(texts(expected_errors)) == errors_raised.BURST
    clock.now += 1
    errors.report("it", raised("later"))
    left_out, later = texts(expected_errors)
    assert left_out == f"client c: {2_000 - errors_raised.BURST} errors were too many to be logged"
    assert "later" in later


def test_those_that_have_not_come_for_long_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr(errors_raised, "MAX_ERRORS", 3)
    errors = ErrorsRaised("c", Clock())
    assert [errors.report("it", raised(key)).count for key in "aabcadba"] == [1, 2, 1, 1, 3, 1, 1, 4]
    assert len(errors._counts) == 3
    expected_errors.clear()
