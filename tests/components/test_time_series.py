"""`TimeSeries`: what its island is told, and what is seen of it without one."""

from __future__ import annotations

import base64
import gc
import threading
import time
import weakref
from array import array
from datetime import UTC, datetime, timedelta
from math import inf, isnan, nan
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import pytest

from domsync_jupyter import Document, EmbeddedElement
from domsync_jupyter.components import Card, TimeSeries
from domsync_jupyter.components import feed as feed_module
from domsync_jupyter.dom.static_html import static_html
from tests.faults.proxy import until


class Page:
    """What a page knows that has the island: points in the order of their numbers."""

    def __init__(self, chart: TimeSeries) -> None:
        element = chart.getElement().querySelector("domsync-embed")
        assert isinstance(element, EmbeddedElement)
        self.widget = element.widget
        self.messages: list[dict[str, Any]] = []
        self.columns: list[list[float]] = []
        self._width = 1 + len(self.widget.names)
        self.widget.send = self._take

    def _take(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.messages.append(content)
        numbers = list(array("d", buffers[0]))
        count = len(numbers) // self._width
        columns = [numbers[at * count : (at + 1) * count] for at in range(self._width)]
        if content["first"] == content["oldest"]:
            self.columns = columns
        else:
            self.columns = [[*old, *new] for old, new in zip(self.columns, columns, strict=True)]

    def ask(self) -> None:
        self.widget._handle_custom_msg("all", [])


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
def chart(document: Document) -> TimeSeries:
    return TimeSeries(document, ["cpu", "memory"], title="Load")


def test_points_arrive_once_in_order_and_together_if_they_come_fast(chart: TimeSeries) -> None:
    page = Page(chart)
    for number in range(500):
        chart.append(number, [number, -number])
    until(lambda: len(page.columns[0]) == 500)
    assert page.columns == [
        [float(n) for n in range(500)], [float(n) for n in range(500)], [float(-n) for n in range(500)]
    ]  # fmt: skip
    assert len(page.messages) < 100


def test_a_point_that_comes_after_a_while_is_sent_at_once(chart: TimeSeries) -> None:
    page = Page(chart)
    chart.append(1, [1, 2])
    assert page.columns == [[1.0], [1.0], [2.0]]


def test_a_page_that_asks_gets_all(chart: TimeSeries) -> None:
    chart.extend(range(100), [range(100), range(100)])
    page = Page(chart)
    page.ask()
    until(lambda: page.columns)
    assert [len(column) for column in page.columns] == [100, 100, 100]
    chart.append(100, [0, 0])
    until(lambda: len(page.columns[0]) == 101)
    assert page.messages[-1] == {"epoch": 0, "first": 100, "oldest": 0}


def test_pages_are_told_how_far_the_points_go(chart: TimeSeries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "REST", 0.05)
    page = Page(chart)
    assert page.widget.reached == [0, 0]
    chart.append(1, [1, 1])
    until(lambda: page.widget.reached == [0, 1])
    chart.clear()
    until(lambda: page.widget.reached == [1, 0])
    until(lambda: chart._feed._timer is None)


def test_cleared(chart: TimeSeries) -> None:
    page = Page(chart)
    chart.append(5, [1, 2])
    chart.clear()
    until(lambda: page.messages[-1]["epoch"] == 1)
    assert page.columns == [[], [], []]
    chart.append(1, [3, 4])
    until(lambda: page.columns == [[1.0], [3.0], [4.0]])


def test_only_what_is_kept_is_sent(document: Document) -> None:
    by_number = TimeSeries(document, ["a"], points=10)
    by_age = TimeSeries(document, ["a"], seconds=5)
    for chart in (by_number, by_age):
        chart.extend(range(100), [range(100)])
    pages = [Page(by_number), Page(by_age)]
    for page in pages:
        page.ask()
    until(lambda: all(page.columns for page in pages))
    assert pages[0].columns[0] == [float(n) for n in range(90, 100)]
    # One before the window, from which the line comes.
    assert pages[1].columns[0] == [float(n) for n in range(93, 100)]


def test_many_threads(chart: TimeSeries) -> None:
    page = Page(chart)

    def work() -> None:
        for _ in range(300):
            chart.append(1, [2, 3])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: len(page.columns[0]) == 1200)
    assert {*page.columns[0], *page.columns[1], *page.columns[2]} == {1.0, 2.0, 3.0}


NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "columns"),
    [
        ([0, 1], [[1, None], [2.5, nan]]),
        (range(2), {"memory": iter([2.5, inf]), "cpu": [1, nan]}),
        (np.array([0.0, 1.0]), np.array([[1.0, nan], [2.5, nan]])),
        (np.array([0, 1]), [np.array([1, nan], dtype="float32"), pd.Series([2.5, None])]),
        (array("d", [0, 1]), [array("d", [1, nan]), (2.5, None)]),
    ],
)
def test_columns_of_all_kinds(chart: TimeSeries, times: Any, columns: Any) -> None:
    page = Page(chart)
    chart.extend(times, columns)
    assert page.columns[0] == [0.0, 1.0]
    assert (page.columns[1][0], page.columns[2][0]) == (1.0, 2.5)
    assert all(isnan(column[1]) or column[1] == inf for column in page.columns[1:])


@pytest.mark.parametrize(
    "times",
    [
        [NOON, NOON + timedelta(seconds=1)],
        pd.date_range(NOON, periods=2, freq="s"),
        pd.Series(pd.date_range(NOON, periods=2, freq="s")),
        iter([NOON, NOON + timedelta(seconds=1)]),
        np.array(["2024-05-01T12:00:00", "2024-05-01T12:00:01"], dtype="datetime64[ns]"),
    ],
)
def test_times_of_all_kinds(chart: TimeSeries, times: Any) -> None:
    page = Page(chart)
    chart.extend(times, [[1, 2], [3, 4]])
    assert page.columns[0] == [NOON.timestamp(), NOON.timestamp() + 1]


def test_a_date_is_midnight_here(chart: TimeSeries) -> None:
    page = Page(chart)
    days = pd.Series(pd.date_range("2024-05-01", periods=2))
    chart.extend(days.dt.date, [[1, 2], [3, 4]])
    assert page.columns[0] == [datetime(2024, 5, day).timestamp() for day in (1, 2)]  # noqa: DTZ001


@pytest.mark.parametrize("times", [["2024-05-01"], pd.Series(["2024-05-01"]), [timedelta(1)]])
def test_what_is_no_time_is_refused(chart: TimeSeries, times: Any) -> None:
    with pytest.raises(
        TypeError, match=r"expected seconds since 1970 or a datetime, not .*pandas\.to_datetime"
    ):
        chart.extend(times, [[1], [2]])


@pytest.mark.parametrize(
    ("step", "ends"),
    [
        (1, ["12:00:00", "12:00:02"]),
        (86_400, ["2024-05-01 12:00", "2024-05-03 12:00"]),
        (864_000, ["2024-05-01", "2024-05-21"]),
    ],
)
def test_a_saved_picture_says_the_day_if_there_are_several(
    document: Document, step: int, ends: list[str]
) -> None:
    noon = datetime(2024, 5, 1, 12).timestamp()  # noqa: DTZ001 - as a reader of this machine sees it
    chart = TimeSeries(document, ["load"])
    chart.extend([noon, noon + step, noon + 2 * step], [[1, 2, 3]])
    picture = chart._island.picture
    assert picture is not None
    assert [each.textContent for each in picture(document).querySelectorAll("text")][2:4] == ends


def test_a_point_by_name_and_of_one_line(document: Document, chart: TimeSeries) -> None:
    page = Page(chart)
    chart.append(NOON, {"memory": 3})
    assert (page.columns[0], page.columns[2]) == ([NOON.timestamp()], [3.0])
    assert isnan(page.columns[1][0])
    single = TimeSeries(document, ["loss"], x="number")
    page = Page(single)
    single.append(1, 0.5)
    assert page.columns == [[1.0], [0.5]]


def test_what_is_refused_changes_nothing(chart: TimeSeries) -> None:
    page = Page(chart)
    chart.append(5, [1, 2])
    with pytest.raises(ValueError, match=r"must not go back: 4\.0 comes after 5\.0"):
        chart.append(4, [1, 2])
    with pytest.raises(ValueError, match="expected 2 values, for cpu, memory; got 3"):
        chart.append(6, [1, 2, 3])
    with pytest.raises(ValueError, match="no line 'disk': there are cpu, memory"):
        chart.append(6, {"cpu": 1, "disk": 2})
    with pytest.raises(ValueError, match="2 times, but 1 values of 'memory'"):
        chart.extend([6, 7], [[1, 2], [3]])
    with pytest.raises(TypeError):
        chart.append(6, ["high", 2])  # type: ignore[list-item]  # that is what is refused
    page.ask()
    until(lambda: len(page.messages) > 1)
    assert page.columns == [[5.0], [1.0], [2.0]]


