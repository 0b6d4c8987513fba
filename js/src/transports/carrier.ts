/** What a view and the thing that carries its messages know of each other. */

export interface Carrier {
  /** Starts, or starts again after a pause. */
  open(): void;
  /** Sends a message, or an application's bytes; what cannot be sent is reported as `lost` or dropped, never thrown. */
  send(data: string | ArrayBuffer): void;
  /** Nothing has come through it for long: opens again, unless it knows why. */
  restart(): void;
  /** Stops; says nothing more. May be opened again. */
  close(): void;
}

export interface CarrierHost {
  /** Messages can go now: time for Hello. `via` says in words what carries them, and why. */
  established(via: string): void;
  /** A message, or an application's bytes. */
  received(data: string | ArrayBuffer): void;
  /** Messages cannot go now. `words` are for the person at the page; `again`: the carrier goes on trying. */
  lost(words: string, again: boolean): void;
  /** A carrier that was opened, but not heard of, is about to be closed: another one takes its place. */
  givenUp(): void;
}
