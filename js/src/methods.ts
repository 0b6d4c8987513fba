/** Calling a method of an element by a name from the wire. The caller has checked that the name is allowed. */

import type { Ops } from "./messages.ts";

/** The method's result; throws what it throws, and if the element does not have it. */
export function callMethod(element: Element, name: string, operands: Ops): unknown {
  const target = element as unknown as Record<string, ((...operands: unknown[]) => unknown) | undefined>;
  if (!target[name]) throw new Error(`a ${element.localName} has no such method`);
  return target[name](...operands);
}
