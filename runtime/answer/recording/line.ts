/** The line of a recorded query (rpc/recorded-line.ts). */
import { addressToText, maskAddress, type Prefix, prefixToText } from '../../base/net/ip.ts';
import type { GeoSource } from '../../geo/location.ts';
import { networksText } from '../../rpc/facts/network-fact.ts';
import type { Read } from '../../rpc/plan.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';
import { rcodeToText } from '../../wire/iana/rcode.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import { ADDRESS_BITS, SUBNET_BITS } from '../facts/asking-client.ts';
import type { Facts } from '../facts/facts.ts';
import { plainRead, plainReadOf } from '../facts/plain-read.ts';
import type { SubnetTexts } from '../facts/subnet-texts.ts';
import type { KeptLine } from '../replies/kept-lines.ts';
import type { NotedDecision } from './notes.ts';
import type { AnswerSet, Recalled, Snapshot } from './snapshot.ts';

/** What all queries with one reply have in their lines, from the zone on. */
type Rest = Omit<RecordedLine, 'id' | 'at' | 'name' | 'type' | 'transport' | 'client' | 'scope' | 'chance'>;

/** Nothing is missing, and what there is not is `undefined`: V8 makes such an object at one go, and JSON leaves that out. */
type WholeRest = { readonly [Field in keyof Required<Rest>]: Rest[Field] | undefined };

export interface LineOptions {
  readonly geo: Pick<GeoSource, 'read'>;
  readonly networks: SubnetTexts;
  /** With the whole addresses of clients. */
  readonly isFull: boolean;
}

/** As JSON. */
export function recordedLine(id: string, recorded: Snapshot | Recalled, options: LineOptions): string {
  const { at, transport, client, scope, thrown, line } = recorded;
  const from = options.isFull ? addressText(client) : networkText(client, options.networks);
  const { question, rest } = 'name' in recorded ? partsOf(recorded, from, options) : recorded.line;
  // What is kept of a reply says nothing of addresses.
  if ('name' in recorded && !recorded.needsAddress) line?.take(question, rest);
  const chance = thrown.length > 0 ? `,"chance":${JSON.stringify(thrown)}` : '';
  // Nothing in these has to be escaped.
  return `{"id":"${id}","at":"${timeText(at)}",${question},"transport":"${transport}","client":"${from}","scope":${scope}${chance},${rest}}`;
}

/** What a line says whoever asks: of the question, and from the zone on. */
function partsOf(
  snapshot: Snapshot,
  client: string,
  { geo, isFull }: LineOptions,
): Pick<KeptLine, 'question' | 'rest'> {
  const { served, down, isOverridden, needsAddress, decisions } = snapshot;
  const name = textOf(snapshot.name);
  const place: Pick<Facts, 'placeOf'> = {
    placeOf: (field) => geo.read(snapshot.client.address, field) ?? null,
  };
  const reads = decisions.flatMap((decision) => readsOf(decision, snapshot.type, place));
  // Who has read the address may have put it into the answer.
  const isCut = needsAddress && !isFull;
  const rest: WholeRest = {
    zone: served?.id,
    version: served?.version,
    host: snapshot.host,
    source: snapshot.source,
    fallback: snapshot.fallback,
    reads: isCut ? reads.map((read) => cutRead(read, client)) : reads,
    down: down.length > 0 ? down : undefined,
    rcode: rcodeToText(snapshot.rcode),
    answer: isCut ? [] : snapshot.answer.flatMap((set) => recordsOf(set, name)),
    unreplayable: isCut ? 'address' : isOverridden ? 'override' : undefined,
  };
  return { question: withoutBraces({ name, type: typeToText(snapshot.type) }), rest: withoutBraces(rest) };
}

/** As JSON. */
function withoutBraces(fields: object): string {
  return JSON.stringify(fields).slice(1, -1);
}

/** Without what a read tells of an address beyond its network. */
function cutRead([fact, value]: Read, network: string): Read {
  if (fact === 'client.ip') return [fact, network];
  const isOfAddress = fact === 'client.resolver.address' || networksText(fact) !== undefined;
  return [fact, isOfAddress ? null : value];
}

/** ISO 8601, to the millisecond. Lines that are made together are of few seconds. */
function timeText(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(1000 * second).toISOString().slice(0, 20);
  }
  return `${lastText}${String(Math.floor(at - 1000 * second)).padStart(3, '0')}Z`;
}

let lastSecond = Number.NaN;
let lastText = '';

/** As `client.subnet` has it. */
function networkText({ address, length }: Prefix, networks: SubnetTexts): string {
  return networks.text(address, Math.min(length, SUBNET_BITS[address.family]));
}

/** As much as is known of it. */
function addressText({ address, length }: Prefix): string {
  return length < ADDRESS_BITS[address.family]
    ? prefixToText({ address: maskAddress(address, length), length })
    : addressToText(address);
}

function readsOf(decision: NotedDecision, type: number, place: Pick<Facts, 'placeOf'>): Read[] {
  if ('reads' in decision) return decision.reads.map((read) => plainRead(read, place));
  const { leaf, name } = decision;
  return leaf.reads.map(({ fact, value }): Read => {
    if (fact.kind === 'type') return [fact.key, typeToText(type)];
    if (fact.kind === 'name') return [fact.key, textOf(name)];
    return plainReadOf(fact, value, place);
  });
}

function recordsOf({ owner, type, ttl, rdatas }: AnswerSet, name: string): string[] {
  const head = `${owner === undefined ? `${name}.` : nameToText(owner)} ${ttl} IN ${typeToText(type)}`;
  return rdatas.map((rdata) => `${head} ${rdataToText(type, rdata)}`);
}

/** Without final dot. */
function textOf(name: Uint8Array): string {
  return nameToText(name).slice(0, -1);
}
