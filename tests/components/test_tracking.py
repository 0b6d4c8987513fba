"""`track`: what a loop shows of itself, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Track, track
from domsync_jupyter.components.tracking import rate_in_words, time_in_words
from domsync_jupyter.testing import connect


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def tracked(items: Iterable[int], *, total: int | None = None) -> tuple[Track[int], Clock, list[str]]:
    """A tracked iterable, its clock, and what it showed whenever it flushed."""
    document, clock, shown = Document(), Clock(), []
    tracking = Track(items, document, "Work", total, clock=clock)
    document._on_flush = lambda: shown.append(f"{tracking.bar.text}|{tracking.bar.value}")
    return tracking, clock, shown


def test_shows_amount_rate_time_and_what_is_left() -> None:
    items, clock, shown = tracked(range(4))
    for _ in items:
        clock.now += 2
    assert shown == [
        "0 of 4 · 0.0 s|0",
        "1 of 4 · 2.0 s each · 2.0 s · 6.0 s left|1",
        "2 of 4 · 2.0 s each · 4.0 s · 4.0 s left|2",
        "3 of 4 · 2.0 s each · 6.0 s · 2.0 s left|3",
        "4 of 4 · 2.0 s each · 8.0 s|4",
        "4 of 4 · 2.0 s each · 8.0 s|4",
    ]
    assert items.bar.getElement().classList.contains("domsync-good")


def test_shows_itself_ten_times_a_second_at_most() -> None:
    items, clock, shown = tracked(range(2048))
    for _ in items:
        clock.now += 1 / 2048
    # The first time after a tenth of a second is after 205 of them.
    assert len(shown) == 1 + 9 + 1
    assert shown[5] == "1,025 of 2,048 · 2,048/s · 0.5 s · 0.5 s left|1025"
    assert shown[-1] == "2,048 of 2,048 · 2,048/s · 1.0 s|2048"


def test_the_rate_is_that_of_lately() -> None:
    items, clock, shown = tracked(range(100))
    for item in items:
        clock.now += 100 if item < 40 else 1
    assert shown[95].startswith("95 of 100 · 1.0/s")
    assert shown[95].endswith("5.0 s left|95")


def test_without_a_total_it_counts() -> None:
    items, clock, shown = tracked(iter([1, 2]))
    for _ in items:
        clock.now += 0.5
    assert shown[1] == "1 · 2.0/s · 0.5 s|None"
    assert items.bar.value == 1


def test_a_total_may_be_told() -> None:
    items, _, shown = tracked(iter([1, 2]), total=2)
    assert list(items) == [1, 2]
    assert shown == ["0 of 2 · 0.0 s|0", "2 of 2 · 0.0 s|2"]


def test_an_empty_one_is_complete() -> None:
    items, _, shown = tracked([])
    assert list(items) == []
    assert shown[-1] == "0 of 0 · 0.0 s|1"


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_says_where_it_stopped(error: type[Exception] | None) -> None:
    items, clock, _ = tracked(range(10))

    def loop() -> None:
        for item in items:
            clock.now += 1
            if item == 4:
                if error is not None:
                    raise error
                break

    if error is None:
        loop()
    else:
        with pytest.raises(error):
            loop()
    assert items.bar.text == "stopped at 4 of 10 · 1.2 s each · 5.0 s"
    assert items.bar.value == 4
    assert items.bar.getElement().classList.contains("domsync-bad")


def test_says_where_it_stopped_if_nobody_knows_how_much_there_was() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    items, _, _ = tracked(failing())
    with pytest.raises(ZeroDivisionError):
        list(items)
    assert (items.bar.text, items.bar.value) == ("stopped at 1 · 0.0 s", 0)


def test_begins_anew() -> None:
    items, _, _ = tracked(range(3))
    assert [*items, *items] == [0, 1, 2, 0, 1, 2]
    assert items.count == 3


def test_is_seen_while_the_loop_runs() -> None:
    document = Document()
    with connect(document) as page:
        for item in track([1, 2], document, "Work"):
            page.until(lambda item=item: f"{item - 1} of 2" in page.text)  # type: ignore[misc]  # of the lambda
            page.until(lambda: True, within=1)
            if item == 1:
                # The next item is more than a tenth of a second after the first.
                asyncio.run(asyncio.sleep(0.11))


async def test_of_an_asynchronous_iterable() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    document = Document()
    items = track(numbers(), document, total=3)
    assert [item async for item in items] == [0, 1, 2]
    assert items.bar.value == 3
    with pytest.raises(TypeError, match="use async for"):
        list(items)


async def test_others_have_their_turns_in_an_asynchronous_loop() -> None:
    items, clock, _ = tracked(range(10))
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    async for _ in items:
        clock.now += 1 / 16
    task.cancel()
    assert 4 <= turns <= 6
    assert items.bar.text.startswith("10 of 10")


def test_shows_nothing_in_the_middle_of_a_batch() -> None:
    items, _, shown = tracked(range(3))
    with items.bar.getDocument().batch():
        assert len(list(items)) == 3
    assert shown == []


def test_words() -> None:
    times = [
        time_in_words(seconds) for seconds in (0, 9.94, 9.96, 59.4, 59.6, 185, 3599, 3600, 7_265, 400_000)
    ]
    assert times == [
        "0.0 s", "9.9 s", "10 s", "59 s", "1 min 0 s", "3 min 5 s", "59 min 59 s", "1 h 0 min", "2 h 1 min",
        "111 h 6 min",
    ]  # fmt: skip
    assert [rate_in_words(rate) for rate in (12_345, 9.94, 1, 0.5)] == [
        "12,345/s",
        "9.9/s",
        "1.0/s",
        "2.0 s each",
    ]
