"""Frames as JavaScript text, for eval clients: pages that evaluate what they get, as domsync's do.

The ops of a frame are those of `domsync_jupyter.sync.frames`, so an eval client is told the same differences as a
page of ``domsync.v1``. Each op becomes one statement or a few: DOM calls on the nodes of ``window.__domsync__``, a map
from our numbers to nodes, which `RUNTIME` makes at the start of a snapshot.

Nothing of a document is ever code. Whatever comes from one is written by `literal`, names included; numbers of nodes
are `int`; listeners are described to `RUNTIME` as data, and so are the paths of their ``js_value_getter``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.getters import GetterError, parse_getter
from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync.eval_runtime import RUNTIME
from domsync_jupyter.sync.messages import encode
from domsync_jupyter.sync.ops import METHODS, PROPERTIES, ROOT, Op
from domsync_jupyter.sync.questions import ASK_CALL, ASK_GET, CALLABLE, READABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domsync_jupyter.sync import messages

__all__ = ["JavaScript", "ask_statement", "literal", "notice_statement"]

#: What JSON allows inside a string and JavaScript text had better not have: the start of ``</script>`` and ``<!--``, and
#: the two line ends that older engines forbid there. None of them occurs outside of strings.
_DELICATE = re.compile("[<\u2028\u2029]")
_SCALARS = (str, int, float, type(None))


def literal(value: object) -> str:
    """JavaScript text for a string, number, boolean, ``None``, or a list of such.

    Anything that contains a mapping becomes a call of ``JSON.parse``: a key ``__proto__`` means something else in code.
    """
    if not isinstance(value, _SCALARS) and not (
        isinstance(value, list) and all(isinstance(item, _SCALARS) for item in value)
    ):
        return f"JSON.parse({literal(encode(value).decode())})"
    return _DELICATE.sub(lambda found: f"\\u{ord(found[0]):04x}", encode(value).decode())


class JavaScript:
    """Writes the frames of one eval client.

    Args:
        root_id: The ``id`` of the element of the page that a snapshot fills.
    """

    def __init__(self, root_id: str) -> None:
        self._root_id = root_id
        self._templates: dict[int, _Template] = {}
        self._ops: Iterator[Any] = iter(())
        self._statements: list[str] = []

    def text(self, ops: list[Any], processed: int = 0) -> str:
        """The text for one frame or snapshot; to be evaluated after all earlier ones, and once.

        Args:
            ops: The ops of the frame.
            processed: The ``seq`` of the client's latest message that the frame has seen.

        Raises:
            FrameError: If there is an op that no page is to be told. It cannot come from a document.
        """
        node_map = "window.__domsync__"
        if ops[:1] == [Op.RESET]:
            self._templates.clear()
            node_map = f"{RUNTIME}({literal(self._root_id)})"
        self._ops = iter(ops)
        self._statements = [f"n.seen({int(processed)});\n"] if processed else []
        for code in self._ops:
            getattr(self, f"_{Op(code).name.lower()}")()
        return f'(function (n, d) {{ "use strict";\n{"".join(self._statements)}}})({node_map}, document);\n'

    # One method for each op, in the order of `Op`

    def _template(self) -> None:
        number, spec = self._take(2)
        self._templates[number] = _Template(spec)

    def _insert(self) -> None:
        parent, before, spec, count, numbers = self._take(5)
        template = self._templates[spec] if isinstance(spec, int) else _Template(spec)
        columns = [[literal(value) for value in column] for column in self._take(template.columns)]
        place = f"{_node(parent)}.append(" if not before else f"{_node(parent)}.insertBefore("
        end = ");\n" if not before else f", {_node(before)});\n"
        for row in range(count):
            first = row * template.size
            own = (
                numbers[first : first + template.size]
                if isinstance(numbers, list)
                else range(numbers + first, numbers + first + template.size)
            )
            self._statements += template.instance(own, columns, row, place, end)

    def _move(self) -> None:
        parent, before, moved = self._take(3)
        nodes = ", ".join(map(_node, moved))
        self._add(f"n.move({_node(parent)}, {_node(before) if before else 'null'}, [{nodes}]);\n")

    def _remove(self) -> None:
        (removed,) = self._take(1)
        self._add(f"n.remove([{', '.join(map(_node, removed))}]);\n")

    def _clear(self) -> None:
        (parent,) = self._take(1)
        self._add(f"n.clear({int(parent)});\n")

    def _text(self) -> None:
        number, data = self._take(2)
        if number > 0:
            self._add(f"n.setText({int(number)}, {literal(data)});\n")
        else:
            self._add(f"{_node(number)}.data = {literal(data)};\n")

    def _attr(self) -> None:
        number, name, value = self._take(3)
        if value is not None:
            self._add(f"{_node(number)}.{_set_attribute(name, literal(value))};\n")
        elif isinstance(name, str):
            self._add(f"{_node(number)}.removeAttribute({literal(name)});\n")
        else:
            namespace, qualified = name
            local = qualified.rpartition(":")[2]
            self._add(f"{_node(number)}.removeAttributeNS({literal(namespace)}, {literal(local)});\n")

    def _prop(self) -> None:
        number, name, value = self._take(3)
        self._add(f"n.set({int(number)}, {_property(name)}, {literal(value)});\n")

    def _listen(self) -> None:
        number, listeners = self._take(2)
        self._add(f"n.listen({int(number)}, {_listeners(listeners)});\n")

    def _call(self) -> None:
        number, method, arguments = self._take(3)
        if method not in METHODS:
            raise FrameError(f"method {method!r} may not be called")
        self._add(f"n.call({int(number)}, {literal(method)}, {literal(arguments)});\n")

    def _reset(self) -> None:
        (root,) = self._take(1)
        if root != ROOT:
            raise FrameError("RESET of what is not the root")

    def _take(self, count: int) -> list[Any]:
        return [next(self._ops) for _ in range(count)]

    def _add(self, statement: str) -> None:
        self._statements.append(statement)


class _Template:
    """The statements that make one subtree, with places for its numbers and values."""

    def __init__(self, spec: list[Any]) -> None:
        #: How many numbers, and how many values, an instance takes.
        self.size = 0
        self.columns = 0
        self._pieces: list[str] = []
        #: Places in `_pieces`: for which number, counted from the first one; for which column.
        self._numbers: list[tuple[int, int]] = []
        self._values: list[tuple[int, int]] = []
        #: Statements for when the subtree is in its place: which number, name, column.
        self._properties: list[tuple[int, str, int]] = []
        self._build(spec, None)

    def instance(
        self, numbers: Sequence[int], columns: list[list[str]], row: int, place: str, end: str
    ) -> Iterator[str]:
        """The statements for one subtree.

        Args:
            numbers: Of its nodes.
            columns: The literals of its values are those in the row of each.
            row: Which row.
            place: What puts it where it belongs, up to the node.
            end: The rest of that.
        """
        pieces = self._pieces.copy()
        for at, number in self._numbers:
            pieces[at] = str(int(numbers[number]))
        for at, column in self._values:
            pieces[at] = columns[column][row]
        yield "".join(pieces)
        yield f"{place}n[{int(numbers[0])}]{end}"
        for number, name, column in self._properties:
            yield f"n.set({int(numbers[number])}, {name}, {columns[column][row]});\n"

    def _build(self, spec: list[Any], parent: int | None) -> None:
        number = self.size
        self.size += 1
        if parent is not None:
            self._write("n[")
            self._write_number(parent)
            self._write("].append(")
        self._write("n.add(")
        self._write_number(number)
        if spec[0] in ("#text", "#comment"):
            self._write(f", d.{'createTextNode' if spec[0] == '#text' else 'createComment'}(")
            self._write_value(spec[1])
            self._write("))" if parent is None else ")))")
            self._write(";\n")
            return
        tag, attributes, properties, listeners, content = (*spec, *_NOTHING[len(spec) :])
        if isinstance(tag, str):
            self._write(f", d.createElement({literal(tag)}))")
        else:
            self._write(f", d.createElementNS({literal(tag[0])}, {literal(tag[1])}))")
        self._write(";\n" if parent is None else ");\n")
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            before, after = _set_attribute(name, "\0").split("\0")
            self._write_on(number, f"].{before}")
            self._write_value(value)
            self._write(f"{after};\n")
        for name in properties:
            self._properties.append((number, _property(name), self.columns))
            self.columns += 1
        if listeners:
            self._write("n.listen(")
            self._write_number(number)
            self._write(f", {_listeners(listeners)});\n")
        if isinstance(content, list):
            for kid in content:
                self._build(kid, number)
        elif content is not None:
            self._write_on(number, "].textContent = ")
            self._write_value(content)
            self._write(";\n")

    def _write(self, text: str) -> None:
        self._pieces.append(text)

    def _write_on(self, number: int, rest: str) -> None:
        self._write("n[")
        self._write_number(number)
        self._write(rest)

    def _write_number(self, number: int) -> None:
        self._numbers.append((len(self._pieces), number))
        self._pieces.append("")

    def _write_value(self, value: str | int) -> None:
        if isinstance(value, str):
            self._write(literal(value))
        else:
            self._values.append((len(self._pieces), self.columns))
            self._pieces.append("")
            self.columns += 1


#: What the parts of a spec are that were left out.
_NOTHING: tuple[Any, ...] = ("", (), (), (), None)


def ask_statement(ask: messages.Ask) -> str | None:
    """The text that has the page answer a question, or ``None`` if an eval client cannot be asked that."""
    if (ask.kind, True) not in ((ASK_CALL, ask.name in CALLABLE), (ASK_GET, ask.name in READABLE)):
        return None
    operands = ", ".join(map(literal, (int(ask.id), int(ask.node), ask.kind, ask.name, ask.arguments)))
    return f"window.__domsync__.ask({operands});\n"


def notice_statement(notice: messages.Notice) -> str:
    """The text that shows a notice where an eval client has a place for it: in the browser's console."""
    method = "error" if notice.kind == "error" else "info"
    return f"console.{method}({literal(notice.title)} + {literal(chr(10) + notice.text)});\n"


def _node(number: int) -> str:
    return f"n[{int(number)}]" if number > 0 else f"n.text({int(number)})"


def _property(name: str) -> str:
    if name not in PROPERTIES:
        raise FrameError(f"property {name!r} may not be set")
    return literal(name)


def _set_attribute(name: str | list[str], value: str) -> str:
    if isinstance(name, str):
        return f"setAttribute({literal(name)}, {value})"
    return f"setAttributeNS({literal(name[0])}, {literal(name[1])}, {value})"


def _listeners(listeners: list[list[Any]]) -> str:
    """Listeners as data: type, flags, getter and its path, names of fields with their paths, keys."""
    described = []
    for listener in listeners:
        kind, flags, getter, fields, keys = (*listener, *("", 0, "", (), ())[len(listener) :])
        paths = [[name, path] for name in fields if (path := _field_path(name)) is not None]
        described.append([kind, flags, getter, parse_getter(getter) if getter else [], paths, keys])
    # Lists in lists: plain JSON is JavaScript, as long as there are no mappings.
    return _DELICATE.sub(lambda found: f"\\u{ord(found[0]):04x}", encode(described).decode())


def _field_path(name: str) -> Any:
    try:
        return parse_getter(f"event.{name}")
    except GetterError:
        return None
