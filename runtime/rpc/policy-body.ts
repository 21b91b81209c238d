/**
 * What an answer process needs of a policy, as octets: its manifest as lines of JSON, so that it is parsed
 * line by line, then its script. Its static records are no part of it, for they are in the image of the zone.
 *
 *   octets of the lines (4, big-endian) · the lines, each with its line feed · the script in UTF-8
 *
 *   {"form":"policy","ttl":30}
 *   ["fallback","",{"kind":"pool","pool":"us"}]
 *   ["pools","us",{"records":{"A":["192.0.2.1"]}}]
 *   ["hosts","www",null]
 */
import type { Steps } from '../base/steps.ts';
import type { ManifestData, PlanData, PoolData } from './plan.ts';

export interface PolicyBody {
  /** Without static records. */
  readonly manifest: ManifestData;
  readonly script: string;
}

type Line =
  | readonly ['fallback', '', PlanData]
  | readonly ['pools', string, PoolData]
  | readonly ['hosts', string, PlanData | null];

const LENGTH = 4;
const LINE_FEED = 0x0a;

export function encodePolicyBody({ manifest, script }: PolicyBody): Buffer {
  const { pools, hosts, fallback, form, ttl, budget, deadline } = manifest;
  // Whatever else a policy has put into its manifest was looked at by nobody.
  const head = { form, ttl, budget, deadline };
  const lines: (Line | object)[] = [head, ['fallback', '', fallback]];
  for (const [name, pool] of Object.entries(pools)) lines.push(['pools', name, pool]);
  for (const [name, plan] of Object.entries(hosts)) lines.push(['hosts', name, plan]);
  const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, Buffer.from(script)]);
}

/** Reads what {@link encodePolicyBody} made, with a step for each line. */
export function* policyBodyInSteps(octets: Uint8Array): Steps<PolicyBody> {
  const body = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const end = LENGTH + body.readUInt32BE(0);
  const pools: Record<string, PoolData> = {};
  const hosts: Record<string, PlanData | null> = {};
  const manifest = { pools, hosts, records: {} };
  for (let at = LENGTH; at < end; ) {
    const next = body.indexOf(LINE_FEED, at);
    const line: Line | Partial<ManifestData> = JSON.parse(body.toString('utf8', at, next));
    if (!isLine(line)) Object.assign(manifest, line);
    else if (line[0] === 'fallback') Object.assign(manifest, { fallback: line[2] });
    else own(line[0] === 'pools' ? pools : hosts, line[1], line[2]);
    at = next + 1;
    yield;
  }
  // The head and the fallback are among the lines.
  return { manifest: manifest as unknown as ManifestData, script: body.toString('utf8', end) };
}

function isLine(line: Line | Partial<ManifestData>): line is Line {
  return Array.isArray(line);
}

/** A name is a key whatever it is: `__proto__` too. */
function own(into: object, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, configurable: true, enumerable: true, writable: true });
}
