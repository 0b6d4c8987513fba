/**
 * Property paths such as `this.options[this.selectedIndex].value`, read without `eval`.
 *
 * A path begins at `this` (the element of the listener) or `event` and goes on with `.name`,
 * `[path]`, `[0]` or `["name"]`. Nothing else is understood: no calls, no operators.
 */

import type { Scalar } from "./messages.ts";

type Reader = (element: unknown, event: unknown) => unknown;

const TOKEN = /\s*(?:([\p{ID_Start}$_][\p{ID_Continue}$]*)|(\d+)|"([^"\\]*)"|'([^'\\]*)'|([.[\]]))/uy;

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
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value) ? (value as Scalar) : null;
}

function parse(path: string): Reader {
  const tokens: RegExpExecArray[] = [];
  TOKEN.lastIndex = 0;
  const end = path.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(path);
    if (!token) return nothing;
    tokens.push(token);
  }
  let place = 0;

  function operand(): Reader | undefined {
    const token = tokens[place++];
    const constant = token?.[2] ?? token?.[3] ?? token?.[4];
    if (constant !== undefined) return () => constant;
    const start: Reader | false =
      token?.[1] === "this" ? (element) => element : token?.[1] === "event" && ((_element, event) => event);
    return start ? steps(start) : undefined;
  }

  function steps(start: Reader): Reader | undefined {
    let reader: Reader | undefined = start;
    for (let sign = tokens[place]?.[5]; reader && sign && sign !== "]"; sign = tokens[place]?.[5]) {
      place++;
      const name = sign === "." ? tokens[place++]?.[1] : undefined;
      const key: Reader | undefined = sign === "[" ? operand() : name === undefined ? undefined : () => name;
      if (!key || (sign === "[" && tokens[place++]?.[5] !== "]")) return undefined;
      const object: Reader = reader;
      reader = (element, event) => (object(element, event) as never)[key(element, event) as never];
    }
    return reader;
  }

  const reader = operand();
  return reader && place === tokens.length ? reader : nothing;
}

const nothing: Reader = () => null;
