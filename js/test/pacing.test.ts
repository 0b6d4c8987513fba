/** Fast events: one underway a kind and target, the latest waits, and the order is kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pacer } from "../src/pacing.ts";
import type { Posted } from "../src/session.ts";

class Scene {
  readonly pacer = new Pacer();
  readonly sent: string[] = [];
  #seq = 0;

  /** Offers an event that is called `name`. */
  offer(type: string, target: number, name: string, fields: Record<string, unknown> = {}): void {
    this.pacer.offer(type, target, fields, () => {
      this.sent.push(fields.deltaY === undefined ? name : `${name} ${fields.deltaX} ${fields.deltaY}`);
      return { body: { tag: "Edits", edits: [] }, seq: ++this.#seq } satisfies Posted;
    });
  }
}

test("events that are not fast are sent one by one", () => {
  const scene = new Scene();
  for (const name of ["a", "b", "c"]) scene.offer("click", 2, name);
  assert.deepEqual(scene.sent, ["a", "b", "c"]);
});

test("of fast events the latest waits for the acknowledgement of the one before", () => {
  const scene = new Scene();
  for (const name of ["a", "b", "c"]) scene.offer("input", 2, name);
  assert.deepEqual(scene.sent, ["a"]);
  scene.pacer.acknowledged(1);
  assert.deepEqual(scene.sent, ["a", "c"]);
  scene.offer("input", 2, "d");
  assert.deepEqual(scene.sent, ["a", "c"]);
  scene.pacer.acknowledged(2);
  scene.pacer.acknowledged(3);
  assert.deepEqual(scene.sent, ["a", "c", "d"]);
  scene.offer("input", 2, "e");
  assert.deepEqual(scene.sent, ["a", "c", "d", "e"]);
});

test("another target, or another type, is sent, after what waits", () => {
  const scene = new Scene();
  scene.offer("input", 2, "a");
  scene.offer("input", 2, "b");
  scene.offer("input", 3, "c");
  assert.deepEqual(scene.sent, ["a", "b", "c"]);
  scene.offer("input", 2, "d");
  scene.offer("click", 2, "e");
  assert.deepEqual(scene.sent, ["a", "b", "c", "d", "e"]);
});

test("what waits goes in the order of the latest", () => {
  const scene = new Scene();
  scene.offer("input", 2, "a");
  scene.offer("input", 3, "b");
  scene.offer("input", 2, "c");
  scene.offer("input", 3, "d");
  scene.offer("input", 2, "e");
  scene.pacer.release();
  assert.deepEqual(scene.sent, ["a", "b", "d", "e"]);
});

test("the way of a wheel adds up", () => {
  const scene = new Scene();
  scene.offer("wheel", 2, "a", { deltaX: 1, deltaY: 10 });
  scene.offer("wheel", 2, "b", { deltaX: 2, deltaY: 20 });
  scene.offer("wheel", 2, "c", { deltaX: 3, deltaY: 30 });
  scene.offer("wheel", 2, "d", { deltaX: 4, deltaY: 40 });
  scene.pacer.release();
  assert.deepEqual(scene.sent, ["a 1 10", "d 9 90"]);
});

test("with the session goes what waits", () => {
  const scene = new Scene();
  scene.offer("input", 2, "a");
  scene.offer("input", 2, "b");
  scene.pacer.dropped();
  scene.offer("input", 2, "c");
  assert.deepEqual(scene.sent, ["a", "c"]);
});
