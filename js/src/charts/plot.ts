/** A chart of points that come: uPlot, with what belongs around it. Draws at most once a frame. */

import uPlot from "uplot";
import uplotCss from "uplot/dist/uPlot.min.css";
import { Legend } from "./legend.ts";
import { buildLine } from "./lines.ts";
import type { Points } from "./points.ts";
import css from "./time_series.css";
import { formatMoment, formatTick } from "./times.ts";

export interface Options {
  readonly names: readonly string[];
  readonly label: string;
  /** CSS px. */
  readonly height: number;
  /** What is seen of the time; all, if there is no such number. */
  readonly seconds: number | null;
  /** The lower and the upper end of the axis; of the values that are seen, where there is none. */
  readonly range: readonly [number | null, number | null];
  /** Whether the times are those of a clock: seconds since 1970. */
  readonly isClock: boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const FONT = "12px system-ui, sans-serif";
/** uPlot's own distance between what surrounds the values and the ends of the axis. */
const PADDING = 0.1;

export class Plot {
  readonly #options: Options;
  readonly #points: Points;
  readonly #root = document.createElement("div");
  readonly #probe = document.createElement("span");
  readonly #time = document.createElement("time");
  readonly #live = document.createElement("button");
  readonly #legend: Legend;
  readonly #plot: uPlot;
  /** Of the text, what separates, and the lines. */
  #colors: { text: string; line: string; surface: string; series: readonly string[] } = {
    text: "",
    line: "",
    surface: "",
    series: [],
  };
  /** What the person wants to see; unless that is what comes. */
  #chosen: Range | undefined;
  #frame = 0;

  /** Shows the points in an element until `signal` aborts. */
  constructor(el: HTMLElement, points: Points, options: Options, signal: AbortSignal) {
    this.#points = points;
    this.#options = options;
    this.#legend = new Legend(options.names, (index, isShown) =>
      this.#plot.setSeries(index + 1, { show: isShown }),
    );
    this.#root.className = "domsync-series";
    const style = document.createElement("style");
    style.textContent = uplotCss + css;
    const place = document.createElement("div");
    place.className = "domsync-plot";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", options.label);
    this.#probe.className = "domsync-probe";
    this.#live.className = "domsync-live";
    this.#live.type = "button";
    this.#live.textContent = "Live";
    this.#live.hidden = true;
    this.#live.onclick = () => this.#choose(undefined);
    const below = document.createElement("div");
    below.className = "domsync-below";
    below.append(this.#legend.element, this.#time, this.#live);
    this.#root.append(style, this.#probe, place, below);
    el.append(this.#root);
    this.#plot = new uPlot(this.#uplotOptions(), [[]], place);
    this.#readColors();
    const onColors = () => {
      this.#readColors();
      this.#plot.redraw(false);
    };
    this.#probe.addEventListener("transitionend", onColors);
    // JupyterLab hides what it arranges anew, which ends transitions.
    this.#probe.addEventListener("transitioncancel", onColors);
    const sizes = new ResizeObserver(() => {
      const width = place.clientWidth;
      if (!width) return;
      if (width !== this.#plot.width) this.#plot.setSize({ width, height: options.height });
      // What was made before it stood in the page had no colours.
      this.#readColors();
      this.update();
    });
    sizes.observe(place);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#plot.destroy();
      this.#root.remove();
    });
  }

