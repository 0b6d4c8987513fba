"""What is more than a reflected attribute, against Chromium: the same programs on both sides must leave the same."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from domsync_jupyter.dom import Document, Element, names
from domsync_jupyter.dom.css_properties import SHORTHANDS
from domsync_jupyter.dom.element import make_element
from domsync_jupyter.dom.html import (
    HTMLInputElement,
    HTMLOptionElement,
    HTMLSelectElement,
    HTMLTableElement,
    interface_for,
)
from domsync_jupyter.errors import DOMException
from tests.faults import soak

SEED = 20240607
Step = list[Any]


@pytest.fixture(scope="module")
def blank_page(chromium: Browser) -> Iterator[Page]:
    """One page for all: these elements are never in its document."""
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


def make(document: Document, tag: str) -> Any:
    return make_element(document, names.HTML, tag, interface_for(names.HTML, tag))


def number(value: object) -> object:
    """Floats as JSON from JavaScript has them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def report(differences: list[str]) -> None:
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences[:20])


# Properties that are computed from attributes, alone and inherited

COMPUTED: dict[str, tuple[str, list[str], list[Any]]] = {
    "hidden": ("hidden", ["", "x", "until-found", "UNTIL-FOUND"], [True, False, None, "", "x", 0, 1, "until-found"]),
    "translate": ("translate", ["", "x", "yes", "NO", "no"], [True, False]),
    "draggable": ("draggable", ["", "x", "true", "FALSE", "auto"], [True, False]),
    "spellcheck": ("spellcheck", ["", "x", "true", "FALSE"], [True, False]),
    "writingSuggestions": ("writingsuggestions", ["", "x", "true", "FALSE"], ["true", "false", "x", ""]),
    "autocapitalize": (
        "autocapitalize",
        ["", "x", "on", "OFF", "none", "words", "sentences", "Characters"],
        ["", "x", "on", "off", "words"],
    ),
    "autocorrect": ("autocorrect", ["", "x", "on", "OFF"], [True, False]),
    "contentEditable": (
        "contenteditable",
        ["", "x", "true", "FALSE", "plaintext-only"],
        ["true", "False", "inherit", "x", "", "PLAINTEXT-only"],
    ),
    "tabIndex": ("tabindex", ["", "x", "3", "-2", " 4z", "99999999999"], [0, 5, -1, 2**31]),
}  # fmt: skip
TAGS = ["div", "a", "img", "input", "button", "area", "summary", "iframe", "select", "textarea", "label"]

COMPUTED_SCRIPT = """cases => cases.map(([tag, property, outer, attribute, text, how, value]) => {
    const parent = document.createElement("form");
    const element = document.createElement(tag);
    parent.appendChild(element);
    if (outer !== null) parent.setAttribute(attribute, outer);
    if (text !== null) element.setAttribute(attribute, text);
    if (tag === "a" && text) element.setAttribute("href", "x");
    try {
        if (how) element[property] = value;
    } catch (error) {
        return [error.name];
    }
    return [element[property], element.getAttribute(attribute)];
})"""

#: (tag, property) -> why Chromium's and Python's differ.
COMPUTED_DIFFERENCES: dict[tuple[str, str], str] = {}


def test_computed_properties_are_the_browsers(blank_page: Page) -> None:
    cases: list[list[Any]] = []
    for name, (attribute, texts, values) in COMPUTED.items():
        for tag, outer in itertools.product(TAGS, [None, *texts]):
            cases += [[tag, name, outer, attribute, text, False, None] for text in [None, *texts]]
            cases += [[tag, name, outer, attribute, None, True, value] for value in values]
    differences = []
    seen: set[tuple[str, str]] = set()
    for case, theirs in zip(cases, blank_page.evaluate(COMPUTED_SCRIPT, cases), strict=True):
        tag, name, outer, attribute, text, is_set, value = case
        document = Document()
        parent, element = make(document, "form"), make(document, tag)
        parent.appendChild(element)
        if outer is not None:
            parent.setAttribute(attribute, outer)
        if text is not None:
            element.setAttribute(attribute, text)
        if tag == "a" and text:
            element.setAttribute("href", "x")
        try:
            if is_set:
                setattr(element, name, value)
            ours = [getattr(element, name), element.getAttribute(attribute)]
        except DOMException as error:
            ours = [error.name]
        if ours != theirs:
            seen.add((tag, name))
            if (tag, name) not in COMPUTED_DIFFERENCES:
                differences.append(f"{case}: Chromium {theirs}, Python {ours}")
    report(differences)
    assert seen == set(COMPUTED_DIFFERENCES)


