"""The browser is the oracle: the same random programs over the whole API, in Python and in Chromium.

A program is a list of calls on a pool of nodes. It is made while it runs in Python; then the page runs the
same list on a DOM of its own. Each call must have the same outcome - the same value, the same node, or an error of the
same name - and the trees must be equal afterwards.
"""

from __future__ import annotations

import os
import random
import warnings
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from domsync_jupyter import Document, DOMException, Element, Node, Text
from domsync_jupyter.dom import Comment, DocumentFragment
from domsync_jupyter.dom.names import HTML, MATHML, SVG, XLINK
from tests.faults import soak

PROGRAMS = int(os.environ.get("DOMSYNC_ORACLE_PROGRAMS", soak.pick(80, 1_000)))
STEPS = 200
BATCH = 20

TAGS = [
    "div",
    "p",
    "span",
    "td",
    "tr",
    "table",
    "ul",
    "li",
    "input",
    "a",
    "select",
    "option",
    "x-y",
    "DIV",
    "br",
    "pre",
]
BAD_TAGS = ["", "1", "a b", "-x", "a>b", "\u00e9", "a:b", "_x"]
ATTRIBUTES = [
    "class",
    "title",
    "data-a",
    "Id",
    "STYLE",
    "hidden",
    "aria-label",
    "lang",
    "1",
    "a:b",
    "x\u00e9",
]
BAD_ATTRIBUTES = ["", "a b", "a=b", "a/b"]
TEXTS = ["", "a", " b ", "<i>&amp;", "x\ny", "\U0001f600", "\u00a0", '"q"', "a b  a c", "<!-- -->"]
NAMESPACES = [None, HTML, SVG, MATHML, XLINK, "urn:x", "http://www.w3.org/2000/xmlns/"]
QUALIFIED = [
    "a",
    "svg",
    "x:href",
    "xlink:href",
    "xml:lang",
    "xmlns",
    "xmlns:x",
    "p:q",
    "a:b:c",
    ":a",
    "a:",
    "foreignObject",
]
WHERE = ["beforebegin", "afterbegin", "beforeend", "afterend", "BeforeEnd", "nowhere"]
MARKUP = [
    "", "text", "<b>x</b>", "<p>a<p>b", "<table><tr><td>1", "<li>a<li>b", "<svg><path d=M0/><g><a></svg>t",
    "a &amp; b &lt;", "<i title='&quot;<'><!--c--></i>", "<td>cell", "<option>1<option selected>2",
    "<div><span></div>x",
    "<a><a>", "<b><i></b>x</i>", "<math><mi>x</mi></math>", "<textarea>\n a</textarea>", "<x-y a=1 a=2 B>",
]  # fmt: skip
# Chromium joins a text at an end of what outerHTML is set to with the text next to it; the standard does not.
ELEMENTS = [markup for markup in MARKUP if markup.startswith("<") and markup.endswith(">")]
SELECTORS = [
    "*", "div", "p", ".a", ".b.a", "#a", "[title]", "[data-a='a']", "div > *", "p, span", "li + li", "li ~ li",
    ":first-child", ":not(div)", ":nth-child(2n+1)", ":empty", "[class~=b]", "[title^=a]", "[title*='q']", "svg path",
    "div:has(> p)", ":is(p, td)", "td:last-of-type", ":scope > p", "p:", "!", "", "[a=", "x-y",
]  # fmt: skip
SEVERAL = ["append", "prepend", "before", "after", "replaceWith", "replaceChildren"]


