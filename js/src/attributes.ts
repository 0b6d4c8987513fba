/**
 * Creating elements and setting attributes by wire names, and what is refused while doing so.
 *
 * Python refuses names that carry code before they get here; refusing them again costs nothing
 * and holds whoever speaks at the other end. `Welcome.options.unsafe` turns it off.
 */

import type { Name } from "./ops.ts";

export const HTML = "http://www.w3.org/1999/xhtml";

export interface Safety {
  unsafe: boolean;
}

function local(name: Name): string {
  const qualified = typeof name === "string" ? name : name[1];
  return qualified.slice(qualified.indexOf(":") + 1).toLowerCase();
}

export function createElement(owner: Document, tag: Name, safety: Safety): Element {
  if (!safety.unsafe && local(tag) === "script") throw new Error("a script element is refused");
  return typeof tag === "string" ? owner.createElement(tag) : owner.createElementNS(tag[0], tag[1]);
}

/** Whether an element is what `createElement` would make of a tag. */
export function isNamed(element: Element, tag: Name): boolean {
  const [namespace, qualified] = typeof tag === "string" ? [HTML, tag] : tag;
  if (element.namespaceURI !== namespace) return false;
  return (element.prefix ? `${element.prefix}:${element.localName}` : element.localName) === qualified;
}

/** Throws if an attribute of that name would carry code. */
export function checkAttribute(name: Name, safety: Safety): void {
  if (!safety.unsafe && local(name).startsWith("on")) {
    throw new Error(`the attribute ${typeof name === "string" ? name : name[1]} is refused`);
  }
}

/** Sets or (null) removes an attribute; leaves an equal one alone. */
export function setAttribute(element: Element, name: Name, value: string | null): void {
  if (typeof name === "string") {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    return;
  }
  const [namespace, qualified] = name;
  const localName = qualified.slice(qualified.indexOf(":") + 1);
  if (value === null) element.removeAttributeNS(namespace, localName);
  else if (element.getAttributeNS(namespace, localName) !== value) {
    element.setAttributeNS(namespace, qualified, value);
  }
}

/** Removes the attributes of an element that `names` does not hold. */
export function keepAttributes(element: Element, names: readonly Name[]): void {
  if (element.attributes.length === 0) return;
  const plain = new Set(names.map((name) => (typeof name === "string" ? name : name[1])));
  for (const { name, namespaceURI, localName } of [...element.attributes]) {
    if (!plain.has(name)) element.removeAttributeNS(namespaceURI, localName);
  }
}
