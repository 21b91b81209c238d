/** The rules of check.ts about TXT records that other protocols read: all are valid, and some are hardly meant. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { diagnose } from '../place.ts';
import type { Survey } from '../survey.ts';

/** Texts of which a name has one at most, else none of them counts: RFC 7208 §3.2, RFC 7489 §6.6.3, RFC 8461 §3.1. */
const ALONE = ['v=spf1', 'v=DMARC1', 'v=STSv1', 'v=TLSRPTv1'];
/** Texts that are lists with semicolons and have more than their first item. */
const LISTS = ['v=DMARC1', 'v=DKIM1', 'v=STSv1', 'v=TLSRPTv1', 'v=BIMI1'];

export function* checkTexts(survey: Survey): Generator<Diagnostic> {
  for (const { set, type } of survey.sets()) {
    if (type !== RRTYPE.TXT) continue;
    const seen = new Set<string>();
    for (const member of survey.members(set)) {
      const record = survey.placed(member);
      const { owner, rdata } = record;
      const [version = ''] = VERSION.exec(beginningOf(rdata)) ?? [];
      const points = `TXT at ${nameToText(owner)}`;
      if (LISTS.includes(version) && rdata.length === 1 + version.length) {
        const message = `${points} ends behind ${version}, for a semicolon without quotes begins a comment`;
        yield diagnose('warning', { message, remedy: 'Put the text in quotes' }, record.place);
      }
      if (ALONE.includes(version) && seen.has(version)) {
        const message = `${points} has two texts that begin with ${version}, so that neither counts`;
        yield diagnose('warning', { message, remedy: 'Make one of them' }, record.place);
      }
      seen.add(version);
    }
  }
}

const VERSION = /^v=\w+/;
/** The longest version, and what may follow it. */
const LONGEST = 16;

/** The first characters of the first string. */
function beginningOf(rdata: Uint8Array): string {
  const end = 1 + Math.min(rdata[0] ?? 0, LONGEST);
  return String.fromCharCode(...rdata.subarray(1, end));
}
