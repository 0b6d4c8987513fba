/**
 * The modules of one embedded element's models: loads them, and calls `initialize` and `render` as
 * anywidget does. What they return, or register at a signal, runs when the view or the model ends.
 */

import type { Channel } from "./channel.ts";
import type { Model } from "./model.ts";

/** A module in anywidget's form. */
interface Widget {
  initialize?(props: object): unknown;
  render?(props: object): unknown;
}

/** A model whose module is at work. */
interface Bound {
  readonly widget: Widget;
  readonly exports: unknown;
}

const INVOKE_MS = 3000;

export class Runtime {
  readonly #channel: Channel;
  readonly #life: AbortSignal;
  readonly #bound = new Map<Model, { readonly end: AbortController; readonly ready: Promise<Bound> }>();

  constructor(channel: Channel, life: AbortSignal) {
    this.#channel = channel;
    this.#life = life;
  }

  /** The module of a model is this one from now on: it is initialised once, and anew if it is another one. */
  bind(model: Model, address: string): void {
    this.#bound.get(model)?.end.abort();
    const end = new AbortController();
    const life = AbortSignal.any([this.#life, end.signal]);
    const ready = start(model, address, life);
    // Whoever renders it hears of it.
    ready.catch(() => undefined);
    this.#bound.set(model, { end, ready });
    adopt(model, life);
  }

  /** Shows a model in an element until `signal` aborts. */
  async render(model: Model, el: HTMLElement, signal: AbortSignal): Promise<unknown> {
    const bound = this.#bound.get(model);
    if (!bound) throw new Error("the widget was closed");
    const life = AbortSignal.any([signal, bound.end.signal]);
    const { widget, exports } = await bound.ready;
    if (life.aborted) return exports;
    const face = model.face(life);
    const cleanup = await widget.render?.({
      model: face,
      el,
      signal: life,
      host: this.#hostFor(life),
      experimental: experimental(face),
    });
    whenOver(life, cleanup);
    return exports;
  }

  /** What a module gets to find, and show, the widgets that its model refers to. */
  #hostFor(life: AbortSignal): object {
    const open = (reference: string) => this.#channel.open(reference.replace(/^anywidget:/, ""));
    return {
      getModel: async (reference: string) => (await open(reference)).face(life),
      getWidget: async (reference: string) => {
        const model = await open(reference);
        const { exports } = (await this.#bound.get(model)?.ready) ?? {};
        return {
          exports,
          render: ({ el, signal = life }: { el: HTMLElement; signal?: AbortSignal }) =>
            this.render(model, el, AbortSignal.any([life, signal])),
        };
      },
    };
  }
}

async function start(model: Model, address: string, life: AbortSignal): Promise<Bound> {
  // A path of the server's is one beside this module's, also where a proxy leads there.
  const loaded = (await import(address.replace(/^\//, "./"))) as Widget & {
    default?: Widget | (() => Widget | Promise<Widget>);
  };
  const main = loaded.render ? { render: loaded.render } : loaded.default;
  if (!main) throw new Error("its module exports nothing as default");
  const widget = typeof main === "function" ? await main() : main;
  const face = model.face(life);
  const result = await widget.initialize?.({ model: face, signal: life, experimental: experimental(face) });
  whenOver(life, result);
  return { widget, exports: typeof result === "function" ? undefined : result };
}

/** Has a function called at the end; at once, if it is over by now. */
function whenOver(life: AbortSignal, cleanup: unknown): void {
  if (typeof cleanup !== "function") return;
  if (life.aborted) cleanup();
  else life.addEventListener("abort", () => cleanup());
}

interface Face {
  on(name: string, callback: (content: Reply, buffers: DataView[]) => void): void;
  off(name: string, callback: (content: Reply, buffers: DataView[]) => void): void;
  send(content: unknown, callbacks: undefined, buffers: readonly unknown[]): void;
}

interface Reply {
  readonly id?: string;
  readonly response?: unknown;
}

/** `experimental.invoke`: calls a command of the widget, as `anywidget.experimental` has them. */
function experimental(face: object): object {
  const model = face as Face;
  return {
    invoke: (
      name: string,
      msg?: unknown,
      {
        buffers = [],
        signal = AbortSignal.timeout(INVOKE_MS),
      }: { buffers?: unknown[]; signal?: AbortSignal } = {},
    ) =>
      new Promise((resolve, reject) => {
        const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
        const take = (reply: Reply, answers: DataView[]) => {
          if (reply?.id !== id) return;
          model.off("msg:custom", take);
          resolve([reply.response, answers]);
        };
        signal.addEventListener("abort", () => {
          model.off("msg:custom", take);
          reject(signal.reason);
        });
        if (signal.aborted) reject(signal.reason);
        model.on("msg:custom", take);
        model.send({ id, kind: "anywidget-command", name, msg }, undefined, buffers);
      }),
  };
}

/** The style sheets of the page's widgets, by what they are the styles of. */
const sheets = new Map<string, CSSStyleSheet>();

/** Has the styles of a model in the page, also when they become others. */
function adopt(model: Model, life: AbortSignal): void {
  const put = () => {
    const css = model.get("_css");
    if (typeof css !== "string" || !css) return;
    const key = String(model.get("_anywidget_id")) + (/^https?:/.test(css) ? css : "");
    if (/^https?:/.test(css)) {
      if (document.querySelector(`link[href=${CSS.escape(css)}]`)) return;
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: css }));
      return;
    }
    let sheet = sheets.get(key);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheets.set(key, sheet);
      document.adoptedStyleSheets.push(sheet);
    }
    sheet.replaceSync(css);
  };
  put();
  (model.face(life) as { on(name: string, callback: () => void): void }).on("change:_css", put);
}
