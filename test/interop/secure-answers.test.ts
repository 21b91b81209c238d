/** Every answer of the rich zone again with DO, as validators see it. */
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { serveRichDnsteer } from './dnsteer-secure.ts';
import { serveRichZone } from './nsd-secure.ts';
import { COMMON_TYPES, describeSecureAnswers } from './secure-answers.ts';

const skip =
  enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd') || missing('unbound');

describeSecureAnswers('NSD, signed by BIND', skip, () => serveRichZone('nsec', COMMON_TYPES));

// `compact`, and every type, are in secure-answers.long.test.ts.
describeSecureAnswers('dnsteer', skip, () => serveRichDnsteer('chain', COMMON_TYPES));
