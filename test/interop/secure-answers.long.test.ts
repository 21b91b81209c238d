/** Every answer of the rich zone again with DO, as all validators see it: every type there is, by chain, compact and NSEC3. */
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { serveRichDnsteer } from './dnsteer-secure.ts';
import { serveRichZone } from './nsd-secure.ts';
import { COMMON_TYPES, describeSecureAnswers } from './secure-answers.ts';

const skip =
  enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd') || missing('unbound');
const TYPES = [...Object.keys(RRTYPE), 'TYPE65280'];

for (const denial of ['nsec', 'nsec3'] as const)
  describeSecureAnswers(`NSD, signed by BIND with ${denial}, every type`, skip, () =>
    serveRichZone(denial, TYPES),
  );

describeSecureAnswers('dnsteer, unsigned: insecure to all, and the same', skip, () =>
  serveRichDnsteer('unsigned', COMMON_TYPES),
);

for (const denial of ['chain', 'compact'] as const)
  describeSecureAnswers(`dnsteer, ${denial}, every type`, skip, () => serveRichDnsteer(denial, TYPES));
