/**
 * Events that come fast: of each kind and target one is on its way at a time, and the latest waits.
 *
 * It goes when Python has processed the one before, or just before any other event, so that the
 * order is kept. A slow Python thus gets the latest state and no backlog.
 */

import type { Posted } from "./session.ts";

const FAST: ReadonlySet<string> = new Set(
  "input mousemove pointermove touchmove scroll wheel drag dragover resize timeupdate".split(" "),
);

type Fields = Record<string, unknown>;

interface Held {
  readonly fields: Fields;
  /** Sends it; gives nothing if the queue is full. */
  readonly send: () => Posted | undefined;
}

export class Pacer {
  readonly #underway = new Map<string, Posted>();
  /** In the order in which they came. */
  readonly #held = new Map<string, Held>();

  /** Sends an event now, or keeps it until it may go; `fields` are those that it will send. */
  offer(type: string, target: number, fields: Fields, send: () => Posted | undefined): void {
    const key = FAST.has(type) ? `${type} ${target}` : "";
    if (!this.#underway.has(key)) {
      this.release();
      this.#send(key, send);
      return;
    }
    const earlier = this.#held.get(key);
    if (earlier && type === "wheel") {
      for (const delta of ["deltaX", "deltaY"]) {
        fields[delta] = (fields[delta] as number) + (earlier.fields[delta] as number);
      }
    }
    this.#held.delete(key);
    this.#held.set(key, { fields, send });
  }

  /** Sends what waits. */
  release(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const [key, { send }] of held) this.#send(key, send);
  }

  /** Python has processed all messages up to `seq`. */
  acknowledged(seq: number): void {
    let due = false;
    for (const [key, posted] of this.#underway) {
      if (posted.seq && posted.seq <= seq) {
        this.#underway.delete(key);
        due ||= this.#held.has(key);
      }
    }
    if (due) this.release();
  }

  /** What was on its way will not arrive, and what waits speaks of a tree that is gone. */
  dropped(): void {
    this.#underway.clear();
    this.#held.clear();
  }

  #send(key: string, send: () => Posted | undefined): void {
    const posted = send();
    if (key && posted) this.#underway.set(key, posted);
  }
}
