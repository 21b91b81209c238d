/**
 * Reads lists of networks that lie beside policies: a network on each line, the first column of a table, or JSON. A list may
 * hold a million networks, and is read as octets go by: what is kept are the borders of the set (base/net/network-set.ts).
 */
import { BoundedMap } from '../base/bounded-map.ts';
import { readPrefix } from '../base/net/ip.ts';
import type { NetworkSet } from '../base/net/network-set.ts';
import { NetworkSetBuilder } from '../base/net/network-set-builder.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** Octets of a list, and networks in it. */
export const MOST_LIST_OCTETS = 64 * 1024 * 1024;
export const MOST_NETWORKS = 1_000_000;

/** What is wrong with a list, and on which of its lines; of JSON that is not known. */
export interface ListFault {
  readonly problem: string;
  readonly remedy: string;
  readonly line?: number;
  readonly text?: string;
}

const KINDS: readonly (readonly [ending: string, read: (text: string) => Result<NetworkSet, ListFault>])[] = [
  ['.networks.json', readJson],
  ['.txt', (text) => readLines(text, fieldOfLine)],
  ['.csv', (text) => readLines(text, firstColumn, HEADINGS)],
];

/** Whether a file is a list of networks, by its name. */
export function isNetworkList(file: string): boolean {
  return KINDS.some(([ending]) => file.endsWith(ending));
}

/** The networks of a list; `hash` is that of its content, by which the last lists are known again. */
export function readNetworkList(file: string, octets: Buffer, hash: string): Result<NetworkSet, ListFault> {
  const key = `${hash} ${file}`;
  const known = lastLists.get(key);
  if (known !== undefined) return ok(known);
  const read = KINDS.find(([ending]) => file.endsWith(ending))?.[1] ?? readJson;
  const list = read(octets.toString('utf8').replace(/^\uFEFF/, ''));
  if (list.ok) lastLists.set(key, list.value);
  return list;
}

/** A policy that is saved again has the lists that it had. */
const lastLists = new BoundedMap<string, NetworkSet>(4);
/** Characters of a text that is no network. */
const MOST_SHOWN = 60;
const EXAMPLE = 'Write networks as in 10.0.0.0/8 or 2001:db8::/32';
/** What may stand above the networks of a table. */
const HEADINGS = /^(?:networks?|prefix(?:es)?|cidrs?|subnets?|ip|range)$/i;

/** The network of a line; empty where there is none. */
type Field = (line: string) => string;

function readLines(text: string, field: Field, headings?: RegExp): Result<NetworkSet, ListFault> {
  const builder = new NetworkSetBuilder();
  let number = 0;
  let isHeading = headings !== undefined;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    at = end === -1 ? text.length : end + 1;
    number += 1;
    const network = field(line);
    if (network === '') continue;
    const problem = add(network, builder);
    if (problem !== undefined && !(isHeading && headings?.test(network) === true))
      return fail({ ...problem, line: number, text: line });
    isHeading = false;
  }
  if (builder.count > 0) return ok(builder.build());
  return fail({
    problem: 'it lists no network',
    remedy: 'A list of none is written as [], in a file .networks.json',
  });
}

/** `10.0.0.0/8 # Berlin` */
function fieldOfLine(line: string): string {
  const comment = line.indexOf('#');
  return (comment === -1 ? line : line.slice(0, comment)).trim();
}

/** `"10.0.0.0/8",Berlin` */
function firstColumn(line: string): string {
  if (line.startsWith('#')) return '';
  const comma = line.indexOf(',');
  const field = (comma === -1 ? line : line.slice(0, comma)).trim();
  return field.startsWith('"') && field.endsWith('"') ? field.slice(1, -1).trim() : field;
}

/** `["10.0.0.0/8"]` */
function readJson(text: string): Result<NetworkSet, ListFault> {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    return fail({ problem: `it is no JSON: ${(error as Error).message}`, remedy: JSON_EXAMPLE });
  }
  if (!Array.isArray(said)) return fail({ problem: 'it is no array', remedy: JSON_EXAMPLE });
  const builder = new NetworkSetBuilder();
  for (const [index, item] of (said as unknown[]).entries()) {
    if (typeof item !== 'string')
      return fail({ problem: `item ${index + 1} is no text`, remedy: JSON_EXAMPLE });
    const fault = add(item, builder);
    if (fault !== undefined) return fail({ ...fault, problem: `item ${index + 1}: ${fault.problem}` });
  }
  // Whoever writes an empty array means it.
  return ok(builder.build());
}

const JSON_EXAMPLE = 'Write an array of networks: ["10.0.0.0/8", "2001:db8::/32"]';

function add(network: string, builder: NetworkSetBuilder): ListFault | undefined {
  const read = readPrefix(network, address);
  if (read === undefined)
    return { problem: `"${network.slice(0, MOST_SHOWN)}" is no network`, remedy: EXAMPLE };
  if (builder.count === MOST_NETWORKS)
    return { problem: `it has more than ${MOST_NETWORKS} networks`, remedy: 'Put them into several lists' };
  builder.add(read.family, address, read.length);
  return undefined;
}

const address = new Uint8Array(16);