# Values of inputs

TYPES = [
    "text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number",
    "range", "color", "hidden", "checkbox", "radio", "file", "submit", "image", "reset", "button",
]  # fmt: skip
VALUES = [
    "", " a\r\nb\n ", "x", "5", " 5", "5.", ".5", "-.5e2", "1e400", "+5", "05", "1e3", "-0", "50.5", "1000", "2.5",
    "3.49",
    "2024-02-29", "2023-02-29", "0000-01-01", "275760-09-13", "275760-09-14", "12024-01-01", "2024-1-1",
    "2024-02",
    "2024-13",
    "2020-W53", "2021-W53", "2024-W00", "12:30", "12:30:00", "12:30:01.5", "12:30:01.500",
    "12:30:60", "24:00",
    "12:30:00.0", "2024-02-29T12:30", "2024-02-29 12:30:00", "2024-02-29T12:30:01.50", "2024-02-29t12:30",
    "2024-02-29 12:30:00.010", "#ABCDEF", "#abc", "#12345g", "red", "a@b, c@d ,e@f", " http://x/ ",
]  # fmt: skip
INPUT_SCRIPT = """cases => cases.map(([attributes, type, how, value]) => {
    const element = document.createElement("input");
    for (const [name, text] of attributes) element.setAttribute(name, text);
    element.setAttribute("type", type);
    try {
        if (how === "attribute") element.setAttribute("value", value);
        else if (how) element[how] = value;
    } catch (error) {
        return [error.name];
    }
    const number = element.valueAsNumber;
    return [element.value, element.getAttribute("value"), Number.isNaN(number) ? "NaN" : number];
})"""
#: Values of these types have no number in Python.
TIMES = {"date", "month", "week", "time", "datetime-local"}


def run_input(attributes: list[list[str]], kind: str, how: str, value: Any) -> list[Any]:
    element: HTMLInputElement = make(Document(), "input")
    for name, text in attributes:
        element.setAttribute(name, text)
    element.setAttribute("type", kind)
    try:
        if how == "attribute":
            element.setAttribute("value", value)
        elif how:
            setattr(element, how, value)
    except DOMException as error:
        return [error.name]
    as_number = element.valueAsNumber
    return [
        element.value,
        element.getAttribute("value"),
        "NaN" if math.isnan(as_number) else number(as_number),
    ]


def compare_inputs(page: Page, cases: list[list[Any]]) -> None:
    differences = []
    for case, theirs in zip(cases, page.evaluate(INPUT_SCRIPT, cases), strict=True):
        ours = run_input(*case)
        compared = 2 if case[1] in TIMES else 3
        if ours[:compared] != [number(item) for item in theirs][:compared]:
            differences.append(f"{case}: Chromium {theirs}, Python {ours}")
    report(differences)


def test_values_of_inputs_are_the_browsers(blank_page: Page) -> None:
    cases: list[list[Any]] = [
        [[], kind, how, value] for kind in TYPES for how in ("attribute", "value") for value in VALUES
    ]
    cases += [[[["multiple", ""]], "email", "value", value] for value in VALUES]
    cases += [
        [[], kind, "valueAsNumber", value]
        for kind in ("number", "range", "text")
        for value in (0, 5, -3, 1.5, 1e21, 1e-7)
    ]
    compare_inputs(blank_page, cases)


def test_sliders_stay_where_the_browsers_do(blank_page: Page) -> None:
    rng = random.Random(SEED)
    texts = ["", "0", "1", "10", "-5", "3", "7.5", "0.1", "x", "100", "-100", "33"]
    steps = ["", "1", "2", "3", "0.1", "0.25", "7", "any", "ANY", "0", "-1", "x", "40"]
    cases: list[list[Any]] = []
    for _ in range(600):
        attributes = [
            [name, rng.choice(steps if name == "step" else texts)]
            for name in ("min", "max", "step", "value")
            if rng.random() < 0.6
        ]
        cases.append([attributes, "range", rng.choice(["", "value"]), rng.choice(texts)])
    compare_inputs(blank_page, cases)


