/**
 * Who owns the state of a form control.
 *
 * From the moment a person changes a control until Python has processed the message that says
 * so, the state is the browser's, and what Python writes meanwhile is ignored. Edits travel
 * with the next event; without one, on their own, 250 ms after the last change.
 *
 * `details` and `dialog` are open or not by an attribute, which Python writes, too, and their
 * events come later and do not say who did it. So that attribute is observed.
 */

import type { Nodes } from "./nodes.ts";
import { followsDefault, isControl, isOpenable, setProperty, stateOf } from "./properties.ts";
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
  /** What Python was told last of a control, or has set. */
  #known = new WeakMap<Element, unknown>();
  /** Of the last message that said so. */
  #acknowledged = 0;
  #cancel: () => void = () => undefined;
  readonly #openings = new MutationObserver((records) => this.#opened(records));

  constructor(nodes: Nodes, post: (body: Body) => Posted | undefined, clock: Clock) {
    this.#nodes = nodes;
    this.#post = post;
    this.#clock = clock;
    const attributeFilter = ["open"];
    this.#openings.observe(nodes.root, { attributes: true, attributeFilter, subtree: true });
  }

  /** The control in which characters are being composed by an input method: a write would end that. */
  composing: Element | undefined;

  owns(control: Element): boolean {
    return this.#edits.has(control) || control === this.composing;
  }

  /** Writes, for Python, what may open or close `details` or a `dialog`: that is nobody's edit. */
  writing(openable: Element, write: () => void): void {
    this.#opened(this.#openings.takeRecords());
    write();
    // The browser may have closed others, of the same name.
    this.#opened(this.#openings.takeRecords().filter(({ target }) => target !== openable));
  }

  /** A person, or the browser on their behalf, has changed this control. */
  touched(control: Element): void {
    if (!isControl(control)) return;
    this.#mark(control);
    this.#later();
  }

  /** This control may have changed. */
  look(control: Element): void {
    if (isControl(control) && !this.#isKnown(control)) this.touched(control);
  }

  /** Posts a message that carries the edits: all that are unsent, and the state of `target` unless Python knows it. */
  post(compose: (edits: readonly unknown[]) => Body, target?: Element): Posted | undefined {
    this.#opened(this.#openings.takeRecords());
    if (target && !isOpenable(target)) this.look(target);
    this.#cancel();
    const edits: unknown[] = [];
    const carried: Element[] = [];
    for (const [control, posted] of this.#edits) {
      if (posted) continue;
      const number = this.#nodes.numberOf(control);
      if (number) {
        const state = stateOf(control);
        // Python takes it for set.
        setProperty(control, ...state);
        edits.push(number, ...state);
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
   * had heard of the choice, and what was chosen may be among what Python removes. Those changes have
   * come when a frame has that acknowledges the choice; by then it is reported anew if it has become
   * another one, or has another index.
   */
  applied(): void {
    for (const [select, { posted, options, indices }] of this.#choices) {
      const chosen = [...select.selectedOptions];
      const isSame =
        chosen.length === options.length &&
        chosen.every((option, at) => option === options[at] && option.index === indices[at]);
      if (!isSame) {
        this.#choices.delete(select);
        this.touched(select);
      } else if (posted.seq && posted.seq <= this.#acknowledged) this.#choices.delete(select);
    }
  }

  /** Python has set the state of a control, and knew what was reported of it. */
  set(control: Element): void {
    if (isSelect(control)) this.#choices.delete(control);
    this.#known.set(control, stateOf(control)[1]);
  }

  /** Nothing that is on its way will reach Python: what it reported is unsent again. */
  dropped(): void {
    this.#choices.clear();
    this.#known = new WeakMap();
    for (const control of this.#edits.keys()) {
      this.#edits.set(control, null);
      this.#later();
    }
  }

  #reported(control: Element, posted: Posted): void {
    this.#edits.set(control, posted);
    this.#known.set(control, stateOf(control)[1]);
    if (!isSelect(control)) return;
    const options = [...control.selectedOptions];
    this.#choices.set(control, { posted, options, indices: options.map((option) => option.index) });
  }

  /**
   * Whether Python has nothing to learn of a control's state.
   *
   * To say it again would be an edit that nobody made, and undo what Python is just setting. Of a
   * select, an index does not say which option it was.
   */
  #isKnown(control: Element): boolean {
    if (isSelect(control)) return false;
    const [name, value] = stateOf(control);
    return this.#known.has(control) ? this.#known.get(control) === value : followsDefault(control, name);
  }

  /** A radio button comes with its group: a tick takes the others' away, and no event says so. */
  #mark(control: Element): void {
    const { type, name, form } = control as HTMLInputElement;
    const group = type === "radio" && name ? this.#nodes.root.querySelectorAll("input[type=radio]") : [];
    for (const each of [control, ...(group as Iterable<HTMLInputElement>)] as HTMLInputElement[]) {
      if (each === control || (each.name === name && each.form === form)) {
        if (this.#nodes.numberOf(each)) this.#edits.set(each, null);
      }
    }
  }

  #opened(records: readonly MutationRecord[]): void {
    for (const { target } of records) this.touched(target as Element);
  }

  #later(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(QUIET_MS, () => this.flush());
  }
}

function isSelect(control: Element): control is HTMLSelectElement {
  return control.localName === "select";
}
