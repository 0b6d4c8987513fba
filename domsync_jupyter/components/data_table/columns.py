"""`Column`: how the values of a column are written and read: format, style, alignment, width."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals as nw

from domsync_jupyter.components.formats import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domsync_jupyter.components.formats import Format

__all__ = ["Column", "Style", "is_missing", "plain_text"]

#: From a value and its row (column -> value) to CSS declarations, names of classes, or nothing.
Style: TypeAlias = "Callable[[Any, dict[str, Any]], str | None]"

#: A cell shows no more than so many characters; nobody reads more in a line.
LONGEST_TEXT = 300
MOST_DECIMALS = 4
LEAST_WIDTH, MOST_WIDTH = 40, 340
#: Nobody drags the edge of a column further.
WIDEST = 4000
_CHARACTER_WIDTH, _PADDING, _SORT_MARK = 8.6, 28, 14
_MIDNIGHT = " 00:00:00"
_CLASS_NAMES = re.compile(r"[\w -]*")


@dataclass(slots=True, eq=False)
class Column:
    """One column of a table.

    Args:
        name: Its name in the frame.
        dtype: Its type there.
        label: What its header says.
        format: How values are written; ``None`` for a way that suits its type.
        style: What they look like.
        width: In pixels; 0 as long as nobody has looked at values.
    """

    name: str
    dtype: nw.dtypes.DType
    label: str
    format: Format | None = None
    style: Style | None = None
    width: int = 0
    #: Whether it is set to the right.
    is_number: bool = field(init=False)
    _is_float: bool = field(init=False)
    _decimals: int = field(default=MOST_DECIMALS, init=False)
    #: What is left out at the end: midnight, where all times are that, since days are meant.
    _ending: str = field(default="", init=False)
    #: The look of a cell without a style, and of one without a value.
    _plain: tuple[str, str] = field(init=False)
    _missing: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.is_number = self.dtype.is_numeric()
        self._is_float = self.dtype.is_float()
        own = "domsync-number" if self.is_number else ""
        self._plain, self._missing = (own, ""), (f"{own} domsync-missing".strip(), "")

    def look_at(self, values: Sequence[Any]) -> None:
        """Choose the number of decimals, whether times are days, and the width, where nobody did, by some values."""
        if self._is_float:
            self._decimals = max((_decimals(value) for value in values if not is_missing(value)), default=0)
        elif self.dtype == nw.Datetime:
            texts = [plain_text(value) for value in values if not is_missing(value)]
            self._ending = _MIDNIGHT if all(text.endswith(_MIDNIGHT) for text in texts) else ""
        if not self.width:
            longest = max((len(self.text(value)) for value in values), default=0)
            needed = max(longest * _CHARACTER_WIDTH, len(self.label) * _CHARACTER_WIDTH + _SORT_MARK)
            self.width = round(min(max(needed + _PADDING, LEAST_WIDTH + 20), MOST_WIDTH))

    def text(self, value: Any) -> str:
        """What the cell shows.

        Raises:
            ValueError: If the format does not suit the value.
            Exception: What a format that is a function raises.
        """
        if is_missing(value):
            return ""
        if self.format is None:
            is_float = self._is_float
            text = f"{value:.{self._decimals}f}" if is_float else plain_text(value).removesuffix(self._ending)
        elif isinstance(self.format, str):
            try:
                text = written(value, self.format)
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise ValueError(
                    f"the format {self.format!r} of {self.name!r} does not suit {value!r:.60}: {error}"
                ) from error
        else:
            text = written(value, self.format)
        return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"

    def look(self, value: Any, row: dict[str, Any]) -> tuple[str, str]:
        """The names of classes and the CSS of the cell.

        Raises:
            Exception: What the style raises.
        """
        own = self._missing if is_missing(value) else self._plain
        given = None if self.style is None else self.style(value, row)
        if not given:
            return own
        classes, css = (given, "") if _CLASS_NAMES.fullmatch(given) else ("", given)
        return f"{own[0]} {classes}".strip(), css


def is_missing(value: Any) -> bool:
    """Whether there is no value: ``None``, and what libraries have for it."""
    if value is None:
        return True
    if isinstance(value, str | int):
        return False
    if isinstance(value, float | datetime):  # NaN, and pandas' NaT
        return value != value  # noqa: PLR0124 - what is missing is not itself
    return type(value).__name__ in ("NAType", "NaTType")


def plain_text(value: Any) -> str:
    """A value as text that can be read again: for the clipboard, for editing, and where there is no other format."""
    if is_missing(value):
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, time):
        return value.isoformat()
    return str(value)


def by_column(given: Mapping[str, Any] | Callable[..., Any] | None, names: Iterable[str]) -> dict[str, Any]:
    """What is given for each column, or for all of them.

    Raises:
        ValueError: If something is given for a column that there is not.
    """
    names = list(names)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return dict.fromkeys(names, given)
    for name in given:
        if name not in names:
            raise ValueError(f"there is no column {name!r}: there are {', '.join(map(repr, names))}")
    return dict(given)


def _decimals(value: float) -> int:
    """As many as it needs."""
    text = f"{value:.{MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])
