"""The frame behind a table, of whichever library, through narwhals: taken in, read by rows, and changed by cells.

Nothing here copies a frame. What is read is a slice or a few rows; what is changed is a new frame that shares all
columns but the one with the change.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import narwhals as nw

from domsync_jupyter.components.data_table.columns import is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Frame", "as_frame", "read_rows", "with_values"]

Frame: TypeAlias = "nw.DataFrame[Any]"

#: Libraries that can hold what says only how its memory is laid out, the leanest first.
_ARROW_BACKENDS: Final = ("pyarrow", "polars", "pandas")
_INTERCHANGE = {"pyarrow": "pyarrow.interchange", "polars": "polars", "pandas": "pandas.api.interchange"}


def as_frame(data: Any) -> Frame:
    """`data` as narwhals sees it, without a copy where its library allows that.

    An index of pandas that has a name, or is more than whole numbers, becomes the first columns.

    Args:
        data: A data frame that narwhals knows, or anything with ``__arrow_c_stream__`` or ``__dataframe__``.

    Raises:
        TypeError: If it is none of these.
        ImportError: If it needs a library to hold it, and none of pyarrow, polars and pandas is there.
    """
    if isinstance(data, nw.DataFrame):
        data = data.to_native()
    if nw.dependencies.is_pandas_dataframe(data):
        data = _without_index(data)
    try:
        return nw.from_native(data, eager_only=True)
    except TypeError:
        if hasattr(data, "collect"):
            raise TypeError(f"a {type(data).__name__} has no rows yet: give its .collect()") from None
        if hasattr(data, "to_frame"):
            raise TypeError(f"a {type(data).__name__} is a single column: give its .to_frame()") from None
    if hasattr(data, "__arrow_c_stream__"):
        return nw.DataFrame.from_arrow(data, backend=_backend())
    if hasattr(data, "__dataframe__"):
        return _from_interchange(data)
    raise TypeError(
        "expected a data frame (of pandas, polars, pyarrow, ...) or something with __arrow_c_stream__ or "
        f"__dataframe__, not {type(data).__name__}"
    )


def read_rows(frame: Frame, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    """The values of some rows, in this order."""
    if isinstance(numbers, range) and numbers.step == 1:
        return frame[numbers.start : numbers.stop].rows()
    return frame[list(numbers)].rows() if numbers else []


def with_values(frame: Frame, column: str, numbers: Sequence[int], values: Sequence[Any]) -> Frame:
    """A frame with other values in some rows of a column; all other columns are shared with the old one.

    Raises:
        ValueError: If the column cannot hold a value.
    """
    series = frame[column]
    try:
        new = list(values)
        if not isinstance(series.dtype, nw.Categorical):
            # Made strictly of the column's type: `scatter` alone would turn what does not fit into nothing.
            new = nw.new_series("new", new, series.dtype, backend=frame.implementation).to_list()
            if any(_is_lost(value, held) for value, held in zip(values, new, strict=True)):
                raise ValueError("something else would be there")
        changed = series.scatter(list(numbers), new)
    except Exception as error:
        raise ValueError(f"{column!r} is of type {series.dtype}, which cannot hold {values!r:.60}") from error
    if changed.dtype != series.dtype:
        raise ValueError(f"{column!r} is of type {series.dtype}, which cannot hold {values!r:.60}")
    return frame.with_columns(changed.alias(column))


def _is_lost(value: Any, held: Any) -> bool:
    """Whether a library has silently made something else of a value, as some do of fractions and of what is missing."""
    return is_missing(value) != is_missing(held) or (isinstance(held, int) and held != value)


def _without_index(data: Any) -> Any:
    """The same columns with nothing but the numbers of the rows as index, and with texts as names."""
    index = data.index
    # Without a name, whole numbers are those of the rows, or of some of the rows of another frame.
    is_plain = index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"
    is_counted = type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1
    if is_plain and is_counted and all(isinstance(name, str) for name in data.columns):
        return data
    shallow = data.copy(deep=False)
    shallow.columns = [
        " ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in data.columns
    ]
    if not is_plain:
        names = ["index" if name is None and index.nlevels == 1 else str(name or "") for name in index.names]
        for level, name in enumerate(names):
            while not name or name in shallow.columns:
                name = name + "_" if name else f"level_{level}"  # noqa: PLW2901 - until nobody has it
            shallow.insert(level, name, index.get_level_values(level))
    shallow.index = range(len(shallow))
    return shallow


def _backend() -> Literal["pyarrow", "polars", "pandas"]:
    for backend in _ARROW_BACKENDS:
        if find_spec(backend) is not None:
            return backend
    raise ImportError(f"to hold such data, one of {', '.join(_ARROW_BACKENDS)} has to be installed")


def _from_interchange(data: Any) -> Frame:
    # None of these modules has types.
    reader = import_module(_INTERCHANGE[_backend()])
    return nw.from_native(reader.from_dataframe(data), eager_only=True)
