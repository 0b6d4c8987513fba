/**
 * The messages of `domsync.v1`: their names, tags, fields and types, as in docs/protocol.md.
 *
 * One table a direction; a message's tag is its place in the table, a field's place in the
 * array is its place in the row. The TypeScript types are read off the same tables, so a
 * field cannot be validated as one thing and used as another. Knows no session and no DOM.
 */

export const VERSION = 1;
export const SUBPROTOCOL = "domsync.v1";

export type Scalar = string | number | boolean | null;
/** What JSON can carry. */
export type Json = Scalar | readonly Json[] | { readonly [key: string]: Json };
export type Ops = readonly unknown[];

type Guard<T> = (value: unknown) => value is T;

const count: Guard<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const text: Guard<string> = (value): value is string => typeof value === "string";
const flag: Guard<boolean> = (value): value is boolean => typeof value === "boolean";
const json: Guard<Json> = (_value): _value is Json => true;
const list: Guard<Ops> = (value): value is Ops => Array.isArray(value);
const record: Guard<Readonly<Record<string, unknown>>> = (
  value,
): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Page to Python, in the order of their tags. */
export const UPSTREAM = {
  Hello: { version: count, session: text, seq: count, via: text },
  Event: { seq: count, ack: count, type: text, target: count, fields: record, edits: list, values: list },
  Edits: { seq: count, ack: count, edits: list },
  Ack: { ack: count },
  Bye: { reason: text },
  App: { seq: count, ack: count, data: text },
  Ping: { token: text, seq: count },
  Pong: { token: text, seq: count },
  Fault: { code: text, detail: text },
  Answer: { id: count, ok: flag, value: json },
  Resend: { seq: count },
} as const;

/** Python to page, in the order of their tags. */
export const DOWNSTREAM = {
  Welcome: { version: count, session: text, epoch: count, seq: count, options: record },
  Frame: { seq: count, ack: count, ops: list },
  Snapshot: { seq: count, ack: count, ops: list },
  Ack: { ack: count },
  Close: { code: count, reason: text },
  Text: { seq: count, ack: count, number: count, data: text },
  Ping: { token: text, seq: count },
  Pong: { token: text, seq: count },
  Notice: { kind: text, title: text, text: text, count: count },
  Ask: { id: count, node: count, kind: text, name: text, arguments: list },
  Resend: { seq: count },
  Check: { seq: count, nodes: list, hash: count },
} as const;

type Row = Readonly<Record<string, Guard<unknown>>>;
type Table = Readonly<Record<string, Row>>;
type Fields<R> = { readonly [F in keyof R]: R[F] extends Guard<infer T> ? T : never };

/** One message of a table: its name, as `tag`, beside its fields. */
export type Message<T extends Table> = { [N in keyof T]: { readonly tag: N } & Fields<T[N]> }[keyof T];
export type Upstream = Message<typeof UPSTREAM>;
export type Downstream = Message<typeof DOWNSTREAM>;
export type Notice = Fields<typeof DOWNSTREAM.Notice>;
export type Ask = Fields<typeof DOWNSTREAM.Ask>;

/** The wire text of a message. */
export function encode<T extends Table>(table: T, message: Message<T>): string {
  const name = message.tag as string;
  const fields = message as unknown as Record<string, unknown>;
  const items = Object.keys(table[name] as Row).map((field) => fields[field]);
  return JSON.stringify([Object.keys(table).indexOf(name), ...items]);
}

/**
 * The message that a wire text holds.
 *
 * Throws if it is not JSON, has another tag, shape or types than the table says, or a version
 * that is not spoken here.
 */
export function decode<T extends Table>(table: T, wire: string): Message<T> {
  const refuse = (): never => {
    throw new Error(`no message of ${SUBPROTOCOL}: ${wire.slice(0, 200)}`);
  };
  let items: unknown;
  try {
    items = JSON.parse(wire);
  } catch {}
  const [tag, ...values] = list(items) ? items : refuse();
  const name = Object.keys(table)[count(tag) ? tag : -1] ?? refuse();
  const row = Object.entries(table[name] as Row);
  const message: Record<string, unknown> = { tag: name };
  if (values.length !== row.length) refuse();
  row.forEach(([field, fits], place) => {
    message[field] = fits(values[place]) ? values[place] : refuse();
  });
  if ((message.version ?? VERSION) !== VERSION) refuse();
  return message as unknown as Message<T>;
}