@pytest.mark.parametrize(
    ("names", "options", "error"),
    [
        ([], {}, ValueError),
        (["a", "a"], {}, ValueError),
        ("cpu", {}, TypeError),
        (["a"], {"seconds": 0}, ValueError),
        (["a"], {"points": 0}, ValueError),
        (["a"], {"height": 0}, ValueError),
        (["a"], {"y_range": (1, 1)}, ValueError),
        (["a"], {"x": "clock"}, ValueError),
    ],
)
def test_a_chart_that_makes_no_sense(
    document: Document, names: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        TimeSeries(document, names, **options)
    assert not document.body.hasChildNodes()


def test_it_says_in_words_what_is_seen(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "REST", 0.02)
    chart = TimeSeries(Card(document, "Machine"), ["cpu", "memory"], title="Load")
    figure = chart.getElement()
    assert figure.getAttribute("aria-label") == "Load: no values yet"
    chart.append(1, [0.123456, None])
    until(lambda: figure.getAttribute("aria-label") == "Load: cpu 0.1235, memory –")
    chart.title = ""
    assert (chart.title, figure.querySelector("figcaption")) == ("", None)
    chart.append(2, [1, 2])
    until(lambda: figure.getAttribute("aria-label") == "Line chart: cpu 1, memory 2")
    chart.title = "CPU"
    caption = figure.firstElementChild
    assert caption is not None
    assert (caption.tagName, caption.textContent) == ("FIGCAPTION", "CPU")


def drawn(document: Document) -> str:
    """The picture in a saved notebook."""
    html = static_html(document.body)
    return base64.b64decode(html.partition("data:image/svg+xml;base64,")[2].partition('"')[0]).decode()


def test_a_saved_notebook_has_a_picture(document: Document) -> None:
    chart = TimeSeries(document, ["up", "broken", "flat"], x="number", y_range=(0, None))
    chart.extend(range(9), [range(9), [1, 2, 3, None, None, 6, 7, 8, 9], [4] * 9])
    assert 'alt="Line chart of up, broken, flat"' in static_html(document.body)
    svg = drawn(document)
    assert svg.count("<polyline") == 4
    assert [f">{text}<" in svg for text in ("0", "9", "8", "up", "broken", "flat")] == [True] * 6


def test_the_picture_is_small_however_many_points_there_are(document: Document) -> None:
    chart = TimeSeries(document, [f"line {n}" for n in range(10)])
    chart.extend(range(10_000), [[(n * 37 + line) % 101 for n in range(10_000)] for line in range(10)])
    start = time.perf_counter()
    svg = drawn(document)
    took = time.perf_counter() - start
    assert len(svg) < 250_000
    assert took < 2, "it is drawn under the document's lock"


@pytest.mark.parametrize("values", [[], [3], [2, 2], [nan, nan]])
def test_a_picture_of_little(document: Document, values: list[float]) -> None:
    chart = TimeSeries(document, ["a"])
    chart.extend(range(len(values)), [values])
    assert "nan" not in drawn(document)


def test_removed_it_ends(chart: TimeSeries, document: Document) -> None:
    page = Page(chart)
    chart.append(1, [1, 2])
    chart.remove()
    assert page.widget.comm is None
    assert not document.body.hasChildNodes()
    sent = len(page.messages)
    chart.append(2, [1, 2])
    assert len(page.messages) == sent


def test_nothing_keeps_the_document_but_who_has_it() -> None:
    document = Document()
    gone = weakref.ref(document)
    chart = TimeSeries(document, ["a"])
    chart.append(1, 2)
    widget = Page(chart).widget
    del document, chart
    gc.collect()
    assert gone() is None
    until(lambda: widget.comm is None)


def test_a_copy_goes_on_showing_the_points() -> None:
    document = Document()
    chart = TimeSeries(document, ["a"])
    page = Page(chart)
    copy = Document().importNode(chart.getElement(), True)
    chart.append(1, 2)
    del document, chart
    gc.collect()
    page.ask()
    until(lambda: len(page.messages) == 2)
    assert page.widget.comm is not None
    assert copy.firstChild is not None
    del copy
    gc.collect()
    until(lambda: page.widget.comm is None)


def test_a_page_that_asks_again_and_again_does_not_keep_the_others_busy(
    chart: TimeSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "PACE", 0.001)
    chart.extend(range(100), [range(100), range(100)])
    page = Page(chart)
    began = time.monotonic()
    while time.monotonic() < began + 0.5:
        page.ask()
        time.sleep(0.002)
    assert sum(message["first"] == 0 for message in page.messages) == 1
    until(lambda: sum(message["first"] == 0 for message in page.messages) == 2)
    assert time.monotonic() - began < 5


def test_a_page_cannot_change_what_others_see(chart: TimeSeries) -> None:
    assert all(element.read_only for element in chart.getElement().querySelectorAll("domsync-embed"))  # type: ignore[attr-defined]


def test_it_may_be_freed_by_who_sends_its_points() -> None:
    document = Document()
    chart = TimeSeries(document, ["a"])
    feed, widget = chart._feed, Page(chart).widget
    with feed._lock:
        del document, chart
        gc.collect()
    until(lambda: widget.comm is None)