@dataclass
class Program:
    """One random program, and what came of it in Python."""

    seed: int
    document: Document = field(default_factory=lambda: Document(allow_unsafe=True))
    calls: list[list[Any]] = field(default_factory=list)
    outcomes: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.pool: list[Any] = [self.document.getRootElement()]
        self.document.getRootElement().removeAttribute("id")
        for _ in range(STEPS):
            self.step()

    def step(self) -> None:
        kinds = [
            self.create,
            self.create,
            self.insert,
            self.insert,
            self.insert,
            self.read,
            self.attribute,
            self.text,
            self.markup,
        ]
        self.random.choice(kinds)()

    # Kinds of calls

    def create(self) -> None:
        pick = self.random.choice
        match self.random.randrange(6):
            case 0 | 1 | 2:
                self.call("document", "createElement", pick(TAGS * 3 + BAD_TAGS))
            case 3:
                namespace, name = pick(NAMESPACES), pick(TAGS + QUALIFIED)
                if namespace == HTML:
                    name = name.rpartition(":")[2] or "div"  # an HTML element has no prefix here
                elif name == "DIV":
                    name = "d"  # to Chromium a selector's div is any DIV
                self.call("document", "createElementNS", namespace, name)
            case 4:
                self.call("document", pick(["createTextNode", "createComment"]), pick(TEXTS))
            case 5:
                self.call("document", "createDocumentFragment")

    def insert(self) -> None:
        pick, target = self.random.choice, self.parent()
        kids = [kid for kid in target.childNodes if any(kid is known for known in self.pool)]
        near = pick([*kids, None]) if self.random.random() < 0.8 else self.loose()
        child = pick(kids or [None]) or self.loose()
        several = [pick([self.loose(), self.loose(), pick(TEXTS)]) for _ in range(self.random.randrange(4))]
        match self.random.randrange(14):
            case 0 | 1 | 2:
                self.call(target, "appendChild", self.loose())
            case 3 | 4:
                self.call(target, "insertBefore", self.loose(), near)
            case 5:
                self.call(target, "removeChild", child)
            case 6:
                self.call(target, "replaceChild", self.loose(), child)
            case 7:
                self.call(target, pick(["append", "prepend", "replaceChildren"]), *several)
            case 8 | 9:
                self.call(self.inner(), pick(["before", "after", "replaceWith"]), *several)
            case 10:
                self.call(self.inner(), "remove")
            case 11:
                self.call(self.node(), "cloneNode", pick([True, False]))
                self.call(self.node(), "normalize")
            case 12:
                element, other = self.element(), self.element()
                if self.pool[0] in (element, other):
                    return
                if self.random.random() < 0.5:
                    self.call(element, "insertAdjacentElement", pick(WHERE), other)
                else:
                    self.call(element, "insertAdjacentText", pick(WHERE), pick(TEXTS))
            case 13:
                self.call(target, "moveBefore", self.inner(), near)

    def read(self) -> None:
        pick, node = self.random.choice, self.node()
        match self.random.randrange(5):
            case 0 | 1:
                names = [
                    "firstChild", "lastChild", "nextSibling", "previousSibling", "parentNode", "parentElement",
                    "childNodes",
                    "nodeType", "nodeName", "nodeValue", "textContent", "isConnected",
                ]  # fmt: skip
                if isinstance(node, Element | DocumentFragment):
                    names += ["firstElementChild", "lastElementChild", "childElementCount", "children"]
                if isinstance(node, Element):
                    names += [
                        "tagName",
                        "localName",
                        "prefix",
                        "namespaceURI",
                        "id",
                        "innerHTML",
                        "outerHTML",
                    ]
                if isinstance(node, Element | Text | Comment):
                    names += ["nextElementSibling", "previousElementSibling"]
                if isinstance(node, Text | Comment):
                    names += ["data", "length"]
                if isinstance(node, Text):
                    names += ["wholeText"]
                self.get(node, pick(names))
            case 2:
                method = pick(
                    ["contains", "isEqualNode", "isSameNode", "hasChildNodes", "compareDocumentPosition"]
                )
                self.call(node, method, *([] if method == "hasChildNodes" else [self.node()]))
            case 3:
                if isinstance(node, Element | DocumentFragment):
                    self.call(node, pick(["querySelector", "querySelectorAll"]), pick(SELECTORS))
            case 4:
                if isinstance(node, Element):
                    method = pick(["matches", "closest", "getElementsByClassName", "getElementsByTagName"])
                    argument = (
                        pick(SELECTORS)
                        if method in ("matches", "closest")
                        else pick(["a", "b a", "div", "*", "p", "svg"])
                    )
                    self.call(node, method, argument)

    def attribute(self) -> None:
        pick, element = self.random.choice, self.element()
        name, value = pick(ATTRIBUTES * 3 + BAD_ATTRIBUTES), pick(TEXTS)
        namespace, qualified = pick(NAMESPACES), pick(QUALIFIED)
        match self.random.randrange(12):
            case 0 | 1 | 2:
                self.call(element, "setAttribute", name, value)
            case 3:
                self.call(element, pick(["getAttribute", "hasAttribute", "removeAttribute"]), name)
            case 4:
                self.call(element, "toggleAttribute", name, *pick([[], [True], [False]]))
            case 5:
                self.call(element, "setAttributeNS", namespace, qualified, value)
            case 6:
                self.call(
                    element,
                    pick(["getAttributeNS", "hasAttributeNS", "removeAttributeNS"]),
                    namespace,
                    qualified,
                )
            case 7:
                self.call(element, pick(["getAttributeNames", "hasAttributes"]))
            case 8:
                self.set(
                    element, pick(["id", "className"] if element.namespaceURI == HTML else ["id"]), value
                )
            case 9 | 10:
                method = pick(["add", "remove", "toggle", "contains", "replace"])
                tokens = [pick(["a", "b", "c", "", "x y"]) for _ in range(2 if method == "replace" else 1)]
                self.call(element, "classList." + method, *tokens)
            case 11:
                self.get(element, pick(["classList.length", "classList.value"]))

    def text(self) -> None:
        pick, node = self.random.choice, self.node()
        if isinstance(node, Text | Comment) and self.random.random() < 0.8:
            offset, count = self.random.randrange(4), self.random.randrange(4)
            match self.random.randrange(7):
                case 0:
                    self.set(node, pick(["data", "nodeValue", "textContent"]), pick(TEXTS))
                case 1:
                    self.call(node, "appendData", pick(TEXTS))
                case 2 if node.data.isascii():
                    self.call(node, "insertData", offset, pick(TEXTS))
                case 3 if node.data.isascii():
                    self.call(node, "deleteData", offset, count)
                case 4 if node.data.isascii():
                    self.call(node, "replaceData", offset, count, pick(TEXTS))
                case 5 if node.data.isascii():
                    self.call(node, "substringData", offset, count)
                case 6 if node.data.isascii() and isinstance(node, Text):
                    self.call(node, "splitText", offset)
            return
        data = pick(TEXTS)
        if node.textContent == data and len(node.childNodes) == 1:
            return  # In a document without a window, Chromium keeps a text that is equal; elsewhere it does not.
        self.set(node, "textContent", data)

    def markup(self) -> None:
        pick, element = self.random.choice, self.element()
        # Elsewhere Chromium parses by rules of its own.
        if not (is_context(element) and is_context(element.parentNode)):
            return
        if getattr(element.parentNode, "localName", "") == "textarea":
            return  # all markup is text there: see ELEMENTS
        match self.random.randrange(5):
            case 0 | 1:
                self.set(element, "innerHTML", pick(MARKUP))
            case 2:
                if element is not self.pool[0]:
                    self.set(element, "outerHTML", pick(ELEMENTS))
            case 3:
                if element is not self.pool[0]:
                    self.call(element, "insertAdjacentHTML", pick(WHERE), pick(MARKUP))
            case 4:
                if element.namespaceURI == HTML:
                    self.set(element, "innerText", pick(TEXTS))

    # Operands

    def node(self) -> Any:
        return self.random.choice(self.pool)

    def loose(self) -> Any:
        return self.random.choice(self.pool[1:] or [self.any_text()])

    def inner(self) -> Any:
        return self.random.choice(
            [n for n in self.pool[1:] if not isinstance(n, DocumentFragment)] or [self.any_text()]
        )

    def any_text(self) -> Any:
        self.call("document", "createTextNode", "t")
        return self.pool[-1]

    def element(self) -> Any:
        return self.random.choice([n for n in self.pool if isinstance(n, Element)])

    def parent(self) -> Any:
        return self.random.choice([n for n in self.pool if isinstance(n, Element | DocumentFragment)])

    # Running

    def call(self, target: Any, method: str, *arguments: Any) -> None:
        if method in SEVERAL and any(
            isinstance(a, DocumentFragment) and a.contains(target) for a in arguments
        ):
            return  # Chromium lets a fragment be put into itself, if that is empty or done by these.
        self.calls.append(["call", self.encode(target), method, [self.encode(a) for a in arguments]])
        self.run(lambda: self.member(target, method)(*arguments))
        if len(arguments) > 1 and method in SEVERAL and self.outcomes[-1][0] == "error":
            # In browsers the first nodes have left their places by then; here an error changes nothing.
            del self.calls[-1], self.outcomes[-1]

    def get(self, target: Any, name: str) -> None:
        self.calls.append(["get", self.encode(target), name, []])
        self.run(lambda: self.member(target, name))

    def set(self, target: Any, name: str, value: Any) -> None:
        self.calls.append(["set", self.encode(target), name, [value]])
        self.run(lambda: setattr(target, name, value))

    def member(self, target: Any, path: str) -> Any:
        thing = self.document if target == "document" else target
        for name in path.split("."):
            thing = getattr(thing, name)
        return thing

    def run(self, function: Any) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = function()
        except DOMException as error:
            self.outcomes.append(["error", error.name])
        except TypeError:
            self.outcomes.append(["error", "TypeError"])
        else:
            last = self.calls[-1]
            if last[2] == "compareDocumentPosition" and value & 1:
                value = 1
            self.outcomes.append(["value", self.encode(value)])

    def encode(self, value: Any) -> Any:
        if value is self.document:
            return {"node": -1}
        if isinstance(value, Node):
            for index, known in enumerate(self.pool):
                if known is value:
                    return {"node": index}
            self.pool.append(value)
            return {"node": len(self.pool) - 1}
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        return value

    def tree(self) -> Any:
        return [dump(node) for node in self.pool if node.parentNode in (None, self.document)]


