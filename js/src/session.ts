/**
 * One viewer's session, page side: Hello and Welcome, sequence numbers and acks both ways.
 *
 * What must not be lost is kept until Python has processed it, and sent again when a connection
 * comes back or Python asks for it; what comes from Python is applied in order, once. What is
 * missing is asked for, and a frame that could not be applied ends in a snapshot. When nothing
 * comes, a Ping asks whether there is something, and says how far this side has got. Does no
 * I/O: no DOM, no socket, and time only through a clock.
 */

import {
  type Ask,
  DOWNSTREAM,
  type Downstream,
  decode,
  encode,
  type Json,
  type Notice,
  type Ops,
  UPSTREAM,
  type Upstream,
  VERSION,
} from "./messages.ts";

/** How many messages may wait for Python at most. */
export const QUEUE_LIMIT = 1000;
/** The first pause before something is said again, and the longest. */
const HELLO_MS = [1000, 5000] as const;
const FAULT_MS = [2000, 2000] as const;
const RESEND_MS = [300, 4000] as const;
const PROBE_MS = 500;
const FAULTS_IN_A_ROW = 3;
const IS_BUSY = "Python is busy…";
/** Until Welcome says otherwise; the names are those of its options. */
const LIMITS = { window: 4, ack_ms: 250, heartbeat_ms: 15_000, silence_ms: 45_000, busy_ms: 2000 };

type Limits = typeof LIMITS;

type Numbered = Extract<Upstream, { readonly seq: number; readonly ack: number }>;
type Unnumbered<M> = M extends Numbered ? Omit<M, "seq" | "ack"> : never;

/** A message that must not be lost, before it has a number. */
export type Body = Unnumbered<Numbered>;

/** A message that was posted; `seq` is 0 until it was first sent. */
export interface Posted {
  readonly body: Body;
  seq: number;
}

export interface Clock {
  /** Calls back once after so many milliseconds, unless cancelled by calling what it returns. */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface SessionHost {
  /** Hands a text to the carrier. What it cannot deliver is resent after the next `connected`. */
  send(text: string): void;
  /**
   * Applies ops; throws when one cannot be applied. When they were made, Python had processed all messages
   * up to `ack`: fewer than `acknowledged` may have said, if they were missing and came late.
   */
  apply(ops: Ops, ack: number): void;
  /** Python has processed all messages up to `seq`. Comes before the ops that say so. */
  acknowledged(seq: number): void;
  /**
   * The session is a new one: what was posted before and is not processed will never be. If the
   * document is another one, too, numbers that are known name other nodes from now on.
   */
  dropped(sameDocument: boolean): void;
  welcomed(options: Readonly<Record<string, unknown>>): void;
  app(data: string): void;
  /** The hash of the nodes with these numbers; see "Checks" in docs/protocol.md. */
  hash(nodes: readonly unknown[]): number;
  notice(notice: Notice): void;
  /** Has a question answered with `answer`. */
  ask(question: Ask): void;
  closed(code: number, reason: string): void;
  /** What the person should know about the connection; "" when all is well. */
  status(words: string): void;
  /** Nothing has come for a long time: the carrier is to be given up and opened again. */
  stalled(): void;
}

type Welcome = Extract<Downstream, { readonly tag: "Welcome" }>;
type Ordered = Extract<Downstream, { readonly tag: "Frame" | "Snapshot" | "Text" }>;

// The timers: of Hello; of a Fault or Resend that is repeated; of Pings; of an Ack; of the word that Python is busy.
const HELLO = 0;
const AGAIN = 1;
const PROBE = 2;
const ACK = 3;
const BUSY = 4;

const idOf = (token: string) => token.split(".")[0];

export class Session {
  /** What takes the session up again, once: from the last Welcome, or the one to take up, or "". */
  id: string;
  readonly #host: SessionHost;
  readonly #clock: Clock;
  #ready = false;
  /** Frames make no sense until a snapshot has come. */
  #lost = false;
  /** Whether what is shown belongs to no session. */
  #isPreview = false;
  #applied = 0;
  #acked = 0;
  #epoch = 0;
  /** Names the document that is shown. */
  #document: unknown;
  #faults = 0;
  /** The last of Python's strings. */
  #texts = 0;
  #limits: Limits = LIMITS;
  #lastSeq = 0;
  /** What Python has not processed, in order. All of it was sent, while there is a Welcome. */
  #queue: Posted[] = [];
  /** Whether the missing messages were asked for. */
  #asked = false;
  /** Milliseconds for which Pings have gone unanswered. */
  #silent = 0;
  #busy = false;
  /** What stops each of the timers. */
  readonly #timers: (() => void)[] = [];

