/**
 * A model as anywidget's modules know it: `get`, `set`, `save_changes`, `send`, `on`, `off`.
 *
 * What the page set and Python has not seen is not overwritten by what Python said before.
 */

import { isEqual } from "./buffers.ts";

export type Callback = (...values: never[]) => void;

/** Who carries what a model says. */
export interface ModelHost {
  /** Keys were saved: some of `model.unsent`. */
  save(): void;
  send(model: Model, content: unknown, buffers: readonly unknown[]): void;
  open(id: string): Promise<Model>;
}

interface Handler {
  readonly name: string;
  readonly callback: Callback;
  readonly context: unknown;
}

export class Model {
  readonly id: string;
  /** Keys that were saved and are still to be said. */
  readonly unsent = new Set<string>();
  /** Key -> number of the last message that said it. */
  readonly saidAt = new Map<string, number>();
  readonly #host: ModelHost;
  readonly #state: Record<string, unknown> = {};
  /** Keys that were set and not saved. */
  readonly #changed = new Set<string>();
  #handlers: readonly Handler[] = [];

  constructor(id: string, host: ModelHost) {
    this.id = id;
    this.#host = host;
  }

  get(key: string): unknown {
    return this.#state[key];
  }

  set(key: string | Record<string, unknown>, value?: unknown): void {
    this.#put(typeof key === "string" ? { [key]: value } : key, (name) => this.#changed.add(name));
  }

  save(): void {
    for (const key of this.#changed) this.unsent.add(key);
    this.#changed.clear();
    if (this.unsent.size) this.#host.save();
  }

  /** Python says what these keys are; it has seen our messages up to `seen`. */
  told(state: Record<string, unknown>, seen: number): void {
    const news = Object.entries(state).filter(
      ([key]) => !this.unsent.has(key) && (this.saidAt.get(key) ?? 0) <= seen,
    );
    this.#put(Object.fromEntries(news), (name) => this.#changed.delete(name));
  }

  /** The model for a module, until `signal` aborts: then all its handlers are gone. */
  face(signal: AbortSignal): object {
    const owner = {};
    signal.addEventListener("abort", () => this.#off(undefined, undefined, (each) => each.context === owner));
    const contexts = new Map<unknown, Callback[]>();
    const face = {
      get: (key: string) => this.get(key),
      set: (key: string | Record<string, unknown>, value?: unknown) => this.set(key, value),
      save_changes: () => this.save(),
      send: (content: unknown, _callbacks?: unknown, buffers: readonly unknown[] = []) =>
        this.#host.send(this, content, buffers),
      on: (names: string, callback: Callback, context?: unknown) => {
        if (signal.aborted) return;
        if (context) contexts.set(context, [...(contexts.get(context) ?? []), callback]);
        for (const name of names.split(/\s+/))
          this.#handlers = [...this.#handlers, { name, callback, context: owner }];
      },
      off: (names?: string | null, callback?: Callback | null, context?: unknown) => {
        const theirs = context ? (contexts.get(context) ?? []) : undefined;
        this.#off(
          names,
          callback,
          (each) => each.context === owner && (theirs?.includes(each.callback) ?? true),
        );
      },
      widget_manager: {
        get_model: async (id: string) => (await this.#host.open(id.replace(/^IPY_MODEL_/, ""))).face(signal),
      },
    };
    return face;
  }

  emit(name: string, ...values: unknown[]): void {
    for (const { name: wanted, callback } of this.#handlers) {
      if (wanted !== name && wanted !== "all") continue;
      try {
        (callback as (...values: unknown[]) => void)(...values);
      } catch (error) {
        // The other handlers are to be called all the same; this is how an error of a handler is told.
        reportError(error);
      }
    }
  }

  #put(values: Record<string, unknown>, note: (name: string) => void): void {
    const changed = Object.entries(values).filter(([key, value]) => {
      const differs = !isEqual(this.#state[key], value);
      if (differs) note(key);
      this.#state[key] = value;
      return differs;
    });
    for (const [key, value] of changed) this.emit(`change:${key}`, this, value);
    if (changed.length) this.emit("change", this);
  }

  #off(
    names: string | null | undefined,
    callback: Callback | null | undefined,
    mine: (handler: Handler) => boolean,
  ): void {
    const wanted = names?.split(/\s+/);
    this.#handlers = this.#handlers.filter(
      (each) =>
        !(mine(each) && (!wanted || wanted.includes(each.name)) && (!callback || each.callback === callback)),
    );
  }
}
