/**
 * The Jupyter comm of the widget as a carrier.
 *
 * A comm reaches every view in every tab, so each message says whose it is. It is always there,
 * until the kernel is gone: then sending throws, for good, and the view can only say so.
 */

import type { Carrier, CarrierHost } from "./carrier.ts";
import { watchKernel } from "./kernel.ts";

/** The part of anywidget's model that this needs. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: the model hands each kind of event its own arguments
  on(event: string, callback: (...operands: any[]) => void): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: string, callback: (...operands: any[]) => void): void;
}

interface Content {
  readonly view?: string;
  readonly binary?: boolean;
}

/** Tells Python, over the comm, something about a view that is no message of its session. */
export function report(model: Model, view: string, connection: string): void {
  try {
    model.send({ view, connection });
  } catch {
    // The kernel is gone; whoever sends a message will notice.
  }
}

/** A carrier that listens until `signal` aborts. */
export function commCarrier(
  model: Model,
  view: string,
  via: string,
  host: CarrierHost,
  signal: AbortSignal,
): Carrier {
  const decoder = new TextDecoder();

  function send(content: unknown, buffers?: ArrayBuffer[]): void {
    try {
      model.send(content, undefined, buffers);
    } catch {
      host.lost("kernel gone", false);
    }
  }

  function receive(content: Content, buffers: readonly DataView[]): void {
    const [data] = buffers ?? [];
    if (!data || (content?.view !== view && content?.view !== "*")) return;
    if (content.binary) {
      host.receivedBinary(
        data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer,
      );
    } else {
      host.received(decoder.decode(data));
    }
  }

  model.on("msg:custom", receive);
  const stopWatching = watchKernel(model, {
    away: () => host.lost("reconnecting…", true),
    back: () => host.opened(via),
    gone: () => host.lost("kernel gone", false),
  });
  signal.addEventListener("abort", () => {
    model.off("msg:custom", receive);
    stopWatching();
  });
  return {
    open: () => host.opened(via),
    send: (text) => send({ view, text }),
    sendBinary: (data) => send({ view, binary: true }, [data]),
    close: () => {}, // The comm belongs to the widget, not to this view.
  };
}
