/**
 * Who owns the state of a form control.
 *
 * From the moment a person changes a control until Python has processed the message that says
 * so, the state is the browser's, and what Python writes meanwhile is ignored. Edits travel
 * with the next event; without one, on their own, 250 ms after the last change.
 */

import type { Nodes } from "./nodes.ts";
import { isControl, stateOf } from "./properties.ts";
import type { Body, Clock, Posted } from "./session.ts";

const QUIET_MS = 250;

/** What was chosen in a select, as it was reported, and by which message. */
interface Choice {
  readonly posted: Posted;
  readonly options: readonly HTMLOptionElement[];
  readonly indices: readonly number[];
}

export class Controls {
  readonly #nodes: Nodes;
  readonly #post: (body: Body) => Posted | undefined;
  readonly #clock: Clock;
  /** The message that reports a control's state, null while there is none. */
  readonly #edits = new Map<Element, Posted | null>();
  readonly #choices = new Map<HTMLSelectElement, Choice>();
  /** Of the last message that said so. */
  #acknowledged = 0;
  #cancel: () => void = () => undefined;

  constructor(nodes: Nodes, post: (body: Body) => Posted | undefined, clock: Clock) {
    this.#nodes = nodes;
    this.#post = post;
    this.#clock = clock;
  }

  /** The control in which characters are being composed by an input method: a write would end that. */
  composing: Element | undefined;

  owns(control: Element): boolean {
    return this.#edits.has(control) || control === this.composing;
  }

  /** A person, or the browser on their behalf, has changed this control. */
  touched(control: Element): void {
    if (!isControl(control)) return;
    this.#mark(control);
    const { type, name, form } = control as HTMLInputElement;
    if (type === "radio" && name) {
      // The one that was ticked before is no longer, and no event says so.
      for (const other of this.#nodes.root.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
        if (other.name === name && other.form === form) this.#mark(other);
      }
    }
    this.#later();
  }

  /** Posts a message that carries the edits: all that are unsent, and the state of `target`. */
  post(compose: (edits: readonly unknown[]) => Body, target?: Element): Posted | undefined {
    this.#cancel();
    if (target && isControl(target)) this.#mark(target);
    const edits: unknown[] = [];
    const carried: Element[] = [];
    for (const [control, posted] of this.#edits) {
      if (posted) continue;
      const number = this.#nodes.numberOf(control);
      if (number) {
        edits.push(number, ...stateOf(control));
        carried.push(control);
      } else {
        this.#edits.delete(control);
      }
    }
    const posted = this.#post(compose(edits));
    if (posted) for (const control of carried) this.#reported(control, posted);
    else if (carried.length) this.#later();
    return posted;
  }

  /** Posts the unsent edits, if any, without an event. */
  flush(): void {
    for (const posted of this.#edits.values()) {
      if (!posted) {
        this.post((edits) => ({ tag: "Edits", edits }));
        return;
      }
    }
  }

  acknowledged(seq: number): void {
    this.#acknowledged = seq;
    for (const [control, posted] of this.#edits) {
      if (posted?.seq && posted.seq <= seq) this.#edits.delete(control);
    }
  }

  /**
   * The frame that was acknowledged last is applied, too.
   *
   * An index names one option here and another one in Python if the options changed there before it
   * had heard of the choice. Those changes have come when a frame has that acknowledges it; by then
   * the choice is reported anew if it has another index.
   */
  applied(): void {
    for (const [select, { posted, options, indices }] of this.#choices) {
      const chosen = [...select.selectedOptions];
      const isSame = chosen.length === options.length && options.every((option) => chosen.includes(option));
      if (isSame && !options.every((option, at) => option.index === indices[at])) {
        this.#choices.delete(select);
        this.touched(select);
      } else if (posted.seq && posted.seq <= this.#acknowledged) this.#choices.delete(select);
    }
  }

  /** Nothing that is on its way will reach Python: what it reported is unsent again. */
  dropped(): void {
    this.#choices.clear();
    for (const control of this.#edits.keys()) {
      this.#edits.set(control, null);
      this.#later();
    }
  }

  #reported(control: Element, posted: Posted): void {
    this.#edits.set(control, posted);
    if (!isSelect(control)) return;
    const options = [...control.selectedOptions];
    this.#choices.set(control, { posted, options, indices: options.map((option) => option.index) });
  }

  #mark(control: Element): void {
    if (this.#nodes.numberOf(control)) this.#edits.set(control, null);
  }

  #later(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(QUIET_MS, () => this.flush());
  }
}

function isSelect(control: Element): control is HTMLSelectElement {
  return control.localName === "select";
}
