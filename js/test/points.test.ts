/** The points of a time series in the page: what arrives in whatever pieces is what Python has. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Points } from "../src/charts/points.ts";

/** The points with these numbers, as Python sends them: the value of a point is ten times its time. */
function news(from: number, to: number, oldest = 0, epoch = 0, offset = 0) {
  const times = Array.from({ length: to - from }, (_, at) => from + at);
  const columns = Float64Array.from([...times, ...times.map((time) => 10 * time)]);
  const bytes = new Uint8Array(offset + columns.byteLength);
  bytes.set(new Uint8Array(columns.buffer), offset);
  return [{ epoch, first: from, oldest }, new DataView(bytes.buffer, offset)] as const;
}

function times(points: Points): number[] {
  const [first = [], second = []] = points.columns();
  const found = Array.from(first, Number);
  assert.deepEqual(
    Array.from(second, Number),
    found.map((time) => 10 * time),
  );
  return found;
}

test("points follow each other, and old ones go", () => {
  const points = new Points(2);
  for (let at = 0; at < 10_000; at += 7) points.take(...news(at, at + 7, Math.max(0, at - 1000)));
  const last = 7 * Math.ceil(10_000 / 7);
  assert.equal(points.length, 1007);
  assert.deepEqual(
    times(points),
    Array.from({ length: 1007 }, (_, at) => last - 1007 + at),
  );
  assert.ok(points.isComplete);
});

test("what comes twice is taken once", () => {
  const points = new Points(2);
  points.take(...news(0, 5));
  points.take(...news(2, 8));
  points.take(...news(3, 6));
  assert.deepEqual(times(points), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test("what is missing is noticed, and put in", () => {
  const points = new Points(2);
  points.take(...news(4, 6));
  assert.deepEqual([times(points), points.isComplete], [[4, 5], false]);
  points.take(...news(0, 8));
  assert.deepEqual([times(points), points.isComplete], [[0, 1, 2, 3, 4, 5, 6, 7], true]);
  points.take(...news(9, 10));
  assert.deepEqual([times(points), points.isComplete], [[9], false]);
  points.take(...news(5, 11, 5));
  assert.deepEqual([times(points), points.isComplete], [[5, 6, 7, 8, 9, 10], true]);
});

test("cleared, they begin anew", () => {
  const points = new Points(2);
  points.take(...news(0, 5));
  points.take(...news(0, 0, 0, 1));
  assert.deepEqual([points.length, points.isComplete, points.epoch], [0, true, 1]);
  points.take(...news(0, 2, 0, 1));
  assert.deepEqual(times(points), [0, 1]);
});

test("a buffer may begin anywhere", () => {
  const points = new Points(2);
  points.take(...news(0, 3, 0, 0, 5));
  points.take(...news(3, 4, 0, 0, 8));
  assert.deepEqual(times(points), [0, 1, 2, 3]);
});

test("what is no number is a gap, as long as it is kept", () => {
  const points = new Points(2);
  const gap = (from: number, values: number[], oldest: number) =>
    points.take(
      { epoch: 0, first: from, oldest },
      new DataView(Float64Array.from([...values.map((_, at) => from + at), ...values]).buffer),
    );
  gap(0, [1, Number.NaN, Number.POSITIVE_INFINITY], 0);
  gap(3, [4], 0);
  assert.deepEqual(points.columns()[1], [1, null, null, 4]);
  gap(4, [5], 3);
  assert.ok(points.columns()[1] instanceof Float64Array);
  assert.deepEqual(Array.from(points.columns()[1] as Float64Array), [4, 5]);
});
