/**
 * One line of the file that remembers the dynamic records of a zone: a change, behind a digest that tells a whole line
 * from one that was cut off.
 */

import { createHash } from 'node:crypto';
import { fromBase64, toBase64 } from '../base/octets-text.ts';
import { typeFromText, typeToText } from '../wire/iana/rrtype.ts';
import { nameFromText, nameToText } from '../wire/name.ts';
import { checkRdata } from '../wire/rdata/registry.ts';
import type { DynamicRecord } from './dynamic-record.ts';

export interface Change {
  /** In lower case, without the final dot, as everywhere. */
  readonly zone: string;
  /** The lowest serial of a version of the zone that has this change. */
  readonly serial: number;
  readonly removed: readonly DynamicRecord[];
  readonly added: readonly DynamicRecord[];
}

/** A change as a line, with its end. */
export function lineOf({ zone, serial, removed, added }: Change): string {
  const json = JSON.stringify({ zone, serial, removed: removed.map(written), added: added.map(written) });
  return `${digestOf(json)} ${json}\n`;
}

/** Reads a line without its end; `undefined` if it is not whole. */
export function changeIn(line: string): Change | undefined {
  const [digest, json] = [line.slice(0, DIGEST), line.slice(DIGEST + 1)];
  if (digestOf(json) !== digest) return undefined;
  const { zone, serial, removed, added } = JSON.parse(json) as {
    zone: string;
    serial: number;
    removed: Written[];
    added: Written[];
  };
  const [gone, come] = [removed.map(recordOf), added.map(recordOf)];
  if (gone.includes(undefined) || come.includes(undefined)) return undefined;
  return { zone, serial, removed: gone.filter(isThere), added: come.filter(isThere) };
}

type Written = readonly [name: string, type: string, ttl: number, rdata: string, since: number, by: string];

/** Characters of a digest. */
const DIGEST = 16;

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST);
}

function written({ owner, type, ttl, rdata, since, by }: DynamicRecord): Written {
  return [nameToText(owner), typeToText(type), ttl, toBase64(rdata), since, by];
}

function recordOf([name, typeText, ttl, data, since, by]: Written): DynamicRecord | undefined {
  const owner = nameFromText(name);
  const type = typeFromText(typeText);
  const rdata = fromBase64(data);
  if (!owner.ok || type === undefined || checkRdata(type, rdata) !== undefined) return undefined;
  return { owner: owner.value, type, ttl, rdata, since, by };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
