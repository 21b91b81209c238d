/**
 * What is wrong with a zone that comes with signatures made elsewhere (RFC 4035 §2). It is served as it is: most of it is
 * told of only, for the zone may still be of use to clients that do not validate.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { MOST_ITERATIONS, parametersOf } from '../dnssec/presigned/nsec3-hash.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { canonicalOrder } from '../zone/order/canonical-order.ts';
import type { ZoneDraft } from '../zone/zone-draft.ts';
import { APEX, ZoneIndex } from '../zone/zone-index.ts';

/** Times are in seconds since 1970; `end` is when the first set has no signature any more, if there are signatures. */
export function judgeForeignSignatures(
  draft: ZoneDraft,
  now: number,
): { readonly problems: Diagnostic[]; readonly end: number | undefined } {
  const index = new ZoneIndex(draft.origin, draft.tables);
  const { problems, end } = signaturesOf(draft, index, now);
  return {
    problems: [
      ...(draft.hosts.length > 0 ? [beside(draft)] : []),
      ...keysOf(index),
      ...chainOf(index),
      ...problems,
    ],
    end: Number.isFinite(end) ? end : undefined,
  };
}

function beside({ origin, hosts }: ZoneDraft): Diagnostic {
  return {
    code: 'DNSSEC_SIGNED',
    severity: 'error',
    message: `The zone is signed elsewhere, and its policy decides ${nameToText(hosts[0] ?? origin)}, which nobody there signs`,
    remedy:
      'Put the zone into "dnssec.zones" with "resign: true", to take those signatures away and sign all of it here',
  };
}

/** RFC 4035 §2.1. */
function* keysOf(index: ZoneIndex): Generator<Diagnostic> {
  if (index.rrset(APEX, RRTYPE.DNSKEY) !== undefined) return;
  yield unsound(
    'The zone has signatures, and no DNSKEY to verify them with',
    'Publish the DNSKEY records where the zone is signed',
  );
}

/** RFC 4035 §2.3, RFC 5155 §7.1, RFC 9276 §3.1. */
function* chainOf(index: ZoneIndex): Generator<Diagnostic> {
  const { count } = index.hashed;
  if (count === 0) {
    if (index.orderedCount > 0) return;
    yield unsound(
      'The zone has signatures, and no NSEC or NSEC3 record at its name: no denial can be proved',
      'Sign all of the zone, with its chain',
    );
    return;
  }
  const parameters = parametersOf(index.hashed.at(0).rdatas[0] ?? new Uint8Array());
  const iterations = parameters?.iterations ?? 0;
  if (iterations > MOST_ITERATIONS) {
    yield {
      code: 'DNSSEC_ITERATIONS',
      severity: 'error',
      message: `The NSEC3 records of the zone hash names ${iterations} times over: resolvers take a zone with more than ${MOST_ITERATIONS} as insecure, and each answer costs as much`,
      remedy: 'Set the iterations to 0 where the zone is signed (RFC 9276 §3.1)',
    };
  }
  if (index.rrset(APEX, RRTYPE.NSEC3PARAM) !== undefined) return;
  yield unsound(
    'The zone has NSEC3 records, and no NSEC3PARAM at its name',
    'Sign all of the zone, with its NSEC3PARAM record (RFC 5155 §4)',
  );
}

/** RFC 4035 §2.2: all sets that the zone speaks of have signatures, which have not ended. */
function signaturesOf(
  { tables }: ZoneDraft,
  index: ZoneIndex,
  now: number,
): { readonly problems: Diagnostic[]; readonly end: number } {
  let [all, lacking] = [0, 0];
  let first = '';
  let end = Number.POSITIVE_INFINITY;
  for (const node of canonicalOrder(tables)) {
    const isCut = index.cut(node)?.type === RRTYPE.NS;
    for (const type of index.types(node)) {
      if (type === RRTYPE.RRSIG || (isCut && !OF_CUT.has(type))) continue;
      all += 1;
      const signatures = index.signatures(node, type)?.rdatas ?? [];
      // One that is still good is enough.
      end = Math.min(end, latestEnd(signatures, now) ?? end);
      if (signatures.length > 0) continue;
      lacking += 1;
      first ||= `${typeToText(type)} of ${nameToText(index.rrset(node, type)?.owner ?? new Uint8Array(1))}`;
    }
  }
  for (let place = 0; place < index.hashed.count; place++) {
    const signatures = index.hashed.signatures(place)?.rdatas ?? [];
    end = Math.min(end, latestEnd(signatures, now) ?? end);
    all += 1;
    if (signatures.length > 0) continue;
    lacking += 1;
    first ||= `NSEC3 of ${nameToText(index.hashed.at(place).owner)}`;
  }
  const unsigned = `${lacking} of ${all} record sets of the zone have no signature, ${first} the first of them: resolvers that validate refuse them`;
  return {
    problems: [
      ...(lacking > 0
        ? [unsound(unsigned, 'Sign all of the zone where it is signed, or take its signatures away')]
        : []),
      ...(end <= now ? [expired(end)] : []),
    ],
    end,
  };
}

function expired(end: number): Diagnostic {
  return {
    code: 'DNSSEC_EXPIRED',
    severity: 'warning',
    message: `Signatures of the zone ended on ${new Date(end * 1000).toISOString()}: resolvers that validate refuse it`,
    remedy: 'Sign it anew where it is signed; it is served as it is',
  };
}

/** What the zone above speaks of at a delegation. */
const OF_CUT: ReadonlySet<number> = new Set([RRTYPE.DS, RRTYPE.NSEC]);

/** When the last of the signatures ends; `undefined` without one. Times are near `now`, modulo 2³² (RFC 4034 §3.1.5). */
function latestEnd(signatures: readonly Uint8Array[], now: number): number | undefined {
  let latest: number | undefined;
  for (const rdata of signatures) {
    const written = new DataView(rdata.buffer, rdata.byteOffset).getUint32(8);
    const end = now + ((written - now) | 0);
    if (latest === undefined || end > latest) latest = end;
  }
  return latest;
}

function unsound(message: string, remedy: string): Diagnostic {
  return { code: 'DNSSEC_UNSOUND', severity: 'warning', message, remedy };
}
