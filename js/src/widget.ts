/**
 * The widget's entry: an anywidget module that starts a view for each output cell.
 *
 * There is no `initialize`: a model whose initialisation takes its time loses messages, and a
 * view asks for all that it needs anyway.
 */

import baseCss from "./base.css";
import { type GuestHost, showGuests } from "./guests.ts";
import { adopt } from "./style.ts";
import { choose, type TransportOptions } from "./transports/choose.ts";
import type { Model } from "./transports/comm.ts";
import { startView } from "./view.ts";

interface WidgetOptions extends TransportOptions {
  readonly isolate?: boolean;
  /** In place of ours. */
  readonly stylesheet?: string | null;
  readonly key?: string;
}

interface RenderProps {
  readonly model: Model;
  readonly el: HTMLElement;
  readonly host?: GuestHost;
}

// JupyterLab's shortcuts leave alone what happens below such an element.
const NO_SHORTCUTS = "data-lm-suppress-shortcuts";

function render({ model, el, host: guestHost }: RenderProps): () => void {
  const options = (model.get("_options") ?? {}) as WidgetOptions;
  const controller = new AbortController();
  const { signal } = controller;

  const owner = el.ownerDocument;
  const host = owner.createElement("div");
  const root = owner.createElement("div");
  root.className = "domsync-root";
  el.classList.add("domsync-view");
  // The badge is placed in the corner of this.
  host.style.position = "relative";
  // Both: an event from a shadow tree seems to come from its host.
  for (const element of [el, host]) element.setAttribute(NO_SHORTCUTS, "true");
  if (options.isolate === false) {
    host.append(root);
  } else {
    const shadow = host.attachShadow({ mode: "open" });
    adopt(shadow, options.stylesheet ?? baseCss);
    shadow.append(root);
  }
  el.append(host);
  // Keys that a field of ours takes are nobody else's.
  el.addEventListener("keydown", (event) => isEditable(event.composedPath()[0]) && event.stopPropagation(), {
    signal,
  });

  showGuests(root, options.isolate === false ? undefined : host, model, guestHost, signal);
  const view = randomName();
  const rule = owner.createElement("style");
  startView({
    root,
    beside: root.parentNode as ShadowRoot | HTMLElement,
    page: false,
    key: options.key || "widget",
    shown: () => {
      if (rule.isConnected) return;
      // What a saved notebook shows in this one's place; see notebook/saved_output.py.
      rule.textContent = `.domsync-saved-${options.key}{display:none}`;
      el.append(rule);
    },
    carrier: (carrierHost, viewSignal) => choose(options, model, view, carrierHost, viewSignal),
    signal,
  });
  return () => controller.abort();
}

function isEditable(target: EventTarget | undefined): boolean {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}

function randomName(): string {
  // Not randomUUID: a page that comes over http from another machine does not have it.
  return crypto.getRandomValues(new Uint32Array(4)).join(".");
}

export default { render };