  constructor(host: SessionHost, clock: Clock, id = "") {
    this.#host = host;
    this.#clock = clock;
    this.id = id;
  }

  /** How many events and strings have been posted that Python has not processed. */
  get unprocessed(): number {
    return this.#queue.filter(({ body }) => body.tag !== "Edits").length;
  }

  /** A carrier is there: says Hello, again and again until Welcome. `via` says in words how it was chosen. */
  connected(via: string): void {
    this.disconnected();
    this.#insist(HELLO, HELLO_MS, (next) => {
      this.#host.status(this.#isPreview ? IS_BUSY : "connecting…");
      this.#send({ tag: "Hello", version: VERSION, session: this.id, seq: this.#applied, via });
      this.#heardNothingFor(next);
    });
  }

  /** The carrier is gone. Everything is kept; `connected` may be called again. */
  disconnected(): void {
    this.#ready = this.#asked = this.#busy = false;
    this.#silent = 0;
    for (const timer of [HELLO, AGAIN, PROBE, ACK, BUSY]) this.#stop(timer);
  }

  /** Says Bye and stops. */
  bye(reason: "view" | "pagehide"): void {
    this.#send({ tag: "Bye", reason });
    this.disconnected();
  }

  /**
   * Queues an event, edits or an application's string, and sends it as soon as it may go.
   *
   * At most `QUEUE_LIMIT` messages wait. One beyond that is not taken, and the person is told.
   */
  post(body: Body): Posted | undefined {
    if (this.#queue.length >= QUEUE_LIMIT) {
      this.#tell("Python does not answer", `${QUEUE_LIMIT} events wait; later ones are lost.`);
      return undefined;
    }
    const posted: Posted = { body, seq: 0 };
    this.#queue.push(posted);
    if (this.#ready) {
      if (this.#queue.length === 1) {
        this.#watch();
        this.#probe();
      }
      this.#transmit(posted);
    }
    return posted;
  }

  /** Answers a question of Python's. */
  answer(id: number, ok: boolean, value: Json): void {
    this.#send({ tag: "Answer", id, ok, value });
  }

  /** Accepts one text from Python. */
  receive(text: string): void {
    let message: ReturnType<typeof decode<typeof DOWNSTREAM>>;
    try {
      message = decode(DOWNSTREAM, text);
    } catch (error) {
      this.#fault("frame", `${error}`.slice(0, 1000));
      return;
    }
    this.#silent = 0;
    if (!this.#ready && message.tag === "Snapshot" && !message.seq) this.#preview(message.ops);
    if (!this.#ready && !["Welcome", "Close"].includes(message.tag)) return;
    if ("ack" in message) this.#acknowledged(message.ack);
    switch (message.tag) {
      case "Welcome":
        this.#welcome(message);
        break;
      case "Frame":
      case "Snapshot":
      case "Text":
        this.#inOrder(message);
        break;
      case "Close":
        this.disconnected();
        this.#host.closed(message.code, message.reason);
        break;
      case "Ping":
        this.#send({ tag: "Pong", token: message.token, seq: this.#lastSeq });
        // Python waits for an acknowledgement: what it is about has not come, or the last one has not arrived.
        if (message.seq === this.#applied && message.seq) this.#ack();
        this.#lookForGap(message.seq);
        break;
      case "Pong":
        this.#lookForGap(message.seq);
        break;
      case "Resend":
        this.#resend(message.seq);
        break;
      case "Check":
        if (message.seq === this.#applied && this.#host.hash(message.nodes) !== message.hash)
          this.#fault("hash", `of nodes ${message.nodes}`.slice(0, 1000));
        break;
      case "Notice":
        this.#host.notice(message);
        break;
      case "Ask":
        this.#host.ask(message);
        break;
    }
  }

  #send(message: Upstream): void {
    this.#host.send(encode(UPSTREAM, message));
  }

  #welcome({ session, epoch, seq, options }: Welcome): void {
    const isSame = idOf(session) === idOf(this.id);
    // One that was late: what it says does not hold any more.
    if (isSame && epoch < this.#epoch) return;
    this.#stop(HELLO);
    const asked = this.id;
    this.id = session;
    this.#epoch = epoch;
    this.#limits = { ...LIMITS, ...options };
    this.#ready = true;
    this.#isPreview = false;
    this.#asked = false;
    this.#host.welcomed(options);
    this.#host.status("");
    if (asked && !isSame) this.#startAgain(options.document === this.#document);
    this.#document = options.document;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    this.#resend(seq);
    this.#watch();
    this.#probe();
    if (this.#lost) this.#complain("frame", "what came before the connection was lost");
  }

  /** The session is a new one: nothing that was said in the old one counts. The document may be the same. */
  #startAgain(sameDocument: boolean): void {
    const events = this.unprocessed;
    // A page that was reloaded has nothing to lose.
    if (events || (this.#applied && !sameDocument))
      this.#tell("This is a new session", `The one before has ended. Events lost: ${events}.`);
    this.#applied = this.#acked = this.#lastSeq = this.#texts = 0;
    this.#queue = [];
    this.#host.dropped(sameDocument);
  }

  /** Sends what Python has not accepted, which is what came after `seq`. */
  #resend(seq: number): void {
    for (const posted of this.#queue) if (!posted.seq || posted.seq > seq) this.#transmit(posted);
  }

  #acknowledged(seq: number): void {
    const before = this.#queue.length;
    this.#queue = this.#queue.filter((posted) => !posted.seq || posted.seq > seq);
    this.#host.acknowledged(seq);
    if (this.#queue.length < before) this.#watch();
  }

  /** Shows what belongs to no session, while a cell keeps Python from hearing the Hello. */
  #preview(ops: Ops): void {
    if (this.#applied) return;
    try {
      this.#host.apply(ops, 0);
      this.#isPreview = true;
      this.#host.status(IS_BUSY);
    } catch {
      // The real one will tell.
    }
  }

  #inOrder(message: Ordered): void {
    const { seq, tag } = message;
    if (seq <= this.#applied) return;
    // A new page waits for a snapshot, whatever its number is.
    if (tag !== "Snapshot" && (this.#lost || seq !== this.#applied + 1 || !this.#applied)) {
      this.#lookForGap(seq);
      return;
    }
    try {
      if (tag !== "Text") this.#host.apply(message.ops, message.ack);
      else if (message.number > this.#texts) {
        this.#texts = message.number;
        this.#host.app(message.data);
      }
    } catch (error) {
      this.#fault("frame", `${error}`.slice(0, 1000));
      return;
    }
    if (this.#faults > FAULTS_IN_A_ROW) this.#host.status("");
    this.#stop(AGAIN);
    this.#lost = this.#asked = false;
    this.#faults = 0;
    this.#applied = seq;
    this.#scheduleAck();
    // As long as something is unacknowledged, Pings go on: a frame says nothing of whether that has arrived.
    if (!this.#queue.length) this.#probe();
  }

  /** Asks for what is missing up to `seq`, again and again until it comes. */
  #lookForGap(seq: number): void {
    if (seq <= this.#applied || this.#lost || this.#asked) return;
    this.#asked = true;
    this.#insist(AGAIN, RESEND_MS, () => this.#send({ tag: "Resend", seq: this.#applied }));
  }

  /** After a pause, and then twice as long each time, asks whether there is something new. */
  #probe(): void {
    this.#repeat(PROBE, PROBE_MS, this.#limits.heartbeat_ms, (next) => {
      this.#send({ tag: "Ping", token: "", seq: this.#lastSeq });
      this.#heardNothingFor(next);
    });
  }

  /** Asked something, and waits for so long: after a long silence the carrier is given up, as it may be half-open. */
  #heardNothingFor(pause: number): void {
    const silent = this.#silent;
    // What was waited, not what the clock says: browsers let the timers of hidden pages sleep longer.
    this.#silent += pause;
    if (silent < this.#limits.silence_ms) return;
    this.#silent = 0;
    this.#host.stalled();
  }

  /** Says after a while that Python is busy, and that it is not any more. */
  #watch(): void {
    this.#stop(BUSY);
    if (this.#busy) this.#host.status("");
    this.#busy = false;
    if (!this.#queue.length) return;
    this.#start(BUSY, this.#limits.busy_ms, () => {
      this.#busy = true;
      this.#host.status(IS_BUSY);
    });
  }

  #scheduleAck(): void {
    const due = this.#applied - this.#acked;
    // Whatever is sent carries TCP's acknowledgement, too: answers to events that are on their way
    // may be held back until it comes.
    if (due * 2 >= this.#limits.window || this.#queue.length) this.#ack();
    else this.#start(ACK, this.#limits.ack_ms, () => this.#ack());
  }

  #ack(): void {
    this.#send({ tag: "Ack", ack: this.#acknowledging() });
  }

  /** What a message acknowledges that is sent now; no Ack is due any more. */
  #acknowledging(): number {
    this.#stop(ACK);
    this.#acked = this.#applied;
    return this.#applied;
  }

  #fault(code: "frame" | "hash", detail: string): void {
    if (!this.#ready) return;
    if (code === "frame") {
      this.#lost = true;
      this.#stop(AGAIN);
      if (++this.#faults > FAULTS_IN_A_ROW) {
        this.#host.status(`cannot show this: ${detail}`);
        return;
      }
    }
    this.#complain(code, detail);
  }

  /** Asks for a snapshot; if the page needs one, again and again until it comes. */
  #complain(code: "frame" | "hash", detail: string): void {
    const complain = () => this.#send({ tag: "Fault", code, detail });
    if (code === "frame") this.#insist(AGAIN, FAULT_MS, complain);
    else complain();
  }

  #start(timer: number, pause: number, callback: () => void): void {
    this.#stop(timer);
    this.#timers[timer] = this.#clock.after(pause, callback);
  }

  #stop(timer: number): void {
    this.#timers[timer]?.();
  }

  /** Calls back after a pause, and again and again, each time after twice as long, at most `longest`; `next` is that. */
  #repeat(timer: number, pause: number, longest: number, callback: (next: number) => void): void {
    const next = Math.min(pause * 2, longest);
    this.#start(timer, pause, () => {
      // Before the call, which may find out that the carrier is gone, and stop this.
      this.#repeat(timer, next, longest, callback);
      callback(next);
    });
  }

  /** Calls back now, and again and again. */
  #insist(
    timer: number,
    [pause, longest]: readonly [number, number],
    callback: (next: number) => void,
  ): void {
    this.#repeat(timer, pause, longest, callback);
    callback(pause);
  }

  #transmit(posted: Posted): void {
    posted.seq ||= ++this.#lastSeq;
    this.#send({ ...posted.body, seq: posted.seq, ack: this.#acknowledging() } as Numbered);
  }

  #tell(title: string, text: string): void {
    this.#host.notice({ kind: "info", title, text, count: 1 });
  }
}
