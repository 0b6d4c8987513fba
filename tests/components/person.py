"""What a page says that a person did, without a page: an edit, and the event that brings it."""

from __future__ import annotations

from typing import Any

from domsync_jupyter.dom.events import Event

__all__ = ["change", "say"]


def change(control: Any, name: str, value: object, *types: str, bad: bool = False) -> None:
    """A person changes a control.

    Args:
        control: The element.
        name: The property that tells its state.
        value: What the page says of it.
        types: The events; by default ``input``, as long as it is being changed, and ``change``, when that is done.
        bad: Whether the page says that what is typed is no value at all.
    """
    assert control._accept_edit(name, value, note=True)
    say(control, *(types or ("input", "change")), bad=bad)


def say(control: Any, *types: str, bad: bool = False, **fields: Any) -> None:
    """Events of a control, whatever became of it."""
    values = {(control._number, "this.validity.badInput"): bad}
    for kind in types:
        control.dispatchEvent(Event(kind, bubbles=True, fields=dict(fields), getter_values=dict(values)))
