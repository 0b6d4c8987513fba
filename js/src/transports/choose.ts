/**
 * Which carrier a widget's view uses, and the reason in words.
 *
 * `auto` takes the server's WebSocket where it can be reached: the page comes from this machine,
 * so a loopback address means the same one, and something answers there in time. Else the comm.
 */

import { encode, UPSTREAM } from "../messages.ts";
import type { Carrier, CarrierHost } from "./carrier.ts";
import { commCarrier, type Model, report } from "./comm.ts";
import { webSocketCarrier } from "./websocket.ts";

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
  const comm = (words: string): Carrier => {
    report(model, view, words);
    return commCarrier(model, view, words, host, signal);
  };
  if (transport === "comm") return comm("comm");
  const certain = transport === "websocket";
  if (!certain && !url) return comm("comm: no server to connect to");
  if (!certain && !/^(localhost|127[.\d]+|\[::1\])$/.test(location.hostname)) {
    return comm(`comm: this page comes from ${location.hostname}, not from this machine`);
  }

  let answered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUp = (reason: string) => {
    clearTimeout(timer);
    const tried = carrier;
    carrier = comm(`comm: ${url} ${reason}`);
    tried.send(encode(UPSTREAM, { tag: "Bye", reason: "view" }));
    tried.close();
    carrier.open();
  };
  const socketHost: CarrierHost = {
    ...host,
    received: (text) => {
      clearTimeout(timer);
      if (!answered) report(model, view, `websocket: ${url} answered`);
      answered = true;
      host.received(text);
    },
    lost: (words, again) => {
      if (certain || answered) host.lost(words, again);
      else giveUp(again ? "could not be reached" : `could not be used: ${words}`);
    },
  };
  let carrier: Carrier = webSocketCarrier(url, token, socketHost, signal);
  if (!certain)
    timer = setTimeout(() => giveUp(`did not answer within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
  signal.addEventListener("abort", () => clearTimeout(timer));
  // What is tried first may give way to the comm.
  return {
    open: () => carrier.open(),
    send: (text) => carrier.send(text),
    sendBinary: (data) => carrier.sendBinary(data),
    close: () => carrier.close(),
  };
}
