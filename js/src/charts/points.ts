/**
 * The points of a time series that Python keeps, as far as this page has them: columns of numbers, the
 * first of them the times. Knows no DOM.
 *
 * Points are counted from the last clearing on. Each message says which ones it brings, and which is the
 * oldest that is kept; so what was lost on the way is noticed, and what comes twice is taken once.
 */

/** What Python says; with it comes a buffer: the columns, one after the other, as float64. */
export interface News {
  /** Grows when the points are cleared. */
  readonly epoch: number;
  /** The number of the first point in the buffer, and of the oldest one that is kept. */
  readonly first: number;
  readonly oldest: number;
}

const ROOM = 1024;

export class Points {
  epoch = -1;
  /** The number of the first point that is here, and of the next one to come. */
  first = 0;
  next = 0;
  /** Columns with room at the end; the points begin at `#at`. */
  #columns: Float64Array<ArrayBuffer>[];
  #at = 0;
  /** The number after the last point with a gap in a column, for each: before it, it has gaps. */
  readonly #gaps: number[];

  constructor(count: number) {
    this.#columns = Array.from({ length: count }, () => new Float64Array(ROOM));
    this.#gaps = new Array<number>(count).fill(0);
  }

  get length(): number {
    return this.next - this.first;
  }

  /** Whether these are all that Python keeps, by what it said last. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  #isComplete = false;

  take({ epoch, first, oldest }: News, buffer: DataView): void {
    const width = this.#columns.length;
    const count = buffer.byteLength / 8 / width;
    // A buffer may begin anywhere in a message; numbers have to begin at a multiple of 8.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const numbers = buffer.byteOffset % 8 ? new Float64Array(bytes.slice().buffer) : undefined;
    const all = numbers ?? new Float64Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, width * count);
    if (epoch !== this.epoch || !this.length || first > this.next || first < this.first) {
      this.epoch = epoch;
      this.first = this.next = first;
      this.#at = 0;
      this.#gaps.fill(0);
    }
    const known = Math.min(this.next - first, count);
    this.#reserve(count - known);
    const end = this.#at + this.length;
    this.#columns.forEach((column, index) => {
      const news = all.subarray(index * count + known, (index + 1) * count);
      column.set(news, end);
      news.forEach((value, place) => {
        if (!Number.isFinite(value)) {
          column[end + place] = Number.NaN;
          this.#gaps[index] = this.next + place + 1;
        }
      });
    });
    this.next += count - known;
    const gone = Math.min(Math.max(0, oldest - this.first), this.length);
    this.#at += gone;
    this.first += gone;
    this.#isComplete = this.first <= oldest;
  }

  /** All of it, until the next message: a column without gaps is a view of the numbers, without a copy. */
  columns(): (Float64Array | (number | null)[])[] {
    return this.#columns.map((column, index) => {
      const values = column.subarray(this.#at, this.#at + this.length);
      if ((this.#gaps[index] ?? 0) <= this.first) return values;
      const withGaps = new Array<number | null>(values.length);
      for (let at = 0; at < values.length; at++) {
        const value = values[at] as number;
        withGaps[at] = Number.isNaN(value) ? null : value;
      }
      return withGaps;
    });
  }

  /** Makes room for more: at the front if half of it is free, else in columns twice as long. */
  #reserve(more: number): void {
    const { length } = this;
    const room = this.#columns[0]?.length ?? 0;
    if (this.#at + length + more <= room) return;
    const fits = 2 * (length + more) <= room;
    this.#columns = this.#columns.map((column) => {
      if (fits) return column.copyWithin(0, this.#at, this.#at + length);
      const larger = new Float64Array(Math.max(ROOM, 2 * (length + more)));
      larger.set(column.subarray(this.#at, this.#at + length));
      return larger;
    });
    this.#at = 0;
  }
}
