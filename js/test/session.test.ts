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

/** Nothing but what a test is about happens within an hour. */
const OPTIONS = { window: 8, ack_ms: 50, document: "d" };

/** A session whose host writes everything down. */
class Scene {
  readonly clock = new FakeClock();
  readonly sent: Upstream[] = [];
  readonly applied: unknown[] = [];
  readonly acks: number[] = [];
  readonly acknowledged: number[] = [];
  readonly questions: Ask[] = [];
  readonly drops: boolean[] = [];
  stalls = 0;
  readonly notices: Notice[] = [];
  readonly closed: unknown[] = [];
  readonly session: Session;
  words = "";
  broken = false;

  constructor(id = "") {
    this.session = new Session(
      {
        send: (text) => this.sent.push(decode(UPSTREAM, text)),
        apply: (ops, ack) => {
          if (this.broken) throw new Error("op 7 at 0: there is no node 99");
          this.applied.push(ops);
          this.acks.push(ack);
        },
        acknowledged: (seq) => this.acknowledged.push(seq),
        dropped: (sameDocument) => this.drops.push(sameDocument),
        hash: (nodes) => nodes.length,
        stalled: () => {
          this.stalls++;
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

  welcome(seq = 0, session = "s.1", epoch = 1, options: Record<string, unknown> = OPTIONS): void {
    this.receive({ tag: "Welcome", version: 1, session, epoch, seq, options });
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

  /** What was sent since the last call, without what only asks whether there is something. */
  takeSent(): Upstream[] {
    return this.sent.splice(0).filter(({ tag }) => tag !== "Ping");
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

test("what is missing is asked for once, and again after 0.3, 0.6, 1.2, then every 4 seconds", () => {
  const scene = new Scene().open();
  scene.frame(3);
  scene.frame(4);
  assert.deepEqual(scene.takeSent(), [{ tag: "Resend", seq: 1 }]);
  const times: number[] = [];
  for (let tick = 1; tick <= 130; tick++) {
    scene.clock.advance(100);
    if (scene.takeSent().length) times.push(tick / 10);
  }
  assert.deepEqual(times, [0.3, 0.9, 2.1, 4.5, 8.5, 12.5]);
  assert.deepEqual(scene.applied, []);
  for (const seq of [2, 3, 4]) scene.frame(seq);
  assert.deepEqual(scene.applied, [["frame 2"], ["frame 3"], ["frame 4"]]);
  scene.clock.advance(10_000);
  assert.deepEqual(
    scene.takeSent().filter(({ tag }) => tag !== "Ack"),
    [],
  );
});

test("a snapshot takes the place of what is missing", () => {
  const scene = new Scene().open();
  scene.frame(3);
  scene.snapshot(7);
  scene.frame(8);
  scene.snapshot(7);
  assert.deepEqual(scene.applied, [["snapshot 7"], ["frame 8"]]);
});

test("a lost first snapshot is asked for", () => {
  const scene = new Scene();
  scene.session.connected("test");
  scene.welcome();
  scene.takeSent();
  scene.frame(2);
  assert.deepEqual(scene.applied, []);
  assert.deepEqual(scene.takeSent(), [{ tag: "Resend", seq: 0 }]);
});

test("Pings ask, ever more seldom, whether the last message was lost", () => {
  const scene = new Scene().open();
  scene.sent.length = 0;
  scene.frame(2);
  const times: number[] = [];
  for (let tick = 1; tick <= 200; tick++) {
    scene.clock.advance(500);
    scene.receive({ tag: "Pong", token: "", seq: 2 });
    if (scene.sent.splice(0).some(({ tag }) => tag === "Ping")) times.push(tick / 2);
  }
  assert.deepEqual(times, [0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 45.5, 60.5, 75.5, 90.5]);
  scene.receive({ tag: "Pong", token: "", seq: 3 });
  scene.receive({ tag: "Pong", token: "", seq: 3 });
  assert.deepEqual(scene.takeSent(), [{ tag: "Resend", seq: 2 }]);
});

test("until the Welcome, what belongs to no session is shown", () => {
  const scene = new Scene();
  scene.session.connected("test");
  const preview = (ops: string[]) => scene.receive({ tag: "Snapshot", seq: 0, ack: 0, ops });
  preview(["one"]);
  preview(["two"]);
  assert.deepEqual(scene.applied, [["one"], ["two"]]);
  assert.equal(scene.words, "Python is busy…");
  scene.clock.advance(1000);
  assert.equal(scene.words, "Python is busy…");
  scene.takeSent();
  scene.welcome();
  assert.equal(scene.words, "");
  preview(["late"]);
  assert.equal(scene.applied.length, 2);
  assert.deepEqual(scene.takeSent(), []);
});

test("a Ping from Python is answered, and so is what it waits for", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.takeSent();
  scene.receive({ tag: "Ping", token: "", seq: 2 });
  assert.deepEqual(scene.takeSent(), [
    { tag: "Pong", token: "", seq: 0 },
    { tag: "Ack", ack: 2 },
  ]);
  scene.receive({ tag: "Ping", token: "", seq: 4 });
  assert.deepEqual(scene.takeSent(), [
    { tag: "Pong", token: "", seq: 0 },
    { tag: "Resend", seq: 2 },
  ]);
  scene.receive({ tag: "Ping", token: "x", seq: 0 });
  assert.deepEqual(scene.takeSent(), [{ tag: "Pong", token: "x", seq: 0 }]);
});

test("a Ping says which event was the last, and Resend brings the later ones again", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b", "c"]) scene.session.post(event(type));
  scene.sent.length = 0;
  scene.clock.advance(500);
  assert.deepEqual(scene.sent.splice(0), [{ tag: "Ping", token: "", seq: 3 }]);
  scene.receive({ tag: "Resend", seq: 1 });
  assert.deepEqual(scene.takeSent(), [
    { ...event("b"), seq: 2, ack: 1 },
    { ...event("c"), seq: 3, ack: 1 },
  ]);
});

test("frames do not put off the question whether an event has arrived", () => {
  const scene = new Scene().open();
  scene.session.post(event());
  scene.sent.length = 0;
  for (let seq = 2; seq < 100; seq++) {
    scene.frame(seq);
    scene.clock.advance(10);
  }
  assert.ok(scene.sent.some(({ tag }) => tag === "Ping"));
});

test("after long silence the carrier is given up", () => {
  const scene = new Scene().open();
  scene.frame(2);
  scene.clock.advance(45_000);
  assert.equal(scene.stalls, 0);
  scene.clock.advance(16_000);
  assert.equal(scene.stalls, 1);
  scene.receive({ tag: "Pong", token: "", seq: 2 });
  scene.clock.advance(44_000);
  assert.equal(scene.stalls, 1);
});

test("a carrier that brings no Welcome is given up, too", () => {
  const scene = new Scene();
  scene.session.connected("test");
  scene.clock.advance(45_000);
  assert.equal(scene.stalls, 0);
  scene.clock.advance(10_000);
  assert.equal(scene.stalls, 1);
});

test("a frame that comes late has seen no more than it says", () => {
  const scene = new Scene().open();
  scene.session.post(event());
  scene.frame(3, 1);
  scene.receive({ tag: "Ack", ack: 1 });
  scene.frame(2, 0);
  scene.frame(3, 1);
  assert.deepEqual(scene.acks, [0, 0, 1]);
});

test("an event that is not processed for a while is said to be waiting", () => {
  const scene = new Scene().open();
  scene.session.post(event());
  scene.clock.advance(1999);
  assert.equal(scene.words, "");
  scene.clock.advance(1);
  assert.equal(scene.words, "Python is busy…");
  scene.session.post(event());
  scene.receive({ tag: "Ack", ack: 1 });
  assert.equal(scene.words, "");
  scene.clock.advance(2000);
  assert.equal(scene.words, "Python is busy…");
  scene.receive({ tag: "Ack", ack: 2 });
  assert.equal(scene.words, "");
  scene.clock.advance(60_000);
  assert.equal(scene.words, "");
});

test("a check of the present state that fails is a fault; one of another state is none", () => {
  const scene = new Scene().open();
  scene.receive({ tag: "Check", seq: 1, nodes: [1, 2], hash: 2 });
  scene.receive({ tag: "Check", seq: 2, nodes: [1, 2], hash: 99 });
  assert.deepEqual(scene.takeSent(), []);
  scene.receive({ tag: "Check", seq: 1, nodes: [1, 2], hash: 99 });
  assert.deepEqual(scene.takeSent(), [{ tag: "Fault", code: "hash", detail: "of nodes 1,2" }]);
  scene.frame(2);
  scene.snapshot(3);
  assert.deepEqual(scene.applied, [["frame 2"], ["snapshot 3"]], "frames before the snapshot make sense");
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
  for (let round = 10; round < 30; round += 2) {
    scene.broken = true;
    scene.snapshot(round);
    scene.broken = false;
    scene.snapshot(round + 1);
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
  assert.deepEqual(scene.takeSent(), [{ tag: "Hello", version: 1, session: "s.1", seq: 2, via: "again" }]);
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

test("a Welcome that was late is ignored", () => {
  const scene = new Scene().open();
  scene.session.connected("again");
  scene.welcome(0, "s.2", 2);
  scene.welcome(0, "s.1", 1);
  assert.equal(scene.session.id, "s.2");
});

test("a new session drops the events of the old one, says so, and counts from 1", () => {
  const scene = new Scene().open();
  for (const type of ["a", "b"]) scene.session.post(event(type));
  scene.session.disconnected();
  scene.session.post(event("c"));
  scene.session.connected("again");
  scene.takeSent();
  scene.welcome(0, "other.1", 1, { ...OPTIONS, document: "e" });
  assert.deepEqual(scene.takeSent(), []);
  assert.deepEqual(scene.drops, [false]);
  assert.equal(scene.notices[0]?.text, "The one before has ended. Events lost: 3.");
  scene.session.post(event("d"));
  assert.deepEqual(scene.takeSent(), [{ ...event("d"), seq: 1, ack: 0 }]);
  scene.frame(2);
  assert.deepEqual(scene.applied, []);
  scene.snapshot(1);
  scene.frame(2);
  assert.deepEqual(scene.applied, [["snapshot 1"], ["frame 2"]]);
});

test("a new session that shows the same document is none of the person's business, if nothing was lost", () => {
  const scene = new Scene().open();
  scene.session.connected("again");
  scene.welcome(0, "other.1");
  assert.deepEqual(scene.drops, [true]);
  assert.deepEqual(scene.notices, []);
});

test("a reloaded page goes on where the session's events stopped", () => {
  const scene = new Scene("stored.1");
  scene.session.connected("test");
  assert.equal((scene.takeSent()[0] as { session: string }).session, "stored.1");
  scene.welcome(17, "stored.2", 2);
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

test("Text is numbered with the frames, and by itself, as it is sent again after a snapshot", () => {
  const scene = new Scene().open();
  const text = (seq: number, number: number) =>
    scene.receive({ tag: "Text", seq, ack: 0, number, data: `text ${number}` });
  scene.frame(2);
  text(3, 1);
  text(3, 1);
  scene.frame(4);
  scene.snapshot(5);
  text(6, 1);
  text(7, 2);
  assert.deepEqual(scene.applied, [["frame 2"], "text 1", ["frame 4"], ["snapshot 5"], "text 2"]);
});

test("Ping is answered, Close closes, Bye says why", () => {
  const scene = new Scene().open();
  scene.receive({ tag: "Ping", token: "t", seq: 0 });
  assert.deepEqual(scene.takeSent(), [{ tag: "Pong", token: "t", seq: 0 }]);
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
