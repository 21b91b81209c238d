/** The rules of check.ts about DNAME, and about what it hides: RFC 6672 §2.3, §2.4, §3.3. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { diagnose } from './place.ts';
import type { Survey } from './survey.ts';
import { isWildcard } from './zone-index.ts';

export function* checkDnames(survey: Survey): Generator<Diagnostic> {
  for (const types of survey.names()) {
    const dname = types.get(RRTYPE.DNAME);
    if (dname === undefined) continue;
    const name = nameToText(dname.owner);
    if (isWildcard(dname.owner)) {
      const message = `DNAME at the wildcard ${name}`;
      yield diagnose(
        'error',
        { message, remedy: 'Redirect each name; RFC 6672 §3.3 defines no more' },
        dname.place,
      );
    }
    // RFC 6672 §2.3: but the zone's own name has NS in any case. With a CNAME it is that which is told.
    if (types.has(RRTYPE.NS) && !survey.isApex(dname.owner)) {
      const message = `DNAME at ${name} beside NS`;
      yield diagnose('error', { message, remedy: 'Either delegate the name or redirect it' }, dname.place);
    }
  }
}

/** RFC 6672 §2.4: nothing is below a DNAME. NSD, Knot and BIND refuse such a zone as well. */
export function* checkRedirectedRecords(survey: Survey): Generator<Diagnostic> {
  for (const types of survey.names()) {
    for (const [type, { owner, place }] of types) {
      const dname = survey.dnameAbove(owner);
      if (dname === undefined) break;
      const message = `${typeToText(type)} at ${nameToText(owner)} is never served: ${nameToText(dname.owner)} has a DNAME`;
      yield diagnose('error', { message, remedy: 'Remove the record, or the DNAME' }, place);
    }
  }
}
