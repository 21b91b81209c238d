/**
 * What an answer process needs of a policy, as octets: its manifest in lines, each of which is parsed when it is
 * asked for and not kept, then its script as JSON. Its static records are no part of it: they are in the image of the zone.
 *
 *   octets of the lines (4, big-endian) · the lines · the script as a string of JSON
 *
 * A line is of JSON without blanks, between tabs and before a line feed, of which JSON has none:
 *
 *   "head"      ""     {"form":"policy","ttl":30}
 *   "fallback"  ""     {"kind":"pool","pool":"us"}
 *   "pools"     "us"   {"records":{"A":["192.0.2.1"]}}
 *   "hosts"     "www"  null
 */
import type { Steps } from '../base/loop/steps.ts';
import type { ManifestData } from './plan.ts';
import { type Script, scriptJson } from './script.ts';

export interface PolicyBody {
  /** Without static records. */
  readonly manifest: ManifestData;
  readonly script: Script;
}

const LENGTH = 4;
const TAB = 0x09;
const LINE_FEED = 0x0a;

export function encodePolicyBody({ manifest, script }: PolicyBody): Buffer {
  const { pools, hosts, fallback, form, ttl, budget, deadline } = manifest;
  // Whatever else a policy has put into its manifest was looked at by nobody.
  const lines = [line('head', '', { form, ttl, budget, deadline }), line('fallback', '', fallback)];
  for (const [name, pool] of Object.entries(pools)) lines.push(line('pools', name, pool));
  for (const [name, plan] of Object.entries(hosts)) lines.push(line('hosts', name, plan));
  const text = Buffer.from(lines.join(''));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, Buffer.from(scriptJson(script))]);
}

/** Reads what {@link encodePolicyBody} made, with a step for each line. */
export function* policyBodyInSteps(octets: Uint8Array): Steps<PolicyBody> {
  const body = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const end = LENGTH + body.readUInt32BE(0);
  const script = { json: body.toString('utf8', end) };
  // The script is not to be kept twice.
  const lines = Buffer.from(body.subarray(LENGTH, end));
  const [pools, hosts] = [{}, {}];
  const manifest = { pools, hosts, records: {} };
  for (let at = 0; at < lines.length; ) {
    const [key, value] = [lines.indexOf(TAB, at) + 1, lines.indexOf(TAB, lines.indexOf(TAB, at) + 1) + 1];
    const next = lines.indexOf(LINE_FEED, value) + 1;
    const kind: unknown = JSON.parse(lines.toString('utf8', at, key));
    const name = String(JSON.parse(lines.toString('utf8', key, value)));
    const read = (): unknown => JSON.parse(lines.toString('utf8', value, next));
    if (kind === 'head') Object.assign(manifest, read());
    else if (kind === 'fallback') lazily(manifest, 'fallback', read);
    else lazily(kind === 'pools' ? pools : hosts, name, read);
    at = next;
    yield;
  }
  // The head and the fallback are among the lines.
  return { manifest: manifest as unknown as ManifestData, script };
}

function line(kind: string, key: string, value: unknown): string {
  return `${[kind, key, value].map((part) => JSON.stringify(part)).join('\t')}\n`;
}

/** A name is a key whatever it is: `__proto__` too. */
function lazily(into: object, key: string, get: () => unknown): void {
  Object.defineProperty(into, key, { get, configurable: true, enumerable: true });
}
