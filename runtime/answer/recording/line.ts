/** The line of a recorded query, once it is answered (rpc/recorded-line.ts). Nothing in it is noted as read. */
import type { Read } from '../../rpc/plan.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { questionText } from '../../wire/query.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { Exchange } from '../exchange.ts';
import { sourceOf } from '../explain/source-of.ts';
import { NEEDS } from '../facts/fact.ts';
import { plainRead, plainReadOf } from '../facts/plain-read.ts';
import type { NotedDecision, RecordingNotes } from './notes.ts';

export interface LineOptions {
  readonly id: string;
  /** Targets of the policy that are down. */
  readonly down: readonly string[];
  /** Whether addresses of clients are recorded whole. */
  readonly isFull: boolean;
}

/** As JSON. The object has all fields, some `undefined`, so that V8 makes it at one go; JSON leaves those out. */
export function recordedLine(
  exchange: Exchange,
  notes: RecordingNotes,
  { id, down, isFull }: LineOptions,
): string {
  const { query, requester, zone, cause, facts, rcode } = exchange;
  const served = zone?.attachment;
  const host = cause === undefined ? exchange.host : exchange.failed;
  const name = questionText(query);
  const client = facts.clientText(isFull);
  const { decisions, thrown } = notes;
  const reads = decisions.length === 0 ? NO_READS : decisions.flatMap((one) => readsOf(one, exchange));
  // Who has read the address may have put it into the answer.
  const isCut = !isFull && (facts.needs & NEEDS.ADDRESS) !== 0;
  const line: { readonly [Field in keyof Required<RecordedLine>]: RecordedLine[Field] | undefined } = {
    id,
    at: new Date(notes.at ?? facts.now).toISOString(),
    name,
    type: typeToText(query.type),
    transport: requester.transport,
    client,
    zone: served?.id,
    version: served?.version,
    host: host?.key,
    source: sourceOf(exchange).source,
    fallback: cause?.reason,
    reads: isCut ? reads.map(([fact, value]): Read => [fact, fact === 'client.ip' ? client : value]) : reads,
    chance: thrown.length > 0 ? thrown : undefined,
    down: down.length > 0 ? down : undefined,
    rcode: rcodeToText(rcode),
    answer: isCut ? [] : answerOf(exchange, name),
    scope: facts.scope,
    unreplayable: isCut ? 'address' : undefined,
  };
  return JSON.stringify(line);
}

const NO_READS: readonly Read[] = [];

function readsOf(decision: NotedDecision, { query, facts }: Exchange): Read[] {
  if ('reads' in decision) return decision.reads.map((read) => plainRead(read, facts));
  const { leaf, name } = decision;
  return leaf.reads.map((read): Read => {
    if (read.fact.kind === 'type') return [read.fact.key, typeToText(query.type)];
    if (read.fact.kind === 'name') return [read.fact.key, nameToText(name).slice(0, -1)];
    return plainReadOf(read.fact, read.value, facts);
  });
}

/** In the counts of a message's sections (wire/writer.ts). */
const ANSWERS = 0xff;

/** What was decided, also where it was too much for a datagram. Nothing of it is in an answer that fits no message. */
function answerOf({ query, sections, writer, rcode }: Exchange, name: string): string[] {
  const { answer } = sections;
  const lines: string[] = [];
  if (rcode === RCODE.SERVFAIL && (writer.sectionCounts & ANSWERS) === 0) return lines;
  for (let index = 0; index < answer.count; index += 1) {
    const { owner, type, ttl, rdatas } = answer.at(index);
    if (type === RRTYPE.RRSIG && query.type !== RRTYPE.RRSIG) continue;
    const head = `${owner === undefined ? `${name}.` : nameToText(owner)} ${ttl} IN ${typeToText(type)}`;
    for (const rdata of rdatas) lines.push(`${head} ${rdataToText(type, rdata)}`);
  }
  return lines;
}
