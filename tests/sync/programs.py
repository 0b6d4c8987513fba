"""Random programs of document calls, and the canonical form in which trees are compared."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom import Comment, Document, DocumentFragment, Element, Event, Node, Text
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.child import ChildNode
from domsync_jupyter.dom.html import HTMLElement
from domsync_jupyter.dom.names import HTML, SVG, XLINK
from domsync_jupyter.errors import DOMException
from domsync_jupyter.sync.templates import listener_specs

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.sync.replica import ReplicaNode

TAGS = ["div", "p", "span", "tr", "td", "input", "button", "select", "textarea", "x-thing"]
TEXTS = [
    "", "a", "b", "<b>&amp;", "`${x}`", "\N{GRINNING FACE}", '"quoted"', "\u2028", "</script>",
    "long text " * 20,
]  # fmt: skip
MARKUP = [
    "", "text", "<b>x</b>", "<p>a<p>b", "<table><tr><td>1", "<svg><path d='M0 0'/></svg>t", "a &amp; b",
    "<!--c--><i title=x>y</i>",
    "<select><option>1<option selected>2</select>", "<textarea>\na</textarea>",
    "<input type=checkbox checked><input type=radio>",
]  # fmt: skip
ATTRIBUTES = ["class", "title", "data-x", "style", "id"]
#: Nodes that a program remembers, in the tree or not; older ones are forgotten.
POOL = 60


def listener_a(_event: Event) -> None:
    """A callback."""


def listener_b(_event: Event) -> None:
    """Another one."""


class Program:
    """Makes random calls on one document.

    Reproducible from its seed; or, so that a program can be shortened, each step from a seed of its own.
    """

    def __init__(self, document: Document, seed: int = 0, *, resets: bool = True) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.pool: list[Node] = [document.getRootElement()]
        self._steps: list[Callable[[], None]] = [
            self._append_new, self._append_new, self._append_rows, self._insert_new, self._move, self._move,
            self._remove, self._set_text, self._set_text, self._set_inner_text, self._set_attribute,
            self._remove_attribute, self._set_data, self._look, self._set_value, self._set_checked,
            self._listen,
            self._unlisten, self._shuffle, self._last_to_first, self._replace_child, self._append_strings,
            self._prepend, self._turn_inside_out, self._call, self._choose, self._come_back,
            self._carry_text_off, self._clone, self._fill_fragment, self._neighbours, self._split_text,
            self._normalize,
            self._insert_fragment, self._set_markup, self._replace_by_markup, self._style,
            self._select_another, self._add_option,
            self._tick, self._append_table, self._append_copies, self._append_copies,
        ]  # fmt: skip
        if resets:
            self._steps.append(self._reset)

    def step(self, seed: int | None = None) -> None:
        """One call or a few; a DOM error is as good an outcome as any."""
        if seed is not None:
            self.random.seed(seed)
        with contextlib.suppress(DOMException):
            self.random.choice(self._steps)()

    def look(self) -> None:
        """Read children: a primary text becomes a node, and nothing else happens."""
        self._look()

    def _element(self) -> Element:
        return self.random.choice([node for node in self.pool if isinstance(node, Element)])

    def _child(self) -> ChildNode:
        return self.random.choice([node for node in self.pool if isinstance(node, ChildNode)])

    def _controls(self, *tags: str) -> list[Any]:
        """Those among the elements of the pool and their children."""
        elements = [node for node in self.pool if isinstance(node, Element)]
        elements += [kid for element in elements for kid in element.children]
        return [element for element in elements if element._tag in tags and element._namespace == HTML]

    def _keep(self, node: Node) -> None:
        self.pool.append(node)
        if len(self.pool) > POOL:
            del self.pool[self.random.randrange(1, len(self.pool))]

    def _new(self) -> Node:
        choice, document = self.random.random(), self.document
        node: Node
        if choice < 0.15:
            node = document.createTextNode(self.random.choice(TEXTS))
        elif choice < 0.2:
            node = document.createComment(self.random.choice(TEXTS))
        elif choice < 0.27:
            node = document.createElementNS(SVG, self.random.choice(["svg", "path", "g"]))
        elif choice < 0.35:
            node = self._row()
        elif choice < 0.4:
            node = document.createElement("p", innerText=self.random.choice(TEXTS))
        elif choice < 0.45:
            node = self._select()
        else:
            node = document.createElement(self.random.choice(TAGS))
        self._keep(node)
        return node

    def _row(self) -> Element:
        row = self.document.createElement("tr", attributes={"class": self.random.choice("ab")})
        for number in range(3):
            cell = self.document.createElement("td", innerText=str(self.random.randrange(5)))
            if number == 1:
                cell.setAttribute("title", "t")
            row.appendChild(cell)
        return row

    def _select(self) -> Element:
        select = self.document.createElement("select")
        for name in "xyz":
            select.appendChild(self.document.createElement("option", innerText=name, value=name))
        return select

    # The steps

    def _append_new(self) -> None:
        self._element().appendChild(self._new())

    def _append_rows(self) -> None:
        element = self._element()
        for _ in range(self.random.randrange(5)):
            row = self._row()
            self._keep(row)
            element.appendChild(row)

    def _append_table(self) -> None:
        """Something new with so many rows in it that they are written apart from it."""
        body = self.document.createElement("tbody")
        for _ in range(self.random.randrange(6, 12)):
            body.appendChild(self._row())
        table = self.document.createElement("table")
        table.append(self.random.choice(TEXTS), body, self._new())
        self._keep(table)
        self._keep(self.random.choice(body.childNodes))
        self._element().appendChild(table)

    def _append_copies(self) -> None:
        """Copies of something, of which some are looked into, before or after they are in the tree."""
        prototype = self._element() if self.random.random() < 0.5 else self._row()
        element = self._element()
        if len(prototype.textContent or "") > 2_000:
            return  # Copies of copies must not fill the memory.
        copies = [prototype.cloneNode(True) for _ in range(self.random.randrange(1, 4))]
        look_first = self.random.random() < 0.5
        for copy in copies:
            assert isinstance(copy, Element)
            if not look_first:
                element.appendChild(copy)
            if self.random.random() < 0.5 and copy.firstChild is not None:
                self._keep(copy.firstChild)
                copy.firstChild.textContent = self.random.choice(TEXTS)
            if look_first:
                element.appendChild(copy)
            self._keep(copy)

    def _insert_new(self) -> None:
        element = self._element()
        element.insertBefore(self._new(), self.random.choice(element.childNodes or [None]))

    def _move(self) -> None:
        element = self._element()
        element.insertBefore(self.random.choice(self.pool), self.random.choice([*element.childNodes, None]))

    def _remove(self) -> None:
        self._child().remove()

    def _set_text(self) -> None:
        self._element().textContent = self.random.choice(TEXTS)

    def _set_inner_text(self) -> None:
        self._element().innerText = self.random.choice([*TEXTS, "two\nlines"])

    def _set_attribute(self) -> None:
        element = self._element()
        if element is self.document.getRootElement():
            element.setAttribute("data-x", self.random.choice(TEXTS))
        elif element.namespaceURI == SVG and self.random.random() < 0.5:
            prefix = self.random.choice(["xlink", "x"])
            element.setAttributeNS(XLINK, f"{prefix}:href", self.random.choice(["#a", "#b"]))
        else:
            element.setAttribute(self.random.choice(ATTRIBUTES), self.random.choice(TEXTS))

    def _remove_attribute(self) -> None:
        self._element().removeAttribute(self.random.choice([*ATTRIBUTES[:-1], "xlink:href"]))

    def _set_data(self) -> None:
        texts = [node for node in self.pool if isinstance(node, Text | Comment)]
        if texts:
            self.random.choice(texts).data = self.random.choice(TEXTS)

    def _look(self) -> None:
        child = self._element().firstChild
        if child is not None:
            self._keep(child)

    def _set_value(self) -> None:
        for control in self._controls("input", "textarea")[-3:]:
            control.value = self.random.choice(TEXTS)

    def _set_checked(self) -> None:
        for control in self._controls("input")[-3:]:
            control.checked = self.random.random() < 0.5

    def _listen(self) -> None:
        pick = self.random.choice
        self._element().addEventListener(
            pick(["click", "input"]),
            pick([listener_a, listener_b]),
            pick([None, "this.value"]),
            capture=pick([True, False]),
            once=pick([True, False]),
            fields=pick([(), ("clientX",)]),
        )

    def _unlisten(self) -> None:
        pick = self.random.choice
        self._element().removeEventListener(
            pick(["click", "input"]), pick([listener_a, listener_b]), capture=pick([True, False])
        )

    def _shuffle(self) -> None:
        element = self._element()
        kids = element.childNodes
        self.random.shuffle(kids)
        element.replaceChildren(*kids)

    def _last_to_first(self) -> None:
        element = self._element()
        kids = element.childNodes
        if len(kids) > 1:
            element.insertBefore(kids[-1], kids[0])

    def _replace_child(self) -> None:
        element = self._element()
        kids = element.childNodes
        if kids:
            new = self._new() if self.random.random() < 0.5 else self.random.choice(self.pool)
            element.replaceChild(new, self.random.choice(kids))

    def _append_strings(self) -> None:
        self._element().append(self.random.choice(TEXTS), self.random.choice(self.pool), "end")

    def _prepend(self) -> None:
        self._element().prepend(self.random.choice(TEXTS), self.random.choice(self.pool))

    def _turn_inside_out(self) -> None:
        """A child takes its parent's place, and its parent becomes its child."""
        element = self._element()
        parent = element.parentElement
        above = None if parent is None else parent.parentElement
        if parent is not None and above is not None:
            above.replaceChild(element, parent)
            element.insertBefore(parent, element.firstChild)

    def _call(self) -> None:
        self._element().scrollIntoView()

    def _choose(self) -> None:
        for control in self._controls("select")[-3:]:
            control.value = self.random.choice("xyz")

    def _come_back(self) -> None:
        """Something that may have left the tree some time ago comes back, with what was done to it meanwhile."""
        away = [node for node in self.pool if not node.isConnected]
        if away:
            self._element().appendChild(self.random.choice(away))

    def _carry_text_off(self) -> None:
        """A primary text moves elsewhere, and its element may go."""
        elements = [node for node in self.pool if isinstance(node, Element) and isinstance(node._kids, str)]
        if elements:
            element = self.random.choice(elements)
            text = element.firstChild
            assert text is not None
            self._element().insertBefore(text, None)
            if self.random.random() < 0.5:
                element.remove()

    def _clone(self) -> None:
        clone = self.random.choice(self.pool).cloneNode(self.random.random() < 0.8)
        if (
            clone.textContent is None or len(clone.textContent) < 10_000
        ):  # clones of clones must not fill the memory
            self._keep(clone)

    def _fill_fragment(self) -> None:
        fragment = self.document.createDocumentFragment()
        fragment.append(self._new(), self.random.choice(TEXTS), self.random.choice(self.pool))
        self._keep(fragment)

    def _insert_fragment(self) -> None:
        fragments = [node for node in self.pool if isinstance(node, DocumentFragment)]
        if fragments:
            element = self._element()
            element.insertBefore(
                self.random.choice(fragments), self.random.choice([*element.childNodes, None])
            )

    def _neighbours(self) -> None:
        child = self._child()
        method = self.random.choice([child.before, child.after, child.replaceWith])
        candidates: list[Node | str] = [*self.pool, self._new(), "text"]
        method(*self.random.sample(candidates, 2))

    def _split_text(self) -> None:
        texts = [node for node in self.pool if isinstance(node, Text)]
        if texts:
            text = self.random.choice(texts)
            self._keep(text.splitText(self.random.randrange(text.length + 1)))

    def _normalize(self) -> None:
        self._element().normalize()

    def _set_markup(self) -> None:
        self._element().innerHTML = self.random.choice(MARKUP)

    def _replace_by_markup(self) -> None:
        element = self._element()
        where = self.random.choice(["beforebegin", "afterbegin", "beforeend", "afterend"])
        element.insertAdjacentHTML(where, self.random.choice(MARKUP))

    def _style(self) -> None:
        element = self._element()
        if isinstance(element, HTMLElement):
            element.style.color = self.random.choice(["red", "green", ""])
            element.classList.toggle(self.random.choice("ab"))
            element.dataset["key"] = self.random.choice(TEXTS)

    def _select_another(self) -> None:
        for control in self._controls("select")[-3:]:
            control.multiple = self.random.random() < 0.2
            control.selectedIndex = self.random.randrange(-1, 4)

    def _add_option(self) -> None:
        for control in self._controls("select")[-3:]:
            option = self.document.createElement("option", innerText=self.random.choice("xyz"))
            control.insertBefore(option, self.random.choice([*control.children, None]))

    def _tick(self) -> None:
        boxes = self._controls("input")
        if boxes:
            box = self.random.choice(boxes)
            box.checked = True
            self._keep(box)

    def _reset(self) -> None:
        """A form around some of the tree is reset."""
        form: Any = self.document.createElement("form")
        element = self._element()
        if element.parentElement is not None:
            element.replaceWith(form)
            form.append(element)
            form.reset()


