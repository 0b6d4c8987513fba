/**
 * One viewer's session, page side: Hello and Welcome, sequence numbers and acks both ways.
 *
 * What must not be lost is kept until Python has processed it and resent when a connection
 * comes back; what comes from Python is applied in order, once; a gap or a frame that could not
 * be applied ends in a snapshot. Does no I/O: no DOM, no socket, and time only through a clock.
 */

import {
  type Ask,
  DOWNSTREAM,
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
const GAP_REPEAT_MS = 2000;
const HELLO_REPEAT_MS = 1000;
const HELLO_REPEAT_AT_MOST_MS = 5000;
const FAULTS_IN_A_ROW = 3;

type Numbered = Extract<Upstream, { readonly seq: number; readonly ack: number }>;
type Unnumbered<M> = M extends Numbered ? Omit<M, "seq" | "ack"> : never;

/** A message that must not be lost, before it has a number. */
export type Body = Unnumbered<Numbered>;

/** A message in the queue; `seq` is 0 until it was first sent. */
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
  /** Applies ops; throws when one cannot be applied. */
  apply(ops: Ops): void;
  /** Python has processed all messages up to `seq`. Comes before the ops that say so. */
  acknowledged(seq: number): void;
  /** The session is a new one: what was posted before and is not processed will never be. */
  dropped(): void;
  welcomed(options: Readonly<Record<string, unknown>>): void;
  app(data: string): void;
  notice(notice: Notice): void;
  /** Has a question answered with `answer`. */
  ask(question: Ask): void;
  closed(code: number, reason: string): void;
  /** What the person should know about the connection; "" when all is well. */
  status(words: string): void;
}

const never = () => undefined;

export class Session {
  /** The id from the last Welcome, or the one to take up, or "". */
  id: string;
  readonly #host: SessionHost;
  readonly #clock: Clock;
  #via = "";
  #ready = false;
  /** Frames make no sense until a snapshot has come. */
  #lost = false;
  #applied = 0;
  #acked = 0;
  #faults = 0;
  #window = 8;
  #ackMs = 50;
  #lastSeq = 0;
  #pending: Posted[] = [];
  #sent: Posted[] = [];
  #cancelHello: () => void = never;
  #cancelAck: () => void = never;
  #cancelFault: () => void = never;

  constructor(host: SessionHost, clock: Clock, id = "") {
    this.#host = host;
    this.#clock = clock;
    this.id = id;
  }

  /** A carrier is there: says Hello, again and again until Welcome. `via` says in words how it was chosen. */
  connected(via: string): void {
    this.disconnected();
    this.#via = via;
    this.#hello(0);
  }

  /** The carrier is gone. Everything is kept; `connected` may be called again. */
  disconnected(): void {
    this.#ready = false;
    this.#cancelHello();
    this.#cancelAck();
    this.#cancelFault();
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
    if (this.#sent.length + this.#pending.length >= QUEUE_LIMIT) {
      this.#tell("Python does not answer", `${QUEUE_LIMIT} events wait; later ones are lost.`);
      return undefined;
    }
    const posted: Posted = { body, seq: 0 };
    this.#pending.push(posted);
    this.#pump();
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
    if (!this.#ready && !["Welcome", "Close", "Ping"].includes(message.tag)) return;
    switch (message.tag) {
      case "Welcome":
        this.#welcome(message.session, message.seq, message.options);
        break;
      case "Frame":
      case "Snapshot":
      case "App":
        this.#acknowledged(message.ack);
        this.#inOrder(message.seq, message.tag === "Snapshot", () => {
          if (message.tag === "App") this.#host.app(message.data);
          else this.#host.apply(message.ops);
        });
        break;
      case "Ack":
        this.#acknowledged(message.ack);
        break;
      case "Close":
        this.disconnected();
        this.#host.closed(message.code, message.reason);
        break;
      case "Ping":
        this.#send({ tag: "Pong", token: message.token });
        break;
      case "Pong":
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

  #hello(attempt: number): void {
    // The timer first: sending may find out that the carrier is gone, which stops it.
    const pause = Math.min(HELLO_REPEAT_MS * 2 ** attempt, HELLO_REPEAT_AT_MOST_MS);
    this.#cancelHello = this.#clock.after(pause, () => this.#hello(attempt + 1));
    this.#host.status("connecting…");
    this.#send({ tag: "Hello", version: VERSION, session: this.id, seq: this.#applied, via: this.#via });
  }