def is_context(node: Any) -> bool:
    if not isinstance(node, Element) or node.namespaceURI == HTML:
        return True
    return (node.namespaceURI, node.localName) in ((SVG, "svg"), (SVG, "g"), (MATHML, "math"), (MATHML, "mi"))


def dump(node: Any) -> Any:
    if isinstance(node, Text | Comment):
        return [node.nodeName, node.data]
    kids = [dump(kid) for kid in node.childNodes]
    if isinstance(node, DocumentFragment):
        return ["#document-fragment", kids]
    attributes = [
        [key[0] if isinstance(key, tuple) else None, key[1] if isinstance(key, tuple) else key, value]
        for key, value in node._attributes.items()
    ]
    return [node.namespaceURI, node._tag, attributes, kids]


RUN = """([calls]) => {
    // As here, the root element is all that is in the document.
    const own = document.implementation.createHTMLDocument("");
    const pool = [own.createElement("div")];
    while (own.firstChild) own.firstChild.remove();
    own.append(pool[0]);
    const ids = new Map([[pool[0], 0]]);
    const outside = new Set([own]);
    const encode = (value) => {
        if (value === undefined || value === null) return null;
        if (outside.has(value)) return { node: -1 };
        if (value instanceof Node) {
            if (!ids.has(value)) { ids.set(value, pool.length); pool.push(value); }
            return { node: ids.get(value) };
        }
        if (typeof value === "object" && typeof value.length === "number") return Array.from(value, encode);
        return value;
    };
    const decode = (value) => (value !== null && typeof value === "object" ? pool[value.node] : value);
    const outcomes = calls.map(([kind, target, path, args]) => {
        let thing = target === "document" ? own : decode(target);
        const names = path.split("."), last = names.pop();
        try {
            for (const name of names) thing = thing[name];
            let value;
            if (kind === "set") thing[last] = args[0];
            else if (kind === "get") value = thing[last];
            else value = thing[last](...args.map(decode));
            if (last === "compareDocumentPosition" && value & 1) value = 1;
            return ["value", encode(value)];
        } catch (error) {
            return ["error", error.name];
        }
    });
    const dump = (node) => {
        if (node.nodeType === 3 || node.nodeType === 8) return [node.nodeName, node.data];
        const kids = Array.from(node.childNodes, dump);
        if (node.nodeType === 11) return ["#document-fragment", kids];
        const attributes = Array.from(node.attributes, (a) => [a.namespaceURI, a.name, a.value]);
        return [node.namespaceURI, node.prefix ? node.prefix + ":" + node.localName : node.localName, attributes, kids];
    };
    const tops = pool.filter((node) => node.parentNode === null || outside.has(node.parentNode));
    return [outcomes, tops.map(dump)];
}"""


def difference(program: Program, outcomes: list[Any], tree: Any) -> str | None:
    for index, (call, mine, theirs) in enumerate(zip(program.calls, program.outcomes, outcomes, strict=True)):
        if mine != theirs:
            return f"seed {program.seed}, call {index} {call}: here {mine}, in the browser {theirs}"
    if program.tree() != tree:
        return f"seed {program.seed}: trees differ:\n{program.tree()}\n{tree}"
    return None


@pytest.mark.timeout(900)
def test_random_programs_do_the_same_in_the_browser(page: Page) -> None:
    first = int(os.environ.get("DOMSYNC_SEED", random.randrange(2**31)))
    print("first seed:", first)
    page.goto("about:blank")
    found: list[str] = []
    for seed in range(first, first + PROGRAMS):
        program = Program(seed)
        outcomes, tree = page.evaluate(RUN, [program.calls])
        different = difference(program, outcomes, tree)
        if different is not None:
            found.append(different)
    assert not found, "\n".join(found[:20])
