"""Values and times as columns of floats, from whatever a program has: lists, arrays, series of data frames."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date, datetime
from math import nan
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domsync_jupyter.components.point_ring import Column

__all__ = ["Time", "floats", "times_of"]

#: When something is measured: seconds since 1970, or a time of a clock.
Time = float | date


def floats(values: Iterable[float | None]) -> Column:
    """A column of numbers; what there is none of is ``nan``."""
    try:
        view = memoryview(values)  # type: ignore[arg-type]  # what has no buffer raises
        if view.format == "d" and view.ndim == 1:
            return array("d", view.tobytes())
    except (TypeError, ValueError):
        pass  # No buffer, or one of something else.
    return array("d", [nan if value is None else value for value in values])


def times_of(times: Iterable[Time]) -> Column:
    """A column of seconds since 1970.

    Raises:
        TypeError: If one of them is no time.
    """
    dtype = getattr(times, "dtype", None)
    times = times if isinstance(times, Sequence) or dtype is not None else list(times)
    # numpy's times would be taken for numbers, which count whatever their unit is.
    if getattr(dtype, "kind", "") != "M":
        try:
            return floats(times)  # type: ignore[arg-type]  # what is no number raises
        except (TypeError, ValueError):
            pass
    return array("d", map(_seconds, times))


def _seconds(time: Any) -> float:
    if isinstance(time, datetime):
        return time.timestamp()
    if isinstance(time, date):
        return datetime(time.year, time.month, time.day).timestamp()  # noqa: DTZ001 - this machine's midnight
    if hasattr(time, "astype"):
        return float(time.astype("datetime64[us]").astype("int64")) / 1e6
    if not isinstance(time, Real):
        raise TypeError(
            f"expected seconds since 1970 or a datetime, not {time!r:.60}: pandas.to_datetime(...) makes times of texts"
        )
    return float(time)
