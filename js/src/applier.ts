/**
 * Ops to DOM calls: one switch over a flat array.
 *
 * It touches nothing but the tree below its root, by number. No `eval`, no HTML, no lookup by
 * id. What cannot be applied throws out of `apply`: the page is then between two states, and
 * a snapshot repairs it.
 */

import { copyAttributes, type Safety, setAttribute } from "./attributes.ts";
import { type Listener, readListeners } from "./listeners.ts";
import type { Ops } from "./messages.ts";
import { callMethod } from "./methods.ts";
import { Nodes } from "./nodes.ts";
import * as op from "./ops.ts";
import { move } from "./placing.ts";
import { isOpenable, isStateOf, leaveModal, setProperty } from "./properties.ts";
import { reconcile } from "./reconcile.ts";
import { disown } from "./style.ts";
import { compile, instantiate, type LateProperty, type Numbers, type Template } from "./templates.ts";

/** What the applier needs to know of, or tell to, the rest of the view. */
export interface ApplierHost {
  /** Whether the browser owns the state of a control: it has an edit that Python has not seen. */
  owns(control: Element): boolean;
  /** The state of a control was set. */
  set(control: Element): void;
  /** Calls `write`, which may open or close `details` or a `dialog`. */
  writing(openable: Element, write: () => void): void;
  /** A node has listeners now. */
  listening(listeners: readonly Listener[]): void;
}

export class Applier implements Safety {
  unsafe = false;
  readonly nodes: Nodes;
  readonly #host: ApplierHost;
  /** A document that nobody sees: for prototypes, and for what a snapshot describes. */
  readonly #aside: Document;
  /** The root as the page made it. */
  readonly #bareRoot: Element;
  readonly #templates = new Map<number, Template>();
  /** The tree that the ops act on: the present one or, from RESET to END, the one that a snapshot builds aside. */
  #tree: Nodes;
  /** Properties to set when a snapshot's tree is in place. */
  #late: LateProperty[] = [];

  constructor(root: Element, host: ApplierHost) {
    this.nodes = new Nodes(root);
    this.#tree = this.nodes;
    this.#host = host;
    this.#aside = document.implementation.createHTMLDocument("");
    this.#bareRoot = this.#aside.importNode(root, false);
  }

  /**
   * Applies the ops of one frame, or of a snapshot, which begins with RESET.
   *
   * A snapshot that has no END yet goes on with the next call; the present tree stays as it is
   * until then. Throws an error that names the op which could not be applied; what a snapshot
   * has built so far is thrown away. A method that throws when called does not keep the later
   * ops from being applied.
   */
  apply(ops: Ops): void {
    let failedCall: unknown;
    let at = 0;
    let start = 0;
    /** The next operand. It is looked up or checked where it is used; a wrong one throws there. */
    const take = <T>() => ops[at++] as T;
    try {
      while (at < ops.length) {
        start = at;
        const code = take();
        const nodes = this.#tree;
        switch (code) {
          case op.TEMPLATE:
            this.#templates.set(take(), this.#compile(take()));
            break;
          case op.INSERT: {
            const parent = nodes.open(take());
            const before = this.#before(take());
            const idOrSpec = take();
            const template = this.#template(idOrSpec);
            const count = take<number>();
            const numbers = take<Numbers>();
            at += template.columns;
            const columns = ops.slice(at - template.columns, at);
            this.#insert(parent, before, template, count, numbers, columns, typeof idOrSpec !== "number");
            break;
          }
          case op.MOVE: {
            const parent = nodes.open(take());
            const before = this.#before(take());
            for (const number of take<number[]>()) move(parent, nodes.get(number), before);
            break;
          }
          case op.REMOVE:
            for (const number of take<number[]>()) this.#remove(nodes.get(number) as ChildNode);
            break;
          case op.CLEAR:
            this.#clear(nodes.open(take()));
            break;
          case op.TEXT:
            this.#text(take(), take());
            break;
          case op.ATTR:
            this.#attribute(nodes.element(take()), take(), take());
            break;
          case op.PROP:
            this.#property({ node: nodes.element(take()), name: take(), value: take() });
            break;
          case op.LISTEN: {
            const element = nodes.open(take());
            const listeners = readListeners(take());
            nodes.setListeners(element, listeners);
            this.#host.listening(listeners);
            break;
          }
          case op.CALL: {
            const element = nodes.element(take());
            const method = take<string>();
            const operands = take<Ops>();
            if (!op.METHODS.has(method)) throw new Error(`the method ${method} is refused`);
            try {
              const result = callMethod(element, method, operands);
              // play() may be refused later on, by the browser's autoplay policy: that is not a fault.
              if (result instanceof Promise) result.catch(() => undefined);
            } catch (error) {
              failedCall ??= new Error(`op ${code} at ${start}: ${method}: ${message(error)}`);
            }
            break;
          }
          case op.RESET:
            if (start !== 0 || take() !== op.ROOT) throw new Error("a RESET comes first, and of the root");
            this.#reset();
            break;
          case op.END:
            this.#finishSnapshot();
            break;
          default:
            throw new Error("there is no such op");
        }
      }
    } catch (error) {
      this.#tree = this.nodes;
      throw new Error(`op ${String(ops[start])} at ${start}: ${message(error)}`);
    }
    if (failedCall) throw failedCall;
  }

