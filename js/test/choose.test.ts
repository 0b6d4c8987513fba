/** Which carrier is used, against sockets and a comm that the test plays and a clock that it moves. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Carrier } from "../src/transports/carrier.ts";
import { choose } from "../src/transports/choose.ts";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  onopen = () => {};
  onmessage = (_event: { data: string }) => {};
  onclose = (_event: { code: number; reason: string }) => {};

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  close(): void {}
}

const page = Object.assign(new EventTarget(), { hidden: false, querySelector: () => null });
const SERVER = "ws://localhost:8888/";
const model = {
  get: () => undefined,
  on: () => undefined,
  off: () => undefined,
  send: ({ connection }: { connection: string }) => said.push(connection),
};
let said: unknown[] = [];
let carrier: Carrier;
let life: AbortController;

const last = () => FakeSocket.made.at(-1) as FakeSocket;
const drop = () => last().onclose({ code: 1006, reason: "" });

function answer(): void {
  last().onopen();
  last().onmessage({ data: "something" });
}

/** The socket that worked is gone, and so is each that is opened in its place, until the comm is taken. */
function lose(): void {
  for (let attempt = 0; attempt < 4; attempt++) {
    drop();
    mock.timers.tick(2000);
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 1);
  const location = { hostname: "localhost", href: "http://localhost:8889/lab" };
  Object.assign(globalThis, { WebSocket: FakeSocket, document: page, window: new EventTarget(), location });
  page.hidden = false;
  FakeSocket.made = [];
  said = [];
  life = new AbortController();
  const host = {
    established: (via: string) => said.push(`established: ${via}`),
    received: () => undefined,
    lost: () => undefined,
    givenUp: () => said.push("given up"),
  };
  const options = { transport: "auto", url: SERVER, proxy: "proxy/8888/" };
  carrier = choose(options, model as never, "v", host, life.signal);
  carrier.open();
});

afterEach(() => {
  carrier.close();
  life.abort();
  mock.timers.reset();
  mock.restoreAll();
});

test("each way has 1.5 s to answer, then the next one is tried, and the comm is the last", () => {
  assert.equal(last().url, "ws://localhost:8889/proxy/8888/");
  mock.timers.tick(1499);
  assert.equal(FakeSocket.made.length, 1);
  mock.timers.tick(1);
  assert.equal(last().url, SERVER);
  last().onopen(); // This is no answer yet.
  mock.timers.tick(1499);
  assert.equal(said.filter((words) => words === "given up").length, 1);
  mock.timers.tick(1);
  assert.match(
    said.at(-1) as string,
    /^established: comm: ws:.*did not answer within 1.5 s; ws:.*within 1.5 s/,
  );
});

test("one that has answered has all the time", () => {
  answer();
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.made.length, 1);
});

test("where no socket was ever opened, the comm is for good", () => {
  mock.timers.tick(3000);
  mock.timers.tick(120_000);
  assert.equal(FakeSocket.made.length, 2);
});

test("one that is lost is opened again three times, then the comm is taken, and after 30 s it is tried again", () => {
  drop(); // There is no proxy.
  answer();
  lose();
  assert.deepEqual(
    FakeSocket.made.map(({ url }) => url),
    ["ws://localhost:8889/proxy/8888/", SERVER, SERVER, SERVER, SERVER],
  );
  assert.match(said.at(-1) as string, /^established: comm: .*was lost/);
  mock.timers.tick(30_000 - 2001);
  assert.equal(FakeSocket.made.length, 5);
  mock.timers.tick(1);
  assert.equal(FakeSocket.made.length, 6);
  assert.equal(last().url, SERVER, "not the one that was never opened");
});

test("while the page is hidden nothing is tried again", () => {
  answer();
  lose();
  mock.timers.tick(1500); // The other way.
  const before = FakeSocket.made.length;
  page.hidden = true;
  mock.timers.tick(90_000);
  assert.equal(FakeSocket.made.length, before);
  page.hidden = false;
  mock.timers.tick(30_000);
  assert.equal(FakeSocket.made.length, before + 1);
});
