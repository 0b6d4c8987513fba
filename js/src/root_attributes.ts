/**
 * The attributes of the root element: some are the page's own, some Python's.
 *
 * A snapshot describes Python's exactly, so those that it does not mention go; the page's own,
 * such as the id by which it found the element, come back.
 */

import { setAttribute } from "./attributes.ts";
import type { Name } from "./ops.ts";

export class RootAttributes {
  readonly #root: Element;
  readonly #own: readonly Attr[];
  readonly #described = new Set<string>();

  constructor(root: Element) {
    this.#root = root;
    this.#own = Array.from(root.attributes, (attribute) => attribute.cloneNode() as Attr);
  }

  /** A snapshot begins. */
  forget(): void {
    this.#described.clear();
  }

  /** Python has set or removed this attribute. */
  described(name: Name): void {
    this.#described.add(typeof name === "string" ? name : name[1]);
  }

  /** A snapshot ends: what it did not describe is as the page made it. */
  restore(): void {
    for (const { name, namespaceURI, localName } of [...this.#root.attributes]) {
      if (!this.#described.has(name) && !this.#own.some((own) => own.name === name)) {
        this.#root.removeAttributeNS(namespaceURI, localName);
      }
    }
    for (const own of this.#own) {
      if (!this.#described.has(own.name)) {
        setAttribute(this.#root, own.namespaceURI ? [own.namespaceURI, own.name] : own.name, own.value);
      }
    }
  }
}
