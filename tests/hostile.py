"""What a hostile page may say: seeded random messages, from nearly right to none at all.

Generic: made of the vectors in `tests/wire/messages.json` and of the types in `messages.Upstream`, so that a new
message is covered by being there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any, get_args

from msgspec import inspect

from domsync_jupyter.sync import messages

__all__ = ["Hostile"]

#: The messages of pages in the vectors.
VECTORS = [
    vector["message"]
    for vector in json.loads((Path(__file__).parent / "wire" / "messages.json").read_text())
    if vector["direction"] == "up"
]
TYPES = [inspect.type_info(kind) for kind in get_args(messages.Upstream)]

NUMBERED = re.compile(rb"\[(?:1|2|5),([0-9]+)")

NUMBERS = [
    0, 1, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 99, 2**31, 2**53 - 1,
    2**53, 2**63, 2**64, -(2**63), 10**400,
    0.5, -0.0, 1e308, 5e-324,
]  # fmt: skip
NAMES = [
    "click", "input", "change", "keydown", "scroll", "error", "", "onclick", "__init__", "__class__", "value",
    "checked",
    "selectedIndex", "selectedOptions", "innerText", "innerHTML", "scrollTop", "bubbles", "files", "data",
    "key", "target",
    "currentTarget", "client", "type", "view", "pagehide", "frame", "hash", "b", "i", "domsync_root_id", "this.value",
    "event.data", "constructor", "x" * 256, "x" * 257, "x" * 5_000, "\0", "\n", "é", "\U0001f600", "\ud800",
    "\udfff\ud800", "'", '"',
    "`${1}`", "</script>", "%s%n", "NaN", "null", "../..", "s3cr3t.x",
]  # fmt: skip


class Hostile:
    """A source of messages.

    Args:
        seed: The same seed gives the same messages.
        wildness: The share of messages that need not be right; a session does not survive many of them.
    """

    def __init__(self, seed: int, wildness: float = 1) -> None:
        self.random = Random(seed)
        self.wildness = wildness
        #: The number that the session expects next, if all before was accepted, and the last that it sent.
        self.seq = 1
        self.sent = 0

    def heard(self, message: bytes) -> None:
        """Take note of what came, as a page does that knows the protocol."""
        if match := NUMBERED.match(message):
            self.sent = int(match[1])

    def message(self) -> str | bytes:
        """The next message of a page; bytes are a binary one."""
        if self.random.random() >= self.wildness:
            return self._text(self._plausible())
        kind = self.random.random()
        if kind < 0.3:
            return self._text(self._plausible())
        if kind < 0.65:
            return self._text(self._mutated(self.random.choice(VECTORS)))
        if kind < 0.75:
            return self._text(self._typed())
        if kind < 0.82:
            return self._spoiled(self._text(self.random.choice([self._typed(), self._plausible()])))
        if kind < 0.88:
            return self._text(self._value(4))
        if kind < 0.92:
            return self.random.choice(self._oddities())
        if kind < 0.95:
            return self._noise().decode("utf-8", "ignore")
        return (
            self._noise() if kind < 0.99 else self._text(self._plausible()).encode("utf-8", "surrogatepass")
        )

    def eval_message(self) -> str | bytes:
        """The next message of an eval client."""
        if self.random.random() < 0.3:
            return self.message()
        said = {
            "domsync": True,
            "event": self.random.choice(NAMES),
            "id": self.random.choice(NAMES),
            "value": self._value(1),
            "node": self._number(),
            "seq": self._number(),
            "fields": {self.random.choice(NAMES): self._value(1) for _ in range(self.random.randrange(3))},
            "values": [self._value(1) for _ in range(self.random.randrange(4))],
            "edits": self._edits(),
            "answer": self._value(2),
            "doc": self._value(0),
        }
        for name in list(said):
            if self.random.random() < 0.4:
                del said[name]
            elif self.random.random() < 0.1:
                said[name] = self._value(2)
        return self._text(said)

    # What a page says that knows the document

    def _plausible(self) -> list[Any]:
        choice = self.random.randrange(12)
        ack = self.sent if self.random.random() < 0.9 else self.random.randrange(self.sent + 1)
        if choice < 6:
            fields: dict[str, Any] = {"bubbles": self.random.random() < 0.5}
            for _ in range(self.random.randrange(4)):
                fields[self.random.choice(NAMES)] = self._scalar()
            if self.random.random() < 0.2:
                fields["files"] = [[self._number(), "a.txt", 5, "text/plain", 0]] * self.random.randrange(4)
            name = self.random.choice(["click", "input", "change", self.random.choice(NAMES)])
            return [
                1,
                self._next(),
                ack,
                name,
                self.random.randrange(16),
                fields,
                self._edits(),
                self._getters(),
            ]
        if choice < 8:
            return [2, self._next(), ack, self._edits()]
        if choice == 8:
            return [3, ack]
        if choice == 9:
            return [5, self._next(), ack, self.random.choice(NAMES)]
        return self.random.choice([
            [6, "token", ack], [7, "token", ack], [8, "frame", "words"],
            [9, self.random.randrange(6), True, self._value(1)],
            [9, self.random.randrange(6), False, "words"], [10, ack], [0, 1, "", ack, "again"],
        ])  # fmt: skip

    def _next(self) -> int:
        if self.random.random() < 0.1:
            return max(0, self.seq + self.random.choice([-2, -1, 1, 2, 1000]))
        self.seq += 1
        return self.seq - 1

    def _edits(self) -> list[Any]:
        edits: list[Any] = []
        for _ in range(self.random.randrange(4)):
            name = self.random.choice(
                ["value", "checked", "selectedIndex", "selectedOptions", self.random.choice(NAMES)]
            )
            numbers = [self.random.randrange(-1, 5) for _ in range(self.random.randrange(4))]
            edits += [self.random.randrange(16), name, self.random.choice([self._scalar(), numbers])]
        if self.random.random() < 0.1:
            edits.append(self._scalar())
        return edits

    def _getters(self) -> list[Any]:
        values: list[Any] = []
        for _ in range(self.random.randrange(3)):
            values += [self.random.randrange(16), self.random.choice(NAMES), self._scalar()]
        return values if self.random.random() < 0.9 else values[1:]

    # What the types allow, and a little more

    def _typed(self) -> list[Any]:
        kind = self.random.choice(TYPES)
        assert isinstance(kind, inspect.StructType)
        return [kind.tag, *(self._of(field.type) for field in kind.fields)]

    def _of(self, kind: inspect.Type) -> Any:
        if self.random.random() < 0.03:
            return self._value(2)
        match kind:
            case inspect.Metadata():
                return self._of(kind.type)
            case inspect.UnionType():
                return self._of(self.random.choice(kind.types))
            case inspect.StructType():
                return [self._of(field.type) for field in kind.fields]
            case inspect.ListType():
                return [self._of(kind.item_type) for _ in range(self.random.choice([0, 1, 2, 3, 6, 60]))]
            case inspect.DictType():
                return {
                    self.random.choice(NAMES): self._of(kind.value_type)
                    for _ in range(self.random.randrange(4))
                }
            case inspect.IntType():
                return self.seq if self.random.random() < 0.3 else self._number()
            case inspect.StrType():
                return self.random.choice(NAMES)
            case inspect.BoolType():
                return self.random.random() < 0.5
            case inspect.FloatType():
                return self.random.random()
            case inspect.NoneType():
                return None
        return self._value(2)

    # What is near to right

    def _mutated(self, value: Any) -> Any:
        """A copy with some changes, anywhere in it."""
        if self.random.random() < 0.15:
            return self._value(2)
        if isinstance(value, list):
            items = [self._mutated(item) if self.random.random() < 0.5 else item for item in value]
            for _ in range(self.random.randrange(2)):
                at = self.random.randrange(len(items) + 1)
                match self.random.randrange(3):
                    case 0:
                        items.insert(at, self._value(1))
                    case 1:
                        del items[at : at + 1]
                    case _:
                        items[at:at] = items
            return items
        if isinstance(value, dict):
            return {
                self.random.choice(NAMES) if self.random.random() < 0.1 else name: self._mutated(item)
                for name, item in value.items()
            }
        return self._scalar() if self.random.random() < 0.2 else value

    def _spoiled(self, text: str) -> str:
        """Text with a few characters changed, so that it is hardly JSON any more."""
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(text) + 1)
            match self.random.randrange(4):
                case 0:
                    text = text[:at]
                case 1:
                    text = (
                        text[:at] + self.random.choice('[]{},:"\\0123456789-+eE.tfnu\0\n \ufeff') + text[at:]
                    )
                case 2:
                    text = text[:at] + text[at + 1 :]
                case _:
                    text += text[:at]
        return text

    # Anything

    def _value(self, depth: int) -> Any:
        choice = self.random.randrange(8) if depth else 0
        if choice == 1:
            return [self._value(depth - 1) for _ in range(self.random.randrange(6))]
        if choice == 2:
            return {
                self.random.choice(NAMES): self._value(depth - 1) for _ in range(self.random.randrange(4))
            }
        return self._scalar()

    def _scalar(self) -> Any:
        return self.random.choice(
            [None, True, False, self._number(), self.random.choice(NAMES), self.random.choice(NAMES)]
        )

    def _number(self) -> int | float:
        return self.random.choice(NUMBERS)

    def _noise(self) -> bytes:
        return self.random.randbytes(self.random.choice([0, 1, 2, 10, 100, 1_000]))

    def _oddities(self) -> list[str]:
        depth = self.random.choice([10, 100, 1_000, 30_000])
        seq = self.seq
        return [
            "", " ", "\0", "\ufeff[3,0]", "NaN", "[3,NaN]", "[3,Infinity]", "[3,1e9]", "[3,0.0]", "[3,-0]",
            "[3,00]", "[3,0],", "[3,0][3,0]",
            "[" * depth, "[" * depth + "]" * depth, '{"a":' * depth, f"[9,1,true,{'[' * depth}{']' * depth}]",
            f'[1,{seq},0,"click",2,{{"x":{"[" * depth}{"]" * depth}}},[],[]]',
            f"[2,{seq},0,{'[' * depth}{']' * depth}]",
            f"[3,{'9' * depth}]", f"[3,-{'9' * depth}]", f"[3,1e{depth}]", f"[3,0.{'0' * depth}1]",
            f"[9,1,true,{'9' * depth}]",
            '[4,"\\ud800"]', '[5,1,0,"\\udc00\\ud800"]', '[6,"\\u0000",0]', '[4,"\\x"]', '[4,"\\u12"]', '[4,"',
            f'[6,"{"x" * depth}",0]',
            f'[8,"frame","{"x" * depth}"]', f"[2,{seq},0,[{','.join(['1'] * depth)}]]",
            f'[1,{seq},0,"click",2,{{{",".join(f"{n}" for n in range(9))}}},[],[]]',
            f'[1,{seq},0,"click",2,{{"a":1,"a":2}},[],[]]', '[0,1,"' + "s" * 300 + '",0,""]', '[0,1,"",9,""]',
            "[3,0]\n", "\t[3,0]",
            "alert(1)", '{"domsync":true}', '{"domsync":true,"event":"click","id":"b"}', "[1", "null", "true",
            "0", '""', "{}",
        ]  # fmt: skip

    def _text(self, value: Any) -> str:
        escaped = self.random.random() < 0.5
        text = json.dumps(value, ensure_ascii=escaped)
        # A lone surrogate can be written in JSON, but not be sent as it is.
        return text.encode("utf-8", "replace").decode()
