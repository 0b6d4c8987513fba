"""States of form controls, as a page reports them. What is not valid is dropped and changes nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.element import Element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.sync.session import Session

__all__ = ["apply_edits", "getter_values"]

logger = logging.getLogger("domsync_jupyter")


def apply_edits(session: Session, edits: list[Any], *, is_shown: bool = True) -> None:
    """Put what the person at the page typed, ticked or chose into the document.

    The page they come from shows it already; other viewers of the document get it with the next frame.

    Args:
        session: The viewer's session.
        edits: ``[number, property, value, ...]``.
        is_shown: Whether the page that the session has now is the one which they come from.
    """
    mirror = session.mirror
    # The session may have ended while they waited for their turn.
    shared = not is_shown or any(other is not session for other in mirror.sessions)
    with mirror.document._lock:
        for number, name, value in _triples(edits):
            element = mirror.node(number) if type(number) is int else None
            if element is None:
                continue  # It left the tree while the message was on its way.
            accept = getattr(element, "_accept_edit", None)
            if accept is None or not isinstance(name, str) or not accept(name, value, note=shared):
                logger.warning("dropped an edit that cannot be: %.100r of %r", name, element)
                continue
            if isinstance(element, Element):
                mirror.edited.add(element)
            if not shared:
                mirror.forget_snapshot()


def getter_values(values: list[Any]) -> dict[tuple[int, str], Any]:
    """``[number, getter, value, ...]`` as a mapping."""
    return {
        (number, getter): value
        for number, getter, value in _triples(values)
        if type(number) is int and isinstance(getter, str)
    }


def _triples(flat: list[Any]) -> Iterator[tuple[Any, Any, Any]]:
    return zip(flat[::3], flat[1::3], flat[2::3], strict=False)
