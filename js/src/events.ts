/**
 * DOM events to Event messages.
 *
 * One capturing listener a type, at the root. It walks the event's path in the order of the DOM
 * standard to see which listeners of Python's the event would reach, honours what they ask of
 * the browser (preventDefault, stopPropagation), and posts one message however many they are.
 */

import type { Controls } from "./controls.ts";
import { fieldsOf } from "./event_fields.ts";
import type { Files } from "./files.ts";
import { read } from "./getter.ts";
import type { Listener } from "./listeners.ts";
import type { Nodes } from "./nodes.ts";
import { CAPTURE, PREVENT_DEFAULT, STOP_PROPAGATION } from "./ops.ts";
import type { Pacer } from "./pacing.ts";

/** Types after which a control's state is another one. */
const EDITING = ["input", "compositionend"];
/** Types that the view needs whether or not Python listens: edits, and forms that must not navigate. */
const OWN = [...EDITING, "change", "compositionstart", "reset", "submit"];

export class Events {
  readonly #nodes: Nodes;
  readonly #controls: Controls;
  readonly #pacer: Pacer;
  readonly #files: Files;
  readonly #signal: AbortSignal;
  /** The types that are listened to, and whether one of them may prevent the default. */
  readonly #types = new Map<string, boolean>();

  constructor(nodes: Nodes, controls: Controls, pacer: Pacer, files: Files, signal: AbortSignal) {
    this.#nodes = nodes;
    this.#controls = controls;
    this.#pacer = pacer;
    this.#files = files;
    this.#signal = signal;
    for (const type of OWN) this.#add(type, true);
  }

  /** A node has these listeners now. */
  listening(listeners: readonly Listener[]): void {
    for (const { type, flags } of listeners) {
      const blocking = (flags & PREVENT_DEFAULT) !== 0;
      const known = this.#types.get(type);
      if (known === undefined || (blocking && !known)) this.#add(type, blocking);
    }
  }

  #add(type: string, blocking: boolean): void {
    const { root } = this.#nodes;
    root.removeEventListener(type, this.#handle, true);
    // A passive listener lets the browser scroll without waiting for this page.
    root.addEventListener(type, this.#handle, { capture: true, passive: !blocking, signal: this.#signal });
    this.#types.set(type, blocking);
  }

  readonly #handle = (event: Event): void => {
    const { type } = event;
    const path = this.#pathOf(event);
    const target = path[0];
    if (!target) return;
    if (type === "compositionstart") this.#controls.composing = target;
    if (type === "compositionend") this.#controls.composing = undefined;
    if (EDITING.includes(type)) this.#controls.touched(target);
    // It comes late, with Enter say, and of what `input` has told already; unless a script lets it happen.
    if (type === "change") this.#controls.look(target);
    // A form's controls are reset after the event, unless somebody prevents that.
    if (type === "reset") afterwards(() => this.#touchAll(target));
    if (type === "submit" && !closesDialog(event as SubmitEvent, target)) event.preventDefault();

    const reached = this.#reached(event, path);
    if (!reached.length) return;
    let flags = 0;
    const values: unknown[] = [];
    const wanted = new Set<string>();
    for (const [element, listener] of reached) {
      flags |= listener.flags;
      for (const name of listener.fields) wanted.add(name);
      const { getter } = listener;
      if (getter) values.push(this.#nodes.numberOf(element), getter, read(getter, element, event));
    }
    if (flags & PREVENT_DEFAULT) {
      event.preventDefault();
      // A checkbox falls back to its former state when its click is prevented.
      afterwards(() => this.#controls.look(target));
    }
    if (flags & STOP_PROPAGATION) this.#stopAtRoot(event);
    const fields = fieldsOf(event, target, wanted, this.#files);
    const number = this.#nodes.numberOf(target);
    this.#pacer.offer(type, number, fields, () =>
      this.#controls.post((edits) => ({ tag: "Event", type, target: number, fields, edits, values }), target),
    );
  };

  /** The numbered elements that an event passes, from the innermost to the root. */
  #pathOf(event: Event): Element[] {
    const path = event.composedPath();
    const inside = path.slice(0, path.indexOf(this.#nodes.root) + 1) as Node[];
    return inside.filter(
      (node) => node.nodeType === Node.ELEMENT_NODE && this.#nodes.numberOf(node),
    ) as Element[];
  }

  /** The listeners that an event would reach, with their elements, in order. */
  #reached(event: Event, path: readonly Element[]): (readonly [Element, Listener])[] {
    const reached: (readonly [Element, Listener])[] = [];
    const visit = (element: Element, capture: boolean): boolean => {
      let stopped = false;
      for (const listener of this.#nodes.listeners(element) ?? []) {
        const { type, flags, keys } = listener;
        if (type !== event.type || ((flags & CAPTURE) !== 0) !== capture) continue;
        if (!keys.length || keys.includes((event as KeyboardEvent).key)) {
          reached.push([element, listener]);
          stopped ||= (flags & STOP_PROPAGATION) !== 0;
        }
      }
      return stopped;
    };
    for (let at = path.length - 1; at >= 0; at--) if (visit(path[at] as Element, true)) return reached;
    const last = event.bubbles ? path.length : 1;
    for (let at = 0; at < last; at++) if (visit(path[at] as Element, false)) return reached;
    return reached;
  }

  /** Keeps an event from leaving the view; code of the page inside the view still sees it. */
  #stopAtRoot(event: Event): void {
    const stop = (bubbling: Event) => {
      if (bubbling === event) event.stopPropagation();
    };
    this.#nodes.root.addEventListener(event.type, stop, { once: true, signal: this.#signal });
  }

  #touchAll(form: Element): void {
    for (const control of (form as HTMLFormElement).elements ?? []) this.#controls.touched(control);
  }
}

function closesDialog(event: SubmitEvent, form: Element): boolean {
  const method = event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method");
  return method?.toLowerCase() === "dialog";
}

function afterwards(callback: () => void): void {
  setTimeout(callback);
}
