/** What a view and the thing that carries its messages know of each other. */

export interface Carrier {
  /** Starts, or starts again after a pause. */
  open(): void;
  /** Sends a message; what cannot be sent is reported as `lost` or dropped, never thrown. */
  send(text: string): void;
  /** Sends an application's bytes. */
  sendBinary(data: ArrayBuffer): void;
  /** Stops. May be opened again. */
  close(): void;
}

export interface CarrierHost {
  /** Messages can go now: time for Hello. `via` says in words what carries them, and why. */
  opened(via: string): void;
  received(text: string): void;
  receivedBinary(data: ArrayBuffer): void;
  /** Messages cannot go now. `words` are for the person at the page; `again`: the carrier goes on trying. */
  lost(words: string, again: boolean): void;
}
