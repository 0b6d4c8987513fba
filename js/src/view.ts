/**
 * One view: a root element, and all that keeps it in step with a document in Python.
 *
 * Puts the applier, the events, the session, the badge and a carrier together and owns their
 * lifetime: everything ends when the view's signal aborts.
 *
 * Code of the page talks to the application through two events at the root: what Python sends
 * arrives as `domsync:message`, what is dispatched as `domsync:send` goes to Python; `detail`
 * is a string or an ArrayBuffer.
 */

import { Applier } from "./applier.ts";
import { Badge } from "./badge.ts";
import { hashOf } from "./check.ts";
import { Controls } from "./controls.ts";
import { Events } from "./events.ts";
import { Files } from "./files.ts";
import { Pacer } from "./pacing.ts";
import { answer } from "./questions.ts";
import { type Body, type Clock, type Posted, Session } from "./session.ts";
import { leave, take, withdraw } from "./storage.ts";
import { disown } from "./style.ts";
import type { Carrier, CarrierHost } from "./transports/carrier.ts";

export interface ViewSetup {
  readonly root: HTMLElement;
  /** Where the badge goes, after the root. */
  readonly beside: Element | ShadowRoot;
  /** Whether the view is the whole page. */
  readonly page: boolean;
  /** Names the place in `sessionStorage` where a session waits for a reload. */
  readonly key: string;
  /** Called when there is something to show, and again with each change. */
  readonly shown?: () => void;
  readonly carrier: (host: CarrierHost, signal: AbortSignal) => Carrier;
  readonly signal: AbortSignal;
}

const clock: Clock = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Starts a view. It lives until `setup.signal` aborts. Returns what tests look into. */
export function startView({ root, beside, page, key, shown, carrier: makeCarrier, signal }: ViewSetup): {
  readonly applier: Applier;
  readonly session: Session;
} {
  const badge = new Badge(beside, signal);
  // A widget's view takes its session up again after a reload; a page does if the app asks for it.
  let resumes = !page;
  let carrier: Carrier | undefined;
  /** What the carrier says, until something comes through it; and what the session says. */
  let link = "connecting…";
  let state = "";
  /** Whether there is nobody, for good, who would hear what happens here. */
  let over = false;

  const applier: Applier = new Applier(root, {
    owns: (control) => controls.owns(control),
    set: (control) => controls.set(control),
    writing: (openable, write) => controls.writing(openable, write),
    listening: (listeners) => events.listening(listeners),
  });
  const session = new Session(
    {
      send: (text) => carrier?.send(text),
      apply: (ops, ack) => {
        controls.acknowledged(ack);
        applier.apply(ops);
        shown?.();
        controls.applied();
      },
      acknowledged: (seq) => {
        pacer.acknowledged(seq);
      },
      dropped: (sameDocument) => {
        // First: of an edit whose control has no number nothing is left.
        if (!sameDocument) applier.forget();
        root.dispatchEvent(new Event("domsync:dropped"));
        controls.dropped();
        pacer.dropped();
      },
      welcomed: (options) => {
        applier.unsafe = options.unsafe === true;
        resumes ||= options.resume_on_reload === true;
      },
      app: deliver,
      hash: (numbers) => hashOf(applier.nodes, numbers),
      notice: (notice) => badge.show(notice),
      ask: (question) => {
        answer(question, applier.nodes, files).then(
          (value) => session.answer(question.id, true, value),
          (error) => session.answer(question.id, false, String(error)),
        );
      },
      closed: (code, reason) => {
        carrier?.close();
        // "Service restart": there is something else to show, in a new session.
        if (code === 1012) return carrier?.open();
        lost(reason ? `closed: ${reason}` : "closed", false);
      },
      status: (words) => {
        state = words;
        speak();
      },
      stalled: () => carrier?.restart(),
    },
    clock,
    take(key),
  );
  const controls = new Controls(applier.nodes, post, clock);
  const pacer = new Pacer();
  const files = new Files();
  const events = new Events(applier.nodes, controls, pacer, files, signal);

  function speak(): void {
    const lost = over && session.unprocessed;
    badge.say((link || state) + (lost ? ` (events lost: ${lost})` : ""));
  }

  function says(words: string): void {
    link = words;
    speak();
  }

  function lost(words: string, again: boolean): void {
    session.disconnected();
    over ||= !again;
    says(words);
  }

  function post(body: Body): Posted | undefined {
    const posted = session.post(body);
    if (over) speak();
    return posted;
  }

  function deliver(detail: string | ArrayBuffer): void {
    root.dispatchEvent(new CustomEvent("domsync:message", { detail, bubbles: true, composed: true }));
  }

  root.addEventListener(
    "domsync:send",
    (event) => {
      const { detail } = event as CustomEvent<unknown>;
      if (typeof detail === "string") post({ tag: "App", data: detail });
      else if (detail instanceof ArrayBuffer) carrier?.send(detail);
    },
    { signal },
  );
  window.addEventListener(
    "pagehide",
    ({ persisted }) => {
      if (over) return;
      pacer.release();
      controls.flush();
      // Who goes back in the browser's history gets the page as it is.
      session.bye(resumes || persisted ? "pagehide" : "view");
      if (resumes && session.id) leave(key, session.id);
      carrier?.close();
    },
    { signal },
  );
  window.addEventListener(
    "pageshow",
    ({ persisted }) => {
      if (!persisted || over) return;
      withdraw(key, session.id);
      carrier?.open();
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    session.bye("view");
    carrier?.close();
    // A page that goes on without this view.
    disown(root);
  });

  carrier = makeCarrier(
    {
      established: (via) => session.connected(via),
      received: (data) => {
        if (link) says("");
        if (typeof data === "string") session.receive(data);
        else deliver(data);
      },
      lost,
      // If there is a session already, the other carrier takes it up.
      givenUp: () => session.id || session.bye("view"),
    },
    signal,
  );
  speak();
  carrier.open();
  return { applier, session };
}