  #welcome(id: string, seq: number, options: Readonly<Record<string, unknown>>): void {
    this.#cancelHello();
    const asked = this.id;
    this.id = id;
    const { window, ack_ms } = options;
    if (typeof window === "number") this.#window = window;
    if (typeof ack_ms === "number") this.#ackMs = ack_ms;
    this.#ready = true;
    this.#host.welcomed(options);
    this.#host.status("");
    if (asked !== "" && asked !== id) this.#startAgain();
    this.#acceptedUpTo(seq);
    if (this.#sent.length === 0) this.#lastSeq = seq;
    for (const posted of this.#sent) this.#transmit(posted);
    this.#pump();
    this.#lost ||= this.#applied === 0;
    this.#expectSnapshot("gap", "no snapshot has come");
  }

  /** The session is a new one: nothing that was said in the old one counts. */
  #startAgain(): void {
    this.#applied = 0;
    this.#acked = 0;
    this.#lastSeq = 0;
    const events = [...this.#sent, ...this.#pending].filter(({ body }) => body.tag !== "Edits").length;
    this.#sent = [];
    this.#pending = [];
    this.#host.dropped();
    if (events) this.#tell("The session had ended", `${events} unsent events were dropped.`);
  }

  #acceptedUpTo(seq: number): void {
    while (this.#sent[0] && this.#sent[0].seq <= seq) this.#sent.shift();
  }

  #acknowledged(seq: number): void {
    this.#acceptedUpTo(seq);
    this.#host.acknowledged(seq);
    this.#pump();
  }

  #inOrder(seq: number, snapshot: boolean, apply: () => void): void {
    if (!snapshot) {
      if (this.#lost || seq <= this.#applied) return;
      if (seq !== this.#applied + 1) {
        this.#fault("gap", `${this.#applied + 1} was expected, ${seq} came`);
        return;
      }
    }
    this.#cancelFault();
    try {
      apply();
    } catch (error) {
      this.#fault("frame", `${error}`.slice(0, 1000));
      return;
    }
    if (this.#faults > FAULTS_IN_A_ROW) this.#host.status("");
    this.#lost = false;
    this.#faults = 0;
    this.#applied = seq;
    this.#scheduleAck();
  }

  #scheduleAck(): void {
    const due = this.#applied - this.#acked;
    if (due <= 0) this.#acked = this.#applied; // a snapshot may count from a lower number
    this.#cancelAck();
    // Whatever is sent carries TCP's acknowledgement, too: answers to events that are on their way
    // may be held back until it comes.
    if (due * 2 >= this.#window || this.#sent.length) this.#ack();
    else this.#cancelAck = this.#clock.after(this.#ackMs, () => this.#ack());
  }

  #ack(): void {
    this.#cancelAck();
    this.#acked = this.#applied;
    this.#send({ tag: "Ack", ack: this.#applied });
  }

  #fault(code: "gap" | "frame", detail: string): void {
    if (!this.#ready) return;
    this.#lost = true;
    this.#cancelFault();
    if (code === "frame" && ++this.#faults > FAULTS_IN_A_ROW) {
      this.#host.status(`cannot show this: ${detail}`);
      return;
    }
    this.#expectSnapshot(code, detail);
    this.#send({ tag: "Fault", code, detail });
  }

  /** A snapshot is to come; asks for it, again and again, if it does not. */
  #expectSnapshot(code: "gap" | "frame", detail: string): void {
    this.#cancelFault();
    this.#cancelFault = this.#clock.after(GAP_REPEAT_MS, () => {
      if (!this.#ready) return;
      this.#lost = true;
      this.#expectSnapshot(code, detail);
      this.#send({ tag: "Fault", code, detail });
    });
  }

  #pump(): void {
    while (this.#ready && this.#pending.length) {
      const posted = this.#pending.shift() as Posted;
      posted.seq = ++this.#lastSeq;
      this.#sent.push(posted);
      this.#transmit(posted);
    }
  }

  #transmit({ body, seq }: Posted): void {
    this.#cancelAck();
    this.#acked = this.#applied;
    this.#send({ ...body, seq, ack: this.#applied } as Numbered);
  }

  #tell(title: string, text: string): void {
    this.#host.notice({ kind: "info", title, text, count: 1 });
  }
}
