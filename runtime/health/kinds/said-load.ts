/** The load that a server says of itself: in a header, or in a body of JSON. What is no number is no load, and no fault. */
import { type DataReader, isFields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { isRequestHeader } from '../../base/net/request-headers.ts';
import { loadIn } from '../values.ts';
import type { HttpMessage } from './http-message.ts';

/** Where it stands: a header by its name in lower case, or a number in JSON by the keys that lead to it. */
export type LoadPlace = { readonly header: string } | { readonly json: readonly string[] };

/** Octets of a body that is read as JSON. */
const MOST_BODY = 16_384;
const MOST_KEYS = 8;

export function readLoadPlace(value: unknown, path: string, reader: DataReader): LoadPlace | undefined {
  if (value === undefined) return undefined;
  const { header, json, ...rest } = isFields(value) ? value : {};
  const isOne = (header === undefined) !== (json === undefined) && Object.keys(rest).length === 0;
  if (!isOne) return reader.refuse(path, 'Must be { header: "X-Load" } or { json: "cpu.load" }');
  if (header !== undefined)
    return typeof header === 'string' && isRequestHeader(header)
      ? { header: header.toLowerCase() }
      : reader.refuse(keyPath(path, 'header'), 'Must be the name of a header');
  const keys = typeof json === 'string' && json.length <= MOST_BODY ? json.split('.') : [];
  const isSound =
    keys.length > 0 && keys.length <= MOST_KEYS && keys.every((key) => /^[^.]{1,64}$/.test(key));
  return isSound
    ? { json: keys }
    : reader.refuse(keyPath(path, 'json'), `Must be up to ${MOST_KEYS} keys with dots between them`);
}

export class SaidLoad {
  readonly #place: LoadPlace;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(place: LoadPlace) {
    this.#place = place;
  }

  /** Whether more of the body has to come. */
  get awaitsBody(): boolean {
    return 'json' in this.#place && this.#length < MOST_BODY;
  }

  takeBody(piece: Uint8Array): void {
    if (!this.awaitsBody) return;
    // The socket may use the memory again.
    this.#pieces.push(Uint8Array.from(piece));
    this.#length += piece.length;
  }

  /** The load, once all has come that says it; `undefined` if there is none. */
  in(message: Pick<HttpMessage, 'header'>): number | undefined {
    if ('header' in this.#place) return loadIn(message.header(this.#place.header));
    let value: unknown;
    try {
      value = JSON.parse(Buffer.concat(this.#pieces).toString());
    } catch {
      return undefined;
    }
    for (const key of this.#place.json)
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined;
    return loadIn(value);
  }
}