  /** The document is another one: its numbers name nothing here, and its snapshot replaces all there is. */
  forget(): void {
    const { root } = this.nodes;
    this.nodes.takeOver(new Nodes(root));
    this.nodes.setListeners(root, undefined);
  }

  #compile(spec: op.Spec): Template {
    return compile(spec, this.#aside, this, (listeners) => this.#host.listening(listeners));
  }

  #template(idOrSpec: unknown): Template {
    if (typeof idOrSpec !== "number") return this.#compile(idOrSpec as op.Spec);
    const template = this.#templates.get(idOrSpec);
    if (!template) throw new Error(`there is no template ${idOrSpec}`);
    return template;
  }

  #before(number: number): Node | null {
    return number === 0 ? null : this.#tree.get(number);
  }

  #insert(
    parent: Element,
    before: Node | null,
    template: Template,
    count: number,
    numbers: Numbers,
    columns: Ops,
    reuse: boolean,
  ): void {
    const late: LateProperty[] = [];
    const tops = instantiate(template, count, numbers, columns, parent.ownerDocument, late, reuse);
    this.#tree.add(template, tops, numbers);
    for (const top of tops) parent.insertBefore(top, before);
    for (const property of late) this.#property(property);
  }

  #reset(): void {
    this.#templates.clear();
    this.#late = [];
    const { root, size } = this.nodes;
    if (size > 1) {
      this.#tree = new Nodes(this.#bareRoot.cloneNode() as Element);
    } else {
      // There is nothing to keep: the snapshot can be built in place.
      this.#tree = this.nodes;
      this.#clear(root);
      disown(root);
      copyAttributes(this.#bareRoot, root);
      this.nodes.setListeners(root, undefined);
    }
  }

  #finishSnapshot(): void {
    if (this.#tree === this.nodes) return;
    const kept = reconcile(this.nodes, this.#tree, this.#host);
    this.#tree = this.nodes;
    // If it has style sheets, they are among what follows.
    disown(this.nodes.root);
    for (const { node, name, value } of this.#late) {
      this.#property({ node: (kept.get(node) ?? node) as Element, name, value });
    }
  }

  #remove(node: ChildNode): void {
    if (node === this.#tree.root) throw new Error("the root stays");
    this.#tree.forget(node);
    node.remove();
  }

  #clear(parent: Element): void {
    this.#tree.forgetBelow(parent);
    parent.textContent = "";
  }

  #text(number: number, data: string): void {
    const node = this.#tree.get(number);
    if (node.nodeType !== Node.ELEMENT_NODE) {
      setData(node as CharacterData, data);
      return;
    }
    this.#tree.numberOf(node);
    const text = data === "" ? undefined : this.#tree.peek(-number);
    if (text && text.parentNode === node) {
      if (node.lastChild !== node.firstChild) {
        for (const child of [...node.childNodes]) if (child !== text) this.#remove(child);
      }
      setData(text as CharacterData, data);
    } else {
      this.#clear(node as Element);
      if (data !== "") node.appendChild(new Text(data));
    }
  }

  #property(property: LateProperty): void {
    const { node, name, value } = property;
    if (!op.PROPERTIES.has(name)) throw new Error(`the property ${name} is refused`);
    const set = () => {
      const isState = isStateOf(node, name);
      if (isState && this.#host.owns(node)) return;
      setProperty(node, name, value);
      if (isState) this.#host.set(node);
    };
    if (this.#tree !== this.nodes) this.#late.push(property);
    else if (isOpenable(node)) this.#host.writing(node, set);
    else set();
  }

  #attribute(element: Element, name: op.Name, value: string | null): void {
    if (name !== "open" || !isOpenable(element)) {
      setAttribute(element, name, value, this);
      return;
    }
    this.#host.writing(element, () => {
      if (this.#host.owns(element)) return;
      if (value === null) leaveModal(element);
      setAttribute(element, name, value, this);
    });
  }
}

function setData(node: CharacterData, data: string): void {
  if (node.data !== data) node.data = data;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
