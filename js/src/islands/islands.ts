/**
 * The module with which the standalone page shows embedded widgets; it loads it when the first one comes.
 *
 * `<domsync-embed model="ID">` is the place. What is said to Python goes as events of the element, and
 * Python calls the element's method `tell`.
 */

import type { Arrival } from "../embed.ts";
import { Channel } from "./channel.ts";
import type { Model } from "./model.ts";
import { Runtime } from "./runtime.ts";
import { trustWidgets } from "./trust.ts";

interface Told {
  tell?: (token: string, number: number, text: string) => void;
}

/** Shows a widget until its place has left the page. `root` says when Python has forgotten this page. */
export function show({ element, life }: Arrival, root: HTMLElement): void {
  if (life.aborted) return;
  trustWidgets();
  const id = element.getAttribute("model") ?? "";
  let shown: AbortController | undefined;

  function clear(): void {
    shown?.abort();
    element.replaceChildren();
  }

  function say(words: string): void {
    clear();
    const note = document.createElement("p");
    note.className = "domsync-note";
    note.textContent = words;
    element.append(note);
  }

  async function present(model: Model): Promise<void> {
    clear();
    shown = new AbortController();
    const signal = AbortSignal.any([life, shown.signal]);
    const place = document.createElement("div");
    element.append(place);
    try {
      await runtime.render(model, place, signal);
    } catch (error) {
      if (signal.aborted) return;
      console.error(error);
      say(`The widget cannot be shown: ${error instanceof Error ? error.message : error}`);
    }
  }

  const channel: Channel = new Channel(id, {
    post: (detail) => element.dispatchEvent(new CustomEvent("domsync:model", { detail })),
    module(model, address) {
      const same = addresses.get(model) === address;
      addresses.set(model, address);
      if (same) return;
      runtime.bind(model, address);
      if (model.id === id) void present(model);
    },
    over(model, reason) {
      if (model !== id) return;
      if (reason) say(reason);
      else clear();
    },
  });
  const addresses = new Map<Model, string>();
  const runtime = new Runtime(channel, life);

  (element as Told).tell = (...operands) => channel.receive(...operands);
  root.addEventListener("domsync:dropped", () => channel.begin(), { signal: life });
  life.addEventListener("abort", clear);
  channel.begin();
}
