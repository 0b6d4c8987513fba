/**
 * Ops to DOM calls: one switch over a flat array.
 *
 * It touches nothing but the tree below its root, by number. No `eval`, no HTML, no lookup by
 * id. What cannot be applied throws out of `apply`: the page is then between two states, and
 * a snapshot repairs it.
 */

import { checkAttribute, type Safety, setAttribute } from "./attributes.ts";
import { type Listener, readListeners } from "./listeners.ts";
import type { Ops } from "./messages.ts";
import { callMethod } from "./methods.ts";
import { Nodes } from "./nodes.ts";
import * as op from "./ops.ts";
import { move } from "./placing.ts";
import { CONTROL_STATES, setProperty } from "./properties.ts";
import { Reconciliation } from "./reconcile.ts";
import { RootAttributes } from "./root_attributes.ts";
import {
  checkInsert,
  compile,
  instantiate,
  type LateProperty,
  type Numbers,
  type Template,
} from "./templates.ts";

/** The ops that describe a snapshot; any other acts on the finished tree. */
const DESCRIBING: ReadonlySet<unknown> = new Set([
  op.RESET,
  op.TEMPLATE,
  op.INSERT,
  op.ATTR,
  op.PROP,
  op.LISTEN,
]);

/** What the applier needs to know of, or tell to, the rest of the view. */
export interface ApplierHost {
  /** Whether the browser owns the state of a control: it has an edit that Python has not seen. */
  owns(control: Element): boolean;
  /** A node has listeners now. */
  listening(listeners: readonly Listener[]): void;
  /** All listeners are gone. */
  silent(): void;
}

export class Applier implements Safety {
  unsafe = false;
  readonly nodes: Nodes;
  readonly #owner: Document;
  readonly #host: ApplierHost;
  readonly #rootAttributes: RootAttributes;
  readonly #templates = new Map<number, Template>();
  /** An op has failed halfway: there may be numbered nodes that never got into the tree. */
  #faulty = false;

  constructor(root: Element, host: ApplierHost) {
    this.nodes = new Nodes(root);
    this.#owner = root.ownerDocument;
    this.#host = host;
    this.#rootAttributes = new RootAttributes(root);
  }

  /**
   * Applies the ops of one frame, or of a snapshot, which begins with RESET.
   *
   * Throws an error that names the op which could not be applied. A method that throws when
   * called does not keep the later ops from being applied.
   */
  apply(ops: Ops): void {
    const { nodes } = this;
    let reconciliation: Reconciliation | undefined;
    let failedCall: unknown;
    let at = 0;
    let start = 0;
    try {
      while (at < ops.length) {
        start = at;
        const code = ops[at++];
        if (reconciliation && !DESCRIBING.has(code)) {
          this.#finish(reconciliation);
          reconciliation = undefined;
        }
        // Operands are looked up or checked where they are used; a wrong one throws there.
        switch (code) {
          case op.TEMPLATE:
            this.#templates.set(ops[at] as number, this.#compile(ops[at + 1] as op.Spec));
            at += 2;
            break;
          case op.INSERT: {
            const template = this.#template(ops[at + 2]);
            const columns = ops.slice(at + 5, at + 5 + template.columns) as readonly Ops[];
            const count = ops[at + 3] as number;
            const numbers = ops[at + 4] as Numbers;
            checkInsert(template, count, numbers, columns);
            if (reconciliation) {
              reconciliation.insert(nodes.element(ops[at] as number), template, count, numbers, columns);
            } else {
              const reuse = count === 1 && typeof ops[at + 2] !== "number";
              this.#insert(
                ops[at] as number,
                ops[at + 1] as number,
                template,
                count,
                numbers,
                columns,
                reuse,
              );
            }
            at += 5 + template.columns;
            break;
          }
          case op.MOVE: {
            const parent = nodes.element(ops[at] as number);
            const before = this.#before(ops[at + 1] as number);
            for (const number of ops[at + 2] as number[]) move(parent, nodes.get(number), before);
            at += 3;
            break;
          }
          case op.REMOVE:
            for (const number of ops[at] as number[]) this.#remove(nodes.get(number) as ChildNode);
            at += 1;
            break;
          case op.CLEAR:
            this.#clear(nodes.element(ops[at] as number));
            at += 1;
            break;
          case op.TEXT:
            this.#text(ops[at] as number, ops[at + 1] as string);
            at += 2;
            break;
          case op.ATTR: {
            const element = nodes.element(ops[at] as number);
            const name = ops[at + 1] as op.Name;
            checkAttribute(name, this);
            setAttribute(element, name, ops[at + 2] as string | null);
            if (element === nodes.root) this.#rootAttributes.described(name);
            at += 3;
            break;
          }
          case op.PROP: {
            const property = {
              node: nodes.element(ops[at] as number),
              name: ops[at + 1] as string,
              value: ops[at + 2],
            };
            if (reconciliation) reconciliation.late.push(property);
            else this.#setProperty(property);
            at += 3;
            break;
          }
          case op.LISTEN:
            this.#listen(nodes.element(ops[at] as number), readListeners(ops[at + 1] as op.WireListener[]));
            at += 2;
            break;
          case op.CALL: {
            const element = nodes.element(ops[at] as number);
            const method = ops[at + 1] as string;
            if (!op.METHODS.has(method)) throw new Error(`the method ${method} is refused`);
            try {
              const result = callMethod(element, method, ops[at + 2] as Ops);
              // play() may be refused later on, by the browser's autoplay policy: that is not a fault.
              if (result instanceof Promise) result.catch(() => undefined);
            } catch (error) {
              failedCall ??= new Error(`op ${code} at ${start}: ${method}: ${message(error)}`);
            }
            at += 3;
            break;
          }
          case op.RESET:
            if (start !== 0 || ops[at] !== op.ROOT) throw new Error("a RESET comes first, and of the root");
            this.#templates.clear();
            this.#rootAttributes.forget();
            this.#host.silent();
            nodes.setListeners(nodes.root, undefined);
            reconciliation = new Reconciliation(nodes, this, (listeners) => this.#host.listening(listeners));
            at += 1;
            break;
          default:
            throw new Error("there is no such op");
        }
      }
      if (reconciliation) this.#finish(reconciliation);
      if (ops[0] === op.RESET) this.#rootAttributes.restore();
    } catch (error) {
      this.#faulty = true;
      throw new Error(`op ${String(ops[start])} at ${start}: ${message(error)}`);
    }
    if (failedCall) throw failedCall;
  }

