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

export class CommCarrier implements Carrier {
  readonly #model: Model;
  readonly #view: string;
  readonly #via: string;
  readonly #host: CarrierHost;
  readonly #decoder = new TextDecoder();

  /** Listens until `signal` aborts. */
  constructor(model: Model, view: string, via: string, host: CarrierHost, signal: AbortSignal) {
    this.#model = model;
    this.#view = view;
    this.#via = via;
    this.#host = host;
    model.on("msg:custom", this.#receive);
    const stopWatching = watchKernel(model, {
      away: () => host.lost("reconnecting…"),
      back: () => host.opened(via),
      gone: () => host.lost("kernel gone"),
    });
    signal.addEventListener("abort", () => {
      model.off("msg:custom", this.#receive);
      stopWatching();
    });
  }

  open(): void {
    this.#host.opened(this.#via);
  }

  send(text: string): void {
    this.#send({ view: this.#view, text });
  }

  sendBinary(data: ArrayBuffer): void {
    this.#send({ view: this.#view, binary: true }, [data]);
  }

  close(): void {
    // The comm belongs to the widget, not to this view.
  }

  #send(content: unknown, buffers?: ArrayBuffer[]): void {
    try {
      this.#model.send(content, undefined, buffers);
    } catch {
      this.#host.lost("kernel gone");
    }
  }

  readonly #receive = (content: Content, buffers: readonly DataView[]): void => {
    const [data] = buffers ?? [];
    if (!data || (content?.view !== this.#view && content?.view !== "*")) return;
    if (content.binary) {
      this.#host.receivedBinary(
        data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer,
      );
    } else {
      this.#host.received(this.#decoder.decode(data));
    }
  };
}
