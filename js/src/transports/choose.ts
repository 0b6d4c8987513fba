/**
 * Which carrier a widget's view uses, and the reason in words.
 *
 * `auto` takes the first way to the server that is answered in time: through the proxy of the Jupyter
 * server that the page comes from, if there is one; straight to the server's own port, if the page
 * comes from this machine, so that a loopback address means the same one; else the comm.
 *
 * The session goes on whatever carries it. A socket that has worked and is lost for good gives way to the
 * comm, and is tried again now and then. What is given up is silent: it neither sends nor receives.
 */

import type { Carrier, CarrierHost } from "./carrier.ts";
import { commCarrier, type Model } from "./comm.ts";
import { webSocketCarrier } from "./websocket.ts";

/** For an answer to Hello, from the first attempt to connect. */
const PATIENCE_MS = 1500;
/** Attempts to reconnect in a row. */
const FAILURES = 3;
const RETRY_MS = 30_000;

export interface TransportOptions {
  readonly transport?: string;
  /** The server's own address. */
  readonly url?: string;
  /** The server's address below the Jupyter server's, if that has a proxy. */
  readonly proxy?: string;
  readonly token?: string;
}

function isLoopback(): boolean {
  return /^(localhost|127[.\d]+|\[::1\])$/.test(location.hostname);
}

/** The address of a socket below the base URL of the Jupyter server. */
function below(path: string): string {
  const config = document.querySelector("script#jupyter-config-data")?.textContent ?? "{}";
  const base = new URL(JSON.parse(config).baseUrl ?? "/", location.href);
  return new URL(path, base).href.replace(/^http/, "ws");
}

export function choose(
  { transport, url, proxy, token = "" }: TransportOptions,
  model: Model,
  view: string,
  host: CarrierHost,
  signal: AbortSignal,
): Carrier {
  const certain = transport === "websocket";
  /** The addresses to try, in this order. */
  const ways: string[] = [];
  /** Why they were not taken, in the same order; then, why there are no more. */
  const reasons: string[] = [];
  let excluded: string[] = [];
  if (transport !== "comm") {
    if (proxy) ways.push(below(proxy));
    if (!url) excluded = ["no server to connect to"];
    else if (isLoopback() || (certain && !proxy)) ways.push(url);
    else excluded = [`this page comes from ${location.hostname}, not from this machine`];
  }
  /** The first that is worth trying again: a socket has been opened there. */
  let first: number | undefined;
  let via = "";
  /** The socket that is tried, or used. */
  let socket: Carrier | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const comm = commCarrier(
    model,
    view,
    {
      ...host,
      established: () => host.established(via),
      lost: (words, again) => {
        // The server was in the kernel that is gone. Another one may have its port by now.
        if (!again) close();
        host.lost(words, again);
      },
    },
    signal,
  );
  /** Whose messages count. */
  let current: Carrier = comm;

  function say(...parts: string[]): void {
    const words = parts.join("; ").replace(";", ":");
    if (via !== words) comm.report(words);
    via = words;
  }

  function tryFrom(at: number): void {
    reasons.length = at;
    const address = ways[at];
    if (!address) {
      useComm();
      return;
    }
    let answered = false;
    let failures = 0;
    const fail = (reason: string) => {
      clearTimeout(timer);
      if (!answered) host.givenUp();
      tried.close();
      reasons.push(`${address} ${reason}`);
      tryFrom(at + 1);
    };
    const tried = webSocketCarrier(address, token, {
      ...host,
      established: (words) => {
        first = at;
        comm.close();
        current = tried;
        host.established(words);
      },
      received: (data) => {
        failures = 0;
        if (!answered) {
          clearTimeout(timer);
          answered = true;
          say("websocket", `${address} answered`, ...reasons);
        }
        host.received(data);
      },
      lost: (words, again) => {
        if (certain || (answered && !(again && failures++ >= FAILURES))) host.lost(words, again);
        else fail(answered ? "was lost" : again ? "could not be reached" : `could not be used: ${words}`);
      },
    });
    socket = tried;
    if (!certain) timer = setTimeout(fail, PATIENCE_MS, `did not answer within ${PATIENCE_MS / 1000} s`);
    tried.open();
  }

  function useComm(): void {
    say("comm", ...reasons, ...excluded);
    current = comm;
    comm.open();
    if (first !== undefined) {
      timer = setTimeout(() => (document.hidden ? useComm() : tryFrom(first ?? 0)), RETRY_MS);
    }
  }

  function close(): void {
    clearTimeout(timer);
    socket?.close();
    comm.close();
  }

  return {
    open: () => tryFrom(first ?? 0),
    send: (data) => current.send(data),
    restart: () => current.restart(),
    close,
  };
}
