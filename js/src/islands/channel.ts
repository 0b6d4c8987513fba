/**
 * Between the models of one embedded element and their widgets in Python: "Islands" in docs/protocol.md.
 *
 * Messages to Python are handed over as text, which is delivered once and in order. Of updates, one is
 * on its way at a time; what is saved meanwhile goes in the next one. Knows no DOM.
 */

import { bytesOf, fromBase64, type Path, putBack, takeApart, toBase64 } from "./buffers.ts";
import { Model, type ModelHost } from "./model.ts";

/** Characters of an event, at most: a longer message goes in parts. */
const PART = 256 * 1024;

interface Down {
  readonly model: string;
  readonly method: "open" | "update" | "custom" | "module" | "close" | "refuse";
  readonly state?: Record<string, unknown>;
  readonly buffer_paths?: readonly Path[];
  readonly buffers?: readonly string[];
  readonly content?: unknown;
  readonly esm?: string;
  readonly text?: string;
}

export interface ChannelHost {
  /** Hands a message, or a part of one, to Python. */
  post(detail: string): void;
  /** The address of the module of a model is this now. */
  module(model: Model, address: string): void;
  /** There is nothing to show, for this reason; "": the widget was closed. */
  over(model: string, reason: string): void;
}

interface Opening {
  readonly promise: Promise<Model>;
  readonly resolve: (model: Model) => void;
  readonly reject: (error: Error) => void;
}

export class Channel implements ModelHost {
  readonly #root: string;
  readonly #host: ChannelHost;
  readonly #models = new Map<string, Model>();
  readonly #openings = new Map<string, Opening>();
  #token = "";
  /** Of the last message to Python; of the last update; and of the last that Python has seen. */
  #number = 0;
  #update = 0;
  #seen = 0;
  /** Of the last message from Python. */
  #received = 0;

  constructor(root: string, host: ChannelHost) {
    this.#root = root;
    this.#host = host;
  }

  /** Asks for the element's own model; again, if Python has forgotten this page. */
  begin(): void {
    this.#token = Array.from(crypto.getRandomValues(new Uint32Array(2)), String).join(".");
    this.#number = this.#update = this.#seen = this.#received = 0;
    for (const model of this.#models.values()) model.saidAt.clear();
    this.#post({ model: this.#root, method: "open", token: this.#token });
    for (const id of [...this.#models.keys(), ...this.#openings.keys()]) {
      if (id !== this.#root) this.#post({ model: id, method: "open" });
    }
  }

  /** Takes what Python says. What it says again is ignored. */
  receive(token: string, number: number, text: string): void {
    if (token !== this.#token || number <= this.#received) return;
    this.#received = number;
    const { seen, messages } = JSON.parse(text) as { seen: number; messages: readonly Down[] };
    this.#seen = seen;
    for (const message of messages) this.#take(message);
    this.save();
  }

  open(id: string): Promise<Model> {
    const known = this.#models.get(id);
    if (known) return Promise.resolve(known);
    let opening = this.#openings.get(id);
    if (!opening) {
      let settle: Pick<Opening, "resolve" | "reject"> | undefined;
      const promise = new Promise<Model>((resolve, reject) => {
        settle = { resolve, reject };
      });
      opening = { promise, ...(settle as unknown as Pick<Opening, "resolve" | "reject">) };
      this.#openings.set(id, opening);
      this.#post({ model: id, method: "open" });
    }
    return opening.promise;
  }

  save(): void {
    if (this.#update > this.#seen) return;
    for (const model of this.#models.values()) this.#say(model);
  }

  send(model: Model, content: unknown, buffers: readonly unknown[]): void {
    // Python is to see things in the order in which they happened.
    this.#say(model);
    const encoded = buffers.map((buffer) => toBase64(bytesOf(buffer) ?? new Uint8Array()));
    this.#post({ model: model.id, method: "custom", number: ++this.#number, content, buffers: encoded });
  }

  /** Says what was saved. */
  #say(model: Model): void {
    if (!model.unsent.size) return;
    const keys = [...model.unsent];
    model.unsent.clear();
    this.#update = ++this.#number;
    for (const key of keys) model.saidAt.set(key, this.#number);
    const { json, paths, buffers } = takeApart(Object.fromEntries(keys.map((key) => [key, model.get(key)])));
    this.#post({
      model: model.id,
      method: "update",
      number: this.#number,
      state: json,
      buffer_paths: paths,
      buffers,
    });
  }

  #post(message: object): void {
    const text = JSON.stringify(message);
    let at = 0;
    for (; at + PART < text.length; at += PART) this.#host.post(`+${text.slice(at, at + PART)}`);
    this.#host.post(`.${text.slice(at)}`);
  }

  #take(message: Down): void {
    const { model: id, method, state = {}, buffer_paths = [], buffers = [] } = message;
    let model = this.#models.get(id);
    switch (method) {
      case "open":
        if (!model) {
          model = new Model(id, this);
          this.#models.set(id, model);
        }
        putBack(state, buffer_paths, buffers);
        model.told(state, this.#seen);
        this.#host.module(model, message.esm ?? "");
        this.#openings.get(id)?.resolve(model);
        this.#openings.delete(id);
        break;
      case "update":
        putBack(state, buffer_paths, buffers);
        model?.told(state, this.#seen);
        break;
      case "custom":
        model?.emit("msg:custom", message.content, buffers.map(fromBase64));
        break;
      case "module":
        if (model) this.#host.module(model, message.esm ?? "");
        break;
      case "close":
      case "refuse":
        model?.emit("destroy", model);
        this.#models.delete(id);
        this.#openings.get(id)?.reject(new Error(message.text ?? `there is no model ${id}`));
        this.#openings.delete(id);
        this.#host.over(id, message.text ?? "");
        break;
    }
  }
}
