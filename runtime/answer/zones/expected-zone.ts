/**
 * A zone that has files and of which nothing is loaded yet. It stands in the set of zones like any other, so the longest
 * match finds it, and a zone above does not answer for it; no query pays for that once all zones are loaded. What it is
 * asked gets SERVFAIL (find.ts), which resolvers take for a state that passes, where REFUSED or NXDOMAIN would be
 * remembered (RFC 8914 §4.15, RFC 2308 §2.1).
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { ROOT } from '../../wire/name.ts';
import { buildZone, zoneLike } from '../../zone/zone.ts';
import type { Counters } from '../counting/counters.ts';
import { type ServedZone, zoneOrigin } from './served-zone.ts';

/** `id` is lower case, without final dot. */
export function expectedZone(id: string, counters: Counters): ServedZone {
  return zoneLike(NOTHING, zoneOrigin(id), {
    id,
    version: '',
    broken: 'It has not been loaded yet',
    lacksPolicy: false,
    withheld: 'unloaded',
    isCyclic: false,
    policy: undefined,
    signing: undefined,
    counters: counters.zone(id),
    history: undefined,
    signed: undefined,
  });
}

/** Records that every zone must have, and that nobody ever sees: one copy stands for all zones that are expected. */
const NOTHING = buildZone({
  origin: ROOT,
  records: [
    { owner: ROOT, type: RRTYPE.SOA, ttl: 0, rdata: new Uint8Array(22) },
    { owner: ROOT, type: RRTYPE.NS, ttl: 0, rdata: ROOT },
  ],
  hosts: [],
  attachment: undefined,
});