STEP_SCRIPT = """cases => cases.map(([attributes, type, value, method, count]) => {
    const element = document.createElement("input");
    for (const [name, text] of attributes) element.setAttribute(name, text);
    element.type = type;
    element.value = value;
    try { element[method](count); } catch (error) { return error.name; }
    return element.value;
})"""


def test_steps_are_the_browsers(blank_page: Page) -> None:
    rng = random.Random(SEED)
    texts = ["", "0", "1", "10", "-5", "3", "7.5", "100", "-100", "33"]
    steps = ["1", "2", "3", "0.5", "0.25", "7", "any", "0", "x"]
    cases: list[list[Any]] = []
    for _ in range(500):
        attributes = [
            [name, rng.choice(steps if name == "step" else texts)]
            for name in ("min", "max", "step", "value")
            if rng.random() < 0.5
        ]
        kind = rng.choice(["number", "number", "range", "text"])
        # Where the value is below the minimum, and where a slider has a value of its own, Chromium is off by one step.
        if kind == "range" or "min" in dict(attributes):
            attributes = [[name, text] for name, text in attributes if name not in ("value", "min")]
        count = rng.choice([1, 1, 2, 5, 0, -1])
        cases.append([attributes, kind, rng.choice(texts), rng.choice(["stepUp", "stepDown"]), count])
    differences = []
    for case, theirs in zip(cases, blank_page.evaluate(STEP_SCRIPT, cases), strict=True):
        attributes, kind, value, method, count = case
        element: HTMLInputElement = make(Document(), "input")
        for name, text in attributes:
            element.setAttribute(name, text)
        element.type = kind
        element.value = value
        try:
            getattr(element, method)(count)
            ours = element.value
        except DOMException as error:
            ours = error.name
        if ours != theirs:
            differences.append(f"{case}: Chromium {theirs!r}, Python {ours!r}")
    report(differences)


GAUGE_SCRIPT = """cases => cases.map(([tag, attributes]) => {
    const element = document.createElement(tag);
    for (const [name, text] of attributes) element.setAttribute(name, text);
    const names = tag === "meter" ? ["value", "min", "max", "low", "high", "optimum"] : ["value", "max", "position"];
    return names.map(name => element[name]);
})"""


def test_gauges_are_the_browsers(blank_page: Page) -> None:
    rng = random.Random(SEED)
    texts = ["", "0", "1", "0.5", "-1", "5", "x", "100", "1e2", "-3"]
    cases: list[list[Any]] = []
    for _ in range(400):
        chosen = [name for name in ("value", "min", "max", "low", "high", "optimum") if rng.random() < 0.6]
        cases.append([rng.choice(["meter", "progress"]), [[name, rng.choice(texts)] for name in chosen]])
    differences = []
    for case, theirs in zip(cases, blank_page.evaluate(GAUGE_SCRIPT, cases), strict=True):
        element = make(Document(), case[0])
        for name, text in case[1]:
            element.setAttribute(name, text)
        wanted = "value min max low high optimum" if case[0] == "meter" else "value max position"
        ours = [number(getattr(element, name)) for name in wanted.split()]
        if ours != [number(value) for value in theirs]:
            differences.append(f"{case}: Chromium {theirs}, Python {ours}")
    report(differences)


# Random programs on a select

SELECT_SCRIPT = """programs => programs.map(([attributes, steps]) => {
    const select = document.createElement("select");
    for (const [name, text] of attributes) select.setAttribute(name, text);
    const made = [];
    const option = ([value, marks]) => {
        const element = document.createElement("option");
        element.value = value;
        for (const mark of marks) element.setAttribute(mark, "");
        made.push(element);
        return element;
    };
    const states = [];
    for (const [op, ...args] of steps) {
        const at = index => select.options[index];
        if (op === "add") select.add(option(args[0]), args[1]);
        else if (op === "append") select.appendChild(option(args[0]));
        else if (op === "group") {
            const group = document.createElement("optgroup");
            if (args[1]) group.setAttribute("disabled", "");
            group.append(...args[0].map(option));
            select.insertBefore(group, args[2] ? select.firstChild : null);
        }
        else if (op === "into") {
            const group = select.querySelector("optgroup");
            if (group) group.insertBefore(option(args[0]), group.firstChild);
        }
        else if (op === "remove") select.remove(args[0]);
        else if (op === "drop") { const group = select.querySelector("optgroup"); if (group) group.remove(); }
        else if (op === "move") { if (at(args[0])) select.insertBefore(at(args[0]), select.firstChild); }
        else if (op === "index") select.selectedIndex = args[0];
        else if (op === "value") { if (select.length) select.value = args[0]; }
        else if (op === "selected") { if (at(args[0])) at(args[0]).selected = args[1]; }
        else if (op === "length") select.length = args[0];
        states.push([
            select.value, select.selectedIndex, [...select.selectedOptions].map(o => o.index), select.length,
            [...select.options].map(o => o.value),
        ]);
    }
    return states;
})"""


