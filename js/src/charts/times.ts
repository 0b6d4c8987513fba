/** Times of a clock as text, in the language and the time zone of the reader: as exactly as it takes to tell them apart. */

const HOUR = 3600;
const DAY = 24 * HOUR;

const TIME = { hourCycle: "h23", hour: "2-digit", minute: "2-digit" } as const;

/** A time (in seconds since 1970) that stands in a row with others, `step` seconds from each other. */
export function formatTick(time: number, step: number): string {
  const date = new Date(time * 1000);
  if (step >= 360 * DAY) return date.toLocaleDateString(undefined, { year: "numeric" });
  if (step >= 28 * DAY) {
    return date.toLocaleDateString(undefined, { year: "numeric", month: "short" });
  }
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (step >= DAY || (step >= HOUR && isMidnight)) {
    return date.toLocaleDateString(undefined, { month: "short", day: "numeric" });
  }
  return date.toLocaleTimeString(undefined, {
    ...TIME,
    ...(step < 60 && { second: "2-digit" }),
    ...(step < 1 && { fractionalSecondDigits: 1 as const }),
  });
}

/** One of some times that go up, standing alone: with the day, if there are several, and without the hour, if each has its day. */
export function formatMoment(time: number, times: ArrayLike<number>): string {
  const date = new Date(time * 1000);
  const span = (times[times.length - 1] ?? time) - (times[0] ?? time);
  const hours = date.toLocaleTimeString(undefined, {
    ...TIME,
    ...(span < 7 * DAY && { second: "2-digit" }),
  });
  if (span < DAY) return hours;
  const day = date.toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
  // When clocks are put forward, a day has 23 hours.
  return span / (times.length - 1) >= 23 * HOUR ? day : `${day}, ${hours}`;
}
