/**
 * Property paths such as `this.options[this.selectedIndex].value`, read without `eval`.
 *
 * A path begins at `this` (the element of the listener) or `event` and goes on with `.name`,
 * `[path]` or `[0]`. Nothing else is understood: no calls, no operators.
 */

import type { Scalar } from "./messages.ts";

type Reader = (element: unknown, event: unknown) => unknown;

const readers = new Map<string, Reader>();

/** Reads a path. What is missing, or is neither text, number, boolean nor null, reads as null. */
export function read(path: string, element: Element, event: Event): Scalar {
  let reader = readers.get(path);
  if (!reader) {
    reader = parse(path);
    readers.set(path, reader);
  }
  try {
    return scalar(reader(element, event));
  } catch {
    return null;
  }
}

/** The value if JSON can carry it as one item, else null. */
export function scalar(value: unknown): Scalar {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
    ? (value as Scalar)
    : null;
}

function parse(path: string): Reader {
  let rest = path.trim();
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length).trimStart();
    return found?.[1];
  };
  const operand = (): Reader | undefined => {
    const index = take(/^(\d+)/);
    if (index) return () => index;
    const start = take(/^(this|event)/);
    if (!start) return undefined;
    let reader: Reader = start === "this" ? (element) => element : (_element, event) => event;
    for (;;) {
      const name = take(/^\.\s*([A-Za-z_$][\w$]*)/);
      let key: Reader | undefined = () => name;
      if (!name) {
        if (!take(/^(\[)/)) return reader;
        key = operand();
        if (!key || !take(/^(\])/)) return undefined;
      }
      const [object, property] = [reader, key];
      reader = (element, event) => (object(element, event) as never)[property(element, event) as never];
    }
  };
  const reader = operand();
  return reader && !rest ? reader : () => null;
}
