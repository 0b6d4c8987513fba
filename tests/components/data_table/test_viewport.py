"""Which rows are there for whom: each viewer sees rows, and the right ones, wherever they scroll."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.data_table.viewport import MOST_HEIGHT, MOST_PLACES, Run, Viewport

ROW, SEEN = 28, 390


class Viewer:
    pass


def viewport(size: int) -> Viewport:
    made = Viewport(ROW, SEEN)
    made.size = size
    return made


def rows_seen(viewport: Viewport, scroll: float, height: float = SEEN) -> list[int]:
    """The places that stand between the edges of what is seen; that two of them overlap fails."""
    found = []
    for run in viewport.runs():
        for place in range(run.first, run.stop):
            top = run.top + (place - run.first) * ROW
            if top < scroll + height and top + ROW > scroll:
                found.append((top, place))
    tops = [top for top, _ in sorted(found)]
    assert all(b - a == ROW for a, b in pairwise(tops))
    return [place for _, place in sorted(found)]


sizes = st.one_of(st.integers(0, 300), st.integers(250_000, 400_000), st.integers(10**6, 10**9))


@given(sizes, st.lists(st.floats(0, 1), min_size=1, max_size=10), st.data())
def test_sees_rows_without_gaps_wherever_it_scrolls(
    size: int, ways: list[float], data: st.DataObject
) -> None:
    view, viewer = viewport(size), Viewer()
    most = max(0, view.height - SEEN)
    scroll = 0.0
    for way in ways:
        # A jump, or a little up or down.
        jump = data.draw(st.booleans())
        scroll = way * most if jump else min(max(0.0, scroll + (way - 0.5) * 800), most)
        view.scrolled(viewer, scroll, SEEN)
        seen = rows_seen(view, scroll)
        assert seen == list(range(seen[0], seen[-1] + 1)) if seen else size == 0
        assert len(seen) >= min(size, SEEN // ROW)
    assert sum(run.stop - run.first for run in view.runs()) <= 6 * (SEEN // ROW + 2)


@given(st.integers(1, 10**9))
def test_both_ends_are_there(size: int) -> None:
    view, viewer = viewport(size), Viewer()
    view.scrolled(viewer, view.height - SEEN, SEEN)
    assert rows_seen(view, view.height - SEEN if view.height > SEEN else 0)[-1] == size - 1
    view.scrolled(viewer, 0, SEEN)
    assert rows_seen(view, 0)[0] == 0


@given(sizes.filter(lambda size: size > 0), st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_scrolling_to_a_row_shows_it_whole(size: int, ways: list[float]) -> None:
    view, viewer = viewport(size), Viewer()
    scroll = 0.0
    for way in ways:
        row = min(size - 1, int(way * size))
        wanted = view.scroll_to(viewer, row)
        if wanted is not None:
            # A page rounds, and says where it is then.
            scroll = float(round(wanted))
            view.scrolled(viewer, scroll, SEEN)
        run = next(run for run in view.runs() if run.first <= row < run.stop)
        tops = [
            run.top + (row - run.first) * ROW - scroll for run in view.runs() if run.first <= row < run.stop
        ]
        assert any(-1 <= top <= SEEN - ROW + 1 for top in tops), run
        assert 0 <= scroll <= max(0, view.height - SEEN)


def test_the_wheel_moves_rows_by_as_much_in_a_squeezed_table() -> None:
    view, viewer = viewport(10_000_000), Viewer()
    view.scrolled(viewer, 4_000_000, SEEN)
    before = rows_seen(view, 4_000_000)[0]
    view.scrolled(viewer, 4_000_000 + 10 * ROW, SEEN)
    assert rows_seen(view, 4_000_000 + 10 * ROW)[0] == before + 10
    assert before == pytest.approx(5_000_000, rel=0.001)


def test_each_viewer_has_a_place_and_a_new_one_the_top() -> None:
    view, viewers = viewport(100_000), [Viewer() for _ in range(3)]
    for number, viewer in enumerate(viewers):
        view.scrolled(viewer, 100_000 * (number + 1), SEEN)
    for number in range(3):
        assert rows_seen(view, 100_000 * (number + 1))[0] == 100_000 * (number + 1) // ROW
    assert rows_seen(view, 0)[0] == 0


def test_is_bounded_however_many_viewers_there_are() -> None:
    view, viewers = viewport(1_000_000), [Viewer() for _ in range(50)]
    for number, viewer in enumerate(viewers):
        view.scrolled(viewer, 100_000 * (number + 1), SEEN)
    assert len(view.runs()) == MOST_PLACES + 1


def test_who_has_gone_has_no_place() -> None:
    view, viewer = viewport(100_000), Viewer()
    view.scrolled(viewer, 500_000, SEEN)
    assert len(view.runs()) == 2
    del viewer
    assert view.runs() == [Run(0, 28, 0, 0)]


def test_two_viewers_who_came_to_one_place_by_different_ways_see_rows_both() -> None:
    view, one, other = viewport(10_000_000), Viewer(), Viewer()
    view.scrolled(one, 4_000_000, SEEN)
    for step in range(4_000_000 - 20 * 1000, 4_000_000 + 1, 1000):
        view.scrolled(other, step, SEEN)
    seen = rows_seen(view, 4_000_000)
    assert len(seen) >= SEEN // ROW


def test_scrolls_all() -> None:
    view, viewer = viewport(1_000_000), Viewer()
    view.scrolled(viewer, 3_000_000, SEEN)
    scroll = view.scroll_all_to(700_000)
    assert 0 < scroll < MOST_HEIGHT
    assert rows_seen(view, scroll)[0] in (699_999, 700_000)
    view.scrolled(viewer, round(scroll), SEEN)
    assert 700_000 in rows_seen(view, round(scroll))


def test_a_pinned_row_stays() -> None:
    view = viewport(100_000)
    view.pin(5_000)
    assert Run(5_000, 5_001, 5_000 * ROW, 0) in view.runs()
    view.pin(None)
    assert len(view.runs()) == 1
