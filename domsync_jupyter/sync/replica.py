"""`Replica`: the page's side of a document, in Python.

Applies frames and snapshots as the applier in the page does, to plain objects, and notices everything that would be
a fault there. For tests, ours and users': `domsync_jupyter.testing` is built on it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.names import HTML
from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync.checks import BROWSER_ATTRIBUTES, END_CHILDREN, checksum
from domsync_jupyter.sync.ops import METHODS, PROPERTIES, ROOT, Op
from domsync_jupyter.sync.templates import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Replica", "ReplicaNode"]

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


_SELECTION = ("value", "selectedIndex", "selectedOptions")


class ReplicaNode:
    """A node of a `Replica`."""

    __slots__ = (
        "attributes",
        "data",
        "kids",
        "listeners",
        "namespace",
        "number",
        "parent",
        "properties",
        "tag",
    )

    def __init__(self, tag: str, namespace: str | None = HTML, data: str = "") -> None:
        #: Qualified name, or ``"#text"`` or ``"#comment"``.
        self.tag = tag
        self.namespace = namespace
        self.data = data
        self.number = 0
        self.parent: ReplicaNode | None = None
        self.kids: list[ReplicaNode] = []
        #: Qualified name, or (namespace, qualified name) -> value.
        self.attributes: dict[str | tuple[str, str], str] = {}
        self.properties: dict[str, Any] = {}
        self.listeners: list[list[Any]] = []

    @property
    def is_element(self) -> bool:
        """Whether it is neither text nor comment."""
        return not self.tag.startswith("#")

    @property
    def text(self) -> str:
        """All text in it."""
        return self.data if self.tag == "#text" else "".join(kid.text for kid in self.kids)

    def descendants(self) -> Iterator[ReplicaNode]:
        """The nodes below, in document order."""
        for kid in self.kids:
            yield kid
            yield from kid.descendants()

    def html(self) -> str:
        """The children as HTML text."""
        return "".join(_html(kid, self) for kid in self.kids)

    def detach(self) -> None:
        """Take it out of its parent."""
        if self.parent is not None:
            self.parent.kids.remove(self)
            self.parent = None


class Replica:
    """A tree that follows frames."""

    def __init__(self) -> None:
        self.root = ReplicaNode("div")
        self.root.number = ROOT
        self.nodes: dict[int, ReplicaNode] = {ROOT: self.root}
        self.templates: dict[int, list[Any]] = {}
        #: Methods called so far: number, method, arguments.
        self.calls: list[tuple[int, str, list[Any]]] = []

    def apply(self, ops: list[Any]) -> None:
        """Apply the ops of a frame or a snapshot.

        Raises:
            FrameError: If one cannot be applied; the replica is not to be used any more.
        """
        cursor = _Cursor(ops)
        if ops[:1] == [Op.RESET]:
            self._reset(cursor)
        try:
            while cursor:
                getattr(self, f"_{Op(cursor.next()).name.lower()}")(cursor)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise FrameError(f"at {cursor.at} of {ops!r:.2000}: {error!r}") from error

    def checksum(self, numbers: list[int]) -> int:
        """The hash of the nodes with these numbers, as in "Checks" in `docs/protocol.md`.

        Raises:
            FrameError: If one of them is not there.
        """
        return checksum([_check_text(number, self.node(number)) for number in numbers])

    def node(self, number: int) -> ReplicaNode:
        """The node with this number.

        Raises:
            FrameError: If there is none.
        """
        node = self.nodes.get(number)
        if node is None and number < 0:
            parent = self.node(-number)
            if not parent.kids or parent.kids[0].tag != "#text" or parent.kids[0].number:
                raise FrameError(f"node {-number} has no primary text")
            node = parent.kids[0]
            node.number = number
            self.nodes[number] = node
        if node is None:
            raise FrameError(f"there is no node {number}")
        return node

    def element(self, number: int) -> ReplicaNode:
        """The element with this number.

        Raises:
            FrameError: If there is none, or it is something else.
        """
        node = self.node(number)
        if not node.is_element:
            raise FrameError(f"node {number} is no element")
        return node

    def _reset(self, cursor: _Cursor) -> None:
        cursor.next()
        if cursor.next() != ROOT:
            raise FrameError("RESET of what is not the root")
        self.__init__()  # type: ignore[misc]  # a replica has nothing worth keeping

    def _end(self, _cursor: _Cursor) -> None:
        """The tree of a snapshot is complete: nothing more to do where there is nothing to keep."""

    def _template(self, cursor: _Cursor) -> None:
        number, spec = cursor.next(), cursor.next()
        self.templates[number] = spec

    def _insert(self, cursor: _Cursor) -> None:
        parent, before = self.element(cursor.next()), cursor.next()
        template, count, numbers = cursor.next(), cursor.next(), cursor.next()
        spec = template if isinstance(template, list) else self.templates[template]
        columns = [_column(cursor.next(), count) for _ in range(columns_of(spec))]
        if any(len(column) != count for column in columns):
            raise FrameError(f"columns of {[len(column) for column in columns]} values for {count} subtrees")
        made: list[ReplicaNode] = []
        tops = [_build(spec, iter([column[row] for column in columns]), made) for row in range(count)]
        given = numbers if isinstance(numbers, list) else list(range(numbers, numbers + len(made)))
        for node, number in zip(made, given, strict=True):
            if number in self.nodes:
                raise FrameError(f"number {number} is taken")
            node.number = number
            self.nodes[number] = node
        self._place(parent, before, tops)

    def _move(self, cursor: _Cursor) -> None:
        parent, before = self.element(cursor.next()), cursor.next()
        self._place(parent, before, [self.node(number) for number in cursor.next()])

    def _place(self, parent: ReplicaNode, before: int, nodes: list[ReplicaNode]) -> None:
        reference = self.node(before) if before else None
        self._register_primary(parent)
        for node in nodes:
            ancestor: ReplicaNode | None = parent
            while ancestor is not None:
                if ancestor is node:
                    raise FrameError(f"node {node.number} would contain itself")
                ancestor = ancestor.parent
            node.detach()
            if reference is not None and reference.parent is not parent:
                raise FrameError(f"node {before} is not a child of node {parent.number}")
            parent.kids.insert(parent.kids.index(reference) if reference else len(parent.kids), node)
            node.parent = parent

    def _register_primary(self, parent: ReplicaNode) -> None:
        if len(parent.kids) == 1 and parent.kids[0].tag == "#text" and not parent.kids[0].number:
            self.node(-parent.number)

    def _remove(self, cursor: _Cursor) -> None:
        for number in cursor.next():
            node = self.node(number)
            if node is self.root:
                raise FrameError("the root stays")
            node.detach()
            self._forget(node)

    def _clear(self, cursor: _Cursor) -> None:
        self._empty(self.element(cursor.next()))

    def _text(self, cursor: _Cursor) -> None:
        node, data = self.node(cursor.next()), cursor.next()
        if not node.is_element:
            node.data = data
            return
        if not (
            len(node.kids) == 1 and node.kids[0].tag == "#text" and node.kids[0].number in (0, -node.number)
        ):
            self._empty(node)
        if not data:
            self._empty(node)
        elif node.kids:
            node.kids[0].data = data
        else:
            text = ReplicaNode("#text", None, data)
            text.parent = node
            node.kids = [text]

    def _attr(self, cursor: _Cursor) -> None:
        node, name, value = self.element(cursor.next()), cursor.next(), cursor.next()
        key = tuple(name) if isinstance(name, list) else name
        if value is None:
            node.attributes.pop(key, None)
        else:
            node.attributes[key] = value

    def _prop(self, cursor: _Cursor) -> None:
        node, name, value = self.element(cursor.next()), cursor.next(), cursor.next()
        _check_property(name)
        if node.tag == "select" and name in _SELECTION:
            # Three names of one state: the latest counts.
            for other in _SELECTION:
                node.properties.pop(other, None)
        node.properties[name] = value

    def _listen(self, cursor: _Cursor) -> None:
        node = self.element(cursor.next())
        node.listeners = cursor.next()

    def _call(self, cursor: _Cursor) -> None:
        node, method, arguments = self.element(cursor.next()), cursor.next(), cursor.next()
        if method not in METHODS:
            raise FrameError(f"method {method!r} may not be called")
        self.calls.append((node.number, method, arguments))

    def _empty(self, node: ReplicaNode) -> None:
        for kid in node.kids:
            kid.parent = None
            self._forget(kid)
        node.kids = []

    def _forget(self, top: ReplicaNode) -> None:
        for node in (top, *top.descendants()):
            if node.number:
                del self.nodes[node.number]
                node.number = 0


class _Cursor:
    """Reads a flat list."""

    def __init__(self, ops: list[Any]) -> None:
        self._ops = ops
        self.at = 0

    def __bool__(self) -> bool:
        return self.at < len(self._ops)

    def next(self) -> Any:
        self.at += 1
        return self._ops[self.at - 1]


def _check_text(number: int, node: ReplicaNode) -> str:
    name = node.tag.upper() if node.namespace == HTML and node.is_element else node.tag
    if not node.is_element:
        return f"{number}\0{name}\0{node.data}"
    named = ((key if isinstance(key, str) else key[1], value) for key, value in node.attributes.items())
    attributes = [
        f"{key}={value}" for key, value in named if number != ROOT and key not in BROWSER_ATTRIBUTES
    ]
    attributes.sort(key=lambda text: text.encode("utf-16-be", "surrogatepass"))
    kids = [
        str(kid.number) if kid.is_element else f"{kid.tag} {kid.data}"
        for kid in node.kids
        if kid.is_element or kid.data
    ]
    ends = kids if len(kids) <= 2 * END_CHILDREN else kids[:END_CHILDREN] + kids[-END_CHILDREN:]
    return "\0".join([str(number), name, *attributes, str(len(kids)), *ends])


def _check_property(name: str) -> None:
    if name not in PROPERTIES:
        raise FrameError(f"property {name!r} may not be set")


def _column(column: list[Any] | int, count: int) -> list[Any]:
    return [str(number) for number in range(column, column + count)] if isinstance(column, int) else column


def _parts(spec: list[Any]) -> tuple[Any, list[Any], list[str], list[Any], Any]:
    padded: list[Any] = spec + [None] * (5 - len(spec))
    tag, attributes, properties, listeners, content = padded
    return tag, attributes or [], properties or [], listeners or [], content


def _build(spec: list[Any], values: Iterator[Any], made: list[ReplicaNode]) -> ReplicaNode:
    if spec[0] in ("#text", "#comment"):
        node = ReplicaNode(spec[0], None, next(values) if spec[1] == 0 else spec[1])
        made.append(node)
        return node
    tag, attributes, properties, listeners, content = _parts(spec)
    node = ReplicaNode(tag) if isinstance(tag, str) else ReplicaNode(tag[1], tag[0])
    made.append(node)
    for name, value in zip(attributes[::2], attributes[1::2], strict=True):
        node.attributes[tuple(name) if isinstance(name, list) else name] = (
            next(values) if value == 0 else value
        )
    for name in properties:
        _check_property(name)
        node.properties[name] = next(values)
    node.listeners = listeners
    if isinstance(content, list):
        node.kids = [_build(kid, values, made) for kid in content]
    elif content is not None:
        node.kids = [ReplicaNode("#text", None, next(values) if content == 0 else content)]
    for kid in node.kids:
        kid.parent = node
    return node


def _html(node: ReplicaNode, parent: ReplicaNode) -> str:
    if node.tag == "#text":
        raw = parent.namespace == HTML and parent.tag in (
            "style",
            "script",
            "xmp",
            "iframe",
            "noembed",
            "noframes",
        )
        return node.data if raw else escape(node.data, quote=False).replace("\xa0", "&nbsp;")
    if node.tag == "#comment":
        return f"<!--{node.data}-->"
    attributes = "".join(
        f' {name if isinstance(name, str) else name[1]}="'
        + value.replace("&", "&amp;")
        .replace("\xa0", "&nbsp;")
        .replace('"', "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        + '"'
        for name, value in node.attributes.items()
    )
    start = f"<{node.tag}{attributes}>"
    if node.namespace == HTML and node.tag in _VOID:
        return start
    return f"{start}{node.html()}</{node.tag}>"