  #compile(spec: op.Spec): Template {
    const template = compile(spec, this.#owner, this);
    for (const listeners of template.listeners) this.#host.listening(listeners);
    return template;
  }

  #template(idOrSpec: unknown): Template {
    if (typeof idOrSpec !== "number") return this.#compile(idOrSpec as op.Spec);
    const template = this.#templates.get(idOrSpec);
    if (!template) throw new Error(`there is no template ${idOrSpec}`);
    return template;
  }

  #before(number: number): Node | null {
    return number === 0 ? null : this.nodes.get(number);
  }

  #insert(
    parentNumber: number,
    beforeNumber: number,
    template: Template,
    count: number,
    numbers: Numbers,
    columns: readonly Ops[],
    reuse: boolean,
  ): void {
    const parent = this.nodes.element(parentNumber);
    const before = this.#before(beforeNumber);
    const late: LateProperty[] = [];
    let made: Node;
    if (count === 1) {
      made = instantiate(template, 0, numbers, columns, this.nodes, late, reuse);
    } else {
      made = this.#owner.createDocumentFragment();
      for (let row = 0; row < count; row++) {
        made.appendChild(instantiate(template, row, numbers, columns, this.nodes, late, false));
      }
    }
    parent.insertBefore(made, before);
    for (const property of late) this.#setProperty(property);
  }

  #remove(node: ChildNode): void {
    if (node === this.nodes.root) throw new Error("the root stays");
    this.nodes.forget(node);
    node.remove();
  }

  #clear(parent: Element): void {
    for (let child = parent.firstChild; child; child = child.nextSibling) this.nodes.forget(child);
    parent.textContent = "";
  }

  #text(number: number, data: string): void {
    const node = this.nodes.get(number);
    if (node.nodeType !== Node.ELEMENT_NODE) {
      setData(node as CharacterData, data);
      return;
    }
    const text = data === "" ? undefined : this.nodes.peek(-number);
    if (text && text.parentNode === node) {
      if (node.lastChild !== node.firstChild) {
        for (const child of [...node.childNodes]) if (child !== text) this.#remove(child);
      }
      setData(text as CharacterData, data);
    } else {
      this.#clear(node as Element);
      if (data !== "") node.appendChild(this.#owner.createTextNode(data));
    }
  }

  #setProperty({ node, name, value }: LateProperty): void {
    if (!op.PROPERTIES.has(name)) throw new Error(`the property ${name} is refused`);
    if (CONTROL_STATES.has(name) && this.#host.owns(node)) return;
    setProperty(node, name, value);
  }

  #finish(reconciliation: Reconciliation): void {
    reconciliation.finish();
    if (this.#faulty) this.nodes.prune();
    this.#faulty = false;
    for (const property of reconciliation.late) this.#setProperty(property);
  }

  #listen(element: Element, listeners: readonly Listener[]): void {
    this.nodes.setListeners(element, listeners.length ? listeners : undefined);
    this.#host.listening(listeners);
  }
}

function setData(node: CharacterData, data: string): void {
  if (node.data !== data) node.data = data;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
