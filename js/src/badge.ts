/**
 * What a view says about itself: a small badge about the connection, and folded notices.
 *
 * Lives beside the document's root, never in it, in a shadow tree of its own, so that neither
 * the app's styles nor JupyterLab's reach it. Shows nothing at all while all is well. Plain DOM
 * calls and text only.
 */

import css from "./badge.css";
import type { Notice } from "./messages.ts";
import { adopt } from "./style.ts";

/** More are of no use to a person, and each page would keep what an app raises as long as it lives. */
const MOST = 20;

export class Badge {
  readonly #shadow: ShadowRoot;
  readonly #words: HTMLElement;
  /** Each shown notice, with the button that takes it away; the one that has not come again for longest is first. */
  readonly #notices = new Map<string, HTMLElement>();

  /** Puts itself at the end of `parent`. */
  constructor(parent: Element | ShadowRoot, signal: AbortSignal) {
    const owner = parent.ownerDocument;
    const host = owner.createElement("div");
    host.className = "domsync-badge";
    this.#shadow = host.attachShadow({ mode: "open" });
    adopt(this.#shadow, css);
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

  /** Shows a notice, in the place of an earlier one of the same kind and title; a count of 0 takes that away. */
  show({ kind, title, text, count }: Notice): void {
    const owner = this.#shadow.ownerDocument;
    const key = `${kind}\n${title}`;
    const make = (tag: string, content: string, parent: Element) => {
      const element = owner.createElement(tag);
      element.textContent = content;
      parent.append(element);
      return element;
    };
    if (!count) {
      this.#remove(key);
      return;
    }
    let notice = this.#notices.get(key);
    if (!notice) {
      // Beside the details, not in their summary: what folds them holds nothing else to press.
      notice = owner.createElement("section");
      make("details", "", notice).className = kind;
      const dismiss = make("button", "×", notice);
      dismiss.setAttribute("aria-label", "Dismiss");
      dismiss.addEventListener("click", () => this.#remove(key));
      this.#shadow.append(notice);
    }
    this.#notices.delete(key);
    this.#notices.set(key, notice);
    const [oldest] = this.#notices.keys();
    if (this.#notices.size > MOST && oldest !== undefined) this.#remove(oldest);
    const details = notice.firstElementChild as Element;
    details.textContent = "";
    make("summary", count > 1 ? `${title} (${count} times)` : title, details);
    if (text) make("pre", text, details);
  }

  #remove(key: string): void {
    this.#notices.get(key)?.remove();
    this.#notices.delete(key);
  }
}
