/**
 * A snapshot laid over the present tree: what is there under the same number and name stays.
 *
 * Two passes. `insert` plans: for every place in the specs it finds the existing node or makes
 * a new one, brings its attributes, listeners and data up to date, and writes down which
 * children each parent is to have. `finish` places: top-down, so that a node leaves its old
 * ancestors before it takes any of them in, and skipping what is in the right order already.
 * Only then are the nodes removed that nobody mentioned; a kept node below them has left by then.
 */

import {
  checkAttribute,
  createElement,
  HTML,
  isNamed,
  keepAttributes,
  type Safety,
  setAttribute,
} from "./attributes.ts";
import { type Listener, readListeners } from "./listeners.ts";
import type { Ops } from "./messages.ts";
import type { Nodes } from "./nodes.ts";
import { isCharacterData, type Name, type Spec } from "./ops.ts";
import { keepingFocus, move } from "./placing.ts";
import { instantiate, type LateProperty, type Numbers, type Template } from "./templates.ts";

export class Reconciliation {
  readonly #nodes: Nodes;
  readonly #safety: Safety;
  readonly #listening: (listeners: readonly Listener[]) => void;
  /** Properties to set when the tree is in place. */
  readonly late: LateProperty[] = [];
  /** The children that a parent is to have; parents before their descendants. */
  readonly #children = new Map<Node, Node[]>();
  /** The parent that a planned node is to have. */
  readonly #parent = new Map<Node, Node>();

  constructor(nodes: Nodes, safety: Safety, listening: (listeners: readonly Listener[]) => void) {
    this.#nodes = nodes;
    this.#safety = safety;
    this.#listening = listening;
    this.#children.set(nodes.root, []);
  }

  /** Plans the instances of one INSERT, as the next children of a parent that is planned already. */
  insert(
    parent: Element,
    template: Template,
    count: number,
    numbers: Numbers,
    columns: readonly Ops[],
  ): void {
    const { size } = template;
    if (!this.#children.has(parent)) {
      // Part of an instance that is new as a whole: it has its children, and gets more.
      const children = [...parent.childNodes];
      this.#children.set(parent, children);
      for (const child of children) this.#parent.set(child, parent);
    }
    for (let row = 0; row < count; row++) {
      let place = row * size;
      const numberAt = (index: number) =>
        typeof numbers === "number" ? numbers + index : (numbers[index] as number);
      let known = false;
      for (let index = place; index < place + size && !known; index++) {
        known = this.#nodes.peek(numberAt(index)) !== undefined;
      }
      if (known) {
        let column = 0;
        this.#plan(template.spec, parent, {
          number: () => numberAt(place++),
          value: () => columns[column++]?.[row],
        });
      } else {
        const instance = instantiate(template, row, numbers, columns, this.#nodes, this.late, false);
        this.#expect(instance, parent);
      }
    }
  }

  /** Makes the tree what was planned. */
  finish(): void {
    keepingFocus(this.#nodes.root, () => {
      for (const [parent, children] of this.#children) this.#place(parent, children);
      for (const [parent, children] of this.#children) this.#sweep(parent, children);
    });
  }

  #expect(node: Node, parent: Node): void {
    this.#parent.set(node, parent);
    this.#children.get(parent)?.push(node);
  }

  #plan(spec: Spec, parent: Node, from: { number(): number; value(): unknown }): void {
    const nodes = this.#nodes;
    const number = from.number();
    const present = nodes.peek(number);
    const owner = nodes.root.ownerDocument;
    if (isCharacterData(spec)) {
      const data = (spec[1] === 0 ? from.value() : spec[1]) as string;
      const fits = present?.nodeName === spec[0];
      const node = fits
        ? (present as CharacterData)
        : spec[0] === "#text"
          ? owner.createTextNode(data)
          : owner.createComment(data);
      nodes.register(number, node);
      if (node.data !== data) node.data = data;
      this.#expect(node, parent);
      return;
    }
    const [tag, attributes = [], properties = [], wireListeners = [], content = ""] = spec;
    const fits = present?.nodeType === Node.ELEMENT_NODE && isNamed(present as Element, tag);
    const element = fits ? (present as Element) : createElement(owner, tag, this.#safety);
    nodes.register(number, element);
    this.#expect(element, parent);
    const described: Name[] = [];
    for (let at = 0; at < attributes.length; at += 2) {
      const name = attributes[at] as Name;
      const value = (attributes[at + 1] === 0 ? from.value() : attributes[at + 1]) as string;
      checkAttribute(name, this.#safety);
      setAttribute(element, name, value);
      // An HTML element has its attributes in lower case, whatever case they were set in.
      described.push(typeof name === "string" && element.namespaceURI === HTML ? name.toLowerCase() : name);
    }
    keepAttributes(element, described);
    const listeners = wireListeners.length ? readListeners(wireListeners) : undefined;
    nodes.setListeners(element, listeners);
    if (listeners) this.#listening(listeners);
    const values = properties.map(from.value);
    this.#children.set(element, []);
    if (typeof content === "object") {
      for (const child of content) this.#plan(child, element, from);
    } else {
      const data = (content === 0 ? from.value() : content) as string;
      if (data !== "") this.#planPrimaryText(number, element, data);
    }
    properties.forEach((name, place) => {
      this.late.push({ node: element, name, value: values[place] });
    });
  }

  #planPrimaryText(number: number, element: Element, data: string): void {
    const present = this.#nodes.peek(-number);
    const text =
      present?.parentNode === element ? (present as Text) : element.ownerDocument.createTextNode(data);
    if (text.data !== data) text.data = data;
    this.#expect(text, element);
  }

  #place(parent: Node, children: readonly Node[]): void {
    let cursor = parent.firstChild;
    for (const child of children) {
      // Whatever is to be elsewhere, or nowhere, does not count for the order here.
      while (cursor && this.#parent.get(cursor) !== parent) cursor = cursor.nextSibling;
      if (cursor === child) cursor = cursor.nextSibling;
      else if (child.isConnected) move(parent, child, cursor);
      else parent.insertBefore(child, cursor);
    }
  }

  #sweep(parent: Node, children: readonly Node[]): void {
    if (parent.childNodes.length === children.length) return;
    for (const child of [...parent.childNodes]) {
      if (this.#parent.get(child) !== parent) {
        this.#nodes.forget(child);
        child.remove();
      }
    }
  }
}
