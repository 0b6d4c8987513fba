"""A viewer in memory: a session, the replica that applies its frames, and the wire between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.controls import apply_edits
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.replica import Replica
from domsync_jupyter.sync.session import Session
from tests.sync.programs import peek, replica_canonical

if TYPE_CHECKING:
    from domsync_jupyter.dom import Document
    from domsync_jupyter.sync.mirror import Mirror

FRAME, SNAPSHOT, ACK, TEXT = 1, 2, 3, 5
#: How long the canonical form of an element is.
ELEMENT_PARTS = 5


def without_dropped(shown: list[Any], wanted: list[Any]) -> list[Any]:
    """What is shown, without live properties of which the document says nothing any more.

    The document drops what a page decides by itself: what is selected when the options are gone, what a reset does.
    """
    if len(shown) != len(wanted) or len(shown) != ELEMENT_PARTS:
        return shown
    tag, attributes, properties, listeners, kids = shown
    said = {name for name, _ in wanted[2]}
    if len(kids) == len(wanted[4]):
        kids = [without_dropped(kid, other) for kid, other in zip(kids, wanted[4], strict=True)]
    return [tag, attributes, [item for item in properties if item[0] in said], listeners, kids]


def numbers_of(mirror: Mirror) -> set[int]:
    """All numbers of a document's nodes, those which nobody has looked into among them."""
    numbers = set(mirror.nodes)
    for number, node in mirror.nodes.items():
        kids = getattr(node, "_kids", None)
        if isinstance(kids, Blueprint):
            numbers.update(range(number, number + kids.size))
    return numbers


class Follower:
    """What a page, and the runtime around a session, do.

    As in a page, who types owns the value until Python has seen it: see "Who owns a value" in docs/protocol.md.
    """

    def __init__(self, mirror: Mirror, limits: Limits | None = None) -> None:
        self.mirror = mirror
        self.session = Session(mirror, limits)
        self.replica = Replica()
        #: Whether frames make no sense until a snapshot has come.
        self.lost = True
        #: The last `seq` that was applied, and that was sent.
        self.applied = 0
        self.posted = 0
        #: Every message that came, decoded.
        self.received: list[list[Any]] = []
        #: Number of a control -> what was typed, and the `seq` of the message that says so.
        self._typed: dict[int, tuple[str, int]] = {}
        #: What the runtime has not come round to yet.
        self._waiting: list[messages.Edits] = []
        self.hello()

    @property
    def document(self) -> Document:
        return self.mirror.document

    def hello(self) -> None:
        self.session.receive(messages.Hello(1, self.session.token, self.applied, "a test"))

    def reload(self) -> None:
        """Another page takes the session up, and knows nothing of what was typed."""
        self.session.suspend()
        self.replica = Replica()
        self.lost = True
        self.applied = 0
        self._typed = {}
        self.hello()

    def pump(self, *, urgent: bool = False) -> list[list[Any]]:
        """Deliver what the session has to say now. Returns it."""
        arrived: list[list[Any]] = [json.loads(text) for text in self.session.take(urgent=urgent)]
        for message in arrived:
            self.received.append(message)
            match message:
                case [1 | 2 | 5 as tag, seq, ack, *_, body]:
                    self.lost = self.lost and tag != SNAPSHOT
                    if self.lost or seq <= self.applied:
                        continue
                    assert tag == SNAPSHOT or seq == self.applied + 1, "a gap, or a repetition"
                    self.applied = seq
                    self._seen(ack)
                    if tag != TEXT:
                        self.replica.apply(body)
                        for number, (text, _) in self._typed.items():
                            if number in self.replica.nodes:
                                self.replica.nodes[number].properties["value"] = text
                case [3, ack]:
                    self._seen(ack)
        return arrived

    def ops(self) -> list[Any]:
        """Deliver what changed, which is one frame or nothing, and acknowledge it. Returns its ops."""
        self.mirror.collect()
        messages = self.pump()
        self.ack()
        assert [message[0] for message in messages] in ([], [FRAME])
        return messages[0][3] if messages else []

    def ack(self) -> None:
        self.session.receive(messages.Ack(self.applied))

    def fault(self) -> None:
        """The page reports that it is broken, and shows rubbish from now on."""
        self.session.receive(messages.Fault("frame", "a test"))
        self.replica = Replica()
        self.lost = True

    def type(self, number: int, text: str) -> None:
        """A person types into a control; the page reports it at once."""
        self.posted += 1
        self.replica.nodes[number].properties["value"] = text
        self._typed[number] = (text, self.posted)
        edits = messages.Edits(self.posted, self.applied, [number, "value", text])
        assert self.session.receive(edits) is edits
        self._waiting.append(edits)

    def process(self) -> None:
        """The runtime comes round to what was typed."""
        for edits in self._waiting:
            is_shown = self.session.is_of_present_page(edits.seq)
            apply_edits(self.session, edits.edits, is_shown=is_shown)
            self.session.processing(edits.seq)
        self._waiting = []

    def settle(self) -> None:
        """Let everything arrive."""
        self.process()
        self.mirror.collect()
        self.ack()
        while self.pump():
            self.ack()

    def check(self) -> None:
        """Fail if, when all has arrived, the replica is not what the document is."""
        self.settle()
        wanted = peek(self.document.getRootElement())
        assert without_dropped(replica_canonical(self.replica.root), wanted) == wanted
        kept, known = set(self.replica.nodes), numbers_of(self.mirror)
        assert {number for number in kept if number > 0} == {number for number in known if number > 0}
        assert {number for number in kept if number < 0} <= known
        assert self.session.unacknowledged == 0

    def _seen(self, ack: int) -> None:
        self._typed = {number: typed for number, typed in self._typed.items() if typed[1] > ack}
