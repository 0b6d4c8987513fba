"""`track`: a loop that shows how far it has come, how fast it is, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterable, Iterable, Sized
from types import coroutine
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from domsync_jupyter.components.progress import ProgressBar
from domsync_jupyter.components.showing import Showing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

    from domsync_jupyter.components.component import Parent

__all__ = ["Track", "track"]

T = TypeVar("T")

#: The rate is that of the last reports, of which there are ten a second where items come fast.
REPORTS = 50


@overload
def track(iterable: Iterable[T], parent: Parent, label: str = "", total: int | None = None) -> Track[T]: ...
@overload
def track(
    iterable: AsyncIterable[T], parent: Parent, label: str = "", total: int | None = None
) -> Track[T]: ...
def track(
    iterable: Iterable[T] | AsyncIterable[T], parent: Parent, label: str = "", total: int | None = None
) -> Track[T]:
    """Go through an iterable, and show how far that has come, how fast it is, and how long the rest will take.

    It is seen at once, also while a loop blocks the cell of a notebook, at most ten times a second.

    ```python
    for number in track(range(500), document, "Squares"):
        number**2

    async for number in track(range(500), document, "Squares"):    # others have their turns meanwhile
        number**2
    ```

    Args:
        iterable: What to go through, also an asynchronous one.
        parent: The element, component or document to put the bar in.
        label: What is going on.
        total: How many items there are; by default as many as ``len`` says. If it cannot say that, the bar only shows
            that something is going on.

    Returns:
        An iterable of the same items, for ``for`` or ``async for``. Its ``bar`` is the `ProgressBar`, which stays when
        the loop is over: ``bar.remove()`` takes it away.
    """
    return Track(iterable, parent, label, total)


class Track(Generic[T]):
    """What `track` returns.

    Args:
        iterable: See `track`; the same holds for the next three.
        parent: See there.
        label: See there.
        total: See there.
        clock: Seconds, from wherever.

    Attributes:
        bar: The `ProgressBar`.
        count: How many items are done.
        total: How many there are, if that is known.
    """

    def __init__(
        self,
        iterable: Iterable[T] | AsyncIterable[T],
        parent: Parent,
        label: str = "",
        total: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if total is None and isinstance(iterable, Sized):
            total = len(iterable)
        self.total = total
        self.count = 0
        self.bar = ProgressBar(parent, label, value=None if total is None else 0, max=total or 1)
        self._iterable = iterable
        self._clock = clock
        self._showing = Showing(self.bar.getDocument(), clock)
        self._start = 0.0
        self._reports: deque[tuple[float, int]] = deque(maxlen=REPORTS)

    def __iter__(self) -> Iterator[T]:
        """Go through it.

        Raises:
            TypeError: If it is asynchronous.
        """
        if not isinstance(self._iterable, Iterable):
            raise TypeError(f"{type(self._iterable).__name__} is asynchronous: use async for")
        is_complete = False
        self._begin()
        try:
            for item in self._iterable:
                yield item
                self._step()
            is_complete = True
        finally:
            # Also after a `break`, or what the loop's body raised.
            self._end(is_complete=is_complete)

    async def __aiter__(self) -> AsyncIterator[T]:
        """Go through it; if it is not asynchronous, others have their turns ten times a second."""
        is_complete = False
        self._begin()
        try:
            if isinstance(self._iterable, AsyncIterable):
                async for item in self._iterable:
                    yield item
                    self._step()
            else:
                for item in self._iterable:
                    yield item
                    if self._step():
                        await _turn_of_others()
            is_complete = True
        finally:
            self._end(is_complete=is_complete)

    def _begin(self) -> None:
        self.count = 0
        self._start = self._clock()
        self._reports.clear()
        self.bar.getElement().classList.remove("domsync-good", "domsync-bad")
        self._report()

    def _step(self) -> bool:
        """Count an item; whether that was shown."""
        self.count += 1
        # Not `is_due`: there may be millions of items.
        if self._clock() < self._showing.due:
            return False
        self._report()
        return True

    def _report(self) -> None:
        now = self._clock()
        self._reports.append((now, self.count))
        then, count = self._reports[0]
        rate = (self.count - count) / (now - then) if now > then else 0.0
        words = [self._amount()]
        if rate:
            words.append(rate_in_words(rate))
        words.append(time_in_words(now - self._start))
        if rate and self.total is not None and self.total > self.count:
            words.append(f"{time_in_words((self.total - self.count) / rate)} left")
        self._show(words)

    def _end(self, *, is_complete: bool) -> None:
        seconds = self._clock() - self._start
        words = [self._amount() if is_complete else f"stopped at {self._amount()}"]
        if seconds > 0 and self.count:
            words.append(rate_in_words(self.count / seconds))
        words.append(time_in_words(seconds))
        with self.bar.getDocument().batch():
            self.bar.getElement().classList.add("domsync-good" if is_complete else "domsync-bad")
            self._show(words)
            if is_complete:
                self.bar.value = self.bar.max
            elif self.total is None:
                self.bar.value = 0
        self._showing.show()

    def _amount(self) -> str:
        return f"{self.count:,}" if self.total is None else f"{self.count:,} of {self.total:,}"

    def _show(self, words: list[str]) -> None:
        with self.bar.getDocument().batch():
            self.bar.text = " · ".join(words)
            if self.total is not None:
                self.bar.value = self.count
        self._showing.show()


def time_in_words(seconds: float) -> str:
    """A duration, in two units at most."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min"


def rate_in_words(rate: float) -> str:
    """Items in a second; or, if that is less than one, how long each takes."""
    if rate < 1:
        return f"{time_in_words(1 / rate)} each"
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


@coroutine
def _turn_of_others() -> Generator[None]:
    """What ``asyncio.sleep(0)`` is: a bare ``yield`` hands over to the event loop."""
    yield
