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
import { Controls } from "./controls.ts";
import { Events } from "./events.ts";
import { Files } from "./files.ts";
import { Pacer } from "./pacing.ts";
import { answer } from "./questions.ts";
import { type Clock, Session } from "./session.ts";
import { leave, take, withdraw } from "./storage.ts";
import type { Carrier, CarrierHost } from "./transports/carrier.ts";

export interface ViewSetup {
  readonly root: HTMLElement;
  /** Where the badge goes, after the root. */
  readonly beside: Element | ShadowRoot;
  /** Whether the view is the whole page. */
  readonly page: boolean;
  /** Names the place in `sessionStorage` where a session waits for a reload. */
  readonly key: string;
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
export function startView({ root, beside, page, key, carrier: makeCarrier, signal }: ViewSetup): {
  readonly applier: Applier;
  readonly session: Session;
} {
  const badge = new Badge(beside, page, signal);
  // A widget's view takes its session up again after a reload; a page does if the app asks for it.
  let resumes = !page;
  let carrier: Carrier | undefined;

  const applier: Applier = new Applier(root, {
    owns: (control) => controls.owns(control),
    listening: (listeners) => events.listening(listeners),
  });
  const session = new Session(
    {
      send: (text) => carrier?.send(text),
      apply: (ops) => applier.apply(ops),
      acknowledged: (seq) => {
        controls.acknowledged(seq);
        pacer.acknowledged(seq);
      },
      dropped: () => {
        controls.dropped();
        pacer.dropped();
      },
      welcomed: (options) => {
        applier.unsafe = options.unsafe === true;
        resumes ||= options.resume_on_reload === true;
      },
      app: deliver,
      notice: (notice) => badge.show(notice),
      ask: (question) => {
        answer(question, applier.nodes, files).then(
          (value) => session.answer(question.id, true, value),
          (error) => session.answer(question.id, false, String(error)),
        );
      },
      closed: (_code, reason) => badge.say(reason ? `closed: ${reason}` : "closed"),
      status: (words) => badge.say(words),
    },
    clock,
    take(key),
  );
  const controls = new Controls(applier.nodes, (body) => session.post(body), clock);
  const pacer = new Pacer();
  const files = new Files();
  const events = new Events(applier.nodes, controls, pacer, files, signal);

  function deliver(detail: string | ArrayBuffer): void {
    root.dispatchEvent(new CustomEvent("domsync:message", { detail, bubbles: true, composed: true }));
  }

  root.addEventListener(
    "domsync:send",
    (event) => {
      const { detail } = event as CustomEvent<unknown>;
      if (typeof detail === "string") session.post({ tag: "App", data: detail });
      else if (detail instanceof ArrayBuffer) carrier?.sendBinary(detail);
    },
    { signal },
  );
  window.addEventListener(
    "pagehide",
    () => {
      pacer.release();
      controls.flush();
      session.bye(resumes ? "pagehide" : "view");
      if (resumes && session.id) leave(key, session.id);
      carrier?.close();
    },
    { signal },
  );
  window.addEventListener(
    "pageshow",
    (event) => {
      if (!event.persisted) return;
      withdraw(key, session.id);
      carrier?.open();
    },
    { signal },
  );
  // Before the carrier is made: its own listener would close it before Bye is out.
  signal.addEventListener("abort", () => session.bye("view"));

  carrier = makeCarrier(
    {
      opened: (via) => session.connected(via),
      received: (text) => session.receive(text),
      receivedBinary: deliver,
      lost: (words) => {
        session.disconnected();
        badge.say(words);
      },
    },
    signal,
  );
  badge.say("connecting…");
  carrier.open();
  return { applier, session };
}
