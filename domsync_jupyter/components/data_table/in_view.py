"""What shall happen in one view alone: the focus and the scroll position of the others are their own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from domsync_jupyter.errors import DomsyncError

if TYPE_CHECKING:
    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["in_view"]


async def in_view(event: Event, element: Element, method: str, *arguments: Any) -> None:
    """Call a method of an element in the view that an event came from.

    If the page cannot, or has gone, nothing happens: the person goes on without.
    """
    if event.client is None:
        getattr(element, method)(*arguments)  # made in Python, for all who look on
        return
    # The page has to know the element first.
    element._document.flush()
    with suppress(DomsyncError, TimeoutError):
        await event.client.call(element, method, *arguments)
