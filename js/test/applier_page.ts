/**
 * What the tests in `tests/browser` drive in a real browser: bundled, served and called from Python.
 *
 * Everything hangs on `window`, under names that the tests use.
 */

import { Applier } from "../src/applier.ts";
import type { Ops } from "../src/messages.ts";
import type { Nodes } from "../src/nodes.ts";
import type { CarrierHost } from "../src/transports/carrier.ts";
import type { Model } from "../src/transports/comm.ts";
import { startView } from "../src/view.ts";
import widget from "../src/widget.ts";
import { compareInserts } from "./insert_speed.ts";

const violations: string[] = [];
document.addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});

function newRoot(beside = false): HTMLElement {
  const root = document.createElement("div");
  root.id = "root";
  if (beside) document.body.append(root);
  else document.body.replaceChildren(root);
  return root;
}

/** How many numbers are held for nodes that are not in the tree (any more). Unfolds all instances. */
function leaks(nodes: Nodes): number {
  let numbered = 0;
  const visit = (node: Node) => {
    if (nodes.numberOf(node)) numbered++;
    node.childNodes.forEach(visit);
  };
  visit(nodes.root);
  return nodes.size - numbered;
}

/** An applier of its own, without a session: each call starts anew. */
function stageApplier() {
  const root = newRoot();
  const applier = new Applier(root, {
    owns: () => false,
    set: () => undefined,
    writing: (_openable, write) => write(),
    listening: () => undefined,
  });
  return {
    root,
    apply: (ops: Ops) => applier.apply(ops),
    unsafe: () => {
      applier.unsafe = true;
    },
    node: (number: number) => applier.nodes.get(number),
    leaks: () => leaks(applier.nodes),
    /** How many numbers are held; a folded instance has one. */
    size: () => applier.nodes.size,
    numberOf: (node: Node) => applier.nodes.numberOf(node),
    /** Where a node is below the root, and the types that it listens to. */
    describe: (number: number) => {
      const described: unknown[] =
        applier.nodes.listeners(applier.nodes.open(number))?.map(({ type }) => type) ?? [];
      for (let node = applier.nodes.get(number); node !== root; node = node.parentNode as Node) {
        described.unshift([...(node.parentNode as Node).childNodes].indexOf(node as ChildNode));
      }
      return described;
    },
  };
}

/** A whole view over a carrier that the test plays; `beside` leaves other views where they are. */
function stageView(key = "test", beside = false) {
  const root = newRoot(beside);
  const sent: unknown[] = [];
  const controller = new AbortController();
  let host: CarrierHost | undefined;
  const { applier, session } = startView({
    root,
    beside: document.body,
    page: false,
    key,
    carrier: (carrierHost) => {
      host = carrierHost;
      return {
        open: () => carrierHost.established("the test"),
        send: (data) => sent.push(typeof data === "string" ? JSON.parse(data) : data),
        restart: () => sent.push("restart"),
        close: () => undefined,
      };
    },
    signal: controller.signal,
  });
  return {
    root,
    sent,
    session,
    node: (number: number) => applier.nodes.get(number),
    receive: (...messages: unknown[]) => {
      for (const message of messages) host?.received(JSON.stringify(message));
    },
    hear: (text: string) => host?.received(text),
    lose: (words: string) => host?.lost(words, true),
    reopen: () => host?.established("the test"),
    leaks: () => leaks(applier.nodes),
    /** How many numbers are held; a folded instance has one. */
    size: () => applier.nodes.size,
    end: () => controller.abort(),
  };
}

/** A widget's view over a model that the test plays. */
function stageWidget(options: unknown) {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const sent: { view: string }[] = [];
  const handlers: ((...operands: unknown[]) => void)[] = [];
  const stage = { el, sent, handlers, dead: false, say, end: () => {} };
  const model: Model = {
    get: () => options,
    send: (content) => {
      if (stage.dead) throw new Error("Cannot send");
      sent.push(content as { view: string });
    },
    on: (_event, callback) => handlers.push(callback),
    off: (_event, callback) => handlers.splice(handlers.indexOf(callback), 1),
  };
  /** Speaks to the view, or to whomever else. */
  function say(message: unknown, view = sent[0]?.view): void {
    const padded = new TextEncoder().encode(`..${JSON.stringify(message)}`);
    for (const handler of handlers) handler({ view }, [new DataView(padded.buffer, 2)]);
  }
  stage.end = widget.render({ model, el });
  return stage;
}

Object.assign(window, { compareInserts, stageApplier, stageView, stageWidget, violations });
