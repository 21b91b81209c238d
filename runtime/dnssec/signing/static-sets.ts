/** The RRsets of records in a zone that is signed here. */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { canonicalName } from '../../wire/name.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';
import type { SetToSign } from './sign-ahead.ts';

/** RRsets of records, in canonical order: names below a cut are not in it, and of a cut the zone vouches for the DS alone (RFC 4035 §2.2). */
export function* staticSets(index: ZoneIndex): Generator<SetToSign> {
  for (let place = 0; place < index.orderedCount; place += 1) {
    const node = index.nodeAt(place);
    const isCut = index.cut(node)?.type === RRTYPE.NS;
    for (const type of index.types(node)) {
      const set = isCut && type !== RRTYPE.DS ? undefined : index.rrset(node, type);
      if (set !== undefined) yield { ...set, owner: canonicalName(set.owner) };
    }
  }
}
