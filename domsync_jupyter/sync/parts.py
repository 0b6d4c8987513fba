"""Large frames in parts: each a message of bounded size, after which the page may paint.

A part is a frame like any other. Between two of them the page shows a state that the document never had, so
only what is too large for one message is divided; what fits stays one change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.sync.messages import encode
from domsync_jupyter.sync.ops import Op
from domsync_jupyter.sync.templates import columns_of, nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["PART_BYTES", "divide"]

#: Size of a part. Proxies and servers have limits for messages, the smallest of which are around 1 MB.
PART_BYTES: Final = 256 * 1024

_OPERANDS: Final = {
    Op.TEMPLATE: 2, Op.MOVE: 3, Op.REMOVE: 1, Op.CLEAR: 1, Op.TEXT: 2, Op.ATTR: 3, Op.PROP: 3, Op.LISTEN: 2,
    Op.CALL: 3, Op.RESET: 1, Op.END: 0,
}  # fmt: skip

#: What an INSERT has before its columns: code, parent, before, template, count, numbers.
_HEAD: Final = 6


def divide(ops: list[Any], specs: Sequence[Any], limit: int) -> list[bytes]:
    """Encode ops as one array, or as several that are applied one after the other.

    Args:
        ops: Of a frame or a snapshot.
        specs: Of the templates that they refer to: that of template ``i + 1``.
        limit: Bytes of an array. A single value that is larger is not divided.
    """
    whole = encode(ops)
    if len(whole) <= limit:
        return [whole]
    parts: list[bytes] = []
    part: list[bytes] = []
    size = 0
    for op in _ops(ops, specs):
        for encoded in _divided(op, specs, limit - 2):
            if part and size + len(encoded) > limit - 2:
                parts.append(b"[%b]" % b",".join(part))
                part, size = [], 0
            part.append(encoded)
            size += len(encoded) + 1
    return [*parts, b"[%b]" % b",".join(part)]


def _ops(ops: list[Any], specs: Sequence[Any]) -> Iterator[list[Any]]:
    at = 0
    while at < len(ops):
        code = ops[at]
        length = _HEAD + columns_of(_spec(ops[at + 3], specs)) if code == Op.INSERT else 1 + _OPERANDS[code]
        yield ops[at : at + length]
        at += length


def _spec(template: Any, specs: Sequence[Any]) -> Any:
    return specs[template - 1] if isinstance(template, int) else template


def _divided(op: list[Any], specs: Sequence[Any], limit: int) -> Iterator[bytes]:
    """One op without its brackets; or an INSERT of many subtrees, or a REMOVE of many nodes, as several."""
    encoded = encode(op)[1:-1]
    if len(encoded) <= limit or not _is_divisible(op):
        yield encoded
        return
    if op[0] == Op.REMOVE:
        halves = [[op[0], numbers] for numbers in _halves(op[1])]
    else:
        halves = _halves_of_insert(op, nodes_of(_spec(op[3], specs)))
    for half in halves:
        yield from _divided(half, specs, limit)


def _is_divisible(op: list[Any]) -> bool:
    return (op[0] == Op.INSERT and op[4] > 1) or (op[0] == Op.REMOVE and len(op[1]) > 1)


def _halves(items: list[Any]) -> tuple[list[Any], list[Any]]:
    return items[: len(items) // 2], items[len(items) // 2 :]


def _halves_of_insert(op: list[Any], nodes: int) -> list[list[Any]]:
    code, parent, before, template, count, numbers, *columns = op
    middle = count // 2
    # What is inserted first at the same place comes first.
    head = [code, parent, before, template]
    if isinstance(numbers, int):
        first, second = numbers, numbers + middle * nodes
    else:
        first, second = numbers[: middle * nodes], numbers[middle * nodes :]
    return [
        [*head, middle, first, *(each if isinstance(each, int) else each[:middle] for each in columns)],
        [
            *head,
            count - middle,
            second,
            *(each + middle if isinstance(each, int) else each[middle:] for each in columns),
        ],
    ]
