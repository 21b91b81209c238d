/** The rules of check.ts about DNAME, and about records that a DNAME hides: RFC 6672 §2.3, §2.4, §3.3. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { NO_NODE } from '../label-tree.ts';
import { diagnose } from '../place.ts';
import type { Survey } from '../survey.ts';
import { APEX, isWildcard } from '../zone-index.ts';

export function* checkDnames(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    if (type !== RRTYPE.DNAME) continue;
    const { owner, place } = survey.first(set);
    const name = nameToText(owner);
    if (isWildcard(owner)) {
      const message = `DNAME at the wildcard ${name}`;
      yield diagnose(
        'error',
        { message, remedy: 'Redirect each name; RFC 6672 §3.3 defines no more' },
        place,
      );
    }
    // RFC 6672 §2.3 allows NS beside a DNAME only at the zone's own name. check.ts reports a CNAME there.
    if (survey.typesAt(node).includes(RRTYPE.NS) && node !== APEX) {
      const message = `DNAME at ${name} beside NS`;
      yield diagnose('error', { message, remedy: 'Either delegate the name or redirect it' }, place);
    }
  }
}

/** RFC 6672 §2.4: nothing is below a DNAME. NSD, Knot and BIND refuse such a zone as well. */
export function* checkRedirectedRecords(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    const dname = survey.dnameAboveNode(node);
    if (dname === NO_NODE) continue;
    const { owner, place } = survey.first(set);
    const redirecting = nameToText(survey.first(dname).owner);
    const message = `${typeToText(type)} at ${nameToText(owner)} is never served: ${redirecting} has a DNAME`;
    yield diagnose('error', { message, remedy: 'Remove the record, or the DNAME' }, place);
  }
}
