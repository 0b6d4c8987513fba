/** The module that every widget carries, with a model that the test plays. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import loader from "../src/loader.ts";

interface Shared {
  readonly waiting: { readonly size: number };
}

const page = globalThis as unknown as Record<symbol, Record<string, Shared>>;

function waiting(): number {
  return page[Symbol.for("domsync_jupyter")]?.name?.waiting.size ?? 0;
}

test("a view that waits for code where no kernel is asks now and then, and remembers nothing of it", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  mock.method(performance, "now", () => now);
  let asked = 0;
  const model = {
    get: () => ({ code: "name" }),
    send: () => {
      asked += 1;
      throw new Error("there is no kernel");
    },
    on: () => {},
  };
  const controller = new AbortController();
  const props = { model, el: {} as HTMLElement, signal: controller.signal };
  const views = [loader.render(props), loader.render(props)];
  for (let second = 0; second < 100; second++) {
    assert.equal(waiting(), 2);
    now += 1000;
    mock.timers.tick(1000);
    // Both views go on in microtasks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  // One of them asks for both.
  assert.equal(asked, 101);
  controller.abort();
  mock.timers.tick(1000);
  assert.deepEqual(await Promise.all(views), [undefined, undefined]);
  assert.equal(waiting(), 0);
  mock.reset();
});
