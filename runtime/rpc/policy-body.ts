/**
 * The body of a policy as answer processes get it, as octets: its manifest in lines, each of which is
 * parsed whenever it is needed and not kept, then its script as JSON. Its static records are in the image
 * of the zone instead.
 *
 *   octets of the lines (4, big-endian) · the lines · the script as a string of JSON
 *
 * A line is three JSON texts without blanks, tabs between them and a line feed behind, which such JSON
 * never holds:
 *
 *   "head"      ""     {"form":"policy","ttl":30}
 *   "fallback"  ""     {"kind":"pool","pool":"us"}
 *   "pools"     "us"   {"records":{"A":["192.0.2.1"]}}
 *   "hosts"     "www"  null
 *
 * Lists of texts are packed (packed-texts.ts).
 */

import type { Steps } from '../base/loop/steps.ts';
import { LazyFields } from '../base/structures/lazy-fields.ts';
import { packed, unpacked } from './packed-texts.ts';
import type { ManifestData, PlanData, PoolData } from './plan.ts';
import { type Script, scriptJson } from './script.ts';

export interface PolicyBody {
  /** The manifest, without static records. */
  readonly manifest: ManifestData;
  readonly script: Script;
}

/** A manifest that was received: its lines are parsed when they are needed. */
export type ManifestLines = Omit<ManifestData, 'pools' | 'hosts'> & {
  readonly pools: LazyFields<PoolData>;
  readonly hosts: LazyFields<PlanData | null>;
};

export interface SentBody {
  readonly manifest: ManifestLines;
  readonly script: Script;
}

const LENGTH = 4;
const TAB = 0x09;
const LINE_FEED = 0x0a;

export function encodePolicyBody({ manifest, script }: PolicyBody): Buffer {
  const { pools, hosts, fallback, form, ttl, budget, deadline } = manifest;
  // Only the known fields are sent: nobody has checked other fields of a policy's manifest.
  const lines = [line('head', '', { form, ttl, budget, deadline }), line('fallback', '', packed(fallback))];
  for (const [name, pool] of Object.entries(pools)) lines.push(line('pools', name, packed(pool)));
  for (const [name, plan] of Object.entries(hosts)) lines.push(line('hosts', name, packed(plan)));
  const text = Buffer.from(lines.join(''));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, Buffer.from(scriptJson(script))]);
}

/** Reads octets that {@link encodePolicyBody} made, with a step for each line. */
export function* policyBodyInSteps(octets: Uint8Array): Steps<SentBody> {
  const body = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const end = LENGTH + body.readUInt32BE(0);
  const script = { json: body.toString('utf8', end) };
  // A copy of the lines lets go of the octets of the script, which would be kept twice.
  const lines = Buffer.from(body.subarray(LENGTH, end));
  const read = (start: number, end: number): unknown =>
    unpacked(JSON.parse(lines.toString('utf8', start, end)));
  const [pools, hosts] = [new LazyFields(read), new LazyFields(read)];
  const manifest = { pools, hosts, records: {} };
  for (let at = 0; at < lines.length; ) {
    const key = lines.indexOf(TAB, at) + 1;
    const value = lines.indexOf(TAB, key) + 1;
    const next = lines.indexOf(LINE_FEED, value) + 1;
    const kind = read(at, key);
    if (kind === 'head') Object.assign(manifest, read(value, next));
    else if (kind === 'fallback')
      Object.defineProperty(manifest, kind, { get: () => read(value, next), enumerable: true });
    else (kind === 'pools' ? pools : hosts).add(String(read(key, value)), value, next);
    at = next;
    yield;
  }
  // The head and the fallback are among the lines.
  return { manifest: manifest as unknown as ManifestLines, script };
}

function line(kind: string, key: string, value: unknown): string {
  return `${[kind, key, value].map((part) => JSON.stringify(part)).join('\t')}\n`;
}
