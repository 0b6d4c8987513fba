"""What the micro-benchmarks work on: tables of the js-framework-benchmark's rows, and a page that sees them."""

from __future__ import annotations

import time

import msgspec

from domsync_jupyter import Document, Element
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session

#: The timer for what takes milliseconds: other work on the machine does not count. Reading it takes microseconds.
CPU_TIME = time.process_time
#: `tr`, four `td`, two `a`, a `span`, and two texts.
NODES_PER_ROW = 10
#: Rows of one `tbody`: in a document that grows there are more of these, not larger ones.
ROWS_PER_BODY = 100


def make_row(document: Document, number: int) -> Element:
    """A row, made as one would in a page: `createElement`, attributes, `appendChild`."""
    create = document.createElement
    row = create("tr")
    id_cell = create("td")
    id_cell.className = "col-md-1"
    id_cell.textContent = str(number)
    label_cell = create("td")
    label_cell.className = "col-md-4"
    label = create("a")
    label.textContent = f"row {number}"
    label_cell.appendChild(label)
    remove_cell = create("td")
    remove_cell.className = "col-md-1"
    remove = create("a")
    icon = create("span")
    icon.className = "glyphicon glyphicon-remove"
    icon.setAttribute("aria-hidden", "true")
    remove.appendChild(icon)
    remove_cell.appendChild(remove)
    rest = create("td")
    rest.className = "col-md-6"
    for cell in (id_cell, label_cell, remove_cell, rest):
        row.appendChild(cell)
    return row


def clone_row(prototype: Element, number: int) -> Element:
    """A row, made by copying one and changing its two texts."""
    row = prototype.cloneNode(True)
    assert isinstance(row, Element)
    id_cell = row.firstElementChild
    assert id_cell is not None
    label_cell = id_cell.nextElementSibling
    assert label_cell is not None
    label = label_cell.firstElementChild
    assert label is not None
    id_cell.textContent = str(number)
    label.textContent = f"row {number}"
    return row


def make_rows(document: Document, count: int) -> list[Element]:
    return [make_row(document, number) for number in range(count)]


def clone_rows(prototype: Element, count: int) -> list[Element]:
    return [clone_row(prototype, number) for number in range(count)]


class Page:
    """A page that shows a document. It acknowledges what it gets, in a call of its own."""

    def __init__(self, document: Document) -> None:
        self.mirror = Mirror.of(document)
        self.session = Session(self.mirror)
        self.session.receive(messages.Hello(messages.VERSION, "", 0, "a benchmark"))
        self.sent = 0
        self.flush()
        self.acknowledge()

    def flush(self) -> list[bytes]:
        """What the pump does, but for the socket."""
        self.mirror.collect()
        return self.session.take()

    def acknowledge(self) -> None:
        self.session.receive(messages.Ack(self.session._sent))


class Table:
    """A table in a document that a page shows.

    Args:
        rows: How many there are.
        rows_per_body: How many have one parent.
    """

    def __init__(self, rows: int, rows_per_body: int = ROWS_PER_BODY) -> None:
        self.document = document = Document("root")
        table = document.createElement("table")
        self.bodies: list[Element] = []
        for start in range(0, rows, rows_per_body):
            body = document.createElement("tbody")
            body.append(
                *(make_row(document, number) for number in range(start, min(rows, start + rows_per_body)))
            )
            table.appendChild(body)
            self.bodies.append(body)
        document.getRootElement().appendChild(table)
        self.table = table
        self.page = Page(document)

    def bring_up_to_date(self) -> None:
        """Let the page see, and acknowledge, everything."""
        self.page.flush()
        self.page.acknowledge()

    def labels(self) -> list[Element]:
        """The links with the text of each row."""
        return [link for link in self.table.querySelectorAll("a") if link.textContent]

    def clear(self) -> None:
        """Remove all rows of the first body."""
        self.bodies[0].replaceChildren()
        self.bring_up_to_date()


def event_text() -> bytes:
    """A click, as a page reports it."""
    fields = {
        "bubbles": True, "cancelable": True, "composed": True, "timeStamp": 1234.5, "detail": 1, "button": 0,
        "buttons": 0, "clientX": 120, "clientY": 48, "offsetX": 12, "offsetY": 8, "pageX": 120, "pageY": 48,
        "screenX": 320, "screenY": 248, "altKey": False, "ctrlKey": False, "metaKey": False, "shiftKey": False,
    }  # fmt: skip
    return msgspec.json.encode([1, 7, 12, "click", 42, fields, [43, "value", "typed"], [42, "this.id", "x"]])
