/**
 * The step between the sections and their octets, for clients that set DO (RFC 3225 §3) and zones that are signed: what
 * is denied is proven (prove.ts), then every RRset that the zone vouches for gets its signatures (sign-sections.ts).
 * Nothing goes out of a signed zone without them: what there is no time to sign is put off, and a zone without keys
 * has no answer.
 */
import { EXTENDED_ERROR } from '../../wire/iana/extended-error.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import type { Draft } from '../draft.ts';
import { DEPENDS } from '../facts/dependence.ts';
import { turnToStencil } from './common-sections.ts';
import { prove } from './prove.ts';
import { signSections } from './sign-sections.ts';

/** RFC 8914 §4.10. */
const NO_KEYS = {
  code: EXTENDED_ERROR.DNSKEY_MISSING,
  text: 'The zone is to be signed, and has no usable key',
};

export function secure(draft: Draft): void {
  const signing = draft.zone?.attachment.signing;
  if (signing === undefined || !draft.isOn(DEPENDS.DNSSEC_OK)) return;
  if (signing === 'failed') {
    fail(draft);
    return;
  }
  if (turnToStencil(draft, signing)) return;
  prove(draft, signing);
  if (signSections(draft, signing)) return;
  // The next query may find the signature: this reply is nobody else's.
  draft.dependence.note(DEPENDS.TIME);
  draft.isPutOff = true;
}

function fail(draft: Draft): void {
  draft.conclude(RCODE.SERVFAIL, NO_KEYS);
  draft.isAuthoritative = false;
  draft.sections.clear();
}
