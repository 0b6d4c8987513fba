/** Binary parts of values, which travel beside the JSON, as Base64: out of a value, and into it. */

export type Path = readonly (string | number)[];

export interface Parts {
  readonly json: unknown;
  readonly paths: Path[];
  readonly buffers: string[];
}

/** A value without its binary parts: `undefined` where the value is nothing else. */
export function takeApart(value: unknown, path: Path = []): Parts {
  const paths: Path[] = [];
  const buffers: string[] = [];
  function copy(part: unknown, at: Path): unknown {
    const bytes = bytesOf(part);
    if (bytes) {
      paths.push(at);
      buffers.push(toBase64(bytes));
      return undefined;
    }
    if (Array.isArray(part)) return part.map((each, index) => copy(each, [...at, index]) ?? null);
    if (typeof part !== "object" || part === null) return part;
    if (typeof (part as { toJSON?: unknown }).toJSON === "function") {
      return copy((part as { toJSON(): unknown }).toJSON(), at);
    }
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, copy(each, [...at, key])]));
  }
  return { json: copy(value, path), paths, buffers };
}

/** Puts binary parts, as DataViews, where they belong. */
export function putBack(
  state: Record<string, unknown>,
  paths: readonly Path[],
  buffers: readonly string[],
): void {
  paths.forEach((path, index) => {
    let at = state as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
    at[path.at(-1) as string] = fromBase64(buffers[index] as string);
  });
}

export function fromBase64(text: string): DataView {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

export function toBase64(bytes: Uint8Array): string {
  let letters = "";
  // In pieces: a function takes so many arguments only.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(letters);
}

export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Whether two values are the same, binary parts included. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const [bytes, others] = [bytesOf(one), bytesOf(other)];
  if (bytes || others) {
    return bytes?.length === others?.length && !!bytes?.every((byte, index) => byte === others?.[index]);
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && isEqual((one as never)[key], (other as never)[key]))
  );
}
