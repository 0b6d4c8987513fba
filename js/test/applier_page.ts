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

function newRoot(): HTMLElement {
  const root = document.createElement("div");
  root.id = "root";
  document.body.replaceChildren(root);
  return root;
}

/** How many numbers are held for nodes that are not in the tree (any more). */
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
    listening: () => undefined,
    silent: () => undefined,
  });
  return {
    root,
    apply: (ops: Ops) => applier.apply(ops),
    node: (number: number) => applier.nodes.get(number),
    leaks: () => leaks(applier.nodes),
  };
}

/** A whole view over a carrier that the test plays. */
function stageView(key = "test") {
  const root = newRoot();
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
        open: () => carrierHost.opened("the test"),
        send: (text) => sent.push(JSON.parse(text)),
        sendBinary: (data) => sent.push(data),
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
    lose: (words: string) => host?.lost(words),
    reopen: () => host?.opened("the test"),
    leaks: () => leaks(applier.nodes),
    end: () => controller.abort(),
  };
}

/** A widget's view over a model that the test plays. */
function stageWidget(options: unknown) {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const handlers = new Map<string, Set<(...operands: unknown[]) => void>>();
  const sent: unknown[] = [];
  const stage = {
    el,
    sent,
    dead: false,
    handlers: 0,
    end: () => undefined as void,
    say: (_: unknown[]) => undefined as void,
  };
  const model: Model = {
    get: () => options,
    send: (content) => {
      if (stage.dead) throw new Error("Cannot send");
      sent.push(content);
    },
    on: (event, callback) => {
      stage.handlers++;
      handlers.set(event, (handlers.get(event) ?? new Set()).add(callback));
    },
    off: (event, callback) => {
      stage.handlers--;
      handlers.get(event)?.delete(callback);
    },
  };
  stage.say = (message) => {
    const { view } = sent[0] as { view: string };
    const data = new DataView(new TextEncoder().encode(`..${JSON.stringify(message)}`).buffer, 2);
    for (const handler of handlers.get("msg:custom") ?? []) handler({ view }, [data]);
  };
  stage.end = widget.render({ model, el });
  return stage;
}

Object.assign(window, { compareInserts, stageApplier, stageView, stageWidget, violations });
