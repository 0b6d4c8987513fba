/**
 * What a view says about itself: a small badge about the connection, and folded notices.
 *
 * Lives beside the document's root, never in it, in a shadow tree of its own, so that neither
 * the app's styles nor JupyterLab's reach it. Shows nothing at all while all is well. Plain DOM
 * calls and text only.
 */

import type { Notice } from "./messages.ts";
import { adopt } from "./style.ts";

const CSS = `
:host { position: absolute; inset: 0 0 auto auto; z-index: 1000; max-width: 100%; pointer-events: none;
  font: 12px/1.4 var(--jp-ui-font-family, system-ui, sans-serif); color: var(--jp-ui-font-color1, CanvasText) }
:host(.page) { position: fixed; inset: 8px 8px auto auto }
div, details { pointer-events: auto; background: var(--jp-layout-color1, Canvas); border: 1px solid
  var(--jp-border-color1, GrayText); border-radius: 3px; padding: 2px 8px; margin: 0 0 4px auto; max-width: 60em }
div { width: fit-content; opacity: .9; animation: late .4s step-end }
div:empty { display: none }
@keyframes late { from { opacity: 0 } }
details.error { border-color: var(--jp-error-color1, #d32f2f); overflow: auto }
summary { cursor: pointer }
.error summary { color: var(--jp-error-color1, #d32f2f) }
button { float: right; margin-left: 1em; border: 0; background: none; color: inherit; font: inherit; cursor: pointer }
pre { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.4 var(--jp-code-font-family, monospace) }
`;

export class Badge {
  readonly #shadow: ShadowRoot;
  readonly #words: HTMLElement;
  readonly #notices = new Map<string, HTMLDetailsElement>();

  /** Puts itself at the end of `parent`; `fixed` to the window's corner, or else to the parent's. */
  constructor(parent: Element, fixed: boolean, signal: AbortSignal) {
    const owner = parent.ownerDocument;
    const host = owner.createElement("div");
    host.className = `domsync-badge${fixed ? " page" : ""}`;
    this.#shadow = host.attachShadow({ mode: "open" });
    adopt(this.#shadow, CSS);
    this.#words = owner.createElement("div");
    this.#words.setAttribute("role", "status");
    this.#shadow.append(this.#words);
    parent.append(host);
    signal.addEventListener("abort", () => host.remove());
  }

  /** Says these words; "" hides the badge. */
  say(words: string): void {
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  /** Shows a notice, in the place of an earlier one of the same kind and title. */
  show({ kind, title, text, count }: Notice): void {
    const owner = this.#shadow.ownerDocument;
    const key = `${kind}\n${title}`;
    const make = (tag: string, content: string, parent: Element) => {
      const element = owner.createElement(tag);
      element.textContent = content;
      parent.append(element);
      return element;
    };
    let details = this.#notices.get(key);
    if (!details) {
      details = owner.createElement("details");
      details.className = kind;
      this.#notices.set(key, details);
      this.#shadow.append(details);
    }
    details.textContent = "";
    const summary = make("summary", count > 1 ? `${title} (${count} times)` : title, details);
    const dismiss = make("button", "×", summary);
    dismiss.setAttribute("aria-label", "Dismiss");
    dismiss.addEventListener("click", (event) => {
      event.preventDefault();
      this.#notices.get(key)?.remove();
      this.#notices.delete(key);
    });
    if (text) make("pre", text, details);
  }
}
