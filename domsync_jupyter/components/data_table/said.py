"""`number_said`: a number that a page says with an event. A page may say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from domsync_jupyter.dom.events import Event

__all__ = ["number_said"]

Otherwise = TypeVar("Otherwise", float, None)

#: No position or size in a browser is larger.
_MOST = 1e9


def number_said(event: Event, name: str, otherwise: Otherwise) -> float | Otherwise:
    """A number among the fields of an event; `otherwise` if there is none, or none that can be, such as NaN."""
    value = event.fields.get(name)
    # Whether a number is finite cannot be asked of an int that is too large for a float.
    return float(value) if isinstance(value, int | float) and -_MOST <= value <= _MOST else otherwise
