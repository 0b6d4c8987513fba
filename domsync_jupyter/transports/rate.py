"""How much of something may happen in a time: a token bucket. No clock of its own, no I/O."""

from __future__ import annotations

__all__ = ["Allowance"]


class Allowance:
    """Lets through so much a second, and bursts of it.

    Args:
        per_second: What is granted each second, in the unit of `take`: messages, bytes, lines.
        burst: What may be taken at once after a quiet time. It is there at the beginning.

    Raises:
        ValueError: If one of them is not more than 0.
    """

    __slots__ = ("_at", "_left", "burst", "per_second")

    def __init__(self, per_second: float, burst: float) -> None:
        if not per_second > 0 or not burst > 0:
            raise ValueError(f"expected numbers above 0, got per_second={per_second}, burst={burst}")
        self.per_second = per_second
        self.burst = burst
        self._left = float(burst)
        self._at: float | None = None

    def take(self, now: float, amount: float = 1) -> bool:
        """Take something, if it is there; whether it was. What is not granted costs nothing.

        Args:
            now: Seconds, of a clock that does not go back (`asyncio`'s ``loop.time()``). A time before the
                last one counts as the last one.
            amount: How much. More than `burst` is never granted.
        """
        if self._at is None:
            self._at = now
        elif now > self._at:
            self._left = min(self.burst, self._left + (now - self._at) * self.per_second)
            self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True
