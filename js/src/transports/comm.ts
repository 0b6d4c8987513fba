/**
 * The Jupyter comm of the widget as a carrier.
 *
 * A comm reaches every view in every tab, so each message says whose it is. It is always there,
 * until the kernel is gone: then sending throws, for good, and the view can only say so. From the
 * moment that this is known, nothing is sent any more, to whatever may be in the kernel's place.
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

/**
 * A carrier that works until `signal` aborts.
 *
 * It watches the kernel even while it is closed: whatever else carries the messages, a kernel that is
 * gone is reported as lost for good.
 */
export function commCarrier(model: Model, view: string, host: CarrierHost, signal: AbortSignal): Carrier {
  const decoder = new TextDecoder();
  let open = false;
  /** While the link is down, JupyterLab would keep what is sent for whichever kernel it finds afterwards. */
  let linked = true;
  let gone = false;

  function end(what: string): void {
    gone = true;
    open = false;
    host.lost(`kernel ${what}: run the cell again`, false);
  }

  function send(content: unknown, buffers?: ArrayBuffer[]): void {
    if (!open || !linked) return;
    try {
      model.send(content, undefined, buffers);
    } catch {
      end("gone");
    }
  }

  function receive(content: Content, buffers: readonly DataView[]): void {
    const [data] = buffers ?? [];
    if (!open || !data || (content?.view !== view && content?.view !== "*")) return;
    if (content.binary) {
      host.receivedBinary(
        data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer,
      );
    } else {
      host.received(decoder.decode(data));
    }
  }

  function start(): void {
    if (open && linked) host.established("comm");
  }

  model.on("msg:custom", receive);
  signal.addEventListener("abort", () => model.off("msg:custom", receive));
  const isBusy = watchKernel(
    model,
    {
      away: (words) => {
        linked = false;
        if (open) host.lost(words, true);
      },
      back: () => {
        linked = true;
        start();
      },
      gone: end,
    },
    signal,
  );
  return {
    open: () => {
      if (open || gone) return;
      open = true;
      start();
    },
    send: (text) => send({ view, text }),
    sendBinary: (data) => send({ view, binary: true }, [data]),
    // The kernel's own sign of life is enough while a cell runs, and nothing waits.
    restart: () => isBusy() || host.silent("the kernel does not answer"),
    // The comm itself belongs to the widget, not to this view.
    close: () => {
      open = false;
    },
  };
}
