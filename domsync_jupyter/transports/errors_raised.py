"""`ErrorsRaised`: what the callbacks and handlers of a client raise, counted, logged, and put into words for its page.

A page may say thousands of things a second, and each may raise: the log gets a traceback of each kind, and not of each.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final

from domsync_jupyter.sync.messages import Notice
from domsync_jupyter.transports.rate import Allowance

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ErrorsRaised"]

logger = logging.getLogger("domsync_jupyter")

#: Errors that are counted, each by its title; what a page says may be in that.
MAX_ERRORS: Final = 100
#: What is logged of one client, in a second and after a quiet time.
PER_SECOND: Final = 2
BURST: Final = 100


class ErrorsRaised:
    """Those of one client. Belongs to its event loop.

    Args:
        name: The client's, in the log.
        clock: Seconds; does not go back.
    """

    def __init__(self, name: object, clock: Callable[[], float]) -> None:
        self._name = name
        self._clock = clock
        #: How often each has happened, the one that has not for longest first.
        self._counts: dict[str, int] = {}
        self._allowance = Allowance(PER_SECOND, BURST)
        self._unlogged = 0

    def report(self, what: str, error: BaseException) -> Notice:
        """Count an error, and log it: with its traceback the first time, then the 10th, 100th ... time that it came.

        Args:
            what: What raised it.
            error: What was raised.

        Returns:
            What to show at the page.
        """
        text = _sendable("".join(traceback.format_exception(error)))
        words = next(line for line in traceback.format_exception_only(error) if not line.startswith(" "))
        title = _sendable(f"{what} raised {words.splitlines()[0]}")[:300]
        count = self._counts[title] = self._counts.pop(title, 0) + 1
        if len(self._counts) > MAX_ERRORS:
            del self._counts[next(iter(self._counts))]
        if count == 1:
            self.log(f"{title}\n{text}")
        elif str(count).strip("0") == "1":
            self.log(f"{title} ({count} times)")
        return Notice("error", title, text[-20_000:], count)

    def log(self, words: str) -> None:
        """Log something that the page has caused, unless it causes too much; that there was more is logged later."""
        if not self._allowance.take(self._clock()):
            self._unlogged += 1
            return
        if self._unlogged:
            logger.error("client %s: %d errors were too many to be logged", self._name, self._unlogged)
            self._unlogged = 0
        logger.error("client %s: %s", self._name, words)


def _sendable(text: str) -> str:
    """The text without lone surrogates, which cannot be sent."""
    return text.encode(errors="backslashreplace").decode()
