/**
 * Whether the kernel behind a widget is there, as far as JupyterLab tells.
 *
 * Reaches for `model.widget_manager.kernel`, which anywidget does not promise: where it is
 * missing nothing is watched, and only a failing send shows that the kernel is gone.
 */

import type { Model } from "./comm.ts";

interface Signal {
  connect(slot: (sender: unknown, value: unknown) => void): void;
  disconnect(slot: (sender: unknown, value: unknown) => void): void;
}

interface Kernel {
  readonly statusChanged?: Signal;
  readonly connectionStatusChanged?: Signal;
  readonly disposed?: Signal;
}

export interface KernelWatcher {
  /** The link to the kernel is down; messages wait. */
  away(): void;
  /** The link is up again; messages may have been lost. */
  back(): void;
  /** The kernel, and with it the widget, is gone for good. */
  gone(): void;
}

/** Watches until the function it returns is called. */
export function watchKernel(model: Model, watcher: KernelWatcher): () => void {
  let kernel: Kernel | undefined;
  try {
    kernel = (model as { widget_manager?: { kernel?: Kernel } }).widget_manager?.kernel;
  } catch {
    // A proxy that guards its properties.
  }
  let connected = true;
  const onStatus = (_sender: unknown, status: unknown) => {
    if (status === "dead" || status === "restarting" || status === "autorestarting") watcher.gone();
  };
  const onConnection = (_sender: unknown, status: unknown) => {
    if (status === "connecting" && connected) watcher.away();
    if (status === "connected" && !connected) watcher.back();
    connected = status === "connected";
  };
  const onDisposed = () => watcher.gone();
  kernel?.statusChanged?.connect(onStatus);
  kernel?.connectionStatusChanged?.connect(onConnection);
  kernel?.disposed?.connect(onDisposed);
  return () => {
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.connectionStatusChanged?.disconnect(onConnection);
    kernel?.disposed?.disconnect(onDisposed);
  };
}
