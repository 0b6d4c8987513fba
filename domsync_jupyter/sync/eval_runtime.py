"""What an eval client keeps in ``window.__domsync__``: JavaScript, the same for every document.

The value of `RUNTIME` is an expression: a function of the ``id`` of the root element, which empties that element and
returns the map from our numbers to nodes. Statements of frames call DOM methods on the nodes, and these methods
of the map where one DOM call is not enough. What it does is what `js/src/` does for pages of ``domsync.v1``, without
their numbering of frames: see "Ops" and "Events" in `docs/protocol.md`.

Nothing is ever put into this text: it has no placeholders.
"""

from __future__ import annotations

from typing import Final

__all__ = ["RUNTIME"]

RUNTIME: Final = r"""(function (rootId) {
  "use strict";
  const before = window.__domsync__;
  if (before && before.stop) before.stop();
  const root = before && before[1] && before[1].isConnected ? before[1] : document.getElementById(rootId);
  if (!root) throw new Error("domsync: there is no element with the id " + JSON.stringify(rootId));
  const numbers = new WeakMap();    // node -> its number
  const listeners = new WeakMap();  // element -> [type, flags, getter, path, fields, keys], ...
  const controllers = new WeakMap(); // element -> the AbortController of its listeners
  const reported = new WeakSet();   // DOM events
  const owned = new WeakMap();      // control -> seq of the message that reports its state
  const unsent = new Set();         // controls whose state is not reported yet
  const life = new AbortController();
  const usual = ("detail clientX clientY offsetX offsetY button buttons ctrlKey shiftKey altKey metaKey deltaX deltaY" +
    " deltaMode pointerId pointerType pressure key code repeat data inputType isComposing").split(" ");
  let sent = 0;
  let seen = 0;

  function scalar(value) {
    return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value) ? value : null;
  }

  function read(path, element, event) {
    const walk = (steps) => steps.slice(1).reduce(
      (object, step) => object[Array.isArray(step) ? walk(step) : step], steps[0] === "event" ? event : element);
    try { return scalar(walk(path)); } catch (error) { return null; }
  }

  function stateOf(control) {
    switch (control.localName) {
      case "select":
        return control.multiple
          ? ["selectedOptions", Array.from(control.selectedOptions, (option) => option.index)]
          : ["selectedIndex", control.selectedIndex];
      case "details": case "dialog": return ["open", control.open];
      case "textarea": return ["value", control.value];
      case "input":
        if (control.type === "file") return null;
        return control.type === "checkbox" || control.type === "radio"
          ? ["checked", control.checked] : ["value", control.value];
      default: return null;
    }
  }

  function touch(control) {
    if (!numbers.has(control) || !stateOf(control)) return;
    unsent.add(control);
    owned.set(control, Infinity);
  }

  function touched(event) {
    const control = event.composedPath()[0];
    touch(control);
    if (control.type === "radio" && control.name) {
      for (const other of root.querySelectorAll("input[type=radio]")) {
        if (other.name === control.name && other.form === control.form) touch(other);
      }
    }
  }

  function post(message) {
    sent += 1;
    const edits = [];
    for (const control of unsent) {
      owned.set(control, sent);
      if (numbers.has(control)) edits.push(numbers.get(control), ...stateOf(control));
    }
    unsent.clear();
    ws_send({ domsync: true, ...message, seq: sent, edits });
  }

  function report(event, listening) {
    if (reported.has(event)) return;  // Python calls all listeners that the event reaches.
    reported.add(event);
    const path = event.composedPath().filter((node) => node.nodeType === 1 && numbers.has(node));
    const target = path[0];
    const values = [];
    const fields = { bubbles: event.bubbles };
    let value = null;
    for (const name of usual) if (name in event) fields[name] = scalar(event[name]);
    if (typeof target.value === "string") fields.value = target.value;
    if (target.type === "checkbox" || target.type === "radio") fields.checked = target.checked;
    for (const element of path) {
      for (const [type, , getter, steps, wanted] of listeners.get(element) || []) {
        if (type !== event.type) continue;
        for (const [name, fieldSteps] of wanted) fields[name] = read(fieldSteps, element, event);
        if (!getter) continue;
        const found = read(steps, element, event);
        if (element === listening && value === null) value = found;
        values.push(numbers.get(element), getter, found);
      }
    }
    touch(target);
    post({ event: event.type, id: listening.id, value, node: numbers.get(target), fields, values });
  }

  function forget(top) {
    const number = numbers.get(top);
    if (number !== undefined) {
      delete nodes[number];
      numbers.delete(top);
      unsent.delete(top);
    }
    for (let child = top.firstChild; child; child = child.nextSibling) forget(child);
  }

  const nodes = Object.create({
    add(number, node) {
      nodes[number] = node;
      numbers.set(node, number);
      return node;
    },
    // The primary text of an element has its number, negated, from the moment somebody asks for it.
    text(number) {
      if (nodes[number]) return nodes[number];
      const owner = nodes[-number];
      const first = owner.firstChild;
      const text = first && first.nodeType === 3 && !numbers.has(first) ? first : new Text();
      if (text !== first) owner.insertBefore(text, first);
      return nodes.add(number, text);
    },
    setText(number, data) {
      const node = nodes[number];
      if (node.nodeType !== 1) {
        if (node.data !== data) node.data = data;
        return;
      }
      const named = nodes[-number];
      const first = node.firstChild;
      const text = named && named.parentNode === node ? named
        : !named && first && first.nodeType === 3 && !numbers.has(first) ? first : null;
      if (data === "" || !text) {
        nodes.clear(number);
        if (data !== "") node.append(data);
        return;
      }
      for (const child of [...node.childNodes]) {
        if (child !== text) { forget(child); child.remove(); }
      }
      if (text.data !== data) text.data = data;
    },
    move(parent, before, moved) {
      for (const node of moved) {
        if (parent.moveBefore && parent.isConnected && node.isConnected) parent.moveBefore(node, before);
        else parent.insertBefore(node, before);
      }
    },
    remove(removed) {
      for (const node of removed) { forget(node); node.remove(); }
    },
    clear(number) {
      const parent = nodes[number];
      for (let child = parent.firstChild; child; child = child.nextSibling) forget(child);
      parent.textContent = "";
    },
    // What a person does to a control counts until Python has processed the message that says so.
    seen(seq) { seen = seq; },
    set(number, name, value) {
      const node = nodes[number];
      const isState = ["value", "checked", "selectedIndex", "selectedOptions", "open"].includes(name);
      if (isState && owned.get(node) > seen) return;
      if (name === "selectedOptions") {
        for (const option of node.options) option.selected = value.includes(option.index);
        return;
      }
      if (node[name] === value || (name === "value" && node.type === "file")) return;
      const focused = name === "value" && document.activeElement === node && typeof node.selectionStart === "number";
      const selection = focused ? [node.selectionStart, node.selectionEnd, node.selectionDirection] : null;
      node[name] = value;
      if (selection) node.setSelectionRange(...selection);
    },
    listen(number, described) {
      const element = nodes[number];
      if (controllers.has(element)) controllers.get(element).abort();
      const controller = new AbortController();
      controllers.set(element, controller);
      listeners.set(element, described);
      for (const [type, flags, , , , keys] of described) {
        element.addEventListener(type, (event) => {
          if (keys.length && !keys.includes(event.key)) return;
          if (flags & 8) event.preventDefault();
          if (flags & 16) event.stopPropagation();
          report(event, element);
        }, { capture: !!(flags & 1), passive: !(flags & 8) && !!(flags & 4), signal: controller.signal });
      }
    },
    call(number, method, operands) {
      try {
        const result = nodes[number][method](...operands);
        if (result instanceof Promise) result.catch(() => undefined);
      } catch (error) { reportError(error); }
    },
    ask(id, number, kind, name, operands) {
      const answer = (ok, value) => ws_send({ domsync: true, answer: { id, ok, value } });
      const failed = (error) => answer(false, String(error));
      const plain = (value) => value === undefined ? null : value instanceof DOMRect ? value.toJSON() : scalar(value);
      try {
        const node = nodes[number];
        const result = kind === "get" ? node[name] : node[name](...operands);
        if (result instanceof Promise) result.then((value) => answer(true, plain(value)), failed);
        else answer(true, plain(result));
      } catch (error) { failed(error); }
    },
    stop() {
      life.abort();
      for (const number of Object.keys(nodes)) {
        if (controllers.has(nodes[number])) controllers.get(nodes[number]).abort();
      }
    },
  });
  for (const type of ["input", "change", "toggle", "close"]) {
    root.addEventListener(type, touched, { capture: true, signal: life.signal });
  }
  nodes.add(1, root);
  root.textContent = "";
  return window.__domsync__ = nodes;
})"""
