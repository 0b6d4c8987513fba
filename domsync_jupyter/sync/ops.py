"""The op codes of a frame, and what the page lets an op touch. `js/src/ops.ts` has the same."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["METHODS", "PROPERTIES", "ROOT", "Op"]

#: The number of the root element.
ROOT: Final = 1


class Op(IntEnum):
    """See "Ops" in `docs/protocol.md`."""

    TEMPLATE = 1
    INSERT = 2
    MOVE = 3
    REMOVE = 4
    CLEAR = 5
    TEXT = 6
    ATTR = 7
    PROP = 8
    LISTEN = 9
    CALL = 10
    RESET = 11
    END = 12


#: Live properties that a PROP may set.
PROPERTIES: Final = frozenset(
    {
        "adoptedStyleSheets",
        "checked",
        "currentTime",
        "indeterminate",
        "modal",
        "muted",
        "open",
        "playbackRate",
        "returnValue",
        "scrollLeft",
        "scrollTop",
        "selectedIndex",
        "selectedOptions",
        "value",
        "volume",
    }
)

#: Methods that a CALL may call.
METHODS: Final = frozenset(
    {
        "blur",
        "click",
        "close",
        "focus",
        "hidePopover",
        "load",
        "pause",
        "play",
        "reportValidity",
        "requestSubmit",
        "reset",
        "scrollBy",
        "scrollIntoView",
        "scrollTo",
        "select",
        "setCustomValidity",
        "setSelectionRange",
        "show",
        "showModal",
        "showPicker",
        "showPopover",
        "togglePopover",
    }
)
