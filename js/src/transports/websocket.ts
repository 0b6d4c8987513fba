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
const FINAL: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1009, 1010];

/** A carrier that works until `signal` aborts. */
export function webSocketCarrier(
  url: string,
  token: string,
  host: CarrierHost,
  signal: AbortSignal,
): Carrier {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let wanted = false;

  function connect(): void {
    clearTimeout(timer);
    if (!wanted || socket) return;
    let made: WebSocket;
    try {
      made = new WebSocket(url, token ? [SUBPROTOCOL, `domsync.token.${token}`] : [SUBPROTOCOL]);
    } catch (error) {
      // A bad address, or ws: from an https: page. The same would happen next time.
      wanted = false;
      host.lost(String(error), false);
      return;
    }
    socket = made;
    made.binaryType = "arraybuffer";
    // An abandoned socket may still have something to say; nobody listens.
    const current = () => socket === made;
    made.onopen = () => {
      if (!current()) return;
      attempts = 0;
      host.opened(`websocket: ${url}`);
    };
    made.onmessage = ({ data }) => {
      if (!current()) return;
      if (typeof data === "string") host.received(data);
      else host.receivedBinary(data);
    };
    made.onclose = ({ code, reason }) => {
      if (!current()) return;
      socket = undefined;
      if (FINAL.includes(code) || code >= 4000) {
        wanted = false;
        host.lost(`${code === 1008 ? "refused" : "closed"} by the server: ${reason || code}`, false);
        return;
      }
      host.lost("reconnecting…", true);
      const pause = Math.min(SHORTEST_MS * 2 ** attempts++, LONGEST_MS) * (0.5 + Math.random() / 2);
      timer = setTimeout(hurry, pause);
    };
  }

  function hurry(): void {
    if (!document.hidden) connect();
  }

  function send(data: string | ArrayBuffer): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(data);
  }

  function close(): void {
    wanted = false;
    clearTimeout(timer);
    const closing = socket;
    socket = undefined;
    closing?.close(1000);
  }

  document.addEventListener("visibilitychange", hurry, { signal });
  window.addEventListener("online", hurry, { signal });
  signal.addEventListener("abort", close);
  return {
    open: () => {
      wanted = true;
      connect();
    },
    send,
    sendBinary: send,
    close,
  };
}
