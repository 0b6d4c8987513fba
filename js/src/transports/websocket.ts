/**
 * A WebSocket as a carrier: connects, and connects again.
 *
 * After a loss it waits from 0.25 s up to 8 s, twice as long each time until something comes, with
 * jitter; not while the page is hidden, and at once when the page is shown or the network is back. A
 * refusal by policy or by the protocol is final: trying again would only repeat it. Of one before the
 * socket is open, a wrong token, browsers do not tell; who can ask otherwise says so with `isRefused`.
 */

import { SUBPROTOCOL } from "../messages.ts";
import type { Carrier, CarrierHost } from "./carrier.ts";

const SHORTEST_MS = 250;
const LONGEST_MS = 8000;
/** For the opening handshake: whoever accepts connections need not answer. */
const HANDSHAKE_MS = 5000;

/** Close codes after which the server does not want to see this page again. */
const FINAL: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1009, 1010];

export function webSocketCarrier(
  url: string,
  token: string,
  host: CarrierHost,
  isRefused?: () => Promise<boolean>,
): Carrier {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let wanted = false;
  let wasOpen = false;

  function connect(): void {
    if (!wanted || socket) return;
    clearTimeout(timer);
    let made: WebSocket;
    try {
      made = new WebSocket(url, token ? [SUBPROTOCOL, `domsync.token.${token}`] : [SUBPROTOCOL]);
    } catch (error) {
      // A bad address, or ws: from an https: page. The same would happen next time.
      close();
      host.lost(String(error), false);
      return;
    }
    socket = made;
    timer = setTimeout(lose, HANDSHAKE_MS);
    made.binaryType = "arraybuffer";
    // An abandoned socket may still have something to say; nobody listens.
    const current = () => socket === made;
    made.onopen = () => {
      if (!current()) return;
      clearTimeout(timer);
      wasOpen = true;
      host.established(`websocket: ${url}`);
    };
    made.onmessage = ({ data }) => {
      if (!current()) return;
      attempts = 0;
      host.received(data);
    };
    made.onclose = ({ code, reason }) => {
      if (!current()) return;
      if (FINAL.includes(code) || code >= 4000) {
        close();
        host.lost(`${code === 1008 ? "refused" : "closed"} by the server: ${reason || code}`, false);
      } else lose();
    };
  }

  /** The socket is lost, or given up: connects again after a while. */
  function lose(): void {
    abandon();
    const pause = Math.min(SHORTEST_MS * 2 ** attempts++, LONGEST_MS) * (0.5 + Math.random() / 2);
    timer = setTimeout(hurry, pause);
    host.lost("reconnecting…", true);
    if (!wasOpen) void ask();
  }

  async function ask(): Promise<void> {
    // Whoever cannot be asked may be there later.
    if (!(await isRefused?.().catch(() => false)) || !wanted || wasOpen) return;
    close();
    host.lost("this page needs the token of the server: open the whole address that it printed", false);
  }

  function hurry(): void {
    if (!document.hidden) connect();
  }

  function send(data: string | ArrayBuffer): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(data);
  }

  function abandon(): void {
    clearTimeout(timer);
    const abandoned = socket;
    socket = undefined;
    // Without a code: whether the session is to end, Bye says.
    abandoned?.close();
  }

  function close(): void {
    wanted = false;
    abandon();
    document.removeEventListener("visibilitychange", hurry);
    window.removeEventListener("online", hurry);
  }

  return {
    open: () => {
      wanted = true;
      document.addEventListener("visibilitychange", hurry);
      window.addEventListener("online", hurry);
      connect();
    },
    send,
    restart: () => {
      lose();
      hurry();
    },
    close,
  };
}
