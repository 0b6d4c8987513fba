/**
 * Creating elements and setting attributes by wire names, and what is refused while doing so.
 *
 * Python refuses names that carry code before they get here; refusing them again costs nothing
 * and holds whoever speaks at the other end. `Welcome.options.unsafe` turns it off.
 */

import type { Name } from "./ops.ts";

export interface Safety {
  unsafe: boolean;
}

function local(name: Name): string {
  const qualified = typeof name === "string" ? name : name[1];
  return qualified.slice(qualified.indexOf(":") + 1);
}

export function createElement(owner: Document, tag: Name, safety: Safety): Element {
  if (!safety.unsafe && local(tag).toLowerCase() === "script") throw new Error("a script element is refused");
  return typeof tag === "string" ? owner.createElement(tag) : owner.createElementNS(tag[0], tag[1]);
}

/** Sets or (null) removes an attribute; leaves an equal one alone. Throws if its name carries code. */
export function setAttribute(element: Element, name: Name, value: string | null, safety: Safety): void {
  if (!safety.unsafe && /^on/i.test(local(name))) throw new Error(`the attribute ${name} is refused`);
  if (typeof name === "string") {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  } else if (value === null) {
    element.removeAttributeNS(name[0], local(name));
  } else if (element.getAttributeNS(name[0], local(name)) !== value) {
    element.setAttributeNS(...name, value);
  }
}

/** Gives an element exactly the attributes of another one; leaves equal ones alone. */
export function copyAttributes(from: Element, to: Element): void {
  for (const { namespaceURI, localName } of [...to.attributes]) {
    if (!from.hasAttributeNS(namespaceURI, localName)) to.removeAttributeNS(namespaceURI, localName);
  }
  for (const { namespaceURI, localName, name, value } of from.attributes) {
    if (to.getAttributeNS(namespaceURI, localName) !== value) to.setAttributeNS(namespaceURI, name, value);
  }
}
