/**
 * Why a query gets its answer: the same pipeline, with the memo left aside so that the policy really
 * runs, and every step noted. Serves the admin API in an answer process, and the CLI without one.
 */
import { assert } from '../../base/assert.ts';
import { type Prefix, parsePrefix } from '../../base/net/ip.ts';
import { withoutPasswords } from '../../base/printable.ts';
import { locationInCountry } from '../../geo/country-location.ts';
import { type GeoSource, LOCATION_FIELDS } from '../../geo/location.ts';
import type { HealthTable } from '../../health/table.ts';
import type { ExplainAsk, Explanation, RecordOrigin } from '../../rpc/explanation.ts';
import type { FactValue, PlanData } from '../../rpc/plan.ts';
import { decodeMessage } from '../../wire/decode.ts';
import { rcodeToText } from '../../wire/iana/rcode.ts';
import { nameToText } from '../../wire/name.ts';
import { recordToText } from '../../wire/record.ts';
import { ask } from '../ask-policy.ts';
import type { Decision } from '../decision.ts';
import { Exchange } from '../exchange.ts';
import { needsOf } from '../facts/fact.ts';
import type { FactOverrides } from '../facts/facts.ts';
import { plainRead } from '../facts/plain-read.ts';
import type { Parts } from '../parts.ts';
import { run } from '../pipeline.ts';
import type { Made } from '../sections.ts';
import type { ServedHost } from '../zones/served-zone.ts';
import { queryPacket } from './explain-query.ts';
import { explainSigning } from './explain-signing.ts';
import { sourceOf } from './source-of.ts';

export interface ExplainParts extends Parts {
  readonly geo: GeoSource;
  readonly health: HealthTable;
  /** Milliseconds since 1970; default: now. */
  readonly clock?: () => number;
  /** Numbers from 0 up to but not including 1; default: by chance. */
  readonly random?: () => number;
}

/** Explains the answer to a question that admin/explain-request.ts has checked. */
export async function explain(question: ExplainAsk, parts: ExplainParts): Promise<Explanation> {
  return await explainAgain(new Exchange(parts.geo, parts.health, parts), question, parts, []);
}

/** The same with an exchange that may have answered the question before, and what was decided then. */
export async function explainAgain(
  exchange: Exchange,
  question: ExplainAsk,
  parts: ExplainParts,
  decisions: Decision[],
): Promise<Explanation> {
  const startedAt = performance.now();
  const client = question.from === undefined ? undefined : parsePrefix(question.from);
  const packet = queryPacket(question, client);
  const { transport = question.udpSize === undefined ? 'tcp' : 'udp', local, resolver } = question.way ?? {};
  const address = resolver ?? question.from ?? '';
  const requester = { transport, address, local, reply: () => {} } as const;
  exchange.overrides = overridesOf(question);
  for (;;) {
    const { zone } = exchange;
    exchange.steps = [];
    exchange.begin(packet, requester, performance.now());
    if (zone !== undefined) exchange.resume(zone, decisions);
    if (run(exchange, parts) !== 'wait') break;
    decisions.push(await new Promise<Decision>((resolve) => ask(exchange, parts, resolve)));
  }
  const totalMicros = Math.round((performance.now() - startedAt) * 1000);
  const facts = clientFacts(exchange, client);
  const lacking = client === undefined && facts.country !== undefined ? lackingOf(exchange, facts) : [];
  return {
    ...describe(question, exchange, decisions),
    client: facts,
    ...(lacking.length > 0 && { lacking }),
    totalMicros,
  };
}

/** Which of the fields of a place that the answer depends on are not known. */
function lackingOf({ facts }: Exchange, known: Readonly<Record<string, FactValue>>): string[] {
  return LOCATION_FIELDS.filter(
    (field) => (facts.needs & needsOf(field)) !== 0 && known[field] === undefined,
  );
}

function describe(
  { name, type, withRecords, withOrigins }: ExplainAsk,
  exchange: Exchange,
  decisions: readonly Decision[],
): Omit<Explanation, 'client' | 'totalMicros'> {
  const { zone, cause, facts, rcode, writer, steps, followed } = exchange;
  const host = cause === undefined ? exchange.host : exchange.failed;
  const served = zone?.attachment;
  const decision = decisions.findLast((made) => made.host === host);
  const message = decodeMessage(writer.buffer.subarray(0, writer.finish()));
  const scope = facts.scope;
  const signing = explainSigning(exchange, withRecords === true);
  assert(message.ok, 'what the writer wrote can be read');
  const plan = planOf(exchange, host, decision);
  // A host that led to another by a CNAME had its reasons too.
  const runs = decisions.flatMap(({ micros }) => micros ?? []);
  return {
    name,
    type,
    ...(served && { zone: served.id, version: served.version }),
    ...(served?.policy && { file: served.policy.file }),
    ...(served?.isCyclic && { isCyclic: true as const }),
    followed: followed.map(nameToText),
    ...sourceOf(exchange),
    ...(host && { host: host.key }),
    ...(cause && {
      fallback: { reason: cause.reason, message: withoutPasswords(cause.message), ...stackOf(cause) },
    }),
    reads: decisions.flatMap(({ reads }) => reads.map((read) => plainRead(read, facts))),
    ...(plan && { plan }),
    steering: steps ?? [],
    rcode: rcodeToText(rcode),
    answer: message.value.answers.map(recordToText),
    ...(message.value.truncated && { isTruncated: true as const }),
    ...(withOrigins && { origins: originsOf(exchange) }),
    authority: message.value.authorities.map(recordToText),
    ...(signing && { signing }),
    ecsScope: scope,
    ...(runs.length === 0 ? {} : { policyMicros: runs.reduce((sum, micros) => sum + micros) }),
  };
}

/** As far as an answer process knows it: it has static records without their files. */
function originsOf({ zone, sections: { answer } }: Exchange): RecordOrigin[] {
  const file = zone?.attachment.policy?.file;
  return Array.from({ length: answer.count }, (_, index) => answer.at(index)).flatMap(
    ({ made, wildcard, rdatas }) => {
      const origin: RecordOrigin = {
        from: ORIGINS[made],
        ...(made === 'policy' && file !== undefined && { file }),
        ...(wildcard && { wildcard: nameToText(wildcard) }),
      };
      return rdatas.map(() => origin);
    },
  );
}

const ORIGINS = {
  zone: 'static',
  cut: 'static',
  glue: 'static',
  policy: 'policy',
  dname: 'dname',
  server: 'server',
} as const satisfies Record<Made, RecordOrigin['from']>;

function planOf(
  { zone, cause }: Exchange,
  host: ServedHost | undefined,
  decision: Decision | undefined,
): PlanData | undefined {
  const written = zone?.attachment.policy?.written;
  if (written === undefined || host === undefined) return undefined;
  if (cause !== undefined) return written.fallback;
  return decision?.data ?? written.ofHost(host.index);
}

function stackOf({ stack }: { readonly stack?: string | undefined }): { stack?: string } {
  return stack === undefined ? {} : { stack: withoutPasswords(stack) };
}

/** A country brings its continent and whether it is in the European Union. */
function overridesOf({ facts }: ExplainAsk): FactOverrides {
  const { country } = facts;
  return typeof country === 'string' ? { ...locationInCountry(country), ...facts } : facts;
}

/** Without an address only its place is given. */
function clientFacts({ facts }: Exchange, client: Prefix | undefined): Record<string, FactValue> {
  const { ip, subnet, family, ...place } = facts.known();
  if (client === undefined) return place;
  return { ...place, ...(ip && { ip }), ...(subnet && { subnet }), ...(family && { family }) };
}