def select_program(rng: random.Random) -> list[Any]:
    """Attributes, and steps. No step follows another one's ``selected`` attribute that a person's choice overrides."""
    attributes = [[name, text] for name, text in (("multiple", ""), ("size", "3")) if rng.random() < 0.3]
    count = itertools.count()

    def option() -> list[Any]:
        marks = [mark for mark, chance in (("disabled", 0.2), ("selected", 0.15)) if rng.random() < chance]
        return [f"v{next(count)}", marks]

    def step() -> Step:
        match rng.randrange(12):
            case 0 | 1:
                return ["append", option()]
            case 2:
                return ["add", option(), rng.choice([None, 0, 1, 2, 9])]
            case 3:
                return [
                    "group",
                    [option() for _ in range(rng.randrange(3))],
                    rng.random() < 0.3,
                    rng.random() < 0.5,
                ]
            case 4:
                return ["remove", rng.randrange(5)]
            case 5:
                return ["index", rng.randrange(-1, 6)]
            case 6 | 7:
                return ["value", f"v{rng.randrange(8)}"]
            case 8:
                return ["selected", rng.randrange(5), rng.random() < 0.7]
            case 9:
                return ["length", rng.randrange(6)]
            case 10:
                return rng.choice([["into", option()], ["drop"]])
            case _:
                return ["move", rng.randrange(4)]

    return [attributes, [step() for _ in range(rng.randrange(1, 12))]]


def run_select(attributes: list[list[str]], steps: list[Step]) -> list[Any]:
    document = Document()
    select: HTMLSelectElement = make(document, "select")
    for name, text in attributes:
        select.setAttribute(name, text)

    def option(description: list[Any]) -> HTMLOptionElement:
        element: HTMLOptionElement = make(document, "option")
        element.value = description[0]
        for mark in description[1]:
            element.setAttribute(mark, "")
        return element

    def group_of() -> Any:
        return next((child for child in select.children if child.localName == "optgroup"), None)

    states = []
    for op, *args in steps:
        options = select.options
        match op:
            case "add":
                select.add(option(args[0]), args[1])
            case "append":
                select.appendChild(option(args[0]))
            case "group":
                group = make(document, "optgroup")
                if args[1]:
                    group.setAttribute("disabled", "")
                group.append(*map(option, args[0]))
                select.insertBefore(group, select.firstChild if args[2] else None)
            case "into":
                group = group_of()
                if group is not None:
                    group.insertBefore(option(args[0]), group.firstChild)
            case "remove":
                select.remove(args[0])
            case "drop":
                group = group_of()
                if group is not None:
                    group.remove()
            case "move":
                if args[0] < len(options):
                    select.insertBefore(options[args[0]], select.firstChild)
            case "index":
                select.selectedIndex = args[0]
            case "value":
                if select.length:  # otherwise it would wait for its option, in Python
                    select.value = args[0]
            case "selected":
                if args[0] < len(options):
                    options[args[0]].selected = args[1]
            case "length":
                select.length = args[0]
        states.append(
            [
                select.value,
                select.selectedIndex,
                [chosen.index for chosen in select.selectedOptions],
                select.length,
                [each.value for each in select.options],
            ]
        )
    return states


def test_selects_do_as_the_browsers(blank_page: Page) -> None:
    rng = random.Random(SEED)
    programs = [select_program(rng) for _ in range(soak.pick(300, 2_000))]
    differences = []
    for program, theirs in zip(programs, blank_page.evaluate(SELECT_SCRIPT, programs), strict=True):
        ours = run_select(*program)
        for at, (our, their) in enumerate(zip(ours, theirs, strict=True)):
            if our != their:
                differences.append(f"{program[0]} {program[1][: at + 1]}: Chromium {their}, Python {our}")
                break
    differences.sort(key=len)
    report(differences)


# Random programs on a table

