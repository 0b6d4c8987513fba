"""`Waiting`: what widgets have said to one page, and the page has not taken yet.

However long that takes, it costs no more than one difference for each model, and messages up to a limit. Knows no
locks and no connection.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Literal

from domsync_jupyter.embedding import states

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_BYTES", "MAX_CUSTOM", "Message", "Waiting"]

#: Custom messages that wait for a page; the oldest are dropped.
MAX_CUSTOM = 10_000
#: Updates that wait for a page because they are pulses: see `_is_pulse`. The oldest ones are brought together.
MAX_PULSES = 1_000
#: Bytes that wait for a page: custom messages are dropped first.
MAX_BYTES = 128 << 20
#: What a message costs beside its content.
_OVERHEAD = 1024


class Message:
    """One that waits.

    Args:
        model: The id of the model.
        method: ``open``, ``close`` and ``refuse`` say what the model is, from now on; ``module`` its module.
        values: For ``open`` and ``update``.
        size: Bytes of `members`, about.
        **members: The other members.
    """

    __slots__ = ("members", "method", "model", "number", "size", "values")

    def __init__(
        self,
        model: str,
        method: Literal["open", "update", "custom", "module", "close", "refuse"],
        values: states.Values | None = None,
        *,
        size: int = 0,
        **members: Any,
    ) -> None:
        self.model = model
        self.method = method
        self.values = values
        self.members = members
        self.size = _OVERHEAD + size + sum(map(_size, (values or {}).items()))
        #: Its place among all.
        self.number = 0

    def plain(self) -> dict[str, Any]:
        """What the page gets."""
        state = {} if self.values is None else states.join(self.values)
        return {"model": self.model, "method": self.method, **self.members, **state}


class Waiting:
    """A queue in which a message takes in, or takes the place of, earlier ones of its model.

    Attributes:
        size: Bytes, about.
    """

    def __init__(self) -> None:
        #: Those of each model, in order; of those that are no custom messages and no pulses one, two or three in a row.
        self._models: dict[str, list[Message]] = {}
        self._customs: deque[Message] = deque()
        self._pulses: deque[Message] = deque()
        self._last = 0
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._models)

    def put(self, message: Message) -> int:
        """Add a message.

        Returns:
            How many custom messages were dropped for it.
        """
        listed = self._models.setdefault(message.model, [])
        if message.method == "update":
            before = listed[-1].values if listed else None
            if before is None:
                self._append(listed, message)
            elif _is_pulse(before, message.values or {}):
                self._append(listed, message)
                self._pulses.append(message)
                if len(self._pulses) > MAX_PULSES:
                    self._flatten()
            else:
                self._merge(listed[-1], message)
        elif message.method == "module":
            known = next((each for each in listed if each.method in ("open", "module")), None)
            if known is None:
                self._append(listed, message)
            else:
                known.members |= message.members
        elif message.method == "custom":
            self._append(listed, message)
            self._customs.append(message)
        else:
            self._redefine(listed, message)
        dropped = 0
        while self._customs and (len(self._customs) > MAX_CUSTOM or self.size > MAX_BYTES):
            self._drop()
            dropped += 1
        return dropped

    def is_opening(self, model: str) -> bool:
        """Whether the page is about to be told all of a model."""
        return any(each.method == "open" for each in self._models.get(model, ()))

    def forget(self, model: str, keys: Iterable[str]) -> None:
        """The page has set these keys: what waits for it is older."""
        for each in self._models.get(model, ()):
            if each.values is not None:
                for key in keys:
                    self._remove_key(each, key)

    def take(self) -> list[dict[str, Any]]:
        """All of them, in order; then none is left."""
        waiting = sorted(
            (each for listed in self._models.values() for each in listed), key=lambda each: each.number
        )
        self.clear()
        return [each.plain() for each in waiting if each.method != "update" or each.values]

    def clear(self) -> None:
        """Forget them."""
        self._models.clear()
        self._customs.clear()
        self._pulses.clear()
        self.size = 0

    def _append(self, listed: list[Message], message: Message) -> None:
        self._last += 1
        message.number = self._last
        listed.append(message)
        self.size += message.size

    def _redefine(self, listed: list[Message], message: Message) -> None:
        """Put what a model is in the place of what it was, and of what has become of that."""
        old = [each for each in listed if each.method != "custom"]
        if not old or message.method != "open":
            for each in old:
                self._remove(listed, each)
            self._append(listed, message)
            return
        # Messages stay behind it, as the page gives them to a model that it knows.
        place, message.number = listed.index(old[0]), old[0].number
        listed.insert(place, message)
        self.size += message.size
        for each in old:
            if each.method == "update":
                # It was said while the state was read, or before: it is not older.
                self._merge(message, each)
            elif each.method == "module":
                message.members |= each.members
            self._remove(listed, each)

    def _drop(self) -> None:
        """Drop the oldest custom message, and let those meet that it stood between."""
        oldest = self._customs.popleft()
        listed = self._models[oldest.model]
        place = listed.index(oldest)
        self._remove(listed, oldest)
        if 0 < place < len(listed):
            before, after = listed[place - 1], listed[place]
            if before.values is not None and after.method == "update":
                self._merge(before, after)
                self._remove(listed, after)
        if not listed:
            del self._models[oldest.model]

    def _flatten(self) -> None:
        """Bring the oldest pulse together with what was before it."""
        oldest = self._pulses.popleft()
        listed = self._models[oldest.model]
        before = listed[listed.index(oldest) - 1]
        if before.values is not None:  # a custom message stays between
            self._merge(before, oldest)
            self._remove(listed, oldest)

    def _merge(self, into: Message, update: Message) -> None:
        assert into.values is not None
        for key, value in (update.values or {}).items():
            self._remove_key(into, key)
            into.values[key] = value
            into.size += _size((key, value))
            self.size += _size((key, value))

    def _remove_key(self, message: Message, key: str) -> None:
        assert message.values is not None
        value = message.values.pop(key, None)
        if value is not None:
            message.size -= _size((key, value))
            self.size -= _size((key, value))

    def _remove(self, listed: list[Message], message: Message) -> None:
        listed.remove(message)
        self.size -= message.size
        if message.method == "update" and message in self._pulses:
            self._pulses.remove(message)


def _is_pulse(before: states.Values, after: states.Values) -> bool:
    """Whether a key becomes ``None``, or was: some widgets say something by a value that they take back at once."""
    return any(key in before and _is_none(before[key]) != _is_none(value) for key, value in after.items())


def _is_none(value: states.Value) -> bool:
    return not value.buffers and bytes(value.json) == b"null"


def _size(item: tuple[str, states.Value]) -> int:
    key, value = item
    return len(key) + len(value.json) + sum(len(text) + 64 for _, text in value.buffers)