def canonical(node: Node) -> Any:
    """What a viewer has to show for `node`."""
    if isinstance(node, Element):
        return [*_without_kids(node), [canonical(kid) for kid in node.childNodes]]
    return _character_data(node)


def peek(node: Node) -> Any:
    """`canonical`, without turning primary texts into nodes: looking must not change what is tested."""
    if not isinstance(node, Element):
        return _character_data(node)
    kids = node._kids
    if isinstance(kids, Blueprint):
        return [*_without_kids(node), [_peek_blueprint(part) for part in kids.kids]]
    below = [["#text", kids]] if isinstance(kids, str) else [peek(kid) for kid in kids or ()]
    return [*_without_kids(node), below]


def _peek_blueprint(part: Blueprint) -> Any:
    if not issubclass(part.interface, Element):
        return ["#text" if part.interface is Text else "#comment", part.data]
    below = [_peek_blueprint(kid) for kid in part.kids] or [["#text", part.data]] * (part.data is not None)
    return [
        part.tag if part.namespace == HTML else [part.namespace, part.tag],
        _sorted_attributes(part.attributes),
        [],
        [],
        below,
    ]


def replica_canonical(node: ReplicaNode) -> Any:
    """The same for a node of a replica."""
    if not node.is_element:
        return [node.tag, node.data]
    return [
        node.tag if node.namespace == HTML else [node.namespace, node.tag],
        _sorted_attributes(node.attributes),
        sorted(node.properties.items()),
        node.listeners,
        [replica_canonical(kid) for kid in node.kids],
    ]


def _character_data(node: Node) -> list[str]:
    assert isinstance(node, Text | Comment)
    return [node.nodeName, node.data]


def _without_kids(node: Element) -> list[Any]:
    return [
        node._tag if node._namespace == HTML else [node._namespace, node._tag],
        _sorted_attributes(node._attributes),
        sorted((node._properties or {}).items()),
        listener_specs(node),
    ]


def _sorted_attributes(attributes: dict[Any, str]) -> list[Any]:
    return sorted(
        ([key if isinstance(key, str) else list(key), value] for key, value in attributes.items()), key=str
    )