TABLE_SCRIPT = """programs => programs.map(steps => {
    const table = document.createElement("table");
    const states = [];
    let count = 0;
    for (const [op, ...args] of steps) {
        let result = "";
        try {
            const pick = list => list[args[args.length - 1] % (list.length || 1)];
            if (["insertRow", "deleteRow"].includes(op) && args.length > 1) {
                const section = pick([...table.children].filter(child => /T(HEAD|BODY|FOOT)/.test(child.tagName)));
                if (section) section[op](args[0]);
            }
            else if (["insertCell", "deleteCell"].includes(op)) {
                const row = pick(table.rows);
                if (row) row[op](args[0]);
            }
            else if (op === "loose") table.append(document.createElement(args[0]));
            else if (op === "move") { const row = pick(table.rows); if (row) table.prepend(row); }
            else if (op === "set") table[args[0]] = args[1] === null ? null : document.createElement(args[1]);
            else table[op](...args);
        } catch (error) {
            result = error.name;
        }
        for (const row of table.rows) if (!row.id) row.id = "r" + count++;
        states.push([
            result, table.outerHTML,
            [...table.rows].map(
                row => [row.id, row.rowIndex, row.sectionRowIndex, [...row.cells].map(cell => cell.cellIndex)]),
            table.tBodies.length,
        ]);
    }
    return states;
})"""


def table_program(rng: random.Random) -> list[Step]:
    steps: list[Callable[[], Step]] = [
        lambda: ["insertRow", rng.randrange(-2, 5)],
        lambda: ["insertRow", -1],
        lambda: ["insertRow", rng.randrange(-1, 3), rng.randrange(4)],
        lambda: ["deleteRow", rng.randrange(-2, 4)],
        lambda: ["deleteRow", rng.randrange(-1, 2), rng.randrange(4)],
        lambda: ["insertCell", rng.randrange(-2, 3), rng.randrange(4)],
        lambda: ["deleteCell", rng.randrange(-2, 3), rng.randrange(4)],
        lambda: [rng.choice(["createTHead", "createTFoot", "createTBody", "createCaption"])],
        lambda: [rng.choice(["deleteTHead", "deleteTFoot", "deleteCaption"])],
        lambda: ["loose", rng.choice(["tr", "tbody", "colgroup", "thead", "tfoot", "caption"])],
        lambda: ["move", rng.randrange(4)],
        lambda: ["set", "tHead", rng.choice(["thead", "tfoot", None])],
        lambda: ["set", "tFoot", rng.choice(["tfoot", "thead", None])],
        lambda: ["set", "caption", rng.choice(["caption", None])],
    ]
    return [rng.choice(steps)() for _ in range(rng.randrange(1, 14))]


def run_table(steps: list[Step]) -> list[Any]:
    document = Document()
    table: HTMLTableElement = make(document, "table")
    states = []
    count = itertools.count()
    for op, *args in steps:
        result = ""

        def pick(items: Any, at: Any = args[-1] if args else 0) -> Any:
            return items[at % len(items)] if items else None

        try:
            if op in ("insertRow", "deleteRow") and len(args) > 1:
                section = pick(
                    [child for child in table.children if child.localName in ("thead", "tbody", "tfoot")]
                )
                if section is not None:
                    getattr(section, op)(args[0])
            elif op in ("insertCell", "deleteCell"):
                row = pick(table.rows)
                if row is not None:
                    getattr(row, op)(args[0])
            elif op == "loose":
                table.append(make(document, args[0]))
            elif op == "move":
                row = pick(table.rows)
                if row is not None:
                    table.prepend(row)
            elif op == "set":
                setattr(table, args[0], None if args[1] is None else make(document, args[1]))
            else:
                getattr(table, op)(*args)
        except DOMException as error:
            result = error.name
        for row in table.rows:
            if not row.id:
                row.id = f"r{next(count)}"
        states.append(
            [
                result,
                outer_html(table),
                [
                    [row.id, row.rowIndex, row.sectionRowIndex, [c.cellIndex for c in row.cells]]
                    for row in table.rows
                ],
                len(table.tBodies),
            ]
        )
    return states


def outer_html(element: Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.attributes.items())
    content = "".join(map(outer_html, element.children))
    end = "" if element.localName == "col" else f"</{element.localName}>"
    return f"<{element.localName}{attributes}>{content}{end}"


