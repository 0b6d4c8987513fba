"""`Mirror`: one document, mirrored to its viewers.

Gives numbers to the nodes that are in the tree, takes the document's changes and hands them to the sessions: as one
frame, encoded once, to all that are up to date; as a delta to merge to those that are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from domsync_jupyter.dom.node import set_number
from domsync_jupyter.errors import InvalidStateError
from domsync_jupyter.sync.delta import Delta
from domsync_jupyter.sync.frames import frame_ops, snapshot_ops
from domsync_jupyter.sync.messages import encode
from domsync_jupyter.sync.ops import ROOT, Op
from domsync_jupyter.sync.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from domsync_jupyter.dom.changes import Changes, OldChildren
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.node import Node
    from domsync_jupyter.sync.session import Session

__all__ = ["Mirror"]


class Mirror:
    """The viewers' side of a document. Get it with `Mirror.of`; every method takes the document's lock."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sessions: list[Session] = []
        self.templates = Templates()
        #: The nodes that are in the tree as of the last `collect`, by number.
        self.nodes: dict[int, Node] = {}
        #: The highest number given so far.
        self.last_number = 0
        self._snapshot: msgspec.Raw | None = None
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
                mirror._number(document._root)
                document._take_changes()
                document._on_change = mirror._changed
                document._on_flush = mirror._flush
                document._on_adopted = mirror._adopted
                document._on_coroutine = mirror._start
                document._on_leave = lambda: mirror.collect(force=True)
            assert isinstance(mirror, cls)
            return mirror

    def subscribe(self, on_change: Callable[[], None], on_flush: Callable[[], None]) -> None:
        """Have `on_change` called when there is something to collect, and `on_flush` when it is wanted at once.

        Both are called by the thread that changes the document, under its lock.
        """
        with self.document._lock:
            self._on_change.append(on_change)
            self._on_flush.append(on_flush)

    def unsubscribe(self, on_change: Callable[[], None], on_flush: Callable[[], None]) -> None:
        """Undo `subscribe`."""
        with self.document._lock:
            self._on_change.remove(on_change)
            self._on_flush.remove(on_flush)

    def node(self, number: int) -> Node | None:
        """The node with this number, if it is in the tree."""
        return self.nodes.get(number)

    def collect(self, *, force: bool = False) -> None:
        """Take the document's changes and hand them to all sessions.

        Args:
            force: Even inside a `Document.batch`, where nothing is done otherwise.
        """
        document = self.document
        with document._lock:
            if (document._batches and not force) or not document._dirty:
                return
            changes = document._take_changes()
            self._snapshot = None
            watermark = self.last_number
            self._number_new(changes)
            delta = Delta.of(changes)
            self._release_old(changes)
            body: msgspec.Raw | None = None
            behind = [session for session in self.sessions if not session.up_to_date]
            for session in behind:
                session.fall_behind(delta)
            if len(behind) < len(self.sessions):
                ops = frame_ops(delta, self.nodes, watermark, self.templates, remember=True)
                if ops:
                    body = msgspec.Raw(encode(ops))
                    for session in self.sessions:
                        if session not in behind:
                            session.push_frame(body)

    def snapshot(self) -> msgspec.Raw:
        """The ops of a snapshot of the state as of the last `collect`; encoded once."""
        with self.document._lock:
            if self._snapshot is None:
                self._snapshot = msgspec.Raw(encode(snapshot_ops(self.nodes, self.templates)))
            return self._snapshot

    def forget_snapshot(self) -> None:
        """The document changed in a way which its only viewer knows already, so that there is nothing to collect."""
        with self.document._lock:
            self._snapshot = None

    def frame_for(self, delta: Delta, watermark: int, templates: int) -> msgspec.Raw | None:
        """The ops for one viewer that was behind, or ``None`` if nothing differs after all.

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
            return msgspec.Raw(encode(ops)) if ops else None

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

    def _adopted(self, text: Node) -> None:
        self.nodes[text._number] = text

    # Numbers

    def _number_new(self, changes: Changes) -> None:
        for parent, old in changes.children.items():
            kids = parent._kids
            if not isinstance(kids, list) or not parent.isConnected:
                continue
            for kid in kids[old:] if isinstance(old, int) else kids:
                if not kid._number:
                    self._number(kid)

    def _number(self, top: Node) -> None:
        """Number a subtree in document order, except what has numbers."""
        nodes, number = self.nodes, self.last_number
        stack = [top]
        while stack:
            node = stack.pop()
            number += 1
            set_number(node, number)
            nodes[number] = node
            kids: Any = getattr(node, "_kids", None)
            if kids.__class__ is list:
                stack += [kid for kid in reversed(kids) if not kid._number]
        self.last_number = number
        assert top is not self.document._root or top._number == ROOT

    def _release_old(self, changes: Changes) -> None:
        for parent, old in changes.children.items():
            for kid in _old_nodes(old):
                if not kid._number or (kid._parent is parent and parent._number):
                    continue
                if not kid.isConnected:
                    self._release(kid)

    def _release(self, top: Node) -> None:
        """Take the numbers from a subtree that left the tree."""
        nodes = self.nodes
        stack = [top]
        while stack:
            node = stack.pop()
            if not node._number:
                continue
            nodes.pop(node._number, None)
            set_number(node, 0)
            kids: Any = getattr(node, "_kids", None)
            if kids.__class__ is list:
                stack += kids


def _old_nodes(old: OldChildren) -> list[Node]:
    return old if isinstance(old, list) else []
