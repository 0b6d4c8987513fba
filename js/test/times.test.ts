/** Times below a chart: what a reader needs to tell them apart, and no more. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoment, formatTick } from "../src/charts/times.ts";

const DAY = 86_400;
const at = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0) =>
  new Date(year, month, day, hour, minute, second).getTime() / 1000;
const every = (step: number, count: number) =>
  Array.from({ length: count }, (_, number) => at(2025, 0, 1) + number * step);

test("a tick says no more than it takes", () => {
  const noon = at(2025, 4, 2, 12, 30, 15);
  assert.equal(formatTick(noon, 365 * DAY), "2025");
  assert.match(formatTick(noon, 30 * DAY), /^May 2025$/);
  assert.match(formatTick(noon, DAY), /^May 2$/);
  assert.equal(formatTick(noon, 3600), "12:30");
  assert.equal(formatTick(noon, 15), "12:30:15");
  assert.equal(formatTick(noon + 0.5, 0.5), "12:30:15.5");
});

test("among hours, midnight says which day begins", () => {
  assert.match(formatTick(at(2025, 4, 2), 6 * 3600), /^May 2$/);
  assert.equal(formatTick(at(2025, 4, 2), 60), "00:00");
});

test("a moment has its day if there are several, and its hour if a day has several", () => {
  const noon = at(2025, 0, 1, 12);
  assert.equal(formatMoment(noon, every(1, 60)), "12:00:00");
  assert.equal(formatMoment(noon, every(DAY, 365)), "Jan 1, 2025");
  assert.equal(formatMoment(noon, every(3600, 72)), "Jan 1, 2025, 12:00:00");
  assert.equal(formatMoment(noon, every(3600, 24 * 30)), "Jan 1, 2025, 12:00");
  assert.equal(formatMoment(noon, [noon]), "12:00:00");
});
