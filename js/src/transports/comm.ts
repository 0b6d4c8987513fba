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

export interface CommCarrier extends Carrier {
  /** Tells Python what carries the view's messages, even while that is something else. */
  report(connection: string): void;
}

/**
 * A carrier that works until `signal` aborts.
 *
 * It watches the kernel even while it is closed: whatever else carries the messages, a kernel that is
 * gone is reported as lost for good.
 */
export function commCarrier(model: Model, view: string, host: CarrierHost, signal: AbortSignal): CommCarrier {
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
    if (!linked || gone) return;
    try {
      model.send(content, undefined, buffers);
    } catch {
      end("gone");
    }
  }

  function receive(content: Content, buffers: readonly DataView[]): void {
    const [data] = buffers ?? [];
    if (!open || !data || (content?.view !== view && content?.view !== "*")) return;
    const { buffer, byteOffset, byteLength } = data;
    host.received(
      content.binary
        ? (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer)
        : decoder.decode(data),
    );
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
    send: (data) => {
      if (!open) return;
      if (typeof data === "string") send({ view, text: data });
      else send({ view, binary: true }, [data]);
    },
    restart: () => {
      // The kernel's own sign of life is enough while a cell runs: whatever is said waits behind that.
      if (isBusy()) return;
      host.lost("the kernel does not answer", true);
      // Python may have given the session up, and waits for a Hello then.
      start();
    },
    report: (connection) => send({ view, connection }),
    // The comm itself belongs to the widget, not to this view.
    close: () => {
      open = false;
    },
  };
}
