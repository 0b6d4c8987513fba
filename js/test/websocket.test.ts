/** A WebSocket as a carrier, against a socket that the test plays and a clock that it moves. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Carrier } from "../src/transports/carrier.ts";
import { webSocketCarrier } from "../src/transports/websocket.ts";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  closed = false;
  onopen = () => {};
  onmessage = (_event: { data: string }) => {};
  onclose = (_event: { code: number; reason: string }) => {};

  constructor() {
    FakeSocket.made.push(this);
  }

  close(): void {
    this.closed = true;
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const said: unknown[] = [];
let carrier: Carrier;

function last(): FakeSocket {
  return FakeSocket.made.at(-1) as FakeSocket;
}

/** How many milliseconds pass before the next socket is opened. */
function pause(): number {
  const before = FakeSocket.made.length;
  for (let waited = 0; waited < 20_000; waited += 5) {
    if (FakeSocket.made.length > before) return waited;
    mock.timers.tick(5);
  }
  return Number.POSITIVE_INFINITY;
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 1);
  Object.assign(globalThis, { WebSocket: FakeSocket, document: page, window: new EventTarget() });
  page.hidden = false;
  FakeSocket.made = [];
  said.length = 0;
  carrier = webSocketCarrier("ws://localhost/", "", {
    established: () => said.push("established"),
    received: (data) => said.push(data),
    lost: (words, again) => said.push([words, again]),
    givenUp: () => undefined,
  });
  carrier.open();
});

afterEach(() => {
  carrier.close();
  mock.timers.reset();
  mock.restoreAll();
});

test("it tries again after pauses twice as long each time, up to 8 s, until something comes", () => {
  const pauses = Array.from({ length: 8 }, () => {
    last().onclose({ code: 1006, reason: "" });
    return pause();
  });
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  last().onopen();
  last().onmessage({ data: "something" });
  last().onclose({ code: 1006, reason: "" });
  assert.equal(pause(), 250);
});

test("jitter takes off up to half of a pause", () => {
  mock.method(Math, "random", () => 0);
  last().onclose({ code: 1006, reason: "" });
  assert.equal(pause(), 125);
});

test("a refusal is final", () => {
  last().onclose({ code: 1008, reason: "no" });
  assert.deepEqual(said, [["refused by the server: no", false]]);
  assert.equal(pause(), Number.POSITIVE_INFINITY);
});

test("a hidden page waits until it is shown", () => {
  page.hidden = true;
  last().onclose({ code: 1006, reason: "" });
  assert.equal(pause(), Number.POSITIVE_INFINITY);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeSocket.made.length, 2);
});

test("a page whose network is back does not wait", () => {
  last().onclose({ code: 1006, reason: "" });
  window.dispatchEvent(new Event("online"));
  assert.equal(FakeSocket.made.length, 2);
  last().onopen();
  assert.equal(pause(), Number.POSITIVE_INFINITY, "nor opens another one later");
});

test("a socket that does not open within 5 s is given up, and says nothing any more", () => {
  const first = last();
  mock.timers.tick(5000);
  assert.ok(first.closed);
  first.onopen();
  first.onmessage({ data: "late" });
  assert.deepEqual(said, [["reconnecting…", true]]);
  assert.equal(pause(), 250);
});

test("one through which nothing comes is replaced at once", () => {
  last().onopen();
  carrier.restart();
  assert.equal(FakeSocket.made.length, 2);
  assert.ok(FakeSocket.made[0]?.closed);
});
