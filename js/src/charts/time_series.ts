/**
 * The island of `TimeSeries`: takes the points that Python sends, and shows them in each view of its model.
 *
 * A model asks for all points when it begins, and again for those that it finds missing: after a lost
 * connection, or where a message was dropped.
 */

import { Plot } from "./plot.ts";
import { type News, Points } from "./points.ts";

interface Model {
  get(key: string): unknown;
  send(content: unknown): void;
  on(name: string, callback: (...values: never[]) => void): void;
  off(name: string, callback: (...values: never[]) => void): void;
}

/** Until it is asked once more for what has not come. */
const AGAIN_MS = 2000;

class Source {
  readonly points: Points;
  readonly plots = new Set<Plot>();
  readonly #model: Model;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(model: Model) {
    this.#model = model;
    this.points = new Points((model.get("names") as string[]).length + 1);
    model.on("msg:custom", (news: News, buffers: readonly DataView[]) => {
      const [buffer] = buffers;
      if (buffer) this.#take(news, buffer);
    });
    // Python says from time to time how many there are: what was lost at the end would not be noticed else.
    model.on("change:reached", () => {
      const [epoch, next] = model.get("reached") as [number, number];
      const { points } = this;
      if (epoch > points.epoch || (epoch === points.epoch && next > points.next)) this.#ask();
    });
    this.#ask();
  }

  #take(news: News, buffer: DataView): void {
    this.points.take(news, buffer);
    if (this.points.isComplete) this.#askedAt = Number.NEGATIVE_INFINITY;
    else this.#ask();
    for (const plot of this.plots) plot.update();
  }

  #ask(): void {
    const now = performance.now();
    if (now - this.#askedAt < AGAIN_MS) return;
    this.#askedAt = now;
    this.#model.send("all");
  }
}

interface Props {
  readonly model: Model;
  readonly el: HTMLElement;
}

/** Each model has a module's object of its own. */
export default () => {
  let source: Source | undefined;
  return {
    initialize({ model }: Props): void {
      source = new Source(model);
    },
    render({ model, el }: Props): () => void {
      const { points, plots } = source ?? new Source(model);
      const end = new AbortController();
      const plot = new Plot(
        el,
        points,
        {
          names: model.get("names") as string[],
          label: model.get("description") as string,
          height: model.get("height") as number,
          seconds: model.get("seconds") as number | null,
          range: model.get("y_range") as [number | null, number | null],
          isClock: model.get("is_clock") as boolean,
        },
        end.signal,
      );
      plots.add(plot);
      return () => {
        plots.delete(plot);
        end.abort();
      };
    },
  };
};
