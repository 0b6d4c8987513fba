/**
 * The registry of a view: which number names which node, in both directions.
 *
 * Numbers are Python's. It holds exactly the nodes that are part of the view's tree, plus
 * primary texts from the moment somebody refers to them; `forget` lets go of a whole subtree.
 * Knows nothing of ops or of the wire.
 */

import type { Listener } from "./listeners.ts";
import { ROOT } from "./ops.ts";

// On the node itself rather than in a WeakMap: an event looks up every node of its path.
const NUMBER = Symbol("number");
const LISTENERS = Symbol("listeners");

interface Marked extends Node {
  [NUMBER]?: number;
  [LISTENERS]?: readonly Listener[] | undefined;
}

export class Nodes {
  readonly root: Element;
  #byNumber = new Map<number, Node>();

  constructor(root: Element) {
    this.root = root;
    this.register(ROOT, root);
  }

  /** How many numbers are held. */
  get size(): number {
    return this.#byNumber.size;
  }

  register(number: number, node: Node): void {
    this.#byNumber.set(number, node);
    (node as Marked)[NUMBER] = number;
  }

  /** The number of a node, 0 for one that has none or had one that is forgotten. */
  numberOf(node: Node): number {
    const number = (node as Marked)[NUMBER];
    return number !== undefined && this.#byNumber.get(number) === node ? number : 0;
  }

  /** The node of a number, if it is there; a primary text counts although nobody has named it yet. */
  peek(number: number): Node | undefined {
    const node = this.#byNumber.get(number);
    if (node || number >= 0) return node;
    const first = this.#byNumber.get(-number)?.firstChild;
    return first?.nodeType === Node.TEXT_NODE && !this.numberOf(first) ? first : undefined;
  }

  /**
   * The node of a number; throws if there is none.
   *
   * The primary text of an element is registered when it is first asked for. An empty one need
   * not exist before that.
   */
  get(number: number): Node {
    let node = this.peek(number);
    if (!node && number < 0) {
      const owner = this.#byNumber.get(-number);
      if (owner) node = owner.insertBefore(new Text(), owner.firstChild);
    }
    if (!node) throw new Error(`there is no node ${number}`);
    if (number < 0) this.register(number, node);
    return node;
  }

  /** The element of a number; throws if there is none, or it is something else. */
  element(number: number): Element {
    const node = this.get(number);
    if (node.nodeType !== Node.ELEMENT_NODE) throw new Error(`node ${number} is no element`);
    return node as Element;
  }

  /** Lets go of the numbers of a node and of all that is below it. */
  forget(node: Node): void {
    const number = this.numberOf(node);
    if (number) this.#byNumber.delete(number);
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
}
