/**
 * Whether the kernel behind a widget is there, as far as JupyterLab tells.
 *
 * Reaches for `model.widget_manager.kernel`, which anywidget does not promise: where it is
 * missing nothing is watched, and only a failing send shows that the kernel is gone.
 *
 * A kernel that was restarted is another one. JupyterLab says so of restarts that it has seen; one
 * that somebody else asked for, or that happened while the link was down, shows in the messages: each
 * process marks its own with a name of its session.
 */

import type { Model } from "./comm.ts";

interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
  disconnect(slot: (sender: unknown, value: T) => void): void;
}

interface Message {
  readonly header?: { readonly msg_type?: string; readonly session?: string };
  readonly content?: { readonly execution_state?: string; readonly restart?: boolean };
}

interface Kernel {
  readonly status?: string;
  readonly statusChanged?: Signal<string>;
  readonly connectionStatusChanged?: Signal<string>;
  readonly iopubMessage?: Signal<Message>;
  readonly disposed?: Signal<unknown>;
}

export interface KernelWatcher {
  /** The link to the kernel is down. */
  away(words: string): void;
  /** The link is up again; messages may have been lost. */
  back(): void;
  /** The kernel, and with it the widget, is gone for good, because this happened to it. May come again, with better words. */
  gone(what: string): void;
}

const RESTARTED = "restarting";
const DIED = "autorestarting";
const SHUT_DOWN = "shut down";
/** The states in which a kernel is another one, or none, and what has happened to it. */
const GONE: Readonly<Record<string, string>> = {
  [RESTARTED]: "restarted",
  [DIED]: "died and was restarted",
  dead: "died",
};

/** Watches until `signal` aborts. Gives what tells whether the kernel says that it is busy. */
export function watchKernel(model: Model, watcher: KernelWatcher, signal: AbortSignal): () => boolean {
  let kernel: Kernel | undefined;
  try {
    kernel = (model as { widget_manager?: { kernel?: Kernel } }).widget_manager?.kernel;
  } catch {
    // A proxy that guards its properties.
  }
  let mark: string | undefined;
  let isGone = false;

  function gone(what: string | undefined, better = false): void {
    if (!what || (isGone && !better)) return;
    isGone = true;
    watcher.gone(what);
  }

  function watch<T>(of: Signal<T> | undefined, slot: (value: T) => void): void {
    const listen = (_sender: unknown, value: T) => slot(value);
    of?.connect(listen);
    signal.addEventListener("abort", () => of?.disconnect(listen));
  }

  watch(kernel?.statusChanged, (status) => gone(GONE[status], status === DIED));
  watch(kernel?.disposed, () => gone(SHUT_DOWN));
  watch(kernel?.connectionStatusChanged, (status) => {
    if (isGone) return;
    if (status === "connected") watcher.back();
    else watcher.away(status === "connecting" ? "reconnecting…" : "no link to the kernel");
  });
  watch(kernel?.iopubMessage, ({ header, content }) => {
    // The last that a kernel says, whoever has told it to end.
    if (header?.msg_type === "shutdown_reply") gone(content?.restart ? GONE[RESTARTED] : SHUT_DOWN);
    // The server speaks in the kernel's place when that dies; it never says these.
    if (!/^(idle|busy|starting)$/.test(content?.execution_state ?? "")) return;
    mark ??= header?.session;
    if (header?.session !== mark) gone(GONE[RESTARTED]);
  });
  return () => kernel?.status === "busy";
}
