/**
 * In a notebook: embedded widgets, shown by whatever shows widgets there.
 *
 * Their styles are in the page's head and would not reach into a shadow tree. So what shows a widget
 * is a child of the shadow host, and a slot in the tree has its place.
 */

import { onArrival } from "./embed.ts";

/** A view as the widget manager makes it; its class is derived from Lumino's Widget. */
interface View {
  readonly luminoWidget?: Lumino;
  readonly pWidget?: Lumino;
  remove(): void;
}

interface Lumino {
  readonly constructor: { attach(widget: Lumino, place: HTMLElement): void };
}

interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<View>;
}

/** What anywidget's modules get to show each other. */
export interface GuestHost {
  getWidget?(
    reference: string,
  ): Promise<{ render(props: { el: HTMLElement; signal: AbortSignal }): unknown }>;
}

let slots = 0;

/** Shows the widgets below a root. `outer` is the host of its shadow tree, if it is in one. */
export function showGuests(
  root: HTMLElement,
  outer: HTMLElement | undefined,
  model: object,
  host: GuestHost | undefined,
  signal: AbortSignal,
): void {
  onArrival(
    root,
    async ({ element, life }) => {
      const id = element.getAttribute("model") ?? "";
      const place = document.createElement("div");
      const slot = outer && document.createElement("slot");
      let view: View | undefined;
      if (slot) {
        slot.name = place.slot = `domsync-${++slots}`;
        element.append(slot);
      }
      (outer ?? element).append(place);
      life.addEventListener("abort", () => {
        // Lumino detaches only what is in the page, and this may have left it, with all that is around.
        if (view) document.body.append(place);
        view?.remove();
        place.remove();
        slot?.remove();
      });
      try {
        const manager = (model as { widget_manager?: Manager }).widget_manager;
        if (manager?.create_view) {
          const made = await manager.create_view(await manager.get_model(id));
          const lumino = made.luminoWidget ?? (made.pWidget as Lumino);
          if (life.aborted) {
            made.remove();
          } else {
            view = made;
            lumino.constructor.attach(lumino, place);
            // It was drawn before it stood anywhere: charts that are as wide as their place measure it now.
            window.dispatchEvent(new Event("resize"));
          }
        } else {
          const guest = await host?.getWidget?.(`anywidget:${id}`);
          if (!guest) throw new Error("this page shows no widgets inside others");
          await guest.render({ el: place, signal: life });
        }
      } catch (error) {
        if (!life.aborted) place.textContent = `The widget cannot be shown: ${error}`;
      }
    },
    signal,
  );
}
