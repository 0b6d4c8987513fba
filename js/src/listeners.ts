/** A listener as the page keeps it, and how it is read from the wire. */

import type { WireListener } from "./ops.ts";

export interface Listener {
  readonly type: string;
  readonly flags: number;
  /** A property path, or "". */
  readonly getter: string;
  /** Event properties wanted beside the usual ones. */
  readonly fields: readonly string[];
  /** The values of `event.key` that it is called for; none: all of them. */
  readonly keys: readonly string[];
}

/** Throws if one of them is not as it must be: that would come out only when an event comes. */
export function readListeners(wire: readonly WireListener[]): readonly Listener[] {
  return wire.map(([type, flags, getter = "", fields = [], keys = []]) => {
    if (!Number.isInteger(flags) || !(Array.isArray(fields) && Array.isArray(keys)))
      throw new Error("the flags, fields or keys of a listener are none");
    if (![type, getter, ...fields, ...keys].every((text) => typeof text === "string"))
      throw new Error("a listener has something else than texts");
    return { type, flags, getter, fields, keys };
  });
}
