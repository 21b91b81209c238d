/** As secure-answers.test.ts, for every type there is, and with NSEC3 as well. */
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { serveRichZone } from './nsd-secure.ts';
import { describeSecureAnswers } from './secure-answers.ts';

const skip =
  enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd') || missing('unbound');
const TYPES = [...Object.keys(RRTYPE), 'TYPE65280'];

for (const denial of ['nsec', 'nsec3'] as const)
  describeSecureAnswers(`NSD, signed by BIND with ${denial}, every type`, skip, () =>
    serveRichZone(denial, TYPES),
  );
