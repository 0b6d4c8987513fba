/** The session against a scripted Python and a clock that stands still until it is told to go. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Ask,
  DOWNSTREAM,
  decode,
  encode,
  type Message,
  type Notice,
  UPSTREAM,
  type Upstream,
} from "../src/messages.ts";
import { type Body, type Clock, QUEUE_LIMIT, Session } from "../src/session.ts";

class FakeClock implements Clock {
  now = 0;
  #timers: { due: number; callback: () => void }[] = [];

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.now = next.due;
      next.callback();
    }
    this.now = end;
  }
}

/** A session whose host writes everything down. */
class Scene {
  readonly clock = new FakeClock();
  readonly sent: Upstream[] = [];
  readonly applied: unknown[] = [];
  readonly acknowledged: number[] = [];
  readonly questions: Ask[] = [];
  drops = 0;
  readonly notices: Notice[] = [];
  readonly closed: unknown[] = [];
  readonly session: Session;
  words = "";
  broken = false;

  constructor(id = "") {
    this.session = new Session(
      {
        send: (text) => this.sent.push(decode(UPSTREAM, text)),
        apply: (ops) => {
          if (this.broken) throw new Error("op 7 at 0: there is no node 99");
          this.applied.push(ops);
        },
        acknowledged: (seq) => this.acknowledged.push(seq),
        dropped: () => {
          this.drops++;
        },
        ask: (question) => this.questions.push(question),
        welcomed: () => undefined,
        app: (data) => this.applied.push(data),
        notice: (notice) => this.notices.push(notice),
        closed: (...how) => this.closed.push(how),
        status: (words) => {
          this.words = words;
        },
      },
      this.clock,
      id,
    );
  }

  receive(message: Message<typeof DOWNSTREAM>): void {
    this.session.receive(encode(DOWNSTREAM, message));
  }

  welcome(seq = 0, session = "s", options: Record<string, unknown> = { window: 8, ack_ms: 50 }): void {
    this.receive({ tag: "Welcome", version: 1, session, seq, options });
  }

  frame(seq: number, ack = 0, ops: unknown[] = [`frame ${seq}`]): void {
    this.receive({ tag: "Frame", seq, ack, ops });
  }

  snapshot(seq: number, ack = 0): void {
    this.receive({ tag: "Snapshot", seq, ack, ops: [`snapshot ${seq}`] });
  }

  /** Connected, welcomed, with the first snapshot applied and acknowledged. */
  open(): this {
    this.session.connected("test");
    this.welcome();
    this.snapshot(1);
    this.clock.advance(50);
    this.takeSent();
    this.applied.length = 0;
    return this;
  }

  takeSent(): Upstream[] {
    return this.sent.splice(0);
  }
}

function event(type = "click"): Body {
  return { tag: "Event", type, target: 2, fields: {}, edits: [], values: [] };
}

test("Hello is repeated after 1, 2, 4 and then every 5 seconds, until Welcome", () => {
  const scene = new Scene();
  scene.session.connected("comm: why");
  const times: number[] = [];
  for (let second = 0; second <= 18; second++) {
    for (const message of scene.takeSent()) {
      assert.deepEqual(message, { tag: "Hello", version: 1, session: "", seq: 0, via: "comm: why" });
      times.push(second);
    }
    scene.clock.advance(1000);
  }
  assert.deepEqual(times, [0, 1, 3, 7, 12, 17]);
  assert.equal(scene.words, "connecting…");
  scene.welcome();
  assert.equal(scene.words, "");
  scene.snapshot(1);
  scene.takeSent();
  scene.clock.advance(20_000);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 1 }]);
});

test("frames are applied in order, once", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.frame(2);
  scene.frame(1);
  scene.frame(3);
  assert.deepEqual(scene.applied, [["frame 2"], ["frame 3"]]);
});

test("an Ack waits for ack_ms, and not at all when half the window is unacknowledged", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.clock.advance(49);
  assert.deepEqual(scene.takeSent(), []);
  scene.clock.advance(1);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 2 }]);
  for (const seq of [3, 4, 5]) scene.frame(seq);
  assert.deepEqual(scene.takeSent(), []);
  scene.frame(6);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 6 }]);
  scene.clock.advance(1000);
  assert.deepEqual(scene.takeSent(), []);
});

