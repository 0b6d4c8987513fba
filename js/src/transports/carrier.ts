/** What a view and the thing that carries its messages know of each other. */

export interface Carrier {
  /** Starts, or starts again after a pause. */
  open(): void;
  /** Sends a message; what cannot be sent is reported as `lost` or dropped, never thrown. */
  send(text: string): void;
  /** Sends an application's bytes. */
  sendBinary(data: ArrayBuffer): void;
  /** Nothing comes through it any more: opens again, or, if it cannot, tells the person. */
  restart(): void;
  /** Stops; says nothing more. May be opened again. */
  close(): void;
}

export interface CarrierHost {
  /** Messages can go now: time for Hello. `via` says in words what carries them, and why. */
  established(via: string): void;
  received(text: string): void;
  receivedBinary(data: ArrayBuffer): void;
  /** Messages cannot go now. `words` are for the person at the page; `again`: the carrier goes on trying. */
  lost(words: string, again: boolean): void;
  /** Messages may go, but nothing has come for long. `words` are for the person. */
  silent(words: string): void;
  /** A carrier that was opened, but not heard of, is about to be closed: another one takes its place. */
  givenUp(): void;
}
