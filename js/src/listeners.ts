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

export function readListeners(wire: readonly WireListener[]): readonly Listener[] {
  return wire.map(([type, flags, getter = "", fields = [], keys = []]) => ({
    type,
    flags,
    getter,
    fields,
    keys,
  }));
}
