/**
 * Which carrier a widget's view uses, and the reason in words.
 *
 * `auto` takes the server's WebSocket where it can be reached: the page comes from this machine,
 * so a loopback address means the same one, and something answers there in time. Else the comm.
 */

import { encode, UPSTREAM } from "../messages.ts";
import type { Carrier, CarrierHost } from "./carrier.ts";
import { CommCarrier, type Model, report } from "./comm.ts";
import { WebSocketCarrier } from "./websocket.ts";

const PATIENCE_MS = 1500;

export interface TransportOptions {
  readonly transport?: string;
  readonly url?: string;
  readonly token?: string;
}

export function choose(
  options: TransportOptions,
  model: Model,
  view: string,
  host: CarrierHost,
  signal: AbortSignal,
): Carrier {
  const { transport, url = "", token = "" } = options;
  const comm = (reason: string) => {
    const words = reason ? `comm: ${reason}` : "comm";
    report(model, view, words);
    return new CommCarrier(model, view, words, host, signal);
  };
  const socket = (socketHost: CarrierHost) =>
    new WebSocketCarrier(url, token, `websocket: ${url}`, socketHost, signal);
  const answered = () => report(model, view, `websocket: ${url} answered`);

  if (transport === "websocket") return socket(reporting(host, answered));
  if (transport === "comm") return comm("");
  if (!url) return comm("no server to connect to");
  if (!isLoopback(location.hostname))
    return comm(`this page comes from ${location.hostname}, not from this machine`);
  return new Trial(host, socket, (reason) => comm(`${url} ${reason}`), answered, signal);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A host that says once that something was received. */
function reporting(host: CarrierHost, answered: () => void): CarrierHost {
  let told = false;
  return {
    opened: (via) => host.opened(via),
    received: (text) => {
      if (!told) answered();
      told = true;
      host.received(text);
    },
    receivedBinary: (data) => host.receivedBinary(data),
    lost: (words) => host.lost(words),
  };
}

/** Tries one carrier; unless it brings a message in time, gives it up for another one, for good. */
class Trial implements Carrier {
  readonly #fallback: (reason: string) => Carrier;
  #current: Carrier;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #decided = false;

  constructor(
    host: CarrierHost,
    first: (host: CarrierHost) => Carrier,
    fallback: (reason: string) => Carrier,
    answered: () => void,
    signal: AbortSignal,
  ) {
    this.#fallback = fallback;
    this.#current = first({
      ...reporting(host, () => {
        this.#decide();
        answered();
      }),
      lost: (words) => {
        if (this.#decided) host.lost(words);
        else this.#giveUp(words === "reconnecting…" ? "could not be reached" : `said: ${words}`);
      },
    });
    signal.addEventListener("abort", () => this.#decide());
  }

  open(): void {
    if (!this.#decided) {
      this.#timer = setTimeout(
        () => this.#giveUp(`did not answer within ${PATIENCE_MS / 1000} s`),
        PATIENCE_MS,
      );
    }
    this.#current.open();
  }

  send(text: string): void {
    this.#current.send(text);
  }

  sendBinary(data: ArrayBuffer): void {
    this.#current.sendBinary(data);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#current.close();
  }

  #decide(): void {
    this.#decided = true;
    clearTimeout(this.#timer);
  }

  #giveUp(reason: string): void {
    this.#decide();
    const tried = this.#current;
    this.#current = this.#fallback(reason);
    tried.send(encode(UPSTREAM, { name: "Bye", reason: "view" }));
    tried.close();
    this.#current.open();
  }
}