test("an Ack does not wait while other events are on their way", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b", "c"]) scene.session.post(event(type));
  scene.takeSent();
  scene.frame(2, 1);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 2 }]);
  scene.frame(3, 2);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 3 }]);
  scene.frame(4, 3);
  assert.deepEqual(scene.takeSent(), []);
  scene.clock.advance(50);
  assert.deepEqual(scene.takeSent(), [{ tag: "Ack", ack: 4 }]);
});

test("an Event carries the ack for nothing", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.session.post(event());
  assert.deepEqual(scene.takeSent(), [{ ...event(), seq: 1, ack: 2 }]);
  scene.clock.advance(1000);
  assert.deepEqual(scene.takeSent(), []);
});

test("a gap stops frames and App until a snapshot, and is reported every 2 seconds", () => {
  const scene = new Scene().open();
  scene.frame(3);
  const fault = { tag: "Fault", code: "gap", detail: "2 was expected, 3 came" };
  assert.deepEqual(scene.takeSent(), [fault]);
  scene.frame(2);
  scene.receive({ tag: "App", seq: 4, ack: 0, data: "lost" });
  assert.deepEqual(scene.applied, []);
  assert.deepEqual(scene.takeSent(), []);
  scene.clock.advance(2000);
  scene.clock.advance(2000);
  assert.deepEqual(scene.takeSent(), [fault, fault]);
  scene.snapshot(7);
  scene.frame(8);
  assert.deepEqual(scene.applied, [["snapshot 7"], ["frame 8"]]);
  scene.clock.advance(10_000);
  assert.deepEqual(scene.takeSent(), [
    { tag: "Ack", ack: 7 },
    { tag: "Ack", ack: 8 },
  ]);
});

test("a lost first snapshot is asked for", () => {
  const scene = new Scene();
  scene.session.connected("test");
  scene.welcome();
  scene.takeSent();
  scene.frame(1);
  assert.deepEqual(scene.applied, []);
  scene.clock.advance(2000);
  assert.equal(scene.takeSent()[0]?.tag, "Fault");
});

test("a frame that cannot be applied is reported; three in a row are, a fourth is shown", () => {
  const scene = new Scene().open();
  const fault = { tag: "Fault", code: "frame", detail: "Error: op 7 at 0: there is no node 99" };
  scene.broken = true;
  scene.frame(2);
  assert.deepEqual(scene.takeSent(), [fault]);
  scene.clock.advance(2000);
  assert.deepEqual(scene.takeSent(), [fault]);
  scene.snapshot(3);
  scene.snapshot(4);
  assert.deepEqual(scene.takeSent(), [fault, fault]);
  assert.equal(scene.words, "");
  scene.snapshot(5);
  assert.equal(scene.words, `cannot show this: ${fault.detail}`);
  scene.clock.advance(60_000);
  assert.deepEqual(scene.takeSent(), []);
  scene.broken = false;
  scene.snapshot(6);
  assert.equal(scene.words, "");
  scene.frame(7);
  assert.deepEqual(scene.applied, [["snapshot 6"], ["frame 7"]]);
});

test("a good frame in between starts the count of faults again", () => {
  const scene = new Scene().open();
  for (let round = 0; round < 10; round++) {
    scene.broken = true;
    scene.snapshot(10 + round);
    scene.broken = false;
    scene.snapshot(10 + round);
  }
  assert.equal(scene.words, "");
});

test("unprocessed events are resent after a Welcome, with their numbers and the ack of now", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b", "c"]) scene.session.post(event(type));
  scene.frame(2, 1);
  assert.deepEqual(scene.acknowledged.at(-1), 1);
  scene.session.disconnected();
  scene.session.post(event("d"));
  scene.takeSent();
  scene.session.connected("again");
  assert.deepEqual(scene.takeSent(), [{ tag: "Hello", version: 1, session: "s", seq: 2, via: "again" }]);
  scene.welcome(2);
  assert.deepEqual(scene.takeSent(), [
    { ...event("c"), seq: 3, ack: 2 },
    { ...event("d"), seq: 4, ack: 2 },
  ]);
  scene.frame(3);
  assert.deepEqual(scene.applied.at(-1), ["frame 3"]);
});

test("a second Welcome on the same connection resends what is not accepted, nothing else", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b"]) scene.session.post(event(type));
  scene.takeSent();
  scene.welcome(1);
  assert.deepEqual(scene.takeSent(), [{ ...event("b"), seq: 2, ack: 1 }]);
});

