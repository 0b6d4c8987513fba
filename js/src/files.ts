/**
 * Files that a person chose or dropped: Python gets a handle, and asks for the bytes it wants.
 *
 * Keeps the files of the last 100 events that brought some.
 */

import type { Json } from "./messages.ts";

const EVENTS_KEPT = 100;

export class Files {
  readonly #byHandle = new Map<number, File>();
  readonly #events: (readonly number[])[] = [];
  #last = 0;

  /** Keeps the files, and describes them for an Event: handle, name, size, type, last change. */
  keep(files: FileList): Json {
    const described = Array.from(files, (file) => {
      this.#byHandle.set(++this.#last, file);
      return [this.#last, file.name, file.size, file.type, file.lastModified] as const;
    });
    this.#events.push(described.map(([handle]) => handle));
    if (this.#events.length > EVENTS_KEPT) {
      for (const handle of this.#events.shift() ?? []) this.#byHandle.delete(handle);
    }
    return described;
  }

  /** Part of a file, in Base64; rejects if it cannot be read. */
  read(handle: number, offset: number, length: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const file = this.#byHandle.get(handle);
      if (!file) throw new Error(`there is no file ${handle} any more`);
      const reader = new FileReader();
      reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "");
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file.slice(offset, offset + length));
    });
  }
}
