/**
 * From a spec to instances, at the speed of hand-written `cloneNode` code.
 *
 * A spec is built once, as a real subtree, together with a program: steps that walk a clone (first
 * child, next sibling, parent) to the nodes that have a value of their own, by the shortest way,
 * and fill the values in. Making an instance is one deep clone and one run of the program; no
 * other node of it is visited. Which of its nodes has which number, and which listeners, stays
 * written in the template until somebody asks (see nodes.ts).
 *
 * Prototypes belong to a document that nobody sees, where images do not load, media do not play
 * and custom elements do not come to life.
 */

import { createElement, type Safety, setAttribute } from "./attributes.ts";
import { type Listener, readListeners } from "./listeners.ts";
import type { Ops } from "./messages.ts";
import { isCharacterData, type Name, ROOT, type Spec } from "./ops.ts";

const CHILD = 0; // to the first child
const NEXT = 1; // to the next sibling
const UP = 2; // to the parent
const DATA = 3; // the data of this Text or Comment, or the primary text of this element
const ATTRIBUTE = 4;
const PROPERTY = 5;

const SVG_LENGTH = /^([cdfr]?[xy]|[xy][12]|f?r|width|height)$/;

/** Instances with so many numbers are never folded: the registry searches for their tops that far down. */
export const LARGEST = 256;

/** The most instances of one INSERT: a few bytes may not keep the page busy for good. */
const MOST = 1 << 22;

interface Step {
  readonly kind: number;
  readonly column: number;
  readonly name: Name;
}

/** A node that has a number, and those below it. */
export interface Part {
  readonly prototype: ChildNode;
  /** The `nodeName`. */
  readonly name: string;
  readonly listeners?: readonly Listener[] | undefined;
  readonly parts: readonly Part[];
  /** How many numbers it takes, with those below it. */
  readonly size: number;
}

export interface Template extends Part {
  readonly steps: readonly Step[];
  /** How many columns the spec refers to. */
  readonly columns: number;
  /**
   * Whether instances are as the template says until an op changes them, and may be folded: not if
   * there are custom elements, which may change what is in them as soon as they live.
   */
  readonly plain: boolean;
}

/** A property to set, at the latest once its node is in the document. */
export interface LateProperty {
  readonly node: Element;
  readonly name: string;
  readonly value: unknown;
}

/** Builds a template; `listening` is told of the listeners in it. */
export function compile(
  spec: Spec,
  owner: Document,
  safety: Safety,
  listening: (listeners: readonly Listener[]) => void,
): Template {
  const steps: Step[] = [];
  let columns = 0;
  let custom = false;

  const step = (kind: number, column = 0, name: Name = "") => steps.push({ kind, column, name });
  const undo = (kind: number) => steps.at(-1)?.kind === kind && steps.pop();

  function build(part: Spec): Part {
    if (isCharacterData(part)) {
      const [kind, data] = part;
      if (data === 0) step(DATA, columns++);
      const prototype = kind === "#text" ? owner.createTextNode(data || "") : owner.createComment(data || "");
      return { prototype, name: kind, parts: [], size: 1 };
    }
    const [tag, attributes = [], properties = [], wireListeners = [], content = ""] = part;
    const element = createElement(owner, tag, safety);
    custom ||= element.localName.includes("-");
    for (let at = 0; at < attributes.length; at += 2) {
      const name = attributes[at] as Name;
      const value = attributes[at + 1] as string | 0;
      if (value === 0) step(ATTRIBUTE, columns++, name);
      // A varying attribute takes its place in the order of the attributes here.
      setAttribute(element, name, value || empty(element, name), safety);
    }
    const listeners = wireListeners.length ? readListeners(wireListeners) : undefined;
    if (listeners) listening(listeners);
    const firstProperty = columns;
    columns += properties.length;
    const parts: Part[] = [];
    let size = 1;
    if (typeof content === "object") {
      for (const child of content) {
        step(parts.length ? NEXT : CHILD);
        const below = build(child);
        element.append(below.prototype);
        parts.push(below);
        size += below.size;
      }
      if (content.length) {
        // Ways that lead to no value are not gone.
        while (undo(NEXT));
        if (!undo(CHILD)) step(UP);
      }
    } else if (content === 0) {
      step(DATA, columns++);
    } else if (content !== "") {
      element.append(content);
    }
    properties.forEach((name, place) => {
      step(PROPERTY, firstProperty + place, name);
    });
    return { prototype: element, name: element.nodeName, listeners, parts, size };
  }

  const top = build(spec);
  while (undo(UP));
  return { ...top, steps, columns, plain: !custom && top.size < LARGEST };
}

/** What an attribute is until it has its value: where SVG expects a length, browsers complain of an empty one. */
function empty(element: Element, name: Name): string {
  return "ownerSVGElement" in element && SVG_LENGTH.test(String(name)) ? "0" : "";
}

/** The numbers of the instances of an INSERT: consecutive, or an array of all of them. */
export type Numbers = number | readonly number[];

/**
 * Makes the instances of an INSERT into a document.
 *
 * Throws unless numbers and columns fit the template. A column may be a number: the first of
 * integers that count the instances, as decimal texts. With `reuse` the prototype itself becomes the
 * only instance, which spares the clone of a spec that is used once. Properties go to `late`: some
 * of them need their node to be in the document.
 *
 * Each instance is a clone of the one before it, taken before that is filled in: cloning within
 * one document is cheaper than importing, and there is no clone too many, whose images would load.
 * Custom elements are imported one by one, because they may have changed by the time.
 */
export function instantiate(
  template: Template,
  count: number,
  numbers: Numbers,
  columns: Ops,
  owner: Document,
  late: LateProperty[],
  reuse: boolean,
): ChildNode[] {
  const { prototype, steps, size, plain } = template;
  if (!Number.isInteger(count) || count < 0 || count > MOST)
    throw new Error(`${count} instances are refused`);
  const values = columns.map((column) =>
    typeof column === "number" ? Array.from({ length: count }, (_, row) => `${column + row}`) : column,
  ) as Ops[];
  if (
    !(typeof numbers === "number"
      ? Number.isSafeInteger(numbers) && (numbers > ROOT || numbers + count * size <= 0)
      : numbers.length === count * size &&
        numbers.every((one) => Number.isSafeInteger(one) && one && one !== ROOT)) ||
    values.length !== template.columns ||
    values.some((column) => column?.length !== count)
  ) {
    throw new Error(`the numbers or columns are not those of ${count} instances`);
  }
  const tops: ChildNode[] = [];
  let following = reuse && count === 1 ? prototype : owner.importNode(prototype, true);
  for (let row = 0; row < count; row++) {
    const top = following;
    if (row + 1 < count) {
      following = plain ? (top.cloneNode(true) as ChildNode) : owner.importNode(prototype, true);
    }
    fill(top, steps, row, values, late);
    tops.push(top);
  }
  return tops;
}

function fill(
  node: Node,
  steps: readonly Step[],
  row: number,
  columns: readonly Ops[],
  late: LateProperty[],
): void {
  for (const { kind, column, name } of steps) {
    if (kind === CHILD) node = node.firstChild as Node;
    else if (kind === NEXT) node = node.nextSibling as Node;
    else if (kind === UP) node = node.parentNode as Node;
    else {
      const value = (columns[column] as Ops)[row];
      if (kind === DATA) node.textContent = value as string;
      else if (kind === PROPERTY) late.push({ node: node as Element, name: name as string, value });
      else if (typeof name === "string") (node as Element).setAttribute(name, value as string);
      else (node as Element).setAttributeNS(...name, value as string);
    }
  }
}
