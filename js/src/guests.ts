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
  async function show(id: string, el: HTMLElement, life: AbortSignal): Promise<void> {
    const manager = (model as { widget_manager?: Manager }).widget_manager;
    if (!manager?.create_view) {
      const guest = await host?.getWidget?.(`anywidget:${id}`);
      if (!guest) throw new Error("this page shows no widgets inside others");
      await guest.render({ el, signal: life });
      return;
    }
    const view = await manager.create_view(await manager.get_model(id));
    const lumino = view.luminoWidget ?? (view.pWidget as Lumino);
    const remove = () => view.remove();
    if (life.aborted) remove();
    else lumino.constructor.attach(lumino, el);
    life.addEventListener("abort", remove);
  }

  onArrival(
    root,
    ({ element, life }) => {
      const place = document.createElement("div");
      const added: HTMLElement[] = [place];
      if (outer) {
        const slot = document.createElement("slot");
        slot.name = place.slot = `domsync-${++slots}`;
        element.append(slot);
        outer.append(place);
        added.push(slot);
      } else {
        element.append(place);
      }
      life.addEventListener("abort", () => {
        for (const each of added) each.remove();
      });
      show(element.getAttribute("model") ?? "", place, life).catch((error) => {
        if (!life.aborted) place.textContent = `The widget cannot be shown: ${error.message ?? error}`;
      });
    },
    signal,
  );
}
