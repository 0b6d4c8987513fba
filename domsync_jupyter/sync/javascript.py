"""Frames as JavaScript text, for eval clients: pages that evaluate what they get, as domsync's do.

The ops of a frame are those of `domsync_jupyter.sync.frames`, so an eval client is told the same differences as a
page of ``domsync.v1``. Each op becomes one statement or a few: DOM calls on the nodes of ``window.__domsync__``, a map
from our numbers to nodes, which `RUNTIME` makes at the start of a snapshot.

Nothing of a document is ever code. Whatever comes from one is written by `literal`, names included; numbers of nodes
are `int`; listeners are described to `RUNTIME` as data, and so are the paths of their ``js_value_getter``.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.getters import GetterError, parse_getter
from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync.eval_runtime import RUNTIME
from domsync_jupyter.sync.messages import encode
from domsync_jupyter.sync.ops import METHODS, PROPERTIES, ROOT, Op
from domsync_jupyter.sync.questions import ASK_CALL, ASK_GET, CALLABLE, READABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from domsync_jupyter.sync import messages

__all__ = ["JavaScript", "ask_statement", "literal", "notice_statement"]

#: What JSON allows inside a string and JavaScript text had better not have: the start of ``</script>`` and ``<!--``,
#: and the two line ends that older engines forbid there. None of them occurs outside of strings.
_DELICATE = re.compile("[<\u2028\u2029]")
#: Strings that are themselves between quotes, which most are.
_PLAIN = re.compile(r"[ !#-;=-\[\]-~]*")
_SCALARS = (str, int, float, type(None))


def literal(value: object) -> str:
    """JavaScript text for a string, number, boolean, ``None``, or a list of such.

    Anything that contains a mapping becomes a call of ``JSON.parse``: a key ``__proto__`` means something else in code.
    """
    if type(value) is str and _PLAIN.fullmatch(value):
        return f'"{value}"'
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
            write = _WRITERS.get(code)
            if write is None:
                raise FrameError(f"there is no op {code!r}")
            write(self)
        return f'(function (n, d) {{ "use strict";\n{"".join(self._statements)}}})({node_map}, document);\n'

    # One method for each op, in the order of `Op`

    def _template(self) -> None:
        number, spec = self._take(2)
        self._templates[number] = _Template(spec)

    def _insert(self) -> None:
        parent, before, spec, count, numbers = self._take(5)
        template = self._templates[spec] if isinstance(spec, int) else _Template(spec)
        columns = self._take(template.columns)
        method = "insertBefore" if before else "append"
        behind = f", {_node(before)}" if before else ""
        self._statements += template.instances(
            count, numbers, columns, f"{_node(parent)}.{method}(n[%d]{behind});\n"
        )

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
        number, data = next(self._ops), next(self._ops)
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

    def _end(self) -> None:
        """Nothing: a snapshot is written in one text."""

    def _take(self, count: int) -> list[Any]:
        return list(islice(self._ops, count))

    def _add(self, statement: str) -> None:
        self._statements.append(statement)


_WRITERS: Final[dict[int, Callable[[JavaScript], None]]] = {
    op: getattr(JavaScript, f"_{op.name.lower()}") for op in Op
}


class _Template:
    """The statements that make one subtree, as a format string with places for its numbers and values."""

    def __init__(self, spec: list[Any]) -> None:
        #: How many numbers, and how many values, an instance takes.
        self.size = 0
        self.columns = 0
        self._format = ""
        #: What goes into the places of `_format`: the i-th number of an instance, or (False) its i-th value.
        self._places: list[tuple[bool, int]] = []
        #: Properties, for when the subtree is where it belongs: i-th number, name, i-th value.
        self._properties: list[tuple[int, str, int]] = []
        self._build(spec, None)

    def instances(
        self, count: int, numbers: int | list[int], columns: Sequence[list[Any] | int], place: str
    ) -> list[str]:
        """The statements for `count` subtrees, an item for each.

        Args:
            count: How many.
            numbers: As in INSERT: the first one, or all.
            columns: For each value, that of each subtree.
            place: A format string: the statement that puts the node numbered ``%d`` where the subtrees belong.
        """
        form, places = self._format, self._places.copy()
        form += place
        places.append((True, 0))
        for number, name, column in self._properties:
            form += f"n.set(%d, {_escaped(name)}, %s);\n"
            places += ((True, number), (False, column))
        literals = [
            [literal(str(number)) for number in range(column, column + count)]
            if isinstance(column, int)
            else list(map(literal, column))
            for column in columns
        ]
        rows = zip(
            *(
                self._nth_numbers(count, numbers, at) if is_number else literals[at]
                for is_number, at in places
            ),
            strict=True,
        )
        return [form % row for row in rows]

    def _nth_numbers(self, count: int, numbers: int | list[int], at: int) -> Sequence[int]:
        if isinstance(numbers, list):
            return numbers[at :: self.size]
        return range(numbers + at, numbers + at + count * self.size, self.size)

    def _build(self, spec: list[Any], parent: int | None) -> None:
        number = self.size
        self.size += 1
        if parent is not None:
            self._write_number("n[", parent, "].append(")
        end = ");\n" if parent is None else "));\n"
        self._write_number("n.add(", number, ", d.")
        if spec[0] in ("#text", "#comment"):
            self._write("createTextNode(" if spec[0] == "#text" else "createComment(")
            self._write_value(spec[1])
            self._write(")" + end)
            return
        tag, attributes, properties, listeners, content = (*spec, *_NOTHING[len(spec) :])
        if isinstance(tag, str):
            self._write(f"createElement({literal(tag)}){end}")
        else:
            self._write(f"createElementNS({literal(tag[0])}, {literal(tag[1])}){end}")
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            before, after = _set_attribute(name, "\0").split("\0")
            self._write_number("n[", number, f"].{before}")
            self._write_value(value)
            self._write(f"{after};\n")
        for name in properties:
            self._properties.append((number, _property(name), self.columns))
            self.columns += 1
        if listeners:
            self._write_number("n.listen(", number, f", {_listeners(listeners)});\n")
        if isinstance(content, list):
            for kid in content:
                self._build(kid, number)
        elif content is not None:
            self._write_number("n[", number, "].textContent = ")
            self._write_value(content)
            self._write(";\n")

    def _write(self, text: str) -> None:
        self._format += _escaped(text)

    def _write_number(self, before: str, number: int, after: str) -> None:
        self._write(before)
        self._format += "%d"
        self._places.append((True, number))
        self._write(after)

    def _write_value(self, value: str | int) -> None:
        if isinstance(value, str):
            self._write(literal(value))
        else:
            self._format += "%s"
            self._places.append((False, self.columns))
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


def _escaped(text: str) -> str:
    """Text that stands for itself in a format string."""
    return text.replace("%", "%%")


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
        defaults: list[Any] = ["", 0, "", (), ()]
        kind, flags, getter, fields, keys = listener + defaults[len(listener) :]
        paths = [[name, path] for name in fields if (path := _field_path(name)) is not None]
        described.append([kind, flags, getter, parse_getter(getter) if getter else [], paths, keys])
    # Lists in lists: plain JSON is JavaScript, as long as there are no mappings.
    return _DELICATE.sub(lambda found: f"\\u{ord(found[0]):04x}", encode(described).decode())


def _field_path(name: str) -> Any:
    try:
        return parse_getter(f"event.{name}")
    except GetterError:
        return None
