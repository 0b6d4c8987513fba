/**
 * A WebSocket as a carrier: connects, and connects again.
 *
 * After a loss it waits from 0.25 s up to 8 s, twice as long each time, with jitter; not while
 * the page is hidden, and at once when the page is shown or the network is back. A refusal by
 * policy or by the protocol is final: trying again would only repeat it.
 */

import { SUBPROTOCOL } from "../messages.ts";
import type { Carrier, CarrierHost } from "./carrier.ts";

const SHORTEST_MS = 250;
const LONGEST_MS = 8000;

/** Close codes after which the server does not want to see this page again. */
const FINAL: ReadonlySet<number> = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010]);

export class WebSocketCarrier implements Carrier {
  readonly #url: string;
  readonly #protocols: string[];
  readonly #via: string;
  readonly #host: CarrierHost;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #wanted = false;

  constructor(url: string, token: string, via: string, host: CarrierHost, signal: AbortSignal) {
    this.#url = url;
    this.#protocols = token ? [SUBPROTOCOL, `domsync.token.${token}`] : [SUBPROTOCOL];
    this.#via = via;
    this.#host = host;
    const hurry = () => {
      if (this.#wanted && !this.#socket && !document.hidden) this.#connect();
    };
    document.addEventListener("visibilitychange", hurry, { signal });
    window.addEventListener("online", hurry, { signal });
    signal.addEventListener("abort", () => this.close());
  }

  open(): void {
    this.#wanted = true;
    this.#attempts = 0;
    if (!this.#socket) this.#connect();
  }

  send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  sendBinary(data: ArrayBuffer): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(data);
  }

  close(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#socket = undefined;
  }

  #connect(): void {
    clearTimeout(this.#timer);
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url, this.#protocols);
    } catch (error) {
      // A bad address, or ws: from an https: page. The same would happen next time.
      this.#wanted = false;
      this.#host.lost(error instanceof Error ? error.message : String(error));
      return;
    }
    socket.binaryType = "arraybuffer";
    // An abandoned socket may still have something to say; nobody listens.
    const current = () => this.#socket === socket;
    socket.onopen = () => {
      if (!current()) return;
      this.#attempts = 0;
      this.#host.opened(this.#via);
    };
    socket.onmessage = ({ data }) => {
      if (!current()) return;
      if (typeof data === "string") this.#host.received(data);
      else this.#host.receivedBinary(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (current()) this.#closed(code, reason);
    };
    this.#socket = socket;
  }

  #closed(code: number, reason: string): void {
    this.#socket = undefined;
    if (FINAL.has(code) || code >= 4000) {
      this.#wanted = false;
      this.#host.lost(`${code === 1008 ? "refused" : "closed"} by the server: ${reason || code}`);
      return;
    }
    this.#host.lost("reconnecting…");
    const pause = Math.min(SHORTEST_MS * 2 ** this.#attempts++, LONGEST_MS);
    this.#timer = setTimeout(
      () => {
        if (!document.hidden) this.#connect();
      },
      pause * (0.5 + Math.random() / 2),
    );
  }
}
