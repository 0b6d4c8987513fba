/**
 * The standalone page's entry: finds the element that the page names, and starts its view there.
 *
 * `<body data-domsync-root="ID">` holds the id. A token may come in the address's fragment,
 * `#token=...`: fragments are not sent to servers, and it is taken out of the address bar.
 */

import baseCss from "./base.css";
import { type Arrival, onArrival } from "./embed.ts";
import pageCss from "./page.css";
import { adopt } from "./style.ts";
import { webSocketCarrier } from "./transports/websocket.ts";
import { startView } from "./view.ts";

function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    // For this tab alone, so that a reload gets in again.
    if (!token) return sessionStorage.getItem(TOKEN) ?? "";
    sessionStorage.setItem(TOKEN, token);
  } catch {
    // No storage here: after a reload the address with the token is needed again.
  }
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token ?? "";
}

/** Whether the server does not know the token. A refused WebSocket does not tell why. */
async function isRefused(token: string): Promise<boolean> {
  const headers = { "Domsync-Token": token };
  const { status } = await fetch(location.pathname, { method: "HEAD", cache: "no-store", headers });
  return status === 401;
}

function findRoot(): HTMLElement {
  const id = document.body.dataset.domsyncRoot ?? "";
  const root = document.getElementById(id);
  if (!root)
    throw new Error(`the page has no element with the id ${JSON.stringify(id)}, which its body names`);
  return root;
}

/** By path: behind a proxy, several servers have one origin. */
const TOKEN = `domsync:token:${location.pathname}`;
const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${location.pathname}`;

/** Most documents embed no widgets; this is loaded when one does. */
const ISLANDS = "./islands.js";

// An app may have a stylesheet in place of ours.
adopt(document, (document.querySelector("style[title=domsync]") ? "" : baseCss) + pageCss);
const root = findRoot();
const token = takeToken();
const { signal } = new AbortController();
onArrival(
  root,
  async (arrival: Arrival) => {
    const islands = (await import(ISLANDS)) as typeof import("./islands/islands.ts");
    islands.show(arrival, root);
  },
  signal,
);
startView({
  root,
  beside: document.body,
  page: true,
  key: location.pathname,
  carrier: (host) => webSocketCarrier(url, token, host, () => isRefused(token)),
  signal,
});
