/**
 * The module that every widget carries. It gets the one that does the work, once for the whole page.
 *
 * The front end keeps a copy of a widget's module for each widget, and asks for all of them whenever
 * the page is loaded. So this is all there is in it: Python sends the rest when it is asked, or with
 * the first widget that is displayed.
 */

interface Model {
  get(name: string): unknown;
  send(content: unknown): void;
  on(
    event: "msg:custom",
    callback: (content: Content, buffers: readonly DataView<ArrayBuffer>[]) => void,
  ): void;
}

interface Content {
  /** The name of the code in the buffer. */
  readonly code?: string;
}

interface Props {
  readonly model: Model;
  readonly el: HTMLElement;
  readonly signal?: AbortSignal;
}

type Module = { readonly default: { render(props: Props): unknown } };

/** What all widgets of the page share, by the name of their code. */
interface Shared {
  module?: Promise<Module>;
  /** Called when the code has come. */
  readonly waiting: Set<() => void>;
  /** When a widget asked for it last. */
  askedAt: number;
}

const REPEAT_MS = 1000;
const ALL = Symbol.for("domsync_jupyter");
const page = globalThis as unknown as { [ALL]?: Record<string, Shared> };
page[ALL] ??= {};
const all = page[ALL];

function sharedBy(model: Model): [name: string, shared: Shared] {
  const { code } = model.get("_options") as { readonly code: string };
  all[code] ??= { waiting: new Set(), askedAt: -REPEAT_MS };
  return [code, all[code]];
}

function initialize({ model }: Props): void {
  const [name, shared] = sharedBy(model);
  model.on("msg:custom", ({ code }, [data]) => {
    if (code !== name || shared.module || !data) return;
    const url = URL.createObjectURL(new Blob([data], { type: "text/javascript" }));
    shared.module = import(url);
    for (const wake of shared.waiting) wake();
  });
}

async function render(props: Props): Promise<unknown> {
  const { model, signal } = props;
  const [, shared] = sharedBy(model);
  while (!shared.module) {
    // One asks for all of them. Its kernel may be busy, or gone, and messages may be lost: then others ask, too.
    const now = performance.now();
    if (now - shared.askedAt >= REPEAT_MS) {
      shared.askedAt = now;
      try {
        model.send({ want: "code" });
      } catch {
        // The kernel is gone. A saved notebook has something to show in this one's place.
      }
    }
    await new Promise<void>((resolve) => {
      const wake = () => {
        // Where there is no kernel this goes on for as long as the notebook is open.
        shared.waiting.delete(wake);
        resolve();
      };
      shared.waiting.add(wake);
      setTimeout(wake, REPEAT_MS);
    });
    if (signal?.aborted) return undefined;
  }
  const module = await shared.module;
  return signal?.aborted ? undefined : module.default.render(props);
}

export default { initialize, render };
