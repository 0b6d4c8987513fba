/**
 * How lines are drawn, of however many points: of those in one column of pixels the least and the greatest.
 *
 * uPlot's own way takes four of them, and wide lines. Where there are many, drawing takes most of the time: without a
 * graphics processor, lines of one pixel are drawn ten times faster than wider ones.
 */

import type uPlot from "uplot";

/** CSS px. */
const WIDTH = 1.5;
/** Points of all lines together: if more are drawn, the lines are thin. */
const MANY = 4000;

/** A path builder of uPlot's. */
export function buildLine(plot: uPlot, seriesIndex: number, from: number, to: number): uPlot.Series.Paths {
  const times = plot.data[0];
  const values = plot.data[seriesIndex] as ArrayLike<number | null>;
  const { left, top, width, height } = plot.bbox;
  const [x, y] = ["x", "y"].map((key) => plot.scales[key]) as [uPlot.Scale, uPlot.Scale];
  const xMin = x.min ?? 0;
  const yMax = y.max ?? 1;
  const xScale = width / ((x.max ?? 1) - xMin || 1);
  const yScale = height / (yMax - (y.min ?? 0) || 1);
  const path = new Path2D();

  let isAtGap = true;
  let column = Number.NaN;
  // Of this column: how many points, where the last one is, and the values.
  let count = 0;
  let at = 0;
  let first = 0;
  let last = 0;
  let least = 0;
  let greatest = 0;

  function lineTo(value: number): void {
    const down = top + (yMax - value) * yScale;
    if (isAtGap) path.moveTo(at, down);
    else path.lineTo(at, down);
    isAtGap = false;
  }

  function finish(): void {
    if (!count) return;
    if (least === greatest) {
      lineTo(first);
    } else {
      // As they follow each other, so that a line that goes up does not look like a saw.
      const goesUp = first <= last;
      lineTo(goesUp ? least : greatest);
      lineTo(goesUp ? greatest : least);
    }
    count = 0;
  }

  for (let index = from; index <= to; index++) {
    const value = values[index];
    if (value === null || value === undefined) {
      finish();
      isAtGap = true;
      continue;
    }
    const across = left + ((times[index] as number) - xMin) * xScale;
    const pixel = Math.floor(across);
    if (pixel !== column || !count) {
      finish();
      column = pixel;
      first = least = greatest = value;
    } else if (value < least) {
      least = value;
    } else if (value > greatest) {
      greatest = value;
    }
    at = across;
    last = value;
    count++;
  }
  finish();
  return { stroke: path, fill: null, clip: null, flags: 1, ...widthOf(plot, from, to, width) };
}

/** As uPlot reads it, in CSS px. */
function widthOf(plot: uPlot, from: number, to: number, pixels: number): object {
  const shown = plot.series.filter((series, index) => index && series.show).length;
  const drawn = Math.min(to - from, 2 * pixels) * shown;
  return { _width: drawn > MANY ? 1 / devicePixelRatio : WIDTH };
}
