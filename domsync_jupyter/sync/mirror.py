"""`Mirror`: one document, mirrored to its viewers.

Gives numbers to the nodes that are in the tree, takes the document's changes and hands them to the sessions: as one
frame, encoded once, to all that are up to date; as a delta to merge to those that are not.
"""

from __future__ import annotations

import secrets
import weakref
from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Any

import msgspec

from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.dismantling import dismantle
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.node import set_number
from domsync_jupyter.errors import InvalidStateError
from domsync_jupyter.sync.checks import MOST_NODES, nodes_to_check
from domsync_jupyter.sync.delta import Delta
from domsync_jupyter.sync.frames import frame_ops, snapshot_ops
from domsync_jupyter.sync.ops import ROOT, Op
from domsync_jupyter.sync.parts import PART_BYTES, divide
from domsync_jupyter.sync.runs import Run, Runs
from domsync_jupyter.sync.siblings import Arrangement, arrange, stretches
from domsync_jupyter.sync.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from domsync_jupyter.dom.changes import Changes
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.session import Session

__all__ = ["Mirror"]


class Mirror:
    """The viewers' side of a document. Get it with `Mirror.of`; every method takes the document's lock."""

    def __init__(self, document: Document) -> None:
        self.document = document
        #: Tells pages whether the numbers that they know are those of this document.
        self.id = secrets.token_urlsafe(9)
        self.sessions: list[Session] = []
        self.templates = Templates()
        #: Bytes of ops in one message; what has more comes in parts.
        self.part_bytes = PART_BYTES
        #: Controls that a person at a page has changed.
        self.edited: weakref.WeakSet[Element] = weakref.WeakSet()
        #: The nodes that are in the tree as of the last `collect`, by number.
        self.nodes: dict[int, Node] = {}
        #: The highest number given so far.
        self.last_number = 0
        #: Numbers, ascending, of nodes whose children nobody has looked into. Some may have been since, or have gone.
        self._pending: list[int] = []
        self._pending_before = 1000
        #: What left the tree, and has its numbers still.
        self._left: list[Node] = []
        self._snapshot: list[msgspec.Raw] | None = None
        #: What pages are to compare in the present state, and how many nodes to pass over in the next one.
        self._check: tuple[list[int], int] | None = None
        self._checked = 0
        self._on_change: list[Callable[[], None]] = []
        self._on_flush: list[Callable[[], None]] = []
        #: What can run a coroutine which a callback of an event made in Python returned: one for each viewer.
        self.starters: list[Callable[[Coroutine[Any, Any, Any]], None]] = []

    @classmethod
    def of(cls, document: Document) -> Mirror:
        """The mirror of `document`, made at the first call."""
        with document._lock:
            mirror = document._mirror
            if mirror is None:
                mirror = document._mirror = cls(document)
                mirror._begin()
                document._take_changes()
                document._on_change = mirror._changed
                document._on_flush = mirror._flush
                document._on_adopted = mirror._adopted
                document._on_coroutine = mirror._start
                document._on_leave = lambda: mirror.collect(force=True)
            assert isinstance(mirror, cls)
            return mirror

    def _begin(self) -> None:
        root = self.document._root
        self.last_number = ROOT
        set_number(root, ROOT)
        self.nodes[ROOT] = root
        if isinstance(root._kids, list):
            self._number_kids(root._kids, Runs())

    def subscribe(
        self, on_change: Callable[[], None] | None = None, on_flush: Callable[[], None] | None = None
    ) -> None:
        """Have `on_change` called when there is something to collect, and `on_flush` when it is wanted at once.

        Both are called by the thread that changes the document, under its lock.
        """
        with self.document._lock:
            if on_change is not None:
                self._on_change.append(on_change)
            if on_flush is not None:
                self._on_flush.append(on_flush)

    def unsubscribe(
        self, on_change: Callable[[], None] | None = None, on_flush: Callable[[], None] | None = None
    ) -> None:
        """Undo `subscribe`."""
        with self.document._lock:
            if on_change is not None:
                self._on_change.remove(on_change)
            if on_flush is not None:
                self._on_flush.remove(on_flush)

    def node(self, number: int) -> Node | None:
        """The node with this number, if it is in the tree."""
        with self.document._lock:
            found = self.nodes.get(number)
            return self._look_into(number) if found is None and number > 0 else found

    def collect(self, *, force: bool = False) -> None:
        """Take the document's changes and hand them to all sessions.

        Args:
            force: Even inside a `Document.batch`, where nothing is done otherwise.
        """
        with self.document._lock:
            self.gather(force=force)
            self.dispose()

    def gather(self, *, force: bool = False) -> None:
        """Do what `collect` does, except to free what left the tree.

        `dispose` is to follow before the lock is given up, when the frame is on its way.
        """
        document = self.document
        with document._lock:
            if (document._batches and not force) or not document._dirty:
                return
            self.dispose()
            changes = document._take_changes()
            self._snapshot = self._check = None
            watermark = self.last_number
            delta = Delta.of(changes)
            runs = self._rearrange(changes)
            delta.add_calls(changes)
            ready: list[Session] = []
            for session in self.sessions:
                if session.up_to_date:
                    ready.append(session)
                else:
                    session.fall_behind(delta)
            if ready:
                ops = frame_ops(delta, self.nodes, watermark, self.templates, remember=True, runs=runs)
                parts = self._parts(ops) if ops else []
                for session in ready if parts else ():
                    session.push_frame(parts)

    def dispose(self) -> None:
        """Take the numbers from what left the tree, and free its memory if nobody has it any more."""
        if self._left:
            with self.document._lock:
                self._release(self._left)
                dismantle(self._left)

    def _release(self, level: list[Node]) -> None:
        """Take the numbers from subtrees, level by level."""
        while level:
            for node in level:
                self.nodes.pop(node._number, None)
                set_number(node, 0)
            inside = [kids for node in level if (kids := getattr(node, "_kids", None)).__class__ is list]
            level = [kid for kids in inside for kid in kids if kid._number]

    def _parts(self, ops: list[Any]) -> list[msgspec.Raw]:
        return [msgspec.Raw(part) for part in divide(ops, self.templates.specs, self.part_bytes)]

    def snapshot(self) -> list[msgspec.Raw]:
        """The ops of a snapshot of the state as of the last `collect`, in parts; encoded once."""
        with self.document._lock:
            if self._snapshot is None:
                self._snapshot = self._parts(snapshot_ops(self.nodes, self.templates))
            return self._snapshot

    def check(self) -> tuple[list[int], int]:
        """Some nodes, others each time, and the hash of what they are as of the last `collect`; once a state."""
        with self.document._lock:
            if self._check is None:
                self.dispose()
                self._check = nodes_to_check(self.nodes, self._checked)
                self._checked += MOST_NODES
                if self._checked >= len(self.nodes):
                    self._checked = 0
            return self._check

    def forget_snapshot(self) -> None:
        """The document changed in a way which its only viewer knows already, so that there is nothing to collect."""
        with self.document._lock:
            self._snapshot = self._check = None

    def frame_for(self, delta: Delta, watermark: int, templates: int) -> list[msgspec.Raw]:
        """The ops for one viewer that was behind, in parts; none if nothing differs after all.

        Args:
            delta: What it does not know.
            watermark: The highest node number it has.
            templates: The number of templates it has.
        """
        with self.document._lock:
            ops: list[Any] = []
            for number, spec in enumerate(self.templates.specs[templates:], templates + 1):
                ops += (Op.TEMPLATE, number, spec)
            ops += frame_ops(delta, self.nodes, watermark, self.templates, remember=False)
            return self._parts(ops) if ops else []

    def _changed(self) -> None:
        for callback in list(self._on_change):
            callback()

    def _start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        if not self.starters:
            coroutine.close()
            raise InvalidStateError(
                "a callback is a coroutine function, and no viewer is connected, so there is no event loop to run it"
            )
        self.starters[-1](coroutine)

    def _flush(self) -> None:
        for callback in list(self._on_flush):
            callback()

    def _adopted(self, node: Node) -> None:
        """A part of the tree that nobody had looked into became a node."""
        self.nodes[node._number] = node
        if getattr(node, "_kids", None).__class__ is Blueprint:
            insort(self._pending, node._number)

    # Numbers

    def _rearrange(self, changes: Changes) -> Runs:
        """Find out what left, what moved and what is new, and number that."""
        arriving: list[tuple[Node, Sequence[Node]]] = []
        arrangements: dict[Node, Arrangement] = {}
        movers: set[int] = set()
        for parent, old in changes.children.items():
            kids = parent._kids
            now = kids if isinstance(kids, list) else []
            leaving: Sequence[Node] = ()
            if isinstance(old, int):
                arriving.append((parent, now[old:]))
            elif isinstance(old, list):
                arrangement = arrangements[parent] = arrange(old, now)
                leaving = arrangement.gone
                arriving += [(parent, now[first:end]) for first, end in arrangement.ranges()]
            else:
                arriving.append((parent, now))
                text = self.nodes.get(-parent._number)
                if text is not None and text._parent is not parent:
                    leaving = (text,)
            for node in leaving:
                if not node._number:
                    continue
                if node._parent is not None and node.isConnected:
                    movers.add(node._number)
                else:
                    self._left.append(node)
        runs = Runs(movers, has_leavings=bool(self._left))
        runs.arrangements = arrangements
        for place, nodes in arriving:
            if nodes and place.isConnected:
                self._number_kids(nodes, runs)
        return runs

    def _number_kids(self, kids: Sequence[Node], runs: Runs) -> None:
        """Number subtrees in document order, except what has numbers."""
        for is_known, at, end in stretches([node._number != 0 for node in kids]):
            first = end if is_known else at
            while first < end:
                run = runs.at(kids, first, end)
                self._number_run(run)
                for hole in run.holes:
                    self._number_kids(hole._child_list(), runs)
                first += len(run.nodes)

    def _number_run(self, run: Run) -> None:
        first, size, count = self.last_number + 1, run.shape.size, len(run.nodes)
        run.first = first
        self.last_number += size * count
        for offset, column in run.places:
            numbers = range(first + offset, first + size * count, size)
            for node, number in zip(column, numbers, strict=True):
                set_number(node, number)
            self.nodes.update(zip(numbers, column, strict=True))
        if run.pending:
            self._pending += sorted(node._number for at in run.pending for node in run.places[at][1])
            if len(self._pending) > 2 * self._pending_before:
                self._pending = [number for number in self._pending if self._is_pending(number)]
                self._pending_before = max(1000, len(self._pending))

    def _is_pending(self, number: int) -> bool:
        return getattr(self.nodes.get(number), "_kids", None).__class__ is Blueprint

    def _look_into(self, number: int) -> Node | None:
        """Find a node in children that nobody has looked into so far, by making them."""
        while number not in self.nodes:
            at = bisect_right(self._pending, number) - 1
            node = self.nodes.get(self._pending[at]) if at >= 0 else None
            kids = getattr(node, "_kids", None)
            if not isinstance(kids, Blueprint) or number >= self._pending[at] + kids.size:
                return None
            assert isinstance(node, Element)
            node._child_list()
        return self.nodes[number]