  /** Draws what is there now, with the next frame. */
  update(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const data = this.#points.columns() as unknown as uPlot.AlignedData;
    this.#plot.batch(() => {
      this.#plot.setData(data, false);
      this.#plot.setScale("x", this.#chosen ?? this.#window(data[0]));
    });
    this.#tell();
  }

  /** What is seen if nobody chose something else. */
  #window(times: ArrayLike<number>): Range {
    const { seconds, isClock } = this.#options;
    const last = times[times.length - 1];
    if (last === undefined) {
      const now = isClock ? Date.now() / 1000 : 0;
      return { min: now - (seconds ?? 60), max: now };
    }
    const first = times[0] as number;
    if (seconds) return { min: last - seconds, max: last };
    return { min: first, max: last > first ? last : first + 1 };
  }

  #choose(range: Range | undefined): void {
    this.#chosen = range;
    this.#live.hidden = !range;
    this.update();
  }

  /** The values at the pointer, else the last ones. */
  #tell(): void {
    const data = this.#plot.data;
    const at = this.#plot.cursor.idx ?? (data[0]?.length ?? 0) - 1;
    this.#legend.entries.forEach((entry, index) => {
      entry.say(formatNumber(data[index + 1]?.[at]));
    });
    const time = data[0]?.[at];
    const format = this.#options.isClock ? formatMoment : formatNumber;
    this.#time.textContent = time === undefined ? "" : format(time, data[0]);
  }

  #readColors(): void {
    const { color, backgroundColor, borderColor } = getComputedStyle(this.#probe);
    this.#colors = {
      text: color,
      surface: backgroundColor,
      line: borderColor,
      series: this.#legend.entries.map(({ mark }) => getComputedStyle(mark).color),
    };
  }

  #uplotOptions(): uPlot.Options {
    const { names, height, isClock, range } = this.#options;
    const axis: uPlot.Axis = {
      font: FONT,
      stroke: () => this.#colors.text,
      grid: { stroke: () => this.#colors.line, width: 1 },
      ticks: { stroke: () => this.#colors.line, width: 1, size: 4 },
    };
    return {
      // It is as wide as its place as soon as that is known.
      width: 300,
      height,
      pxAlign: 0,
      // Half of the last label may stand beyond the end.
      padding: [null, isClock ? 28 : 16, null, null],
      legend: { show: false },
      scales: { x: { time: isClock }, y: { range: (_, min, max) => rangeOf(min, max, range) } },
      axes: [
        {
          ...axis,
          space: isClock ? 90 : 60,
          size: 26,
          values: (_, times, __, ___, step) =>
            times.map((time) => (isClock ? formatTick(time, step) : formatNumber(time))),
        },
        { ...axis, size: (_, values) => widthOf(values) },
      ],
      series: [
        {},
        ...names.map((label, index) => ({
          label,
          paths: buildLine,
          stroke: () => this.#colors.series[index] ?? "",
          points: { fill: () => this.#colors.surface },
        })),
      ],
      cursor: {
        y: false,
        points: { size: 7, width: 0, fill: (_, index) => this.#colors.series[index - 1] ?? "" },
        drag: { x: true, y: false, setScale: false, dist: 5 },
        bind: {
          dblclick: () => () => {
            this.#choose(undefined);
            return null;
          },
        },
      },
      hooks: {
        setCursor: [() => this.#tell()],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (!width) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            this.#choose({ min: plot.posToVal(left, "x"), max: plot.posToVal(left + width, "x") });
          },
        ],
      },
    };
  }
}

/** The ends of the axis for values between `min` and `max`: round numbers around them, or what is fixed. */
function rangeOf(min: number | null, max: number | null, [low, high]: Options["range"]): [number, number] {
  const [from, to] = min === null || max === null ? [low ?? 0, high ?? 1] : [min, max];
  const [below, above] = uPlot.rangeNum(low ?? from, Math.max(high ?? to, low ?? from), PADDING, true);
  return [low ?? below ?? from, high ?? above ?? to];
}

/** CSS px that the labels of an axis take, about. */
function widthOf(values: readonly string[] | null): number {
  const longest = Math.max(2, ...(values ?? []).map((value) => value.length));
  return 16 + 7 * longest;
}

const plain = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 });
const scientific = new Intl.NumberFormat(undefined, { notation: "scientific", maximumSignificantDigits: 4 });

function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  return (size && (size < 1e-4 || size >= 1e9) ? scientific : plain).format(value);
}
