/**
 * `<domsync-embed>`: the place of a widget in a document. It tells the view around it when it has come
 * and, by a signal, that it is gone; what shows the widget there is up to the view.
 */

export const EMBED = "domsync-embed";

/** A `domsync:embed` event, which bubbles to the root of the view. */
export interface Arrival {
  readonly element: HTMLElement;
  /** Aborts when the element has left the page. */
  readonly life: AbortSignal;
}

/** Calls back for each place of a widget below a root, until `signal` aborts. */
export function onArrival(
  root: HTMLElement,
  callback: (arrival: Arrival) => void,
  signal: AbortSignal,
): void {
  define();
  root.addEventListener(
    "domsync:embed",
    (event) => {
      // Around this view may be another one.
      event.stopPropagation();
      const life = AbortSignal.any([signal, (event as CustomEvent<AbortSignal>).detail]);
      callback({ element: event.target as HTMLElement, life });
    },
    { signal },
  );
}

function define(): void {
  // All widgets of a page have one registry.
  if (customElements.get(EMBED)) return;
  customElements.define(
    EMBED,
    class extends HTMLElement {
      #life: AbortController | undefined;

      connectedCallback(): void {
        if (this.#life) return;
        this.#life = new AbortController();
        const { signal: detail } = this.#life;
        this.dispatchEvent(new CustomEvent("domsync:embed", { bubbles: true, detail }));
      }

      disconnectedCallback(): void {
        // What is moved comes back at once.
        queueMicrotask(() => {
          if (this.isConnected) return;
          this.#life?.abort();
          this.#life = undefined;
        });
      }

      /** Because of it, `moveBefore` calls neither of the other two. */
      connectedMoveCallback(): void {}
    },
  );
}
