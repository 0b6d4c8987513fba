/**
 * The registry of a view: which number names which node, in both directions.
 *
 * Numbers are Python's. It holds exactly the nodes that are part of the view's tree, plus
 * primary texts from the moment somebody refers to them; `forget` lets go of a whole subtree.
 *
 * Most nodes are never asked for. So an instance whose numbers are consecutive is **folded** at
 * first: only its top is registered, and keeps the template. That is enough to find the instance
 * of a number, because nothing else is registered between the top's number and that one, and of a
 * node, because the top is its nearest ancestor with a number. As soon as a node within is named,
 * or an event passes through it, or the children or listeners of its top are about to change, it
 * is unfolded: a walk along the template gives all its nodes their numbers and listeners. To
 * forget a folded instance takes no walk.
 */

import type { Listener } from "./listeners.ts";
import { ROOT } from "./ops.ts";
import { LARGEST, type Numbers, type Part, type Template } from "./templates.ts";

// On the node itself rather than in a WeakMap: an event looks up every node of its path.
const NUMBER = Symbol("number");
const LISTENERS = Symbol("listeners");
const FOLDED = Symbol("folded");

interface Marked extends Node {
  [NUMBER]?: number;
  [LISTENERS]?: readonly Listener[] | undefined;
  [FOLDED]?: Part | undefined;
}

interface Numbered extends Marked {
  [NUMBER]: number;
}

export class Nodes {
  readonly root: Element;
  #byNumber = new Map<number, Node>();

  constructor(root: Element) {
    this.root = root;
    this.register(ROOT, root);
  }

  /** How many numbers are held; a folded instance counts as one. */
  get size(): number {
    return this.#byNumber.size;
  }

  register(number: number, node: Node): void {
    this.#byNumber.set(number, node);
    (node as Marked)[NUMBER] = number;
  }

  /** Numbers the instances of a template. */
  add(template: Template, tops: readonly Node[], numbers: Numbers): void {
    tops.forEach((top, row) => {
      const at = row * template.size;
      if (typeof numbers === "number" && template.plain) {
        this.register(numbers + at, top);
        (top as Marked)[FOLDED] = template;
      } else {
        this.#number(template, top, numbers, at);
      }
    });
  }

  /** The number of a node, 0 for one that has none or had one that is forgotten. */
  numberOf(node: Marked): number {
    let top: Marked | null = node;
    while (top && !top[NUMBER]) top = top.parentNode;
    const part = top?.[FOLDED];
    if (top && part && this.#holds(top)) {
      top[FOLDED] = undefined;
      this.#number(part, top, top[NUMBER], 0);
    }
    return this.known(node);
  }

  /** The number of a node if it has one now; unfolds nothing. */
  known(node: Marked): number {
    return this.#holds(node) ? node[NUMBER] : 0;
  }

  /** The node of a number, if it is there; a primary text counts although nobody has named it yet. */
  peek(number: number): Node | undefined {
    const node = this.#byNumber.get(number);
    if (node) return node;
    // Beyond these, one less is the same.
    if (!Number.isSafeInteger(number)) return undefined;
    if (number < 0) {
      const first = this.peek(-number)?.firstChild;
      return first?.nodeType === Node.TEXT_NODE && !this.numberOf(first) ? first : undefined;
    }
    let below = number - 1;
    while (below > number - LARGEST && !this.#byNumber.has(below)) below--;
    const top = this.#byNumber.get(below);
    if (top) this.numberOf(top);
    return this.#byNumber.get(number);
  }

  /**
   * The node of a number; throws if there is none.
   *
   * The primary text of an element is registered when it is first asked for. An empty one need
   * not exist before that.
   */
  get(number: number): Node {
    let node = this.peek(number);
    const owner = Number.isSafeInteger(number) && number < 0 && this.peek(-number);
    if (owner) {
      // Now, because it would take the text for one of the template's.
      this.numberOf(owner);
      node ??= owner.insertBefore(new Text(), owner.firstChild);
      this.register(number, node);
    }
    if (!node) throw new Error(`there is no node ${number}`);
    return node;
  }

  /** The element of a number; throws if there is none, or it is something else. */
  element(number: number): Element {
    const node = this.get(number);
    if (node.nodeType !== Node.ELEMENT_NODE) throw new Error(`node ${number} is no element`);
    return node as Element;
  }

  /** The element of a number, to change its children or listeners: unfolded. */
  open(number: number): Element {
    const element = this.element(number);
    this.numberOf(element);
    return element;
  }

  /** Lets go of the numbers of a node and of all that is below it. */
  forget(node: Marked): void {
    if (this.#holds(node)) this.#byNumber.delete(node[NUMBER]);
    if (!node[FOLDED]) this.forgetBelow(node);
  }

  /** Lets go of the numbers of all that is below a node which is unfolded. */
  forgetBelow(node: Node): void {
    for (let child = node.firstChild; child; child = child.nextSibling) this.forget(child);
  }

  /** Has the numbers of another registry from now on, and no other. */
  takeOver(other: Nodes): void {
    this.#byNumber = other.#byNumber;
  }

  listeners(node: Node): readonly Listener[] | undefined {
    return (node as Marked)[LISTENERS];
  }

  setListeners(node: Node, listeners: readonly Listener[] | undefined): void {
    (node as Marked)[LISTENERS] = listeners;
  }

  #holds(node: Marked): node is Numbered {
    return this.#byNumber.get(node[NUMBER] as number) === node;
  }

  /**
   * Gives a node and those below it their numbers and listeners; `at` numbers come before its own.
   *
   * Passes over what others put in between, such as a translator of the page. A node that is not
   * there gets no number: the next op on it is a fault, which brings a snapshot.
   */
  #number(part: Part, node: Node, numbers: Numbers, at: number): void {
    this.register(typeof numbers === "number" ? numbers + at : (numbers[at] as number), node);
    if (part.listeners) this.setListeners(node, part.listeners);
    at++;
    let next = node.firstChild;
    for (const below of part.parts) {
      let found = next;
      while (found && found.nodeName !== below.name) found = found.nextSibling;
      if (found) {
        this.#number(below, found, numbers, at);
        next = found.nextSibling;
      }
      at += below.size;
    }
  }
}