def test_tables_do_as_the_browsers(blank_page: Page) -> None:
    rng = random.Random(SEED)
    programs = [table_program(rng) for _ in range(600)]
    differences = []
    for program, theirs in zip(programs, blank_page.evaluate(TABLE_SCRIPT, programs), strict=True):
        for at, (our, their) in enumerate(zip(run_table(program), theirs, strict=True)):
            if our != their:
                differences.append(f"{program[: at + 1]}: Chromium {their}, Python {our}")
                break
    differences.sort(key=len)
    report(differences)


# Random programs on token lists and dataset

TOKEN_SCRIPT = """programs => programs.map(([start, steps]) => {
    const element = document.createElement("p");
    if (start !== null) element.setAttribute("class", start);
    return steps.map(([method, ...args]) => {
        let result;
        try { result = element.classList[method](...args); } catch (error) { result = error.name; }
        return [result === undefined ? null : result, element.getAttribute("class"), element.classList.length];
    });
})"""


def test_token_lists_do_as_the_browsers(blank_page: Page) -> None:
    rng = random.Random(SEED)
    tokens = ["a", "b", "c", "é", "A", "", " ", "a b", "\x0b", "\xa0x", "a\tb"]
    starts = [None, "", " ", "a", " b  a b ", "a\tb\n c", "\xa0x a"]

    def step() -> Step:
        method = rng.choice(["add", "remove", "toggle", "replace", "contains", "item"])
        match method:
            case "add" | "remove":
                # Without any token, Chromium's add() makes an empty attribute; in the standard it does nothing.
                return [method, *(rng.choice(tokens) for _ in range(rng.randrange(1, 3)))]
            case "toggle":
                return [method, rng.choice(tokens), *rng.choice([[], [True], [False]])]
            case "replace":
                return [method, rng.choice(tokens), rng.choice(tokens)]
            case "item":
                return [method, rng.randrange(4)]
        return [method, rng.choice(tokens)]

    programs: list[list[Any]] = [[rng.choice(starts), [step() for _ in range(8)]] for _ in range(1500)]
    differences = []
    for program, theirs in zip(programs, blank_page.evaluate(TOKEN_SCRIPT, programs), strict=True):
        element = make(Document(), "p")
        if program[0] is not None:
            element.setAttribute("class", program[0])
        for (method, *args), their in zip(program[1], theirs, strict=True):
            try:
                result = getattr(element.classList, method)(*args)
            except DOMException as error:
                result = error.name
            ours = [result, element.getAttribute("class"), len(element.classList)]
            if ours != their:
                differences.append(f"{program} at {method} {args}: Chromium {their}, Python {ours}")
                break
    report(differences)


DATASET_SCRIPT = """cases => cases.map(([attribute, name]) => {
    const element = document.createElement("p");
    try {
        if (attribute !== null) element.setAttribute(attribute, "1");
        if (name !== null) element.dataset[name] = "2";
    } catch (error) {
        return error.name;
    }
    return [{...element.dataset}, [...element.attributes].map(a => a.name)];
})"""


def test_dataset_does_as_the_browsers(blank_page: Page) -> None:
    attributes = [
        "data-",
        "data-a",
        "data-a-b",
        "data--a",
        "data-a-",
        "data-a-1",
        "data-aB",
        "data-é",
        "data-a--b",
        "aria-x",
    ]
    set_names = ["", "a", "aB", "AB", "a-b", "a-B", "a-", "-", "a-1", "aBC", "é", "É", "a b", "a.b"]
    cases: list[list[Any]] = [[attribute, None] for attribute in attributes]
    cases += [[None, name] for name in set_names]
    differences = []
    for case, theirs in zip(cases, blank_page.evaluate(DATASET_SCRIPT, cases), strict=True):
        element = make(Document(), "p")
        try:
            if case[0] is not None:
                element.setAttribute(case[0], "1")
            if case[1] is not None:
                element.dataset[case[1]] = "2"
            ours: Any = [dict(element.dataset), list(element.attributes)]
        except DOMException as error:
            ours = error.name
        if ours != theirs:
            differences.append(f"{case}: Chromium {theirs}, Python {ours}")
    report(differences)


# Random programs on style

