"""What Python may ask a page: which methods to call for their result, and which properties to read.

Nothing else is ever asked, and the page refuses anything else: `js/src/questions.ts` has the same lists.
"""

from __future__ import annotations

from typing import Final

from domsync_jupyter.sync.ops import METHODS

__all__ = ["ASK_CALL", "ASK_FILE", "ASK_GET", "CALLABLE", "READABLE"]

#: The kinds of an `Ask`.
ASK_CALL: Final = "call"
ASK_GET: Final = "get"
ASK_FILE: Final = "file"

#: Methods whose result may be asked for.
CALLABLE: Final = METHODS | {
    "checkValidity",
    "checkVisibility",
    "getBoundingClientRect",
    "matches",
    "tell",  # of our own elements that show widgets
}

#: Properties that may be read.
READABLE: Final = frozenset(
    {
        "checked",
        "clientHeight",
        "clientWidth",
        "currentTime",
        "duration",
        "ended",
        "naturalHeight",
        "naturalWidth",
        "offsetHeight",
        "offsetLeft",
        "offsetTop",
        "offsetWidth",
        "open",
        "paused",
        "readyState",
        "scrollHeight",
        "scrollLeft",
        "scrollTop",
        "scrollWidth",
        "selectedIndex",
        "selectionEnd",
        "selectionStart",
        "validationMessage",
        "value",
    }
)
