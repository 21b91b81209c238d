/** The line of a recorded query, once it is answered (rpc/recorded-line.ts). Nothing in it is noted as read. */
import type { Read } from '../../rpc/plan.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { questionText } from '../../wire/query.ts';
import { recordToText } from '../../wire/record.ts';
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

export function recordedLine(
  exchange: Exchange,
  notes: RecordingNotes,
  { id, down, isFull }: LineOptions,
): RecordedLine {
  const { query, requester, zone, cause, facts, rcode } = exchange;
  const host = cause === undefined ? exchange.host : exchange.failed;
  const client = facts.clientText(isFull);
  const reads = notes.decisions.flatMap((decision) => readsOf(decision, exchange));
  // Who has read the address may have put it into the answer.
  const isCut = !isFull && (facts.needs & NEEDS.ADDRESS) !== 0;
  return {
    id,
    at: new Date(notes.at ?? facts.now).toISOString(),
    name: questionText(query),
    type: typeToText(query.type),
    transport: requester.transport,
    client,
    ...(zone && { zone: zone.attachment.id, version: zone.attachment.version }),
    ...(host && { host: host.key }),
    source: sourceOf(exchange).source,
    ...(cause && { fallback: cause.reason }),
    reads: isCut ? reads.map(([fact, value]): Read => [fact, fact === 'client.ip' ? client : value]) : reads,
    ...(notes.thrown.length > 0 && { chance: [...notes.thrown] }),
    ...(down.length > 0 && { down }),
    rcode: rcodeToText(rcode),
    answer: isCut ? [] : answerOf(exchange),
    scope: facts.scope,
    ...(isCut && { unreplayable: 'address' as const }),
  };
}

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
function answerOf({ query, sections, writer, rcode }: Exchange): string[] {
  const { answer } = sections;
  const lines: string[] = [];
  if (rcode === RCODE.SERVFAIL && (writer.sectionCounts & ANSWERS) === 0) return lines;
  for (let index = 0; index < answer.count; index += 1) {
    const { owner = query.name.subarray(0, query.nameLength), type, ttl, rdatas } = answer.at(index);
    if (type === RRTYPE.RRSIG && query.type !== RRTYPE.RRSIG) continue;
    for (const rdata of rdatas) lines.push(recordToText({ owner, type, ttl, rdata }));
  }
  return lines;
}