test("a new session drops the events of the old one, says so, and counts from 1", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b"]) scene.session.post(event(type));
  scene.session.disconnected();
  scene.session.post(event("c"));
  scene.session.connected("again");
  scene.takeSent();
  scene.welcome(0, "other");
  assert.deepEqual(scene.takeSent(), []);
  assert.equal(scene.drops, 1);
  assert.equal(scene.notices[0]?.text, "3 unsent events were dropped.");
  scene.session.post(event("d"));
  assert.deepEqual(scene.takeSent(), [{ ...event("d"), seq: 1, ack: 0 }]);
  scene.frame(2);
  assert.deepEqual(scene.applied, []);
  scene.snapshot(1);
  scene.frame(2);
  assert.deepEqual(scene.applied, [["snapshot 1"], ["frame 2"]]);
});

test("a reloaded page goes on where the session's events stopped", () => {
  const scene = new Scene("stored");
  scene.session.connected("test");
  assert.equal((scene.takeSent()[0] as { session: string }).session, "stored");
  scene.welcome(17, "stored");
  scene.session.post(event());
  assert.equal((scene.takeSent()[0] as { seq: number }).seq, 18);
  assert.deepEqual(scene.notices, []);
});

test("nothing but a Welcome is listened to before the Welcome", () => {
  const scene = new Scene();
  scene.session.connected("test");
  scene.takeSent();
  scene.frame(1);
  scene.snapshot(1);
  scene.receive({ tag: "Ack", ack: 5 });
  assert.deepEqual(scene.applied, []);
  assert.deepEqual(scene.acknowledged, []);
  assert.deepEqual(scene.takeSent(), []);
});

test("the queue is bounded while there is no connection, and the person is told", () => {
  const scene = new Scene().open();
  scene.session.disconnected();
  for (let count = 0; count < QUEUE_LIMIT; count++) assert.ok(scene.session.post(event()));
  assert.deepEqual(scene.notices, []);
  assert.equal(scene.session.post(event()), undefined);
  assert.equal(scene.notices.length, 1);
  scene.session.connected("again");
  scene.takeSent();
  scene.welcome();
  assert.equal(scene.takeSent().length, QUEUE_LIMIT);
});

test("the queue is bounded while Python is connected and does not answer", () => {
  const scene = new Scene().open();
  for (let count = 0; count < QUEUE_LIMIT; count++) scene.session.post(event());
  assert.equal(scene.takeSent().length, QUEUE_LIMIT);
  assert.equal(scene.session.post(event()), undefined);
  scene.receive({ tag: "Ack", ack: 1 });
  assert.equal(scene.session.post(event())?.seq, QUEUE_LIMIT + 1);
});

test("App is numbered with the frames", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.receive({ tag: "App", seq: 3, ack: 0, data: "hello" });
  scene.receive({ tag: "App", seq: 3, ack: 0, data: "hello" });
  scene.frame(4);
  assert.deepEqual(scene.applied, [["frame 2"], "hello", ["frame 4"]]);
});

test("Ping is answered, Close closes, Bye says why", () => {
  const scene = new Scene().open();
  scene.receive({ tag: "Ping", token: "t" });
  assert.deepEqual(scene.takeSent(), [{ tag: "Pong", token: "t" }]);
  scene.receive({ tag: "Close", code: 1000, reason: "done" });
  assert.deepEqual(scene.closed, [[1000, "done"]]);
  scene.session.post(event());
  scene.frame(2);
  assert.deepEqual(scene.takeSent(), []);
  scene.session.bye("view");
  assert.deepEqual(scene.takeSent(), [{ tag: "Bye", reason: "view" }]);
});

test("a message that is none is a fault, and a snapshot repairs it", () => {
  const scene = new Scene().open();
  scene.session.receive("[1,2");
  assert.equal((scene.takeSent()[0] as { code: string }).code, "frame");
  scene.snapshot(2);
  assert.deepEqual(scene.applied, [["snapshot 2"]]);
});

test("a frame's ack is known before its ops are applied", () => {
  const scene = new Scene().open();
  scene.session.post(event());
  scene.broken = true;
  scene.frame(2, 1);
  assert.equal(scene.acknowledged.at(-1), 1);
});

test("a question is passed on, and its answer has its id", () => {
  const scene = new Scene().open();
  scene.receive({ tag: "Ask", id: 7, node: 2, kind: "get", name: "value", arguments: [] });
  assert.equal(scene.questions[0]?.name, "value");
  scene.session.answer(7, true, "v");
  assert.deepEqual(scene.takeSent(), [{ tag: "Answer", id: 7, ok: true, value: "v" }]);
});