STYLE_SCRIPT = """cases => cases.map(([start, steps, text]) => {
    const element = document.createElement("p"), other = document.createElement("p");
    if (start !== null) element.setAttribute("style", start);
    for (const [name, value, priority] of steps) {
        if (value === null) element.style.removeProperty(name);
        else element.style.setProperty(name, value, priority);
    }
    if (text !== null) other.setAttribute("style", text);
    const read = style => Object.fromEntries([...style].sort().map(
        name => [name, style.getPropertyValue(name) + " " + style.getPropertyPriority(name)]));
    return [read(element.style), read(other.style)];
})"""


def test_declarations_mean_what_the_browsers_do(blank_page: Page) -> None:
    """The attribute that Python writes has the same meaning as what the browser has after the same calls."""
    rng = random.Random(SEED)
    pool: dict[str, list[str]] = {
        "margin": ["1px", "2px 3px"], "margin-top": ["5px", "0px"], "margin-left": ["6px"], "padding": ["4px"],
        "border": ["1px solid red"], "border-top": ["2px dashed blue"], "border-color": ["green"],
        "border-top-color": ["teal"], "border-width": ["7px"], "background": ["red", "none"],
        "background-color": ["blue", "rgb(1, 2, 3)"], "color": ["red", "var(--x, {a:b})"],
        "--x": ["1", " a  b ", "{a:b} c"],
        "--X": ["2"], "font": ["12px serif"], "font-size": ["10px"], "line-height": ["2"], "flex": ["1 2 3px"],
        "flex-grow": ["4"], "gap": ["1px"], "row-gap": ["2px"], "inset": ["1px"], "top": ["2px"],
        "overflow": ["hidden"],
        "overflow-x": ["scroll"], "grid-area": ["1 / 2 / 3 / 4"], "grid-row": ["2 / 3"], "COLOR": ["lime"],
        "width": ["calc(1px + (2px * 3))", "10%"], "content": ["'a;b\\'c'", '"}"'], "all": ["unset"],
        "background-image": ["url(data:image/png;base64,AA==)", "url('a)b')"], "z-index": ["3"],
    }  # fmt: skip
    assert SHORTHANDS.keys() & pool.keys()
    starts = [
        None, "", "color: red", "COLOR:RED !IMPORTANT; color: blue;", "margin-top: 1px; margin: 2px; color: red",
        "x; color: red; 5px; --a:b; --A: c", "/* c */ color /**/ : /**/ red ; ; width: 1px /* x */",
        "color: red; .x { color: blue } width: 5px", "background: url(x;y); color: 'red'; top: 1px",
        "color: red; top: (1px",
    ]  # fmt: skip
    cases: list[list[Any]] = []
    for _ in range(1500):
        steps: list[Step] = []
        start = rng.choice(starts)
        element = make(Document(), "p")
        if start is not None:
            element.setAttribute("style", start)
        for _ in range(rng.randrange(7)):
            name = rng.choice(list(pool))
            value = None if rng.random() < 0.15 else rng.choice(pool[name])
            # What is part of a shorthand cannot be taken out of it in Python, nor be made less important.
            if value is None and any(_covers(other, name) for other in element.style):
                continue
            priority = "important" if name in ("color", "width", "--x") and rng.random() < 0.3 else ""
            steps.append([name, value, priority])
            if value is None:
                element.style.removeProperty(name)
            else:
                element.style.setProperty(name, value, priority)
        cases.append([start, steps, element.getAttribute("style")])
    differences = [
        f"{case}: Chromium {json.dumps(theirs)}, with Python's text {json.dumps(ours)}"
        for case, (theirs, ours) in zip(cases, blank_page.evaluate(STYLE_SCRIPT, cases), strict=True)
        if ours != theirs
    ]
    differences.sort(key=len)
    report(differences)


def _covers(shorthand: str, name: str) -> bool:
    if shorthand == "all":
        return not name.startswith("--")
    parts = set(SHORTHANDS.get(name, name).split())
    return bool(parts & set(SHORTHANDS.get(shorthand, "").split())) and shorthand != name


@pytest.mark.parametrize(
    "value", ["red; top: 1px", "red !important", "a {} top: 1px", "'a", "(", "red}", "/*", "\\", "url("]
)
def test_what_python_refuses_as_a_value_the_browser_ignores(blank_page: Page, value: str) -> None:
    text = blank_page.evaluate(
        "v => { const p = document.createElement('p'); p.style.color = v; return p.style.cssText }", value
    )
    with pytest.raises(DOMException, match="cannot be the value"):
        make(Document(), "p").style.color = value
    assert text == ""
